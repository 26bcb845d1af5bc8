"""How the parameters of a list become a filter of the store: tables from parameter to field and conversion.

Called by the handlers of lists, for query parameters and for the bodies of POST queries alike. A conversion that gives
None does not narrow; parameters that speak of the same field are combined with and.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import bad_user_request, invalid_request
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.queries import OF_ANY, Rules, conditions_from_body, conditions_from_text
from taskbridge.store.variable_filters import VariableCondition


def same(value: object) -> object:
    """The value as it is."""
    return value


class Field(NamedTuple):
    """A field of a filter, and how the parameter's value becomes its value."""

    name: str
    convert: Callable[[Any], object] = same


Fields = Mapping[str, Field]


def narrowed(fields: Fields, given: Mapping[str, Any], *, alternatives: bool = False) -> dict[str, Any]:
    """The fields that the given parameters narrow; lists for the same field leave what is in all of them.

    For ``alternatives``, of which any is enough, they leave what is in any of them. Raises CamundaError.
    """
    found: dict[str, Any] = {}
    for parameter, value in given.items():
        if value is None or parameter not in fields:
            continue
        name, convert = fields[parameter]
        converted: Any = convert(value)
        if converted is None:
            continue
        known = found.get(name)
        found[name] = _both(known, converted, alternatives=alternatives) if isinstance(known, list) else converted
    return found


def _both(first: list[Any], second: list[Any], *, alternatives: bool) -> list[Any]:
    chosen = set(second)
    return list(dict.fromkeys(first + second)) if alternatives else [value for value in first if value in chosen]


def without_empty_lists(given: Mapping[str, Any], *lists: str) -> dict[str, Any]:
    """The query parameters without those of the named lists that are an empty text: the vendor reads no list there.

    In its other lists an empty text is one value, which is empty.
    """
    return {name: value for name, value in given.items() if name not in lists or value != [""]}


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


def not_supported(parameter: str) -> Field:
    """A parameter of the vendor's interface that lists here do not have: whoever uses it gets an error, not all."""

    def refuse(value: object) -> None:
        if value not in (False, []):
            raise invalid_request(f"The filter '{parameter}' is not supported")

    return Field("", refuse)


def forbidden_expression(value: object) -> None:
    """The vendor evaluates no expressions in queries unless it is configured to."""
    raise bad_user_request(
        "Expressions are forbidden in adhoc queries. This behavior can be toggled in the process engine configuration"
    )


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


def conditions(given: Mapping[str, Any], parameter: str, rules: Rules = OF_ANY) -> tuple[VariableCondition, ...]:
    """The conditions on variables in a parameter: texts in a query string, objects in a body (contract 1.2)."""
    entries = given.get(parameter) or ()
    names = bool(given.get("variableNamesIgnoreCase"))
    values = bool(given.get("variableValuesIgnoreCase"))
    if entries and isinstance(entries[0], str):
        return conditions_from_text(entries, parameter, rules, ignore_name_case=names, ignore_value_case=values)
    return conditions_from_body(entries, rules, ignore_name_case=names, ignore_value_case=values)
