"""Models with events that the vendor's parser refuses: what it says, and of which element. Measured on Camunda 7.24."""

import pytest
from tests.engine.bpmn_snippets import HEAD, boundary, element, end, external, flow, path, problems_of, start, user

from taskbridge.engine.bpmn import read_bpmn

DECLARED = """<message id="m" name="M"/><message id="n" name="N"/><message id="nameless"/><message id="empty" name=""/>
<message id="dynamic" name="${x}"/><error id="error" errorCode="E"/><escalation id="escalation" escalationCode="E"/>
<escalation id="codeless"/><escalation id="blank" escalationCode=""/>"""


def model(*parts: str) -> str:
    """A file with one process of these parts, and some declarations."""
    return f"{HEAD}{DECLARED}{element('process', 'p', ''.join(parts), isExecutable='true')}</definitions>"


def message(reference: str = "m") -> str:
    return f'<messageEventDefinition messageRef="{reference}"/>'


def escalation(reference: str = "") -> str:
    written = f' escalationRef="{reference}"' if reference else ""
    return f"<escalationEventDefinition{written}/>"


ERROR, NO_MESSAGE = "<errorEventDefinition/>", "<messageEventDefinition/>"


def begin(identifier: str, definition: str = "", /, **attributes: str) -> str:
    return element("startEvent", identifier, definition, **attributes)


def handler(identifier: str, definition: str, /, **attributes: str) -> str:
    """An event subprocess, and its start event."""
    return element("subProcess", identifier, begin(f"{identifier}s", definition, **attributes), triggeredByEvent="true")


def catch(identifier: str, definition: str) -> str:
    return element("intermediateCatchEvent", identifier, definition)


def edge(identifier: str, definition: str, host: str = "t", /, **attributes: str) -> str:
    return element("boundaryEvent", identifier, definition, attachedToRef=host, **attributes)


def receive(identifier: str, reference: str) -> str:
    return element("receiveTask", identifier, messageRef=reference)


def throw(identifier: str, definition: str) -> str:
    return element("intermediateThrowEvent", identifier, definition)


HOST = start("s") + user("t") + path("s", "t")
GATEWAY = HOST + element("eventBasedGateway", "g") + path("t", "g")
SCOPE = start("s") + path("s", "sub")
NO_NAME = "Cannot have a message event subscription with an empty or missing name"
NO_REFERENCE = [
    "attribute 'messageRef' is required",
    "Invalid 'messageRef': no message with id 'null' found.",
]
UNKNOWN = "Invalid 'messageRef': no message with id 'nope' found."
TWICE = "Cannot have more than one message event subscription with name '{}' for scope '{}'"
EVENT_SUBPROCESS_START = (
    "start event of event subprocess must be of type "
    "'error', 'message', 'timer', 'signal', 'compensation' or 'escalation'"
)
NOT_ESCALATING = "An escalation boundary event should only be attached to a subprocess, a call activity or an user task"
ONE_ALL = (
    "The same scope can not contains more than one escalation {0} without escalation code. "
    "An escalation {0} without escalation code catch all escalation events."
)
ALL_BESIDE_ONE = (
    "The same scope can not contains an escalation {0} without escalation code and another one with escalation code. "
    "The escalation {0} without escalation code catch all escalation events."
)
BEHIND = "Event based gateway can only be connected to elements of type intermediateCatchEvent"
STARTS = "multiple none start events or timer start events not supported on process definition"
HOUR = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"

#: Model; what is said; of which element.
RULES: dict[str, tuple[str, str | list[str], str]] = {
    # names of messages
    "an expression at a start": (
        begin("s", message("dynamic")),
        "Invalid message name '${x}' for element 'messageEventDefinition': "
        "expressions in the message start event name are not allowed!",
        "s",
    ),
    "no name at a start": (begin("s", message("nameless")), NO_NAME, "s"),
    "an empty name at a start": (begin("s", message("empty")), NO_NAME, "s"),
    "no name of an awaited message": (HOST + catch("c", message("nameless")), NO_NAME, "c"),
    "no name at a boundary": (HOST + edge("b", message("nameless")), NO_NAME, "b"),
    "no name at an event subprocess": (HOST + handler("x", message("empty")), NO_NAME, "xs"),
    "no name of a receive task": (HOST + receive("r", "nameless"), NO_NAME, "r"),
    # references to messages
    "no message at a start": (begin("s", NO_MESSAGE), NO_REFERENCE, "s"),
    "no message at an event subprocess": (HOST + handler("x", NO_MESSAGE), NO_REFERENCE, "xs"),
    "no awaited message": (HOST + catch("c", NO_MESSAGE), NO_REFERENCE, "c"),
    "no message at a boundary": (HOST + edge("b", NO_MESSAGE), NO_REFERENCE, "b"),
    "an unknown message at a start": (begin("s", message("nope")), UNKNOWN, "s"),
    "an unknown message at a boundary": (HOST + edge("b", message("nope")), UNKNOWN, "b"),
    "an unknown awaited message": (HOST + catch("c", message("nope")), UNKNOWN, "c"),
    "an unknown message of a receive task": (HOST + receive("r", "nope"), UNKNOWN, "r"),
    "an empty reference of a receive task": (
        HOST + receive("r", ""),
        "Invalid 'messageRef': no message with id '' found.",
        "r",
    ),
    # one message twice
    "starts": (begin("s", message()) + begin("z", message()), TWICE.format("M", "null"), "z"),
    "event subprocesses": (HOST + handler("x", message()) + handler("y", message()), TWICE.format("M", "null"), "ys"),
    "event subprocesses inside": (
        SCOPE + element("subProcess", "sub", start("i") + handler("x", message()) + handler("y", message())),
        TWICE.format("M", "sub"),
        "ys",
    ),
    "an event subprocess and a boundary": (
        SCOPE + element("subProcess", "sub", start("i") + handler("x", message())) + edge("b", message(), "sub"),
        TWICE.format("M", "sub"),
        "b",
    ),
    "boundaries": (HOST + edge("a", message()) + edge("b", message()), TWICE.format("M", "t"), "b"),
    "boundaries with an expression": (
        HOST + edge("a", message("dynamic")) + edge("b", message("dynamic")),
        TWICE.format("${x}", "t"),
        "b",
    ),
    "a receive task and its boundary": (
        HOST + receive("r", "m") + edge("b", message(), "r"),
        TWICE.format("M", "r"),
        "b",
    ),
    "events behind a gateway": (
        GATEWAY + catch("c", message()) + catch("d", message()) + flow("g", "c") + flow("g", "d"),
        TWICE.format("M", "g"),
        "d",
    ),
    # starts
    "two starts by key": (start("s") + start("z"), STARTS, "z"),
    "a timer beside a start by key": (start("s") + begin("z", HOUR), STARTS, "z"),
    "an escalation that is no event of a start": (start("s") + begin("z", escalation()), STARTS, "z"),
    "nothing to begin with but an error": (
        handler("x", ERROR),
        "process must define a startEvent element",
        "p",
    ),
    # event subprocesses
    "an event subprocess of nothing": (
        HOST + element("subProcess", "x", triggeredByEvent="true"),
        "subProcess must define a startEvent element",
        "x",
    ),
    "an event subprocess of a none start": (HOST + handler("x", ""), EVENT_SUBPROCESS_START, "xs"),
    "an event subprocess of a terminate start": (
        HOST + handler("x", "<terminateEventDefinition/>"),
        EVENT_SUBPROCESS_START,
        "xs",
    ),
    "two starts of an event subprocess": (
        HOST + element("subProcess", "x", begin("a", message()) + begin("b", message("n")), triggeredByEvent="true"),
        "multiple start events not supported for subprocess",
        "b",
    ),
    "a flow to an event subprocess": (
        HOST + handler("x", message()) + flow("t", "x"),
        "Invalid incoming sequence flow of event subprocess",
        "t-x",
    ),
    "a flow from an event subprocess": (
        HOST + handler("x", message()) + user("u") + flow("x", "u"),
        "Invalid outgoing sequence flow of event subprocess",
        "x-u",
    ),
    **{
        f"an error that would not interrupt: {value}": (
            HOST + handler("x", ERROR, isInterrupting=value),
            "error start event of event subprocess must be interrupting",
            "xs",
        )
        for value in ("false", "0")
    },
    "a message that begins a subprocess": (
        SCOPE + element("subProcess", "sub", begin("i", message())),
        "messageEventDefinition only allowed on start event if subprocess is an event subprocess",
        "i",
    ),
    # escalations
    "an unknown escalation at an end": (
        start("s") + end("e", escalation("nope")) + path("s", "e"),
        "could not find escalation with id 'nope'",
        "e",
    ),
    "an unknown escalation at an event subprocess": (
        HOST + handler("x", escalation("nope")),
        "could not find escalation with id 'nope'",
        "xs",
    ),
    "no escalation at an end": (
        start("s") + end("e", escalation()) + path("s", "e"),
        "escalationEventDefinition does not have required attribute 'escalationRef'",
        "e",
    ),
    "an escalation without a code at an end": (
        start("s") + end("e", escalation("codeless")) + path("s", "e"),
        "escalation end event must have an 'escalationCode'",
        "e",
    ),
    "an escalation without a code that is thrown": (
        HOST + throw("e", escalation("blank")),
        "throwing escalation event must have an 'escalationCode'",
        "e",
    ),
    **{
        f"an escalation of a {name}": (HOST + host + path("t", "h") + edge("b", escalation(), "h"), NOT_ESCALATING, "b")
        for name, host in (
            ("receive task", element("receiveTask", "h")),
            ("worker", external("h")),
            ("task", element("task", "h")),
        )
    },
    "two event subprocesses for a code": (
        HOST + handler("x", escalation("escalation")) + handler("y", escalation("escalation")),
        "multiple escalation event subprocesses with the same escalationCode 'E' are not supported on same scope",
        "ys",
    ),
    "two boundary events for a code": (
        HOST + edge("a", escalation("escalation")) + edge("b", escalation("escalation")),
        "multiple escalation boundary events with the same escalationCode 'E' are not supported on same scope",
        "b",
    ),
    "two event subprocesses for all": (
        HOST + handler("x", escalation("blank")) + handler("y", escalation()),
        ONE_ALL.format("event subprocess"),
        "ys",
    ),
    "two boundary events for all": (
        HOST + edge("a", escalation()) + edge("b", escalation()),
        ONE_ALL.format("boundary event"),
        "b",
    ),
    "an event subprocess for all beside one for a code": (
        HOST + handler("x", escalation("escalation")) + handler("y", escalation("codeless")),
        ALL_BESIDE_ONE.format("event subprocess"),
        "ys",
    ),
    "a boundary event for a code beside one for all": (
        HOST + edge("a", escalation()) + edge("b", escalation("escalation")),
        ALL_BESIDE_ONE.format("boundary event"),
        "b",
    ),
    # event-based gateways
    "a task behind a gateway": (GATEWAY + user("u") + flow("g", "u"), BEHIND, "g"),
    "a receive task behind a gateway": (GATEWAY + receive("r", "m") + flow("g", "r"), BEHIND, "g"),
    "another way to an event behind a gateway": (
        GATEWAY + catch("c", message()) + flow("g", "c") + flow("t", "c"),
        "Invalid incoming sequenceflow for intermediateCatchEvent with id 'c' connected to an event-based gateway.",
        "t-c",
    ),
    "a gateway that is left later": (
        HOST + element("eventBasedGateway", "g", camunda_asyncAfter="true") + path("t", "g"),
        "'asyncAfter' not supported for eventBasedGateway elements.",
        "g",
    ),
    # where nothing can be awaited
    "an error that is awaited": (HOST + catch("c", ERROR), "Unsupported intermediate catch event type", "c"),
    "an escalation that is awaited": (
        HOST + catch("c", escalation("escalation")),
        "Unsupported intermediate catch event type",
        "c",
    ),
    "a mapping at a start": (
        begin(
            "s",
            '<extensionElements><camunda:inputOutput><camunda:inputParameter name="a">1</camunda:inputParameter>'
            f"</camunda:inputOutput></extensionElements>{message()}",
        ),
        "camunda:inputOutput mapping unsupported for element type 'startEvent'.",
        "s",
    ),
}


@pytest.mark.parametrize(("content", "said", "owner"), RULES.values(), ids=RULES.keys())
def test_a_model_is_refused_in_the_vendors_words(content: str, said: str | list[str], owner: str) -> None:
    expected = [said] if isinstance(said, str) else said
    assert [(one.message, one.element_id) for one in problems_of(model(content))] == [(one, owner) for one in expected]


ALLOWED = {
    "errors that are declared nowhere": HOST + handler("x", '<errorEventDefinition errorRef="nope"/>'),
    "errors without a code": HOST + edge("b", '<errorEventDefinition errorRef="error"/>') + edge("c", ERROR),
    "event subprocesses for all errors": HOST + handler("x", ERROR) + handler("y", ERROR),
    "an error boundary that says that it does not interrupt": HOST + edge("b", ERROR, cancelActivity="false"),
    "an error at a receive task": HOST + element("receiveTask", "r") + path("t", "r") + boundary("b", "r"),
    "a start that does not interrupt": begin("s", message(), isInterrupting="false"),
    "a form at a message start": begin("s", message(), camunda_formKey="form", camunda_initiator="who"),
    "messages only": begin("s", message()) + begin("z", message("n")),
    "a start by key beside a message": start("s") + begin("z", message()),
    "a message for a start and for an event subprocess": begin("s", message()) + handler("x", message()),
    "an error at a process start": begin("s", ERROR),
    "an escalation at a process start": begin("s", escalation("escalation")),
    "an expression at an event subprocess": HOST + handler("x", message("dynamic")),
    "an escalation without a code that is caught": HOST + edge("b", escalation("blank")),
    "a receive task that would instantiate": HOST + element("receiveTask", "r", messageRef="m", instantiate="true"),
    "two receive tasks of a message": HOST + receive("r", "m") + receive("q", "m") + path("t", "r") + path("t", "q"),
    "a gateway with nothing behind": GATEWAY,
    "a gateway with one event behind": GATEWAY + catch("c", message()) + flow("g", "c"),
    "a gateway that is entered later": HOST + element("eventBasedGateway", "g", camunda_asyncBefore="true"),
    "a flow to a start": HOST + flow("t", "s"),
}


@pytest.mark.parametrize("content", ALLOWED.values(), ids=ALLOWED.keys())
def test_a_model_that_the_vendor_takes_is_taken(content: str) -> None:
    (process,) = read_bpmn("test.bpmn", model(content).encode())
    assert process.key == "p"
