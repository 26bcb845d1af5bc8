"""Variables of tasks and processes: what a request may say of one, and how one is shown (contract 4.6, 8).

A variable that stands in the model (the task's form for local ones, the start form for global ones) has the type that
the model gives it. Others have the type that was sent, or one that follows from the value. Called by the handlers
within their unit of work.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from taskbridge.dialects.alfresco import model
from taskbridge.dialects.alfresco.associations import associated, node_ids
from taskbridge.dialects.alfresco.errors import API_DEFAULT, AlfrescoError, default, invalid
from taskbridge.dialects.alfresco.model import FormType, Property
from taskbridge.dialects.alfresco.values import iso_moment, java_text
from taskbridge.dialects.alfresco.views.variables import plain
from taskbridge.engine.variables import DATA_TYPE, Variable, from_python
from taskbridge.service.unit import Unit
from taskbridge.store.activities import ActivityRow

Given = Mapping[str, Any]
LOCAL, GLOBAL = "local", "global"
_ANY = "d:any"
_NODEREF = "d:noderef"


@dataclass(slots=True)
class Scoped:
    """Variables of one request, by where they go."""

    local: dict[str, Variable] = field(default_factory=dict)
    on_process: dict[str, Variable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """A variable of a request: ready to be kept, and the entry that answers it."""

    name: str
    scope: str
    variable: Variable
    entry: dict[str, Any]


def read_task_variables(unit: Unit, row: ActivityRow, given: Iterable[Given]) -> Scoped:
    """The variables of a task update. Raises AlfrescoError."""
    found = Scoped()
    for read in [read_task_variable(unit, row, one) for one in given]:
        (found.local if read.scope == LOCAL else found.on_process)[read.name] = read.variable
    return found


def read_task_variable(unit: Unit, row: ActivityRow, given: Given) -> Read:
    """One variable of a task, as a request says it; name, scope, type and value are judged in this order (8.1)."""
    name, scope = _name(given), given.get("scope")
    if scope is None or scope == "any":
        raise invalid("Variable scope is required and can only be 'local' or 'global'.")
    if scope not in (LOCAL, GLOBAL):
        raise invalid(f"Illegal value for variable scope: '{scope}'.")
    form = task_form(row) if scope == LOCAL else start_form(unit, row.definition_id)
    return _read(unit, form, name, scope, given)


def read_process_variable(unit: Unit, definition_id: int, given: Given) -> Read:
    """One variable of a process, as a request says it."""
    return _read(unit, start_form(unit, definition_id), _name(given), GLOBAL, given)


def task_form(row: ActivityRow) -> FormType | None:
    """The model's type of a task's form."""
    return model.form_type(row.form_key)


def start_form(unit: Unit, definition_id: int) -> FormType | None:
    """The model's type of the form that starts a process."""
    return model.form_type(unit.process(definition_id).start_form_key)


def _name(given: Given) -> str:
    name: str | None = given.get("name")
    if name is None:
        raise invalid("Variable name is required.")
    return name


def _read(unit: Unit, form: FormType | None, name: str, scope: str, given: Given) -> Read:
    told, value = given.get("type"), given.get("value")
    modelled = form.property(name) if form is not None else None
    shown: object
    if modelled is not None and modelled.association:
        variable = associated(unit, modelled, value)
        type_, shown = _NODEREF, node_ids(unit, modelled, variable)
    else:
        type_ = _property_type(name, modelled, told, value)
        variable = converted(type_, value, unit.tx.now)
        shown = plain(variable)
    entry = {"scope": scope} if "scope" in given else {}
    entry |= {"name": name, "type": type_}
    return Read(name, scope, variable, entry if shown in (None, "") else entry | {"value": shown})


def _property_type(name: str, modelled: Property | None, told: str | None, value: object) -> str:
    type_ = None if told is None else _written(told)
    if modelled is not None:
        if type_ not in (None, modelled.data_type):
            raise invalid(f"type of variable {name} should be {modelled.data_type}")
        return modelled.data_type
    if type_ is None:
        return implied(value)
    prefix, colon, _ = type_.partition(":")
    if colon and prefix not in model.NAMESPACES:
        raise default(500, f"Namespace prefix {prefix} is not mapped to a namespace URI")
    if type_ not in _CONVERSIONS:
        raise invalid(f"Unsupported type of variable: '{told}'.")
    return type_


def _written(told: str) -> str:
    """The name of a type with its colon: the vendor's own page writes ``d_int`` (seed, completing a task)."""
    colon = told.replace("_", ":", 1)
    return colon if told not in _CONVERSIONS and colon in _CONVERSIONS else told


def implied(value: object) -> str:
    """The type that follows from a JSON value."""
    match value:
        case bool():
            return "d:boolean"
        case int():
            return "d:int" if -(2**31) <= value < 2**31 else "d:long"
        case float():
            return "d:double"
        case str():
            return "d:text"
        case _:
            return _ANY


def converted(type_: str, value: object, now: int) -> Variable:
    """The value of a property of that type; a date that is not told is the present moment (contract 8.2).

    Raises AlfrescoError in the words of the vendor's converters.
    """
    if value is None:
        return Variable("Date", now) if type_ in _DATES else Variable("Null", None, {DATA_TYPE: type_})
    if isinstance(value, list) and type_ != _ANY:
        raise _no_conversion(value)
    return _CONVERSIONS[type_](value)


def _no_conversion(value: object) -> AlfrescoError:
    text = f"There is no conversion registered for the value: {java_text(value)}"
    return AlfrescoError(400, API_DEFAULT, text)


def _not_a_number(text: str) -> AlfrescoError:
    return AlfrescoError(400, API_DEFAULT, f'For input string: "{text}"', numbered=False)


_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")


def _whole(type_: str, bits: int) -> Callable[[Any], Variable]:
    def convert(value: object) -> Variable:
        match value:
            case str() if _WHOLE.fullmatch(value):
                number = int(value)
            case bool() | dict():
                raise _no_conversion(value)
            case int() | float() if math.isfinite(value):
                number = int(value)
            case _:
                raise _not_a_number(java_text(value))
        if not -(1 << bits) <= number < 1 << bits:
            raise _not_a_number(str(number))
        return Variable(type_, number)

    return convert


def _real(value: object, info: Mapping[str, str] | None = None) -> Variable:
    if isinstance(value, bool | dict):
        raise _no_conversion(value)
    try:
        number = float(value)  # type: ignore[arg-type]  # what is neither number nor text was refused above
    except (ValueError, OverflowError):
        raise _not_a_number(java_text(value)) from None
    if not math.isfinite(number):
        raise _not_a_number(java_text(value))
    return Variable("Double", number, info)


def _boolean(value: object) -> Variable:
    match value:
        case bool():
            return Variable("Boolean", value)
        case str():
            return Variable("Boolean", value.lower() == "true")
        case int() | float():
            return Variable("Boolean", value > 0)
        case _:
            raise _no_conversion(value)


def _text(value: object) -> Variable:
    if isinstance(value, dict):
        raise _no_conversion(value)
    return Variable("String", java_text(value))


def _named(type_: str) -> Callable[[Any], Variable]:
    """Texts of a finer type, which is kept beside the value so that it can be shown again."""

    def convert(value: object) -> Variable:
        if not isinstance(value, str):
            raise _no_conversion(value)
        return Variable("String", value, {DATA_TYPE: type_})

    return convert


_DATES = ("d:date", "d:datetime")


def _date(value: object) -> Variable:
    if not isinstance(value, str):
        raise default(500, f"{java_text(value)} cannot be cast to class java.lang.String")
    try:
        return Variable("Date", iso_moment(value))
    except ValueError as error:
        raise default(500, str(error)) from None


_CONVERSIONS: Mapping[str, Callable[[Any], Variable]] = {
    "d:text": _text,
    "d:mltext": _named("d:mltext"),
    "d:int": _whole("Integer", 31),
    "d:long": _whole("Long", 63),
    "d:float": lambda value: _real(value, {DATA_TYPE: "d:float"}),
    "d:double": _real,
    "d:boolean": _boolean,
    "d:date": _date,
    "d:datetime": _date,
    _NODEREF: _named(_NODEREF),
    "d:qname": _named("d:qname"),
    "d:content": _named("d:content"),
    "d:path": _named("d:path"),
    "d:locale": _named("d:locale"),
    "d:category": _named("d:category"),
    _ANY: from_python,
}
