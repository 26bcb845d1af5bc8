"""``PUT /tasks/{id}`` over HTTP: the cases of contract 10.2 to 10.8, and what the vendor's page says instead."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from taskbridge.service import tasks
from taskbridge.service.unit import Services
from tests.alfresco import AlfrescoClient, refusal
from tests.client import CamundaClient
from tests.dialects.alfresco.work import adhoc, changed, only_task, pooled, put, started

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("bundled")]
People = Callable[..., Awaitable[AlfrescoClient]]
DENIED = (403, "framework.exception.PermissionDenied", "Permission was denied")


_DEFAULT = "framework.exception.ApiDefault"
_SCOPE_REQUIRED = "Variable scope is required and can only be 'local' or 'global'."


def _local(**more: object) -> dict[str, object]:
    return {"name": "a", "scope": "local", **more}


def _same(status: int, text: str) -> tuple[int, str, str]:
    return status, text, text


@pytest.fixture
async def starter(person: People) -> AlfrescoClient:
    return await person("ivy")


@pytest.fixture
async def stranger(person: People) -> AlfrescoClient:
    return await person("xeno")


@pytest.fixture
async def admin(person: People) -> AlfrescoClient:
    return await person("ada", admin=True)


async def _link(services: Services, task: str, *, user: str | None = None, group: str | None = None) -> None:
    await services.run(lambda unit: tasks.add_link(unit, int(task), tasks.CANDIDATE, user, group))


# properties


async def test_selected_properties_are_set_and_missing_ones_cleared(starter: AlfrescoClient) -> None:
    """Contract 6, 17."""
    task = await adhoc(starter)
    select = "name,description,dueAt,priority,assignee,owner"
    body = {"name": "N", "description": "D", "priority": 1234, "assignee": "john", "owner": "james"}
    entry = await changed(starter, task, select, dueAt="2030-01-02T03:04:05.678+0000", **body)
    assert entry.items() >= (body | {"dueAt": "2030-01-02T03:04:05.678+0000"}).items()
    entry = await changed(starter, task, select, dueAt="2030-01-02T03:04:05.678+0000")
    assert entry["priority"] == 0
    assert not {"name", "description", "assignee", "owner"} & set(entry)
    entry = await changed(starter, task, "dueAt", name="ignored")
    assert "dueAt" not in entry
    assert "name" not in entry


async def test_the_owner_may_give_the_task_away(starter: AlfrescoClient) -> None:
    """Contract 7."""
    task = await adhoc(starter)
    for owner in ("ada", "ivy", "somebody"):
        assert (await changed(starter, task, "owner", owner=owner))["owner"] == owner


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2025-01-01T11:57:32.000+0000", "2025-01-01T11:57:32.000+0000"),
        ("2010-10-13T14:54:26.750+02:00", "2010-10-13T12:54:26.750+0000"),
        ("2030-01-02T03:04:05+00:00", "2030-01-02T03:04:05.000+0000"),
        ("2030-01-02T03:04:05Z", "2030-01-02T03:04:05.000+0000"),
        (1735732652000, "2025-01-01T11:57:32.000+0000"),
    ],
)
async def test_a_due_date_is_read_in_the_forms_that_clients_send(
    starter: AlfrescoClient, sent: object, shown: str
) -> None:
    """Contract 8; the offset with a colon is the page's own."""
    assert (await changed(starter, await adhoc(starter), "dueAt", dueAt=sent))["dueAt"] == shown


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ("unexisting", "The property selected for update does not exist for this resource: unexisting"),
        ("states", "The property selected for update does not exist for this resource: states"),
        ("variables", "The property selected for update does not exist for this resource: variables"),
        ("name,id", "The property selected for update is read-only: id"),
        ("formResourceKey", "The property selected for update is read-only: formResourceKey"),
    ],
)
async def test_what_cannot_be_set_is_refused_and_nothing_is_set(
    starter: AlfrescoClient, select: str, expected: str
) -> None:
    """Contract 10, 11, 23, 26."""
    task = await adhoc(starter)
    assert refusal(await put(starter, task, select, name="new", state="completed")) == _same(400, expected)
    assert (await starter.entry(f"/tasks/{task}"))["name"] == "Adhoc Task"


async def test_without_select_nothing_is_changed(starter: AlfrescoClient, stranger: AlfrescoClient) -> None:
    task = await adhoc(starter)
    response = await put(starter, task, None, state="completed", name="new")
    assert (response.status_code, response.json()["entry"]["name"]) == (200, "Adhoc Task")
    assert response.json()["entry"]["state"] == "claimed"
    assert refusal(await put(stranger, task, None, name="new")) == DENIED
    unknown = refusal(await put(starter, "invalidId", None, name="new"))
    assert unknown == (404, "framework.exception.EntityNotFound", "The entity with id: invalidId was not found")


async def test_who_may_set_properties(
    starter: AlfrescoClient, stranger: AlfrescoClient, admin: AlfrescoClient, services: Services
) -> None:
    """Contract 13, 15."""
    task = await adhoc(starter)
    assert refusal(await put(stranger, task, "name", name="x")) == DENIED
    await changed(starter, task, "assignee", assignee="xeno")
    await changed(stranger, task, "name", name="by the assignee")
    await changed(starter, task, "assignee,owner", owner="xeno")
    await changed(stranger, task, "name", name="by the owner")
    await changed(starter, task, "owner")
    await _link(services, task, user="xeno")
    assert refusal(await put(stranger, task, "name", name="by a candidate")) == DENIED
    await changed(starter, task, "name", name="by the starter")
    assert (await changed(admin, task, "name", name="by an administrator"))["name"] == "by an administrator"


async def test_members_of_a_candidate_group_may_set_properties_while_nobody_has_the_task(
    starter: AlfrescoClient, person: People
) -> None:
    """Contract 14, 16."""
    member, other = await person("mia", groups=["crew"]), await person("moe", groups=["crew"])
    task = await pooled(starter, "crew")
    assert (await changed(member, task, "name", name="ours"))["name"] == "ours"
    await changed(other, task, "state", state="claimed")
    assert refusal(await put(member, task, "name", name="mine")) == DENIED


# what is checked, and in which order


@pytest.mark.parametrize(
    ("select", "body", "text"),
    [
        ("dueAt", b'{"dueAt":"invalid-date"}', "Cannot deserialize value of type"),
        ("priority", b'{"priority":"a"}', "Cannot deserialize value of type"),
        ("name", b'{"name":"invalid-"a"}', "Unexpected character ('a'"),
        ("owner", b'{"owner":"invalid-"a"}', "Unexpected character ('a'"),
        ("state", b'{"states":"completed"}', 'Unrecognized field "states"'),
        ("state", b"", "Could not read content from HTTP request body: No content to map"),
        ("state", b"[]", "Could not read content from HTTP request body"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_before_rights_are_asked_for(
    starter: AlfrescoClient, stranger: AlfrescoClient, select: str, body: bytes, text: str
) -> None:
    """Contract 19, 20, 22."""
    task = await adhoc(starter)
    status, key, summary = refusal(await stranger.put(f"/tasks/{task}?select={select}", content=body))
    assert status == 400
    assert text in key
    assert text in summary


@pytest.mark.parametrize(
    ("state", "shown"),
    [("continued", "continued"), (" ", " "), (None, "null"), ("", "null"), ("Completed", "Completed"), (5, "5")],
)
async def test_a_state_that_does_not_exist_is_refused_even_for_an_unknown_task(
    starter: AlfrescoClient, state: object, shown: str
) -> None:
    """Contract 25, 28."""
    text = f"The task state property has an invalid value: {shown}"
    for task in (await adhoc(starter), "127000"):
        assert refusal(await put(starter, task, "state", state=state)) == _same(400, text)


async def test_select_that_cannot_be_read_is_refused_first(starter: AlfrescoClient) -> None:
    status, key, text = refusal(await starter.put("/tasks/1?select=", content=b"{"))
    assert (status, key) == (400, "framework.exception.InvalidSelect")
    assert text.startswith("An invalid SELECT query was received.")


async def test_a_finished_task_is_told_before_rights_are_asked_for(
    starter: AlfrescoClient, stranger: AlfrescoClient
) -> None:
    task = await adhoc(starter)
    await changed(starter, task, "state", state="completed")
    text = f"Task with id: {task} cannot be updated, it's completed"
    for select, body in (("state", {"state": "claimed"}), ("name", {"name": "x"}), (None, {})):
        assert refusal(await put(stranger, task, select, **body)) == _same(405, text)


async def test_a_task_of_a_process_that_was_taken_away(starter: AlfrescoClient, camunda: CamundaClient) -> None:
    """Contract 55: through this API its history stays (405), through another it is gone (404)."""
    process = await started(starter, "activitiAdhoc", bpm_assignee="ivy")
    task = (await only_task(starter, process))["id"]
    assert (await starter.delete(f"/processes/{process}")).status_code == 204
    assert refusal(await put(starter, task, "state", state="completed"))[0] == 405
    task = await adhoc(starter)
    instance = (await camunda.get("/process-instance")).json()[0]["id"]
    assert (await camunda.delete(f"/process-instance/{instance}")).status_code == 204
    assert refusal(await put(starter, task, "state", state="completed"))[:2] == (
        404,
        "framework.exception.EntityNotFound",
    )


# claimed


async def test_who_may_claim(
    starter: AlfrescoClient, person: People, admin: AlfrescoClient, services: Services
) -> None:
    """Contract 31 to 37."""
    member = await person("xeno", groups=["crew"])
    task = await adhoc(starter)
    assert refusal(await put(member, task, "state", state="claimed")) == DENIED
    await _link(services, task, group="crew")
    taken = _same(409, "The task is already claimed by another user.")
    assert refusal(await put(member, task, "state", state="claimed")) == taken
    await changed(starter, task, "assignee")
    for _ in range(2):
        entry = await changed(member, task, "state", state="claimed", assignee="ignored")
        assert (entry["assignee"], entry["state"]) == ("xeno", "claimed")
    await services.run(lambda unit: tasks.remove_link(unit, int(task), tasks.CANDIDATE, None, "crew"))
    await changed(starter, task, "assignee")
    await _link(services, task, user="xeno")
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
    assert refusal(answer) == _same(409, "The task is already claimed by another user.")


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
    await _link(services, task, user="xeno")
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
    """Contract 53, 54."""
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


# delegated


@pytest.mark.parametrize("body", [{}, {"assignee": ""}, {"assignee": None}, {"assignee": "bob"}])
async def test_delegating_needs_a_selected_assignee(starter: AlfrescoClient, body: dict[str, object]) -> None:
    """Contract 58."""
    task = await adhoc(starter)
    text = "When delegating a task, assignee should be selected and provided in the request."
    assert refusal(await put(starter, task, "state", state="delegated", **body)) == _same(400, text)
    if body != {"assignee": "bob"}:
        assert refusal(await put(starter, task, "state,assignee", state="delegated", **body)) == _same(400, text)


async def test_a_task_is_delegated_resolved_and_completed(starter: AlfrescoClient, stranger: AlfrescoClient) -> None:
    """Contract 59, 65, 68, 71, 76, 77."""
    task = await adhoc(starter)
    entry = await changed(starter, task, "state,assignee", state="delegated", assignee="xeno")
    assert (entry["state"], entry["assignee"], entry["owner"]) == ("delegated", "xeno", "ivy")
    assert (await starter.entry(f"/tasks/{task}"))["state"] == "claimed"
    illegal = "A delegated task cannot be completed, but should be resolved instead."
    for client in (starter, stranger):
        assert refusal(await put(client, task, "state", state="completed")) == _same(400, illegal)
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
    assert refusal(answer) == _same(400, "A task cannot be delegated to its owner.")
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
