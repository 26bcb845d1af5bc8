"""Variables of tasks and processes over HTTP: the cases of contract 10.10 and 10.11, and the types of section 8."""

from collections.abc import Awaitable, Callable

import pytest

from taskbridge.service import identity, processes, tasks, uuids
from taskbridge.service.unit import Services
from tests.alfresco import AlfrescoClient, refusal
from tests.client import CamundaClient
from tests.dialects.alfresco.models import deploy
from tests.dialects.alfresco.work import adhoc, changed, only_task, started

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("bundled")]
People = Callable[..., Awaitable[AlfrescoClient]]
NOT_FOUND = "framework.exception.EntityNotFound"


@pytest.fixture
async def process(starter: AlfrescoClient) -> str:
    return await started(starter, "activitiAdhoc", bpm_assignee="ivy")


@pytest.fixture
async def task(starter: AlfrescoClient, process: str) -> str:
    identifier: str = (await only_task(starter, process))["id"]
    return identifier


async def _values(client: AlfrescoClient, path: str) -> dict[tuple[str | None, str], tuple[str, object]]:
    return {
        (one.get("scope"), one["name"]): (one["type"], one.get("value"))
        for one in await client.listed(f"{path}/variables")
    }


async def test_a_fresh_task_has_the_variables_of_its_form(starter: AlfrescoClient, task: str) -> None:
    """Contract 8.3, 91."""
    found = await _values(starter, f"/tasks/{task}")
    assert {name for scope, name in found if scope == "local"} == {
        "cm_name",
        "bpm_status",
        "bpm_percentComplete",
        "bpm_packageActionGroup",
        "bpm_packageItemActionGroup",
        "bpm_hiddenTransitions",
        "bpm_reassignable",
        "taskFormKey",
    }
    assert found["local", "bpm_percentComplete"] == ("d:int", 0)
    assert found["local", "bpm_reassignable"] == ("d:boolean", True)
    assert found["local", "bpm_status"] == ("d:text", "Not Yet Started")
    assert found["global", "bpm_assignee"] == ("cm:person", "ivy")
    assert found["global", "bpm_workflowDescription"] == ("d:text", None)
    type_, node = found["global", "initiator"]
    assert type_ == "d:noderef"
    assert uuids.decode(str(node), uuids.Kind.USER)


@pytest.mark.parametrize(
    ("scope", "scopes"), [("local", {"local"}), ("global", {"global"}), ("any", {"local", "global"})]
)
async def test_variables_are_listed_by_scope(starter: AlfrescoClient, task: str, scope: str, scopes: set[str]) -> None:
    listed = await starter.listed(f"/tasks/{task}/variables", where=f"(scope = '{scope}')")
    assert {one["scope"] for one in listed} == scopes
    assert listed[0]["scope"] == min(scopes, key=["local", "global"].index)


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("(name = 'x')", "Only property 'scope' is allowed in the query."),
        ("(scope > 'local')", "Only equals is allowed for 'scope' comparison."),
        ("(scope = 'both')", "Invalid value for 'scope' used in query: both."),
    ],
)
async def test_another_filter_of_variables_is_refused(
    starter: AlfrescoClient, task: str, where: str, text: str
) -> None:
    status, key, told = await starter.refused(f"/tasks/{task}/variables", where=where)
    assert (status, key) == (400, "framework.exception.InvalidQuery")
    assert told.endswith(text)


async def test_local_and_global_variables_live_side_by_side(starter: AlfrescoClient, task: str) -> None:
    """Contract 94, 100."""
    sent = {"name": "bpm_percentComplete", "type": "d:int", "value": 20, "scope": "global"}
    response = await starter.put(f"/tasks/{task}/variables/bpm_percentComplete", sent)
    assert (response.status_code, response.json()["entry"]) == (200, sent)
    response = await starter.put(
        f"/tasks/{task}/variables/bpm_percentComplete", {"name": "bpm_percentComplete", "value": 30, "scope": "local"}
    )
    assert response.json()["entry"] == sent | {"value": 30, "scope": "local"}
    found = await _values(starter, f"/tasks/{task}")
    assert found["global", "bpm_percentComplete"] == ("d:int", 20)
    assert found["local", "bpm_percentComplete"] == ("d:int", 30)
    for status in (204, 404):
        assert (await starter.delete(f"/tasks/{task}/variables/bpm_percentComplete")).status_code == status
    found = await _values(starter, f"/tasks/{task}")
    assert found["global", "bpm_percentComplete"] == ("d:int", 20)
    assert ("local", "bpm_percentComplete") not in found


@pytest.mark.parametrize(
    ("type_", "sent", "shown", "value"),
    [
        ("d:long", 1234, "d:long", 1234),
        ("d_long", 1234, "d:long", 1234),
        (None, 1234, "d:int", 1234),
        (None, 2**40, "d:long", 2**40),
        (None, 1.5, "d:double", 1.5),
        (None, True, "d:boolean", True),
        (None, "test value", "d:text", "test value"),
        (None, None, "d:any", None),
        (None, {"a": [1, 2]}, "d:any", {"a": [1, 2]}),
        ("d:int", 55.99, "d:int", 55),
        ("d:int", "7", "d:int", 7),
        ("d:double", "2.5", "d:double", 2.5),
        ("d:float", 2, "d:float", 2.0),
        ("d:boolean", "true", "d:boolean", True),
        ("d:boolean", "yes", "d:boolean", False),
        ("d:boolean", 3, "d:boolean", True),
        ("d:text", 5, "d:text", "5"),
        ("d:text", False, "d:text", "false"),
        ("d:text", None, "d:text", None),
        ("d:datetime", "2013-09-30T00:00:00.000+0300", "d:datetime", "2013-09-29T21:00:00.000+0000"),
        ("d:datetime", "2013-09-30", "d:datetime", "2013-09-30T00:00:00.000+0000"),
        ("d:qname", "cm:authority", "d:qname", "cm:authority"),
        ("d:noderef", "workspace:///testNode", "d:noderef", "workspace:///testNode"),
        ("d:mltext", "x", "d:mltext", "x"),
        ("d:any", "x", "d:any", "x"),
    ],
)
async def test_a_variable_has_the_type_that_is_told_or_implied(
    starter: AlfrescoClient, task: str, process: str, type_: str | None, sent: object, shown: str, value: object
) -> None:
    """Contract 95, 8.1, 8.2."""
    body = {"name": "new", "value": sent} | ({"type": type_} if type_ else {})
    response = await starter.post(f"/tasks/{task}/variables", body | {"scope": "local"})
    assert response.status_code == 201, response.text
    expected = {"name": "new", "type": shown} | ({} if value is None else {"value": value})
    assert response.json() == {"entry": {"scope": "local", **expected}}
    response = await starter.put(f"/processes/{process}/variables/new", body)
    assert (response.status_code, response.json()) == (200, {"entry": expected})
    kept = {"d:any": ("d:text", value)}.get(shown, (shown, value)) if isinstance(value, str) else (shown, value)
    assert (await _values(starter, f"/tasks/{task}"))["local", "new"] == kept
    assert (await _values(starter, f"/processes/{process}"))[None, "new"] == kept


@pytest.mark.parametrize("type_", ["d:date", "d:datetime"])
async def test_a_date_without_a_value_is_the_present(starter: AlfrescoClient, process: str, type_: str) -> None:
    response = await starter.post(f"/processes/{process}/variables", {"name": "when", "type": type_})
    moment = response.json()["entry"]["value"]
    assert (await _values(starter, f"/processes/{process}"))[None, "when"] == ("d:datetime", moment)


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({"name": "a", "type": "d:int", "value": True}, 400, "There is no conversion registered for the value: true"),
        ({"name": "a", "type": "d:int", "value": 2**31}, 400, 'For input string: "2147483648"'),
        ({"name": "a", "type": "d:double", "value": "x"}, 400, 'For input string: "x"'),
        ({"name": "a", "type": "d:text", "value": [1]}, 400, "There is no conversion registered for the value: [1]"),
        ({"name": "a", "type": "d:text", "value": {"b": 1}}, 400, "no conversion registered for the value: {b=1}"),
        ({"name": "a", "type": "d:boolean", "value": {}}, 400, "There is no conversion registered for the value: {}"),
        ({"name": "a", "type": "d:qname", "value": 5}, 400, "There is no conversion registered for the value: 5"),
        ({"name": "a", "type": "d:date", "value": 5}, 500, "5 cannot be cast to class java.lang.String"),
        ({"name": "a", "scope": "global"}, 400, 'Unrecognized field "scope"'),
        ({"name": "bpm_priority", "type": "d:double"}, 400, "type of variable bpm_priority should be d:int"),
        ([], 400, "Could not read content from HTTP request body, the list is empty"),
    ],
)  # fmt: skip
async def test_a_variable_of_a_process_that_is_wrong_is_refused(
    starter: AlfrescoClient, process: str, body: object, status: int, text: str
) -> None:
    """Contract 97, 8.2."""
    before = await _values(starter, f"/processes/{process}")
    found = refusal(await starter.post(f"/processes/{process}/variables", body))
    assert found[0] == status
    assert text in found[2]
    assert await _values(starter, f"/processes/{process}") == before


async def test_several_variables_are_set_at_once(starter: AlfrescoClient, process: str) -> None:
    sent = [{"name": "one", "value": 1}, {"name": "two", "value": 2}]
    response = await starter.post(f"/processes/{process}/variables", sent)
    assert response.status_code == 201
    body = response.json()["list"]
    assert body["pagination"] == {"count": 2, "hasMoreItems": False, "totalItems": 2, "skipCount": 0, "maxItems": 2}
    assert [one["entry"]["name"] for one in body["entries"]] == ["one", "two"]


async def test_the_name_in_the_body_counts(starter: AlfrescoClient, process: str) -> None:
    await starter.put(f"/processes/{process}/variables/path", {"name": "body", "value": 1})
    names = {name for _, name in await _values(starter, f"/processes/{process}")}
    assert "body" in names
    assert "path" not in names


async def test_a_person_is_a_node_when_set_and_a_name_when_read(
    starter: AlfrescoClient, person: People, process: str, services: Services
) -> None:
    """Contract 98, 8.2."""
    await person("bob")
    response = await starter.put(
        f"/processes/{process}/variables/bpm_assignee", {"name": "bpm_assignee", "type": "d:text", "value": "bob"}
    )
    bob = await services.run(lambda unit: identity.person(unit, "bob"))
    assert bob is not None
    node = uuids.encode(uuids.Kind.USER, bob.number)
    assert response.json()["entry"] == {"name": "bpm_assignee", "type": "d:noderef", "value": node}
    assert (await _values(starter, f"/processes/{process}"))[None, "bpm_assignee"] == ("cm:person", "bob")


async def test_people_in_a_list_need_a_list(starter: AlfrescoClient, process: str) -> None:
    """Contract 98: an association with many."""
    sent = {"name": "bpm_pooledActors", "type": "d:noderef", "value": ["ivy"]}
    response = await starter.post(f"/processes/{process}/variables", sent)
    assert len(response.json()["entry"]["value"]) == 1
    assert (await _values(starter, f"/processes/{process}"))[None, "bpm_pooledActors"] == ("cm:person", ["ivy"])
    answer = refusal(await starter.post(f"/processes/{process}/variables", sent | {"value": "ivy"}))
    assert answer[0::2] == (400, "bpm_pooledActors should have an array value")


async def test_removing_a_variable_of_a_process(starter: AlfrescoClient, process: str) -> None:
    """Contract 118."""
    await starter.post(f"/processes/{process}/variables", {"name": "deleteMe", "value": 1})
    assert (await starter.delete(f"/processes/{process}/variables/deleteMe")).status_code == 204
    again = refusal(await starter.delete(f"/processes/{process}/variables/deleteMe"))
    assert again == (404, NOT_FOUND, "The entity with id: deleteMe was not found")
    unknown = refusal(await starter.delete("/processes/nope/variables/deleteMe"))
    assert unknown == (404, NOT_FOUND, "The entity with id: nope was not found")


async def test_who_may_change_variables(starter: AlfrescoClient, person: People, task: str, process: str) -> None:
    """Contract 101."""
    stranger = await person("xeno")
    for path in (f"/tasks/{task}", f"/processes/{process}"):
        for answer in (
            await stranger.post(
                f"{path}/variables",
                {"name": "a", "value": 1, "scope": "local"} if "tasks" in path else {"name": "a", "value": 1},
            ),
            await stranger.delete(f"{path}/variables/bpm_priority"),
            await stranger.get(f"{path}/variables"),
        ):
            assert answer.status_code == 403
    assert refusal(await starter.delete("/tasks/127000/variables/a"))[:2] == (404, NOT_FOUND)
    assert refusal(await starter.delete(f"/tasks/{task}/variables/a"))[2] == "The entity with id: a was not found"


async def test_variables_of_what_has_ended_are_read_only(starter: AlfrescoClient, task: str, process: str) -> None:
    await changed(starter, task, "state", state="completed")
    assert await starter.listed(f"/tasks/{task}/variables")
    body = {"name": "a", "value": 1, "scope": "local"}
    assert refusal(await starter.put(f"/tasks/{task}/variables/a", body))[:2] == (404, NOT_FOUND)
    await starter.delete(f"/processes/{process}")
    assert await starter.listed(f"/processes/{process}/variables")
    assert refusal(await starter.put(f"/processes/{process}/variables/a", {"name": "a", "value": 1}))[:2] == (
        404,
        NOT_FOUND,
    )


async def test_another_vendors_client_sees_plain_variables(
    starter: AlfrescoClient, process: str, camunda: CamundaClient
) -> None:
    await starter.post(f"/processes/{process}/variables", {"name": "q", "type": "d:qname", "value": "cm:x"})
    instance = (await camunda.get("/process-instance")).json()[0]["id"]
    found = (await camunda.get(f"/process-instance/{instance}/variables/q")).json()
    assert found == {"type": "String", "value": "cm:x", "valueInfo": {}}


async def test_variables_of_other_processes_follow_their_values(
    starter: AlfrescoClient, services: Services, camunda: CamundaClient
) -> None:
    """A process without a form of the model: what is started with it is kept, and shown by what it is."""
    source = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'
        b'<process id="plain" isExecutable="true"><startEvent id="s"/><userTask id="u"/><endEvent id="e"/>'
        b'<sequenceFlow id="a" sourceRef="s" targetRef="u"/><sequenceFlow id="b" sourceRef="u" targetRef="e"/>'
        b"</process></definitions>"
    )
    await camunda.deploy(("plain.bpmn", source))
    process = await started(starter, "plain", amount=5, text="x", many=[1, 2])
    found = await _values(starter, f"/processes/{process}")
    assert found == {
        (None, "amount"): ("d:int", 5),
        (None, "text"): ("d:text", "x"),
        (None, "many"): ("d:any", [1, 2]),
    }
    task = int((await only_task(starter, process))["id"])
    await services.run(lambda unit: tasks.complete(unit, task))
    ended = await starter.entry(f"/processes/{process}")
    assert (ended["completed"], ended["endActivityId"]) == (True, "e")
    assert processes.DELETED_BY_REST not in ended.values()


async def test_a_task_is_described_by_what_it_was_started_with(starter: AlfrescoClient) -> None:
    """Contract 9.2."""
    task = await adhoc(
        starter,
        bpm_workflowDescription="Do it",
        bpm_workflowDueDate="2030-01-02T03:04:05.000+0000",
        bpm_workflowPriority=1,
        unknown="dropped",
    )
    entry = await starter.entry(f"/tasks/{task}")
    assert (entry["description"], entry["dueAt"], entry["priority"]) == ("Do it", "2030-01-02T03:04:05.000+0000", 1)
    assert "owner" not in entry
    assert ("global", "unknown") not in await _values(starter, f"/tasks/{task}")


async def test_a_candidate_may_write_variables_as_he_may_read_them(
    starter: AlfrescoClient, person: People, services: Services, task: str
) -> None:
    candidate, member = await person("cid"), await person("mia", groups=["crew"])
    await services.run(lambda unit: tasks.add_link(unit, int(task), tasks.CANDIDATE, "cid", None))
    await services.run(lambda unit: tasks.add_link(unit, int(task), tasks.CANDIDATE, None, "crew"))
    sent = {"name": "a", "value": 1, "scope": "local"}
    assert (await candidate.post(f"/tasks/{task}/variables", sent)).status_code == 201
    assert (await member.post(f"/tasks/{task}/variables", sent)).status_code == 403
    await changed(starter, task, "assignee")
    assert (await member.delete(f"/tasks/{task}/variables/a")).status_code == 204
    assert (await starter.delete(f"/tasks/{task}/variables/a?skipCount=A")).status_code == 400


async def test_what_belongs_to_the_vendors_engine_alone_is_not_shown(starter: AlfrescoClient, task: str) -> None:
    sent = {"name": "_tenant_domain", "value": "x", "scope": "global"}
    assert (await starter.post(f"/tasks/{task}/variables", sent)).status_code == 201
    assert ("global", "_tenant_domain") not in await _values(starter, f"/tasks/{task}")


async def test_associations_without_people_or_of_packages(starter: AlfrescoClient, task: str, process: str) -> None:
    for name, value in (("bpm_pooledActors", None), ("bpm_package", "workspace://x")):
        response = await starter.post(f"/tasks/{task}/variables", {"name": name, "value": value, "scope": "local"})
        assert response.status_code == 201, response.text
    answer = refusal(await starter.post(f"/processes/{process}/variables", {"name": "bpm_assignee", "value": ["xen"]}))
    assert answer[2] == "[xen] is not a valid person user id"


@pytest.mark.parametrize("where", ["(scope='local' OR scope='global')", "(foo IN('a'))"])
async def test_predicates_that_no_list_can_do(starter: AlfrescoClient, task: str, where: str) -> None:
    _, key, text = await starter.refused(f"/tasks/{task}/variables", where=where)
    assert key == "framework.exception.InvalidQuery"
    assert text.endswith("Unsupported Predicate")


async def test_the_candidates_of_a_finished_task_are_unknown_to_everybody(
    starter: AlfrescoClient, person: People, task: str
) -> None:
    await changed(starter, task, "state", state="completed")
    for client in (starter, await person("xeno")):
        assert (await client.get(f"/tasks/{task}/candidates")).status_code == 404


async def test_items_tell_what_they_belong_to(starter: AlfrescoClient, task: str, process: str) -> None:
    for path, identifier in ((f"/tasks/{task}", task), (f"/processes/{process}", process)):
        listed = (await starter.get(f"{path}/items?includeSource=true")).json()["list"]
        assert listed["source"]["id"] == identifier


async def test_an_outcome_that_is_told_to_the_process_is_that_of_the_task(starter: AlfrescoClient) -> None:
    process = await started(starter, "activitiReview", bpm_assignee="ivy")
    task = (await only_task(starter, process))["id"]
    sent = [{"name": "wf_reviewOutcome", "value": "Approve", "scope": "global"}]
    await changed(starter, task, "state,variables", state="completed", variables=sent)
    assert (await only_task(starter, process))["activityDefinitionId"] == "approved"
    assert (await _values(starter, f"/tasks/{task}"))["local", "bpm_outcome"] == ("d:text", "Approve")


WATCHED = """<process id="watched" isExecutable="true"><startEvent id="start"/>
<sequenceFlow id="f0" sourceRef="start" targetRef="work"/><userTask id="work" camunda:assignee="ivy"/>
<boundaryEvent id="late" attachedToRef="work"><conditionalEventDefinition><condition>${late}</condition>
</conditionalEventDefinition></boundaryEvent>
<sequenceFlow id="f1" sourceRef="late" targetRef="hurry"/><userTask id="hurry" camunda:assignee="ivy"/></process>"""


@pytest.mark.parametrize("of", ["task", "process", "completion"])
async def test_a_variable_makes_the_condition_of_a_process_true(
    starter: AlfrescoClient, services: Services, of: str
) -> None:
    await deploy(services, WATCHED)
    process = await started(starter, "watched")
    task = (await only_task(starter, process))["id"]
    late = {"name": "late", "type": "d:boolean", "value": True}
    if of == "completion":
        await changed(starter, task, "state,variables", state="completed", variables=[late | {"scope": "global"}])
    elif of == "task":
        answer = await starter.put(f"/tasks/{task}/variables/late", late | {"scope": "global"})
        assert (answer.status_code, answer.json()["entry"]) == (200, late | {"scope": "global"})
    else:
        answer = await starter.put(f"/processes/{process}/variables/late", late)
        assert (answer.status_code, answer.json()["entry"]) == (200, late)
    assert (await only_task(starter, process))["activityDefinitionId"] == "hurry"
