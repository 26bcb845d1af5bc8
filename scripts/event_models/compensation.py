"""Compensation: who throws it, what is compensated then, in which order, with which variables."""

from bpmn_writing import (
    COMPENSATE,
    TERMINATE,
    WORKER,
    boundary,
    catch,
    compensated,
    compensation_of,
    condition,
    document,
    element,
    end,
    error,
    event_subprocess,
    flow,
    gateway,
    handler,
    mapped,
    message,
    path,
    receive,
    signal,
    start,
    subprocess,
    throw,
    undoable,
    user,
)
from event_models.definitions import STYLES, Models

_LOG = {"log": "${log}${execution.currentActivityId} "}
_REST = user("after") + end()
#: A scope in which one thing is done that can be compensated.
_INNER = start("begin") + undoable("work") + end("done") + path("begin", "work", "done")


def models() -> Models:
    """All of them."""
    made = _throws() | _scopes() | _inside() | _handlers() | _variables() | _errors() | _ends() | _by_events()
    return {f"compensate-{name}": document(f"compensate-{name}", *parts) for name, parts in made.items()}


Parts = dict[str, list[str]]


def _throws() -> Parts:
    two = [start(), undoable("work"), undoable("more"), _REST]
    three = [start(), *map(_noted, ("one", "two", "three")), user("work"), throw("thrown", COMPENSATE), _REST]
    loop = [start(), undoable("work"), gateway("exclusive", "enough", default="enough-thrown"), _REST]
    again = flow("enough", "work", "${execution.getVariable('times') == null}") + _count("counted")
    fork = [
        start(),
        gateway("parallel", "fork"),
        undoable("work"),
        undoable("other"),
        _REST,
        path("fork", "other", "end"),
    ]
    waits = {"camunda_asyncBefore": "true", "camunda_asyncAfter": "true"}
    line = path("start", "work", "more", "thrown", "after", "end")
    return {
        "throw": [*two, throw("thrown", COMPENSATE), line],
        "throw-async": [*two, throw("thrown", COMPENSATE, **waits), line],
        "throw-one": [*two, throw("thrown", compensation_of("work")), line],
        "throw-of-nothing": [start(), user("work"), user("more"), _REST, throw("thrown", COMPENSATE), line],
        "throw-before": [*two, throw("thrown", COMPENSATE), path("start", "work", "thrown", "more", "after", "end")],
        "throw-twice": [
            *two,
            throw("thrown", COMPENSATE),
            throw("again", COMPENSATE),
            path("start", "work", "more", "thrown", "after", "again", "end"),
        ],
        "throw-one-by-one": [
            *two,
            throw("thrown", compensation_of("more")),
            throw("again", compensation_of("work")),
            path("start", "work", "more", "thrown", "again", "after", "end"),
        ],
        "throw-in-order": [*three, path("start", "one", "two", "three", "work", "thrown", "after", "end")],
        "throw-in-loop": [
            *loop,
            again,
            throw("thrown", COMPENSATE),
            path("start", "work", "counted", "enough") + flow("enough", "thrown", identifier="enough-thrown"),
            path("thrown", "after", "end"),
        ],
        "throw-beside": [*fork, throw("thrown", COMPENSATE), path("start", "fork", "work", "thrown", "after", "end")],
        "boundary-without-handler": [
            start(),
            user("work"),
            boundary("guard", "work", COMPENSATE),
            _REST,
            throw("thrown", COMPENSATE),
            path("start", "work", "thrown", "after", "end"),
        ],
        "boundary-beside": [
            start(),
            user("work"),
            boundary("guard", "work", COMPENSATE, beside=True),
            _REST,
            element("association", "by", sourceRef="guard", targetRef="undo"),
            handler("undo"),
            throw("thrown", COMPENSATE),
            path("start", "work", "thrown", "after", "end"),
        ],
    }


def _noted(identifier: str) -> str:
    """A task that is passed, and one that notes that it compensates."""
    undo = element("task", f"undo-{identifier}", mapped(outputs=_appended(identifier)), isForCompensation="true")
    return element("task", identifier, mapped(outputs=_appended(identifier))) + compensated(identifier) + undo


def _appended(identifier: str) -> dict[str, str]:
    return {f"did_{identifier}": "${execution.variableNames.size()} ${execution.currentActivityId}"}


def _count(identifier: str) -> str:
    """A task that sets a variable when it is passed for the second time."""
    return element(
        "task", identifier, mapped(outputs={"times": "${execution.hasVariable('first') ? 2 : null}", "first": "1"})
    )


def _scopes() -> Parts:
    around = [start(), _REST, throw("thrown", COMPENSATE)]
    line = path("start", "scope", "more", "thrown", "after", "end")
    deep = subprocess(
        "inner", start("in"), undoable("deep"), user("last"), end("out"), path("in", "deep", "last", "out")
    )
    nested = [start("begin"), deep, undoable("work"), end("done"), path("begin", "inner", "work", "done")]
    rest = [*around, undoable("more"), line]
    own = compensated("scope") + handler("undo-scope")
    return {
        "scope": [*rest, subprocess("scope", _INNER)],
        "scope-nested": [*rest, subprocess("scope", *nested)],
        "scope-by-name": [
            start(),
            _REST,
            throw("thrown", compensation_of("scope")),
            undoable("more"),
            line,
            subprocess("scope", _INNER),
        ],
        "scope-with-handler": [*rest, subprocess("scope", _INNER), own],
        "scope-with-handler-by-name": [
            start(),
            _REST,
            throw("thrown", compensation_of("scope")),
            undoable("more"),
            line,
            subprocess("scope", _INNER),
            own,
        ],
        "scope-with-handler-only": [
            *rest,
            own,
            subprocess("scope", start("begin"), user("work"), end("done"), path("begin", "work", "done")),
        ],
        "scope-in-loop": [
            start(),
            _REST,
            throw("thrown", COMPENSATE),
            subprocess("scope", _INNER),
            _count("counted"),
            gateway("exclusive", "enough", default="enough-thrown"),
            flow("enough", "scope", "${execution.getVariable('times') == null}"),
            flow("enough", "thrown", identifier="enough-thrown"),
            path("start", "scope", "counted", "enough"),
            path("thrown", "after", "end"),
        ],
        "scope-async": [*rest, subprocess("scope", _INNER, camunda_asyncBefore="true", camunda_asyncAfter="true")],
        "throw-in-scope": [
            start(),
            undoable("first"),
            _REST,
            path("start", "first", "scope", "after", "end"),
            subprocess(
                "scope",
                start("begin"),
                undoable("work"),
                throw("thrown", COMPENSATE),
                user("last"),
                end("done"),
                path("begin", "work", "thrown", "last", "done"),
            ),
        ],
        "scope-interrupted": [
            *rest,
            undoable("guarded"),
            boundary("stop", "scope", message("news")),
            subprocess(
                "scope",
                start("begin"),
                undoable("work"),
                user("last"),
                end("done"),
                path("begin", "work", "last", "done"),
            ),
            path("stop", "guarded", "thrown"),
        ],
    }


def _inside() -> Parts:
    """Event subprocesses that compensate the subprocess around them."""
    thrown = [start("happened", COMPENSATE), user("handle"), end("handled"), path("happened", "handle", "handled")]
    further = [start("happened", COMPENSATE), user("handle"), throw("further", COMPENSATE), user("handle-more")]
    further += [end("handled"), path("happened", "handle", "further", "handle-more", "handled")]
    around = [start(), _REST, throw("thrown", COMPENSATE), undoable("more")]
    line = path("start", "scope", "more", "thrown", "after", "end")
    plain = [start("begin"), user("work"), end("done"), path("begin", "work", "done")]
    deep = subprocess("inner", start("in"), undoable("deep"), end("out"), path("in", "deep", "out"))
    nested = [start("begin"), deep, user("work"), end("done"), path("begin", "inner", "work", "done")]
    by_name = [start(), _REST, throw("thrown", compensation_of("scope")), undoable("more"), line]
    return {
        "event-subprocess-interrupting": [
            *around,
            subprocess("scope", *plain, event_subprocess("handling", *thrown)),
            line,
        ],
        "event-subprocess-by-name": [*by_name, subprocess("scope", *plain, event_subprocess("handling", *thrown))],
        "event-subprocess-instead": [*around, subprocess("scope", _INNER, event_subprocess("handling", *thrown)), line],
        "event-subprocess-further": [
            *around,
            subprocess("scope", _INNER, event_subprocess("handling", *further)),
            line,
        ],
        "event-subprocess-nested": [
            *around,
            subprocess("scope", *nested, event_subprocess("handling", *further)),
            line,
        ],
    }


def _handlers() -> Parts:
    around = [start(), user("work"), compensated("work"), undoable("more"), _REST, throw("thrown", COMPENSATE)]
    line = path("start", "work", "more", "thrown", "after", "end")
    scope = [start("begin"), user("inner"), end("done"), path("begin", "inner", "done")]
    deep = [
        start("begin"),
        undoable("inner"),
        throw("within", COMPENSATE),
        end("done"),
        path("begin", "inner", "within", "done"),
    ]
    undo = {"isForCompensation": "true"}
    return {
        "handler-worker": [*around, element("serviceTask", "undo-work", **WORKER, **undo), line],
        "handler-task": [*around, element("task", "undo-work", **undo), line],
        "handler-receive": [*around, receive("undo-work", "news", **undo), line],
        "handler-send": [*around, element("sendTask", "undo-work", **WORKER, **undo), line],
        "handler-scope": [*around, subprocess("undo-work", *scope, **undo), line],
        "handler-scope-that-throws": [*around, subprocess("undo-work", *deep, **undo), line],
        "handler-async-before": [*around, handler("undo-work", camunda_asyncBefore="true"), line],
        "handler-async-after": [*around, handler("undo-work", camunda_asyncAfter="true"), line],
        "handler-shared": [
            start(),
            user("work"),
            user("more"),
            compensated("work"),
            compensated("more", "undo-work"),
            handler("undo-work"),
            _REST,
            throw("thrown", COMPENSATE),
            line,
        ],
    }


def _variables() -> Parts:
    local = mapped({"local": "${amount}"})
    inside = [
        local,
        start("begin"),
        undoable("work"),
        element("task", "change", mapped(outputs={"local": "9", "outer": "1"})),
    ]
    inside += [end("done"), path("begin", "work", "change", "done")]
    line = path("start", "scope", "later", "thrown", "after", "end")
    later = element("task", "later", mapped(outputs={"outer": "2", "local": "3"}))
    thrown = throw("thrown", COMPENSATE)
    mapping = throw("thrown", mapped({"given": "${amount}"}, {"taken": "${given}"}) + COMPENSATE)
    both = mapped({"local": "${amount}"}, {"result": "${local}"})
    return {
        "variables-of-scope": [start(), subprocess("scope", *inside), later, thrown, _REST, line],
        "variables-of-scope-with-outputs": [start(), subprocess("scope", both, _INNER), later, thrown, _REST, line],
        "variables-of-thrower": [
            start(),
            undoable("work"),
            mapping,
            _REST,
            path("start", "work", "thrown", "after", "end"),
        ],
        "variables-of-handler": [
            start(),
            user("work"),
            compensated("work"),
            _REST,
            throw("thrown", COMPENSATE),
            element(
                "userTask",
                "undo-work",
                mapped({"before": "${amount}"}, {"undone": "${before}"}),
                name="undo-work",
                isForCompensation="true",
            ),
            path("start", "work", "thrown", "after", "end"),
        ],
    }


def _errors() -> Parts:
    line = path("start", "work", "more", "thrown", "after", "end")
    plain = [start(), undoable("work"), undoable("more"), throw("thrown", COMPENSATE), _REST, line]
    handling = [start("happened", error("oops")), user("handle"), end("handled"), path("happened", "handle", "handled")]
    inner = [
        start("begin"),
        undoable("work"),
        throw("thrown", COMPENSATE),
        end("done"),
        path("begin", "work", "thrown", "done"),
    ]
    guard = [boundary("guard", "scope", error("oops")), user("guarded"), path("guard", "guarded", "end")]
    outside = [start(), throw("thrown", COMPENSATE), _REST, *guard, path("start", "scope", "thrown", "after", "end")]
    return {
        "error-caught-by-scope": [
            start(),
            subprocess("scope", *inner),
            _REST,
            path("start", "scope", "after", "end"),
            *guard,
        ],
        "error-caught-by-event-subprocess": [*plain, event_subprocess("handling", *handling)],
        "error-at-completed-scope": [*outside, subprocess("scope", _INNER)],
    }


def _ends() -> Parts:
    line = path("start", "work", "more", "thrown")
    inner = [start("begin"), gateway("parallel", "fork"), undoable("work"), user("other"), end("done")]
    inner += [end("thrown", COMPENSATE), path("begin", "fork", "work", "thrown"), path("fork", "other", "done")]
    fork = [start(), gateway("parallel", "fork"), undoable("work"), user("other"), throw("thrown", COMPENSATE), _REST]
    fork += [path("start", "fork", "work", "thrown", "after", "end"), path("fork", "other", "last")]
    return {
        "end": [start(), undoable("work"), undoable("more"), end("thrown", COMPENSATE), line],
        "end-async": [
            start(),
            undoable("work"),
            undoable("more"),
            end("thrown", COMPENSATE, camunda_asyncBefore="true"),
            line,
        ],
        "end-one": [start(), undoable("work"), undoable("more"), end("thrown", compensation_of("more")), line],
        "end-in-scope": [start(), subprocess("scope", *inner), _REST, path("start", "scope", "after", "end")],
        "terminated": [*fork, end("last", TERMINATE)],
    }


def _by_events() -> Parts:
    """What is thrown in an event subprocess, and what happens at a scope that compensates."""
    found: Parts = {}
    begun = start("happened", message("news"), isInterrupting="false")
    handling = [begun, undoable("handle"), end("done"), path("happened", "handle", "done")]
    plain = [
        start(),
        undoable("work"),
        throw("thrown", COMPENSATE),
        _REST,
        path("start", "work", "thrown", "after", "end"),
    ]
    found["completed-event-subprocess"] = [*plain, event_subprocess("handling", *handling)]
    waits = catch("waits", condition("${amount > 200}")) + user("waited") + path("fork", "waits", "waited", "end")
    fork = [start(), gateway("parallel", "fork"), undoable("work"), throw("thrown", COMPENSATE), _REST, waits]
    found["beside-condition"] = [*fork, path("start", "fork", "work", "thrown", "after", "end")]
    for style, beside in STYLES.items():
        begun = start("happened", message("news"), **({"isInterrupting": "false"} if beside else {}))
        handling = [begun, undoable("handle"), throw("thrown", COMPENSATE), user("handled"), end("done")]
        own = event_subprocess("handling", *handling, path("happened", "handle", "thrown", "handled", "done"))
        scope = subprocess(
            "scope", start("begin"), undoable("inner"), end("inner-done"), path("begin", "inner", "inner-done")
        )
        line = path("start", "scope", "work", "after", "end")
        found[f"in-event-subprocess-{style}"] = [start(), scope, undoable("work"), _REST, own, line]
        inner = [start("begin"), undoable("work"), throw("thrown", COMPENSATE), user("last"), end("done")]
        inner += [path("begin", "work", "thrown", "last", "done")]
        guard = (
            boundary("guard", "scope", signal("alarm"), beside=beside)
            + user("guarded")
            + path("guard", "guarded", "end")
        )
        found[f"guarded-scope-{style}"] = [start(), subprocess("scope", *inner), _REST, guard]
        found[f"guarded-scope-{style}"] += [path("start", "scope", "after", "end")]
        completed = (
            boundary("guard", "scope", message("news"), beside=beside)
            + user("guarded")
            + path("guard", "guarded", "end")
        )
        found[f"completed-guarded-scope-{style}"] = [start(), subprocess("scope", _INNER), completed, _REST]
        found[f"completed-guarded-scope-{style}"] += [
            throw("thrown", COMPENSATE),
            path("start", "scope", "thrown", "after", "end"),
        ]
    return found
