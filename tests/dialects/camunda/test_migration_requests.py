"""Requests for migrations: what is refused and how, what comes back, batches, and what is decided here."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.client import CamundaClient, jobs_done
from tests.dialects.camunda.migrations.models import MODELS
from tests.dialects.camunda.models import deploy
from tests.serving import Served

pytestmark = pytest.mark.anyio
_JAVA = {
    "value": "rO0ABX",
    "type": "Object",
    "valueInfo": {
        "objectTypeName": "java.lang.String",
        "serializationDataFormat": "application/x-java-serialized-object",
    },
}


async def deployed(camunda: CamundaClient, *names: str) -> list[str]:
    """The definitions of models, which are versions of one process."""
    return [await deploy(camunda, MODELS[name].encode()) for name in names]


def plan(source: str, target: str, *node_ids: str, **more: object) -> dict[str, object]:
    """A plan in which activities become those of the same ids."""
    instructions = [{"sourceActivityIds": [one], "targetActivityIds": [one]} for one in node_ids]
    return {
        "sourceProcessDefinitionId": source,
        "targetProcessDefinitionId": target,
        "instructions": instructions,
        **more,
    }


async def started(camunda: CamundaClient, definition: str) -> str:
    response = await camunda.post(f"/process-definition/{definition}/start", {})
    return str(response.json()["id"])


async def definition_of(camunda: CamundaClient, instance: str) -> str:
    return str((await camunda.get(f"/process-instance/{instance}")).json()["definitionId"])


async def refused(camunda: CamundaClient, operation: str, body: object) -> tuple[int, str, str | None, int | None]:
    """Status, type, text and code of an error."""
    response = await camunda.post(f"/migration/{operation}", body)
    document = response.json()
    return response.status_code, document["type"], document["message"], document["code"]


async def test_definitions_are_asked_for_before_anything_else(camunda: CamundaClient) -> None:
    (known,) = await deployed(camunda, "one")
    for operation in ("generate", "validate", "execute", "executeAsync"):

        async def said(
            document: Mapping[str, object], operation: str = operation
        ) -> tuple[int, str, str | None, int | None]:
            carried_out = operation.startswith("execute")
            return await refused(camunda, operation, {"migrationPlan": document} if carried_out else document)

        no_source = (400, "InvalidRequestException", "Source process definition id is null", 0)
        assert await said({}) == no_source
        assert await said({"targetProcessDefinitionId": known}) == no_source
        assert (await said({"sourceProcessDefinitionId": known}))[2] == "Target process definition id is null"
        unknown = "ENGINE-23008 {} process definition with id 'nope' does not exist"
        assert (await said(plan("nope", known)))[:3] == (400, "InvalidRequestException", unknown.format("Source"))
        assert (await said(plan(known, "nope")))[2] == unknown.format("Target")
        wrong_version = known.replace(":1:", ":7:")
        assert (await said(plan(wrong_version, known)))[0] == 400


async def test_instructions_name_an_activity_each(camunda: CamundaClient) -> None:
    (known,) = await deployed(camunda, "one")
    nothing = (500, "NullPointerException", None, None)
    for raw in (None, {}, {"sourceActivityIds": ["t"]}, {"sourceActivityIds": None, "targetActivityIds": ["t"]}):
        assert await refused(camunda, "validate", plan(known, known) | {"instructions": [raw]}) == nothing
    empty = {"sourceActivityIds": [], "targetActivityIds": ["t"]}
    said = await refused(camunda, "validate", plan(known, known) | {"instructions": [empty]})
    assert said == (500, "IndexOutOfBoundsException", "Index 0 out of bounds for length 0", None)
    null = {"sourceActivityIds": [None], "targetActivityIds": ["t"]}
    report = (await camunda.post("/migration/validate", plan(known, known) | {"instructions": [null]})).json()
    assert report["instructionReports"][0]["failures"] == ["Source activity id is null"]
    several = {"sourceActivityIds": ["t", "s"], "targetActivityIds": ["t"]}
    report = (await camunda.post("/migration/validate", plan(known, known) | {"instructions": [several]})).json()
    assert report == {"instructionReports": [], "variableReports": {}}


async def test_variables_come_back_with_a_proposed_plan(camunda: CamundaClient) -> None:
    (known,) = await deployed(camunda, "one")
    given = {
        "typed": {"value": 1, "type": "Integer"},
        "untyped": {"value": "x"},
        "file": {"value": "eA==", "type": "File", "valueInfo": {"filename": "a.txt"}},
        "passing": {"value": "x", "type": "String", "valueInfo": {"transient": True}},
    }
    body = {"sourceProcessDefinitionId": known, "targetProcessDefinitionId": known}
    assert (await camunda.post("/migration/generate", body)).json()["variables"] is None
    found = (await camunda.post("/migration/generate", body | {"variables": given})).json()
    assert found["variables"] == {
        "typed": {"value": 1, "type": "Integer", "valueInfo": {}},
        "untyped": {"value": "x", "type": None, "valueInfo": None},
        "file": {"value": None, "type": "File", "valueInfo": {"filename": "a.txt"}},
        "passing": {"value": "x", "type": "String", "valueInfo": {"transient": True}},
    }
    said = await refused(camunda, "generate", body | {"variables": {"n": {"value": "x", "type": "Integer"}}})
    assert said[2] == "Cannot convert value 'x' of type 'Integer' to java type java.lang.Integer"


async def test_a_plan_with_a_variable_that_java_has_serialized_is_not_valid(camunda: CamundaClient) -> None:
    (known,) = await deployed(camunda, "one")
    body = plan(known, known, variables={"o": _JAVA})
    failure = "Cannot set variable with name o. Java serialization format is prohibited"
    report = {"instructionReports": [], "variableReports": {"o": {**_JAVA, "failures": [failure]}}}
    assert (await camunda.post("/migration/validate", body)).json() == report
    text = (
        f"ENGINE-23001 Migration plan for process definition '{known}' to '{known}' is not valid:\n"
        f"\t Migration variable o is not valid:\n\t\t{failure}\n"
    )
    assert await refused(camunda, "generate", body) == (400, "InvalidRequestException", text, 0)
    response = await camunda.post("/migration/execute", {"migrationPlan": body, "processInstanceIds": ["x"]})
    assert (response.status_code, response.json()["type"]) == (400, "MigrationPlanValidationException")
    assert (response.json()["message"], response.json()["validationReport"]) == (text, report)


async def test_a_plan_is_checked_before_instances_are_looked_for(camunda: CamundaClient) -> None:
    (known,) = await deployed(camunda, "one")
    for operation in ("execute", "executeAsync"):
        response = await camunda.post(f"/migration/{operation}", {"migrationPlan": plan(known, known, "no")})
        assert response.json()["message"] == (
            f"ENGINE-23001 Migration plan for process definition '{known}' to '{known}' is not valid:\n"
            "\t Migration instruction MigrationInstructionImpl{sourceActivityId='no', targetActivityId='no', "
            "updateEventTrigger='false'} is not valid:\n"
            "\t\tSource activity 'no' does not exist\n\t\tTarget activity 'no' does not exist\n"
        )
        (report,) = response.json()["validationReport"]["instructionReports"]
        assert report["instruction"]["updateEventTrigger"] is False
        assert await refused(camunda, operation, {}) == (500, "NullPointerException", None, None)
        empty = "Process instance ids cannot empty: process instance ids is empty"
        query = {"processDefinitionId": "nope"}
        selections: list[dict[str, object]] = [{}, {"processInstanceIds": []}, {"processInstanceQuery": query}]
        for chosen in selections:
            said = await refused(camunda, operation, {"migrationPlan": plan(known, known), **chosen})
            assert said == (400, "BadUserRequestException", empty, 0)
        null = {"migrationPlan": plan(known, known), "processInstanceIds": ["x", None]}
        said = await refused(camunda, operation, null)
        assert said[2] == "Process instance ids cannot be null: process instance ids contains null value"
        wrong = {"migrationPlan": plan(known, known), "processInstanceQuerry": {}}
        assert "'processInstanceQuerry' is unknown" in str((await refused(camunda, operation, wrong))[2])


async def test_all_instances_are_migrated_or_none(camunda: CamundaClient) -> None:
    source, target, other = await deployed(camunda, "one", "two", "one")
    first, second, stranger = [await started(camunda, one) for one in (source, source, other)]
    body = {"migrationPlan": plan(source, target, "t"), "processInstanceIds": [first, stranger]}
    said = (
        f"ENGINE-23002 Process instance '{stranger}' cannot be migrated. Its process definition '{other}' does not "
        f"match the source process definition of the migration plan '{source}'"
    )
    assert await refused(camunda, "execute", body) == (500, "ProcessEngineException", said, 0)
    gone = "ENGINE-23003 Process instance 'x' cannot be migrated. The process instance does not exist"
    assert (await refused(camunda, "execute", body | {"processInstanceIds": [first, "x"]}))[2] == gone
    without = {"migrationPlan": plan(source, target), "processInstanceIds": [first]}
    assert (await refused(camunda, "execute", without))[1] == "MigratingProcessInstanceValidationException"
    assert await definition_of(camunda, first) == source
    query = {"processDefinitionId": source}
    both = body | {"processInstanceIds": [first, first], "processInstanceQuery": query}
    assert (await camunda.post("/migration/execute", both)).status_code == 204
    assert [await definition_of(camunda, one) for one in (first, second, stranger)] == [target, target, other]


async def test_tenants_are_not_crossed(camunda: CamundaClient) -> None:
    async def of_tenant(name: str) -> str:
        parts: list[tuple[str, tuple[str | None, bytes]]] = [
            ("tenant-id", (None, name.encode())),
            ("data", ("model.bpmn", MODELS["one"].encode())),
        ]
        found = (await camunda.request("POST", "/deployment/create", files=parts)).json()
        return str(next(iter(found["deployedProcessDefinitions"])))

    (plain,) = await deployed(camunda, "one")
    north, south = await of_tenant("north"), await of_tenant("south")
    said = "ENGINE-2309 Cannot migrate process instances between processes of different tenants ('north' != 'south')"
    for operation in ("generate", "validate"):
        assert await refused(camunda, operation, plan(north, south)) == (500, "ProcessEngineException", said, 0)
    instance = await started(camunda, plain)
    body = {"migrationPlan": plan(plain, north, "t"), "processInstanceIds": [instance]}
    assert (await refused(camunda, "execute", body))[2] == (
        f"ENGINE-23010 Cannot migrate process instance '{instance}' without tenant to a process definition with a "
        "tenant ('north')"
    )
    back = {"migrationPlan": plan(north, plain, "t"), "processInstanceIds": [await started(camunda, north)]}
    assert (await camunda.post("/migration/execute", back)).status_code == 204


async def test_a_batch_migrates_one_instance_by_each_job(camunda: CamundaClient, served: Served) -> None:
    source, target, other = await deployed(camunda, "one", "sub mapped", "one")
    first, second, stranger = [await started(camunda, one) for one in (source, source, other)]
    variables = {"amount": {"value": 3}, "letter": {"value": "SGk=", "type": "File", "valueInfo": {"filename": "a"}}}
    body = {
        "migrationPlan": plan(source, target, "t", variables=variables),
        "processInstanceIds": [first, first, stranger],
        "processInstanceQuery": {"processDefinitionId": source},
        "skipIoMappings": True,
    }
    made = (await camunda.post("/migration/executeAsync", body)).json()
    assert (made["type"], made["totalJobs"]) == ("instance-migration", 3)
    await jobs_done(served.services)
    assert [await definition_of(camunda, one) for one in (first, second, stranger)] == [target, target, other]
    stored = (await camunda.get(f"/process-instance/{first}/variables")).json()
    assert {name: one["type"] for name, one in stored.items()} == {"amount": "Integer", "letter": "File"}
    (failed,) = (await camunda.get("/job")).json()
    assert failed["exceptionMessage"].startswith(f"ENGINE-23002 Process instance '{stranger}' cannot be migrated.")
    passing = plan(source, target, variables={"o": {"value": "x", "type": "String", "valueInfo": {"transient": True}}})
    said = await refused(camunda, "executeAsync", {"migrationPlan": passing, "processInstanceIds": [first]})
    assert said[2] == "ENGINE-13044 Setting transient variable 'o' asynchronously is currently not supported."


async def migrated(camunda: CamundaClient, source: str, target: str, *node_ids: str) -> str:
    """An instance that was brought from one model to another."""
    before, after = await deployed(camunda, source, target)
    instance = await started(camunda, before)
    body = {"migrationPlan": plan(before, after, *node_ids), "processInstanceIds": [instance]}
    assert (await camunda.post("/migration/execute", body)).status_code == 204
    return instance


async def test_what_is_waited_for_in_another_way_does_not_go_along(camunda: CamundaClient) -> None:
    instance = await migrated(camunda, "catch message", "catch timer", "c", "t")
    assert (await camunda.get(f"/event-subscription?processInstanceId={instance}")).json() == []
    (job,) = (await camunda.get(f"/job?processInstanceId={instance}")).json()
    assert (await camunda.post(f"/job/{job['id']}/execute")).status_code == 204
    other = await migrated(camunda, "catch timer", "catch message", "c", "t")
    assert (await camunda.get(f"/job?processInstanceId={other}")).json() == []
    answer = await camunda.post("/message", {"messageName": "M1", "processInstanceId": other})
    assert answer.status_code == 204
    tasks: Sequence[Any] = (await camunda.get("/task?taskDefinitionKey=t")).json()
    assert sorted(one["processInstanceId"] for one in tasks) == sorted([instance, other])


async def test_a_token_behind_a_task_keeps_its_kind_of_job(camunda: CamundaClient) -> None:
    before, after = await deployed(camunda, "after", "before and after")
    instance = await started(camunda, before)
    (task,) = (await camunda.get(f"/task?processInstanceId={instance}")).json()
    await camunda.put(f"/process-definition/{before}/suspended", {"suspended": True})
    (definition,) = (await camunda.get(f"/job-definition?processDefinitionId={before}")).json()
    await camunda.put(f"/job-definition/{definition['id']}/suspended", {"suspended": True})
    await camunda.post(f"/task/{task['id']}/complete", {})
    body = {"migrationPlan": plan(before, after, "t"), "processInstanceIds": [instance]}
    assert (await camunda.post("/migration/execute", body)).status_code == 204
    (job,) = (await camunda.get(f"/job?processInstanceId={instance}")).json()
    found = (await camunda.get(f"/job-definition/{job['jobDefinitionId']}")).json()
    assert (found["processDefinitionId"], found["jobConfiguration"]) == (after, "async-after")
