"""Variables as entries (contract 4.6, 8.2)."""

from collections.abc import Mapping
from typing import Any

from taskbridge.dialects.alfresco.associations import PERSON, authority
from taskbridge.dialects.alfresco.model import FormType, Property
from taskbridge.dialects.alfresco.values import format_date
from taskbridge.engine.variables import DATA_TYPE, Variable

#: Who started a process is a node to the vendor, whatever the form says.
INITIATOR = "initiator"
_TYPES = {
    "String": "d:text",
    "Short": "d:int",
    "Integer": "d:int",
    "Long": "d:long",
    "Double": "d:double",
    "Boolean": "d:boolean",
    "Date": "d:datetime",
}
_OPAQUE = ("Bytes", "File")


def variable(form: FormType | None, name: str, held: Variable, people: Mapping[str, str]) -> dict[str, Any]:
    """A variable with its value, null included. ``people`` has the node ids of users by name."""
    if name == INITIATOR and held.type == "String":
        return {"name": name, "type": "d:noderef", "value": people.get(held.value)}
    modelled = form.property(name) if form is not None else None
    if modelled is not None and modelled.association:
        return {"name": name, "type": modelled.data_type, "value": _named(modelled, held)}
    type_ = modelled.data_type if modelled is not None else (held.info or {}).get(DATA_TYPE)
    return {"name": name, "type": type_ or _TYPES.get(held.type, "d:any"), "value": plain(held)}


def plain(held: Variable) -> object:
    """The JSON value of a variable; None for one whose content is kept elsewhere."""
    if held.type in _OPAQUE:
        return None
    return format_date(held.value) if held.type == "Date" else held.plain()


def _named(modelled: Property, held: Variable) -> object:
    value = held.plain()
    if modelled.data_type == PERSON or value is None:
        return value
    return [authority(str(one)) for one in value] if isinstance(value, list) else authority(str(value))
