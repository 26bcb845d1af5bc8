"""Process definitions over HTTP: finding them, starting instances, suspending and removing them."""

from pathlib import Path

import pytest

from taskbridge.clock import ManualClock
from taskbridge.service import identity
from taskbridge.service.unit import Services
from tests.client import CamundaClient, jobs_done
from tests.dialects.camunda.models import deploy_model, deploy_process

pytestmark = pytest.mark.anyio
SHARED = Path(__file__).parents[2] / "bpmn"

KEY = "/process-definition/key/UserTask"


@pytest.fixture
async def definition(camunda: CamundaClient) -> str:
    """The id of a definition whose instances wait at a user task."""
    return await deploy_model(camunda, "UserTask")


async def test_key_and_id_lead_to_the_same_definition(camunda: CamundaClient, definition: str) -> None:
    by_id = (await camunda.get(f"/process-definition/{definition}")).json()
    assert by_id == (await camunda.get(KEY)).json()
    assert (by_id["id"], by_id["key"], by_id["version"]) == (definition, "UserTask", 1)


async def test_the_key_leads_to_the_latest_version(camunda: CamundaClient, definition: str) -> None:
    second = await deploy_model(camunda, "UserTask")
    assert (await camunda.get(KEY)).json()["id"] == second != definition
    listed = (await camunda.get("/process-definition?latestVersion=true")).json()
    assert [one["id"] for one in listed] == [second]


async def test_a_wrong_version_in_an_id_is_an_unknown_id(camunda: CamundaClient, definition: str) -> None:
    wrong = definition.replace(":1:", ":2:")
    answer = await camunda.get(f"/process-definition/{wrong}")
    assert answer.status_code == 404
    assert answer.json()["message"] == f"No matching definition with id {wrong}"


async def test_the_xml_is_what_was_deployed(camunda: CamundaClient, definition: str) -> None:
    xml = (await camunda.get(f"{KEY}/xml")).json()
    assert xml["id"] == definition
    assert '<process id="UserTask"' in xml["bpmn20Xml"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("key=UserTask", 1),
        ("key=usertask", 0),
        ("keysIn=UserTask,P1", 2),
        ("keysIn=UserTask,P1&key=P1", 1),
        ("keyLike=User%25", 1),
        ("keyLike=user%25", 0),
        ("name=A+user+task", 1),
        ("nameLike=%5C", 0),
        ("version=1", 2),
        ("version=2", 0),
        ("resourceName=P1.bpmn", 1),
        ("active=true", 2),
        ("suspended=true", 0),
        ("suspended=false", 2),
        ("processDefinitionId=nonsense", 0),
        ("incidentType=failedExternalTask", 0),
        ("withoutTenantId=true", 2),
        ("tenantIdIn=north", 0),
        ("tenantIdIn=north&includeProcessDefinitionsWithoutTenantId=true", 2),
        ("notStartableInTasklist=true", 0),
        ("startableInTasklist=True", 2),
    ],
)
async def test_filters_narrow_the_list_and_the_count(
    camunda: CamundaClient, definition: str, query: str, expected: int
) -> None:
    await deploy_model(camunda, "P1")
    assert len((await camunda.get(f"/process-definition?{query}")).json()) == expected
    assert (await camunda.get(f"/process-definition/count?{query}")).json() == {"count": expected}


async def test_order_and_page_are_kept(camunda: CamundaClient, definition: str) -> None:
    await deploy_model(camunda, "P1")
    listed = (await camunda.get("/process-definition?sortBy=key&sortOrder=desc&firstResult=1&maxResults=1")).json()
    assert [one["key"] for one in listed] == ["P1"]


async def test_startable_by_finds_candidates_and_members_of_candidate_groups(
    camunda: CamundaClient, services: Services, definition: str
) -> None:
    await deploy_process(
        camunda,
        """<process id="guarded" isExecutable="true" camunda:candidateStarterUsers="ann"
        camunda:candidateStarterGroups="clerks"><startEvent id="s"/></process>""",
    )
    await services.run(lambda unit: identity.add_user(unit, "bob", "no hash", groups=["clerks"]))
    for user, expected in (("ann", ["guarded"]), ("bob", ["guarded"]), ("eve", [])):
        listed = (await camunda.get(f"/process-definition?startableBy={user}")).json()
        assert [one["key"] for one in listed] == expected
    assert (await camunda.delete("/process-definition/key/guarded")).status_code == 200


async def test_an_incident_leads_to_its_definition(camunda: CamundaClient, definition: str) -> None:
    await deploy_model(camunda, "P1")
    await camunda.start("P1")
    (task,) = await camunda.fetch()
    await camunda.post(f"/external-task/{task['id']}/failure", {"workerId": "w", "errorMessage": "broken"})
    listed = (await camunda.get("/process-definition?incidentMessageLike=bro%25")).json()
    assert [one["key"] for one in listed] == ["P1"]


async def test_a_start_answers_with_the_instance(camunda: CamundaClient, definition: str) -> None:
    body = {"businessKey": "b-1", "caseInstanceId": "c-1", "variables": {"n": {"value": 1}}}
    started = (await camunda.post(f"/process-definition/{definition}/start", body)).json()
    path = f"/process-instance/{started['id']}"
    assert started["links"] == [{"method": "GET", "href": f"http://taskbridge.test/engine-rest{path}", "rel": "self"}]
    assert (started["businessKey"], started["caseInstanceId"], started["ended"]) == ("b-1", "c-1", False)
    assert "variables" not in started
    assert (await camunda.get(path)).json() == started | {"links": [], "caseInstanceId": None}


async def test_a_start_can_answer_with_the_variables(camunda: CamundaClient, definition: str) -> None:
    body = {"variables": {"map": {"value": {"a": 1}}}, "withVariablesInReturn": True}
    started = (await camunda.post(f"{KEY}/start", body)).json()
    assert started["variables"]["map"]["value"] == '{"a":1}'


async def test_an_empty_body_starts(camunda: CamundaClient, definition: str) -> None:
    answer = await camunda.post(f"{KEY}/start", content=b"", headers={"Content-Type": "application/json"})
    assert answer.status_code == 200


async def test_a_refused_variable_starts_nothing(camunda: CamundaClient, definition: str) -> None:
    answer = await camunda.post(f"{KEY}/start", {"variables": {"n": {"value": "abc", "type": "integer"}}})
    text = "Cannot convert value 'abc' of type 'integer' to java type java.lang.Integer"
    assert answer.status_code == 400
    assert answer.json()["message"] == f"Cannot instantiate process definition {definition}: {text}"
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}


async def test_variables_are_read_before_an_unknown_id_is_found_out(camunda: CamundaClient) -> None:
    answer = await camunda.post("/process-definition/nope/start", {"variables": {"n": {"value": 1, "type": "Colour"}}})
    assert answer.status_code == 400
    assert answer.json()["message"] == "Cannot instantiate process definition nope: Unsupported value type 'Colour'"


async def test_an_unknown_tenant_is_named(camunda: CamundaClient, definition: str) -> None:
    answer = await camunda.post("/process-definition/key/UserTask/tenant-id/north/start", {})
    assert answer.status_code == 404
    assert answer.json()["message"] == "No matching process definition with key: UserTask and tenant-id: north"


@pytest.mark.parametrize(
    "path", ["key/a%00b", "key/a%00b/tenant-id/t", "key/a/tenant-id/%00", "%00", "key/UserTask/tenant-id/"]
)
async def test_a_path_that_no_database_can_hold_is_unknown(camunda: CamundaClient, path: str) -> None:
    assert (await camunda.get(f"/process-definition/{path}")).status_code == 404


async def test_a_suspended_definition_starts_nothing(camunda: CamundaClient, definition: str) -> None:
    assert (await camunda.put(f"{KEY}/suspended", {"suspended": True})).status_code == 204
    answer = await camunda.post(f"{KEY}/start", {})
    assert answer.status_code == 500
    assert answer.json()["message"].endswith(f"ENGINE-03043 Process Definition with id '{definition}' is suspended.")
    assert (await camunda.put("/process-definition/suspended", {"processDefinitionKey": "UserTask"})).status_code == 204
    await camunda.start("UserTask")


async def test_instances_are_suspended_only_when_asked_for(camunda: CamundaClient, definition: str) -> None:
    await camunda.start("UserTask")
    await camunda.put(f"{KEY}/suspended", {"suspended": True})
    assert (await camunda.get("/process-instance/count?suspended=true")).json() == {"count": 0}
    await camunda.put(
        f"/process-definition/{definition}/suspended", {"suspended": True, "includeProcessInstances": True}
    )
    assert (await camunda.get("/process-instance/count?suspended=true")).json() == {"count": 1}


async def test_suspending_an_unknown_id_changes_nothing(camunda: CamundaClient, definition: str) -> None:
    assert (await camunda.put("/process-definition/nope/suspended", {"suspended": True})).status_code == 204
    assert (await camunda.get("/process-definition/count?active=true")).json() == {"count": 1}


async def test_a_suspension_can_wait(
    camunda: CamundaClient, services: Services, clock: ManualClock, definition: str
) -> None:
    later = "2500-01-01T00:00:00.000+0000"
    await camunda.put(f"{KEY}/suspended", {"suspended": True, "executionDate": later})
    assert (await camunda.get("/process-definition/count?suspended=true")).json() == {"count": 0}
    clock.advance(16_725_225_600_000 - clock.now())
    await jobs_done(services)
    assert (await camunda.get("/process-definition/count?suspended=true")).json() == {"count": 1}


async def test_a_date_that_is_none_is_refused(camunda: CamundaClient, definition: str) -> None:
    answer = await camunda.put(f"{KEY}/suspended", {"suspended": True, "executionDate": "soon"})
    assert answer.status_code == 400
    assert answer.json()["message"] == (
        f"The suspension state of Process Definition with id {definition} could not be updated due to: "
        'Invalid format: "soon"'
    )


async def test_a_definition_with_instances_goes_only_by_cascade(camunda: CamundaClient, definition: str) -> None:
    await camunda.start("UserTask")
    refused = await camunda.delete(f"/process-definition/{definition}")
    assert refused.status_code == 500
    assert refused.json()["message"].endswith(
        f"Process definition with id: {definition} can't be deleted, because there are 1 dependent process instances."
    )
    answer = await camunda.delete(f"{KEY}?cascade=true")
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await camunda.get("/process-instance/count")).json() == {"count": 0}
    assert (await camunda.get("/process-definition/count")).json() == {"count": 0}


async def test_all_versions_go_together(camunda: CamundaClient, definition: str) -> None:
    await deploy_model(camunda, "UserTask")
    assert (await camunda.delete(f"{KEY}/delete")).status_code == 204
    answer = await camunda.delete(f"{KEY}/delete")
    assert answer.status_code == 404
    assert answer.json()["message"] == "No process definition found with key 'UserTask': processDefinitions is empty"


async def test_the_process_of_a_tenant_is_shown_drawn_and_removed(camunda: CamundaClient) -> None:
    content = SHARED.joinpath("UserTask.bpmn").read_bytes()
    parts: list[tuple[str, tuple[str | None, bytes]]] = [("deployment-name", (None, b"south"))]
    parts += [("tenant-id", (None, b"south")), ("data", ("UserTask.bpmn", content))]
    assert (await camunda.request("POST", "/deployment/create", files=parts)).status_code == 200
    path = "/process-definition/key/UserTask/tenant-id/south"
    assert (await camunda.get(f"{path}/xml")).json()["bpmn20Xml"] == content.decode()
    assert (await camunda.get(f"{path}/diagram")).status_code in (200, 204)
    assert (await camunda.delete(f"{path}/delete")).status_code == 204
    assert (await camunda.get(f"{path}/xml")).status_code == 404
