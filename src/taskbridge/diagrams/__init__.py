"""Diagrams of processes as PNG files. ``png`` is the door; knows neither SQL nor HTTP, only what the engine read.

Drawn by Pillow, with every cost bounded: a file may place what it likes where it likes.
"""

from taskbridge.diagrams.picture import png

__all__ = ["png"]
