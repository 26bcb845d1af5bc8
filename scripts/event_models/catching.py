"""What is waited for on the way: intermediate catch events, receive tasks, event-based gateways."""

from bpmn_writing import (
    boundary,
    catch,
    condition,
    document,
    element,
    end,
    external,
    flow,
    gateway,
    link,
    message,
    path,
    receive,
    signal,
    start,
    subprocess,
    throw,
    timer,
    user,
)
from event_models.definitions import WAITING, Models


def models() -> Models:
    """All of them."""
    return _catches() | _tasks() | _gateways() | _same_event() | {"link-catch": _link(), "link-loop": _link_loop()}


def _beside(key: str, waiting: str) -> bytes:
    """``waiting`` has the id ``waits``; a task stands beside it, and a join after both."""
    rest = [start(), gateway("parallel", "fork"), user("work"), user("after"), gateway("parallel", "join"), end()]
    flows = path("start", "fork", "waits", "after", "join", "end") + path("fork", "work", "join")
    return document(key, waiting, *rest, flows)


def counted(task: str, back: str, on: str) -> list[str]:
    """A task after which the way leads back twice, and then on."""
    inner = '<camunda:outputParameter name="input">${input + 1}</camunda:outputParameter>'
    mapped = f"<extensionElements><camunda:inputOutput>{inner}</camunda:inputOutput></extensionElements>"
    decide = gateway("exclusive", f"after-{task}", default=f"after-{task}-{on}")
    returned = flow(f"after-{task}", back, "${input &lt; 4}")
    return [element("userTask", task, mapped, name=task), decide, path(task, f"after-{task}", on), returned]


def _catches() -> Models:
    found = {f"{name}-catch": _beside(f"{name}-catch", catch("waits", one)) for name, one in WAITING.items()}
    for name, one in WAITING.items():
        key = f"{name}-catch-async"
        around = {"camunda_asyncBefore": "true", "camunda_asyncAfter": "true"}
        found[key] = _beside(key, catch("waits", one, **around))
        key = f"{name}-catch-loop"
        parts = [
            start(),
            catch("waits", one),
            *counted("again", "waits", "end"),
            end(),
            path("start", "waits", "again"),
        ]
        found[key] = document(key, *parts)
    key = "conditional-catch-true-at-once"
    found[key] = _beside(key, catch("waits", condition("${amount == 150}")))
    key = "conditional-catch-unknown-variable"
    found[key] = _beside(key, catch("waits", condition("${ready}")))
    return found


def _tasks() -> Models:
    found = {
        "receive-task": _beside("receive-task", receive("waits", "news")),
        "receive-task-without-message": _beside("receive-task-without-message", receive("waits")),
        "send-task": _beside("send-task", external("waits", "sendTask")),
    }
    around = {"camunda_asyncBefore": "true", "camunda_asyncAfter": "true"}
    found["receive-task-async"] = _beside("receive-task-async", receive("waits", "news", **around))
    found["send-task-async"] = _beside("send-task-async", external("waits", "sendTask", **around))
    return found


def choice(identifier: str, after: str, *names: str, suffix: str = "") -> list[str]:
    """An event-based gateway with a catch event and a task for each definition, which all lead to ``after``."""
    parts = [gateway("eventBased", identifier)]
    for name in names:
        event, task = f"{name}{suffix}", f"{name}-work{suffix}"
        parts += [catch(event, WAITING[name]), user(task), path(identifier, event, task, after)]
    return parts


def _gateways() -> Models:
    around = [start(), end(), path("start", "either")]
    found = {"event-based-gateway": document("event-based-gateway", *around, *choice("either", "end", *WAITING))}
    for name in WAITING:
        key = f"event-based-gateway-{name}"
        other = "timer" if name == "message" else "message"
        found[key] = document(key, *around, *choice("either", "end", name, other))
    key = "event-based-gateway-beside"
    parts = [start(), gateway("parallel", "fork"), user("work"), gateway("parallel", "join"), end()]
    parts += [*choice("either", "merge", "message", "signal"), gateway("exclusive", "merge")]
    flows = path("start", "fork", "either") + path("merge", "join", "end") + path("fork", "work", "join")
    found[key] = document(key, *parts, flows)
    key = "event-based-gateway-loop"
    parts = [*around, *choice("either", "again", "message", "timer"), *counted("again", "either", "end")]
    found[key] = document(key, *parts)
    key = "event-based-gateway-in-scope"
    inner = [start("begin"), *choice("either", "done", "message", "conditional"), end("done"), path("begin", "either")]
    guard = [boundary("guard", "scope", signal("alarm")), user("guarded"), end("guarded-end")]
    flows = path("start", "scope", "end") + path("guard", "guarded", "guarded-end")
    found[key] = document(key, start(), subprocess("scope", *inner), end(), *guard, flows)
    key = "event-based-gateway-async"
    found[key] = document(
        key, *around, *[part.replace("<eventBasedGateway ", '<eventBasedGateway camunda:asyncBefore="true" ')
                        for part in choice("either", "end", "message", "timer")]
    )  # fmt: skip
    return found


def _same_event() -> Models:
    """Two that wait for one message, signal, condition or time."""
    found: Models = {}
    for name, one in WAITING.items():
        key = f"{name}-catch-twice"
        parts = [start(), gateway("parallel", "fork"), catch("one", one), catch("other", one), user("one-work")]
        parts += [user("other-work"), gateway("parallel", "join"), end()]
        flows = path("start", "fork", "one", "one-work", "join", "end") + path("fork", "other", "other-work", "join")
        found[key] = document(key, *parts, flows)
    key = "timer-catch-beside-message"
    parts = [start(), gateway("parallel", "fork"), catch("one", timer("PT2H")), catch("other", message("news"))]
    parts += [gateway("parallel", "join"), user("after"), end()]
    found[key] = document(
        key, *parts, path("start", "fork", "one", "join", "after", "end"), path("fork", "other", "join")
    )
    return found


def _link() -> bytes:
    sources = [throw("to-desk", link("desk")), throw("to-desk-too", link("desk")), throw("to-yard", link("yard"))]
    targets = [catch("at-desk", link("desk")), catch("at-yard", link("yard")), user("write"), user("dig"), end()]
    fork = [start(), gateway("parallel", "fork"), user("work"), path("start", "fork", "work", "to-desk-too")]
    flows = path("fork", "to-desk") + path("fork", "to-yard")
    return document(
        "link-catch", *fork, *sources, *targets, flows, path("at-desk", "write", "end"), path("at-yard", "dig", "end")
    )


def _link_loop() -> bytes:
    inner = [
        start("begin"),
        catch("again", link("again")),
        *counted("work", "back", "done"),
        throw("back", link("again")),
    ]
    inner += [end("done"), path("begin", "work"), path("again", "work")]
    guard = [boundary("raise", "scope", condition("${amount > 200}"), beside=True), user("raised"), end("raised-end")]
    flows = path("start", "scope", "end") + path("raise", "raised", "raised-end")
    return document("link-loop", start(), subprocess("scope", *inner), *guard, end(), flows)
