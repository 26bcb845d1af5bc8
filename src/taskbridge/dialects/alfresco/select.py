"""The grammar of ``select`` and ``include``: names, separated by commas (contract 7.2).

Called for every request by the reader of its parameters.
"""

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from taskbridge.dialects.alfresco.errors import invalid_select

#: A name as all clauses write it: letters, digits and underscores, parts of a path, and a prefix.
NAME = r"[A-Za-z_][A-Za-z0-9_]*(?::[A-Za-z0-9_]+)?(?:\/[A-Za-z0-9_]+(?::[A-Za-z0-9_]+)?)*"

# What follows the list without a comma is read by the letter and otherwise ignored, as the vendor does.
_GRAMMAR = rf"""
start: name ("," name)* rest?
name: NAME
rest: NAME (NAME | NUMBER | COMMA)*
NAME: /{NAME}/
NUMBER: /[0-9]+/
COMMA: ","
SPACE: /\s+/
%ignore SPACE
"""


class _Names(Transformer[Token, tuple[str, ...]]):
    def name(self, parts: list[Token]) -> str:
        return str(parts[0])

    def rest(self, parts: list[Token]) -> None:
        return None

    def start(self, parts: list[str | None]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part for part in parts if part is not None))


_PARSER = Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Names())


def parse_names(text: str, clause: str = "SELECT") -> tuple[str, ...]:
    """The names of a clause, each once; raises AlfrescoError (InvalidSelect) with the position of the first fault."""
    try:
        return _PARSER.parse(text)  # type: ignore[return-value]  # the transformer makes the tree a tuple
    except UnexpectedInput as error:
        raise invalid_select(f"{text}, Error at char position {position(error, text)}", clause) from error


def position(error: UnexpectedInput, text: str) -> int:
    """Where a clause went wrong, counted from 0; its length where it ended too soon."""
    token = getattr(error, "token", None)
    ended = token is not None and token.type == "$END"
    return len(text) if ended or error.pos_in_stream is None else error.pos_in_stream
