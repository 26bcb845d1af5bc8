"""Events that the vendor's parser does not take where they stand."""

from bpmn_writing import (
    TERMINATE,
    boundary,
    catch,
    compensated,
    compensation_of,
    condition,
    document,
    element,
    end,
    error,
    escalation,
    event_subprocess,
    external,
    gateway,
    handler,
    link,
    message,
    path,
    receive,
    signal,
    start,
    subprocess,
    throw,
    timer,
    transaction,
    undoable,
    user,
)
from event_models.definitions import Models

_DEFINITIONS = {
    "none": "",
    "message": message("news"),
    "signal": signal("alarm"),
    "conditional": condition("${amount > 200}"),
    "timer": timer("PT1H"),
    "error": error("oops"),
    "escalation": escalation("help"),
    "link": link("desk"),
    "terminate": TERMINATE,
    "cancel": "<cancelEventDefinition/>",
    "compensate": "<compensateEventDefinition/>",
}
_NEVER_WAIT = ("none", "terminate", "cancel", "link")
_LINE = (start(), user("work"), end(), path("start", "work", "end"))


def models() -> Models:
    """One for each definition and position that cannot be together, and a few pairs of events."""
    found: Models = {}
    for name in ("none", "error", "escalation", "terminate", "cancel", "compensate"):
        found[f"{name}-catch"] = _on_the_way(catch("event", _DEFINITIONS[name]))
        found[f"{name}-event-based-gateway"] = _behind_gateway(name)
    found["link-event-based-gateway"] = _behind_gateway("link")
    for name in (*_NEVER_WAIT, "compensate"):
        found[f"{name}-event-subprocess-interrupting"] = _begun(name)
        found[f"{name}-event-subprocess-beside"] = _begun(name, isInterrupting="false")
    found["error-event-subprocess-beside"] = _begun("error", isInterrupting="false")
    for name in ("message", "signal", "conditional", "timer", "error", "escalation", "compensate"):
        inner = [start("begin", _DEFINITIONS[name]), end("done"), path("begin", "done")]
        found[f"{name}-start-of-scope"] = _on_the_way(subprocess("event", *inner))
    for name in _NEVER_WAIT:
        found[f"{name}-boundary-interrupting"] = _guarded(user("event"), _DEFINITIONS[name])
        found[f"{name}-boundary-beside"] = _guarded(user("event"), _DEFINITIONS[name], beside=True)
    hosts = {"worker": external("event"), "receive": receive("event", "news"), "task": element("task", "event")}
    for host, content in hosts.items():
        found[f"escalation-boundary-{host}-interrupting"] = _guarded(content, _DEFINITIONS["escalation"])
        found[f"escalation-boundary-{host}-beside"] = _guarded(content, _DEFINITIONS["escalation"], beside=True)
    cancel = end("last", _DEFINITIONS["cancel"])
    found["cancel-end"] = document("cancel-end", start(), cancel, path("start", "last"))
    return found | _pairs() | _compensation() | _cancellation()


def _on_the_way(event: str) -> bytes:
    """A process in which the id of the content is ``event``."""
    return document("refused", start(), event, end(), path("start", "event", "end"))


def _behind_gateway(name: str) -> bytes:
    parts = [
        start(),
        gateway("eventBased", "either"),
        catch("event", _DEFINITIONS[name]),
        catch("other", message("go")),
    ]
    return document("refused", *parts, end(), path("start", "either", "event", "end"), path("either", "other", "end"))


def _begun(name: str, **attributes: str) -> bytes:
    inner = [start("event", _DEFINITIONS[name], **attributes), end("handled"), path("event", "handled")]
    return document("refused", *_LINE, event_subprocess("handling", *inner))


def _guarded(host: str, definition: str, *, beside: bool = False) -> bytes:
    """The host has the id ``event``."""
    guard = boundary("guard", "event", definition, beside=beside) + user("handle") + path("guard", "handle", "end")
    return document("refused", start(), host, end(), guard, path("start", "event", "end"))


def _pairs() -> Models:
    alarm = _DEFINITIONS["signal"]
    handlers = [
        event_subprocess(name, start(f"{name}-start", alarm), end(f"{name}-end"), path(f"{name}-start", f"{name}-end"))
        for name in ("one", "other")
    ]
    guards = [boundary(name, "work", alarm) + path(name, "end") for name in ("one", "other")]
    answer = [receive("event", "news"), catch("other", message("go")), end()]
    flows = path("start", "either", "event", "end") + path("either", "other", "end")
    starts = [start("by-timer", timer("PT1H")), path("by-timer", "work")]
    messages = [start(name, message("order")) + path(name, "work") for name in ("one", "other")]
    return {
        "event-subprocesses-same-signal": document("refused", *_LINE, *handlers),
        "boundaries-same-signal": document("refused", *_LINE, *guards),
        "receive-task-event-based-gateway": document(
            "refused", start(), gateway("eventBased", "either"), *answer, flows
        ),
        "none-start-and-timer-start": document("refused", *_LINE, *starts),
        "starts-same-message": document("refused", *messages, user("work"), end(), path("work", "end")),
        "link-throw-without-target": _on_the_way(throw("event", link("desk"))),
    }


def _compensation() -> Models:
    compensate = _DEFINITIONS["compensate"]
    guarded = [start(), undoable("work"), end(), path("start", "work", "end")]
    inside = [start("begin"), user("inner"), end("done"), path("begin", "inner", "done")]
    handling = [
        event_subprocess(
            name, start(f"{name}-start", compensate), end(f"{name}-end"), path(f"{name}-start", f"{name}-end")
        )
        for name in ("one", "other")
    ]
    around = [start(), end(), path("start", "scope", "end")]
    elsewhere = end("done", compensation_of("first"))
    deep = subprocess("scope", start("begin"), user("inner"), elsewhere, path("begin", "inner", "done"))
    named = {
        "unknown": [start(), user("work"), end("end", compensation_of("nowhere")), path("start", "work", "end")],
        "inside": [
            start(),
            subprocess("scope", *inside),
            end("end", compensation_of("inner")),
            path("start", "scope", "end"),
        ],
        "outside": [start(), user("first"), deep, end(), path("start", "first", "scope", "end")],
    }
    found = {f"compensate-{name}": document("refused", *parts) for name, parts in named.items()}
    to = {"sourceRef": "work", "targetRef": "nowhere"}
    return found | {
        "compensate-handler-entered": document("refused", *guarded, path("work", "undo-work")),
        "compensate-handler-left": document("refused", *guarded, path("undo-work", "end")),
        "compensate-by-other-task": document("refused", *_LINE, compensated("work", "other"), user("other")),
        "compensate-twice": document("refused", *guarded, compensated("work", "undo-work", "second")),
        "compensate-handler-guarded": document(
            "refused", *guarded, boundary("stop", "undo-work", _DEFINITIONS["message"]), path("stop", "end")
        ),
        "compensate-by-both": document(
            "refused", *around, subprocess("scope", *inside, handling[0]), compensated("scope"), handler("undo-scope")
        ),
        "compensate-inside-twice": document("refused", *around, subprocess("scope", *inside, *handling)),
        "association-to-nothing": document("refused", *_LINE, element("association", "lost", **to)),
        "association-from-nothing": document(
            "refused", *_LINE, element("association", "lost", sourceRef="nowhere", targetRef="work")
        ),
    }


def _cancellation() -> Models:
    cancel = _DEFINITIONS["cancel"]
    ended = [start("begin"), end("cancel", cancel), path("begin", "cancel")]
    around = [start(), end(), path("start", "booking", "end")]
    guards = [boundary(name, "booking", cancel) + path(name, "end") for name in ("one", "other")]
    inner = subprocess("scope", start("in"), end("out", cancel), path("in", "out"))
    return {
        "cancel-twice": document("refused", *around, transaction("booking", *ended), *guards),
        "cancel-end-in-scope": document("refused", *around, subprocess("booking", *ended)),
        "cancel-end-in-scope-of-transaction": document(
            "refused",
            *around,
            transaction("booking", start("begin"), inner, end("done"), path("begin", "scope", "done")),
        ),
        "cancel-boundary-of-scope": document(
            "refused", *around, subprocess("booking", start("begin"), end("done"), path("begin", "done")), guards[0]
        ),
    }
