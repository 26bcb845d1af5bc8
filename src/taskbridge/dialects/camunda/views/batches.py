"""Batches as Camunda shows them (contract 1.15)."""

from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.values import format_date
from taskbridge.store.batches import BatchRow


def batch(row: BatchRow) -> dict[str, Any]:
    """A batch. Its jobs are all made at once and have no definitions; one id stands for the vendor's three."""
    definition = job_definition(row.id)
    return {
        "id": ids.encode(Kind.BATCH, row.id),
        "type": row.type,
        "totalJobs": row.total_jobs,
        "jobsCreated": row.total_jobs,
        "batchJobsPerSeed": 100,
        "invocationsPerBatchJob": 1,
        "seedJobDefinitionId": definition,
        "monitorJobDefinitionId": definition,
        "batchJobDefinitionId": definition,
        "suspended": False,
        "tenantId": row.tenant,
        "createUserId": row.created_by,
        "startTime": format_date(row.created_at),
        "executionStartTime": format_date(row.created_at),
    }


def job_definition(batch_id: int) -> str:
    """The id of the definition that the jobs of a batch are said to have."""
    return ids.encode(Kind.JOB_DEFINITION, batch_id)
