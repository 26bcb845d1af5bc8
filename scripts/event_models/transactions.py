"""Transactions: how they are cancelled, what is compensated then, and where the process goes on."""

from bpmn_writing import (
    CANCEL,
    COMPENSATE,
    boundary,
    document,
    end,
    error,
    gateway,
    mapped,
    message,
    path,
    start,
    subprocess,
    throw,
    transaction,
    undoable,
    user,
)
from event_models.definitions import Models

_REST = start() + user("after") + end() + path("start", "booking", "after", "end")
_CANCELLED = boundary("cancelled", "booking", CANCEL) + user("instead") + path("cancelled", "instead", "end")
Parts = dict[str, list[str]]


def models() -> Models:
    """All of them."""
    made = _plain() | _deep() | _beside()
    return {f"cancel-{name}": document(f"cancel-{name}", *parts) for name, parts in made.items()}


def _plain() -> Parts:
    work = [start("begin"), undoable("work"), user("decide"), gateway("exclusive", "choice", default="choice-done")]
    done = end("done") + path("begin", "work", "decide", "cancel")
    plain = [start("begin"), user("work"), end("cancel", CANCEL), path("begin", "work", "cancel")]
    line = [start("begin"), undoable("work"), user("decide"), end("cancel", CANCEL), done]
    later = [start("begin"), undoable("work"), user("decide"), end("cancel", CANCEL, camunda_asyncBefore="true"), done]
    fork = [start("begin"), gateway("parallel", "fork"), undoable("work"), user("decide"), user("other"), end("done")]
    fork += [end("cancel", CANCEL), path("begin", "fork", "work", "decide", "cancel"), path("fork", "other", "done")]
    local = mapped({"local": "${amount}"}, {"result": "${local}"})
    never = [start("begin"), undoable("work"), end("done"), path("begin", "work", "done")]
    outside = start() + throw("thrown", COMPENSATE) + user("after") + end()
    del work
    return {
        "end": [_REST, _CANCELLED, transaction("booking", *plain)],
        "end-compensates": [_REST, _CANCELLED, transaction("booking", *line)],
        "end-async": [_REST, _CANCELLED, transaction("booking", *later)],
        "end-beside-work": [_REST, _CANCELLED, transaction("booking", *fork)],
        "end-with-mappings": [_REST, _CANCELLED, transaction("booking", local, *line)],
        "end-uncaught": [_REST, transaction("booking", *plain)],
        "end-uncaught-compensates": [_REST, transaction("booking", *line)],
        "never": [_REST, _CANCELLED, transaction("booking", *never)],
        "compensated-later": [
            outside,
            _CANCELLED,
            transaction("booking", *never),
            path("start", "booking", "thrown", "after", "end"),
        ],
    }


def _deep() -> Parts:
    inner = subprocess("scope", start("in"), undoable("work"), end("out"), path("in", "work", "out"))
    line = [start("begin"), inner, user("decide"), end("cancel", CANCEL), path("begin", "scope", "decide", "cancel")]
    within = transaction("inner", start("in"), undoable("work"), end("out"), path("in", "work", "out"))
    around = [start("begin"), within, user("decide"), end("cancel", CANCEL), path("begin", "inner", "decide", "cancel")]
    stopped = transaction("inner", start("in"), undoable("work"), end("out", CANCEL), path("in", "work", "out"))
    escaped = boundary("stopped", "inner", CANCEL) + user("again") + path("stopped", "again", "decide")
    thrown = [start("begin"), undoable("work"), throw("thrown", COMPENSATE), user("decide"), end("cancel", CANCEL)]
    thrown += [path("begin", "work", "thrown", "decide", "cancel")]
    return {
        "scope-inside": [_REST, _CANCELLED, transaction("booking", *line)],
        "completed-inside": [_REST, _CANCELLED, transaction("booking", *around)],
        "inside": [_REST, _CANCELLED, transaction("booking", stopped, escaped, *around[2:], around[0])],
        "after-compensation": [_REST, _CANCELLED, transaction("booking", *thrown)],
    }


def _beside() -> Parts:
    line = [start("begin"), undoable("work"), user("decide"), end("cancel", CANCEL)]
    line += [path("begin", "work", "decide", "cancel")]
    failing = [start("begin"), undoable("work"), user("decide"), end("failed", error("oops"))]
    failing += [path("begin", "work", "decide", "failed")]
    hazard = boundary("hazard", "booking", error("oops")) + user("repair") + path("hazard", "repair", "end")
    news = boundary("told", "booking", message("news")) + user("listen") + path("told", "listen", "end")
    beside = (
        boundary("cancelled", "booking", CANCEL, beside=True) + user("instead") + path("cancelled", "instead", "end")
    )
    return {
        "hazard": [_REST, _CANCELLED, hazard, transaction("booking", *failing)],
        "hazard-while-compensating": [_REST, _CANCELLED, hazard, transaction("booking", *line)],
        "interrupted-while-compensating": [_REST, _CANCELLED, news, transaction("booking", *line)],
        "boundary-beside": [_REST, beside, transaction("booking", *line)],
    }
