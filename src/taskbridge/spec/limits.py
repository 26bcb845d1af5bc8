"""What the body of a request may be made of, whatever its format: bytes, values, levels, records, fields, parts.

A body may be small and still be much work, so elements are counted before or while they are parsed. The readers of all
formats raise `TooComplex`; it is a ValueError, so a body that is too complex is answered like one that is malformed.
"""

import re
from dataclasses import dataclass, field
from typing import NoReturn

from taskbridge.spec.body_budget import BodyBudget

MAX_VALUES = 100_000
"""Values, names not counted, that a body may hold."""

MAX_DEPTH = 200
"""Levels of nesting a body may have: what every later step (validator, binders, orjson's writer) can stand."""

MAX_RECORDS = 10_000
"""Lines of CSV and of JSON lines, each of which is an object."""

MAX_FIELDS = 10_000
"""Fields of a form."""

MAX_PARTS = 1_000
"""Parts of a multipart body."""

MAX_PART_HEADERS = 16
MAX_PART_HEADER_BYTES = 4_096

BEFORE_CREDENTIALS = 64 << 10
"""Bytes of a body that are read and parsed for a caller whose credentials are not known yet."""

# Possessive, so that a text without an end is passed over once and not once per quote in it.
_JSON_TEXTS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)


class TooComplex(ValueError):
    """A body has more values, levels, records, fields or parts than one may have."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Bytes that the bodies of one API may have: those that carry files, those of sign-ins, and all others.

    `budget` is for the bodies of all requests at the same time; the APIs of a process share it.
    """

    files: int = 20_000_000
    plain: int = 1_000_000
    sign_in: int = BEFORE_CREDENTIALS
    budget: BodyBudget = field(default_factory=BodyBudget)


def refuse(limit: int, what: str) -> NoReturn:
    """Raises TooComplex for a body with more than `limit` of `what`."""
    raise TooComplex(f"more than {limit} {what}")


def check_json(content: bytes) -> None:
    """TooComplex where UTF-8 JSON has more than `MAX_VALUES` values. Malformed text is left to the parser."""
    # Every value but the first follows a comma or an opening bracket.
    if len(content) <= MAX_VALUES or separators(content) < MAX_VALUES:
        return
    if separators(_JSON_TEXTS.sub(b"", content)) >= MAX_VALUES:
        refuse(MAX_VALUES, "values")


def separators(content: bytes) -> int:
    """The commas and opening brackets, those within texts included."""
    return content.count(b",") + brackets(content)


def brackets(content: bytes) -> int:
    """The opening brackets, those within texts included: at least the levels of nesting."""
    return content.count(b"[") + content.count(b"{")
