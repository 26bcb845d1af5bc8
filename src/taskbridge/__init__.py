"""Taskbridge: one task server that speaks the task APIs of four workflow products."""

__version__ = "0.1.0"
