"""How Alfresco's operations are asked. The task is the owner's: she started its process and has it."""

from collections.abc import Mapping

from taskbridge.service.uuids import Kind, encode
from tests.conformance.access.asking import Ask
from tests.conformance.access.world import Things


def definition(things: Things) -> str:
    return f"work:{things.version}:{things.definition}"


def path(things: Things) -> Mapping[str, object]:
    """The path parameters."""
    return {
        "deploymentId": things.deployment,
        "processDefinitionId": definition(things),
        "processId": things.instance,
        "taskId": things.task,
        "itemId": encode(Kind.DOCUMENT, things.document),
        "variableName": "note",
    }


def _all(things: Things) -> str:
    return "maxItems=10000"


def _included(things: Things) -> str:
    """The variables of the tasks of one process, which everybody of the network may list."""
    return f"where=(processId='{things.instance}' AND includeTaskVariables=true AND includeProcessVariables=true)"


def _related(things: Things) -> str:
    return f"where=(processId='{things.instance}')&relations=variables"


def _item(things: Things) -> object:
    return [{"id": encode(Kind.DOCUMENT, things.spare)}]


def _variable(scope: str) -> Mapping[str, object]:
    return ({"scope": scope} if scope else {}) | {"name": "note", "type": "d:text", "value": "new"}


def _of(kind: str, scope: str) -> dict[str, tuple[Ask, ...]]:
    """The operations that tasks and processes both have."""
    about = {"process": "instance"}.get(kind, kind)
    return {
        f"list_{kind}_variables": (Ask(about),),
        f"create_{kind}_variables": (Ask(about, body=lambda _: [_variable(scope)], changes=True),),
        f"set_{kind}_variable": (Ask(about, body=lambda _: _variable(scope), changes=True),),
        f"delete_{kind}_variable": (Ask(about, changes=True),),
        f"list_{kind}_items": (Ask(about),),
        f"get_{kind}_item": (Ask(about),),
        f"add_{kind}_items": (Ask(about, body=_item, changes=True),),
        f"delete_{kind}_item": (Ask(about, changes=True),),
    }


ASKS: Mapping[str, tuple[Ask, ...]] = {
    "list_deployments": (Ask("deployment", query=_all, lists=lambda things: things.deployment, admins=True),),
    "get_deployment": (Ask("deployment", admins=True),),
    "list_process_definitions": (Ask("definition", query=_all, lists=definition),),
    "get_process_definition": (Ask("definition"),),
    "get_process_definition_image": (Ask("definition"),),
    "get_start_form_model": (Ask("definition"),),
    "start_processes": (
        Ask("definition", body=lambda things: {"processDefinitionId": definition(things)}, hidden=400, changes=True),
    ),
    "list_processes": (Ask("instance", query=_all, lists=lambda things: things.instance),),
    "get_process": (Ask("instance"),),
    "delete_process": (Ask("instance", changes=True),),
    "list_process_tasks": (Ask("instance"),),
    "list_process_activities": (Ask("instance"),),
    "get_process_image": (Ask("instance"),),
    **_of("process", ""),
    "list_tasks": (
        Ask("task", query=_all, lists=lambda things: things.task),
        *(Ask("variable", query=query, lists=lambda _: "note") for query in (_included, _related)),
    ),
    "get_task": (Ask("task"),),
    "update_task": (Ask("task", query=lambda _: "select=name", body=lambda _: {"name": "new"}, changes=True),),
    "list_task_candidates": (Ask("task"),),
    "get_task_form_model": (Ask("task"),),
    **_of("task", "local"),
}
NOT_ASKED = dict.fromkeys(("create_ticket", "get_ticket", "delete_ticket"), "a ticket of one's own")
