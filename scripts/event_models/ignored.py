"""Event definitions where the vendor's engine does not look at them: the event is as if it had none."""

from bpmn_writing import TERMINATE, condition, document, end, error, escalation, link, path, start, throw, timer, user
from event_models.definitions import Models

_DEFINITIONS = {
    "error": error("oops"),
    "escalation": escalation("help"),
    "link": link("desk"),
    "terminate": TERMINATE,
    "cancel": "<cancelEventDefinition/>",
    "compensate": "<compensateEventDefinition/>",
    "conditional": condition("${amount > 200}"),
    "timer": timer("PT1H"),
}
_AT = {
    "start": ("error", "escalation", "link", "terminate", "cancel", "compensate"),
    "throw": ("conditional", "timer", "error", "terminate", "cancel"),
    "end": ("conditional", "timer", "link"),
}


def models() -> Models:
    """One for each definition and position."""
    found: Models = {}
    for position, names in _AT.items():
        for name in names:
            one = {place: _DEFINITIONS[name] if place == position else "" for place in _AT}
            parts = [start("start", one["start"]), user("work"), throw("thrown", one["throw"]), end("end", one["end"])]
            key = f"{name}-{position}-ignored"
            found[key] = document(key, *parts, path("start", "work", "thrown", "end"))
    return found
