"""Reviews by several people at once, over HTTP: who gets a task, what their outcomes come to (contract 9.1)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import pytest

from taskbridge.service import deployments, identity
from taskbridge.service.unit import Services
from tests.alfresco import AlfrescoClient, refusal
from tests.client import CamundaClient
from tests.dialects.alfresco.work import changed, only_task, put, started
from tests.passwords import hashed

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("bundled")]
People = Callable[..., Awaitable[AlfrescoClient]]
Reviewers = Mapping[str, AlfrescoClient]
SEVERAL, GROUP = "activitiParallelReview", "activitiParallelGroupReview"
APPROVED = ("approved", "Document Approved", "wf:approvedParallelTask")
REJECTED = ("rejected", "Document Rejected", "wf:rejectedParallelTask")


@pytest.fixture
async def reviewers(person: People) -> Reviewers:
    """Four people of the group ``editors``."""
    return {name: await person(name, groups=["editors"]) for name in ("ann", "bob", "cid", "dot")}


async def _asked(starter: AlfrescoClient, names: Sequence[str], **variables: object) -> str:
    return await started(starter, SEVERAL, bpm_assignees=list(names), **variables)


async def _task(client: AlfrescoClient, process: str) -> dict[str, Any]:
    (task,) = await client.listed("/tasks", where=f"(processId='{process}' AND assignee='{client.user}')")
    found: dict[str, Any] = task
    return found


async def _review(client: AlfrescoClient, process: str, outcome: str | None) -> None:
    sent = [] if outcome is None else [{"name": "wf_reviewOutcome", "scope": "local", "value": outcome}]
    task = (await _task(client, process))["id"]
    done = await changed(client, task, "state,variables", state="completed", variables=sent)
    assert done["state"] == "completed"


async def _values(client: AlfrescoClient, path: str, *names: str) -> dict[str, tuple[str, object]]:
    """Type and value of variables: a process's, or those that are a task's own."""
    listed = await client.listed(f"{path}/variables")
    found = {one["name"]: one for one in listed if one.get("scope", "local") == "local"}
    return {name: (found[name]["type"], found[name].get("value")) for name in names if name in found}


def _shown(task: Mapping[str, Any]) -> tuple[str, str, str]:
    return task["activityDefinitionId"], task["name"], task["formResourceKey"]


async def test_each_reviewer_gets_a_task(starter: AlfrescoClient, reviewers: Reviewers) -> None:
    told = {"bpm_workflowDescription": "Please", "bpm_workflowPriority": 1}
    process = await _asked(starter, ["ann", "bob", "cid"], **told)
    found = await starter.listed(f"/processes/{process}/tasks")
    assert sorted(one["assignee"] for one in found) == ["ann", "bob", "cid"]
    for one in found:
        assert _shown(one) == ("reviewTask", "Review Task", "wf:activitiReviewTask")
        assert (one["description"], one["priority"], one["state"]) == ("Please", 1, "claimed")
    assert [one["id"] for one in await reviewers["dot"].listed("/tasks")] == []
    others = (await _task(reviewers["ann"], process))["id"]
    assert refusal(await put(reviewers["bob"], others, "state", state="completed"))[0] == 403
    steps = await starter.listed(f"/processes/{process}/activities")
    assert sorted(one["activityDefinitionId"] for one in steps) == ["reviewTask"] * 3 + ["start"]
    assert (await starter.get(f"/processes/{process}/image")).status_code == 200


@pytest.mark.parametrize(
    ("required", "outcomes", "last", "counts"),
    [
        (None, ["Approve", "Approve"], APPROVED, (2, 0, 50)),
        (50, ["Reject", "Approve", "Reject", "Approve"], APPROVED, (2, 2, 50)),
        (50, ["Reject", "Reject", "Reject"], REJECTED, (0, 3, 0)),
        (51, ["Approve", "Reject", "Reject"], REJECTED, (1, 2, 25)),
        (75, ["Approve", "Reject", "Approve", "Approve"], APPROVED, (3, 1, 75)),
        (75, ["Approve", "Reject", "Approve", "Reject"], REJECTED, (2, 2, 50)),
        (100, ["Approve", "Approve", "Approve", None], REJECTED, (3, 1, 75)),
        (100, ["Approve", None], REJECTED, (1, 1, 25)),
        (0, ["Reject"], APPROVED, (0, 1, 0)),
        (101, ["Approve"], REJECTED, (1, 0, 25)),
    ],
)
async def test_the_reviews_end_once_they_are_decided(
    starter: AlfrescoClient,
    reviewers: Reviewers,
    required: int | None,
    outcomes: Sequence[str | None],
    last: tuple[str, str, str],
    counts: tuple[int, int, int],
) -> None:
    given = {} if required is None else {"wf_requiredApprovePercent": required}
    process = await _asked(starter, list(reviewers), **given)
    clients = list(reviewers.values())
    for number, (client, outcome) in enumerate(zip(clients, outcomes, strict=False)):
        assert len(await starter.listed(f"/processes/{process}/tasks")) == len(clients) - number
        await _review(client, process, outcome)
    task = await only_task(starter, process)
    assert (_shown(task), task["assignee"]) == (last, "ivy")
    approved, rejected, actual = counts
    assert await _values(
        starter,
        f"/tasks/{task['id']}",
        "wf_reviewerCount",
        "wf_approveCount",
        "wf_rejectCount",
        "wf_requiredPercent",
        "wf_actualPercent",
    ) == {
        "wf_reviewerCount": ("d:int", 4),
        "wf_approveCount": ("d:int", approved),
        "wf_rejectCount": ("d:int", rejected),
        "wf_requiredPercent": ("d:int", 50 if required is None else required),
        "wf_actualPercent": ("d:int", actual),
    }
    for client in clients:
        assert await client.listed("/tasks", where=f"(processId='{process}' AND assignee='{client.user}')") == []
    await changed(starter, task["id"], "state", state="completed")
    ended = await starter.entry(f"/processes/{process}")
    assert (ended["completed"], ended["endActivityId"]) == (True, "end")


async def test_what_is_decided_so_far_stands_in_the_process(starter: AlfrescoClient, reviewers: Reviewers) -> None:
    process = await _asked(starter, ["ann", "bob", "cid"], wf_requiredApprovePercent=67)
    names = ("wf_reviewerCount", "wf_approveCount", "wf_rejectCount", "wf_requiredPercent", "wf_actualPercent")
    before = {"wf_reviewerCount": 3, "wf_approveCount": 0, "wf_rejectCount": 0, "wf_requiredPercent": 67}
    found = await _values(starter, f"/processes/{process}", *names)
    assert {name: value for name, (_, value) in found.items()} == {**before, "wf_actualPercent": 0}
    await _review(reviewers["ann"], process, "Approve")
    found = await _values(starter, f"/processes/{process}", *names, "wf_reviewOutcome")
    now = {**before, "wf_approveCount": 1, "wf_actualPercent": pytest.approx(100 / 3)}
    assert {name: value for name, (_, value) in found.items()} == now
    await _review(reviewers["bob"], process, "Reject")
    assert _shown(await only_task(starter, process)) == REJECTED


async def test_an_outcome_is_that_of_one_reviewer(starter: AlfrescoClient, reviewers: Reviewers) -> None:
    """Who tells none rejects, whatever another has told."""
    process = await _asked(starter, ["ann", "bob"], wf_requiredApprovePercent=100)
    tasks = {name: (await _task(reviewers[name], process))["id"] for name in ("ann", "bob")}
    await _review(reviewers["ann"], process, "Approve")
    await _review(reviewers["bob"], process, None)
    for name, outcome in (("ann", "Approve"), ("bob", "Reject")):
        assert await _values(reviewers[name], f"/tasks/{tasks[name]}", "bpm_outcome") == {
            "bpm_outcome": ("d:text", outcome)
        }
    assert _shown(await only_task(starter, process)) == REJECTED


async def test_who_comes_too_late_finds_the_task_ended(starter: AlfrescoClient, reviewers: Reviewers) -> None:
    process = await _asked(starter, ["ann", "bob"], wf_requiredApprovePercent=50)
    late = (await _task(reviewers["bob"], process))["id"]
    await _review(reviewers["ann"], process, "Approve")
    assert refusal(await put(reviewers["bob"], late, "state", state="completed"))[0] == 405


async def test_the_members_of_a_group_review(starter: AlfrescoClient, reviewers: Reviewers, person: People) -> None:
    """People of another network who are in the group do not."""
    await person("eve", groups=["editors"], tenant="other.com")
    process = await started(starter, GROUP, bpm_groupAssignee="GROUP_editors", wf_requiredApprovePercent=50)
    found = await starter.listed(f"/processes/{process}/tasks")
    assert sorted(one["assignee"] for one in found) == list(reviewers)
    await person("fay", groups=["editors"])  # comes too late
    for name in ("ann", "bob"):
        await _review(reviewers[name], process, "Approve")
    task = await only_task(starter, process)
    assert (_shown(task), task["assignee"]) == (APPROVED, "ivy")
    counts = await _values(starter, f"/tasks/{task['id']}", "wf_reviewerCount", "wf_approveCount")
    assert counts == {"wf_reviewerCount": ("d:int", 4), "wf_approveCount": ("d:int", 2)}


async def test_a_review_by_no_one_is_rejected(starter: AlfrescoClient, person: People) -> None:
    await person("eve", groups=["empty"], tenant="other.com")
    reviews: dict[str, dict[str, object]] = {
        SEVERAL: {"bpm_assignees": []},
        GROUP: {"bpm_groupAssignee": "GROUP_empty"},
    }
    for key, given in reviews.items():
        for required in (0, 50):
            process = await started(starter, key, **given, wf_requiredApprovePercent=required)
            task = await only_task(starter, process)
            assert (_shown(task), task["assignee"]) == (REJECTED, "ivy")
            assert await _values(starter, f"/tasks/{task['id']}", "wf_reviewerCount") == {
                "wf_reviewerCount": ("d:int", 0)
            }


@pytest.mark.parametrize(
    ("key", "variables", "status", "text"),
    [
        (SEVERAL, {}, 500, None),
        (GROUP, {}, 500, None),
        (SEVERAL, {"bpm_assignees": "ivy"}, 400, "bpm_assignees should have an array value"),
        (SEVERAL, {"bpm_assignees": ["ivy", "nemo"]}, 400, "nemo is not a valid person user id"),
        (GROUP, {"bpm_groupAssignee": "GROUP_none"}, 400, "GROUP_none is not a valid authority id"),
        (SEVERAL, {"bpm_assignees": ["ivy"], "wf_requiredApprovePercent": "half"}, 400, 'For input string: "half"'),
    ],
)
async def test_a_review_that_cannot_be_started(
    starter: AlfrescoClient, key: str, variables: dict[str, object], status: int, text: str | None
) -> None:
    found = refusal(await starter.post("/processes", {"processDefinitionKey": key, "variables": variables}))
    assert found[0] == status
    assert text is None or found[2] == text
    assert await starter.listed("/processes") == []


async def test_the_percentage_and_the_reviewers_can_be_written(starter: AlfrescoClient, reviewers: Reviewers) -> None:
    """Contract 97 and 98: the percentage counts from then on, while who reviews is settled at the start."""
    process = await _asked(starter, ["ann", "bob"], wf_requiredApprovePercent=50)
    path = f"/processes/{process}/variables"
    percent = {"name": "wf_requiredApprovePercent", "value": 55.99}
    assert refusal(await starter.put(f"{path}/{percent['name']}", {**percent, "type": "d:double"}))[0] == 400
    written = await starter.put(f"{path}/{percent['name']}", {**percent, "type": "d:int"})
    assert (written.status_code, written.json()["entry"]["value"]) == (200, 55)
    people = {"name": "bpm_assignees", "type": "d:noderef"}
    assert refusal(await starter.put(f"{path}/bpm_assignees", {**people, "value": "cid"}))[0] == 400
    written = await starter.put(f"{path}/bpm_assignees", {**people, "value": ["cid"]})
    assert (written.status_code, len(written.json()["entry"]["value"])) == (200, 1)
    await _review(reviewers["ann"], process, "Approve")
    await _review(reviewers["bob"], process, "Approve")
    assert _shown(await only_task(starter, process)) == APPROVED


async def test_to_other_clients_they_are_ordinary_processes(
    starter: AlfrescoClient, reviewers: Reviewers, camunda: CamundaClient
) -> None:
    """An instance of the other API is started with plain variables, and the outcome is a variable of the process."""
    info = {
        "objectTypeName": "java.util.ArrayList<java.lang.String>",
        "serializationDataFormat": "application/json",
    }
    people = {"type": "Object", "value": '["ann","bob"]', "valueInfo": info}
    given = {"bpm_assignees": people, "wf_requiredApprovePercent": {"value": 100}}
    response = await camunda.post(f"/process-definition/key/{SEVERAL}/start", {"variables": given})
    assert response.status_code == 200, response.text
    instance = response.json()["id"]
    tasks = (await camunda.get(f"/task?processInstanceId={instance}&sortBy=assignee&sortOrder=asc")).json()
    assert [(one["taskDefinitionKey"], one["assignee"]) for one in tasks] == [
        ("reviewTask", "ann"),
        ("reviewTask", "bob"),
    ]
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    (body,) = tree["childActivityInstances"]
    assert body["activityId"] == "reviewTask#multiInstanceBody"
    approve = {"variables": {"wf_reviewOutcome": {"value": "Approve"}}}
    for task in tasks:
        assert (await camunda.post(f"/task/{task['id']}/complete", approve)).status_code == 204
    (last,) = (await camunda.get(f"/task?processInstanceId={instance}")).json()
    assert last["taskDefinitionKey"] == "approved"
    counts = (await camunda.get(f"/task/{last['id']}/localVariables")).json()
    assert (counts["wf_approveCount"]["type"], counts["wf_approveCount"]["value"]) == ("Integer", 2)


@pytest.mark.parametrize(
    ("namespace", "given", "status"),
    [
        ("http://alfresco.org", {}, 201),
        ("http://alfresco.org", {"people": "a variable"}, 500),
        ("http://example.org", {}, 500),
    ],
)
async def test_only_processes_of_alfresco_may_ask_for_people(
    starter: AlfrescoClient, services: Services, namespace: str, given: dict[str, object], status: int
) -> None:
    """A variable of the same name comes first."""
    model = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:activiti="http://activiti.org/bpmn"'
        f' targetNamespace="{namespace}"><process id="asks" isExecutable="true"><startEvent id="start"/>'
        '<sequenceFlow id="on" sourceRef="start" targetRef="task"/>'
        """<userTask id="task" activiti:assignee="${people.getMembers('writers')[0]}"/></process></definitions>"""
    )
    sources = deployments.read([("asks.bpmn", model.encode())])
    await services.run(lambda unit: deployments.deploy(unit, sources))
    await services.run(lambda unit: identity.add_user(unit, "wim", hashed("wim"), groups=["writers"]))
    answer = await starter.post("/processes", {"processDefinitionKey": "asks", "variables": given})
    assert answer.status_code == status, answer.text
    if status == 201:
        assert (await only_task(starter, answer.json()["entry"]["id"]))["assignee"] == "wim"


async def test_their_definitions_and_forms(starter: AlfrescoClient) -> None:
    found = await starter.listed("/process-definitions", where="(key matches('activitiParallel%'))", orderBy="key")
    shown = [(one["key"], one["name"], one["startFormResourceKey"]) for one in found]
    assert shown == [
        (GROUP, "Parallel Group Review And Approve Activiti Process", "wf:submitGroupReviewTask"),
        (SEVERAL, "Parallel Review And Approve Activiti Process", "wf:submitParallelReviewTask"),
    ]
    forms = {one["key"]: await starter.listed(f"/process-definitions/{one['id']}/start-form-model") for one in found}
    people = {key: {one["name"]: one for one in form} for key, form in forms.items()}
    assert people[SEVERAL]["bpm_assignees"]["dataType"] == "cm:person"
    assert people[GROUP]["bpm_groupAssignee"]["dataType"] == "cm:authorityContainer"
    for form in people.values():
        assert form["wf_requiredApprovePercent"]["defaultValue"] == "50"
