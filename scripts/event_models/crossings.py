"""Multi-instance activities, calls and compensation in one another.

Every file has a process ``main``, and those that it calls, directly or not.
"""

from bpmn_writing import (
    CANCEL,
    COMPENSATE,
    TERMINATE,
    WORKER,
    boundary,
    call,
    catch,
    compensated,
    documents,
    element,
    end,
    error,
    escalation,
    event_subprocess,
    gateway,
    handler,
    mapping,
    message,
    passed,
    path,
    receive,
    start,
    subprocess,
    throw,
    timer,
    transaction,
    undoable,
    user,
)
from event_models.definitions import Models
from multi_instance_models import STYLES, several, until

_LATER = {"camunda_asyncBefore": "true", "camunda_asyncAfter": "true"}
_REST = user("after") + end()
_WORK = start("begin") + user("work") + end("done") + path("begin", "work", "done")
_FAILS = start("begin") + user("work") + end("failed", error("oops")) + path("begin", "work", "failed")
_INNER = (start("begin"), undoable("work"), end("done"), path("begin", "work", "done"))
_GIVES = (
    start("begin")
    + element("userTask", "work", f"<extensionElements>{mapping({}, {'result': '${item}'})}</extensionElements>")
    + end("done")
    + path("begin", "work", "done")
)
_ITEM = (passed("in", source="item", target="item"), passed("out", source="result", target="result"))
_LINE = path("start", "host", "after", "end")
_THROWN = start() + throw("thrown", COMPENSATE) + _REST
_THROWN_LINE = path("start", "host", "more", "thrown", "after", "end") + undoable("more")
_HANDLED = user("handle") + path("event", "handle", "end")

_Files = dict[str, dict[str, str]]


def models() -> Models:
    """All of them."""
    found: _Files = _calls_once()
    for style in STYLES:
        for part in (_calls, _calls_ended, _calls_in_calls, _compensated, _compensated_scopes, _transactions, _others):
            found |= {f"{name}-{style}": files for name, files in part(style).items()}
    return {name: documents(processes) for name, processes in found.items()}


def _host(loop: str, *extensions: str, called: str = "called", **attributes: str) -> str:
    """A call activity that is carried out several times."""
    return call("host", called, *extensions, **attributes).replace("</callActivity>", f"{loop}</callActivity>")


def _main(*parts: str) -> str:
    """A process that goes on with a task behind its activity ``host``."""
    return start() + "".join(parts) + _REST + _LINE


def _thrown(*parts: str) -> str:
    """A process that compensates its activity ``host``, and one after it."""
    return _THROWN + "".join(parts) + _THROWN_LINE


def _task(loop: str, kind: str = "userTask", **attributes: str) -> str:
    """A task that is carried out several times, and is compensated."""
    return element(kind, "host", loop, **attributes) + compensated("host") + handler("undo-host")


def _calls(style: str) -> _Files:
    each = several(style, number=None)
    at_once = start("begin") + end("done") + path("begin", "done")
    later = start("begin", camunda_asyncBefore="true") + user("work") + end("done") + path("begin", "work", "done")
    loop_later = several(style, number=2, later=_LATER)
    news = start("begin") + catch("waits", message("news")) + end("done") + path("begin", "waits", "done")
    letter = start("begin") + receive("waits", "letter") + end("done") + path("begin", "waits", "done")
    return {
        "call": {"main": _main(_host(each, *_ITEM)), "called": _GIVES},
        "call-at-once": {"main": _main(_host(several(style))), "called": at_once},
        "call-called-later": {"main": _main(_host(several(style, number=2))), "called": later},
        "call-later": {"main": _main(_host(loop_later, **_LATER)), "called": _WORK},
        "call-later-at-once": {"main": _main(_host(loop_later)), "called": at_once},
        "call-until": {
            "main": _main(_host(several(style, until("${nrOfCompletedInstances == 1}")))),
            "called": _WORK,
        },
        "call-of-none": {"main": _main(_host(several(style, number=0))), "called": _WORK},
        "call-waits-for-message": {"main": _main(_host(several(style, number=2))), "called": news},
        "call-waits-to-receive": {"main": _main(_host(several(style, number=2))), "called": letter},
    }


def _calls_ended(style: str) -> _Files:
    two = several(style, number=2)
    caught = boundary("event", "host", error("oops")) + _HANDLED
    escalates = throw("asks", escalation("help"))
    asking = start("begin") + escalates + user("work") + end("done") + path("begin", "asks", "work", "done")
    found: _Files = {
        "call-error": {"main": _main(_host(two), caught), "called": _FAILS},
        "call-error-uncaught": {"main": _main(_host(two)), "called": _FAILS},
        "call-error-of-task": {"main": _main(_host(two), caught), "called": _WORK},
        "call-guarded": {
            "main": _main(_host(two), boundary("event", "host", message("news")), _HANDLED),
            "called": _WORK,
        },
        "call-timed": {
            "main": _main(_host(two), boundary("event", "host", timer("PT1H"), beside=True), _HANDLED),
            "called": _WORK,
        },
        "call-terminated": {
            "main": start()
            + gateway("parallel", "fork")
            + _host(two)
            + user("beside")
            + _REST
            + end("stop", TERMINATE)
            + path("start", "fork", "host", "after", "end")
            + path("fork", "beside", "stop"),
            "called": _WORK,
        },
    }
    for name, beside in {"beside": True, "interrupting": False}.items():
        found[f"call-escalation-{name}"] = {
            "main": _main(_host(two), boundary("event", "host", escalation("help"), beside=beside), _HANDLED),
            "called": asking,
        }
    return found


def _calls_in_calls(style: str) -> _Files:
    two = several(style, number=2)
    again = element("userTask", "work", two, name="work")
    in_called = start("begin") + again + end("done") + path("begin", "work", "done")
    middle = start("m") + _host(two).replace('"host"', '"inner"') + end("m-end") + path("m", "inner", "m-end")
    caught = boundary("event", "host", error("oops")) + _HANDLED
    scope = subprocess("host", two, start("in"), call("call", "called"), end("out"), path("in", "call", "out"))
    guard = boundary("event", "host", message("news")) + _HANDLED
    return {
        "call-of-several": {"main": _main(_host(two)), "called": in_called},
        "call-two-levels": {"main": _main(_host(two, called="middle")), "middle": middle, "called": _WORK},
        "call-two-levels-error": {
            "main": _main(_host(two, called="middle"), caught),
            "middle": middle,
            "called": _FAILS,
        },
        "call-two-levels-guarded": {
            "main": _main(_host(two, called="middle"), guard),
            "middle": middle,
            "called": _WORK,
        },
        "call-in-scope": {"main": _main(scope, guard), "called": _WORK},
    }


def _compensated(style: str) -> _Files:
    two = several(style, number=2)
    first = several(style, until("${nrOfCompletedInstances == 1}"))
    guard = boundary("stop", "host", message("news")) + path("stop", "thrown")
    undo_several = user("host") + compensated("host") + element("userTask", "undo-host", two, isForCompensation="true")
    undo_call = call("undo-host", "called", isForCompensation="true")
    return {
        "compensated-task": {"main": _thrown(_task(several(style, number=None)))},
        "compensated-plain": {"main": _thrown(_task(two, "task"))},
        "compensated-worker": {"main": _thrown(_task(two, "serviceTask", **WORKER))},
        "compensated-until": {"main": _thrown(_task(first))},
        "compensated-none": {"main": _thrown(_task(several(style, number=0)))},
        "compensated-later": {"main": _thrown(_task(several(style, number=2, later=_LATER), **_LATER))},
        "compensated-stopped": {"main": _thrown(_task(two), guard)},
        "compensated-call": {
            "main": _thrown(_host(two), compensated("host"), handler("undo-host")),
            "called": _WORK,
        },
        "compensated-by-several": {"main": _thrown(undo_several)},
        "compensated-by-call": {
            "main": _thrown(element("userTask", "host", two), compensated("host"), undo_call),
            "called": _WORK,
        },
    }


def _compensated_scopes(style: str) -> _Files:
    two = several(style, number=2)
    own = compensated("host") + handler("undo-host")
    thrown = throw("inside", COMPENSATE)
    within: tuple[str, ...] = (start("begin"), undoable("work"), thrown, user("last"), end("done"))
    within += (path("begin", "work", "inside", "last", "done"),)
    handling = (start("happened", COMPENSATE), user("handle"), end("handled"), path("happened", "handle", "handled"))
    plain = (start("begin"), user("work"), end("done"), path("begin", "work", "done"))
    nested = element("userTask", "work", two, name="work") + compensated("work") + handler("undo-work")
    deep = (start("begin"), nested, end("done"), path("begin", "work", "done"))
    calling = call("call", "called") + compensated("call") + handler("undo-call")
    called = (start("in"), calling, end("out"), path("in", "call", "out"))
    return {
        "compensated-scope": {"main": _thrown(subprocess("host", two, *_INNER))},
        "compensated-scope-with-handler-only": {"main": _thrown(subprocess("host", two, *plain), own)},
        "compensated-scope-of-several": {"main": _thrown(subprocess("host", two, *deep))},
        "compensated-scope-of-calls": {"main": _thrown(subprocess("host", two, *called)), "called": _WORK},
        "compensated-inside": {"main": _main(subprocess("host", two, *within))},
        "compensated-inside-and-outside": {"main": _thrown(subprocess("host", two, *within))},
        "compensated-by-event-subprocess": {
            "main": _thrown(subprocess("host", two, *plain, event_subprocess("handling", *handling)))
        },
    }


def _transactions(style: str) -> _Files:
    two = several(style, number=2)
    cancelled = boundary("event", "host", CANCEL) + _HANDLED
    line: tuple[str, ...] = (start("begin"), undoable("work"), user("decide"), end("cancel", CANCEL))
    line += (path("begin", "work", "decide", "cancel"),)
    several_inside: tuple[str, ...] = (
        start("begin"),
        _task(two).replace("host", "work"),
        user("decide"),
        end("cancel", CANCEL),
    )
    several_inside += (path("begin", "work", "decide", "cancel"),)
    beside: tuple[str, ...] = (
        start("in"),
        gateway("parallel", "fork"),
        _host(two).replace('"host"', '"call"'),
        user("decide"),
    )
    beside += (end("cancel", CANCEL), end("out"), path("in", "fork", "call", "out"))
    beside += (path("fork", "decide", "cancel"),)
    return {
        "transaction": {"main": _main(transaction("host", two, *_INNER))},
        "transaction-compensated": {"main": _thrown(transaction("host", two, *_INNER))},
        "transaction-cancelled": {"main": _main(transaction("host", two, *line), cancelled)},
        "transaction-of-several": {"main": _main(transaction("host", *several_inside), cancelled)},
        "transaction-of-calls": {"main": _main(transaction("host", *beside), cancelled), "called": _WORK},
    }


def _others(style: str) -> _Files:
    script = "<script>${execution.setVariable(item.stringValue(), loopCounter)}</script>"
    elsewhere = boundary("event", "after", error("oops")) + _HANDLED
    later = several(style, number=2, later=_LATER)
    return {
        "script": {"main": _main(element("scriptTask", "host", several(style, number=None), script))},
        "error-before-continuation": {"main": _main(element("userTask", "host", later), elsewhere)},
    }


def _calls_once() -> _Files:
    cancelled = boundary("event", "host", CANCEL) + _HANDLED
    calling = call("call", "called") + compensated("call") + handler("undo-call")
    line: tuple[str, ...] = (
        start("in"),
        calling,
        user("decide"),
        end("cancel", CANCEL),
        path("in", "call", "decide", "cancel"),
    )
    fork: tuple[str, ...] = (
        start("in"),
        gateway("parallel", "fork"),
        call("call", "called"),
        user("decide"),
        end("out"),
    )
    fork += (end("cancel", CANCEL), path("in", "fork", "call", "out"), path("fork", "decide", "cancel"))
    undoes = start("begin") + throw("inside", COMPENSATE) + user("last") + end("done") + undoable("work")
    undoes += path("begin", "work", "inside", "last", "done")
    compensated_call = call("host", "called") + compensated("host") + handler("undo-host")
    undo_call = user("host") + compensated("host") + call("undo-host", "called", isForCompensation="true")
    caught = boundary("event", "host", error("oops")) + _HANDLED
    return {
        "cancelled-beside-call": {"main": _main(transaction("host", *fork), cancelled), "called": _WORK},
        "cancelled-after-call": {"main": _main(transaction("host", *line), cancelled), "called": _WORK},
        "compensated-call": {"main": _thrown(compensated_call), "called": _WORK},
        "compensated-by-call": {"main": _thrown(undo_call), "called": _WORK},
        "compensated-by-call-at-once": {
            "main": _thrown(undo_call),
            "called": start("begin") + end("done") + path("begin", "done"),
        },
        "compensated-in-called": {"main": _main(call("host", "called")), "called": undoes},
        "compensated-in-called-and-outside": {"main": _thrown(compensated_call), "called": undoes},
        "compensated-call-that-fails": {
            "main": _thrown(compensated_call, boundary("event", "host", error("oops")), _HANDLED),
            "called": _FAILS,
        },
        "compensated-by-call-that-fails": {
            "main": _main(
                subprocess(
                    "host",
                    start("in"),
                    undo_call.replace("host", "task"),
                    throw("inside", COMPENSATE),
                    end("out"),
                    path("in", "task", "inside", "out"),
                ),
                caught,
            ),
            "called": _FAILS,
        },
    }
