"""Carries an action out on a server. Every function raises Refused when the server answers with an error."""

from collections.abc import Awaitable, Callable

from model_driver.policies import Action, Kind
from model_driver.rest import Server
from model_driver.values import JsonObject

_WORKER = "model-driver"
#: Milliseconds; longer than any run.
_LOCK = 3_600_000


async def act(server: Server, action: Action, identifier: str) -> None:
    """Carry out an action on what the server knows by that id: a task, a job, the instance that waits for an event."""
    if action.error_code:
        await _THROW[action.candidate.kind](server, identifier, {"errorCode": action.error_code})
    elif action.candidate.kind is Kind.MESSAGE:
        await server.post("/message", {"messageName": action.candidate.name, "processInstanceId": identifier})
    elif action.candidate.kind is Kind.SIGNAL:
        await server.post("/signal", {"name": action.candidate.name})
    else:
        await _DO[action.candidate.kind](server, identifier)


async def _complete_task(server: Server, identifier: str) -> None:
    await server.post(f"/task/{identifier}/complete", {})


async def _complete_external_task(server: Server, identifier: str) -> None:
    await _lock(server, identifier)
    await server.post(f"/external-task/{identifier}/complete", {"workerId": _WORKER})


async def _execute_job(server: Server, identifier: str) -> None:
    await server.post(f"/job/{identifier}/execute", {})


async def _throw_in_task(server: Server, identifier: str, error: JsonObject) -> None:
    await server.post(f"/task/{identifier}/bpmnError", error)


async def _throw_in_external_task(server: Server, identifier: str, error: JsonObject) -> None:
    await _lock(server, identifier)
    await server.post(f"/external-task/{identifier}/bpmnError", {"workerId": _WORKER} | error)


async def _lock(server: Server, identifier: str) -> None:
    await server.post(f"/external-task/{identifier}/lock", {"workerId": _WORKER, "lockDuration": _LOCK})


_DO: dict[Kind, Callable[[Server, str], Awaitable[None]]] = {
    Kind.TASK: _complete_task,
    Kind.EXTERNAL_TASK: _complete_external_task,
    Kind.JOB: _execute_job,
}
_THROW: dict[Kind, Callable[[Server, str, JsonObject], Awaitable[None]]] = {
    Kind.TASK: _throw_in_task,
    Kind.EXTERNAL_TASK: _throw_in_external_task,
}
