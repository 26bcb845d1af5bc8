"""Tests of the ``taskbridge`` command."""
