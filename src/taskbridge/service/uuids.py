"""Ids as UUIDs: a reversible encoding of a kind and the integer every row has.

Real clients parse such ids, so that they must be UUIDs; nothing is stored for them. Layout: a fixed mark, the kind,
then the integer in two parts around the version and variant digits of an RFC 9562 version 8 UUID:
``7a5cb21d-KKKK-8hhh-8000-llllllllllll``. Any other text is an unknown id and decodes to 0.
"""

import re
from enum import IntEnum


class Kind(IntEnum):
    """What an id is the id of."""

    PROCESS_INSTANCE = 1
    EXECUTION = 2
    TASK = 3
    EXTERNAL_TASK = 4
    ACTIVITY_INSTANCE = 5
    DEPLOYMENT = 6
    RESOURCE = 7
    INCIDENT = 8
    BATCH = 9
    JOB = 10
    VARIABLE = 11
    DEFINITION = 12
    ELEMENT = 13  # a flow node or sequence flow of a definition
    DOCUMENT = 14
    USER = 15
    GROUP = 16
    JOB_DEFINITION = 17
    EVENT_SUBSCRIPTION = 18


_MARK = "7a5cb21d"
_PATTERN = re.compile(rf"{_MARK}-([0-9a-f]{{4}})-8([0-9a-f]{{3}})-8000-([0-9a-f]{{12}})")
_LOW = (1 << 48) - 1
#: What the ids of a kind begin with while their integers are below 2**48; by kind, counted from 0.
_BEGINNINGS = [f"{_MARK}-{kind:04x}-8000-8000-" for kind in range(len(Kind) + 1)]
UNKNOWN = 0


def encode(kind: Kind, number: int) -> str:
    """The UUID of a row; ``number`` is positive and below 2**60."""
    if number <= _LOW:
        return f"{_BEGINNINGS[kind]}{number:012x}"
    return f"{_MARK}-{kind:04x}-8{number >> 48:03x}-8000-{number & _LOW:012x}"


def decode(text: str | None, *kinds: Kind) -> int:
    """The integer behind a UUID of one of these kinds; UNKNOWN for any other text."""
    found = _PATTERN.fullmatch(text) if text else None
    if found is None or int(found[1], 16) not in kinds:
        return UNKNOWN
    return int(found[2], 16) << 48 | int(found[3], 16)
