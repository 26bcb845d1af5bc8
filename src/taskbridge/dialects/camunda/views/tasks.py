"""User tasks and who is linked to them, as Camunda shows them (contract 4.6): every key always there."""

from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.values import format_date
from taskbridge.kinds import ActivityState
from taskbridge.service.tasks import PENDING, RESOLVED
from taskbridge.store.activities import ActivityRow, CandidateRow

#: How the store's states of a delegation are called.
DELEGATION = {PENDING: "PENDING", RESOLVED: "RESOLVED"}


def task(row: ActivityRow) -> dict[str, Any]:
    """A living task in a list or on its own."""
    return {
        "id": ids.encode(Kind.TASK, row.id),
        "name": row.name,
        "assignee": row.assignee,
        "created": format_date(row.created_at),
        "due": format_date(row.due_at),
        "followUp": format_date(row.follow_up_at),
        "lastUpdated": format_date(row.updated_at),
        "delegationState": None if row.delegation is None else DELEGATION[row.delegation],
        "description": row.description,
        "executionId": ids.encode(Kind.EXECUTION, row.id),
        "owner": row.owner,
        "parentTaskId": None,
        "priority": row.priority,
        "processDefinitionId": ids.definition(row.definition_key, row.definition_version, row.definition_id),
        "processInstanceId": ids.encode(Kind.PROCESS_INSTANCE, row.instance_id),
        "taskDefinitionKey": row.node_id,
        "caseExecutionId": None,
        "caseInstanceId": None,
        "caseDefinitionId": None,
        "suspended": row.state == ActivityState.SUSPENDED,
        "formKey": row.form_key,
        "camundaFormRef": None,
        "tenantId": row.tenant,
        "taskState": "Created" if row.updated_at is None else "Updated",
    }


def identity_link(row: CandidateRow) -> dict[str, Any]:
    """A user or a group linked to a task."""
    return {"userId": row.user_id, "groupId": row.group_id, "type": row.type}
