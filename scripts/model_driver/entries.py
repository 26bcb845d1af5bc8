"""How answers of the API become entries of a state: what names a thing and what it is like, without ids."""

import re
from collections.abc import Callable
from datetime import datetime

from model_driver.moments import moment
from model_driver.values import JsonObject

#: A cycle that is no repetition of ISO 8601.
_CRON = re.compile(r"CYCLE: (?!R)")


def tree_entry(tree: JsonObject, key: str) -> JsonObject:
    """An activity instance with what is in it; ``key`` stands for the activity id of a process, which has a version."""
    children = [tree_entry(child, "") for child in tree["childActivityInstances"]]
    children += [transition_entry(child) for child in tree["childTransitionInstances"]]
    return {
        "activity": key or tree["activityId"],
        "kind": tree["activityType"],
        "name": tree["activityName"],
        "incidents": _incidents(tree),
        "children": sorted(children, key=repr),
    }


def transition_entry(raw: JsonObject) -> JsonObject:
    """A transition instance: a token that waits for its asynchronous continuation."""
    return {
        "activity": raw["activityId"],
        "kind": "transition",
        "name": raw["activityName"],
        "incidents": _incidents(raw),
        "type": raw["activityType"],
    }


def _incidents(raw: JsonObject) -> int:
    return len(raw.get("incidentIds") or [])


def task_entry(raw: JsonObject, links: list[JsonObject]) -> JsonObject:
    """A user task, with the people and groups that it is linked with."""
    names = ("name", "description", "assignee", "owner", "priority", "delegationState", "formKey", "suspended")
    dates = {"due": moment(raw["due"], raw["created"]), "follow_up": moment(raw["followUp"], raw["created"])}
    linked = [{member: link[member] for member in ("type", "userId", "groupId")} for link in links]
    return {"activity": raw["taskDefinitionKey"], **{name: raw.get(name) for name in names}, **dates, "links": linked}


def external_task_entry(raw: JsonObject) -> JsonObject:
    """An external task."""
    names = {"topic": "topicName", "priority": "priority", "retries": "retries", "error": "errorMessage"}
    return {
        "activity": raw["activityId"],
        **{name: raw.get(member) for name, member in names.items()},
        "suspended": raw["suspended"],
    }


def job_entry(raw: JsonObject, definition: JsonObject) -> JsonObject:
    """A job, with what its job definition says of it; a due date that no calendar rules is relative to its creation."""
    configuration = definition.get("jobConfiguration")
    return {
        "activity": definition.get("activityId"),
        "type": definition.get("jobType"),
        "configuration": configuration,
        "due": moment(raw["dueDate"], None if _CRON.match(configuration or "") else raw["createTime"]),
        "retries": raw["retries"],
        "priority": raw["priority"],
        "suspended": raw["suspended"],
        "failed_activity": raw["failedActivityId"],
        "exception": raw["exceptionMessage"],
    }


def job_definition_entry(raw: JsonObject) -> JsonObject:
    """A job definition."""
    return {
        "activity": raw["activityId"],
        "type": raw["jobType"],
        "configuration": raw["jobConfiguration"],
        "priority": raw["overridingJobPriority"],
        "suspended": raw["suspended"],
    }


def incident_entry(raw: JsonObject) -> JsonObject:
    """An incident."""
    return {
        "activity": raw["activityId"],
        "type": raw["incidentType"],
        "failed_activity": raw.get("failedActivityId"),
        "message": raw["incidentMessage"],
    }


def subscription_entry(raw: JsonObject) -> JsonObject:
    """An event subscription."""
    return {"activity": raw["activityId"], "type": raw["eventType"], "name": raw["eventName"]}


def variable_entry(raw: JsonObject, scopes: dict[str, str], started: datetime) -> JsonObject:
    """A variable; ``scope`` is the activity whose instance has it, empty for the process."""
    value = raw["value"]
    if raw["type"] == "Date" and isinstance(value, str):
        value = moment(value, started)
    return {
        "scope": scopes.get(raw["activityInstanceId"], "?"),
        "of_task": raw["taskId"] is not None,
        "name": raw["name"],
        "type": raw["type"],
        "value": value,
        "info": raw["valueInfo"],
    }


PLAIN: dict[str, Callable[[JsonObject], JsonObject]] = {
    "external_tasks": external_task_entry,
    "incidents": incident_entry,
    "subscriptions": subscription_entry,
}
