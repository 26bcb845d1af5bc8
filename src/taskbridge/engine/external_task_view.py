"""What error event definitions of external tasks read as ``externalTask``: facts that the caller gives."""

from collections.abc import Callable, Mapping

from taskbridge.engine.expressions import View, ViewType

#: The properties, as the vendor's external task has them.
_NAMES = (
    "id",
    "topicName",
    "workerId",
    "lockExpirationTime",
    "createTime",
    "retries",
    "priority",
    "errorMessage",
    "errorDetails",
    "activityId",
    "activityInstanceId",
    "executionId",
    "processInstanceId",
    "processDefinitionId",
    "processDefinitionKey",
    "processDefinitionVersionTag",
    "businessKey",
    "tenantId",
    "suspended",
)


def _reader(name: str) -> Callable[[Mapping[str, object]], object]:
    return lambda facts: facts.get(name)


EXTERNAL_TASK = ViewType(
    "org.camunda.bpm.engine.impl.persistence.entity.ExternalTaskEntity", {name: _reader(name) for name in _NAMES}
)


def external_task_view(facts: Mapping[str, object]) -> View:
    """The view of these facts, by the names of the properties."""
    return View(EXTERNAL_TASK, facts)
