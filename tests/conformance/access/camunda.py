"""How Camunda's operations are asked: whoever is signed in may do everything, as the vendor has it at first."""

from collections.abc import Callable, Mapping

from taskbridge.service.uuids import Kind, encode
from tests.conformance.access.asking import Ask, Files
from tests.conformance.access.world import WORKER, Caller, Need, Things

Body = Callable[[Things], object]
_BYTES: Files = [("data", ("seal.bin", b"\x00")), ("valueType", (None, b"Bytes"))]
_VALUE = {"value": "new", "type": "String"}
_LINK = {"groupId": "reviewers", "type": "candidate"}


def definition(things: Things) -> str:
    return f"work:{things.version}:{encode(Kind.DEFINITION, things.definition)}"


def instance(things: Things) -> str:
    return encode(Kind.PROCESS_INSTANCE, things.instance)


def machine(things: Things) -> str:
    return encode(Kind.EXTERNAL_TASK, things.machine)


def path(things: Things) -> Mapping[str, object]:
    """The path parameters but ``id``."""
    return {
        "key": "work",
        "varName": "note",
        "messageName": "mail",
        "resourceId": encode(Kind.RESOURCE, things.resource),
    }


#: The beginning of a path -> the kind of thing, and its id there.
KINDS: Mapping[str, tuple[str, Callable[[Things], str]]] = {
    "/external-task": ("external task", machine),
    "/job-definition": ("job definition", lambda things: encode(Kind.JOB_DEFINITION, things.timer_definition)),
    "/job": ("job", lambda things: encode(Kind.JOB, things.timer)),
    "/batch": ("batch", lambda things: encode(Kind.BATCH, things.batch)),
    "/incident": ("incident", lambda things: encode(Kind.INCIDENT, things.incident)),
    "/deployment": ("deployment", lambda things: encode(Kind.DEPLOYMENT, things.deployment)),
    "/process-definition": ("definition", definition),
    "/process-instance": ("instance", instance),
    "/signal": ("instance", instance),
    "/message": ("instance", instance),
    "/modification": ("instance", instance),
    "/execution": ("instance", lambda things: encode(Kind.EXECUTION, things.instance)),
    **dict.fromkeys(
        (f"/execution/{{id}}/{what}" for what in ("signal", "create-incident", "messageSubscriptions")),
        ("instance", lambda things: encode(Kind.EXECUTION, things.task)),
    ),
    **dict.fromkeys(("/event-subscription", "/condition"), ("definition", definition)),
    **dict.fromkeys(("/migration/generate", "/migration/validate"), ("definition", definition)),
    "/migration/execute": ("instance", instance),
    "/task": ("task", lambda things: encode(Kind.TASK, things.task)),
    "/variable-instance": ("variable", lambda things: f"seal:{encode(Kind.VARIABLE, things.instance)}"),
}


def _body(value: object) -> Body:
    return lambda things: value


def plan(things: Things) -> dict[str, object]:
    """A plan that leads back to where an instance is."""
    both = [{"sourceActivityIds": [one], "targetActivityIds": [one]} for one in ("step", "machine", "join", "late")]
    own = {f"{end}ProcessDefinitionId": definition(things) for end in ("source", "target")}
    return {**own, "instructions": both}


def migration(things: Things) -> dict[str, object]:
    """An instance that stays in its definition."""
    return {"migrationPlan": plan(things), "processInstanceIds": [instance(things)]}


_WORKER = {"workerId": WORKER}
_SUSPENDED = {"suspended": True}
_RETRIES: Body = lambda things: {"retries": 5, "externalTaskIds": [machine(things)]}  # noqa: E731 - used twice
_ADDRESSES = ("", "_by_key", "_by_key_and_tenant")
_AT_STEP = {"type": "startBeforeActivity", "activityId": "step"}
_OF_ONE = ("modify_process_instance", "modify_process_instance_async")
_OF_SEVERAL = ("modify_process_instances", "modify_process_instances_async")


def _chosen(things: Things) -> dict[str, object]:
    return {"processDefinitionId": definition(things), "processInstanceIds": [instance(things)]}


#: What is sent, by operation; to all others nothing is.
BODIES: Mapping[str, Body] = {
    "fetch_and_lock_external_tasks": _body(
        {"workerId": "v", "maxTasks": 1, "topics": [{"topicName": "T", "lockDuration": 1}]}
    ),
    "set_external_tasks_retries": _RETRIES,
    "set_external_tasks_retries_async": _RETRIES,
    "complete_external_task": _body(_WORKER),
    "handle_external_task_failure": _body(_WORKER | {"retries": 0}),
    "handle_external_task_bpmn_error": _body(_WORKER | {"errorCode": "E"}),
    "lock_external_task": _body(_WORKER | {"lockDuration": 1000}),
    "extend_external_task_lock": _body(_WORKER | {"newDuration": 1000}),
    "set_external_task_retries": _body({"retries": 5}),
    "set_external_task_priority": _body({"priority": 5}),
    "set_process_definitions_suspension": _body({"suspended": False, "processDefinitionKey": "work"}),
    "set_process_instances_suspension": lambda things: _SUSPENDED | {"processInstanceIds": [instance(things)]},
    "set_process_instance_suspension": _body(_SUSPENDED),
    **{f"set_process_definition_suspension{address}": _body({"suspended": False}) for address in _ADDRESSES},
    **{f"start_process_instance{address}": _body({}) for address in _ADDRESSES},
    **{
        f"query_{name}{count}": _body({})
        for name in ("external_tasks", "process_instances", "executions", "tasks", "variable_instances")
        for count in ("", "_count")
    },
    **{name: _body({}) for name in ("signal_execution", "trigger_message_event_subscription")},
    "create_incident": _body({"incidentType": "mine"}),
    "set_incident_annotation": _body({"annotation": "x"}),
    **{
        f"modify_{owner}_variables": _body({"modifications": {"note": _VALUE}})
        for owner in ("process_instance", "execution_local", "task", "task_local")
    },
    **{
        f"put_{owner}_variable": _body(_VALUE)
        for owner in ("process_instance", "execution_local", "task", "task_local")
    },
    "set_jobs_retries_async": lambda things: {"retries": 5, "jobIds": [encode(Kind.JOB, things.timer)]},
    "set_jobs_suspension": _body({"suspended": False, "processDefinitionKey": "work"}),
    "set_job_retries": _body({"retries": 5}),
    "set_job_due_date": _body({"duedate": "2999-01-01T00:00:00.000+0000"}),
    "set_job_priority": _body({"priority": 5}),
    "set_job_suspension": _body(_SUSPENDED),
    "set_job_definitions_suspension": _body({"suspended": False, "processDefinitionKey": "work"}),
    "set_job_definition_retries": _body({"retries": 5}),
    "set_job_definition_priority": _body({"priority": 5}),
    "set_job_definition_suspension": _body({"suspended": False}),
    "set_process_instances_job_retries_async": lambda things: {"retries": 5, "processInstances": [instance(things)]},
    "set_process_instances_job_retries_historic_async": lambda things: {
        "retries": 5,
        "processInstances": [instance(things)],
    },
    "correlate_message": lambda things: {"messageName": "M", "processInstanceId": instance(things), "all": True},
    "correlate_message_async": lambda things: {"messageName": "M", "processInstanceIds": [instance(things)]},
    **{
        f"restart_process_instances_async{address}": lambda things: {
            "processInstanceIds": [instance(things)],
            "instructions": [_AT_STEP],
        }
        for address in _ADDRESSES
    },
    **{name: _body({"instructions": [_AT_STEP]}) for name in _OF_ONE},
    **dict.fromkeys(_OF_SEVERAL, lambda things: _chosen(things) | {"instructions": [_AT_STEP]}),
    **dict.fromkeys(("generate_migration_plan", "validate_migration_plan"), plan),
    **dict.fromkeys(("execute_migration_plan", "execute_migration_plan_async"), migration),
    **{f"query_{name}{count}": _body({}) for name in ("jobs", "job_definitions") for count in ("", "_count")},
    "evaluate_condition": lambda things: {
        "processDefinitionId": definition(things),
        "variables": {"warm": {"value": True}},
    },
    "throw_signal": _body({"name": "nobody waits for it"}),
    "claim_task": _body({"userId": Caller.OWNER}),
    "delegate_task": _body({"userId": "mira"}),
    "set_task_assignee": _body({"userId": "mira"}),
    **{f"{name}_task": _body({}) for name in ("resolve", "complete")},
    "submit_task_form": _body({}),
    "throw_task_bpmn_error": _body({"errorCode": "E"}),
    "throw_task_bpmn_escalation": _body({"escalationCode": "E"}),
    "add_task_identity_link": _body(_LINK),
    "delete_task_identity_link": _body(_LINK),
}
NEEDS = {
    "get_external_task_error_details": Need.FAILED,
    "resolve_incident": Need.RAISED,
    "lock_external_task": Need.UNLOCKED,
    "fetch_and_lock_external_tasks": Need.UNLOCKED,
}
NOT_ASKED = {
    **dict.fromkeys(("list_engines", "get_version"), "what the server is"),
    "create_deployment": "makes a deployment",
    **{f"restart_process_instances{address}": "starts what has ended, and nothing has" for address in _ADDRESSES},
}


#: What is removed together with its instances.
_WITH_INSTANCES = ("/process-definition", "/deployment")


def ask(name: str, template: str, method: str) -> Ask:
    """How an operation of this template is asked."""
    beginning = next(one for one in sorted(KINDS, key=len, reverse=True) if template.startswith(one))
    data = template.endswith("/data")
    lists = None if method == "POST" or template != beginning else KINDS[beginning][1]
    return Ask(
        KINDS[beginning][0],
        query=(lambda _: "cascade=true") if method == "DELETE" and beginning in _WITH_INSTANCES else None,
        body=BODIES.get(name),
        files=_BYTES if data and method == "POST" else None,
        path={"varName": "seal"} if data else None,
        lists=lists if beginning in ("/process-instance", "/task", "/process-definition", "/deployment") else None,
        need=NEEDS.get(name) or {"/batch": Need.BATCH, "/incident": Need.FAILED}.get(beginning),
        changes=method != "GET" and not name.startswith(("query_", "count_")),
    )
