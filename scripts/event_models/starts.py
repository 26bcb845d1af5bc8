"""Processes that are begun by events."""

from bpmn_writing import condition, document, end, message, path, signal, start, timer, user
from event_models.definitions import WAITING, Models


def models() -> Models:
    """Each kind of start event alone, and several in one process."""
    found = {f"{name}-start": _alone(f"{name}-start", definition) for name, definition in WAITING.items()}
    found["none-start"] = _alone("none-start", "")
    plainly = [start("plainly"), user("by-hand"), path("plainly", "by-hand", "done")]
    found["several-starts"] = document("several-starts", *plainly, *_several(_EVENTS))
    found["several-event-starts"] = document("several-event-starts", *_several(_EVENTS | {"by-timer": timer("PT1H")}))
    return found


def _alone(key: str, definition: str) -> bytes:
    return document(key, start("start", definition), user("work"), end(), path("start", "work", "end"))


_EVENTS = {
    "by-message": message("order"),
    "by-other-message": message("offer"),
    "by-signal": signal("alarm"),
    "by-condition": condition("${amount > 200}"),
}


def _several(starts: dict[str, str]) -> list[str]:
    parts = [start(name, definition) for name, definition in starts.items()]
    tasks = [user(f"{name}-work") for name in starts]
    flows = [path(name, f"{name}-work", "done") for name in starts]
    return [*parts, *tasks, end("done"), *flows]
