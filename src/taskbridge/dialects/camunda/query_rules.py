"""What the vendor's engine refuses to ask for at once (contract 4.3, 4.4, 4.6): tables of combinations and their texts.

Called by the handlers of lists before a query becomes a filter; raises CamundaError.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from taskbridge.dialects.camunda.errors import CamundaError, bad_user_request, process_engine_exception

Query = Mapping[str, Any]

#: Members of a task query that speak of candidates.
_OF_CANDIDATES = (
    *("candidateUser", "candidateGroup", "candidateGroupLike", "candidateGroups"),
    *("withCandidateGroups", "withoutCandidateGroups", "withCandidateUsers", "withoutCandidateUsers"),
)
_NO_ALTERNATIVES = ("withCandidateGroups", "withoutCandidateGroups", "withCandidateUsers", "withoutCandidateUsers")
_EXCLUSIVE_CANDIDATES = (
    ("candidateUser", "candidateGroup", "cannot set both candidateUser and candidateGroup"),
    ("candidateGroups", "candidateUser", "cannot set both candidateGroupIn and candidateUser"),
)
_DUE = ("dueDate", "dueAfter", "dueBefore")
#: The order is the vendor's: the first that was asked for is named.
_STATES = {
    "active": "ACTIVE",
    "suspended": "SUSPENDED",
    "completed": "COMPLETED",
    "externallyTerminated": "EXTERNALLY_TERMINATED",
    "internallyTerminated": "INTERNALLY_TERMINATED",
}


def _invalid(what: str) -> CamundaError:
    return process_engine_exception(f"Invalid query usage: {what}")


def _has(query: Query, names: Iterable[str]) -> bool:
    """Whether any of these is asked for; a flag asks for something when it is true."""
    return any(query.get(name) not in (None, False) for name in names)


def check_tasks(query: Query, *, alternatives: bool = False) -> None:
    """Refuse what a task query, or one of its ``orQueries``, cannot ask for."""
    if query.get("candidateGroups") in ([], [""]):
        raise process_engine_exception("Candidate group list is empty")
    if alternatives:
        for name in _NO_ALTERNATIVES:
            if query.get(name):
                raise _invalid(f"cannot set {name}() within 'or' query")
    else:
        _check_combinations(query)
    if query.get("includeAssignedTasks") and not _has(query, _OF_CANDIDATES):
        named = ", ".join("candidateGroupIn" if name == "candidateGroups" else name for name in _OF_CANDIDATES)
        raise _invalid(f"{named} has to be called before 'includeAssignedTasks'.")


def _check_combinations(query: Query) -> None:
    for one, other, text in _EXCLUSIVE_CANDIDATES:
        if _has(query, (one,)) and _has(query, (other,)):
            raise _invalid(text)
    if query.get("withoutDueDate") and _has(query, _DUE):
        raise _invalid("cannot set both due date (equal to, before, or after) and withoutDueDate filters.")
    if query.get("withoutTenantId") and query.get("tenantIdIn"):
        raise _invalid("cannot set both tenantIdIn and withoutTenantId filters.")


def check_instances(query: Query) -> None:
    """Refuse what a process instance query, or one of its ``orQueries``, cannot ask for."""
    if query.get("processInstanceIds") == []:
        raise process_engine_exception("Set of process instance ids is empty")
    if query.get("rootProcessInstances") and _has(query, ("superProcessInstance",)):
        raise _invalid("cannot set both rootProcessInstances and superProcessInstanceId")
    if query.get("leafProcessInstances") and _has(query, ("subProcessInstance",)):
        raise _invalid("cannot set both leafProcessInstances and subProcessInstanceId")


def check_history(query: Query, *, alternatives: bool = False) -> None:
    """Refuse what a query over running and ended process instances, or one of its ``orQueries``, cannot ask for."""
    if query.get("processInstanceIds") == []:
        raise process_engine_exception("Set of process instance ids is empty")
    if query.get("processDefinitionKeyNotIn") == []:
        raise CamundaError(500, "ProcessEnginePersistenceException", _NOT_A_QUERY, 0)
    if "" in (query.get("processDefinitionKeyNotIn") or ()):
        raise CamundaError(400, "NotValidException", "processDefinitionKeys contains empty string", 0)
    if query.get("rootProcessInstances") and _has(query, ("superProcessInstanceId",)):
        raise bad_user_request("Invalid query usage: cannot set both rootProcessInstances and superProcessInstanceId")
    states = [state for name, state in _STATES.items() if query.get(name)]
    if len(states) > 1 and not alternatives:
        raise bad_user_request(
            f"Already querying for historic process instance with another state: {states[0]} is not empty"
        )


_NOT_A_QUERY = (
    "An exception occurred in the persistence layer. "
    "Please check the server logs for a detailed message and the entire exception stack trace."
)


def check_definitions(query: Query) -> None:
    """Refuse what a process definition query cannot ask for."""
    if query.get("version") is not None and query["version"] <= 0:
        raise process_engine_exception("version is not greater than 0")
    if query.get("latestVersion") and _has(query, ("processDefinitionId", "deploymentId", "version")):
        raise process_engine_exception(
            "Calling latest() can only be used in combination with key(String) and keyLike(String) "
            "or name(String) and nameLike(String)"
        )
