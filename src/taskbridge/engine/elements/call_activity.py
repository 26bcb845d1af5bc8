"""Call activities: another process does the work, in an instance of its own, and its end is theirs.

What is called is told by the activity (``state.Call``); the service finds the process and begins the instance before
any other token moves. ``calling`` lets the activity go on when that instance has ended.
"""

import re
from dataclasses import dataclass, replace

from taskbridge.engine.bpmn_values import attribute, expression
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import vendor
from taskbridge.engine.elements.base import Element, begin, begin_activity
from taskbridge.engine.elements.multi_instance import is_body
from taskbridge.engine.errors import NotAVersion, UnreadableVersion
from taskbridge.engine.expressions import CannotCast, Expression, Integer, to_string
from taskbridge.engine.graph import InputScope, Node
from taskbridge.engine.leaving import chosen, finish, go
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.passing import Passed, Payload, business_key_of, handed_on, read_passed, read_payload
from taskbridge.engine.reading import Reading, draft
from taskbridge.engine.scopes import visible_variables
from taskbridge.engine.state import Activity, Binding, Call
from taskbridge.engine.vocabulary import ACTIVITY_ATTRIBUTES, IN_ACTIVITY, JOBS, LISTENERS, LOOPS, MAPPING, Vocabulary
from taskbridge.kinds import ActivityKind

#: Attributes that hand the variables to a Java class, and those that call a case.
_FOREIGN = frozenset({"variableMappingClass", "variableMappingDelegateExpression", "caseRef"})
_BINDING = "calledElementBinding"
#: What must stand beside a binding.
_NEEDED = {Binding.VERSION: "calledElementVersion", Binding.VERSION_TAG: "calledElementVersionTag"}


_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class CallSettings:
    """What is called, and what goes in and comes out."""

    called: Expression
    binding: Binding
    version: Expression | None
    version_tag: Expression | None
    tenant: Expression | None
    given: Payload
    returned: tuple[Passed, ...]
    returned_locally: tuple[Passed, ...]


class CallActivity(Element):
    """An activity whose work is another process."""

    names = ("callActivity",)
    vocabulary = Vocabulary(
        ACTIVITY_ATTRIBUTES | {"calledElement"},
        IN_ACTIVITY,
        JOBS | {_BINDING, *_NEEDED.values(), "calledElementTenantId"},
        MAPPING | {"in", "out"},
        LISTENERS | _FOREIGN,
        LOOPS,
    )
    hosts_boundaries = True
    calls = True

    def read(self, reading: Reading, element: XmlElement, scope: str | None) -> Node:
        """The node with what it calls."""
        node = draft(reading, element, scope, self, self.vocabulary)
        return replace(node, settings=_settings(reading, element))

    def has_execution(self, node: Node) -> bool:
        """Not as one of several instances, for these have those that the body makes for them."""
        return not is_body(node.scope or "")

    def enter(self, movement: Movement, token: Token) -> None:
        """An activity begins, and calls its process.

        Raises ExpressionError, CannotCast, NotAVersion, UnreadableVersion.
        """
        activity = begin_activity(movement, token, ActivityKind.CALL)
        if begin(movement, activity):
            movement.call(_call(movement, token.node, activity))

    def triggered(self, movement: Movement, host: Activity | None, node: Node) -> None:
        """The called instance has ended, and its variables are set."""
        if host is None:
            raise TypeError(f"call activity '{node.id}' calls from no activity")
        flows = chosen(movement, node, host.scope_id, host)
        finish(movement, host, node)
        go(movement, node, flows, host.scope_id)


CALL_ACTIVITY = CallActivity()


def own_execution(movement: Movement, activity: Activity) -> Activity:
    """Where what is local to a call activity is: the activity, or the body of a sequence with its execution."""
    node = movement.process.nodes[activity.node_id]
    return movement.scope(activity.scope_id) if node.input_scope is InputScope.BEYOND else activity


def settings_of(node: Node) -> CallSettings:
    """The settings of a call activity; only for such nodes."""
    if not isinstance(node.settings, CallSettings):
        raise TypeError(f"{node.element} '{node.id}' calls nothing")
    return node.settings


def _settings(reading: Reading, element: XmlElement) -> CallSettings | None:
    source = reading.source
    called = element.get("calledElement")
    if called is None:
        if vendor(element, "caseRef") is None:
            source.complain(element, "Missing attribute 'calledElement' or 'caseRef'")
        return None
    binding = next((one for one in Binding if one.value == vendor(element, _BINDING)), None)
    needed = _NEEDED.get(binding) if binding is not None else None
    if needed is not None and vendor(element, needed) is None:
        source.complain(
            element, f"Missing attribute '{needed}' when 'calledElementBinding' has value '{vendor(element, _BINDING)}'"
        )
    key = expression(source, element, called)
    if key is None:
        return None
    returned = read_passed(source, element, "out")
    return CallSettings(
        key,
        binding or Binding.LATEST,
        attribute(source, element, "calledElementVersion"),
        attribute(source, element, "calledElementVersionTag"),
        attribute(source, element, "calledElementTenantId") if vendor(element, "calledElementTenantId") else None,
        read_payload(source, element),
        tuple(one for one in returned if not one.local),
        tuple(one for one in returned if one.local),
    )


def _call(movement: Movement, node: Node, activity: Activity) -> Call:
    settings = settings_of(node)
    resolve = movement.resolver(node, activity)

    def value(wanted: Expression | None) -> object:
        if wanted is None:
            return None
        movement.spend_on(wanted)
        return wanted.evaluate(resolve)

    variables = handed_on(
        settings.given.passed,
        movement,
        resolve,
        lambda local: (
            dict(own_execution(movement, activity).variables.items())
            if local
            else visible_variables(movement.instance, activity, movement)
        ),
    )
    business_key = business_key_of(settings.given, movement, node, activity)
    key = _text(value(settings.called))
    binding = settings.binding
    return Call(
        activity.id,
        node.id,
        key or "",
        binding,
        _version(node, value(settings.version)) if binding is Binding.VERSION else None,
        _text(value(settings.version_tag)) if binding is Binding.VERSION_TAG else None,
        None if settings.tenant is None else _text(value(settings.tenant)) or "",
        business_key,
        variables,
    )


def _text(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise CannotCast(f"Cannot cast '{to_string(value)}' to String")
    return value


def _version(node: Node, value: object) -> int | None:
    if value is None or isinstance(value, Integer):  # a Long is refused
        return value
    if not isinstance(value, str):
        raise NotAVersion(node.id, to_string(value))
    if not _WHOLE.fullmatch(value):
        raise UnreadableVersion(node.id, value)
    return int(value)
