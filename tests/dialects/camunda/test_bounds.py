"""Texts and lists that are too much for a database: every filter answers in the same words on both databases."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from taskbridge.store.external_task_lists import ExternalTaskFilter
from taskbridge.store.external_tasks import TopicCriteria
from taskbridge.store.instance_lists import InstanceFilter
from taskbridge.store.user_task_lists import UserTaskFilter
from taskbridge.store.variable_filters import VariableCondition
from taskbridge.store.variable_lists import VariableFilter
from tests.client import CamundaClient
from tests.documented import CONDITIONS, TABLE
from vendor_parameters import Parameter

pytestmark = pytest.mark.anyio

LISTS = sorted({one.operation for one in TABLE if one.operation.endswith("/count")})
LONG, MANY, MORE_THAN_ALLOWED = 60_000, 70_000, 20_001
#: More values than PostgreSQL takes parameters; of the other lists a few more than are allowed are enough.
_OF_MANY = ("tenantIdIn", "assigneeNotIn", "taskDefinitionKeyNotIn")
#: What finds nothing whatever it says, so that no database is asked for it; or is refused in any form.
_NOT_ASKED_FOR = {"caseInstanceIdIn", "caseExecutionIdIn", "batchIdIn"}
#: Its filters are counted before they are looked at.
_COUNTED_FIRST = "/variable-instance/count"
_NO_FILTERS = {"sortBy", "sortOrder", "delegationState", *CONDITIONS}


def _texts(operation: str) -> list[Parameter]:
    of_texts = (one for one in TABLE if one.operation == operation and one.type in ("string", "string[]"))
    return [one for one in of_texts if "." not in one.name and one.name not in _NO_FILTERS]


def _number(parameter: Parameter) -> int:
    """How many values are sent."""
    return MANY if parameter.place == "body" and parameter.name in _OF_MANY else MORE_THAN_ALLOWED


def _expected(parameter: Parameter) -> tuple[int, str]:
    """Status, and what the message or the count says."""
    if parameter.name.endswith("Expression"):
        return 400, "Expressions are forbidden in adhoc queries"
    if (parameter.name in _NOT_ASKED_FOR and not parameter.operation.endswith(_COUNTED_FIRST)) or (
        parameter.operation,
        parameter.name,
    ) == ("GET /batch/count", "tenantIdIn"):
        return 200, "0"
    if parameter.name in ("dueDates", "createTimes") and parameter.place == "query":
        return 400, f"Cannot set query parameter '{parameter.name}' to value 'v,"
    if parameter.type == "string[]":
        return 400, f"Too many values in one query: {_number(parameter)} is greater than 20000"
    if parameter.name.endswith("Like") and not parameter.name.startswith("case"):
        return 400, "The pattern is too long: 60000 characters, at most 10000"
    return 200, "0"


@pytest.mark.parametrize("operation", LISTS)
async def test_filters_of_any_size_have_the_same_answer(camunda: CamundaClient, operation: str) -> None:
    method, path = operation.split()
    found, expected = {}, {}
    for parameter in _texts(operation):
        value: Any = "a" * LONG if parameter.type == "string" else ["v"] * _number(parameter)
        text = value if isinstance(value, str) else ",".join(value)
        sent = f"{path}?{urlencode({parameter.name: text}, safe=',')}" if parameter.place == "query" else path
        answer = await (camunda.get(sent) if method == "GET" else camunda.post(sent, {parameter.name: value}))
        body = answer.json()
        found[parameter.name] = answer.status_code, str(body.get("message", body.get("count")))
        expected[parameter.name] = _expected(parameter)
        if not found[parameter.name][1].startswith(expected[parameter.name][1]):
            continue
        found[parameter.name] = expected[parameter.name]
    assert found == expected
    assert found


@pytest.mark.parametrize(
    ("path", "member"),
    [
        ("/task/count", "taskVariables"),
        ("/task/count", "processVariables"),
        ("/process-instance/count", "variables"),
        ("/external-task/count", "processVariables"),
        ("/variable-instance/count", "variableValues"),
    ],
)
async def test_patterns_of_conditions_are_bounded_too(camunda: CamundaClient, path: str, member: str) -> None:
    condition = {"name": "n", "operator": "like", "value": "a" * LONG}
    refused = await camunda.post(path, {member: [condition]})
    assert (refused.status_code, refused.json()["type"]) == (400, "BadUserRequestException")
    for changes in ({"value": "a" * 10_000}, {"operator": "eq"}, {"name": "a" * LONG, "value": "a"}):
        assert (await camunda.post(path, {member: [condition | changes]})).json() == {"count": 0}


async def test_a_fetch_with_too_much_is_refused_and_one_with_the_most_is_not(camunda: CamundaClient) -> None:
    topic = {"topicName": "T", "lockDuration": 1_000}
    for name in ("tenantIdIn", "processDefinitionKeyIn", "processDefinitionIdIn"):
        for number, status in ((20_000, 200), (MANY, 400)):
            topics = [topic | {name: [f"v{value}" for value in range(number)]}]
            answer = await camunda.post(
                "/external-task/fetchAndLock", {"workerId": "w", "maxTasks": 1, "topics": topics}
            )
            assert answer.status_code == status, name
    topics = [topic | {"processDefinitionVersionTag": "a" * LONG}]
    answer = await camunda.post("/external-task/fetchAndLock", {"workerId": "w", "maxTasks": 1, "topics": topics})
    assert answer.json()["message"] == "The pattern is too long: 60000 characters, at most 10000"


async def test_a_selection_of_too_many_is_refused_and_one_of_the_most_is_not(camunda: CamundaClient) -> None:
    for number, status in ((20_000, 204), (MANY, 400)):
        body = {"suspended": True, "processInstanceIds": ["v"] * number}
        answer = await camunda.put("/process-instance/suspended", body)
        assert answer.status_code == status
    query = {"historicProcessInstanceQuery": {"processDefinitionKeyNotIn": [f"v{value}" for value in range(300)]}}
    answer = await camunda.put("/external-task/retries", {"retries": 1, **query})
    assert answer.json()["message"] == "Too many conditions in one query: 300 is greater than 200"


async def test_alternatives_count_together(camunda: CamundaClient) -> None:
    alternatives = [{"assigneeIn": [f"v{value}" for value in range(150)]}] * 150
    answer = await camunda.post("/task/count", {"orQueries": alternatives})
    assert answer.json()["message"] == "Too many values in one query: 22500 is greater than 20000"
    most = [{"assigneeIn": [f"v{value}" for value in range(100)], "tenantIdIn": ["t"]}] * 190
    assert (await camunda.post("/task/count", {"orQueries": most})).json() == {"count": 0}


TASKS, INSTANCES, FETCH = "POST /task", "POST /process-instance", "POST /external-task/fetchAndLock"
SUSPENDED, RETRIES = "PUT /process-instance/suspended", "PUT /external-task/retries"
_CONDITION = {"name": "n", "operator": "eq", "value": 1}
_TOO_MANY_CONDITIONS = "Too many conditions in one query: {} is greater than 200"
_TOO_MANY_VALUES = "Too many values in one query: {} is greater than 20000"


def _topics(members: dict[str, Any]) -> dict[str, Any]:
    topics = [{"topicName": f"T{number}", "lockDuration": 1, **members} for number in range(150)]
    return {"workerId": "w", "maxTasks": 1, "topics": topics}


@pytest.mark.parametrize(
    ("operation", "body", "text"),
    [
        (TASKS, {"orQueries": [{}] * 300}, _TOO_MANY_CONDITIONS.format(300)),
        (TASKS, {"processVariables": [_CONDITION] * 300}, _TOO_MANY_CONDITIONS.format(300)),
        (TASKS, {"orQueries": [{"taskVariables": [_CONDITION] * 100}] * 3}, _TOO_MANY_CONDITIONS.format(303)),
        (TASKS, {"taskIdIn": ["x"] * 20_001}, _TOO_MANY_VALUES.format(20_001)),
        (TASKS, {"sorting": [{"sortBy": "id", "sortOrder": "asc"}] * 300}, _TOO_MANY_CONDITIONS.format(300)),
        (INSTANCES, {"orQueries": [{}] * 300}, _TOO_MANY_CONDITIONS.format(300)),
        ("POST /external-task", {"processVariables": [_CONDITION] * 300}, _TOO_MANY_CONDITIONS.format(300)),
        ("POST /variable-instance", {"variableValues": [_CONDITION] * 300}, _TOO_MANY_CONDITIONS.format(300)),
        (SUSPENDED, {"historicProcessInstanceQuery": {"orQueries": [{}] * 300}}, _TOO_MANY_CONDITIONS.format(300)),
        (SUSPENDED, {"processInstanceQuery": {"orQueries": [{}] * 300}}, _TOO_MANY_CONDITIONS.format(300)),
        (FETCH, _topics({"processVariables": {f"n{n}": n for n in range(400)}}), _TOO_MANY_CONDITIONS.format(60_000)),
        (FETCH, _topics({"processDefinitionIdIn": ["x"] * 400}), _TOO_MANY_VALUES.format(60_000)),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("P") else "",
)
async def test_what_is_too_much_is_refused_before_any_of_it_becomes_a_filter(
    camunda: CamundaClient, monkeypatch: pytest.MonkeyPatch, operation: str, body: dict[str, Any], text: str
) -> None:
    made = _filters_made(monkeypatch)
    method, path = operation.split()
    answer = await camunda.request(method, path, body)
    assert (answer.status_code, answer.json()["message"]) == (400, text)
    assert made == []


def _filters_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The filters and conditions that are made from now on, by name."""
    made: list[str] = []
    for type_ in (UserTaskFilter, InstanceFilter, ExternalTaskFilter, VariableFilter, TopicCriteria, VariableCondition):
        monkeypatch.setattr(type_, "__init__", _noting(type_, made))
    return made


def _noting(type_: type, made: list[str]) -> Callable[..., None]:
    usual: Callable[..., None] = vars(type_)["__init__"]

    def init(self: object, /, *values: object, **named: object) -> None:
        made.append(type_.__name__)
        usual(self, *values, **named)

    return init


async def test_conditions_of_a_query_string_are_counted_first(
    camunda: CamundaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _filters_made(monkeypatch)
    answer = await camunda.get(f"/task?processVariables={','.join(['n_eq_1'] * 5_000)}")
    assert (answer.status_code, answer.json()["message"]) == (400, _TOO_MANY_CONDITIONS.format(5_000))
    assert made == []
