"""PyPI ``python-alfresco-api``, unmodified: it lists, claims, delegates, resolves and completes, as its users do."""

import datetime
import json
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
from python_alfresco_api.client_factory import ClientFactory
from python_alfresco_api.raw_clients.alfresco_workflow_client.workflow_client.models import (
    ProcessBody,
    TaskBody,
    TaskBodyState,
    Variable,
)

from tests.clients.alfresco import Alfresco

pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning:python_alfresco_api")


@pytest.fixture
def client(alfresco: Alfresco) -> Iterator[Callable[[str], Any]]:
    """The package's workflow client for a person; its connections are closed, which it does not do by itself."""
    all_made = []

    def made(name: str) -> Any:  # noqa: ANN401 - the package has no types
        factory = ClientFactory(
            base_url=alfresco.host, username=name, password=alfresco.password, verify_ssl=False, load_env=False
        )
        all_made.append(factory.create_workflow_client())
        return all_made[-1]

    yield made
    for one in all_made:
        for part in (one, one.tasks, one.processes):
            part.raw_client.get_httpx_client().close()


def _start(client: Any, assignee: str) -> str:  # noqa: ANN401
    return _start_of(client, "activitiAdhoc", bpm_assignee=assignee, bpm_workflowPriority=1)


def _start_of(client: Any, key: str, **variables: object) -> str:  # noqa: ANN401
    body = ProcessBody.from_dict({"processDefinitionKey": key, "variables": variables})
    answer = client.processes.create_process_detailed(body=body)
    assert answer.status_code == HTTPStatus.CREATED
    process: str = json.loads(answer.content)["entry"]["id"]
    return process


def _only_task(client: Any, process: str) -> Any:  # noqa: ANN401
    (entry,) = client.tasks.list_tasks(where=f"(processId='{process}')", order_by="dueAt DESC").list_.entries
    return entry.entry


def _put(client: Any, task: str, select: str, **body: Any) -> Any:  # noqa: ANN401
    answer = client.tasks.update_task_detailed(task, body=TaskBody(**body), select=select)
    return answer.parsed.entry if answer.status_code == HTTPStatus.OK else answer


def test_a_task_is_claimed_delegated_resolved_and_completed(client: Callable[[str], Any], alfresco: Alfresco) -> None:
    mine, other = client(alfresco.first), client(alfresco.second)
    process = _start(mine, alfresco.first)
    task = _only_task(mine, process)
    assert (task.name, task.priority, task.assignee) == ("Adhoc Task", 1, alfresco.first)
    assert _put(mine, task.id, "state", state=TaskBodyState.UNCLAIMED).state.value == "unclaimed"
    assert _put(mine, task.id, "state", state=TaskBodyState.CLAIMED).state.value == "claimed"

    delegated = TaskBody()  # which knows neither this state nor an assignee
    delegated.additional_properties = {"state": "delegated", "assignee": alfresco.second}
    with pytest.raises(ValueError, match="'delegated' is not a valid"):
        mine.tasks.update_task(task.id, body=delegated, select="state,assignee")
    given = mine.tasks.get_task(task.id).entry
    assert (given.assignee, given.owner) == (alfresco.second, alfresco.first)

    assert _put(other, task.id, "state", state=TaskBodyState.RESOLVED).assignee == alfresco.first
    variables = [Variable.from_dict({"name": "approved", "type": "d:boolean", "value": True, "scope": "global"})]
    done = _put(mine, task.id, "state,variables", state=TaskBodyState.COMPLETED, variables=variables)
    assert done.state.value == "completed"
    assert done.ended_at is not None
    assert _only_task(mine, process).activity_definition_id == "verifyTaskDone"
    listed = json.loads(mine.processes.list_process_variables_detailed(process).content)["list"]["entries"]
    assert {"entry": {"name": "approved", "type": "d:boolean", "value": True}} in listed


def test_several_people_review_until_it_is_decided(client: Callable[[str], Any], alfresco: Alfresco) -> None:
    mine, other = client(alfresco.first), client(alfresco.second)
    people = [alfresco.first, alfresco.second]
    process = _start_of(mine, "activitiParallelReview", bpm_assignees=people, wf_requiredApprovePercent=100)
    for reviewer, name in ((mine, alfresco.first), (other, alfresco.second)):
        where = f"(processId='{process}' AND assignee='{name}')"
        (task,) = reviewer.tasks.list_tasks(where=where).list_.entries
        told = [
            Variable.from_dict({"name": "wf_reviewOutcome", "type": "d:text", "value": "Approve", "scope": "local"})
        ]
        done = _put(reviewer, task.entry.id, "state,variables", state=TaskBodyState.COMPLETED, variables=told)
        assert done.state.value == "completed"
    last = _only_task(mine, process)
    assert (last.activity_definition_id, last.assignee) == ("approved", alfresco.first)
    counts = {one.entry.name: one.entry.value for one in mine.tasks.list_task_variables(last.id).list_.entries}
    assert (counts["wf_approveCount"], counts["wf_reviewerCount"]) == (2, 2)


def test_properties_are_set_with_the_dates_the_client_writes(client: Callable[[str], Any], alfresco: Alfresco) -> None:
    mine = client(alfresco.first)
    task = _only_task(mine, _start(mine, alfresco.first))
    due = datetime.datetime(2030, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    changed = _put(mine, task.id, "dueAt,priority", due_at=due, priority=3)
    assert (changed.due_at, changed.priority) == (due, 3)


def test_variables_of_a_task(client: Callable[[str], Any], alfresco: Alfresco) -> None:
    mine = client(alfresco.first)
    task = _only_task(mine, _start(mine, alfresco.first))
    given = Variable.from_dict({"name": "x", "scope": "local", "type": "d:int", "value": 5})
    assert mine.tasks.update_task_variable(task.id, "x", body=given).entry.value == 5
    listed = mine.tasks.list_task_variables(task.id).list_.entries
    assert [one.entry.value for one in listed if one.entry.name == "x"] == [5]
    assert mine.tasks.delete_task_variable_detailed(task.id, "x").status_code == HTTPStatus.NO_CONTENT


def test_refusals_come_with_status_and_words(client: Callable[[str], Any], alfresco: Alfresco) -> None:
    mine, other = client(alfresco.first), client(alfresco.second)
    task = _only_task(mine, _start(mine, alfresco.first))
    refused = _put(other, task.id, "state", state=TaskBodyState.COMPLETED)
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert json.loads(refused.content)["error"]["briefSummary"].endswith("Permission was denied")
    _put(mine, task.id, "state", state=TaskBodyState.COMPLETED)
    assert _put(mine, task.id, "state", state=TaskBodyState.COMPLETED).status_code == HTTPStatus.METHOD_NOT_ALLOWED
