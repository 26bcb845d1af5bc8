"""Jobs and job definitions as Camunda shows them (contract 4.8)."""

from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.values import format_date
from taskbridge.dialects.camunda.views.executions import execution_id
from taskbridge.store.job_definition_lists import ListedJobDefinition
from taskbridge.store.job_lists import ListedJob
from taskbridge.store.jobs import AT_ONCE


def job(row: ListedJob) -> dict[str, Any]:
    """A job. A batch stands for the definition of its jobs."""
    declared = row.batch_id if row.job_definition_id is None else row.job_definition_id
    # That of a batch's job that failed is when it is tried again, or was given up.
    without_due_date = row.due_at == AT_ONCE or (row.batch_id is not None and row.error is not None)
    return {
        "id": ids.encode(Kind.JOB, row.id),
        "jobDefinitionId": _id(Kind.JOB_DEFINITION, declared),
        "processInstanceId": _id(Kind.PROCESS_INSTANCE, row.instance_id),
        "processDefinitionId": _process_definition(row),
        "processDefinitionKey": row.definition_key,
        "executionId": _execution(row),
        "exceptionMessage": row.error,
        "failedActivityId": row.failed_node_id,
        "retries": row.retries,
        "dueDate": None if without_due_date else format_date(row.due_at),
        "suspended": bool(row.suspended),
        "priority": row.priority,
        "tenantId": row.tenant,
        "createTime": format_date(row.created_at),
        "batchId": _id(Kind.BATCH, row.batch_id),
    }


def job_definition(row: ListedJobDefinition) -> dict[str, Any]:
    """A job definition; that of a batch is configured by the batch."""
    of_batch = row.definition_id is None
    return {
        "id": ids.encode(Kind.JOB_DEFINITION, row.id),
        "processDefinitionId": _process_definition(row),
        "processDefinitionKey": row.definition_key,
        "jobType": row.type,
        "jobConfiguration": ids.encode(Kind.BATCH, row.id) if of_batch else row.configuration,
        "activityId": row.node_id,
        "suspended": bool(row.suspended),
        "overridingJobPriority": row.priority,
        "tenantId": row.tenant,
        "deploymentId": None,
    }


def _id(kind: Kind, number: int | None) -> str | None:
    return None if number is None else ids.encode(kind, number)


def _execution(row: ListedJob) -> str | None:
    """The execution that the job hangs on: of an activity instance, or the process instance itself."""
    instance = row.instance_id
    return None if instance is None else execution_id(row.activity_id or instance, instance)


def _process_definition(row: ListedJob | ListedJobDefinition) -> str | None:
    if row.definition_id is None or row.definition_key is None or row.definition_version is None:
        return None
    return ids.definition(row.definition_key, row.definition_version, row.definition_id)
