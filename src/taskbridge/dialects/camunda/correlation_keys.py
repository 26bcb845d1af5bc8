"""Keys of messages: values that variables are compared with, and how the vendor shows them (contract 4.5).

Called by ``messages``. A key loses its declared type once it is read: only the type of the value counts.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from taskbridge.dialects.camunda.errors import (
    CamundaError,
    illegal_argument,
    illegal_state,
    null_pointer,
    process_engine_exception,
)
from taskbridge.dialects.camunda.values import java_map_order, java_text
from taskbridge.dialects.camunda.variables import read_number, read_variable
from taskbridge.engine.variables import Variable
from taskbridge.store.variable_filters import VariableCondition


def read_keys(raw: Mapping[str, Any] | None) -> dict[str, Variable]:
    """The keys of a JSON object of value objects; None counts as empty. Raises CamundaError."""
    return {name: _read(name, value) for name, value in raw.items()} if raw else {}


def _read(name: str, raw: Mapping[str, Any] | None) -> Variable:
    if raw is None:
        raise null_pointer()
    type_, value = raw.get("type"), raw.get("value")
    if type_ in ("Number", "number"):
        return read_number(type_, value)
    if type_ in ("Object", "object") and (value is None or isinstance(value, str)):
        raise illegal_state("Object is not deserialized.")
    return read_variable(name, raw)


def conditions(keys: Mapping[str, Variable]) -> tuple[VariableCondition, ...]:
    """What variables must be so that they are like the keys. Raises CamundaError."""
    return tuple(_condition(name, key) for name, key in keys.items())


def _condition(name: str, key: Variable) -> VariableCondition:
    """A variable of the same type and value; nothing of any type is like nothing of another."""
    refuse = _REFUSALS.get((key.type, key.value is not None))
    if refuse is not None:
        raise refuse()
    return VariableCondition(name, "eq", key.value, (key.type,))


def _object() -> CamundaError:
    return process_engine_exception("Object values cannot be used to query")


def _content() -> CamundaError:
    return process_engine_exception("Variables of type ByteArray cannot be used to query")


def _nothing_to_parse() -> CamundaError:
    return illegal_argument("UTILS-02001 Parameter 'parameter' is null")


#: What cannot be looked for, by the type and whether there is a value.
_REFUSALS: Mapping[tuple[str, bool], Callable[[], CamundaError]] = {
    ("Object", True): _object,  # a list, a map or a great number without a type
    ("Json", True): _object,
    ("Json", False): _nothing_to_parse,
    ("Xml", True): _object,
    ("Xml", False): _nothing_to_parse,
    ("Bytes", True): _content,
    ("File", True): _content,
}


def shown_keys(keys: Mapping[str, Variable]) -> str:
    """Keys as the vendor writes them in an error, in the order of a Java map; ``null`` where there are none."""
    lines = "".join(f"\n  {name} => {_shown(keys[name])}" for name in java_map_order(list(keys)))
    return f"{{{lines}\n}}" if keys else "null"


def _shown(key: Variable) -> str:
    if key.value is None:
        return "Untyped 'null' value"
    text = _java_date(key.value) if key.type == "Date" else java_text(key.value)
    return f"Untyped value '{text}', isTransient = false"


def _java_date(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment / 1000, UTC):%a %b %d %H:%M:%S UTC %Y}"
