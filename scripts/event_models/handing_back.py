"""What called instances hand back when something is thrown in them, and what is local to a call.

Every file has a process ``main``, and those that it calls, directly or not.
"""

from bpmn_writing import (
    COMPENSATE,
    call,
    compensated,
    documents,
    element,
    end,
    error,
    escalation,
    event_subprocess,
    flow,
    gateway,
    handler,
    mapping,
    passed,
    path,
    signal,
    start,
    subprocess,
    throw,
    user,
)
from event_models.definitions import Models
from multi_instance_models import STYLES, several

_Files = dict[str, dict[str, str]]

_BACK = passed("out", source="result", target="back")
_MAIN = start() + call("call", "called", _BACK) + user("after") + end() + path("start", "call", "after", "end")
_THROWN = {"error": error("oops"), "escalation": escalation("help")}


def models() -> Models:
    """All of them."""
    found: _Files = {"compensated-after-signal": {"main": _after_signal()}}
    for kind, definition in _THROWN.items():
        found |= _caught(kind, definition)
    for style in STYLES:
        found[f"call-local-{style}"] = _local(style)
    return {name: documents(processes) for name, processes in found.items()}


def _computed(identifier: str, name: str, value: str) -> str:
    """A task that sets a variable."""
    return element("serviceTask", identifier, camunda_expression=value, camunda_resultVariable=name)


def _caught(kind: str, definition: str) -> _Files:
    """What is thrown is caught nowhere, in the called instance, or between two."""
    begun = start("begin") + _computed("give", "result", "${7}")
    throws = user("work") + end("thrown", definition)
    alone = begun + throws + path("begin", "give", "work", "thrown")
    fork = begun + gateway("parallel", "fork") + user("other") + path("begin", "give", "fork", "other")
    beside = fork + throws + path("fork", "work", "thrown")
    inside = subprocess("inside", start("in"), throws, path("in", "work", "thrown"))
    deep = fork + inside + path("fork", "inside")
    catches = event_subprocess("handling", start("caught", definition), user("handle"), path("caught", "handle"))
    middle = start("m") + call("inner", "thrower", passed("out", source="result", target="result"))
    between = middle + user("between") + path("m", "inner", "between") + catches
    return {
        f"handed-back-{kind}-uncaught": {"main": _MAIN, "called": beside},
        f"handed-back-{kind}-within": {"main": _MAIN, "called": alone + catches},
        f"handed-back-{kind}-within-beside": {"main": _MAIN, "called": beside + catches},
        f"handed-back-{kind}-within-from-scope": {"main": _MAIN, "called": deep + catches},
        f"handed-back-{kind}-between": {"main": _MAIN, "called": between, "thrower": alone},
        f"begun-anew-{kind}": _begun_anew(definition),
    }


def _begun_anew(definition: str) -> dict[str, str]:
    """An event subprocess calls what throws to it again, once."""
    counts = _computed("count", "level", "${level + 1}") + call("call", "called", passed("in", variables="all"))
    handling = start("caught", definition) + counts + user("handled") + path("caught", "count", "call", "handled")
    main = start() + _computed("set", "level", "${0}") + user("before") + end("first", definition)
    decide = gateway("exclusive", "decide", default="decide-done") + end("done") + end("thrown", definition)
    called = start("begin") + user("work") + decide + path("begin", "work", "decide", "done")
    return {
        "main": main + path("start", "set", "before", "first") + event_subprocess("handling", handling),
        "called": called + flow("decide", "thrown", "${level &lt; 2}"),
    }


def _local(style: str) -> dict[str, str]:
    """Calls of one activity hand over what is local to them, and get something back for themselves."""
    held = (
        passed("in", variables="all", local="true"),
        passed("out", source="item", target="came", local="true"),
        mapping({"own": "${input}"}),
    )
    host = call("call", "called", *held).replace("</callActivity>", f"{several(style, number=None)}</callActivity>")
    return {
        "main": start() + host + user("after") + end() + path("start", "call", "after", "end"),
        "called": start("begin") + user("work") + end("done") + path("begin", "work", "done"),
    }


def _after_signal() -> str:
    """A subprocess is compensated in the command that has completed it, after a signal was thrown."""
    host = subprocess("host", start("begin"), user("work"), end("done"), path("begin", "work", "done"))
    events = throw("calls", signal("alarm")) + throw("thrown", COMPENSATE)
    line = path("start", "host", "calls", "thrown", "after", "end")
    return start() + host + compensated("host") + handler("undo-host") + events + user("after") + end() + line
