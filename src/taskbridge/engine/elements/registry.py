"""The registry of the elements that may stand in a process or subprocess, by their BPMN names."""

from collections.abc import Mapping

from taskbridge.engine.elements.base import Element
from taskbridge.engine.elements.call_activity import CALL_ACTIVITY
from taskbridge.engine.elements.event_based_gateway import EVENT_BASED_GATEWAY
from taskbridge.engine.elements.exclusive_gateway import EXCLUSIVE_GATEWAY
from taskbridge.engine.elements.external_task import EXTERNAL_TASK
from taskbridge.engine.elements.inclusive_gateway import INCLUSIVE_GATEWAY
from taskbridge.engine.elements.parallel_gateway import PARALLEL_GATEWAY
from taskbridge.engine.elements.receive_task import RECEIVE_TASK
from taskbridge.engine.elements.script_task import SCRIPT_TASK
from taskbridge.engine.elements.subprocess import SUBPROCESS, TRANSACTION
from taskbridge.engine.elements.task import TASK
from taskbridge.engine.elements.unread import FOREIGN
from taskbridge.engine.elements.user_task import USER_TASK
from taskbridge.engine.events.boundary import BOUNDARY_EVENT
from taskbridge.engine.events.catch import CATCH_EVENT
from taskbridge.engine.events.end import END_EVENT
from taskbridge.engine.events.start import START_EVENT
from taskbridge.engine.events.throw import THROW_EVENT

_ALL: tuple[Element, ...] = (
    *(START_EVENT, CATCH_EVENT, THROW_EVENT, BOUNDARY_EVENT, END_EVENT),
    *(TASK, USER_TASK, EXTERNAL_TASK, RECEIVE_TASK, SCRIPT_TASK, SUBPROCESS, TRANSACTION, CALL_ACTIVITY),
    *(EXCLUSIVE_GATEWAY, PARALLEL_GATEWAY, INCLUSIVE_GATEWAY, EVENT_BASED_GATEWAY),
)
ELEMENTS: Mapping[str, Element] = {name: element for element in _ALL for name in element.names}
#: What a process or subprocess may have inside beside what changes nothing; of elements that are not supported those
#: that may be ignored.
READABLE = (*ELEMENTS, "sequenceFlow", *FOREIGN)
