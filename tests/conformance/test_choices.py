"""Where Taskbridge chooses for itself: the rows of docs/fidelity.md that no case of the contract shows."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest

from tests.bpmn import model
from tests.client import CamundaClient
from tests.conformance.story import cases

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]


async def test_an_error_that_nobody_catches_is_logged(camunda: CamundaClient, caplog: pytest.LogCaptureFixture) -> None:
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    (task,) = await camunda.fetch()
    with caplog.at_level(logging.INFO, logger="taskbridge.engine"):
        thrown = await camunda.post(
            f"/external-task/{task['id']}/bpmnError", {"workerId": "w", "errorCode": "nobody's"}
        )
    assert thrown.status_code == 204
    (record,) = caplog.records
    assert "nobody's" in record.getMessage()


async def test_a_number_in_the_place_of_a_text_is_written_without_needless_zeros(camunda: CamundaClient) -> None:
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    body = b'{"workerId": 1.50, "maxTasks": 1, "topics": [{"topicName": "T", "lockDuration": 1000}]}'
    fetched = await camunda.request(
        "POST", "/external-task/fetchAndLock", content=body, headers={"Content-Type": "application/json"}
    )
    assert [task["workerId"] for task in fetched.json()] == ["1.5"]


async def test_a_user_task_has_an_execution_of_its_own(camunda: CamundaClient) -> None:
    await camunda.deploy(model("UserTask"))
    instance = await camunda.start("UserTask")
    (task,) = (await camunda.get("/task")).json()
    assert task["executionId"] != instance
    execution = (await camunda.get(f"/execution/{task['executionId']}")).json()
    assert execution["processInstanceId"] == instance
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    assert tree["childActivityInstances"][0]["executionIds"] == [task["executionId"]]


CONDITION = {"name": "v", "operator": "eq", "value": 1}
TOPIC = {"topicName": "T", "lockDuration": 1000}
QUERIES: list[tuple[str, Any]] = [
    ("/external-task", lambda number: {"processVariables": [CONDITION] * number}),
    ("/process-instance", lambda number: {"variables": [CONDITION] * number}),
    ("/task", lambda number: {"taskVariables": [CONDITION] * number}),
    ("/task", lambda number: {"orQueries": [{"assignee": "a"}] * number}),
    ("/task", lambda number: {"orQueries": [{"processVariables": [CONDITION] * (number - 1)}]}),
    ("/variable-instance", lambda number: {"variableValues": [CONDITION] * number}),
    (
        "/external-task/fetchAndLock",
        lambda number: {
            "workerId": "w",
            "maxTasks": 1,
            "topics": [TOPIC | {"processVariables": {f"v{n}": n for n in range(number)}}],
        },
    ),
]


@pytest.mark.parametrize(("path", "body"), QUERIES)
async def test_more_conditions_than_a_query_may_have_are_refused(camunda: CamundaClient, path: str, body: Any) -> None:  # noqa: ANN401 - a function
    assert (await camunda.post(path, body(200))).json() == []
    refused = await camunda.post(path, body(201))
    assert (refused.status_code, refused.json()["type"]) == (400, "BadUserRequestException")
    assert "201 is greater than 200" in refused.json()["message"]


async def test_more_topics_than_a_fetch_may_name_are_refused(camunda: CamundaClient) -> None:
    topics = [TOPIC | {"topicName": f"topic {number}"} for number in range(5_001)]
    refused = await camunda.post("/external-task/fetchAndLock", {"workerId": "w", "maxTasks": 1, "topics": topics})
    assert (refused.status_code, refused.json()["type"]) == (400, "BadUserRequestException")


def test_every_test_that_the_table_of_choices_names_exists() -> None:
    rows = [line for line in (ROOT / "docs" / "fidelity.md").read_text().splitlines() if line.startswith("| ")]
    named = {name for row in rows for name in re.findall(r"`(test_\w+)`", row.split("|")[-2])}
    folders = [ROOT / "tests" / "conformance" / part for part in ("cases", "alfresco/cases")]
    told = {f"{case.file}: {case.title}" for folder in folders for case in cases(folder)}
    titles = {title for row in rows for title in re.findall(r"“(.+?)”", row.split("|")[-2])}
    sources = "\n".join(file.read_text() for file in (ROOT / "tests").glob("**/test_*.py") if "node" not in file.parts)
    assert len(rows) > 20
    assert {name for name in named if f"def {name}(" not in sources} == set()
    assert titles - told == set()
