"""The five transitions of a task over HTTP (contract 10.4 to 10.8), and what the vendor's page says instead."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from taskbridge.service import tasks
from taskbridge.service.unit import Services
from tests.alfresco import AlfrescoClient, refusal
from tests.client import CamundaClient
from tests.dialects.alfresco.work import DENIED, adhoc, changed, offered, only_task, pooled, put, started, told

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("bundled")]
People = Callable[..., Awaitable[AlfrescoClient]]
_DEFAULT = "framework.exception.ApiDefault"
_SCOPE_REQUIRED = "Variable scope is required and can only be 'local' or 'global'."


def _local(**more: object) -> dict[str, object]:
    return {"name": "a", "scope": "local", **more}


# claimed


async def test_who_may_claim(
    starter: AlfrescoClient, person: People, admin: AlfrescoClient, services: Services
) -> None:
    """Contract 31 to 37."""
    member = await person("xeno", groups=["crew"])
    task = await adhoc(starter)
    assert refusal(await put(member, task, "state", state="claimed")) == DENIED
    await offered(services, task, group="crew")
    taken = told(409, "The task is already claimed by another user.")
    assert refusal(await put(member, task, "state", state="claimed")) == taken
    await changed(starter, task, "assignee")
    for _ in range(2):
        entry = await changed(member, task, "state", state="claimed", assignee="ignored")
        assert (entry["assignee"], entry["state"]) == ("xeno", "claimed")
    await services.run(lambda unit: tasks.remove_link(unit, int(task), tasks.CANDIDATE, None, "crew"))
    await changed(starter, task, "assignee")
    await offered(services, task, user="xeno")
    assert (await changed(member, task, "state", state="claimed"))["assignee"] == "xeno"
    await changed(starter, task, "assignee")
    assert (await changed(starter, task, "state", state="claimed"))["assignee"] == "ivy"
    await changed(starter, task, "assignee")
    assert (await changed(admin, task, "state", state="claimed"))["assignee"] == "ada"


async def test_the_starter_cannot_claim_what_another_has(starter: AlfrescoClient, person: People) -> None:
    """Contract 38."""
    await person("bob")
    task = await adhoc(starter, bpm_assignee="bob")
    answer = await put(starter, task, "state,assignee", state="claimed", assignee="ivy")
    assert refusal(answer) == told(409, "The task is already claimed by another user.")


# unclaimed


async def test_who_may_unclaim(starter: AlfrescoClient, stranger: AlfrescoClient, admin: AlfrescoClient) -> None:
    """Contract 40 to 44."""
    task = await adhoc(starter)
    assert refusal(await put(stranger, task, "state", state="unclaimed")) == DENIED
    for _ in range(2):
        entry = await changed(starter, task, "state", state="unclaimed")
        assert entry["state"] == "unclaimed"
        assert "assignee" not in entry
    await changed(starter, task, "assignee", assignee="xeno")
    assert (await changed(stranger, task, "state", state="unclaimed"))["state"] == "unclaimed"
    await changed(starter, task, "assignee", assignee="xeno")
    assert (await changed(admin, task, "state", state="unclaimed"))["state"] == "unclaimed"
    assert refusal(await put(stranger, task, "state", state="unclaimed")) == DENIED


# completed


@pytest.mark.parametrize(
    ("assignee", "owner", "doer"),
    [("xeno", None, "xeno"), (None, None, "ivy"), (None, "xeno", "xeno"), (None, None, "ada")],
)
async def test_who_may_complete(
    starter: AlfrescoClient, person: People, assignee: str | None, owner: str | None, doer: str
) -> None:
    """Contract 46, 56."""
    people = {"ivy": starter, "xeno": await person("xeno"), "ada": await person("ada", admin=True)}
    process = await started(starter, "activitiAdhoc", bpm_assignee="ivy")
    task = (await only_task(starter, process))["id"]
    await changed(starter, task, "assignee,owner", assignee=assignee, owner=owner)
    entry = await changed(people[doer], task, "state", state="completed")
    assert (entry["state"], entry.get("assignee"), entry.get("owner")) == ("completed", assignee, owner)
    assert entry["durationInMs"] >= 0
    assert (await only_task(starter, process))["activityDefinitionId"] == "verifyTaskDone"


async def test_strangers_and_candidates_may_not_complete(
    starter: AlfrescoClient, stranger: AlfrescoClient, person: People, services: Services
) -> None:
    """The page: assignee, owner, or who started the process. A candidate claims first."""
    member = await person("mia", groups=["crew"])
    task = await pooled(starter, "crew")
    await offered(services, task, user="xeno")
    for state in ("completed", "unclaimed", "resolved"):
        assert refusal(await put(stranger, task, "state", state=state)) == DENIED
        assert refusal(await put(member, task, "state", state=state)) == DENIED
    await changed(member, task, "state", state="claimed")
    assert (await changed(member, task, "state", state="completed"))["state"] == "completed"


async def test_variables_are_set_where_they_belong(starter: AlfrescoClient) -> None:
    """Contract 47."""
    process = await started(starter, "activitiAdhoc", bpm_assignee="ivy")
    task = (await only_task(starter, process))["id"]
    await changed(starter, task, "assignee")
    sent = [
        {"name": "newGlobalVariable", "value": 1234, "scope": "global"},
        {"name": "newLocalVariable", "value": 5678, "scope": "local"},
        {"name": "bpm_percentComplete", "value": 20, "scope": "global"},
    ]
    await changed(starter, task, "state,variables", state="completed", variables=sent)
    listed = await starter.listed(f"/tasks/{task}/variables")
    found = {(one["scope"], one["name"]): one.get("value") for one in listed}
    assert found["global", "newGlobalVariable"] == 1234
    assert found["local", "newLocalVariable"] == 5678
    assert found["local", "bpm_outcome"] == "Next"
    assert found["local", "bpm_status"] == "Completed"
    assert (found["local", "bpm_percentComplete"], found["global", "bpm_percentComplete"]) == (0, 20)
    of_process = await starter.listed(f"/processes/{process}/variables")
    assert {"name": "newGlobalVariable", "type": "d:int", "value": 1234} in of_process
    assert "newLocalVariable" not in {one["name"] for one in of_process}


@pytest.mark.parametrize("type_", ["d_int", "d:int", None])
async def test_the_example_of_the_page(starter: AlfrescoClient, type_: str | None) -> None:
    """Contract 49, 52: the page writes ``d_int``, and wins."""
    task = await adhoc(starter)
    variable = {"name": "bpm_priority", "value": 1, "scope": "global"} | ({"type": type_} if type_ else {})
    entry = await changed(starter, task, "state,variables", state="completed", variables=[variable])
    assert (entry["state"], entry["priority"]) == ("completed", 2)
    listed = await starter.listed(f"/tasks/{task}/variables", where="(scope='global')")
    assert {"scope": "global", "name": "bpm_priority", "type": "d:int", "value": 1} in listed


@pytest.mark.parametrize(
    ("variable", "status", "key", "text"),
    [
        ({"value": 1, "scope": "local"}, 400, None, "Variable name is required."),
        ({"name": "a"}, 400, None, _SCOPE_REQUIRED),
        ({"name": "a", "scope": "any"}, 400, None, _SCOPE_REQUIRED),
        ({"name": "a", "scope": "globalscope"}, 400, None, "Illegal value for variable scope: 'globalscope'."),
        (_local(type="d:unexisting"), 400, None, "Unsupported type of variable: 'd:unexisting'."),
        (_local(type="d_unexisting"), 400, None, "Unsupported type of variable: 'd_unexisting'."),
        (_local(type=" 12unexisting"), 400, None, "Unsupported type of variable: ' 12unexisting'."),
        (
            {"name": "bpm_priority", "scope": "global", "type": "d:text", "value": "1"},
            400,
            None,
            "type of variable bpm_priority should be d:int",
        ),
        (_local(type="d:int", value="text"), 400, _DEFAULT, 'For input string: "text"'),
        (_local(type="ddm:text"), 500, _DEFAULT, "Namespace prefix ddm is not mapped to a namespace URI"),
        (_local(type="d:date", value="x"), 500, _DEFAULT, "Failed to parse date x"),
        (
            {"name": "bpm_assignee", "scope": "global", "value": "nobody"},
            400,
            None,
            "nobody is not a valid person user id",
        ),
    ],
)
async def test_a_variable_that_is_wrong_refuses_the_whole_request(
    starter: AlfrescoClient, variable: dict[str, object], status: int, key: str | None, text: str
) -> None:
    """Contract 53: and nothing of the completion is done."""
    task = await adhoc(starter)
    sent = [{"name": "good", "scope": "global", "value": 1}, variable]
    answer = await put(starter, task, "state,variables", state="completed", variables=sent)
    assert refusal(answer) == (status, key or text, text)
    assert (await starter.entry(f"/tasks/{task}"))["state"] == "claimed"
    assert "good" not in {one["name"] for one in await starter.listed(f"/tasks/{task}/variables")}


@pytest.mark.parametrize("state", ["claimed", "unclaimed", "delegated"])
async def test_variables_with_another_transition_are_an_error(starter: AlfrescoClient, state: str) -> None:
    """The page: an error unless the task is completed or resolved. The vendor's server drops them in silence."""
    task = await adhoc(starter)
    sent = [{"name": "a", "scope": "local", "value": 1}]
    body = {"state": state, "assignee": "other", "variables": sent}
    status, _, text = refusal(await put(starter, task, "state,assignee,variables", **body))
    assert (status, text) == (400, "Variables can only be set when a task is completed or resolved.")
    await changed(starter, task, "state,assignee,variables", **(body | {"variables": []}))
    await changed(starter, await adhoc(starter), "state,assignee", **body)


async def test_the_last_task_ends_the_process(starter: AlfrescoClient) -> None:
    process = await started(starter, "activitiAdhoc", bpm_assignee="ivy")
    for node in ("adhocTask", "verifyTaskDone"):
        task = await only_task(starter, process)
        assert task["activityDefinitionId"] == node
        await changed(starter, task["id"], "state", state="completed")
    ended = await starter.entry(f"/processes/{process}")
    assert (ended["completed"], ended["endActivityId"]) == (True, "theEnd")


@pytest.mark.parametrize(
    ("sent", "node", "outcome"),
    [("Approve", "approved", "Approve"), ("Reject", "rejected", "Reject"), (None, "rejected", "Reject")],
)
async def test_the_outcome_of_a_review_decides(
    starter: AlfrescoClient, sent: str | None, node: str, outcome: str
) -> None:
    process = await started(starter, "activitiReview", bpm_assignee="ivy")
    task = (await only_task(starter, process))["id"]
    variables = [{"name": "wf_reviewOutcome", "scope": "local", "value": sent}] if sent else []
    await changed(starter, task, "state,variables", state="completed", variables=variables)
    assert (await only_task(starter, process))["activityDefinitionId"] == node
    local = await starter.listed(f"/tasks/{task}/variables", where="(scope='local')")
    assert {one["name"]: one.get("value") for one in local}["bpm_outcome"] == outcome


async def test_of_two_outcomes_that_of_the_task_decides(starter: AlfrescoClient) -> None:
    process = await started(starter, "activitiReview", bpm_assignee="ivy")
    task = (await only_task(starter, process))["id"]
    sent = [{"name": "wf_reviewOutcome", "scope": "local", "value": "Reject"}]
    sent += [{"name": "wf_reviewOutcome", "scope": "global", "value": "Approve"}]
    await changed(starter, task, "state,variables", state="completed", variables=sent)
    assert (await only_task(starter, process))["activityDefinitionId"] == "rejected"


# delegated


@pytest.mark.parametrize("body", [{}, {"assignee": ""}, {"assignee": None}, {"assignee": "bob"}])
async def test_delegating_needs_a_selected_assignee(starter: AlfrescoClient, body: dict[str, object]) -> None:
    """Contract 58."""
    task = await adhoc(starter)
    text = "When delegating a task, assignee should be selected and provided in the request."
    assert refusal(await put(starter, task, "state", state="delegated", **body)) == told(400, text)
    if body != {"assignee": "bob"}:
        assert refusal(await put(starter, task, "state,assignee", state="delegated", **body)) == told(400, text)


async def test_a_task_is_delegated_resolved_and_completed(starter: AlfrescoClient, stranger: AlfrescoClient) -> None:
    """Contract 59, 65, 68, 71, 76, 77."""
    task = await adhoc(starter)
    entry = await changed(starter, task, "state,assignee", state="delegated", assignee="xeno")
    assert (entry["state"], entry["assignee"], entry["owner"]) == ("delegated", "xeno", "ivy")
    assert (await starter.entry(f"/tasks/{task}"))["state"] == "claimed"
    illegal = "A delegated task cannot be completed, but should be resolved instead."
    for client in (starter, stranger):
        assert refusal(await put(client, task, "state", state="completed")) == told(400, illegal)
    assert refusal(await put(starter, task, "state", state="claimed"))[0] == 409
    assert (await changed(stranger, task, "state", state="claimed"))["state"] == "delegated"
    entry = await changed(stranger, task, "state,assignee", state="resolved", assignee="xeno")
    assert (entry["state"], entry["assignee"]) == ("resolved", "ivy")
    assert "endedAt" not in entry
    for state in ("delegated", "resolved"):
        answer = await put(stranger, task, "state,assignee", state=state, assignee="bob")
        assert refusal(answer) == DENIED
    assert (await changed(starter, task, "state", state="resolved"))["state"] == "resolved"
    local = await starter.listed(f"/tasks/{task}/variables", where="(scope='local')")
    assert {one["name"]: one.get("value") for one in local}["bpm_outcome"] == "Next"
    assert (await changed(starter, task, "state", state="completed"))["state"] == "completed"


async def test_a_delegate_may_delegate_on(starter: AlfrescoClient, stranger: AlfrescoClient) -> None:
    task = await adhoc(starter)
    await changed(starter, task, "state,assignee", state="delegated", assignee="xeno")
    entry = await changed(stranger, task, "state,assignee", state="delegated", assignee="zoe")
    assert (entry["state"], entry["assignee"], entry["owner"]) == ("delegated", "zoe", "ivy")
    assert (await changed(starter, task, "state", state="unclaimed"))["state"] == "delegated"


async def test_only_the_assignee_delegates(starter: AlfrescoClient, person: People, admin: AlfrescoClient) -> None:
    """Contract 61, 62, 64: by the page the starter may not; administrators may do everything."""
    await person("bob")
    task = await adhoc(starter, bpm_assignee="bob")
    assert refusal(await put(starter, task, "state,assignee", state="delegated", assignee="bob")) == DENIED
    await changed(starter, task, "assignee")
    assert refusal(await put(starter, task, "state,assignee", state="delegated", assignee="xeno")) == DENIED
    entry = await changed(admin, task, "state,assignee", state="delegated", assignee="xeno")
    assert (entry["assignee"], entry["owner"]) == ("xeno", "ada")


@pytest.mark.parametrize("owner", ["ivy", "olga"])
async def test_a_task_is_not_delegated_to_its_owner(starter: AlfrescoClient, owner: str) -> None:
    """The page: the assignee must be different from the owner, who is the assignee himself where there is none."""
    task = await adhoc(starter)
    if owner == "olga":
        await changed(starter, task, "owner", owner="olga")
    answer = await put(starter, task, "state,assignee", state="delegated", assignee=owner)
    assert refusal(answer) == told(400, "A task cannot be delegated to its owner.")
    assert (await starter.entry(f"/tasks/{task}"))["assignee"] == "ivy"


# resolved


async def test_resolving_gives_the_task_to_its_owner(
    starter: AlfrescoClient, stranger: AlfrescoClient, admin: AlfrescoClient
) -> None:
    """Contract 29, 70, 73, 74."""
    task = await adhoc(starter)
    assert refusal(await put(stranger, task, "state", state="resolved")) == DENIED
    await changed(starter, task, "assignee")
    entry = await changed(starter, task, "state,assignee", state="resolved", assignee="xeno")
    assert entry["state"] == "resolved"
    assert "assignee" not in entry
    await changed(starter, task, "owner", owner="ivy")
    entry = await changed(admin, task, "state,assignee", state="resolved", assignee="xeno")
    assert (entry["state"], entry["assignee"]) == ("resolved", "ivy")


async def test_resolving_takes_variables(starter: AlfrescoClient) -> None:
    process = await started(starter, "activitiAdhoc", bpm_assignee="ivy")
    task = (await only_task(starter, process))["id"]
    sent = [{"name": "g", "value": 1, "scope": "global"}, {"name": "l", "value": 2, "scope": "local"}]
    await changed(starter, task, "state,variables", state="resolved", variables=sent)
    found = {(one["scope"], one["name"]): one.get("value") for one in await starter.listed(f"/tasks/{task}/variables")}
    assert (found["global", "g"], found["local", "l"]) == (1, 2)


async def test_other_selected_names_do_nothing_beside_a_state(starter: AlfrescoClient) -> None:
    entry = await changed(starter, await adhoc(starter), "state,name,dueAt,foo", state="claimed", name="x")
    assert entry["name"] == "Adhoc Task"


@pytest.mark.parametrize("base", ["/alfresco/api/-default-/public", "/-default-/public"])
async def test_the_answer_can_be_filtered_under_both_paths(starter: AlfrescoClient, base: str) -> None:
    task = await adhoc(starter)
    response: httpx.Response = await starter.at(base).put(
        f"/tasks/{task}?select=state&fields=state", {"state": "claimed"}
    )
    assert response.json() == {"entry": {"state": "claimed"}}


async def test_a_task_done_here_is_done_everywhere(starter: AlfrescoClient, camunda: CamundaClient) -> None:
    task = await adhoc(starter)
    (before,) = (await camunda.get("/task")).json()
    await changed(starter, task, "state", state="completed")
    (after,) = (await camunda.get("/task")).json()
    assert (before["taskDefinitionKey"], after["taskDefinitionKey"]) == ("adhocTask", "verifyTaskDone")
