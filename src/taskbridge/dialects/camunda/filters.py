"""How the parameters of a list become a filter of the store: tables from parameter to field and conversion.

Called by the handlers of lists, for query parameters and for the bodies of POST queries alike. A conversion that gives
None does not narrow; parameters that speak of the same field are combined with and.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.queries import conditions_from_body, conditions_from_text
from taskbridge.store.variable_filters import VariableCondition


def same(value: object) -> object:
    """The value as it is."""
    return value


class Field(NamedTuple):
    """A field of a filter, and how the parameter's value becomes its value."""

    name: str
    convert: Callable[[Any], object] = same


Fields = Mapping[str, Field]


def narrowed(fields: Fields, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the given parameters narrow; lists for the same field leave what is in all of them."""
    found: dict[str, Any] = {}
    for parameter, value in given.items():
        if value is None or parameter not in fields:
            continue
        name, convert = fields[parameter]
        converted: Any = convert(value)
        if converted is None:
            continue
        known = found.get(name)
        found[name] = converted if not isinstance(known, list) else [one for one in known if one in converted]
    return found


def one(value: object) -> list[object]:
    """A list of just this value."""
    return [value]


def some(values: Sequence[object]) -> list[object] | None:
    """All values; an empty list does not narrow."""
    return list(values) or None


def on(value: bool) -> bool | None:
    """Flags act only when they are true."""
    return value or None


def off(value: bool) -> bool | None:
    """A flag that, when true, asks for the contrary."""
    return False if value else None


def none(value: object) -> list[object]:
    """A parameter that nothing here can match."""
    return []


def none_if_set(value: bool) -> list[object] | None:
    """A flag that, when true, nothing here can match."""
    return [] if value else None


def id_of(*kinds: Kind) -> Callable[[str], int]:
    """The row behind an id."""
    return lambda text: ids.decode(text, *kinds)


def only_id_of(*kinds: Kind) -> Callable[[str], list[int]]:
    """A list of the one row behind an id."""
    return lambda text: [ids.decode(text, *kinds)]


def ids_of(*kinds: Kind) -> Callable[[Sequence[str]], list[int] | None]:
    """The rows behind ids; an empty list does not narrow."""
    return lambda texts: [ids.decode(text, *kinds) for text in texts] or None


def only_definition(text: str) -> list[int]:
    """A list of the one process definition behind an id."""
    return [ids.decode_definition(text)]


def conditions(given: Mapping[str, Any], parameter: str, noun: str = "variable") -> tuple[VariableCondition, ...]:
    """The conditions on variables in a parameter: texts in a query string, objects in a body (contract 1.2)."""
    entries = given.get(parameter) or ()
    names = bool(given.get("variableNamesIgnoreCase"))
    values = bool(given.get("variableValuesIgnoreCase"))
    if entries and isinstance(entries[0], str):
        return conditions_from_text(entries, parameter, noun=noun, ignore_name_case=names, ignore_value_case=values)
    return conditions_from_body(entries, noun=noun, ignore_name_case=names, ignore_value_case=values)
