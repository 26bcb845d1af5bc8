"""Which members an answer shows: the one grammar of ``fields`` and ``excludedFields``, nested to any sensible depth.

``id,project(id,name),workflow(steps(id,name))``. As real clients need it, a comma after a closing parenthesis may be
missing (contract 1); what names nothing says nothing. Read by every list and every get; the reading of rows asks the
same object what it may leave out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from lark import Lark, Token, Tree
from lark.exceptions import LarkError

from taskbridge.dialects.worldserver.errors import invalid_fields

_MOST_LEVELS = 12

_PARSER = Lark(
    r"""
    start: (member | ",")*
    member: NAME [members]
    members: "(" (member | ",")* ")"
    NAME: /[^,()\s][^,()]*/
    %ignore /\s+/
    """,
    parser="lalr",
)

Members = Mapping[str, "Projection"]
#: Names while they are gathered: what is named below each, None for the whole of it.
Branch: TypeAlias = "dict[str, Branch | None]"


@dataclass(frozen=True, slots=True)
class Projection:
    """What is shown of one object: the members named, all but those named, or (where none are) its usual ones."""

    members: Members | None = None
    excluding: bool = False

    def shows(self, name: str, *, usual: bool = True) -> bool:
        """Whether a member is shown; ``usual`` tells whether it is when nobody asks for members by name."""
        if self.members is None:
            return usual
        named = self.members.get(name)
        if self.excluding:
            return usual and (named is None or named.members is not None)
        return named is not None

    def into(self, name: str) -> "Projection":
        """What is shown of the object in a member that is shown."""
        return (self.members or {}).get(name, USUAL)


USUAL = Projection()


def read_projection(fields: str | None, excluded: str | None) -> Projection:
    """The projection that a request asks for; ``fields`` counts where both name something. WorldServerError (400)."""
    if named := _members(fields or "", excluding=False):
        return Projection(named)
    left_out = _members(excluded or "", excluding=True)
    return Projection(left_out, excluding=True) if left_out else USUAL


def _members(text: str, *, excluding: bool) -> Members:
    if _depth(text) > _MOST_LEVELS:
        raise invalid_fields()
    try:
        tree = _PARSER.parse(text)
    except LarkError as error:
        raise invalid_fields() from error
    return _frozen(_gathered(tree, {}), excluding=excluding)


def _depth(text: str) -> int:
    level = deepest = 0
    for letter in text:
        level += (letter == "(") - (letter == ")")
        deepest = max(deepest, level)
    return deepest


def _gathered(tree: Tree[Any], found: Branch) -> Branch:
    """What is named, added to what was found before; what stands alone means the whole of it, whatever else is said."""
    for name, inner in _named(tree):
        branch = found.setdefault(name, {})
        if inner is None or branch is None:
            found[name] = None
        else:
            _gathered(inner, branch)
    return found


def _frozen(found: Branch, *, excluding: bool) -> Members:
    return {
        name: Projection(_frozen(inner, excluding=excluding) if inner else None, excluding)
        for name, inner in found.items()
    }


def _named(tree: Tree[Any]) -> Iterator[tuple[str, Tree[Any] | None]]:
    for member in tree.children:
        if isinstance(member, Tree):
            name, *inner = member.children
            assert isinstance(name, Token)
            yield name.strip(), next((one for one in inner if isinstance(one, Tree)), None)
