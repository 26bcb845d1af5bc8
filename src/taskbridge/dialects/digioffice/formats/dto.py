"""Objects of answers: their members, and the name of their type, which some formats write. Made by views and errors."""

from functools import lru_cache
from typing import Any


class Dto(dict[str, Any]):
    """An object with the name of its type. ``both`` asks JSON to write its members in both spellings."""

    __slots__ = ("both", "type_name")

    def __init__(self, type_name: str, members: dict[str, Any], *, both: bool = False) -> None:
        super().__init__(members)
        self.type_name = type_name
        self.both = both


@lru_cache(maxsize=1024)
def camel_case(name: str) -> str:
    """A name as ServiceStack's camel case has it: ``WSVerbindingID`` is ``wsVerbindingID``, ``ID`` is ``id``."""
    for index, letter in enumerate(name):
        following = name[index + 1] if index + 1 < len(name) else "A"
        if not (letter.isupper() and (index == 0 or following.isupper())):
            return name[:index].lower() + name[index:]
    return name.lower()


def type_name(value: object) -> str:
    """What a value would be called in .NET: ``WorkflowTaskDTO``, ``WorkflowTaskDTO[]``."""
    if isinstance(value, Dto):
        return value.type_name
    if isinstance(value, list):
        return f"{type_name(value[0]) if value else 'Object'}[]"
    return "Object"
