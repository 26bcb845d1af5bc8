"""Every parameter that the vendor's own description documents is honoured by the operations that we have, or refused.

The parameters are in ``camunda_parameters.tsv``, made by ``scripts/vendor_parameters.py``. What is overlooked in
silence would give all where some were asked for, and change all where some were meant.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from taskbridge.clock import ManualClock
from taskbridge.service.unit import Services
from tests.client import CamundaClient, jobs_done
from tests.conformance.vendor_world import build
from tests.documented import CONDITIONS, OURS, TABLE
from tests.figures import figure
from vendor_parameters import Parameter

pytestmark = [pytest.mark.long, pytest.mark.anyio]

#: Members that the document does not have, and why they cannot be overlooked all the same.
REFUSED_AS_A_WHOLE = {
    "startInstructions[].": "a start with instructions is refused (test_start_instructions_are_refused)",
    "sorting[].parameters": "only for orders by variables, which are refused (test_an_order_by_variables_is_refused)",
}
_COUNTS = {one.operation for one in TABLE if one.operation.endswith("/count")}
LISTS = sorted(_COUNTS | {operation.removesuffix("/count") for operation in _COUNTS})
#: What rightly changes nothing in the world of the test, whatever its value: why.
WITHOUT_EFFECT = {
    "leafProcessInstances": "no instance here calls another one, so that each is a leaf",
    "rootProcessInstances": "no instance here is called by another one, so that each is a root",
    "startablePermissionCheck": "without authorizations everybody may start everything, as there by default",
    "withoutTenantId": "no batch has a tenant",
    "unfinished": "nothing but what lives can be changed",
    "variableNamesIgnoreCase": "says how conditions are meant (test_conditions_may_ignore_letter_case)",
    "variableValuesIgnoreCase": "says how conditions are meant (test_conditions_may_ignore_letter_case)",
}
_ONLY_FOR = {"withoutTenantId": ("GET /batch", "GET /batch/count")}
#: Values that the world has, for filters that leave out what matches them.
NOT = {
    "processDefinitionKeyNotIn": "plain",
    "taskDefinitionKeyNotIn": "step",
    "assigneeNotIn": "ann",
    "nameNotEqual": "Read",
    "nameNotLike": "R%",
}
#: What has to stand beside a parameter.
BESIDE: Mapping[str, Mapping[str, object]] = {
    "sortBy": {"sortOrder": "desc"},
    "sortOrder": {"sortBy": "tenantId"},
    "includeAssignedTasks": {"candidateGroup": "chiefs"},
    "includeProcessDefinitionsWithoutTenantId": {"tenantIdIn": ["north"]},
    "includeDeploymentsWithoutTenantId": {"tenantIdIn": ["north"]},
    "includeJobsWithoutTenantId": {"tenantIdIn": ["north"]},
    "includeEventSubscriptionsWithoutTenantId": {"tenantIdIn": ["north"]},
    "includeJobDefinitionsWithoutTenantId": {"tenantIdIn": ["north"]},
}
FAR = ("1970-01-01T00:00:00.000+0000", "2999-01-01T00:00:00.000+0000")
#: Values of a type of which at least one has to make a difference.
VALUES: Mapping[str, tuple[object, ...]] = {
    "string": ("no such thing",),
    "string[]": (["no such thing"],),
    "date": FAR,
    "integer": (1, 0, 99_999, -99_999),
    "boolean": (True, False),
    "object[]": ([{"name": "no such thing", "operator": "eq", "value": 1}],),
}
_ORDERS = (
    "jobId",
    "jobDefinitionId",
    "instanceId",
    "variableName",
    "topicName",
    "id",
    "name",
    "batchId",
    "incidentId",
    "processInstanceId",
)
VALUES_OF: Mapping[str, tuple[object, ...]] = {
    "sortBy": _ORDERS,
    "sortOrder": ("sideways",),  # how it is honoured, orders themselves show
    "sorting": tuple([{"sortBy": by, "sortOrder": "desc"}] for by in _ORDERS),
    "orQueries": ([{"businessKey": "no such thing"}], [{"startedBy": "no one"}], [{"assignee": "no one"}]),
}
#: Paging and order are of no use to a count: the vendor overlooks them there, too.
OF_LISTS_ONLY = (
    *("sortBy", "sortOrder", "sorting", "firstResult", "maxResults"),
    *("withCommentAttachmentInfo", "withTaskVariablesInReturn", "withTaskLocalVariablesInReturn"),
)


@pytest.fixture
async def world(camunda: CamundaClient, services: Services, clock: ManualClock) -> None:
    """A little of everything."""
    await build(camunda, services, clock)


def test_the_document_has_every_parameter_of_the_vendor() -> None:
    lacking = [one for one in TABLE if (one.operation, one.place, one.name) not in OURS]
    assert [one for one in lacking if not one.name.startswith(tuple(REFUSED_AS_A_WHOLE))] == []
    assert len(TABLE) > 1_000
    figure("the vendor's parameters", f"{len(TABLE)} of {len({one.operation for one in TABLE})} operations")


@pytest.mark.parametrize("operation", LISTS)
@pytest.mark.usefixtures("world")
async def test_a_list_honours_every_parameter_or_refuses_it(camunda: CamundaClient, operation: str) -> None:
    method, path = operation.split()
    overlooked = []
    for parameter in (one for one in TABLE if one.operation == operation and "." not in one.name):
        if not await _matters(camunda, method, path, parameter):
            overlooked.append(parameter.name)
    assert [name for name in overlooked if not _rightly(operation, name)] == []


def _rightly(operation: str, name: str) -> bool:
    if operation.endswith("/count") and name in OF_LISTS_ONLY:
        return True
    return name in WITHOUT_EFFECT and operation in _ONLY_FOR.get(name, (operation,))


async def _matters(camunda: CamundaClient, method: str, path: str, parameter: Parameter) -> bool:
    """Whether any value makes a difference to what is answered without the parameter, or is refused."""
    beside = BESIDE.get(parameter.name, {}) if not parameter.name.startswith("sort") else {}
    usual = await _ask(camunda, method, path, beside, parameter.place)
    assert usual.status_code == 200, f"{path} {beside} {usual.text}"
    for value in _values(parameter):
        given = {**BESIDE.get(parameter.name, {}), parameter.name: value}
        answer = await _ask(camunda, method, path, given, parameter.place)
        if answer.status_code != 200 or answer.json() != usual.json():
            return True
    return False


def _values(parameter: Parameter) -> Iterable[object]:
    if parameter.name in VALUES_OF:
        return VALUES_OF[parameter.name]
    if parameter.name in NOT:
        value: object = NOT[parameter.name]
        return ([value],) if parameter.type.endswith("[]") else (value,)
    if parameter.place == "query" and parameter.name in CONDITIONS:
        return ("n_eq_77",)
    return VALUES[parameter.type]


async def _ask(
    camunda: CamundaClient, method: str, path: str, given: Mapping[str, object], place: str
) -> httpx.Response:
    in_query = {**given} if place == "query" else {}
    query = urlencode({name: _text(value) for name, value in in_query.items()})
    target = f"{path}?{query}" if query else path
    if method == "GET":
        return await camunda.get(target)
    return await camunda.request(method, target, {} if place == "query" else dict(given))


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


async def _retries_set(camunda: CamundaClient, selection: Mapping[str, Any], number: int) -> int:
    """How many tasks a selection changes; one of them has no retries left before."""
    await _leave_no_retries_to_one(camunda)
    answer = await camunda.put("/external-task/retries", {"retries": number, **selection})
    assert answer.status_code in (204, 400, 500), answer.text
    tasks = (await camunda.get("/external-task")).json()
    changed = [task["retries"] for task in tasks].count(number)
    assert answer.status_code == 204 or changed == 0
    return changed


async def _leave_no_retries_to_one(camunda: CamundaClient) -> None:
    one = (await camunda.get("/external-task?sortBy=id&sortOrder=asc")).json()[0]
    assert (await camunda.put(f"/external-task/{one['id']}/retries", {"retries": 0})).status_code == 204


async def _retries_set_later(camunda: CamundaClient, selection: Mapping[str, Any], number: int) -> int:
    await _leave_no_retries_to_one(camunda)
    answer = await camunda.post("/external-task/retries-async", {"retries": number, **selection})
    assert answer.status_code in (200, 400, 500), answer.text
    return int(answer.json()["totalJobs"]) if answer.status_code == 200 else 0


async def _suspended(camunda: CamundaClient, selection: Mapping[str, Any], number: int) -> int:
    """How many instances a selection suspends, or activates, whichever is less."""
    return min([await _put_into_state(camunda, selection, suspended=suspended) for suspended in (True, False)])


async def _put_into_state(camunda: CamundaClient, selection: Mapping[str, Any], *, suspended: bool) -> int:
    """How many a selection changes; all but one instance are in the contrary state before."""
    path = "/process-instance/suspended"
    await camunda.put(path, {"suspended": not suspended, "processInstanceQuery": {}})
    first = (await camunda.get("/process-instance?sortBy=instanceId&sortOrder=asc")).json()[0]["id"]
    await camunda.put(path, {"suspended": suspended, "processInstanceIds": [first]})
    before = await _number_suspended(camunda)
    answer = await camunda.put(path, {"suspended": suspended, **selection})
    assert answer.status_code in (204, 400, 500), answer.text
    return abs(await _number_suspended(camunda) - before)


async def _number_suspended(camunda: CamundaClient) -> int:
    return int((await camunda.get("/process-instance/count?suspended=true")).json()["count"])


SELECTIONS = {
    "PUT /external-task/retries": _retries_set,
    "POST /external-task/retries-async": _retries_set_later,
    "PUT /process-instance/suspended": _suspended,
}
#: Members of a selection's queries that order, or say how others are meant.
_OF_ORDER = ("sorting", "variableNamesIgnoreCase", "variableValuesIgnoreCase")
_QUERIES = ("externalTaskQuery", "processInstanceQuery", "historicProcessInstanceQuery")


def _in_queries(operation: str) -> Iterator[tuple[str, Parameter]]:
    for one in TABLE:
        query, _, member = one.name.partition(".")
        is_member = one.operation == operation and query in _QUERIES and member and "." not in member
        if is_member and member not in _OF_ORDER:
            yield query, one._replace(name=member)


@pytest.mark.parametrize("operation", SELECTIONS)
@pytest.mark.usefixtures("world")
async def test_a_selection_honours_every_member_or_refuses_it(
    camunda: CamundaClient, services: Services, operation: str
) -> None:
    numbers = count(100)

    async def change(selection: Mapping[str, Any]) -> int:
        await jobs_done(services)
        return await SELECTIONS[operation](camunda, selection, next(numbers))

    everything = {query: await change({query: {}}) for query in _QUERIES[1:]}
    everything["externalTaskQuery"] = everything["processInstanceQuery"]
    members = list(_in_queries(operation))
    known = {"processInstanceIdNotIn": [[(await camunda.get("/external-task")).json()[-1]["processInstanceId"]]]}
    overlooked = []
    for query, member in members:
        values = (True,) if member.type == "boolean" else known.get(member.name, _values(member))
        chosen = [await change({query: {member.name: one}}) for one in values]
        if min(chosen) >= everything[query]:
            overlooked.append(f"{query}.{member.name}")
    assert min(everything.values()) > 1
    assert len(members) > 60
    assert [one for one in overlooked if one.split(".")[1] not in WITHOUT_EFFECT] == []


#: What the operations ask for beside a selection.
CHANGES: Mapping[str, Mapping[str, object]] = {
    "PUT /external-task/retries": {"retries": 77},
    "POST /external-task/retries-async": {"retries": 77},
    "PUT /process-instance/suspended": {"suspended": True},
}


@pytest.mark.parametrize("operation", SELECTIONS)
@pytest.mark.usefixtures("world")
async def test_a_selection_refuses_an_unknown_member_beside_one_that_narrows(
    camunda: CamundaClient, dump: Callable[[], Awaitable[object]], operation: str
) -> None:
    method, path = operation.split()
    before, taken, tried = await dump(), [], 0
    for query, member in _in_queries(operation):
        value = True if member.type == "boolean" else next(iter(_values(member)))
        for beside in ({"noSuchMember": 1}, {member.name.upper(): value}):
            selection = {query: {member.name: value, **beside}}
            answer = await camunda.request(method, path, {**CHANGES[operation], **selection})
            tried += 1
            if answer.status_code != 400:
                taken.append((query, member.name, beside, answer.status_code))
    assert tried > 120
    assert taken == []
    assert await dump() == before


#: Values of a topic's members of which at least one makes a difference.
TOPICS: Mapping[str, tuple[object, ...]] = {"processVariables": ({"n": 77},)}


@pytest.mark.usefixtures("world")
async def test_a_fetch_honours_every_member_of_a_topic(camunda: CamundaClient) -> None:
    members = [one for one in TABLE if one.operation == "POST /external-task/fetchAndLock" and "topics[]." in one.name]
    usual = await _fetched(camunda, {})
    overlooked = []
    for member in (one._replace(name=one.name.removeprefix("topics[].")) for one in members):
        values = TOPICS.get(member.name) or _values(member)
        answers = [await _fetched(camunda, {member.name: value}) for value in values]
        if all(answer == usual for answer in answers):
            overlooked.append(member.name)
    assert len(usual) > 1
    assert len(members) > 10
    assert overlooked == []


async def _fetched(camunda: CamundaClient, members: Mapping[str, object]) -> Any:  # noqa: ANN401 - JSON
    """What a fetch gives; its locks are given back."""
    topics = [{"topicName": topic, "lockDuration": 1_000, **members} for topic in ("T", "N")]
    answer = await camunda.post("/external-task/fetchAndLock", {"workerId": "f", "maxTasks": 9, "topics": topics})
    if answer.status_code == 200:
        for task in answer.json():
            assert (await camunda.post(f"/external-task/{task['id']}/unlock")).status_code == 204
    return answer.json()


@pytest.mark.usefixtures("world")
async def test_an_order_by_variables_is_refused(camunda: CamundaClient) -> None:
    for by in ("processVariable", "executionVariable", "taskVariable", "caseInstanceVariable"):
        clause = {"sortBy": by, "sortOrder": "asc", "parameters": {"variable": "n", "type": "Integer"}}
        answer = await camunda.post("/task", {"sorting": [clause]})
        assert (answer.status_code, answer.json()["type"]) == (400, "NotValidException")


@pytest.mark.usefixtures("world")
async def test_conditions_may_ignore_letter_case(camunda: CamundaClient) -> None:
    names = {"variableNamesIgnoreCase": True}
    for path, member, name, value in (
        ("/task", "processVariables", "N", 1),
        ("/process-instance", "variables", "N", 1),
        ("/external-task", "processVariables", "N", 1),
        ("/variable-instance", "variableValues", "N", 1),
    ):
        condition = {"name": name, "operator": "eq", "value": value}
        assert (await camunda.post(f"{path}/count", {member: [condition]})).json() == {"count": 0}
        assert (await camunda.post(f"{path}/count", {member: [condition]} | names)).json()["count"] > 0
    texts = {"variableValues": [{"name": "local", "operator": "eq", "value": "HERE"}]}
    assert (await camunda.post("/variable-instance/count", texts)).json() == {"count": 0}
    texts["variableValuesIgnoreCase"] = True  # type: ignore[assignment]
    assert (await camunda.post("/variable-instance/count", texts)).json() == {"count": 1}
