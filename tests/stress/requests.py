"""The bodies of the requests that the clients send."""

from dataclasses import dataclass
from typing import Any

#: Instances belong to so many groups; a message to all is for one of them.
GROUPS = 12


@dataclass(frozen=True, slots=True)
class Target:
    """A process instance, as the API names it."""

    id: str
    business_key: str
    process: str


def typed(value: str | int) -> dict[str, Any]:
    """A variable as Camunda has it."""
    names = {bool: "Boolean", int: "Integer", str: "String"}
    return {"type": names[type(value)], "value": value}


def aimed(target: Target, way: int) -> dict[str, Any]:
    """What names the one instance that a message is for, in one of several ways."""
    if way == 0:
        return {"businessKey": target.business_key}
    if way == 1:
        return {"processInstanceId": target.id}
    return {"correlationKeys": {"key": typed(target.business_key)}}


def variables(business_key: str, group: int) -> dict[str, Any]:
    """What an instance begins with."""
    return {"key": typed(business_key), "group": typed(group), "more": typed(False)}
