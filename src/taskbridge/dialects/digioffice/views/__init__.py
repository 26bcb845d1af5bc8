"""Rows to the objects that clients see."""
