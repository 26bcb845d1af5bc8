"""Request bodies as the vendor's own JSON mapper reads them (contract 1.3, 7.3): leniently, and with its messages.

Handlers await ``one`` (PUT) and ``some`` (POST) with the bean they expect; what comes back has only the members that
were sent, each as its reader made it; a large body is read in a thread. The members of the beans are those of the
schemas in the document.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, TypeVar

from taskbridge.dialects.alfresco.errors import AlfrescoError, default, invalid
from taskbridge.dialects.alfresco.values import EARLIEST, LATEST, java_text, parse_date
from taskbridge.spec import Call, parse_leading
from taskbridge.spec.threads import LARGE_FOR_PYTHON, read_in_thread

Json: TypeAlias = Any
Reader = Callable[[Json], Any]
Members: TypeAlias = dict[str, Any]
T = TypeVar("T")

_COULD_NOT_READ = "Could not read content from HTTP request body"
_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_TOKENS = {list: ("Array", "START_ARRAY"), dict: ("Object", "START_OBJECT")}


@dataclass(frozen=True, slots=True)
class Bean:
    """A class of the vendor, by the name that its messages show, with a reader for each of its members."""

    name: str
    members: Mapping[str, Reader]


class Unreadable(Exception):
    """A body cannot be read; the words are those of the vendor's mapper."""


async def one(call: Call, bean: Bean) -> Members:
    """The one object that a PUT brings. Raises AlfrescoError."""
    return await _read(call, lambda value: _the_one(bean, value))


async def some(call: Call, bean: Bean) -> list[Members]:
    """The objects that a POST brings: an object alone, or an array of them. Raises AlfrescoError."""
    return await _read(call, lambda value: _all(bean, value))


async def _read(call: Call, convert: Callable[[Json], T]) -> T:
    def read() -> T:
        try:
            return convert(_value(content))
        except Unreadable as error:
            raise invalid(f"{_COULD_NOT_READ}: {error}") from error

    content: bytes = call.body or b""
    return await read_in_thread(read) if len(content) > LARGE_FOR_PYTHON else read()


def _the_one(bean: Bean, value: Json) -> Members:
    if value is None:
        raise default(500, "The request body is null")
    return _object(bean, value)


def _all(bean: Bean, value: Json) -> list[Members]:
    if value is None or value == []:
        raise invalid(f"{_COULD_NOT_READ}, the list is empty")
    return [_object(bean, item) for item in (value if isinstance(value, list) else [value])]


def _value(content: bytes) -> Json:
    """The JSON value of a body; what follows it is ignored."""
    if not content.strip():
        raise _unread("No content to map due to end-of-input")
    try:
        value = parse_leading(content, "utf-8")
    except json.JSONDecodeError as error:
        raise _unread(_unexpected(error)) from error
    except ValueError as error:
        raise _unread(str(error)) from error
    if b"\\u0000" in content and _holds_nul(value):
        raise _unread("A text cannot hold the character NUL")
    return value


def _unread(detail: str) -> AlfrescoError:
    return invalid(f"{_COULD_NOT_READ}: {detail}")


def _unexpected(error: json.JSONDecodeError) -> str:
    place = f"line: {error.lineno}, column: {error.colno}"
    if error.pos >= len(error.doc) or error.msg.startswith("Unterminated"):
        return f"Unexpected end-of-input ({place})"
    character = error.doc[error.pos]
    return f"Unexpected character ('{character}' (code {ord(character)})): {error.msg} ({place})"


def _holds_nul(value: Json) -> bool:
    match value:
        case str():
            return "\0" in value
        case list():
            return any(map(_holds_nul, value))
        case dict():
            return any(map(_holds_nul, [*value, *value.values()]))
        case _:
            return False


def _object(bean: Bean, value: Json) -> Members:
    if not isinstance(value, dict):
        raise _wrong(bean.name, value)
    unknown = next((name for name in value if name not in bean.members), None)
    if unknown is not None:
        known = ", ".join(f'"{name}"' for name in bean.members)
        raise Unreadable(
            f'Unrecognized field "{unknown}" (class {bean.name}), not marked as ignorable '
            f"({len(bean.members)} known properties: {known}])"
        )
    return {name: bean.members[name](member) for name, member in value.items()}


def _wrong(type_: str, value: Json) -> Unreadable:
    refused = f"Cannot deserialize value of type `{type_}` from"
    match value:
        case list() | dict():
            what, token = _TOKENS[type(value)]
            return Unreadable(f"{refused} {what} value (token `JsonToken.{token}`)")
        case bool():
            return Unreadable(f"{refused} Boolean value (token `JsonToken.VALUE_{str(value).upper()}`)")
        case str():
            return Unreadable(f'{refused} String "{value}": not a valid representation')
        case None:
            return Unreadable(f"{refused} Null value (token `JsonToken.VALUE_NULL`)")
        case _:
            return Unreadable(f"{refused} Number value ({java_text(value)})")


def _text(value: Json) -> str | None:
    """Scalars become text; an empty one is none."""
    if isinstance(value, list | dict):
        raise _wrong("java.lang.String", value)
    return None if value is None or value == "" else java_text(value)


def _integer(type_: str, bits: int, nothing: int | None, value: Json) -> int | None:
    match value:
        case None | "":
            return nothing
        case bool() | list() | dict():
            raise _wrong(type_, value)
        case int():
            number = value
        case float() if math.isfinite(value):
            number = int(value)
        case str() if _INTEGER.fullmatch(value.strip()):
            number = int(value)
        case _:
            raise _wrong(type_, value)
    if not -(1 << bits - 1) <= number < 1 << bits - 1:
        raise Unreadable(f"Numeric value ({number}) out of range of {type_} (-{1 << bits - 1} - {(1 << bits - 1) - 1})")
    return number


def _date(value: Json) -> int | None:
    match value:
        case None | "":
            return None
        case str():
            try:
                return parse_date(value)
            except ValueError:
                raise _wrong("java.util.Date", value) from None
        case int() if not isinstance(value, bool) and EARLIEST <= value <= LATEST:
            return value
        case _:
            raise _wrong("java.util.Date", value)


def _truth(value: Json) -> bool | None:
    match value:
        case None | "":
            return None
        case bool():
            return value
        case int():
            return value != 0
        case "true" | "false":
            return bool(value == "true")
        case _:
            raise _wrong("boolean", value)


def _any(value: Json) -> Json:
    return value


def _listed(read: Reader, value: Json) -> list[Any]:
    """An array of what ``read`` reads; one thing alone counts as an array of it, null as an empty one."""
    if value is None:
        return []
    return [read(item) for item in (value if isinstance(value, list) else [value])]


def _map(value: Json) -> Mapping[str, Json] | None:
    if value is not None and not isinstance(value, dict):
        raise _wrong("java.util.Map<java.lang.String,java.lang.Object>", value)
    return value


_primitive_int: Reader = partial(_integer, "int", 32, 0)
_long: Reader = partial(_integer, "java.lang.Long", 64, None)

_MODEL = "org.alfresco.rest.workflow.api.model"
VARIABLE = Bean(f"{_MODEL}.Variable", {"name": _text, "type": _text, "value": _any})
TASK_VARIABLE = Bean(f"{_MODEL}.TaskVariable", {"scope": _text, **VARIABLE.members})
TASK = Bean(
    f"{_MODEL}.Task",
    {
        "id": _text,
        "processId": _text,
        "processDefinitionId": _text,
        "activityDefinitionId": _text,
        "name": _text,
        "description": _text,
        "dueAt": _date,
        "startedAt": _date,
        "endedAt": _date,
        "durationInMs": _long,
        "priority": _primitive_int,
        "owner": _text,
        "assignee": _text,
        "formResourceKey": _text,
        "state": _text,
        "variables": partial(_listed, partial(_object, TASK_VARIABLE)),
    },
)
PROCESS = Bean(
    f"{_MODEL}.ProcessInfo",
    {
        "processDefinitionId": _text,
        "processDefinitionKey": _text,
        "businessKey": _text,
        "variables": _map,
        "items": partial(_listed, _text),
        "id": _text,
        "startedAt": _date,
        "endedAt": _date,
        "durationInMs": _long,
        "deleteReason": _text,
        "startUserId": _text,
        "startActivityId": _text,
        "endActivityId": _text,
        "superProcessInstanceId": _text,
        "completed": _truth,
        "processVariables": partial(_listed, partial(_object, VARIABLE)),
    },
)
ITEM = Bean(
    f"{_MODEL}.Item",
    {
        "id": _text,
        "name": _text,
        "title": _text,
        "description": _text,
        "mimeType": _text,
        "createdBy": _text,
        "createdAt": _date,
        "modifiedBy": _text,
        "modifiedAt": _date,
        "size": _long,
    },
)
LOGIN = Bean("org.alfresco.rest.api.model.LoginTicket", {"userId": _text, "password": _text})
