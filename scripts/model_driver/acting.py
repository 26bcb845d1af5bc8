"""Carries an action out on a server. Every function raises Refused when the server answers with an error."""

from collections.abc import Awaitable, Callable

from model_driver.models import Model
from model_driver.policies import Action, Kind, Target
from model_driver.rest import Server
from model_driver.values import JsonObject

_WORKER = "model-driver"
#: Milliseconds; longer than any run.
_LOCK = 3_600_000


async def act(server: Server, model: Model, action: Action, target: Target) -> None:
    """Carry out an action on what the server knows by that id."""
    kind, identifier = action.candidate.kind, target.id
    if action.error_code:
        await _THROW[kind](server, identifier, {"errorCode": action.error_code})
    elif action.escalation_code:
        await server.post(f"/task/{identifier}/bpmnEscalation", {"escalationCode": action.escalation_code})
    elif action.directly:
        await _DELIVER[kind](server, target.execution, action.candidate.name)
    elif kind in _TRIGGER:
        await _TRIGGER[kind](server, identifier, action.candidate.name)
    elif kind is Kind.CONDITION:
        setting = model.settings[action.candidate.activity]
        await server.put(f"/process-instance/{identifier}/variables/{setting.name}", setting.typed())
    else:
        await _DO[kind](server, identifier)


async def _correlate(server: Server, instance: str, name: str) -> None:
    await server.post("/message", {"messageName": name, "processInstanceId": instance})


async def _broadcast(server: Server, _instance: str, name: str) -> None:
    await server.post("/signal", {"name": name})


async def _deliver_message(server: Server, execution: str, name: str) -> None:
    await server.post(f"/execution/{execution}/messageSubscriptions/{name}/trigger", {})


async def _deliver_signal(server: Server, execution: str, name: str) -> None:
    await server.post("/signal", {"name": name, "executionId": execution})


async def _complete_task(server: Server, identifier: str) -> None:
    await server.post(f"/task/{identifier}/complete", {})


async def _complete_external_task(server: Server, identifier: str) -> None:
    await _lock(server, identifier)
    await server.post(f"/external-task/{identifier}/complete", {"workerId": _WORKER})


async def _execute_job(server: Server, identifier: str) -> None:
    await server.post(f"/job/{identifier}/execute", {})


async def _signal_execution(server: Server, identifier: str) -> None:
    await server.post(f"/execution/{identifier}/signal", {})


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
    Kind.EXECUTION: _signal_execution,
}
_TRIGGER: dict[Kind, Callable[[Server, str, str], Awaitable[None]]] = {
    Kind.MESSAGE: _correlate,
    Kind.SIGNAL: _broadcast,
}
_THROW: dict[Kind, Callable[[Server, str, JsonObject], Awaitable[None]]] = {
    Kind.TASK: _throw_in_task,
    Kind.EXTERNAL_TASK: _throw_in_external_task,
}
_DELIVER: dict[Kind, Callable[[Server, str, str], Awaitable[None]]] = {
    Kind.MESSAGE: _deliver_message,
    Kind.SIGNAL: _deliver_signal,
}
