"""Alfresco's ids: the integer every row has, as decimal text; definitions as ``key:version:id`` (contract 4, 9.1).

Any other text is an unknown id and decodes to 0, which no row has.
"""

import re

from taskbridge.store.definitions import DefinitionRow

UNKNOWN = 0
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


def number(text: str | None) -> int:
    """The integer that an id is the text of; UNKNOWN for any other text."""
    return int(text) if text is not None and _NUMBER.fullmatch(text) else UNKNOWN


def definition(key: str, version: int, identifier: int) -> str:
    """The id of a process definition."""
    return f"{key}:{version}:{identifier}"


def of_definition(row: DefinitionRow) -> str:
    """The id of a process definition, by its row."""
    return definition(row.key, row.version, row.id)


def definition_number(text: str | None) -> int:
    """The integer behind the id of a process definition; UNKNOWN for any other text. The caller checks the rest."""
    head, _, last = (text or "").rpartition(":")
    return number(last) if ":" in head else UNKNOWN
