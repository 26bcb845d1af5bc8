"""The registry of event definitions, by the name of their BPMN element."""

from collections.abc import Mapping

from taskbridge.engine.events.base import Definition
from taskbridge.engine.events.cancel import CANCEL
from taskbridge.engine.events.compensation import COMPENSATION
from taskbridge.engine.events.conditional import CONDITIONAL
from taskbridge.engine.events.error import ERROR
from taskbridge.engine.events.escalation import ESCALATION
from taskbridge.engine.events.link import LINK
from taskbridge.engine.events.message import MESSAGE
from taskbridge.engine.events.none import NONE
from taskbridge.engine.events.signal import SIGNAL
from taskbridge.engine.events.terminate import TERMINATE
from taskbridge.engine.events.timer import TIMER

DEFINITIONS: Mapping[str, Definition] = {
    one.name: one
    for one in (NONE, CANCEL, COMPENSATION, CONDITIONAL, ERROR, ESCALATION, LINK, MESSAGE, SIGNAL, TERMINATE, TIMER)
}
