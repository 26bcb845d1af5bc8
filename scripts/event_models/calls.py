"""Processes that call others: what goes in and comes out, what is thrown across the border, and what ends with what.

Every file has a process ``main``, and those that it calls, directly or not.
"""

from bpmn_writing import (
    TERMINATE,
    boundary,
    call,
    catch,
    condition,
    documents,
    end,
    error,
    escalation,
    event_subprocess,
    external,
    flow,
    gateway,
    mapping,
    message,
    passed,
    path,
    receive,
    signal,
    start,
    subprocess,
    throw,
    timer,
    user,
)
from event_models.definitions import STYLES, Models

_ALL = (passed("in", variables="all"), passed("out", variables="all"))
_AFTER = user("after") + end() + path("start", "call", "after", "end")
_WORK = start("begin") + user("work") + end("done") + path("begin", "work", "done")
_AT_ONCE = start("begin") + end("done") + path("begin", "done")


def models() -> Models:
    """All of them."""
    made = {**_plain(), **_passing(), **_nested(), **_errors(), **_escalations(), **_signals(), **_ends(), **_failing()}
    return {name: documents(processes) for name, processes in made.items()}


_Files = dict[str, dict[str, str]]


def _main(*extensions: str, called: str = "called", more: str = "", **attributes: str) -> str:
    """A process that calls another, and goes on with a task."""
    return start() + call("call", called, *extensions, **attributes) + _AFTER + more


def _set(name: str, value: str) -> str:
    """A task that sets a variable of its process by an output parameter."""
    held = f"<extensionElements>{mapping({}, {name: value})}</extensionElements>"
    return f'<userTask id="set" name="set">{held}</userTask>'


_GIVES = start("begin") + _set("result", "${7}") + end("done") + path("begin", "set", "done")


def _plain() -> _Files:
    fork = start() + gateway("parallel", "fork") + user("beside") + gateway("parallel", "join")
    waiting = {
        "message": catch("waits", message("news")),
        "timer": catch("waits", timer("PT1H")),
        "signal": catch("waits", signal("alarm")),
        "receive": receive("waits"),
        "worker": external("waits"),
    }
    found: _Files = {
        "user": {"main": _main(), "called": _WORK},
        "at-once": {"main": _main(), "called": _AT_ONCE},
        "async": {"main": _main(camunda_asyncBefore="true", camunda_asyncAfter="true"), "called": _AT_ONCE},
        "async-called": {
            "main": _main(),
            "called": start("begin", camunda_asyncBefore="true")
            + user("work")
            + end("done")
            + path("begin", "work", "done"),
        },
        "expression": {"main": _main(called="call${1 == 1 ? 'ed' : ''}"), "called": _WORK},
        "deployment": {"main": _main(camunda_calledElementBinding="deployment"), "called": _WORK},
        "version": {
            "main": _main(camunda_calledElementBinding="version", camunda_calledElementVersion="1"),
            "called": _WORK,
        },
        "in-fork": {
            "main": fork
            + call("call", "called")
            + user("after")
            + end()
            + path("start", "fork", "beside", "join", "after", "end")
            + path("fork", "call", "join"),
            "called": _AT_ONCE,
        },
        "in-fork-first": {
            "main": fork
            + call("call", "called")
            + user("after")
            + end()
            + path("start", "fork", "call", "join", "after", "end")
            + path("fork", "beside", "join"),
            "called": start("begin")
            + gateway("parallel", "both")
            + user("one")
            + user("two")
            + end("done")
            + path("begin", "both", "one", "done")
            + path("both", "two", "done"),
        },
        "in-scope": {
            "main": start()
            + subprocess("scope", start("inner"), call("call", "called"), path("inner", "call"))
            + user("after")
            + path("start", "scope", "after"),
            "called": _WORK,
        },
        "twice": {
            "main": fork
            + call("one", "called")
            + call("two", "called")
            + end()
            + path("start", "fork", "one", "join", "end")
            + path("fork", "two", "join")
            + path("fork", "beside", "join"),
            "called": _WORK,
        },
        "conditional": {
            "main": start()
            + call("call", "called", passed("out", source="result", target="result"))
            + boundary("guard", "call", condition("${result == 7}"))
            + user("guarded")
            + user("after")
            + path("start", "call", "after")
            + path("guard", "guarded"),
            "called": _GIVES,
        },
    }
    return found | {
        f"waiting-{kind}": {
            "main": _main(),
            "called": start("begin") + part + end("done") + path("begin", "waits", "done"),
        }
        for kind, part in waiting.items()
    }


def _passing() -> _Files:
    named = (
        passed("in", businessKey="#{input}-key"),
        passed("in", source="input", target="taken"),
        passed("in", sourceExpression="${amount + 1}", target="computed"),
        passed("in", source="unknown", target="nothing"),
        passed("out", source="result", target="result"),
        passed("out", sourceExpression="${result + 1}", target="more"),
        passed("out", source="unknown", target="missing"),
    )
    around = mapping({"inner": "${input}", "amount": "inner"}, {"outcome": "${back}"})
    local = (
        passed("in", variables="all", local="true"),
        passed("out", source="result", target="back", local="true"),
    )
    order = (
        passed("in", source="input", target="amount"),
        passed("in", variables="all"),
        passed("in", sourceExpression="${approved}", target="input"),
        passed("out", variables="all"),
        passed("out", sourceExpression="${result * 2}", target="result"),
    )
    shown = mapping(
        {
            "key": "${execution.processBusinessKey}",
            "above": "${execution.superExecution.currentActivityId}",
            "theirs": "${execution.superExecution.getVariable('amount')}",
            "apart": "${execution.rootProcessInstanceId == execution.processInstanceId}",
        }
    )
    seeing = f'<userTask id="work"><extensionElements>{shown}</extensionElements></userTask>'
    return {
        "nothing-passed": {"main": _main(), "called": _GIVES},
        "all": {"main": _main(*_ALL), "called": _GIVES},
        "named": {"main": _main(*named), "called": _GIVES},
        "mapped": {"main": _main(*_ALL, around.replace("${back}", "${result}")), "called": _GIVES},
        "local": {"main": _main(*local, around), "called": _GIVES},
        "local-unmapped": {"main": _main(*local), "called": _GIVES},
        "in-order": {"main": _main(*order), "called": _GIVES},
        "seeing": {
            "main": _main(passed("in", businessKey="#{amount}-x")),
            "called": start("begin") + seeing + end("done") + path("begin", "work", "done"),
        },
    }


def _nested() -> _Files:
    again = (
        start("begin")
        + gateway("exclusive", "enough")
        + call("again", "called", passed("in", sourceExpression="${level + 1}", target="level"))
        + user("deep")
        + user("afterwards")
    )
    ways = path("begin", "enough") + path("again", "afterwards")
    ways += flow("enough", "again", "${level &lt;= 2}") + flow("enough", "deep", "${level > 2}")
    loop = start() + gateway("exclusive", "again") + call("call", "called", *_ALL) + gateway("exclusive", "more")
    return {
        "nested": {
            "main": _main(called="middle"),
            "middle": start("m") + call("inner", "called") + user("between") + path("m", "inner", "between"),
            "called": _WORK,
        },
        "itself": {
            "main": _main(passed("in", sourceExpression="${1}", target="level")),
            "called": again + ways,
        },
        "loop": {
            "main": loop
            + user("after")
            + path("start", "again", "call", "more", "after")
            + flow("more", "again", "${!done}"),
            "called": start("begin") + _set("done", "${true}") + end("done") + path("begin", "set", "done"),
        },
    }


def _throwing(*definition: str) -> str:
    """A called process that throws at its end, after a task."""
    return start("begin") + user("work") + end("thrown", *definition) + path("begin", "work", "thrown")


def _errors() -> _Files:
    guard = (
        boundary("guard", "call", error("broken", camunda_errorCodeVariable="code"))
        + user("guarded")
        + path("guard", "guarded")
    )
    any_guard = boundary("guard", "call", error()) + user("guarded") + path("guard", "guarded")
    handler = event_subprocess("handler", start("on", error("broken")), user("handled"), path("on", "handled"))
    middle = (
        start("m")
        + gateway("parallel", "fork")
        + call("inner", "called", *_ALL)
        + user("between")
        + path("m", "fork", "inner")
        + path("fork", "between")
    )
    beside = (
        start("begin")
        + gateway("parallel", "fork")
        + user("work")
        + user("other")
        + end("thrown", error("broken"))
        + path("begin", "fork", "work", "thrown")
        + path("fork", "other")
    )
    return {
        "error": {"main": _main(*_ALL, more=guard), "called": _throwing(error("broken"))},
        "error-any": {"main": _main(more=any_guard), "called": _throwing(error("broken"))},
        "error-beside": {"main": _main(*_ALL, more=guard), "called": beside},
        "error-uncaught": {"main": _main(*_ALL), "called": _throwing(error("broken"))},
        "error-event-subprocess": {"main": _main(*_ALL, more=handler), "called": _throwing(error("broken"))},
        "error-from-below": {
            "main": _main(*_ALL, called="middle", more=guard),
            "middle": middle,
            "called": _throwing(error("broken")),
        },
        "error-at-once": {
            "main": _main(*_ALL, called="middle", more=guard),
            "middle": middle,
            "called": start("begin") + end("thrown", error("broken")) + path("begin", "thrown"),
        },
        "error-by-work": {
            "main": _main(*_ALL, more=guard),
            "called": start("begin")
            + user("work")
            + external("by-worker")
            + end("done")
            + path("begin", "work", "by-worker", "done"),
        },
        "error-within": {
            "main": _main(more=guard),
            "called": _throwing(error("broken"))
            + event_subprocess("own", start("on", error("broken")), user("handled"), path("on", "handled")),
        },
    }


def _escalations() -> _Files:
    found: _Files = {}
    for style, beside in STYLES.items():
        guard = boundary("guard", "call", escalation("late", camunda_escalationCodeVariable="code"), beside=beside)
        guard += user("guarded") + path("guard", "guarded")
        thrown = start("begin") + user("work") + throw("thrown", escalation("late")) + user("further")
        found[f"escalation-{style}"] = {
            "main": _main(*_ALL, more=guard),
            "called": thrown + path("begin", "work", "thrown", "further"),
        }
        found[f"escalation-end-{style}"] = {"main": _main(*_ALL, more=guard), "called": _throwing(escalation("late"))}
        found[f"escalation-from-below-{style}"] = {
            "main": _main(*_ALL, called="middle", more=guard),
            "middle": start("m") + call("inner", "called") + user("between") + path("m", "inner", "between"),
            "called": _throwing(escalation("late")),
        }
    found["escalation-uncaught"] = {"main": _main(*_ALL), "called": _throwing(escalation("late"))}
    found["escalation-by-person"] = {
        "main": _main(
            *_ALL, more=boundary("guard", "call", escalation("late")) + user("guarded") + path("guard", "guarded")
        ),
        "called": _WORK,
    }
    return found


def _signals() -> _Files:
    found: _Files = {}
    for style, beside in STYLES.items():
        guard = boundary("guard", "call", signal("alarm"), beside=beside) + user("guarded") + path("guard", "guarded")
        thrown = start("begin") + user("work") + throw("thrown", signal("alarm")) + user("further")
        found[f"signal-{style}"] = {
            "main": _main(*_ALL, more=guard),
            "called": thrown + path("begin", "work", "thrown", "further"),
        }
        found[f"signal-end-{style}"] = {"main": _main(*_ALL, more=guard), "called": _throwing(signal("alarm"))}
    found["signal-too-early"] = {
        "main": start()
        + call("call", "called")
        + catch("waits", signal("alarm"))
        + user("after")
        + path("start", "call", "waits", "after"),
        "called": start("begin") + end("thrown", signal("alarm")) + path("begin", "thrown"),
    }
    return found


def _ends() -> _Files:
    found: _Files = {}
    for style, beside in STYLES.items():
        for kind, one in {"message": message("stop"), "timer": timer("PT1H")}.items():
            guard = boundary("guard", "call", one, beside=beside) + user("guarded") + path("guard", "guarded")
            found[f"boundary-{kind}-{style}"] = {"main": _main(*_ALL, more=guard), "called": _WORK}
    fork = start("begin") + gateway("parallel", "fork")
    found["terminated"] = {
        "main": _main(*_ALL),
        "called": fork
        + user("work")
        + user("other")
        + end("thrown", TERMINATE)
        + path("begin", "fork", "work", "thrown")
        + path("fork", "other"),
    }
    found["terminated-around"] = {
        "main": start()
        + gateway("parallel", "fork")
        + call("call", "middle")
        + user("work")
        + end("thrown", TERMINATE)
        + path("start", "fork", "work", "thrown")
        + path("fork", "call"),
        "middle": start("m") + call("inner", "called") + path("m", "inner"),
        "called": _WORK.replace("work", "inside"),
    }
    found["terminated-at-once"] = {
        "main": start()
        + gateway("parallel", "fork")
        + call("call", "called")
        + user("beside")
        + end("thrown", TERMINATE)
        + path("start", "fork", "call", "thrown")
        + path("fork", "beside"),
        "called": _AT_ONCE,
    }
    return found


def _failing() -> _Files:
    failing = "${missing.thing}"
    late = {"camunda_asyncBefore": "true"}
    return {
        "fails-unknown": {"main": _main(called="nobody")},
        "fails-unknown-later": {"main": _main(called="nobody", **late)},
        "fails-in": {"main": _main(passed("in", sourceExpression=failing, target="x")), "called": _WORK},
        "fails-out": {"main": _main(passed("out", sourceExpression=failing, target="x")), "called": _WORK},
        "fails-output": {"main": _main(mapping({}, {"x": failing})), "called": _WORK},
        "fails-inside": {
            "main": _main(called="middle"),
            "middle": start("m") + call("inner", "called") + path("m", "inner"),
            "called": start("begin")
            + throw("thrown", **late)
            + user("work")
            + path("begin", "thrown")
            + flow("thrown", "work", failing),
        },
    }
