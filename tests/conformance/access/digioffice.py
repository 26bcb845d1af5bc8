"""How DigiOffice's operations are asked. The task is the owner's: it is assigned to her."""

from collections.abc import Callable, Mapping

from tests.conformance.access.asking import Ask
from tests.conformance.access.world import Need, Things

_LATER = {"DateTime": "2031-05-17T12:00:00", "Reason": "Not yet"}
Body = Callable[[Things], dict[str, object]]


def path(things: Things) -> Mapping[str, object]:
    """The path parameters."""
    return {"TaskID": things.task, "format": "json"}


def _one(things: Things) -> dict[str, object]:
    return {"TaskID": things.task}


def _some(things: Things) -> dict[str, object]:
    return {"TaskIDs": [things.task]}


def _put_off(things: Things) -> dict[str, object]:
    return _some(things) | _LATER


def _batch(body: Body) -> Callable[[Things], object]:
    return lambda things: [body(things)]


def _by(operation: str) -> Mapping[str, str]:
    return {"operation": operation}


def _predefined(name: str) -> dict[str, tuple[Ask, ...]]:
    """Predefined routes: one reads by a query, one changes by a body."""
    reads = Ask("task", query=lambda things: f"TaskID={things.task}", path=_by("GetTaskOperation"))
    changes = Ask("task", body=_some, path=_by("FinishTaskOperation"), changes=True)
    return {f"{name}_get": (reads,), f"{name}_post": (changes,)}


_NO_BODY: Body = lambda things: {}  # noqa: E731 - a table of such
_MANY: Body = lambda things: {"Take": 1000}  # noqa: E731 - the same
ASKS: Mapping[str, tuple[Ask, ...]] = {
    "finish_tasks": (Ask("task", body=_some, changes=True),),
    "postpone_tasks": (Ask("task", body=_put_off, changes=True),),
    "change_postponed_tasks": (Ask("task", body=_put_off, changes=True, need=Need.RESTING),),
    "get_multi_task": (Ask("task", body=_some),),
    "list_tasks": (Ask("task", query=lambda _: "Take=1000", lists=lambda things: things.task),),
    "query_tasks": (Ask("task", body=_MANY, lists=lambda things: things.task),),
    "get_task": (Ask("task"),),
    "query_task": (Ask("task", body=_NO_BODY),),
    "list_comments": (Ask("task"),),
    "query_comments": (Ask("task", body=_NO_BODY),),
    "finish_tasks_batch": (Ask("task", body=_batch(_some), changes=True),),
    "postpone_tasks_batch": (Ask("task", body=_batch(_put_off), changes=True),),
    "change_postponed_tasks_batch": (Ask("task", body=_batch(_put_off), changes=True, need=Need.RESTING),),
    "get_multi_task_batch": (Ask("task", body=_batch(_some)),),
    "query_tasks_batch": (Ask("task", body=_batch(_MANY), lists=lambda things: things.task),),
    "query_task_batch": (Ask("task", body=_batch(_one)),),
    "query_comments_batch": (Ask("task", body=_batch(_one)),),
    **{name: found for way in ("reply", "oneway", "api", "api_api") for name, found in _predefined(way).items()},
}
NOT_ASKED = {
    **dict.fromkeys(
        (
            *("authenticate", "get_authentication", "end_authentication"),
            *(f"{name}_by_provider" for name in ("authenticate", "get_authentication", "end_authentication")),
        ),
        "one's own session",
    ),
    **dict.fromkeys(
        ("reply_delete", "oneway_delete", "api_delete", "api_api_delete"), "one's own session: nothing else is deleted"
    ),
    **dict.fromkeys(
        (
            *("metadata", "operations_metadata", "operation_metadata", "metadata_app"),
            *("types", "types_metadata", "types_python", "types_typescript"),
        ),
        "a description of the API",
    ),
}
