"""Models of multi-instance activities: what can be repeated, how it ends, and what happens at the edge of the body."""

from collections.abc import Mapping

from bpmn_writing import (
    TERMINATE,
    WORKER,
    boundary,
    condition,
    document,
    element,
    end,
    error,
    escalation,
    event_subprocess,
    external,
    flow,
    gateway,
    message,
    path,
    signal,
    start,
    subprocess,
    throw,
    timer,
    user,
)

#: A model by its name.
Models = dict[str, bytes]
STYLES = {"parallel": "false", "sequential": "true"}
_LIST = "${S('[&quot;a&quot;, &quot;b&quot;, &quot;c&quot;]').elements()}"
_LATER = {"camunda_asyncBefore": "true", "camunda_asyncAfter": "true"}
_BEFORE = {"camunda_asyncBefore": "true"}
#: Kinds whose execution ends with them: others have one of their own, which the vendor keeps until the job is done.
_LATER_AFTER = ("user", "task")
_NOW: Mapping[str, str] = {}
_INNER = (start("begin"), user("inner"), end("done"), path("begin", "inner", "done"))
_GUARDS = {
    "message": message("news"),
    "signal": signal("alarm"),
    "conditional": condition("${amount > 200}"),
    "timer": timer("PT1H"),
}


def several(style: str, *content: str, number: int | None = 3, later: Mapping[str, str] = _NOW) -> str:
    """How often an activity is carried out: so many times, or once for each of three texts; ``later`` by jobs."""
    attributes = dict(later)
    if number is None:
        attributes |= {"camunda_collection": _LIST, "camunda_elementVariable": "item"}
    else:
        content = (f"<loopCardinality>{number}</loopCardinality>", *content)
    written = "".join(f' {name.replace("camunda_", "camunda:")}="{value}"' for name, value in attributes.items())
    sequential = STYLES[style]
    tag = "multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{sequential}"{written}>{"".join(content)}</{tag}>'


def until(text: str) -> str:
    """When the rest need not be carried out any more."""
    return f"<completionCondition>{text}</completionCondition>"


def _inputs() -> str:
    parameter = '<camunda:inputParameter name="label">${loopCounter}: ${item}</camunda:inputParameter>'
    return f"<extensionElements><camunda:inputOutput>{parameter}</camunda:inputOutput></extensionElements>"


def _repeated(kind: str, loop: str, extension: str = "", **attributes: str) -> str:
    """An activity of a kind that is repeated; its id is ``host``."""
    if kind == "scope":
        return subprocess("host", extension, loop, *_INNER, **attributes)
    name, more = {
        "user": ("userTask", {"name": "host"}),
        "worker": ("serviceTask", WORKER),
        "send": ("sendTask", WORKER),
        "rule": ("businessRuleTask", WORKER),
        "receive": ("receiveTask", {"messageRef": "letter"}),
        "wait": ("receiveTask", {}),
        "task": ("task", {}),
        "manual": ("manualTask", {}),
    }[kind]
    return element(name, "host", extension, loop, **more, **attributes)


def _alone(key: str, host: str, *more: str) -> bytes:
    return document(key, host, start(), user("after"), end(), path("start", "host", "after", "end"), *more)


def models() -> Models:
    """All of them."""
    found: Models = {}
    for style in STYLES:
        for part in (_kinds, _ways_to_end, _later, _edges, _inside, _around):
            found |= {f"{name}-{style}": content for name, content in part(style).items()}
    return found


def _kinds(style: str) -> Models:
    kinds = ("user", "worker", "send", "rule", "receive", "wait", "task", "manual", "scope")
    found = {f"of-{kind}": _alone(f"of-{kind}", _repeated(kind, several(style, number=None))) for kind in kinds}
    for kind in ("user", "worker", "task", "scope"):
        key = f"inputs-of-{kind}"  # where they fail is recorded, too
        found[key] = _alone(key, _repeated(kind, several(style, number=None), _inputs()))
    return found


def _ways_to_end(style: str) -> Models:
    found: Models = {}
    first = until("${nrOfCompletedInstances == 1}")
    for kind in ("user", "worker", "task", "scope"):
        key = f"until-{kind}"
        found[key] = _alone(key, _repeated(kind, several(style, first)))
    most = until("${nrOfCompletedInstances / nrOfInstances >= 0.5}")
    found["until-half"] = _alone("until-half", _repeated("user", several(style, most, number=4)))
    for kind in ("user", "scope"):
        found[f"none-{kind}"] = _alone(f"none-{kind}", _repeated(kind, several(style, number=0)))
    found["none-last"] = document(
        "none-last", _repeated("user", several(style, number=0)), start(), path("start", "host")
    )
    found["not-boolean"] = _alone("not-boolean", _repeated("user", several(style, until("${1 + 1}"))))
    host = _repeated("user", several(style, number=None).replace(_LIST, "amount"))
    found["no-collection"] = document("no-collection", start(), user("before"), host, path("start", "before", "host"))
    return found


def _later(style: str) -> Models:
    found: Models = {}
    for kind in ("user", "worker", "receive", "task", "scope"):
        key = f"later-{kind}"
        found[key] = _alone(
            key, _repeated(kind, several(style, number=None, later=_LATER if kind in _LATER_AFTER else _BEFORE))
        )
    found["later-body"] = _alone("later-body", _repeated("user", several(style), **_LATER))
    priority = {"camunda_jobPriority": "7"}
    loop = several(style, until("${nrOfCompletedInstances == 2}"), later=_LATER)
    found["later-both"] = _alone("later-both", _repeated("user", loop, **_LATER, **priority))
    return found


def _edges(style: str) -> Models:
    found: Models = {}
    handled = (user("handle"), end("handled"), path("event", "handle", "handled"))
    for name, definition in _GUARDS.items():
        for beside in (False, True):
            key = f"{name}-{'beside' if beside else 'interrupting'}"
            event = boundary("event", "host", definition, beside=beside)
            found[key] = _alone(key, _repeated("user", several(style, number=2)), event, *handled)
    found["timer-scope"] = _alone(
        "timer-scope", _repeated("scope", several(style)), boundary("event", "host", timer("PT1H")), *handled
    )
    found["timer-receive"] = _alone(
        "timer-receive", _repeated("receive", several(style)), boundary("event", "host", timer("PT1H")), *handled
    )
    for kind in ("user", "worker"):
        key = f"error-{kind}"
        found[key] = _alone(key, _repeated(kind, several(style)), boundary("event", "host", error("oops")), *handled)
    for beside in (False, True):
        key = f"escalation-{'beside' if beside else 'interrupting'}"
        event = boundary("event", "host", escalation("help"), beside=beside)
        found[key] = _alone(key, _repeated("user", several(style, number=2)), event, *handled)
    failing = subprocess(
        "host",
        several(style),
        start("begin"),
        user("inner"),
        end("failed", error("oops")),
        path("begin", "inner", "failed"),
    )
    found["error-thrown"] = _alone("error-thrown", failing, boundary("event", "host", error("oops")), *handled)
    asking = subprocess(
        "host",
        several(style, number=2),
        *(start("begin"), throw("asks", escalation("help")), user("inner"), end("done")),
        path("begin", "asks", "inner", "done"),
    )
    event = boundary("event", "host", escalation("help"), beside=True)
    found["escalation-thrown"] = _alone("escalation-thrown", asking, event, *handled)
    return found


def _inside(style: str) -> Models:
    found: Models = {}
    begins = message("news")
    for beside in (False, True):
        key = f"event-subprocess-{'beside' if beside else 'interrupting'}"
        interrupts = {"isInterrupting": "false" if beside else "true"}
        inside = event_subprocess(
            "catches",
            start("caught", begins, **interrupts),
            user("handle"),
            end("handled"),
            path("caught", "handle", "handled"),
        )
        host = subprocess("host", several(style, number=2), *_INNER, inside)
        found[key] = _alone(key, host)
    for other in STYLES:
        key = f"nested-{other}"
        nested = element("userTask", "inner", several(other, number=2), name="inner")
        parts = (start("begin"), nested, end("done"), path("begin", "inner", "done"))
        found[key] = _alone(key, subprocess("host", several(style, number=2), *parts))
    ends = (start("begin"), gateway("parallel", "fork"), user("inner"), user("other"), end("stop", TERMINATE))
    flows = path("begin", "fork", "inner", "stop") + path("fork", "other")
    found["terminate"] = _alone("terminate", subprocess("host", several(style, number=2), *ends, flows))
    joined = (start("begin"), gateway("parallel", "fork"), user("inner"), user("other"), gateway("parallel", "join"))
    flows = path("begin", "fork", "inner", "join", "done") + path("fork", "other", "join")
    found["forked"] = _alone("forked", subprocess("host", several(style, number=2), *joined, end("done"), flows))
    parts = (start("begin"), external("inner"), end("done"), path("begin", "inner", "done"))
    guard = boundary("timeout", "inner", timer("PT1H")) + user("late") + path("timeout", "late")
    found["guarded"] = _alone("guarded", subprocess("host", several(style, number=2), *parts, guard))
    parts = (start("begin"), user("inner", camunda_asyncBefore="true"), end("done"), path("begin", "inner", "done"))
    found["later-inside"] = _alone("later-inside", subprocess("host", several(style, number=2), *parts))
    return found


def _around(style: str) -> Models:
    found: Models = {}
    host = _repeated("user", several(style, number=2))
    beside = (start(), gateway("parallel", "fork"), user("other"), end("stop", TERMINATE), user("after"), end())
    found["terminated"] = document(
        "terminated", host, *beside, path("start", "fork", "host", "after", "end") + path("fork", "other", "stop")
    )
    ways = (start(), user("more"), user("less"), flow("host", "more", "${amount > 200}"), flow("host", "less"))
    found["ways"] = document(
        "ways", _repeated("user", several(style, number=2), default="host-less"), *ways, path("start", "host")
    )
    joins = (start(), gateway("inclusive", "fork"), user("other"), gateway("inclusive", "join"), end())
    found["joined"] = document(
        "joined", host, *joins, path("start", "fork", "host", "join", "end") + path("fork", "other", "join")
    )
    nested = subprocess("around", start("down"), host, end("up"), path("down", "host", "up"))
    guard = boundary("event", "around", message("news")) + user("handle") + path("event", "handle")
    found["in-scope"] = document(
        "in-scope", nested, guard, start(), user("after"), end(), path("start", "around", "after", "end")
    )
    looped = (start(), gateway("exclusive", "repeat"), user("asked"), gateway("exclusive", "decide"), end())
    found["again"] = document(
        "again",
        host,
        *looped,
        path("start", "repeat", "host", "asked", "decide"),
        flow("decide", "repeat", "${amount > 200}"),
        flow("decide", "end", "${amount &lt;= 200}"),
    )
    return found
