"""Lists of event subscriptions over HTTP: of running instances and of start events; filters, orders, pages."""

from typing import Any

import pytest

from taskbridge.clock import ManualClock
from tests.client import CamundaClient

pytestmark = pytest.mark.anyio

_MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="tests">
<message id="m" name="payment"/><message id="o" name="order"/>
<process id="{key}" isExecutable="true"><startEvent id="ordered"><messageEventDefinition messageRef="o"/></startEvent>
<sequenceFlow id="f0" sourceRef="ordered" targetRef="wait"/>
<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="wait"/>
<receiveTask id="wait" messageRef="m"/></process></definitions>"""


@pytest.fixture
async def world(camunda: CamundaClient, clock: ManualClock) -> dict[str, str]:
    """Instances of a definition of no tenant and of one of a tenant, which wait; their ids by tenant."""
    for key, tenant in (("plain", None), ("northern", "north")):
        parts: list[tuple[str, tuple[str | None, bytes]]] = [("deployment-name", (None, b"tests"))]
        parts += [("model", (f"{key}.bpmn", _MODEL.format(key=key).encode()))]
        parts += [("tenant-id", (None, tenant.encode()))] if tenant else []
        assert (await camunda.request("POST", "/deployment/create", files=parts)).status_code == 200
        clock.advance(1000)
    plain = await camunda.start("plain", {})
    clock.advance(1000)
    northern = (await camunda.post("/process-definition/key/northern/tenant-id/north/start", {})).json()["id"]
    return {"plain": plain, "northern": northern}


def told(one: dict[str, Any]) -> tuple[str, str]:
    return one["activityId"], one["tenantId"] or "-"


WAITS, NORTH_WAITS = ("wait", "-"), ("wait", "north")
STARTS, NORTH_STARTS = ("ordered", "-"), ("ordered", "north")
ALL = [STARTS, NORTH_STARTS, WAITS, NORTH_WAITS]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("eventType=message", ALL),
        ("eventType=MESSAGE", []),
        ("eventType=", []),
        ("eventType=signal", []),
        ("eventName=payment", [WAITS, NORTH_WAITS]),
        ("eventName=Payment", []),
        ("eventName=", []),
        ("activityId=ordered", [STARTS, NORTH_STARTS]),
        ("activityId=", []),
        ("eventSubscriptionId=x", []),
        ("eventSubscriptionId=", []),
        ("executionId=", []),
        ("processInstanceId=", []),
        ("processInstanceId={plain}", [WAITS]),
        ("executionId={plain}", []),
        ("tenantIdIn=", ALL),
        ("tenantIdIn=north", [NORTH_STARTS, NORTH_WAITS]),
        ("tenantIdIn=south", []),
        ("tenantIdIn=north&includeEventSubscriptionsWithoutTenantId=true", ALL),
        ("tenantIdIn=south&includeEventSubscriptionsWithoutTenantId=true", [STARTS, WAITS]),
        ("includeEventSubscriptionsWithoutTenantId=true", ALL),
        ("withoutTenantId=true", [STARTS, WAITS]),
        ("withoutTenantId=false", ALL),
        ("withoutTenantId=true&tenantIdIn=north", [STARTS, WAITS]),
        ("sortBy=created&sortOrder=asc", ALL),
        ("sortBy=created&sortOrder=desc", ALL[::-1]),
        ("sortBy=tenantId&sortOrder=asc&tenantIdIn=north", [NORTH_STARTS, NORTH_WAITS]),
        ("maxResults=0", []),
        ("firstResult=1&maxResults=2", [NORTH_STARTS, WAITS]),
    ],
)
async def test_query_parameters_narrow(
    camunda: CamundaClient, world: dict[str, str], query: str, expected: list[tuple[str, str]]
) -> None:
    query = query.format(**world)
    listed = (await camunda.get(f"/event-subscription?{query}")).json()
    assert [told(one) for one in listed] == expected
    if "Result" not in query:
        assert (await camunda.get(f"/event-subscription/count?{query}")).json() == {"count": len(expected)}


async def test_a_subscription_is_found_by_its_id_and_by_its_execution(
    camunda: CamundaClient, world: dict[str, str]
) -> None:
    (found,) = (await camunda.get(f"/event-subscription?processInstanceId={world['plain']}")).json()
    for query in (f"eventSubscriptionId={found['id']}", f"executionId={found['executionId']}"):
        assert (await camunda.get(f"/event-subscription?{query}")).json() == [found]
    tree = (await camunda.get(f"/process-instance/{world['plain']}/activity-instances")).json()
    assert tree["childActivityInstances"][0]["executionIds"] == [found["executionId"]]
    assert tree["childActivityInstances"][0]["activityType"] == "receiveTask"


async def test_a_start_event_has_no_execution(camunda: CamundaClient, world: dict[str, str]) -> None:
    (start,) = (await camunda.get("/event-subscription?eventName=order&withoutTenantId=true")).json()
    assert (start["executionId"], start["processInstanceId"]) == (None, None)
    assert start["createdDate"] < (await camunda.get("/event-subscription")).json()[-1]["createdDate"]


async def test_the_execution_of_an_instance_has_what_its_event_subprocesses_wait_for(camunda: CamundaClient) -> None:
    sub = """<subProcess id="sub" triggeredByEvent="true"><startEvent id="paid"><messageEventDefinition messageRef="m"/>
    </startEvent></subProcess></process>"""
    await camunda.deploy(("model.bpmn", _MODEL.format(key="p").replace("</process>", sub).encode()))
    instance = await camunda.start("p", {})
    (found,) = (await camunda.get(f"/event-subscription?executionId={instance}")).json()
    assert (found["activityId"], found["executionId"]) == ("paid", instance)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("sortBy=created", "Only a single sorting parameter specified. sortBy and sortOrder required"),
        ("sortBy=id&sortOrder=asc", "Cannot set query parameter 'sortBy' to value 'id'"),
        ("sortBy=created&sortOrder=x", "Cannot set query parameter 'sortOrder' to value 'x'"),
        (
            "withoutTenantId=x",
            "Cannot set query parameter 'withoutTenantId' to value 'x': "
            "Cannot convert value x to java type java.lang.Boolean",
        ),
    ],
)
async def test_a_query_that_cannot_be_read_is_refused(camunda: CamundaClient, query: str, message: str) -> None:
    for path in ("/event-subscription", "/event-subscription/count"):
        answer = await camunda.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert answer.json() == {"type": "InvalidRequestException", "message": message, "code": None}
