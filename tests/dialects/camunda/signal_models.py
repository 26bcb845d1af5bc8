"""Processes that throw signals and wait for them, in few words, and how tests look at what came of it."""

from typing import Any

from taskbridge.service import uuids
from taskbridge.service.uuids import Kind
from taskbridge.store import subscriptions
from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy
from tests.engine.bpmn_snippets import HEAD, element, end, path, start, user
from tests.serving import Served

DECLARED = '<signal id="s" name="stop"/><signal id="s2" name="again"/><signal id="named" name="stop-${x}"/>'


def definition(reference: str = "s", inner: str = "", **attributes: str) -> str:
    """A signal event definition; ``inner`` stands in its extension elements."""
    extensions = f"<extensionElements>{inner}</extensionElements>" if inner else ""
    written = "".join(f' {key.replace("camunda_", "camunda:")}="{value}"' for key, value in attributes.items())
    return f'<signalEventDefinition signalRef="{reference}"{written}>{extensions}</signalEventDefinition>'


def catch(identifier: str, reference: str = "s") -> str:
    return element("intermediateCatchEvent", identifier, definition(reference))


def throw(identifier: str, reference: str = "s", inner: str = "", **attributes: str) -> str:
    return element("intermediateThrowEvent", identifier, definition(reference, inner, **attributes))


def boundary(identifier: str, host: str, reference: str = "s", *, interrupting: bool = True) -> str:
    cancel = str(interrupting).lower()
    return element("boundaryEvent", identifier, definition(reference), attachedToRef=host, cancelActivity=cancel)


def event_subprocess(identifier: str, reference: str = "s", *, interrupting: bool = True) -> str:
    """One with a user task, whose id ends with Work."""
    begin, work, over = f"{identifier}Start", f"{identifier}Work", f"{identifier}End"
    begins = element("startEvent", begin, definition(reference), isInterrupting=str(interrupting).lower())
    inner = begins + user(work) + end(over) + path(begin, work, over)
    return element("subProcess", identifier, inner, triggeredByEvent="true")


def process(key: str, *parts: str) -> str:
    """An executable process."""
    return element("process", key, "".join(parts), isExecutable="true")


#: Throws when its task is done, and goes on.
THROWER = process(
    "thrower", start(), user("go"), throw("t"), user("after"), end(), path("start", "go", "t", "after", "end")
)
#: Waits for the signal on its way.
RECEIVER = process("receiver", start(), catch("c"), user("got"), end(), path("start", "c", "got", "end"))
#: Begins with the signal.
STARTED = process(
    "started", element("startEvent", "start", definition()), user("begun"), end(), path("start", "begun", "end")
)


async def deployed(camunda: CamundaClient, *processes: str, tenant: str | None = None) -> None:
    """Deploy processes, each in a file of its own."""
    for one in processes:
        content = f"{HEAD}{DECLARED}{one}</definitions>".encode()
        if tenant is None:
            await deploy(camunda, content)
            continue
        parts = [("tenant-id", (None, tenant.encode())), ("data", ("model.bpmn", content))]
        answer = await camunda.request("POST", "/deployment/create", files=parts)
        assert answer.status_code == 200, answer.text


async def started_in(camunda: CamundaClient, key: str, tenant: str) -> str:
    """Start an instance of a tenant."""
    answer = await camunda.post(f"/process-definition/key/{key}/tenant-id/{tenant}/start", {})
    instance: str = answer.json()["id"]
    return instance


async def done(camunda: CamundaClient, activity: str) -> int:
    """Complete the first task at an activity; the status of the answer."""
    found = (await camunda.get(f"/task?taskDefinitionKey={activity}")).json()
    return (await camunda.post(f"/task/{found[0]['id']}/complete", {})).status_code


async def tasks(camunda: CamundaClient) -> list[str]:
    """The activities of all tasks."""
    return sorted(one["taskDefinitionKey"] for one in (await camunda.get("/task")).json())


async def throw_signal(camunda: CamundaClient, **body: object) -> tuple[int, Any]:
    """Throw the signal of the models; the status and the error's type and text."""
    answer = await camunda.post("/signal", {"name": "stop"} | body)
    if answer.status_code == 204:
        return 204, None
    return answer.status_code, (answer.json()["type"], answer.json()["message"])


async def variables(camunda: CamundaClient, instance: str) -> dict[str, Any]:
    """The values of an instance's own variables."""
    found = (await camunda.get(f"/process-instance/{instance}/variables")).json()
    return {name: one["value"] for name, one in found.items()}


async def waiting(served: Served, instance: str) -> list[tuple[str | None, str, str]]:
    """What an instance waits for: the name, the event, and the id of the execution that waits."""
    number = uuids.decode(instance, Kind.PROCESS_INSTANCE)
    rows = await served.services.run(lambda unit: subscriptions.of_instance(unit.tx, number))
    return [
        (row.name, row.node_id, instance if row.activity_id is None else uuids.encode(Kind.EXECUTION, row.activity_id))
        for row in rows
    ]


def multiplying(levels: int) -> bytes:
    """A file of processes that begin with the signals g0, g1 ... : two with each, and both throw the next one."""
    declared = "".join(f'<signal id="g{one}" name="g{one}"/>' for one in range(levels + 1))
    processes = (
        process(
            f"p{one}{side}",
            element("startEvent", f"s{one}{side}", definition(f"g{one}")),
            throw(f"t{one}{side}", f"g{one + 1}"),
            path(f"s{one}{side}", f"t{one}{side}"),
        )
        for one in range(levels)
        for side in "ab"
    )
    return f"{HEAD}{declared}{''.join(processes)}</definitions>".encode()
