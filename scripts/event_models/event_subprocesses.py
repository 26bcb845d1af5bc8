"""Event subprocesses: by each event, interrupting or not, of a process and of a subprocess, several and nested."""

from bpmn_writing import (
    TERMINATE,
    boundary,
    document,
    end,
    event_subprocess,
    external,
    message,
    path,
    signal,
    start,
    subprocess,
    throw,
    user,
)
from event_models.definitions import ERROR, ESCALATION, STYLES, WAITING, Models


def models() -> Models:
    """All of them."""
    return _each() | _several() | _inside_one_another() | _ended_in_other_ways()


def handler(
    definition: str, *, beside: bool = False, suffix: str = "", more: tuple[str, ...] = (), last: str = ""
) -> str:
    """An event subprocess with one task; ``more`` stands in it too, ``last`` is the definition of its end."""
    attributes = {"isInterrupting": "false"} if beside else {}
    names = [f"{name}{suffix}" for name in ("happened", "handle", "handled")]
    happened, handle, handled = names
    inner = [start(happened, definition, **attributes), user(handle), end(handled, last), path(*names)]
    return event_subprocess(f"handling{suffix}", *inner, *more)


def work(thrown: str = "", *, by_worker: bool = False) -> list[str]:
    """A task, then what is thrown, if anything, then another task."""
    task = external("work") if by_worker else user("work")
    if not thrown:
        return [start("begin"), task, end("done"), path("begin", "work", "done")]
    raised = end("raised", thrown) if thrown == ERROR else throw("raised", thrown)
    rest = [] if thrown == ERROR else [user("more"), end("done"), path("raised", "more", "done")]
    return [start("begin"), task, raised, path("begin", "work", "raised"), *rest]


def of_process(key: str, *content: str) -> bytes:
    """A process with this content."""
    return document(key, *content)


def of_scope(key: str, *content: str) -> bytes:
    """A process with a subprocess of this content, and a task after it."""
    around = [start(), user("after"), end(), path("start", "scope", "after", "end")]
    return document(key, subprocess("scope", *content), *around)


def _each() -> Models:
    found: Models = {}
    for style, beside in STYLES.items():
        for place, made in (("event-subprocess", of_process), ("event-subprocess-nested", of_scope)):
            for name, definition in WAITING.items():
                key = f"{name}-{place}-{style}"
                found[key] = made(key, *work(), handler(definition, beside=beside))
            key = f"escalation-{place}-{style}"
            found[key] = made(key, *work(ESCALATION), handler(ESCALATION, beside=beside))
    for place, made in (("event-subprocess", of_process), ("event-subprocess-nested", of_scope)):
        key = f"error-{place}-interrupting"
        found[key] = made(key, *work(ERROR, by_worker=True), handler(ERROR))
    return found


def _several() -> Models:
    beside = handler(WAITING["signal"], beside=True, suffix="-alarm")
    interrupting = handler(WAITING["message"], suffix="-news")
    timed = handler(WAITING["timer"], beside=True, suffix="-late")
    failing = handler(ERROR, suffix="-oops")
    both = [handler(WAITING["conditional"], suffix="-one"), handler(WAITING["conditional"], suffix="-other")]
    return {
        "event-subprocesses-of-process": document(
            "event-subprocesses-of-process", *work(ERROR, by_worker=True), beside, interrupting, timed, failing
        ),
        "event-subprocesses-of-scope": of_scope(
            "event-subprocesses-of-scope", *work(ERROR, by_worker=True), beside, interrupting, timed, failing
        ),
        "event-subprocesses-same-condition": of_scope("event-subprocesses-same-condition", *work(), *both),
        "event-subprocesses-at-two-levels": _two_levels("event-subprocesses-at-two-levels", beside=False),
        "event-subprocesses-beside-at-two-levels": _two_levels("event-subprocesses-beside-at-two-levels", beside=True),
    }


def _two_levels(key: str, *, beside: bool) -> bytes:
    inner = handler(WAITING["signal"], beside=beside, suffix="-inner")
    outer = handler(WAITING["signal"], beside=beside, suffix="-outer")
    around = [start(), end(), path("start", "scope", "end")]
    return document(key, *around, subprocess("scope", *work(), inner), outer)


def _inside_one_another() -> Models:
    found: Models = {}
    for style, beside in STYLES.items():
        inner = handler(message("more-news"), beside=beside, suffix="-inner")
        key = f"event-subprocess-in-event-subprocess-{style}"
        found[key] = document(key, *work(), handler(message("news"), beside=beside, more=(inner,)))
        key = f"event-subprocess-boundary-in-{style}"
        guarded = [boundary("reminder", "handle", signal("alarm"), beside=beside), user("remind"), end("reminded")]
        guarded.append(path("reminder", "remind", "reminded"))
        found[key] = document(key, *work(), handler(message("news"), beside=True, more=tuple(guarded)))
        key = f"event-subprocess-scope-in-{style}"
        scope = subprocess("deeper", *_deeper(), handler(signal("alarm"), beside=beside, suffix="-in-deeper"))
        parts = [start("happened", message("news"), isInterrupting="false"), scope, end("handled")]
        found[key] = document(key, *work(), event_subprocess("handling", *parts, path("happened", "deeper", "handled")))
    return found


def _deeper() -> list[str]:
    return [start("down"), user("dig"), end("up"), path("down", "dig", "up")]


def _ended_in_other_ways() -> Models:
    found: Models = {}
    for style, beside in STYLES.items():
        for name, last in (("terminate", TERMINATE), ("error", ERROR), ("escalation", ESCALATION)):
            key = f"event-subprocess-{style}-ends-by-{name}"
            around = [start(), end(), user("caught"), end("caught-end"), path("start", "scope", "end")]
            caught = [boundary("catching", "scope", ERROR if name == "error" else ESCALATION)]
            caught.append(path("catching", "caught", "caught-end"))
            inner = handler(message("news"), beside=beside, last=last)
            own = handler(ERROR if name == "error" else ESCALATION, suffix="-own")
            found[key] = document(key, *around, subprocess("scope", *work(), inner, own), *caught)
    return found
