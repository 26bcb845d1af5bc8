"""Deployments over HTTP: when they become active, and what is kept of their files (contract 4.2)."""

import logging

import pytest

from taskbridge.clock import ManualClock
from taskbridge.dialects.camunda.values import format_date
from taskbridge.service.unit import Services
from tests.bpmn import around, model
from tests.client import CamundaClient, jobs_done

pytestmark = pytest.mark.anyio

CREATE = "/deployment/create"
Parts = list[tuple[str, tuple[str | None, bytes]]]


async def test_a_deployment_can_wait_for_its_moment(
    camunda: CamundaClient, clock: ManualClock, services: Services
) -> None:
    moment = format_date(clock.now() + 60_000) or ""
    parts: Parts = [("deployment-activation-time", (None, moment.encode())), ("x", model("P1"))]
    deployed = (await camunda.request("POST", CREATE, files=parts)).json()["deployedProcessDefinitions"]
    assert [definition["suspended"] for definition in deployed.values()] == [True]
    assert (await camunda.post("/process-definition/key/P1/start", {})).status_code == 500
    clock.advance(60_000)
    await jobs_done(services)
    assert (await camunda.post("/process-definition/key/P1/start", {})).status_code == 200


async def test_a_moment_that_has_passed_changes_nothing(camunda: CamundaClient) -> None:
    parts: Parts = [
        ("deployment-activation-time", (None, b"2013-01-23T14:42:45.000+0200")),
        ("x", model("P1")),
    ]
    deployed = (await camunda.request("POST", CREATE, files=parts)).json()["deployedProcessDefinitions"]
    assert [definition["suspended"] for definition in deployed.values()] == [False]


@pytest.mark.parametrize(
    "part",
    [
        ("deployment-activation-time", (None, b"soon")),
        ("deployment-name", (None, b"\xff")),
        ("tenant-id", (None, b"a\0b")),
    ],
)
async def test_a_setting_that_cannot_be_read_deploys_nothing(
    camunda: CamundaClient, part: tuple[str, tuple[str | None, bytes]]
) -> None:
    answer = await camunda.request("POST", CREATE, files=[part, ("x", model("P1"))])
    assert (answer.status_code, answer.json()["type"]) == (400, "InvalidRequestException")
    assert (await camunda.get("/deployment/count")).json() == {"count": 0}


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("form.html", "text/html"),
        ("order.dmn", "application/xml"),
        ("notes.TXT", "text/plain"),
        ("picture.svg", "image/svg+xml"),
        ("thing.bin", "application/octet-stream"),
        ("no-ending", "application/octet-stream"),
        ("grüße.txt", "text/plain"),
    ],
)
async def test_a_file_is_kept_as_it_is_and_given_back_by_its_name(
    camunda: CamundaClient, name: str, content_type: str
) -> None:
    content = bytes(range(256))
    deployment = await camunda.deploy((name, content))
    assert deployment["deployedProcessDefinitions"] is None
    (listed,) = (await camunda.get(f"/deployment/{deployment['id']}/resources")).json()
    assert listed == {"id": listed["id"], "name": name, "deploymentId": deployment["id"]}
    answer = await camunda.get(f"/deployment/{deployment['id']}/resources/{listed['id']}/data")
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == content_type


async def test_source_and_no_source_cannot_be_asked_for_together(camunda: CamundaClient) -> None:
    answer = await camunda.get("/deployment?source=a&withoutSource=true")
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        'The query parameters "withoutSource" and "source" cannot be used in combination.',
    )


async def test_what_is_ignored_in_a_model_is_a_line_in_the_log(
    camunda: CamundaClient, caplog: pytest.LogCaptureFixture
) -> None:
    noted = around('<userTask id="step" camunda:class="x" camunda:modelerTemplate="y"/>')
    with caplog.at_level(logging.INFO, "taskbridge.engine"):
        await camunda.deploy(("noted.bpmn", noted))
    lines = [record.getMessage() for record in caplog.records if record.name == "taskbridge.engine"]
    assert [line.partition(": ")[2] for line in lines] == [
        "Ignored attribute 'camunda:class' of userTask 'step'",
        "Ignored attribute 'camunda:modelerTemplate' of userTask 'step'",
    ]
    assert all(line.startswith("noted.bpmn:4:1: ") for line in lines)
