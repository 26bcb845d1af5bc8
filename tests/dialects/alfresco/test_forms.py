"""Forms over HTTP, and the content model behind them (contract 4.8, 8.3, 9)."""

from typing import Any

import pytest

from taskbridge.dialects.alfresco import model
from taskbridge.dialects.alfresco.forms import elements
from taskbridge.engine.elements import user_task
from taskbridge.engine.graph import Node
from taskbridge.engine.variables import Variable
from taskbridge.service import bundled
from taskbridge.service.unit import Services
from tests.alfresco import AlfrescoClient
from tests.dialects.alfresco.conftest import People
from tests.dialects.alfresco.models import POOL, begin, deploy
from tests.dialects.alfresco.work import adhoc, changed, only_task, pooled, started

BPM = "{http://www.alfresco.org/model/bpm/1.0}"
WF = "{http://www.alfresco.org/model/workflow/1.0}"
NOT_FOUND = "framework.exception.EntityNotFound"
COMMON = ["bpm_status", "bpm_percentComplete", "bpm_comment", "bpm_outcome", "bpm_reassignable", "bpm_package"]
OF_STARTS = ["bpm_workflowDescription", "bpm_workflowDueDate", "bpm_workflowPriority"]
Elements = dict[str, dict[str, Any]]


@pytest.fixture
async def kermit(person: People, bundled: None) -> AlfrescoClient:
    return await person("kermit")


async def start_form(client: AlfrescoClient, key: str) -> Elements:
    (definition,) = await client.listed("/process-definitions", where=f"(key='{key}')")
    return {
        one["name"]: one for one in await client.listed(f"/process-definitions/{definition['id']}/start-form-model")
    }


async def task_form(client: AlfrescoClient, task: str) -> Elements:
    return {one["name"]: one for one in await client.listed(f"/tasks/{task}/task-form-model")}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("key", "own"),
    [
        ("activitiAdhoc", ["bpm_assignee", "bpm_sendEMailNotifications", "wf_notifyMe"]),
        ("activitiReview", ["bpm_assignee", "bpm_sendEMailNotifications"]),
        ("activitiReviewPooled", ["bpm_groupAssignee", "bpm_sendEMailNotifications", "wf_requiredApprovePercent"]),
        ("activitiParallelReview", ["bpm_assignees", "bpm_sendEMailNotifications", "wf_requiredApprovePercent"]),
        ("activitiParallelGroupReview", ["bpm_groupAssignee", "wf_requiredApprovePercent"]),
    ],
)
async def test_a_start_form_has_what_every_one_has_and_its_own(
    kermit: AlfrescoClient, key: str, own: list[str]
) -> None:
    form = await start_form(kermit, key)
    assert form.keys() >= {*COMMON, *OF_STARTS, *own}
    assert not form.keys() & {"bpm_priority", "bpm_description", "bpm_dueDate", "cm_name"}


@pytest.mark.anyio
async def test_an_element_says_all_about_itself(kermit: AlfrescoClient) -> None:
    form = await start_form(kermit, "activitiAdhoc")
    assert form["bpm_comment"] == {
        "name": "bpm_comment",
        "qualifiedName": f"{BPM}comment",
        "title": "Comment",
        "dataType": "d:text",
        "required": False,
    }
    assert form["bpm_status"] == {
        "name": "bpm_status",
        "qualifiedName": f"{BPM}status",
        "title": "Status",
        "dataType": "d:text",
        "required": True,
        "defaultValue": "Not Yet Started",
        "allowedValues": ["Not Yet Started", "In Progress", "On Hold", "Cancelled", "Completed"],
    }
    assert form["bpm_workflowPriority"].items() >= {"defaultValue": "2", "allowedValues": ["1", "2", "3"]}.items()
    assert form["bpm_reassignable"]["defaultValue"] == "true"
    assert form["bpm_assignee"].items() >= {"dataType": "cm:person", "required": True}.items()
    assert form["bpm_package"].items() >= {"dataType": "bpm:workflowPackage", "required": False}.items()


@pytest.mark.anyio
async def test_the_form_of_a_review_asks_for_the_outcome(kermit: AlfrescoClient) -> None:
    process = await started(kermit, "activitiReview", bpm_assignee="kermit")
    task = await only_task(kermit, process)
    form = await task_form(kermit, task["id"])
    assert form["wf_reviewOutcome"] == {
        "name": "wf_reviewOutcome",
        "qualifiedName": f"{WF}reviewOutcome",
        "title": "Review Outcome",
        "dataType": "d:text",
        "required": False,
        "defaultValue": "Reject",
        "allowedValues": ["Approve", "Reject"],
    }
    assert form["bpm_outcomePropertyName"]["defaultValue"] == f"{WF}reviewOutcome"
    assert not form.keys() & set(OF_STARTS)


@pytest.mark.anyio
async def test_properties_come_before_associations(kermit: AlfrescoClient) -> None:
    listed = list(await task_form(kermit, await adhoc(kermit)))
    assert listed[-2:] == ["bpm_pooledActors", "bpm_package"]


@pytest.mark.anyio
async def test_the_form_of_a_finished_task_can_still_be_seen(kermit: AlfrescoClient) -> None:
    task = await adhoc(kermit)
    before = await task_form(kermit, task)
    await changed(kermit, task, "state", state="completed")
    assert await task_form(kermit, task) == before


@pytest.mark.anyio
async def test_a_form_that_is_not_in_the_model_has_what_every_start_form_has(
    kermit: AlfrescoClient, services: Services
) -> None:
    await deploy(services, POOL)
    process = await begin(services, "kermit", "pool")
    task = await only_task(kermit, str(process))
    expected = {one["name"] for one in elements("bpm:startTask")}
    assert set(await task_form(kermit, task["id"])) == set(await start_form(kermit, "pool")) == expected


@pytest.mark.anyio
async def test_a_form_is_for_those_who_may_see_the_task(kermit: AlfrescoClient, person: People) -> None:
    await person("ed", groups=["editors"])
    task = await adhoc(kermit)
    offered = await pooled(kermit, "editors")
    stranger, member = await person("xeno"), await person("emma", groups=["editors"])
    assert (await stranger.refused(f"/tasks/{task}/task-form-model"))[0] == 403
    assert await task_form(member, offered)
    assert (await stranger.refused(f"/tasks/{offered}/task-form-model"))[0] == 403


@pytest.mark.anyio
async def test_forms_of_nothing_are_unknown(kermit: AlfrescoClient) -> None:
    text = "The entity with id: nothing was not found"
    for path in ("/tasks/nothing/task-form-model", "/process-definitions/nothing/start-form-model"):
        assert await kermit.refused(path) == (404, NOT_FOUND, text)


@pytest.mark.anyio
async def test_a_form_is_given_as_a_whole(kermit: AlfrescoClient) -> None:
    """Contract 5.1: what was asked for as a page is only repeated."""
    task = await adhoc(kermit)
    path = f"/tasks/{task}/task-form-model"
    listed = (await kermit.get(f"{path}?skipCount=3&maxItems=2&includeSource=true&fields=name")).json()["list"]
    count = len(await task_form(kermit, task))
    assert listed["pagination"] == {
        "count": count,
        "hasMoreItems": False,
        "totalItems": count,
        "skipCount": 3,
        "maxItems": 2,
    }
    assert listed["source"]["id"] == task
    assert {tuple(one["entry"]) for one in listed["entries"]} == {("name",)}
    assert (await kermit.refused(f"{path}?maxItems=0"))[0] == 400


# the model


def test_every_form_of_the_bundled_processes_is_in_the_model() -> None:
    keys = {process.start_form_key for source in bundled.read() for process in source.processes}
    for source in bundled.read():
        for process in source.processes:
            keys |= {key for node in process.nodes.values() if (key := _form_key(node)) is not None}
    assert len(keys) == 11
    assert all(model.form_type(key) is not None for key in keys)


def test_what_a_fresh_task_has_are_properties_of_its_form() -> None:
    """Contract 8.3; ``taskFormKey`` is told by the vendor's engine alone."""
    for source in bundled.read():
        for process in source.processes:
            for node in process.nodes.values():
                key = _form_key(node)
                if key is None:
                    continue
                form = model.form_type(key)
                names = {one.name for one in node.inputs} - {"taskFormKey"}
                assert len(names) == (12 if key.endswith("ParallelTask") else 7)
                assert form is not None
                assert names <= form.properties.keys()


@pytest.mark.parametrize(
    ("key", "name", "outcome"),
    [
        ("wf:activitiReviewTask", "wf_reviewOutcome", Variable("String", "Reject")),
        ("wf:adhocTask", None, Variable("String", "Next")),
        ("wf:unknown", None, Variable("String", "Next")),
        (None, None, Variable("String", "Next")),
    ],
)
def test_a_form_knows_what_its_outcome_is(key: str | None, name: str | None, outcome: Variable) -> None:
    assert (model.outcome_property(key), model.default_outcome(key)) == (name, outcome)


def test_a_type_has_what_its_parent_has() -> None:
    form = model.form_type("wf:submitAdhocTask")
    assert form is not None
    assignee, priority = form.property("bpm_assignee"), form.property("bpm_priority")
    assert assignee is not None
    assert priority is not None
    assert (assignee.association, assignee.many, priority.data_type) == (True, False, "d:int")
    assert form.property("wf_reviewOutcome") is None


def _form_key(node: Node) -> str | None:
    settings = user_task.settings_of(node)
    return None if settings is None or settings.form_key is None else settings.form_key.text
