"""Boundary events: each event at each host that the vendor lets it hang on, interrupting or not."""

from bpmn_writing import (
    boundary,
    document,
    element,
    end,
    error,
    escalation,
    event_subprocess,
    external,
    message,
    path,
    receive,
    start,
    subprocess,
    throw,
    user,
)
from event_models.definitions import ERROR, ESCALATION, STYLES, WAITING, Models

_INNER = (start("inner-start"), user("inner"), end("inner-end"), path("inner-start", "inner", "inner-end"))
#: Hosts by the names that files call them; each has the id ``host``.
_HOSTS = {
    "user": user("host"),
    "worker": external("host"),
    "scope": subprocess("host", *_INNER),
    "receive": receive("host", "letter"),
    "send": external("host", "sendTask"),
    "task": element("task", "host"),
}


def models() -> Models:
    """All of them."""
    return _each() | _of_event_subprocess() | _errors() | _escalations() | _several() | _async()


def _guarded(key: str, host: str, definition: str, *, beside: bool = False, **attributes: str) -> bytes:
    event = boundary("event", "host", definition, beside=beside, **attributes)
    rest = [start(), user("after"), end(), user("handle"), end("handled")]
    return document(key, host, event, *rest, path("start", "host", "after", "end"), path("event", "handle", "handled"))


def _each() -> Models:
    found: Models = {}
    for style, beside in STYLES.items():
        for host, content in _HOSTS.items():
            for name, definition in WAITING.items():
                if not (name == "timer" and host in ("user", "worker", "scope")):  # these stand beside this folder
                    key = f"{name}-boundary-{host}-{style}"
                    found[key] = _guarded(key, content, definition, beside=beside)
    return found


def _of_event_subprocess() -> Models:
    found: Models = {}
    for style, beside in STYLES.items():
        for name, definition in (WAITING | {"escalation": ESCALATION}).items():
            key = f"{name}-boundary-event-subprocess-{style}"
            thrown = throw("asks", ESCALATION) if name == "escalation" else throw("asks")
            parts = [start("begin", message("letter")), user("inner"), thrown, end("done")]
            host = event_subprocess("host", *parts, path("begin", "inner", "asks", "done"))
            event = boundary("event", "host", definition, beside=beside)
            rest = [start(), user("work"), end(), user("handle"), end("handled")]
            flows = path("start", "work", "end") + path("event", "handle", "handled")
            found[key] = document(key, host, event, *rest, flows)
    key = "error-boundary-event-subprocess"
    host = event_subprocess(
        "host", start("begin", message("letter")), external("inner"), end("done", ERROR), path("begin", "inner", "done")
    )
    rest = [start(), user("work"), end(), user("handle"), end("handled")]
    flows = path("start", "work", "end") + path("event", "handle", "handled")
    found[key] = document(key, host, boundary("event", "host", ERROR), *rest, flows)
    return found


def _errors() -> Models:
    failing = subprocess(
        "host", start("inner-start"), external("inner"), end("failed", ERROR), path("inner-start", "inner", "failed")
    )
    found = {
        f"error-boundary-{host}": _guarded(f"error-boundary-{host}", _HOSTS[host], ERROR)
        for host in ("user", "worker", "send")
    }
    found["error-boundary-beside"] = _guarded("error-boundary-beside", _HOSTS["worker"], ERROR, beside=True)
    found["error-boundary-scope"] = _guarded("error-boundary-scope", failing, ERROR)
    key = "error-boundary-variables"
    variables = {"camunda_errorCodeVariable": "code", "camunda_errorMessageVariable": "text"}
    found[key] = _guarded(key, failing, error(**variables))
    key = "error-boundary-by-code"
    other = boundary("event", "host", error("else")) + boundary("any", "host", error()) + boundary("one", "host", ERROR)
    rest = [start(), end(), user("handle"), user("handle-any"), user("handle-one")]
    flows = (
        path("start", "host", "end") + path("event", "handle") + path("any", "handle-any") + path("one", "handle-one")
    )
    found[key] = document(key, failing, other, *rest, flows)
    return found


def _escalations() -> Models:
    found: Models = {}
    asking = [start("inner-start"), throw("asks", ESCALATION), user("inner"), end("inner-end", escalation("more"))]
    scope = subprocess("host", *asking, path("inner-start", "asks", "inner", "inner-end"))
    for style, beside in STYLES.items():
        for host, content in (("user", _HOSTS["user"]), ("scope", scope)):
            key = f"escalation-boundary-{host}-{style}"
            found[key] = _guarded(key, content, ESCALATION, beside=beside)
        key = f"escalation-boundary-any-{style}"
        found[key] = _guarded(key, scope, escalation(camunda_escalationCodeVariable="code"), beside=beside)
        key = f"escalation-boundary-outer-{style}"
        middle = subprocess("middle", start("down"), scope, end("up"), path("down", "host", "up"))
        rest = [start(), user("after"), end(), user("handle"), end("handled"), path("start", "middle", "after", "end")]
        outer = boundary("event", "middle", ESCALATION, beside=beside) + path("event", "handle", "handled")
        found[key] = document(key, middle, outer, *rest)
    return found


def _several() -> Models:
    found: Models = {}
    for style, beside in STYLES.items():
        key = f"boundaries-of-one-host-{style}"
        events = [boundary(name, "host", one, beside=beside) for name, one in WAITING.items()]
        parts = [start(), user("host"), user("handle"), end(), end("handled")]
        flows = [path("start", "host", "end"), path("handle", "handled"), *[path(name, "handle") for name in WAITING]]
        found[key] = document(key, *events, *parts, *flows)
        for name in ("signal", "message"):
            key = f"boundaries-same-{name}-{style}"
            found[key] = _inner_and_outer(key, WAITING[name], beside=beside)
    key = "boundaries-mixed"
    events = [boundary("halted", "host", message("halt")), boundary("noting", "host", message("note"), beside=True)]
    parts = [start(), subprocess("host", *_INNER), user("noted"), user("stopped"), end()]
    ways = path("start", "host", "end") + path("halted", "stopped", "end") + path("noting", "noted", "end")
    found[key] = document(key, *events, *parts, ways)
    return found


def _inner_and_outer(key: str, definition: str, *, beside: bool) -> bytes:
    inner = [start("begin"), user("work"), boundary("inner", "work", definition, beside=beside), end("done")]
    inner += [user("inner-handle"), path("begin", "work", "done"), path("inner", "inner-handle", "done")]
    outer = boundary("outer", "scope", definition, beside=beside)
    rest = [start(), user("outer-handle"), end(), path("start", "scope", "end"), path("outer", "outer-handle", "end")]
    return document(key, subprocess("scope", *inner), outer, *rest)


def _async() -> Models:
    found: Models = {}
    for style, beside in STYLES.items():
        for name in ("message", "conditional"):
            key = f"{name}-boundary-async-{style}"
            host = user("host", camunda_asyncBefore="true")
            found[key] = _guarded(key, host, WAITING[name], beside=beside, camunda_asyncAfter="true")
    return found
