"""Script tasks: a token passes once the script has run; what it yields may become a variable.

A BPMN error that the script throws is caught as one of any activity.
"""

from dataclasses import dataclass, replace

from taskbridge.engine import scopes
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import child, vendor
from taskbridge.engine.elements.base import Element, fleeting, pass_by
from taskbridge.engine.elements.foreign_script import foreign_script
from taskbridge.engine.elements.task import leave_with_mappings
from taskbridge.engine.events import error
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.reading import Reading, draft
from taskbridge.engine.scripts.errors import BpmnErrorThrown
from taskbridge.engine.scripts.reading import JUEL, read_script
from taskbridge.engine.scripts.script import Computed, Script
from taskbridge.engine.state import Activity
from taskbridge.engine.variables import from_expression
from taskbridge.engine.vocabulary import (
    ACTIVITY_ATTRIBUTES,
    IN_ACTIVITY,
    JOBS,
    LOOPS,
    MAPPING,
    Vocabulary,
    described,
)
from taskbridge.kinds import ActivityKind, ActivityState


@dataclass(frozen=True, slots=True)
class ScriptSettings:
    """A script, and the variable that takes what it yields."""

    script: Computed
    result: str | None


class ScriptTask(Element):
    """A task that is a script."""

    names = ("scriptTask",)
    vocabulary = Vocabulary(
        ACTIVITY_ATTRIBUTES | {"scriptFormat"},
        IN_ACTIVITY | {"script"},
        JOBS | {"resource", "resultVariable", "resultVariableName"},
        MAPPING,
        ignored=LOOPS,
    )
    hosts_boundaries = True

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node with its script. Without a format it is JUEL, as at the vendor's."""
        node = draft(reading, element, scope, self, self.vocabulary)
        foreign = foreign_script(reading, element, node)
        if foreign is not None:
            return foreign
        script = _script(reading, element)
        result = vendor(element, "resultVariable")
        if result is None:
            result = vendor(element, "resultVariableName")
        return node if script is None else replace(node, settings=ScriptSettings(script, result))

    def enter(self, movement: Movement, token: Token) -> None:
        """The script runs, and the token passes. Raises ScriptError, ExpressionError."""
        node = token.node
        alone = node.inputs or node.outputs or node.boundaries or token.loop is not None
        own = fleeting(movement, token) if alone else None
        try:
            _run(movement, node, own or movement.place(token.scope_id))
        except BpmnErrorThrown as thrown:
            _break(movement, token, own, thrown)
            return
        if own is None:
            pass_by(movement, token)
        else:
            leave_with_mappings(movement, token, own)


SCRIPT_TASK = ScriptTask()


def _script(reading: Reading, element: XmlElement) -> Computed | None:
    source, language = reading.source, element.get("scriptFormat", JUEL)
    holder, resource = child(element, "script"), vendor(element, "resource")
    if holder is None and resource is None:
        source.complain(element, "Unable to process ScriptTask: No script source or resource was given")
        return None
    if not language:
        source.complain(element, "Unable to process ScriptTask: Script language is empty")
        return None
    text = "" if holder is None else holder.text or ""
    named = f"script format '{language}' of {described(element)}"
    return read_script(source, element, language, text, resource, named=named)


def _run(movement: Movement, node: Node, place: Activity | None) -> None:
    settings = node.settings
    if not isinstance(settings, ScriptSettings):
        raise TypeError(f"{node.id} has no script")
    movement.spend_on(settings.script)
    resolve = movement.resolver(node, place)
    if settings.result is None and isinstance(settings.script, Script):
        settings.script.execute(resolve)
        return
    value = settings.script.evaluate(resolve)
    if settings.result is not None and value is not None:
        variable = from_expression(value, settings.result)
        scopes.set_variable(movement.instance, place, movement, settings.result, variable)


def _break(movement: Movement, token: Token, own: Activity | None, thrown: BpmnErrorThrown) -> None:
    """Let the task break with an error. It has an activity for the length of that, for something has to be cancelled.

    No row is made of it, as of a task that is passed.
    """
    node = token.node
    activity = Activity(movement.new_id(), token.scope_id, node.id, ActivityKind.EVENT)
    if own is not None:
        activity.variables = own.variables
    movement.create(activity)
    error.throw_from_activity(movement, activity, thrown.code, thrown.message)
    if activity.state is ActivityState.OPEN:  # until its asynchronous continuation
        return
    movement.changes.created.remove(activity)
    movement.passed(node.id, token.scope_id, cancelled=activity.state is ActivityState.CANCELLED)
