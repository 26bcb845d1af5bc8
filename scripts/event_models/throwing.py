"""What is thrown, on the way and at the end, and who catches it."""

from bpmn_writing import (
    TERMINATE,
    WORKER,
    boundary,
    catch,
    document,
    end,
    event_subprocess,
    gateway,
    message,
    path,
    signal,
    start,
    subprocess,
    throw,
    user,
)
from event_models.definitions import ERROR, ESCALATION, STYLES, Models

_WAITS = {"camunda_asyncBefore": "true", "camunda_asyncAfter": "true"}


def models() -> Models:
    """All of them."""
    return _on_the_way() | _signals() | _escalations() | _ends() | _terminations()


def _by_worker(name: str) -> str:
    return message(name, **WORKER)


def _on_the_way() -> Models:
    definitions = {
        "message": _by_worker("news"),
        "message-unsent": message("news"),
        "signal": signal("alarm"),
        "escalation": ESCALATION,
        "none": "",
    }
    found: Models = {}
    for name, one in definitions.items():
        for style, attributes in (("", {}), ("-async", _WAITS)):
            key = f"{name}-throw{style}"
            parts = [start(), user("work"), throw("thrown", one, **attributes), user("after"), end()]
            found[key] = document(key, *parts, path("start", "work", "thrown", "after", "end"))
    return found


def _signals() -> Models:
    """A signal that is caught by all that can: at once by the branch, the boundary and the event subprocesses."""
    found: Models = {}
    for style, beside in STYLES.items():
        waiting = [catch("waits", signal("alarm")), user("waited"), path("fork", "waits", "waited", "end")]
        scope = subprocess("scope", start("begin"), user("inner"), end("done"), path("begin", "inner", "done"))
        guard = boundary("guard", "scope", signal("alarm"), beside=beside) + user("guarded")
        parts = [start(), gateway("parallel", "fork"), user("work"), throw("thrown", signal("alarm")), user("after")]
        flows = path("start", "fork", "work", "thrown", "after", "end") + path("fork", "scope", "end")
        key = f"signal-throw-to-branches-{style}"
        found[key] = document(key, *parts, end(), *waiting, scope, guard, flows, path("guard", "guarded", "end"))
        handling = [start("happened", signal("alarm"), **({"isInterrupting": "false"} if beside else {}))]
        handling += [user("handle"), end("handled"), path("happened", "handle", "handled")]
        own = event_subprocess("handling", *handling)
        key = f"signal-throw-to-event-subprocess-{style}"
        found[key] = document(
            key, *parts, end(), *waiting, own, path("start", "fork", "work", "thrown", "after", "end")
        )
        key = f"signal-end-to-event-subprocess-{style}"
        line = [start(), user("work"), end("thrown", signal("alarm")), path("start", "work", "thrown")]
        found[key] = document(key, *line, own)
        key = f"signal-throw-to-own-scope-{style}"
        line = [start("begin"), user("work"), throw("thrown", signal("alarm")), user("more"), end("done")]
        inner = subprocess("scope", *line, path("begin", "work", "thrown", "more", "done"))
        rest = [start(), end(), user("after"), path("start", "scope", "after", "end"), path("guard", "guarded", "end")]
        found[key] = document(key, inner, guard, *rest)
    return found


def _escalations() -> Models:
    """Caught by an event subprocess before the boundary around it, by the outer one, or by nobody."""
    found: Models = {}
    for style, beside in STYLES.items():
        handling = [start("happened", ESCALATION, **({"isInterrupting": "false"} if beside else {}))]
        handling += [user("handle"), end("handled"), path("happened", "handle", "handled")]
        for place, thrown in (("throw", throw("thrown", ESCALATION)), ("end", "")):
            last = "done" if thrown else "thrown"
            ending = end("done") if thrown else end("thrown", ESCALATION)
            line = [start("begin"), user("work"), thrown, ending]
            flows = path("begin", "work", "thrown", last) if thrown else path("begin", "work", "thrown")
            scope = subprocess("scope", *line, flows, event_subprocess("handling", *handling))
            guard = boundary("guard", "scope", ESCALATION) + user("guarded") + path("guard", "guarded", "end")
            key = f"escalation-{place}-to-event-subprocess-{style}"
            rest = [start(), user("after"), end(), path("start", "scope", "after", "end")]
            found[key] = document(key, *rest, scope, guard)
            key = f"escalation-{place}-to-boundary-{style}"
            outer = (
                boundary("guard", "scope", ESCALATION, beside=beside)
                + user("guarded")
                + path("guard", "guarded", "end")
            )
            found[key] = document(key, *rest, subprocess("scope", *line, flows), outer)
    return found


def _ends() -> Models:
    definitions = {
        "none": "",
        "message": _by_worker("news"),
        "message-unsent": message("news"),
        "signal": signal("alarm"),
        "escalation": ESCALATION,
        "error": ERROR,
        "terminate": TERMINATE,
    }
    found: Models = {}
    for name, one in definitions.items():
        key = f"{name}-end"
        line = [start(), user("work"), end("last", one), path("start", "work", "last")]
        found[key] = document(key, *line)
        key = f"{name}-end-async"
        found[key] = document(
            key, start(), user("work"), end("last", one, camunda_asyncBefore="true"), path("start", "work", "last")
        )
        key = f"{name}-end-in-scope"
        fork = [start("begin"), gateway("parallel", "fork"), user("work"), user("other"), end("last", one), end("done")]
        inner = [*fork, path("begin", "fork", "work", "last"), path("fork", "other", "done")]
        around = [start(), user("after"), end(), path("start", "scope", "after", "end")]
        found[key] = document(key, subprocess("scope", *inner), *around)
    return found


def _terminations() -> Models:
    found: Models = {}
    fork = [
        start(),
        gateway("parallel", "fork"),
        user("work"),
        end("last", TERMINATE),
        path("start", "fork", "work", "last"),
    ]
    key = "terminate-end-beside-waiting"
    waiting = [
        catch("waits", message("news")),
        user("waited"),
        end("waited-end"),
        path("fork", "waits", "waited", "waited-end"),
    ]
    host = [
        subprocess("scope", start("begin"), user("inner"), end("done"), path("begin", "inner", "done")),
        path("fork", "scope", "end"),
    ]
    guard = [
        boundary("guard", "scope", signal("alarm"), beside=True),
        user("guarded"),
        path("guard", "guarded", "end"),
        end(),
    ]
    found[key] = document(key, *fork, *waiting, *host, *guard)
    for style, beside in STYLES.items():
        key = f"terminate-end-with-event-subprocess-{style}"
        handling = [start("happened", message("news"), **({"isInterrupting": "false"} if beside else {}))]
        handling += [user("handle"), end("handled"), path("happened", "handle", "handled")]
        found[key] = document(key, *fork, user("other"), path("fork", "other"), event_subprocess("handling", *handling))
    return found
