"""Templates: cuts a text into plain pieces and the expressions between `${` or `#{` and `}`.

Pure text work, after JUEL's scanner; what stands between the braces is not understood here. Calls `errors`.
"""

import re
from typing import NamedTuple

from taskbridge.engine.expressions.errors import ExpressionSyntaxError

_OPENING = re.compile(r"(?<!\\)(?P<escapes>\\*+)(?P<mark>[$#])\{")
_BODY = re.compile(r"(?:'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\"|[^'\"{}])*+", re.DOTALL)


class Piece(NamedTuple):
    """A piece of a template: plain text, or an expression with the place in the template where it begins."""

    text: str
    is_expression: bool
    start: int


def split(text: str) -> list[Piece]:
    """Cut the text into pieces, empty plain ones left out; `\\${` is a plain `${`.

    Raises ExpressionSyntaxError for a brace that is not closed and for `${` and `#{` in one text.
    """
    pieces: list[Piece] = []
    plain, position, marks = "", 0, set[str]()
    while opening := _OPENING.search(text, position):
        escapes = opening["escapes"]
        plain += text[position : opening.start()] + escapes[1:]
        position = opening.end()
        if escapes:
            plain += opening["mark"] + "{"
            continue
        marks.add(opening["mark"])
        end = _end_of_body(text, position)
        pieces += [Piece(plain, False, 0)] * bool(plain) + [Piece(text[position:end], True, position)]
        plain, position = "", end + 1
    if len(marks) > 1:
        raise ExpressionSyntaxError(f"Error parsing '{text}': ${{ and #{{ must not stand in one expression")
    plain += text[position:]
    return pieces + [Piece(plain, False, 0)] * bool(plain)


def _end_of_body(text: str, start: int) -> int:
    body = _BODY.match(text, start)
    end = start if body is None else body.end()
    if text[end : end + 1] == "}":
        return end
    found = f"'{text[end]}'" if end < len(text) else "the end"
    raise ExpressionSyntaxError(
        f"Error parsing '{text}': syntax error at position {end}, encountered {found}, expected '}}'"
    )
