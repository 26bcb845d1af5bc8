"""Tests of the wheel and of what it is built from."""
