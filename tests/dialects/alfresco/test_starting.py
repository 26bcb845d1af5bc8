"""Starting and ending processes, and their documents, over HTTP (contract 10.10, 10.11)."""

from collections.abc import Awaitable, Callable

import pytest

from taskbridge.service import documents, tasks, uuids
from taskbridge.service.unit import Services
from tests.alfresco import AlfrescoClient, refusal
from tests.dialects.alfresco.work import adhoc, changed, only_task, pooled, put, started

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("bundled")]
People = Callable[..., Awaitable[AlfrescoClient]]
NOT_FOUND = "framework.exception.EntityNotFound"


async def _document(services: Services, name: str = "plan.txt") -> str:
    made = await services.run(
        lambda unit: documents.add(unit, name, b"hello", mime_type="text/plain", title="Plan", description="The plan"),
        "ada",
    )
    return uuids.encode(uuids.Kind.DOCUMENT, made.id)


async def test_starting_a_process(starter: AlfrescoClient) -> None:
    """Contract 106."""
    variables = {
        "bpm_assignee": "ivy",
        "bpm_priority": 1,
        "bpm_dueDate": "2013-09-30T00:00:00.000+0300",
        "bpm_description": "d",
    }
    response = await starter.post("/processes", {"processDefinitionKey": "activitiAdhoc", "variables": variables})
    assert response.status_code == 201
    entry = response.json()["entry"]
    assert set(entry) == {
        *(
            "id",
            "processDefinitionId",
            "processDefinitionKey",
            "startedAt",
            "startUserId",
            "startActivityId",
            "completed",
        )
    }
    assert (entry["startUserId"], entry["startActivityId"], entry["completed"]) == ("ivy", "start", False)
    assert entry["processDefinitionKey"] == "activitiAdhoc"
    assert entry["processDefinitionId"].startswith("activitiAdhoc:1:")
    by_id = {"processDefinitionId": entry["processDefinitionId"], "processDefinitionKey": "nope", "businessKey": "b-1"}
    again = await starter.post("/processes", by_id | {"variables": variables})
    assert again.json()["entry"]["businessKey"] == "b-1"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"processDefinitionKey": "nope"}, "No workflow definition could be found with key 'nope'."),
        ({"processDefinitionId": "unexisting"}, "No workflow definition could be found with id 'unexisting'."),
        ({"processDefinitionId": "nope:1:7"}, "No workflow definition could be found with id 'nope:1:7'."),
        ({}, "Either processDefinitionId or processDefinitionKey is required"),
        (
            {"processDefinitionKey": "activitiAdhoc", "variables": {"bpm_assignee": "nobody"}},
            "nobody is not a valid person user id",
        ),
        (
            {"processDefinitionKey": "activitiReviewPooled", "variables": {"bpm_groupAssignee": "GROUP_none"}},
            "GROUP_none is not a valid authority id",
        ),
    ],
)
async def test_what_cannot_be_started(starter: AlfrescoClient, body: dict[str, object], text: str) -> None:
    """Contract 107."""
    assert refusal(await starter.post("/processes", body)) == (400, text, text)
    assert await starter.listed("/processes") == []


async def test_a_process_whose_assignee_is_missing_fails(starter: AlfrescoClient) -> None:
    status, key, _ = refusal(await starter.post("/processes", {"processDefinitionKey": "activitiAdhoc"}))
    assert (status, key) == (500, "framework.exception.ApiDefault")
    assert await starter.listed("/processes") == []


async def test_several_processes_start_all_or_none(starter: AlfrescoClient) -> None:
    one = {"processDefinitionKey": "activitiAdhoc", "variables": {"bpm_assignee": "ivy"}}
    response = await starter.post("/processes", [one, one])
    assert (response.status_code, response.json()["list"]["pagination"]["count"]) == (201, 2)
    assert (await starter.post("/processes", [one, {}])).status_code == 400
    assert len(await starter.listed("/processes")) == 2


async def test_deleting_a_process(starter: AlfrescoClient, person: People) -> None:
    """Contract 110."""
    process = await started(starter, "activitiAdhoc", bpm_assignee="ivy")
    assert refusal(await (await person("xeno")).delete(f"/processes/{process}"))[0] == 403
    foreign = await person("root", admin=True, tenant="other.com")
    text = "Process is running in another tenant"
    assert refusal(await foreign.delete(f"/processes/{process}")) == (403, text, text)
    assert (await starter.delete(f"/processes/{process}")).status_code == 204
    entry = await starter.entry(f"/processes/{process}")
    assert (entry["deleteReason"], entry["completed"]) == ("deleted through REST API call", True)
    assert "endActivityId" not in entry
    assert await starter.listed("/tasks") == []
    for identifier in (process, "unexisting"):
        found = refusal(await starter.delete(f"/processes/{identifier}"))
        assert found == (404, NOT_FOUND, f"The entity with id: {identifier} was not found")
    assert refusal(await starter.delete("/processes/"))[0] == 405


async def test_a_network_has_its_own_processes(person: People) -> None:
    kermit = await person("kermit@acme.com", tenant="acme.com", admin=True)
    process = await started(kermit, "activitiAdhoc", bpm_assignee="kermit@acme.com")
    task = (await only_task(kermit, process))["id"]
    in_cloud = kermit.at("/acme.com/public")
    assert (await in_cloud.entry(f"/tasks/{task}"))["id"] == task
    other = await person("root", admin=True)
    assert (await other.get(f"/tasks/{task}")).status_code == 403
    assert (await put(other, task, "name", name="x")).status_code == 403
    assert (await other.at("/alfresco/api/acme.com/public").get(f"/tasks/{task}")).status_code == 401


async def test_people_of_another_network_cannot_be_given_work(starter: AlfrescoClient, person: People) -> None:
    await person("kermit@acme.com", tenant="acme.com")
    for name in ("kermit@acme.com", "nobody"):
        body = {"processDefinitionKey": "activitiAdhoc", "variables": {"bpm_assignee": name}}
        text = f"{name} is not a valid person user id"
        assert refusal(await starter.post("/processes", body)) == (400, text, text)
    process = await started(starter, "activitiAdhoc", bpm_assignee="ivy")
    variable = {"name": "bpm_assignee", "type": "cm:person", "value": "kermit@acme.com"}
    assert refusal(await starter.post(f"/processes/{process}/variables", variable))[0] == 400


# items


@pytest.mark.parametrize("kind", ["processes", "tasks"])
async def test_items_are_attached_and_detached(starter: AlfrescoClient, services: Services, kind: str) -> None:
    """Contract 103, 104, 119."""
    first, second = await _document(services), await _document(services, "more.txt")
    response = await starter.post(
        "/processes",
        {"processDefinitionKey": "activitiAdhoc", "variables": {"bpm_assignee": "ivy"}, "items": [first]},
    )
    process = response.json()["entry"]["id"]
    place = f"/processes/{process}" if kind == "processes" else f"/tasks/{(await only_task(starter, process))['id']}"
    response = await starter.post(f"{place}/items", {"id": second})
    assert response.status_code == 201
    entry = response.json()["entry"]
    assert entry == {
        "id": second,
        "name": "more.txt",
        "title": "Plan",
        "description": "The plan",
        "mimeType": "text/plain",
        "createdBy": "ada",
        "modifiedBy": "ada",
        "createdAt": entry["createdAt"],
        "modifiedAt": entry["createdAt"],
        "size": 5,
    }
    assert [one["id"] for one in await starter.listed(f"{place}/items")] == [first, second]
    assert await starter.entry(f"{place}/items/{second}") == entry
    assert refusal(await starter.post(f"{place}/items", {"id": second}))[0] == 400
    missing = refusal(await starter.post(f"{place}/items", {}))
    assert missing[0::2] == (400, "itemId is required to add an attached item")
    unknown = refusal(await starter.post(f"{place}/items", {"id": "nope"}))
    assert unknown == (
        *(404, NOT_FOUND),
        "The entity with id: item with id workspace://SpacesStore/nope not found was not found",
    )
    assert (await starter.delete(f"{place}/items/{second}")).status_code == 204
    gone = refusal(await starter.delete(f"{place}/items/{second}"))
    text = f"The entity with id: Item {second} not found in the process package variable was not found"
    assert gone == (404, NOT_FOUND, text)
    assert refusal(await starter.get(f"{place}/items/{second}"))[0] == 404
    assert refusal(await starter.get(f"/{kind}/127000/items"))[0] == 404


async def test_an_unknown_item_keeps_the_process_from_starting(starter: AlfrescoClient) -> None:
    body = {"processDefinitionKey": "activitiAdhoc", "variables": {"bpm_assignee": "ivy"}, "items": ["nope"]}
    status, key, _ = refusal(await starter.post("/processes", body))
    assert (status, key) == (500, "framework.exception.ApiDefault")
    assert await starter.listed("/processes") == []


async def test_who_may_see_and_bring_items(starter: AlfrescoClient, person: People, services: Services) -> None:
    """Contract 103, 104."""
    document = await _document(services)
    member, other = await person("mia", groups=["crew"]), await person("moe", groups=["crew"])
    stranger, candidate = await person("xeno"), await person("cid")
    task = await pooled(starter, "crew")
    await services.run(lambda unit: tasks.add_link(unit, int(task), tasks.CANDIDATE, "cid", None))
    for client, status in ((starter, 200), (stranger, 403), (candidate, 200), (member, 200)):
        assert (await client.get(f"/tasks/{task}/items")).status_code == status
    for client, status in ((stranger, 403), (candidate, 201), (member, 400)):
        assert (await client.post(f"/tasks/{task}/items", {"id": document})).status_code == status
    await changed(other, task, "state", state="claimed")
    assert (await member.get(f"/tasks/{task}/items")).status_code == 403
    assert (await member.post(f"/tasks/{task}/items", {"id": document})).status_code == 403
    assert (await member.delete(f"/tasks/{task}/items/{document}")).status_code == 403
    await changed(other, task, "state", state="completed")
    assert len(await starter.listed(f"/tasks/{task}/items")) == 1
    assert refusal(await starter.post(f"/tasks/{task}/items", {"id": document}))[:2] == (404, NOT_FOUND)
    assert (await member.get(f"/tasks/{task}/items")).status_code == 403


async def test_a_starter_sees_the_task_of_another(starter: AlfrescoClient, person: People) -> None:
    await person("bob")
    task = await adhoc(starter, bpm_assignee="bob")
    assert (await starter.entry(f"/tasks/{task}"))["assignee"] == "bob"
