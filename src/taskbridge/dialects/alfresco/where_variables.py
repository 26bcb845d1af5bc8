"""Conditions on variables in a ``where`` (contract 5.3): the scope, the type and the value that a predicate names.

Called by ``where``; the lists make conditions of the store of what comes back.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from taskbridge.dialects.alfresco.errors import default, invalid, invalid_property
from taskbridge.dialects.alfresco.model import NAMESPACES
from taskbridge.dialects.alfresco.values import moment
from taskbridge.store.variable_filters import VariableCondition

LOCAL, GLOBAL = "local", "global"
Value = str | int | float | bool

_TYPED = re.compile(r"(?P<prefix>[A-Za-z]\w*?)[:_](?P<type>\w+) (?P<value>.*)", re.DOTALL)
_PREFIXES = frozenset(NAMESPACES)
_OPERATORS = {"=": "eq", ">": "gt", ">=": "gteq", "<": "lt", "<=": "lteq", "matches": "like"}
_ANY_CASE = "(?i)"
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class VariablePredicate:
    """A condition on a variable of a task (local) or of its process (global)."""

    scope: str
    condition: VariableCondition


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text.strip()):
        raise default(400, f'For input string: "{text}"')
    return int(text)


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text.strip()):
        raise default(400, f'For input string: "{text}"')
    return float(text)


#: type of the vendor -> the stored types it finds, and how its values are read. An int does not find a long.
_TYPES: Mapping[str, tuple[tuple[str, ...], Callable[[str], Value]]] = {
    "text": (("String",), str),
    "mltext": (("String",), str),
    "int": (("Integer",), _whole),
    "long": (("Long",), _whole),
    "float": (("Double",), _number),
    "double": (("Double",), _number),
    "boolean": (("Boolean",), lambda text: text.strip().lower() == "true"),
    "date": (("Date",), moment),
    "datetime": (("Date",), moment),
    "noderef": (("String",), str),
    "qname": (("String",), str),
}


def variable_predicate(path: str, operator: str, written: str) -> VariablePredicate:
    """The condition of ``variables/NAME``, ``variables/local/NAME`` or ``variables/global/NAME``."""
    _, *scopes, name = path.split("/")
    if scopes not in ([], [LOCAL], [GLOBAL]):
        raise invalid_property(path, written, "EQUALS")
    type_, text = _type_and_text(written)
    types, read = _TYPES[type_]
    value = read(text)
    if operator == "matches" and not isinstance(value, str):
        raise invalid(f"the matches operator can only be used with a String value for property {path}")
    any_case = operator == "matches" and text.startswith(_ANY_CASE)
    if any_case:
        value = text.removeprefix(_ANY_CASE)
    condition = VariableCondition(name, _OPERATORS[operator], value, types, ignore_value_case=any_case)
    return VariablePredicate(scopes[0] if scopes else GLOBAL, condition)


def _type_and_text(written: str) -> tuple[str, str]:
    found = _TYPED.match(written)
    if found is None:
        return "text", written
    if found["prefix"] not in _PREFIXES:
        raise default(500, f"Namespace prefix {found['prefix']} is not mapped to a namespace URI")
    if found["prefix"] != "d" or found["type"] not in _TYPES:
        raise invalid(f"Unsupported type of variable: '{found['prefix']}:{found['type']}'.")
    return found["type"], found["value"]
