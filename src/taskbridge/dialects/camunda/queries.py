"""What every Camunda list has in common: pages, sorting, and conditions on variables (contract 0.4, 1.2, 1.6).

Called by the handlers of lists; raises CamundaError in the vendor's words.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from taskbridge.dialects.camunda.errors import (
    bad_user_request,
    invalid_request,
    not_valid,
    null_pointer,
    null_value,
    process_engine_exception,
)
from taskbridge.dialects.camunda.values import java_text, parse_date
from taskbridge.spec import Answer, Call
from taskbridge.store.lists import (
    MOST_CONDITIONS,
    Page,
    Sorting,
    check_number_of_conditions,
    check_number_of_values,
)
from taskbridge.store.variable_filters import VariableCondition

OPERATORS = ("eq", "neq", "gt", "gteq", "lt", "lteq", "like", "notLike")


class Rules(NamedTuple):
    """What a list lets be asked of variables.

    ``noun`` is what the vendor calls them when it refuses an operator; ``not_valid`` is whether it answers 400 to a
    condition that makes no sense.
    """

    noun: str = "variable"
    operators: Collection[str] = OPERATORS
    not_valid: bool = False


OF_ANY = Rules()
OF_INSTANCES = Rules(operators=OPERATORS[:-1], not_valid=True)

#: Operators that need an order or a pattern, in the words of the vendor's refusal.
_COMPARING = {
    "gt": "greater than",
    "lt": "less than",
    "gteq": "greater than or equal",
    "lteq": "less than or equal",
    "like": "like",
    "notLike": "not like",
}
_WHOLE = (("Short", 15), ("Integer", 31), ("Long", 63))
_NOT_QUERYABLE = "Object values cannot be used to query"
#: What a text must look like before it is tried as a date.
_MAYBE_DATE = re.compile(r"[0-9]+-[0-9]+-[0-9]+T")


def page(call: Call) -> Page:
    """The part of the list that ``firstResult`` and ``maxResults`` ask for."""
    first, most = call.query.get("firstResult", 0), call.query.get("maxResults")
    return Page(max(first, 0), most if most is None or most >= 0 else None)


def count_answer(number: int) -> Answer:
    """``{"count": n}``."""
    return Answer(200, {"count": number})


def sorting_from_query(call: Call, table: Mapping[str, str]) -> list[Sorting]:
    """The order that ``sortBy`` and ``sortOrder`` ask for; ``table`` tells the list's own name of each key."""
    return _single(call.query.get("sortBy"), call.query.get("sortOrder"), table)


def sorting_from_body(body: Mapping[str, Any], table: Mapping[str, str]) -> list[Sorting]:
    """The order that a POST query asks for: ``sorting``, or else ``sortBy`` and ``sortOrder``."""
    single = _single(body.get("sortBy"), body.get("sortOrder"), table)
    clauses = body.get("sorting")
    if not clauses:
        return single
    bounded(len(clauses))
    levels: dict[str, Sorting] = {}
    for clause in map(present, clauses):
        for level in _clause(clause, table):
            levels.setdefault(level.by, level)  # a key that comes again orders nothing any more
    return list(levels.values())


def _single(by: str | None, order: str | None, table: Mapping[str, str]) -> list[Sorting]:
    if (by is None) != (order is None):
        raise invalid_request("Only a single sorting parameter specified. sortBy and sortOrder required")
    return [] if by is None else _level(by, order, table)


def _level(by: str, order: str | None, table: Mapping[str, str]) -> list[Sorting]:
    # A key the document allows and the table lacks is one that all our objects share: it orders nothing.
    return [Sorting(table[by], descending=order == "desc")] if by in table else []


def _clause(clause: Mapping[str, Any], table: Mapping[str, str]) -> list[Sorting]:
    by, order = clause.get("sortBy"), clause.get("sortOrder")
    known = by in table
    if known and order not in ("asc", "desc"):
        raise not_valid("Invalid query: call asc() or desc() after using orderByXX(): direction is null")
    if not known and order in ("asc", "desc"):
        raise not_valid(
            "You should call any of the orderBy methods first before specifying a direction: "
            "currentOrderingProperty is null"
        )
    return _level(by, order, table) if by else []


def bounded(number: int, most: int = MOST_CONDITIONS) -> None:
    """Refuse a fetch with more conditions (or topics) than one may have."""
    if number > most:
        raise bad_user_request(f"Too many conditions in one query: {number} is greater than {most}")


#: Members of a query whose elements are conditions on variables, or alternatives.
_CONDITIONS = ("variables", "processVariables", "taskVariables", "caseInstanceVariables", "variableValues", "orQueries")


def alternatives_of(query: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The ``orQueries`` of a query whose size is within bounds. Raises QueryTooLarge."""
    check_query_size(query)
    return query.get("orQueries") or ()


def check_query_size(query: Mapping[str, Any]) -> None:
    """Raise QueryTooLarge for a query of more conditions, alternatives or values than one may have.

    Called before any part of it becomes a filter: to convert a part costs time on the event loop, to count it hardly
    any. What stands within alternatives is counted, too.
    """
    alternatives: Sequence[Mapping[str, Any]] = query.get("orQueries") or ()
    check_number_of_conditions(len(alternatives))
    conditions = values = 0
    for part in (query, *alternatives):
        for name, value in part.items():
            if not isinstance(value, list):
                continue
            if name in _CONDITIONS:
                conditions += len(value)
            else:
                values += len(value)
    check_number_of_conditions(conditions)
    check_number_of_values(values)


def condition(
    name: str | None,
    operator: str | None,
    value: object,
    rules: Rules = OF_ANY,
    *,
    ignore_name_case: bool = False,
    ignore_value_case: bool = False,
) -> VariableCondition:
    """One condition of a query.

    Numbers match every number type that can hold them, texts that are dates compare as dates.
    """
    if operator is None or operator not in rules.operators:
        raise invalid_request(f"Invalid {rules.noun} comparator specified: {operator or 'null'}")
    if name is None:
        raise (not_valid if rules.not_valid else null_value)("name is null")
    if (value is None or isinstance(value, bool)) and operator in _COMPARING:
        refuse = not_valid if rules.not_valid else process_engine_exception
        raise refuse(f"Booleans and null cannot be used in '{_COMPARING[operator]}' condition")
    if operator in ("like", "notLike") and not isinstance(value, list | dict):
        value = java_text(value)
    plain, types = (value, ("String",)) if operator in ("like", "notLike") else _comparable(value)
    return VariableCondition(name, operator, _queryable(plain), types, ignore_name_case, ignore_value_case)


def conditions_from_text(
    texts: Sequence[str],
    parameter: str,
    rules: Rules = OF_ANY,
    *,
    ignore_name_case: bool = False,
    ignore_value_case: bool = False,
) -> tuple[VariableCondition, ...]:
    """The conditions of a query parameter, each ``name_operator_value``."""
    return tuple(
        condition(
            *_three_parts(text, texts, parameter),
            rules,
            ignore_name_case=ignore_name_case,
            ignore_value_case=ignore_value_case,
        )
        for text in texts
    )


def _three_parts(text: str, texts: Sequence[str], parameter: str) -> tuple[str, str, str]:
    parts = text.rstrip("_").split("_")  # the vendor's way of splitting drops empty parts at the end
    if len(parts) != 3:
        raise invalid_request(
            f"Cannot set query parameter '{parameter}' to value '{','.join(texts)}': "
            "variable query parameter has to have format KEY_OPERATOR_VALUE."
        )
    return parts[0], parts[1], parts[2]


def conditions_from_body(
    entries: Iterable[Mapping[str, Any] | None] | None,
    rules: Rules = OF_ANY,
    *,
    ignore_name_case: bool = False,
    ignore_value_case: bool = False,
) -> tuple[VariableCondition, ...]:
    """The conditions of a POST query, each with name, operator and value."""
    return tuple(
        condition(
            entry.get("name"),
            entry.get("operator"),
            entry.get("value"),
            rules,
            ignore_name_case=ignore_name_case,
            ignore_value_case=ignore_value_case,
        )
        for entry in map(present, entries or ())
    )


def present(entry: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """An element of a list of objects; a null in its place is refused as the vendor does."""
    if entry is None:
        raise null_pointer()
    return entry


def exact_condition(name: str, value: object) -> VariableCondition:
    """The condition of a fetch topic: this very value of this very type (an Integer filter matches no Long)."""
    match value:
        case None | bool():
            types: tuple[str, ...] = ("Boolean",)
        case int():
            types = next(((type_,) for type_, bits in _WHOLE[1:] if _fits(value, bits)), ())
        case float():
            types = ("Double",)
        case _:
            types = ("String",)
    if not types:
        raise process_engine_exception(_NOT_QUERYABLE)
    return VariableCondition(name, "eq", _queryable(value), types)


def _comparable(value: object) -> tuple[object, tuple[str, ...]]:
    match value:
        case None | bool():
            return value, ("Boolean",)
        case int() if not _fits(value, 63):
            raise process_engine_exception(_NOT_QUERYABLE)
        case int() | float():
            return value, _number_types(value)
        case str():
            moment = _moment(value)
            return (value, ("String",)) if moment is None else (moment, ("Date",))
        case _:
            raise process_engine_exception(_NOT_QUERYABLE)


def _number_types(value: float) -> tuple[str, ...]:
    """The number types that hold the value without loss."""
    whole = [type_ for type_, bits in _WHOLE if value % 1 == 0 and _fits(int(value), bits)]
    return (*whole, "Double") if float(value) == value else tuple(whole)


def _fits(value: int, bits: int) -> bool:
    return -(1 << bits) <= value < 1 << bits


def _moment(text: str) -> int | None:
    if not _MAYBE_DATE.match(text):
        return None
    try:
        return parse_date(text)
    except ValueError:
        return None


def _queryable(value: object) -> str | float | bool | None:
    """Refuse what is no scalar, and a text with a character that neither database can look for."""
    if isinstance(value, str) and "\0" in value:
        raise invalid_request("")
    if value is None or isinstance(value, str | int | float):
        return value
    raise process_engine_exception(_NOT_QUERYABLE)
