"""How rows become objects: a shape names the members an object can have, and for each what has to be read for it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from taskbridge.dialects.worldserver.projection import Projection
from taskbridge.dialects.worldserver.reading import Loaded, Part

#: A row of any kind; a shape knows which.
Row: TypeAlias = Any
Shape: TypeAlias = Mapping[str, "Member"]


@dataclass(frozen=True, slots=True)
class Member:
    """A member: its value, or the rows behind it where it has a shape; None leaves it out.

    ``parts`` are read for it; one that is not ``usual`` is only shown when it is asked for by name.
    """

    value: Callable[[Row, Loaded], Any]
    parts: tuple[Part, ...] = ()
    shape: Shape | None = None
    usual: bool = True


def plain(name: str, *parts: Part) -> Member:
    """A column of the row as it is."""
    return Member(lambda row, loaded: getattr(row, name), parts)


def fixed(value: object) -> Member:
    """A member that is the same for all."""
    return Member(lambda row, loaded: value)


def unusual(shape: Shape, *names: str) -> Shape:
    """The same shape, with members that are only shown when they are asked for."""
    return {
        name: Member(member.value, member.parts, member.shape, usual=False) if name in names else member
        for name, member in shape.items()
    }


def only(shape: Shape, *names: str) -> Shape:
    """The same shape with these members alone."""
    return {name: shape[name] for name in names}


def parts_of(shape: Shape, projection: Projection) -> Iterator[Part]:
    """What has to be read to show objects of a shape."""
    for name, member in shape.items():
        if projection.shows(name, usual=member.usual):
            yield from member.parts
            if member.shape is not None:
                yield from parts_of(member.shape, projection.into(name))


def show(shape: Shape, row: Row, projection: Projection, loaded: Loaded) -> dict[str, object]:
    """A row as an object; members without a value are absent."""
    shown: dict[str, object] = {}
    for name, member in shape.items():
        if not projection.shows(name, usual=member.usual):
            continue
        value = member.value(row, loaded)
        if member.shape is not None:
            value = _inner(member.shape, value, projection.into(name), loaded)
        if value is not None:
            shown[name] = value
    return shown


def _inner(shape: Shape, value: Row, projection: Projection, loaded: Loaded) -> object:
    if isinstance(value, list):
        return [show(shape, row, projection, loaded) for row in value]
    return None if value is None else show(shape, value, projection, loaded)
