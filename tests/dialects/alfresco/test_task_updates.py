"""``PUT /tasks/{id}`` over HTTP: properties, and what is checked in which order (contract 10.2, 10.3)."""

from collections.abc import Awaitable, Callable

import pytest

from taskbridge.service.unit import Services
from tests.alfresco import AlfrescoClient, refusal
from tests.client import CamundaClient
from tests.dialects.alfresco.work import DENIED, adhoc, changed, offered, only_task, pooled, put, started, told

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("bundled")]
People = Callable[..., Awaitable[AlfrescoClient]]


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


async def test_an_assignee_of_another_network_does_not_see_the_task(starter: AlfrescoClient, person: People) -> None:
    """Contract 7.4: no check of users."""
    abroad, task = await person("kermit@acme.com", tenant="acme.com"), await adhoc(starter)
    assert (await changed(starter, task, "assignee", assignee=abroad.user))["assignee"] == abroad.user
    assert refusal(await abroad.get(f"/tasks/{task}")) == DENIED
    assert refusal(await put(abroad, task, "state", state="completed")) == DENIED
    assert await abroad.listed("/tasks", where="(status='any')") == []


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
    assert refusal(await put(starter, task, select, name="new", state="completed")) == told(400, expected)
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
    """Contract 13: a candidate may not."""
    task = await adhoc(starter)
    assert refusal(await put(stranger, task, "name", name="x")) == DENIED
    await changed(starter, task, "assignee", assignee="xeno")
    await changed(stranger, task, "name", name="by the assignee")
    await changed(starter, task, "assignee,owner", owner="xeno")
    await changed(stranger, task, "name", name="by the owner")
    await changed(starter, task, "owner")
    await offered(services, task, user="xeno")
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
        assert refusal(await put(starter, task, "state", state=state)) == told(400, text)


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
        assert refusal(await put(stranger, task, select, **body)) == told(405, text)


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
