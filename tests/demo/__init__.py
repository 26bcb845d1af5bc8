"""Tests of the demo's content."""
