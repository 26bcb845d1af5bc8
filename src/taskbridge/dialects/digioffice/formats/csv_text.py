"""CSV: a line of names, and a line for each object; values that are no plain text are in JSV."""

import csv
import io
from typing import Any

from taskbridge.dialects.digioffice.formats import json_text, jsv
from taskbridge.dialects.digioffice.formats.jsv import Jsv
from taskbridge.dialects.digioffice.formats.unread import Records
from taskbridge.spec import charset_of, decoded
from taskbridge.spec.limits import MAX_RECORDS, MAX_VALUES, refuse


class Cell(Jsv):
    """A cell: a text as it is, anything else in JSV."""

    __slots__ = ()

    def text(self) -> str | None:
        """The cell; its quotes were the CSV reader's affair."""
        return self.raw


def read(content: bytes, content_type: str) -> Any:  # noqa: ANN401 - records, or what the vendor's own sample has: JSON
    """The objects of a body. The vendor's page shows a JSON object under this name, so that is read as well."""
    text = decoded(content, charset_of(content_type)).lstrip("\ufeff")
    if text.lstrip()[:1] in ("{", "["):
        return json_text.read(content, content_type)
    names, *rest = _rows(text) or [[]]
    return Records(
        {name.strip(): Cell(cell) for name, cell in zip(names, row, strict=False) if cell != ""} for row in rest
    )


def _rows(text: str) -> list[list[str]]:
    """The lines that hold anything. ValueError when malformed, TooComplex when there are too many of them."""
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            if row:
                rows.append(row)
            cells += len(row)
            if len(rows) > MAX_RECORDS:
                refuse(MAX_RECORDS, "records")
            if cells > MAX_VALUES:
                refuse(MAX_VALUES, "values")
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return rows


def write(value: object) -> str:
    """A list of objects, or one object as a list of one. An object that holds but one other is that other one."""
    rows = value if isinstance(value, list) else [_innermost(value)]
    objects = [row for row in rows if isinstance(row, dict)]
    names = list(dict.fromkeys(name for row in objects for name in row))
    written = io.StringIO()
    writer = csv.writer(written)
    if names:
        writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in names] if isinstance(row, dict) else [_cell(row)])
    return written.getvalue()


def _innermost(value: object) -> object:
    if isinstance(value, dict) and len(value) == 1:
        (only,) = value.values()
        return only if isinstance(only, dict) else value
    return value


def _cell(value: object) -> str:
    """Plain texts stay as they are; the quotes around a cell are the CSV writer's affair."""
    return value if isinstance(value, str) else jsv.write(value)
