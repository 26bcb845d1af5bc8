"""Elements that are not supported: what they carry is looked at all the same, so that they hide no other problem."""

from collections.abc import Collection

from taskbridge.engine.bpmn_listeners import listeners
from taskbridge.engine.bpmn_parameters import parameters
from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import Source, extensions, tag
from taskbridge.engine.elements.base import Behaviour, pass_by
from taskbridge.engine.graph import Node
from taskbridge.engine.movement import Movement, Token
from taskbridge.engine.vocabulary import described, ignore

#: Elements that the vendor's engine does not know either: it ignores them where no sequence flow leads to them.
FOREIGN = ("adHocSubProcess", "complexGateway")
#: Those with nodes of their own inside.
SCOPES = ("adHocSubProcess",)


class _Unread(Behaviour):
    def enter(self, movement: Movement, token: Token) -> None:
        pass_by(movement, token)


def placeholder(element: XmlElement, scope: str | None) -> Node:
    """A node in the place of an element that cannot be read, so that one problem does not cause others."""
    return Node(element.get("id") or "", _Unread(), tag(element), element.get("name"), scope)


def is_ignored(source: Source, element: XmlElement, connected: Collection[str]) -> bool:
    """Whether the vendor's engine ignores the element; ``connected`` has the ids of what flows lead to or out of."""
    if tag(element) not in FOREIGN or element.get("id") in connected:
        return False
    around = element.getparent()
    ignore(source, element, described(element), element if around is None else around)
    return True


def check_carried(source: Source, element: XmlElement) -> None:
    """Complain about what an element that is not supported carries and would be refused elsewhere too."""
    listeners(source, element)
    for mapping in extensions(element, "inputOutput"):
        for name in ("inputParameter", "outputParameter"):
            parameters(source, mapping, name)
