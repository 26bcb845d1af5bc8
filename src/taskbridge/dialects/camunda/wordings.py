"""Camunda's words for the situations of services, engine and store: tables that a reader can hold against the contract.

Read by ``errors.translate``. A key is an exception class, or such a class and the kind of object it is about.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from taskbridge.dialects.camunda import ids
from taskbridge.engine import errors as engine
from taskbridge.engine.expressions import CannotCast, ExpressionError
from taskbridge.engine.instructions import ImpossibleInstruction, InvalidInstruction, NothingToStartAt
from taskbridge.engine.scripts.errors import BpmnErrorThrown, MissingScript, ScriptError
from taskbridge.service import errors as service
from taskbridge.service.delayed_suspensions import SET_DEFINITIONS_SUSPENDED, SET_JOB_DEFINITIONS_SUSPENDED
from taskbridge.store import errors as store


class Wording(NamedTuple):
    """How one situation goes out. ``text`` names path parameters and the situation's facts in braces."""

    status: int
    type: str
    text: str | None
    code: int | None = 0


Wordings = Mapping[object, Wording]


def _rest(status: int, text: str, code: int | None = 0) -> Wording:
    return Wording(status, "RestException", text, code)


def _invalid(status: int, text: str, code: int | None = None) -> Wording:
    return Wording(status, "InvalidRequestException", text, code)


def _null(text: str) -> Wording:
    return Wording(500, "NullValueException", text)


def _engine(text: str) -> Wording:
    return Wording(500, "ProcessEngineException", text)


def _mismatch(text: str) -> Wording:
    return Wording(500, "MismatchingMessageCorrelationException", text)


_STOPPED = _rest(500, "Request rejected due to shutdown of application server.", None)

_CALLER_SUSPENDED = "ENGINE-03043 Execution with id '{execution}' is suspended."
_OTHER_DEFINITION = "Its process definition '{own}' does not match given process definition '{given}'"
#: Where an operation has no words of its own. The base classes stand for what is not foreseen, which is logged.
GENERAL: Wordings = {
    service.ServiceError: _engine("{reason}"),
    service.NotFound: Wording(400, "NotFoundException", "{reason}"),
    (service.NotFound, "external task"): Wording(
        400, "NotFoundException", "Cannot find external task with id {id}: externalTask is null"
    ),
    (service.NotFound, "task"): _null("Cannot find task with id {id}: task is null"),
    (service.NotFound, "execution"): _null("execution {id} doesn't exist: execution is null"),
    (service.NotFound, "process instance"): _invalid(404, "Process instance with id {id} does not exist"),
    (service.NotFound, "process definition"): _null(
        "no deployed process definition found with id '{id}': processDefinition is null"
    ),
    (service.NotFound, "process definition key"): _rest(
        404, "No matching process definition with key: {key} and no tenant-id", None
    ),
    (service.NotFound, "deployment"): _invalid(404, "Deployment with id '{id}' does not exist"),
    (service.NotFound, "incident"): _invalid(404, "No matching incident with id {id}"),
    (service.NotFound, "job"): _invalid(404, "No job found with id '{id}': job is null"),
    (service.NotFound, "job definition"): _invalid(
        404, "Job definition with id '{id}' does not exist: jobDefinition is null"
    ),
    (service.NotFound, "batch"): _invalid(404, "Batch with id '{id}' does not exist"),
    service.CallerSuspended: Wording(400, "SuspendedEntityInteractionException", _CALLER_SUSPENDED),
    service.Suspended: Wording(
        400, "SuspendedEntityInteractionException", "ENGINE-03043 {subject} with id '{id}' is suspended."
    ),
    service.AlreadyClaimed: Wording(
        500, "TaskAlreadyClaimedException", "Task '{id}' is already claimed by someone else."
    ),
    service.DelegationPending: _engine("A delegated task cannot be completed, but should be resolved instead."),
    service.RunningInstances: _engine(
        "ENGINE-03076 Deletion of process definition without cascading failed. "
        "Process definition with id: {definition} can't be deleted, "
        "because there are {count} dependent process instances."
    ),
    service.TooManyWaiting: _invalid(
        500, "At the moment the server has to handle too many requests at the same time. Please try again later."
    ),
    service.TooManyAttempts: _rest(503, "Too many attempts to log in; try again in {seconds} seconds", None),
    service.NoStart: _engine(
        "Process '{process}' has no default start activity (e.g. none start event), hence you cannot use "
        "'startProcessInstanceBy...' but have to start it using one of the modeled start events "
        "(e.g. message start events): initial is null"
    ),
    service.NoConditionalStarts: _engine(
        "ENGINE-13043 No subscriptions were found during evaluation of the conditional start events."
    ),
    service.NotConditional: _engine(
        "ENGINE-13042 Process definition with id '{definition}' does not declare conditional start event."
    ),
    service.MessageTaken: _engine(
        "ENGINE-01011 Cannot deploy process definition '{resource}': there already is a message event subscription for "
        "the message with name '{message}'."
    ),
    service.NoReceiver: _mismatch(
        "Cannot correlate message '{message}': No process definition or execution matches the parameters"
    ),
    service.AmbiguousMessage: _mismatch(
        "ENGINE-{number} Cannot correlate a message with name '{message}' to a single {receiver}. "
        "{count} {receiver}s match the {correlation} keys"
    ),
    service.SeveralSubscriptions: _engine(
        "More than one matching message subscription found for execution {id}: "
        "eventSubscriptions does not have 1 elements"
    ),
    service.NotModifiable: _engine(
        "ENGINE-13036 Process instance '{instance}' cannot be modified. The process instance does not exist"
    ),
    (service.OtherDefinition, "modification"): _engine(
        f"ENGINE-13037 Process instance '{{instance}}' cannot be modified. {_OTHER_DEFINITION}"
    ),
    (service.OtherDefinition, "restart"): _engine(
        f"ENGINE-13039 Historic process instance '{{instance}}' cannot be restarted. {_OTHER_DEFINITION}"
    ),
    service.NotEnded: _engine(
        "ENGINE-13040 Historic process instance '{instance}' cannot be restarted. It is not completed or terminated."
    ),
    service.NothingToRestart: Wording(
        400,
        "BadUserRequestException",
        "Historic process instance cannot be found: historicProcessInstanceId is null",
    ),
    service.NothingToMigrate: _engine(
        "ENGINE-23003 Process instance '{id}' cannot be migrated. The process instance does not exist"
    ),
    service.NotOfDefinition: _engine(
        "ENGINE-23002 Process instance '{instance}' cannot be migrated. Its process definition '{definition}' does not "
        "match the source process definition of the migration plan '{source}'"
    ),
    service.OfOtherTenant: _engine(
        "ENGINE-2309 Cannot migrate process instances between processes of different tenants ('{tenant}' != '{other}')"
    ),
    service.WithoutTenant: _engine(
        "ENGINE-23010 Cannot migrate process instance '{instance}' without tenant to a process definition with a "
        "tenant ('{other}')"
    ),
    engine.NothingToUpdate: Wording(500, "NullPointerException", None, None),
    engine.EngineError: _engine("{reason}"),
    InvalidInstruction: Wording(400, "NotValidException", "{reason}"),
    NothingToStartAt: Wording(400, "NotValidException", "{reason}"),
    ImpossibleInstruction: _engine("{reason}"),
    engine.UncaughtEscalation: _engine(
        "ENGINE-02043 Execution with id '{node}' throws an escalation event with escalationCode '{escalation}', "
        "but no escalation handler was defined. "
    ),
    engine.NothingCatchesCancel: _null(
        "Could not find cancel boundary event for cancel end event Activity({node}): cancelBoundaryEvent is null"
    ),
    engine.NoOutgoingFlow: _engine(
        "ENGINE-02004 No outgoing sequence flow for the element with id '{node}' could be selected for continuing "
        "the process."
    ),
    engine.NoConditionHolds: _engine(
        "ENGINE-02006 No conditional sequence flow leaving the Flow Node '{node}' could be selected for continuing "
        "the process."
    ),
    service.NoActivity: _engine("cannot signal execution {id}: it has no current activity"),
    service.NotSubscribed: _engine(
        "Execution with id '{id}' does not have a subscription to a message event with name '{message}': "
        "eventSubscriptions is empty"
    ),
    engine.TakesNoSignals: _engine("ENGINE-02010 The activity with id '{node}' doesn't accept signals."),
    engine.UnknownProcess: _null("{reason}"),
    engine.UnreadableVersion: Wording(500, "NumberFormatException", "{reason}", None),
    engine.SeveralProcesses: _engine("{reason}"),
    engine.NotAVersion: _engine("{reason}"),
    engine.NotANumber: _engine("{node}: Priority value is not an Integer"),
    engine.NoDefaultFlow: _engine(
        "ENGINE-02005 Default sequence flow '{flow}' for element with id '{node}' could not be not found."
    ),
    engine.NotAnInteger: Wording(500, "NumberFormatException", "{reason}", None),
    engine.TooFewElements: Wording(500, "NoSuchElementException", None, None),
    engine.InvalidDate: _engine("Date expression does not resolve to a Date or Date string: {value}"),
    engine.NameTooLong: _engine("{reason}"),
    engine.TransientConflict: _engine(
        "ENGINE-17006 Cannot set transient variable with name {name} to non-transient variable and vice versa."
    ),
    engine.TooManySteps: _engine("{reason}"),
    engine.UnreadableModel: _engine("{reason}"),
    ExpressionError: _engine("{reason}"),
    CannotCast: Wording(500, "ClassCastException", "{reason}", None),
    ScriptError: Wording(500, "ScriptEvaluationException", "{reason}"),
    MissingScript: _engine("{reason}"),
    BpmnErrorThrown: Wording(500, "BpmnError", "{reason}"),
    store.StoreError: _engine("The database could not carry out the request"),
    store.QueryTooLarge: Wording(400, "BadUserRequestException", "{reason}"),
    store.DatabaseUnavailable: _engine("The database is not available"),
    store.ReadTimeout: _engine("The database took too long to answer"),
    store.WriteTimeout: _engine("The database took too long to answer"),
    service.ShuttingDown: _STOPPED,
    store.DatabaseClosed: _STOPPED,
    **dict.fromkeys(
        (store.Conflict, store.LockTimeout, store.MissingReference),
        Wording(
            500,
            "OptimisticLockingException",
            "ENGINE-03005 Execution of 'UPDATE {id}' failed. Entity was updated by another transaction concurrently.",
            1,
        ),
    ),
}

_NO_EXTERNAL_TASK = _rest(404, "External task with id {id} does not exist")
_SUSPENDED_EXTERNAL_TASK = _rest(400, "ENGINE-03043 ExternalTask with id '{id}' is suspended.")
_OTHER_WORKER = "It is locked by worker '{owner}'."


_NO_RESOURCES = _invalid(404, "Deployment resources for deployment id '{id}' do not exist.")


def _external(locked: str | None = None) -> dict[object, Wording]:
    words: dict[object, Wording] = {
        service.NotFound: _NO_EXTERNAL_TASK,
        service.CallerSuspended: _rest(400, _CALLER_SUSPENDED),
        service.Suspended: _SUSPENDED_EXTERNAL_TASK,
    }
    if locked is not None:
        words[service.LockedByAnother] = _rest(400, f"{locked} {_OTHER_WORKER}")
    return words


#: Of signals for one execution; no path parameter has its id.
SIGNAL_TO_EXECUTION: Wordings = {
    (service.NotFound, "execution"): _null("Cannot find execution with id '{id}': execution is null"),
    service.SignalNotAwaited: _rest(
        500, "Execution '{id}' has not subscribed to a signal event with name '{signal}'. is empty"
    ),
}
_DEFINITION = (service.NotFound, "process definition")
_KEY = (service.NotFound, "process definition key")
_NO_DEFINITION = _invalid(404, "No matching definition with id {id}", 0)
_NO_KEY_OF_TENANT = _rest(404, "No matching process definition with key: {key} and tenant-id: {tenantId}", None)
_NO_VERSIONS = _invalid(404, "No process definition found with key '{key}': processDefinitions is empty")
_NO_INCIDENT: Wordings = {service.NotFound: Wording(400, "BadUserRequestException", "incident is null")}
_NO_TASK_TO_ASSIGN = Wording(400, "NotFoundException", "Cannot find task with id {id}: task is null")
_NO_TASK_WITH_VARIABLES = _null("task {id} doesn't exist: task is null")
_OF_THROWN: Wordings = {
    service.NotFound: _rest(404, "Cannot find task with id {id}: task is null"),
    service.CallerSuspended: _rest(400, _CALLER_SUSPENDED),
    service.Suspended: _rest(400, "ENGINE-03043 task with id '{id}' is suspended."),
}

#: The words of single operations, by operationId.
BY_OPERATION: Mapping[str, Wordings] = {
    # contract 1.3 to 1.14
    "camunda_get_external_task": {
        service.NotFound: _rest(404, "External task with id {id} does not exist", None),
    },
    "camunda_get_external_task_error_details": {
        service.NotFound: _null("No external task found with id {id}: externalTask is null"),
    },
    "camunda_evaluate_condition": {
        (service.NotFound, "process definition"): Wording(
            400, "NotFoundException", "no deployed process definition found with id '{id}': processDefinition is null"
        ),
    },
    "camunda_complete_external_task": _external("External Task {id} cannot be completed by worker '{worker}'."),
    "camunda_handle_external_task_failure": _external(
        "Failure of External Task {id} cannot be reported by worker '{worker}'."
    ),
    "camunda_handle_external_task_bpmn_error": _external(
        "Bpmn error of External Task {id} cannot be reported by worker '{worker}'."
    ),
    "camunda_lock_external_task": _external("External Task {id} cannot be locked by worker '{worker}'."),
    "camunda_extend_external_task_lock": _external(
        # The doubled apostrophe is the vendor's.
        "The lock of the External Task {id} cannot be extended by worker '{worker}''."
    )
    | {
        service.LockExpired: _rest(
            400, "Cannot extend a lock that expired: lockExpirationTime is not greater than or equal to {now}"
        ),
    },
    "camunda_unlock_external_task": _external(),
    "camunda_set_external_task_retries": _external(),
    "camunda_set_external_task_priority": _external(),
    # contract 4.2
    "camunda_delete_deployment": {
        (service.NotFound, "deployment"): _invalid(404, "Deployment with id '{id}' do not exist"),
    },
    "camunda_list_deployment_resources": {
        (service.NotFound, "deployment"): _NO_RESOURCES,
    },
    "camunda_get_deployment_resource": {
        (service.NotFound, "deployment"): _NO_RESOURCES,
        (service.NotFound, "resource"): _invalid(
            404, "Deployment resource with resource id '{resourceId}' for deployment id '{id}' does not exist."
        ),
    },
    "camunda_get_deployment_resource_data": {
        service.NotFound: _invalid(404, "Deployment resource '{resourceId}' for deployment id '{id}' does not exist."),
    },
    # contract 4.3
    "camunda_get_process_definition": {_DEFINITION: _NO_DEFINITION},
    "camunda_get_process_definition_xml": {_DEFINITION: _NO_DEFINITION},
    "camunda_get_process_definition_diagram": {_DEFINITION: _NO_DEFINITION},
    "camunda_delete_process_definition": {
        _DEFINITION: _invalid(404, "No process definition found with id '{id}': processDefinition is null", 0),
    },
    "camunda_get_process_definition_by_key_and_tenant": {_KEY: _NO_KEY_OF_TENANT},
    "camunda_get_process_definition_xml_by_key_and_tenant": {_KEY: _NO_KEY_OF_TENANT},
    "camunda_get_process_definition_diagram_by_key_and_tenant": {_KEY: _NO_KEY_OF_TENANT},
    "camunda_delete_process_definition_by_key_and_tenant": {_KEY: _NO_KEY_OF_TENANT},
    "camunda_get_activity_statistics_by_key_and_tenant": {_KEY: _NO_KEY_OF_TENANT},
    "camunda_start_process_instance_by_key_and_tenant": {_KEY: _NO_KEY_OF_TENANT},
    "camunda_restart_process_instances_by_key_and_tenant": {_KEY: _NO_KEY_OF_TENANT},
    "camunda_restart_process_instances_async_by_key_and_tenant": {_KEY: _NO_KEY_OF_TENANT},
    "camunda_set_process_definition_suspension_by_key_and_tenant": {_KEY: _NO_KEY_OF_TENANT},
    "camunda_delete_all_process_definitions_by_key": {_KEY: _NO_VERSIONS},
    "camunda_delete_all_process_definitions_by_key_and_tenant": {_KEY: _NO_VERSIONS},
    # contract 4.4
    "camunda_delete_process_instance": {
        service.NotFound: _invalid(404, "No process instance found for id '{id}': processInstance is null", 0),
    },
    "camunda_get_execution": {service.NotFound: _invalid(404, "Execution with id {id} does not exist")},
    "camunda_delete_batch": {service.NotFound: _invalid(400, "Unable to delete batch with id '{id}'", 0)},
    "camunda_create_incident": {
        service.NotFound: _invalid(400, "Cannot find an execution with executionId '{id}': execution is null"),
        service.NoActivity: _invalid(400, "Execution must be related to an activity: activity is null"),
    },
    # contract 4.8
    "camunda_resolve_incident": {
        service.NotFound: _invalid(404, "Cannot find an incident with id '{id}': incident is null"),
        service.NotResolvable: _invalid(400, "Cannot resolve an incident of type {type}"),
    },
    **dict.fromkeys(("camunda_set_incident_annotation", "camunda_clear_incident_annotation"), _NO_INCIDENT),
    "camunda_set_job_retries": {service.NotFound: _invalid(500, "ENGINE-13053 No job found with id '{id}'.'")},
    "camunda_set_job_due_date": {service.NotFound: _invalid(500, "No job found with id '{id}'.")},
    "camunda_recalculate_job_due_date": {
        service.NotFound: _invalid(404, "No job found with id '{id}': job is null", 0),
        service.NotATimer: _invalid(
            500, "Only timer jobs can be recalculated, but the job with id '{id}' is of type '{type}'."
        ),
    },
    "camunda_get_job_stacktrace": {service.NotFound: _invalid(404, "No job found with id {id}: job is null")},
    "camunda_get_variable_instance_data": {
        service.NotFound: _invalid(404, "Variable instance with Id '{id}' does not exist."),
    },
    # contract 4.6
    "camunda_get_task": {service.NotFound: _invalid(404, "No matching task with id {id}")},
    "camunda_unclaim_task": {service.NotFound: _NO_TASK_TO_ASSIGN},
    "camunda_set_task_assignee": {service.NotFound: _NO_TASK_TO_ASSIGN},
    "camunda_throw_task_bpmn_error": _OF_THROWN,
    "camunda_throw_task_bpmn_escalation": _OF_THROWN,
    "camunda_get_task_variables": {service.NotFound: _NO_TASK_WITH_VARIABLES},
    "camunda_get_task_local_variables": {service.NotFound: _NO_TASK_WITH_VARIABLES},
}

_SUBJECTS = {
    "execution": "Execution",
    "process instance": "Execution",  # its own, which has its id
    "external task": "ExternalTask",
    "task": "task",
    "process definition": "Process Definition",
}


def facts(error: Exception) -> dict[str, object]:
    """What texts may name of a situation; path parameters of the same name, as the client wrote them, go before."""
    known: dict[str, object] = {"reason": str(error), "id": "", "key": ""}
    known |= {**_of_message(error), **_of_engine(error), **_of_bulk(error), **_of_migration(error)}
    match error:
        case service.NotFound(identifier=identifier):
            known |= {"id": identifier, "key": identifier}
        case service.LockedByAnother(worker=worker, owner=owner):
            known |= {"worker": worker, "owner": "null" if owner is None else owner}
        case service.LockExpired(now=now):
            known |= {"now": now}
        case service.CallerSuspended(identifier=identifier):
            known |= {"execution": ids.encode(ids.Kind.EXECUTION, identifier)}
        case service.Suspended(kind=kind, identifier=identifier):
            shown = ids.encode(ids.Kind.EXECUTION, identifier) if kind == "execution" else identifier
            known |= {"subject": _SUBJECTS.get(kind, kind), "id": shown}
        case service.RunningInstances(definition=definition, count=count):
            known |= {"definition": _definition_id(definition), "count": count}
        case service.NotConditional(definition=definition):
            known |= {"definition": _definition_id(definition)}
        case service.TooManyAttempts(seconds=seconds):
            known |= {"seconds": seconds}
        case service.NotATimer(type=type_, payload=payload):
            known |= {"type": _job_type(type_, payload)}
        case service.NotResolvable(type=type_):
            known |= {"type": type_}
        case service.NoStart(name=name):
            known |= {"process": "null" if name is None else name}
        case service.SignalNotAwaited(signal=signal):
            known |= {"signal": signal}
    return known


def _of_engine(error: Exception) -> dict[str, object]:
    match error:
        case (
            engine.NoOutgoingFlow(node_id=node)
            | engine.NotANumber(node_id=node)
            | engine.TakesNoSignals(node_id=node)
            | engine.NothingCatchesCancel(node_id=node)
        ):
            return {"node": node}
        case engine.NoDefaultFlow(node_id=node, flow=flow):
            return {"node": node, "flow": flow}
        case engine.UncaughtEscalation(node_id=node, code=code):
            return {"node": node, "escalation": code}
        case engine.InvalidDate(value=value):
            return {"value": value}
        case engine.TransientConflict(name=name):
            return {"name": name}
        case _:
            return {}


def _of_bulk(error: Exception) -> dict[str, object]:
    match error:
        case service.NotModifiable(shown=shown) | service.NotEnded(shown=shown):
            return {"instance": shown}
        case service.OtherDefinition(shown=shown, own=own, given=given):
            return {"instance": shown, "own": _definition_id(own), "given": _definition_id(given)}
        case _:
            return {}


def _of_migration(error: Exception) -> dict[str, object]:
    match error:
        case service.NothingToMigrate(instance_id=number):
            return {"id": ids.encode(ids.Kind.PROCESS_INSTANCE, number)}
        case service.NotOfDefinition(instance_id=number, definition=own, source=source):
            shown = ids.encode(ids.Kind.PROCESS_INSTANCE, number)
            return {"instance": shown, "definition": own, "source": source}
        case service.WithoutTenant(instance_id=number, other=other):
            return {"instance": ids.encode(ids.Kind.PROCESS_INSTANCE, number), "other": other}
        case service.OfOtherTenant(tenant=tenant, other=other):
            return {"tenant": tenant, "other": other}
        case _:
            return {}


def _of_message(error: Exception) -> dict[str, object]:
    match error:
        case service.NoReceiver(message_name=name):
            return {"message": name}
        case service.NotSubscribed(execution_id=number, name=name, of_instance=of_instance):
            return {"message": name, "id": ids.encode(_EXECUTIONS[of_instance], number)}
        case service.MessageTaken(message_name=name, resource=resource):
            return {"message": name, "resource": resource}
        case service.AmbiguousMessage(message_name=name, count=count, of_definitions=of_definitions):
            return {"message": name, "count": count, **(_OF_DEFINITIONS if of_definitions else _OF_EXECUTIONS)}
        case _:
            return {}


#: The vendor's number and words for too many of them.
_OF_EXECUTIONS = {"number": "13031", "receiver": "execution", "correlation": "correlation"}
#: What the id of an execution is the id of, by whether it is that of a process instance.
_EXECUTIONS = {False: ids.Kind.EXECUTION, True: ids.Kind.PROCESS_INSTANCE}
_OF_DEFINITIONS = {"number": "13030", "receiver": "process definition", "correlation": "correlations"}


def _job_type(type_: str, payload: Mapping[str, Any]) -> str:
    """What the vendor calls the type of a job: it has one for suspensions and another one for activations."""
    if type_ not in _DELAYED:
        return type_
    return f"{'suspend' if payload.get('suspended') else 'activate'}-{_DELAYED[type_]}"


_DELAYED = {
    SET_DEFINITIONS_SUSPENDED: "processdefinition",
    SET_JOB_DEFINITIONS_SUSPENDED: "job-definition",
}


def _definition_id(text: str) -> str:
    key, version, number = text.rsplit(":", 2)
    return ids.definition(key, int(version), int(number))
