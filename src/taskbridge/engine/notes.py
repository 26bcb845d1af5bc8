"""What a BPMN file holds that is passed over, because the vendor's engine does not act on it either.

Made by the reader; ``lines`` sums it up for a log.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

#: A file with more is read on, and what is beyond is passed over without a note: bounds what a file can cost.
MAX_NOTES = 1000
_MAX_LINES = 20
_MAX_TEXT = 300


class Note(NamedTuple):
    """Something that was ignored. Line and column count from 1 and point at the element's start tag."""

    message: str
    line: int
    column: int
    element_id: str | None  # the element's own id, else that of the nearest element around it that has one
    kind: str  # the same for all of a kind: the message without ids


def each(resource_name: str, notes: Sequence[Note]) -> Iterator[str]:
    """A line for each thing, up to a number of them."""
    for note in notes[:MAX_NOTES]:
        yield f"{resource_name}:{note.line}:{note.column}: {note.message}"[:_MAX_TEXT]
    if len(notes) > MAX_NOTES:
        yield f"{resource_name}: {len(notes) - MAX_NOTES} more"[:_MAX_TEXT]


def lines(resource_name: str, notes: Sequence[Note]) -> Iterator[str]:
    """A line for each kind of thing that was ignored in a file: where it stands first, and how often it does."""
    kinds: dict[str, list[Note]] = {}
    for note in notes:
        kinds.setdefault(note.kind, []).append(note)
    for alike in list(kinds.values())[:_MAX_LINES]:
        first, more = alike[0], len(alike) - 1
        text = f"{resource_name}:{first.line}:{first.column}: {first.message}"[:_MAX_TEXT]
        yield f"{text} (and {more} more like it)" if more else text
    if len(kinds) > _MAX_LINES:
        yield f"{resource_name}: {len(kinds) - _MAX_LINES} more kinds of things were ignored"[:_MAX_TEXT]
