"""The variables of one place: get, set, change and remove them, and the contents of files (contract 2, 4.4, 4.6).

Process instances, executions and tasks offer the same seven operations, tasks twice. They differ only in how the place
is found and in what it is called, which is the table ``FAMILIES``; ``HANDLERS`` is families times operations.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from functools import partial
from typing import NamedTuple

from taskbridge.dialects.camunda import executions, ids
from taskbridge.dialects.camunda.errors import (
    illegal_argument,
    invalid_request,
    null_pointer,
    null_value,
    prefixed,
    rest_exception,
)
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.variables import (
    data_answer,
    read_variable,
    read_variables,
    write_variable,
    write_variables,
)
from taskbridge.engine.variables import Variable
from taskbridge.service import variables
from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Unit
from taskbridge.service.variables import Execution
from taskbridge.spec import Answer, Call, Handler, Part


class Family(NamedTuple):
    """One kind of place.

    ``name`` is what its operations are called, ``noun`` what it is called in errors; ``local`` leaves out outer scopes.
    """

    name: str
    noun: str
    local: bool
    kinds: tuple[Kind, ...]
    find: Callable[..., Execution]
    unknown: str


_TASK = "task {id} doesn't exist: task is null"
_EXECUTION = "execution {id} doesn't exist: execution is null"

FAMILIES = (
    # Any execution of the instance will do, which the vendor's Java client relies on.
    Family("process_instance", "process instance", False, executions.KINDS, variables.execution, _EXECUTION),
    Family("execution_local", "execution", True, executions.KINDS, variables.execution, _EXECUTION),
    Family("task", "task", False, (Kind.TASK,), variables.task, _TASK),
    Family("task_local", "task", True, (Kind.TASK,), variables.task, _TASK),
)


def _place(family: Family, unit: Unit, call: Call, *, to_change: bool) -> Execution:
    shown = call.path["id"]
    try:
        return family.find(unit, ids.decode(shown, *family.kinds), to_change=to_change)
    except NotFound as error:
        raise null_value(family.unknown.format(id=shown)) from error


@contextmanager
def _about(verb: str, family: Family, call: Call) -> Iterator[None]:
    """Errors are prefixed with what could not be done to which variable."""
    with prefixed(f"Cannot {verb} {family.noun} variable {call.path['varName']}", id=call.path["id"]):
        yield


async def _get_all(family: Family, call: Call) -> Answer:
    deserialize = call.query.get("deserializeValues", True)

    def work(unit: Unit) -> dict[str, dict[str, object]]:
        found = variables.read(_place(family, unit, call, to_change=False), local_only=family.local)
        return write_variables(unit, found, deserialize=deserialize)

    return Answer(200, await call.services.run(work, call.user))


def _found(family: Family, unit: Unit, call: Call) -> Variable:
    name = call.path["varName"]
    with _about("get", family, call):
        variable = variables.get(_place(family, unit, call, to_change=False), name, local_only=family.local)
    if variable is None:
        raise invalid_request(f"{family.noun} variable with name {name} does not exist", 404)
    return variable


async def _get(family: Family, call: Call) -> Answer:
    deserialize = call.query.get("deserializeValue", True)
    view = await call.services.run(
        lambda unit: write_variable(unit, _found(family, unit, call), deserialize=deserialize), call.user
    )
    return Answer(200, view)


async def _get_data(family: Family, call: Call) -> Answer:
    answer: Answer = await call.services.run(
        lambda unit: data_answer(unit, _found(family, unit, call), call.path["id"]), call.user
    )
    return answer


async def _put(family: Family, call: Call) -> Answer:
    name = call.path["varName"]

    def work(unit: Unit) -> None:
        with _about("put", family, call):
            _change(family, unit, call, {name: read_variable(name, call.body)})

    await call.services.run(work, call.user)
    return Answer(204)


def _change(
    family: Family, unit: Unit, call: Call, modifications: Mapping[str, Variable], deletions: tuple[str, ...] = ()
) -> None:
    place = _place(family, unit, call, to_change=True)
    variables.change(unit, place, modifications, deletions, local_only=family.local)


async def _delete(family: Family, call: Call) -> Answer:
    def work(unit: Unit) -> None:
        with _about("delete", family, call):
            _change(family, unit, call, {}, (call.path["varName"],))

    await call.services.run(work, call.user)
    return Answer(204)


async def _modify(family: Family, call: Call) -> Answer:
    body, shown = call.body, call.path["id"]

    def work(unit: Unit) -> None:
        with prefixed(f"Cannot modify variables for {family.noun}", id=shown):
            modifications = read_variables(body.get("modifications"))
        with prefixed(f"Cannot modify variables for {family.noun} {shown}", id=shown):
            _change(family, unit, call, modifications, tuple(body.get("deletions") or ()))

    await call.services.run(work, call.user)
    return Answer(204)


async def _post_data(family: Family, call: Call) -> Answer:
    name = call.path["varName"]
    data, java_type, value_type = (call.body.first(part) for part in ("data", "type", "valueType"))
    if data is None:
        raise null_pointer()
    if java_type is not None:
        variable = _json_object(_text(java_type), data)
    else:
        variable = _content(name, "Bytes" if value_type is None else _text(value_type), data)

    def work(unit: Unit) -> None:
        with _about("put", family, call):
            _change(family, unit, call, {name: variable})

    await call.services.run(work, call.user)
    return Answer(204)


def _text(part: Part) -> str:
    return part.content.decode("utf-8", "replace")


def _json_object(class_: str, data: Part) -> Variable:
    if "application/json" not in (data.content_type or "").lower():
        raise invalid_request(f"Unrecognized content type for serialized java type: {data.content_type or 'null'}")
    text = _text(data)
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        raise invalid_request(f"Could not deserialize JSON object: {error}", 500) from error
    return read_variable("", {"type": "Object", "value": text, "valueInfo": _object_info(class_)})


def _object_info(class_: str) -> dict[str, str]:
    return {"objectTypeName": class_, "serializationDataFormat": "application/json"}


def _content(name: str, type_: str, data: Part) -> Variable:
    if "\0" in name or "\0" in (data.filename or ""):
        raise invalid_request("")  # as for every text: neither database can look for this character
    match type_[:1].upper() + type_[1:]:
        case "Bytes":
            return Variable("Bytes", data.content)
        case "File":
            return Variable("File", data.content, _file_info(data))
        case _:
            return read_variable(name, {"type": type_, "value": _text(data)})


def _file_info(data: Part) -> dict[str, str]:
    if data.filename is None:
        raise illegal_argument(
            "Cannot create file without filename! Please set a name into ValueInfo with key filename"
        )
    header = Message()
    header["Content-Type"] = data.content_type or "application/octet-stream"
    if "/" not in (data.content_type or "/"):
        raise rest_exception("Invalid mime type given", 400, None)
    encoding = header.get_param("encoding")
    info = {"filename": data.filename, "mimeType": header.get_content_type()}
    return info | {"encoding": encoding} if isinstance(encoding, str) else info


_OPERATIONS: Mapping[str, Callable[[Family, Call], Awaitable[Answer]]] = {
    "get_{}_variables": _get_all,
    "modify_{}_variables": _modify,
    "get_{}_variable": _get,
    "put_{}_variable": _put,
    "delete_{}_variable": _delete,
    "get_{}_variable_data": _get_data,
    "post_{}_variable_data": _post_data,
}

HANDLERS: Mapping[str, Handler] = {
    f"camunda_{name.format(family.name)}": partial(operation, family)
    for name, operation in _OPERATIONS.items()
    for family in FAMILIES
}
