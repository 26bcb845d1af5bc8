"""The processes that come with the program: deployed once, and run without the variables that may be missing."""

import dataclasses

import pytest

from taskbridge.clock import ManualClock
from taskbridge.engine.errors import EngineError
from taskbridge.engine.expressions import ExpressionError
from taskbridge.engine.variables import Variable
from taskbridge.service import bundled, processes, tasks
from taskbridge.service.unit import Services
from taskbridge.store import definitions, user_task_lists
from taskbridge.store.activities import ActivityRow
from taskbridge.store.database import Database
from taskbridge.store.definitions import DefinitionFilter, DefinitionRow, DeploymentFilter
from taskbridge.store.user_task_lists import UserTaskFilter

pytestmark = pytest.mark.anyio
KEYS = [
    "activitiAdhoc",
    "activitiParallelGroupReview",
    "activitiParallelReview",
    "activitiReview",
    "activitiReviewPooled",
]


@pytest.fixture
async def shared(database: Database, clock: ManualClock) -> Services:
    services = Services(database, clock)
    await services.run(lambda unit: bundled.deploy(unit, bundled.read()))
    return services


async def everything(services: Services) -> list[DefinitionRow]:
    found = await services.run(lambda unit: definitions.find(unit.tx, DefinitionFilter()))
    return sorted(found, key=lambda row: (row.key, row.version))


async def started(services: Services, key: str, **given: object) -> int:
    variables = {name: Variable("Null" if value is None else "String", value) for name, value in given.items()}
    done = await services.run(
        lambda unit: processes.start(unit, processes.latest_definition(unit, key), variables), "ivy"
    )
    return done.id


async def waiting(services: Services, instance: int) -> ActivityRow:
    criteria = UserTaskFilter(instance_ids=[instance])
    (shown,) = await services.run(lambda unit: user_task_lists.find(unit.tx, criteria))
    return await services.run(lambda unit: tasks.find(unit, shown.id))


async def test_every_file_is_a_deployment_of_its_own(shared: Services) -> None:
    rows = await everything(shared)
    assert [(row.key, row.version, row.category, row.tenant) for row in rows] == [
        (key, 1, "http://alfresco.org", "") for key in KEYS
    ]
    deployments = await shared.run(lambda unit: definitions.find_deployments(unit.tx, DeploymentFilter()))
    assert sorted(row.name or "" for row in deployments) == [
        "adhoc.bpmn20.xml",
        "parallel-review-group.bpmn20.xml",
        "parallel-review.bpmn20.xml",
        "review-pooled.bpmn20.xml",
        "review.bpmn20.xml",
    ]


async def test_they_are_deployed_once(shared: Services) -> None:
    assert await shared.run(lambda unit: bundled.deploy(unit, bundled.read())) == 0
    assert len(await everything(shared)) == len(KEYS)


async def test_one_that_changed_gets_a_new_version(shared: Services) -> None:
    changed = [
        dataclasses.replace(source, content=source.content + b"\n") if source.name.startswith("adhoc") else source
        for source in bundled.read()
    ]
    assert await shared.run(lambda unit: bundled.deploy(unit, changed)) == 1
    assert [(row.key, row.version) for row in await everything(shared)][:2] == [(KEYS[0], 1), (KEYS[0], 2)]


async def test_an_adhoc_task_goes_to_the_assignee_and_comes_back_to_who_asked(shared: Services) -> None:
    instance = await started(shared, "activitiAdhoc", bpm_assignee="ann")
    task = await waiting(shared, instance)
    assert (task.node_id, task.name, task.description, task.assignee, task.owner) == (
        "adhocTask",
        "Adhoc Task",
        "Adhoc Task",
        "ann",
        None,
    )
    assert (task.priority, task.due_at, task.form_key) == (2, None, "wf:adhocTask")
    await shared.run(lambda unit: tasks.complete(unit, task.id), "ann")
    second = await waiting(shared, instance)
    assert (second.node_id, second.name, second.assignee, second.form_key) == (
        "verifyTaskDone",
        "Verify Adhoc Task Completed.",
        "ivy",
        "wf:completedAdhocTask",
    )


@pytest.mark.parametrize("priority", [None, ""])
async def test_what_is_empty_is_as_good_as_missing(shared: Services, priority: str | None) -> None:
    given = {"bpm_workflowPriority": priority, "bpm_workflowDescription": "", "bpm_workflowDueDate": None}
    task = await waiting(shared, await started(shared, "activitiAdhoc", bpm_assignee="ann", **given))
    assert (task.priority, task.description, task.due_at) == (2, "Adhoc Task", None)


async def test_what_the_start_says_reaches_the_task(shared: Services) -> None:
    given = {
        "bpm_workflowPriority": "1",
        "bpm_workflowDescription": "Look",
        "bpm_workflowDueDate": "2030-01-02T03:04:05Z",
    }
    task = await waiting(shared, await started(shared, "activitiReview", bpm_assignee="ann", **given))
    assert (task.priority, task.description, task.due_at) == (1, "Look", 1_893_553_445_000)


@pytest.mark.parametrize(
    ("key", "missing"),
    [
        ("activitiAdhoc", "bpm_assignee"),
        ("activitiReviewPooled", "bpm_groupAssignee"),
        ("activitiParallelReview", "bpm_assignees"),
        ("activitiParallelGroupReview", "bpm_groupAssignee"),
    ],
)
async def test_a_process_that_is_for_nobody_does_not_start(shared: Services, key: str, missing: str) -> None:
    with pytest.raises((EngineError, ExpressionError), match=missing):
        await started(shared, key)


@pytest.mark.parametrize(("outcome", "node"), [("Approve", "approved"), ("Reject", "rejected"), (None, "rejected")])
async def test_the_outcome_of_a_review_decides(shared: Services, outcome: str | None, node: str) -> None:
    instance = await started(shared, "activitiReview", bpm_assignee="ann")
    task = await waiting(shared, instance)
    given = {} if outcome is None else {"wf_reviewOutcome": Variable("String", outcome)}
    await shared.run(lambda unit: tasks.complete(unit, task.id, tasks.Given(on_instance=given)), "ann")
    last = await waiting(shared, instance)
    assert (last.node_id, last.assignee) == (node, "ivy")


async def test_a_chosen_transition_decides_too(shared: Services) -> None:
    instance = await started(shared, "activitiReview", bpm_assignee="ann")
    task = await waiting(shared, instance)
    await shared.run(lambda unit: tasks.complete(unit, task.id, transition="toApproved"), "ann")
    assert (await waiting(shared, instance)).node_id == "approved"


async def test_a_pooled_review_is_offered_to_the_group(shared: Services) -> None:
    task = await waiting(shared, await started(shared, "activitiReviewPooled", bpm_groupAssignee="editors"))
    links = await shared.run(lambda unit: tasks.links(unit, task.id))
    assert (task.assignee, [(link.type, link.group_id) for link in links]) == (None, [("candidate", "editors")])
