"""Listeners in a model that would run inside of the vendor's Java engine: refused, or left out where that is wanted."""

from typing import NamedTuple

from taskbridge.engine.bpmn_xml import Element, Source, tag, vendor_children
from taskbridge.engine.foreign_code import asks_beans, is_foreign_script
from taskbridge.engine.problem_kinds import Kind
from taskbridge.kinds import Handling


class ForeignCode(NamedTuple):
    """What a listener would run elsewhere: its kind, by which attribute or element, and what the model says of it."""

    kind: Kind
    by: str
    said: str


def foreign_code(source: Source, listener: Element) -> ForeignCode | None:
    """What an execution or task listener would run in Java; None where it runs nothing of the kind."""
    for name, kind in (("class", Kind.JAVA_CLASS), ("delegateExpression", Kind.DELEGATE_EXPRESSION)):
        if (value := listener.get(name)) is not None:
            return ForeignCode(kind, name, f"{name} '{value}'")
    if (value := listener.get("expression")) is not None:
        said = f"expression '{value}'"
        return ForeignCode(Kind.BEAN_EXPRESSION, "expression", said) if asks_beans(source, value) else None
    for script in vendor_children(listener, "script"):
        language = script.get("scriptFormat")
        said = f"script in '{language}'"
        return (
            ForeignCode(Kind.SCRIPT, "script", said)
            if is_foreign_script(source, language, script.get("resource"))
            else None
        )
    return None


def refuse_listener(source: Source, listener: Element, around: str) -> None:
    """Complain about a listener of ``around``, an element in words; one in Java is left out where the file is so read.

    ``Problem.kind`` is that of listeners, whatever they run.
    """
    kind, event = tag(listener), listener.get("event") or "no event"
    foreign = foreign_code(source, listener)
    if foreign is None:
        source.refuse(listener, f"Unsupported element 'camunda:{kind}' in {around}", Kind.LISTENER)
    elif source.handles(Handling.WITHOUT_JAVA_LISTENERS):
        source.leave_out(listener, f"Left out {kind} for {event} of {around}: {foreign.said}")
    else:
        message = f"Unsupported '{foreign.by}' of camunda:{kind} in {around}"
        source.refuse(listener, message, Kind.LISTENER, Handling.WITHOUT_JAVA_LISTENERS)
