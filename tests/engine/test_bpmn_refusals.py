"""What the reader refuses, and that it says where and why. Nothing that would change behaviour is skipped silently."""

import pytest
from tests.engine.bpmn_snippets import (
    HEAD,
    boundary,
    element,
    end,
    error_end,
    exclusive,
    external,
    flow,
    mapping,
    model,
    path,
    problems_of,
    start,
    subprocess,
    timer,
    user,
)

from taskbridge.engine.bpmn import read_bpmn
from taskbridge.engine.elements import registry
from taskbridge.engine.events.definitions import DEFINITIONS as SUPPORTED
from taskbridge.engine.events.position import EventElement


def extension(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def event(kind: str, definition: str, **attributes: str) -> str:
    return element(kind, "it", f"<{definition}/>", **attributes)


#: What the vendor's engine acts on at each position, and this one does not.
DEFINITIONS = {
    kind: sorted(
        name.removesuffix("EventDefinition")
        for name in element.acts_on
        if name not in SUPPORTED or element.position not in SUPPORTED[name].types
    )
    for kind, element in registry.ELEMENTS.items()
    if isinstance(element, EventElement)
}
BARRED = "is not allowed on start event within a subprocess"
EVENT_ONLY = "only allowed on start event if subprocess is an event subprocess"
INSIDE = {
    **{name: f"{name}EventDefinition {BARRED}" for name in ("timer", "conditional", "escalation", "compensate")},
    **{name: f"{name}EventDefinition {EVENT_ONLY}" for name in ("message", "error")},
    "signal": f"signalEventDefintion {EVENT_ONLY}",
}
HOUR = timer("timeDuration", "PT1H")

UNSUPPORTED = {
    **{
        f"{kind} {name}": (event(kind, f"{name}EventDefinition", attachedToRef="host"), f"{name}EventDefinition")
        if kind == "boundaryEvent"
        else (event(kind, f"{name}EventDefinition"), f"{name}EventDefinition")
        for kind, names in DEFINITIONS.items()
        for name in names
    },
    **{
        f"start inside {name}": (subprocess("sub", event("startEvent", f"{name}EventDefinition")), text)
        for name, text in INSIDE.items()
    },
    "start of an event subprocess": (
        subprocess("sub", event("startEvent", "compensateEventDefinition"), triggeredByEvent="true"),
        "event subprocess with compensation start event is only supported for embedded subprocess",
    ),
    "compensation beside a timer": (
        element("boundaryEvent", "it", f"<compensateEventDefinition/>{HOUR}", attachedToRef="host"),
        "more than one event definition",
    ),
    **{
        name: (element(name, "it"), f"{name} 'it'")
        for name in (
            "callChoreography",
            "subConversation",
            "noSuchElement",
        )
    },
    "script in a language that is not run": (
        element("scriptTask", "it", "<script>1</script>", scriptFormat="groovy"),
        "script format 'groovy' of scriptTask 'it'",
    ),
    "script in JavaScript, which is switched off": (
        element("scriptTask", "it", "<script>1</script>", scriptFormat="javascript"),
        "Unsupported script format 'javascript' of scriptTask 'it'",
    ),
    "script task without a script": (
        element("scriptTask", "it", scriptFormat="javascript"),
        "Unable to process ScriptTask: No script source or resource was given",
    ),
    "script in no language": (
        element("scriptTask", "it", "<script>1</script>", scriptFormat=""),
        "Unable to process ScriptTask: Script language is empty",
    ),
    "class": (element("serviceTask", "it", camunda_class="a.B"), "camunda:class"),
    "delegate": (element("sendTask", "it", camunda_delegateExpression="${x}"), "camunda:delegateExpression"),
    "decision": (element("businessRuleTask", "it", camunda_decisionRef="d"), "camunda:decisionRef"),
    "decision beside a topic": (
        element("businessRuleTask", "it", camunda_type="external", camunda_topic="x", camunda_decisionRef="d"),
        "camunda:decisionRef",
    ),
    "connector beside a topic": (external("it", extension("<camunda:connector/>")), "camunda:connector"),
    "connector of a message": (
        end("it", f"<messageEventDefinition>{extension('<camunda:connector/>')}</messageEventDefinition>"),
        "camunda:connector",
    ),
    "mapping of an event subprocess": (
        subprocess(
            "it", mapping({"x": "1"}), element("startEvent", "s", "<errorEventDefinition/>"), triggeredByEvent="true"
        ),
        "camunda:inputOutput mapping unsupported for element type 'subProcess' with attribute "
        "'triggeredByEvent = true'.",
    ),
    "form handler at a start": (start("it", camunda_formHandlerClass="x"), "camunda:formHandlerClass"),
    "connected complex gateway": (element("complexGateway", "it") + flow("host", "it"), "complexGateway 'it'"),
    "connected ad hoc subprocess": (element("adHocSubProcess", "it") + flow("host", "it"), "adHocSubProcess 'it'"),
    "mail": (element("serviceTask", "it", camunda_type="mail"), "'mail'"),
    "execution listener": (
        user("it", extension('<camunda:executionListener event="start" class="x"/>')),
        "camunda:executionListener",
    ),
    "task listener": (
        user("it", extension('<camunda:taskListener event="create" class="x"/>')),
        "camunda:taskListener",
    ),
    "listener in activiti's namespace": (
        user("it", extension('<activiti:taskListener event="create" class="x"/>')),
        "camunda:taskListener",
    ),
    "connector": (element("serviceTask", "it", extension("<camunda:connector/>")), "camunda:connector"),
    "unknown attribute": (user("it", surprise="1"), "'surprise'"),
    "form handler": (user("it", camunda_formHandlerClass="x"), "camunda:formHandlerClass"),
    "script in a mapping": (
        external("it", mapping({"x": '<camunda:script scriptFormat="groovy">1</camunda:script>'})),
        "'script'",
    ),
    "mapping at a gateway": (
        element("exclusiveGateway", "it", mapping({"x": "1"})),
        "camunda:inputOutput mapping unsupported for element type 'exclusiveGateway'.",
    ),
    "mapping at a boundary event": (
        element("boundaryEvent", "it", "<errorEventDefinition/>" + mapping({"x": "1"}), attachedToRef="host"),
        "camunda:inputOutput mapping unsupported for element type 'boundaryEvent'.",
    ),
    "output of an end event": (end("it", mapping(outputs={"x": "1"})), "outputParameter not allowed"),
}


@pytest.mark.parametrize(("written", "named"), UNSUPPORTED.values(), ids=UNSUPPORTED.keys())
def test_what_is_not_supported_is_refused_by_name_and_place(written: str, named: str) -> None:
    content = model(start(), external("host"), path("start", "host"), f"\n    {written}\n")
    found = [problem for problem in problems_of(content) if named in problem.message]
    assert found, problems_of(content)
    assert found[0].element_id == "it"
    assert found[0].line == 2
    assert found[0].column >= 5


def test_problems_stand_in_document_order_with_line_and_column() -> None:
    content = model("\n ", start(), "\n\n   ", element("callActivity", "c"), '\n<userTask\n id="u"\n x="1"/>')
    places = [(problem.line, problem.column, problem.element_id) for problem in problems_of(content)]
    assert places == [(4, 4, "c"), (5, 1, "u")]


def test_one_unsupported_element_causes_no_other_problems() -> None:
    content = model(start(), element("scriptTask", "it"), end(), path("start", "it", "end"))
    assert len(problems_of(content)) == 1


LISTENER = extension('<camunda:executionListener event="start" class="x"/>')
SCRIPT = '<camunda:script scriptFormat="groovy">1</camunda:script>'
CARRIED = {
    "listener of a script task": (element("scriptTask", "it", LISTENER), "it", "camunda:executionListener"),
    "script of a call activity": (element("callActivity", "it", mapping({"x": SCRIPT})), "it", "'script'"),
    "step of a transaction": (element("transaction", "it", user("in", LISTENER)), "in", "camunda:executionListener"),
    "step of a subprocess of a transaction": (
        element("transaction", "it", subprocess("sub", start("s"), element("complexGateway", "in"), path("s", "in"))),
        "in",
        "Unsupported element complexGateway 'in' in subProcess 'sub'",
    ),
    "unknown step of a transaction": (
        element("transaction", "it", user("u") + element("complexGateway", "in") + path("u", "in")),
        "in",
        "Unsupported element complexGateway 'in' in transaction 'it'",
    ),
    "listener of a message start": (
        element("startEvent", "it", f"{LISTENER}<messageEventDefinition/>"),
        "it",
        "camunda:executionListener",
    ),
}


@pytest.mark.parametrize(("written", "owner", "named"), CARRIED.values(), ids=CARRIED.keys())
def test_what_is_not_supported_hides_nothing_that_it_carries(written: str, owner: str, named: str) -> None:
    problems = problems_of(model(start(), external("host"), path("start", "host"), written))
    assert [one.element_id for one in problems if named in one.message] == [owner], problems
    assert len(problems) > 1


CYCLE = "<camunda:failedJobRetryTimeCycle>R3/PT1M</camunda:failedJobRetryTimeCycle>"
HOST = start() + external("a") + path("start", "a")

RULES = {
    "no start": (user("a"), "p", "process must define a startEvent element"),
    "no start inside": (start() + subprocess("sub", user("a")), "sub", "subProcess must define a startEvent element"),
    "two starts": (
        start("s1") + start("s2"),
        "s2",
        "multiple none start events or timer start events not supported on process definition",
    ),
    "two starts inside": (
        start() + subprocess("sub", start("s1"), start("s2")),
        "s2",
        "multiple start events not supported for subprocess",
    ),
    "unknown source": (start() + flow("x", "start"), "x-start", "Invalid source 'x' of sequence flow 'x-start'"),
    "unknown target": (start() + flow("start", "x"), "start-x", "Invalid destination 'x' of sequence flow 'start-x'"),
    "across scopes": (
        start() + subprocess("sub", start("s"), user("a")) + flow("start", "a"),
        "start-a",
        "Invalid destination 'a' of sequence flow 'start-a'",
    ),
    "missing source": (
        start() + element("sequenceFlow", "f", targetRef="start"),
        "f",
        "Invalid source '' of sequence flow 'f'",
    ),
    "out of an end": (start() + end() + path("start", "end", "start"), "end-start", "Invalid outgoing sequence flow"),
    "into a boundary": (HOST + boundary("b", "a") + flow("a", "b"), "a-b", "Invalid incoming sequence flow"),
    "no gateway flows": (
        start() + exclusive("x") + path("start", "x"),
        "x",
        "Exclusive Gateway 'x' has no outgoing sequence flows.",
    ),
    "one flow with a condition": (
        HOST + exclusive("x") + path("a", "x") + flow("x", "a", "${y}"),
        "x",
        "Exclusive Gateway 'x' has only one outgoing sequence flow ('x-a'). This is not allowed to have a condition.",
    ),
    "default with a condition": (
        HOST + end() + exclusive("x", default="x-a") + flow("x", "a", "${y}") + flow("x", "end", "${z}"),
        "x",
        "Exclusive Gateway 'x' has outgoing sequence flow 'x-a' which is the default flow but has a condition too.",
    ),
    "no condition beside a default": (
        HOST + end() + exclusive("x", default="x-a") + flow("x", "a") + flow("x", "end"),
        "x",
        "Exclusive Gateway 'x' has outgoing sequence flow 'x-end' without condition which is not the default flow.",
    ),
    "unknown default": (
        HOST + end() + exclusive("x", default="f") + flow("x", "a", "${y}") + flow("x", "end"),
        "x",
        "default flow 'f'",
    ),
    "no topic": (
        start() + element("serviceTask", "it", camunda_type="external"),
        "it",
        "External tasks must specify a 'topic' attribute in the camunda namespace",
    ),
    "bad priority": (
        start() + external("it", camunda_taskPriority="high"),
        "it",
        "Value 'high' for attribute 'taskPriority' is not a valid number",
    ),
    "unknown type": (
        start() + element("serviceTask", "it", camunda_type="x"),
        "it",
        "Invalid usage of type attribute on serviceTask: 'x'",
    ),
    "no implementation": (
        start() + element("serviceTask", "it"),
        "it",
        "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on serviceTask.",
    ),
    "syntax of a condition": (HOST + flow("a", "start", "${1 +}"), "a-start", "Error parsing '${1 +}'"),
    "syntax of a topic": (start() + external("it", camunda_topic="${"), "it", "Error parsing '${'"),
    "condition in another language": (
        HOST
        + element(
            "sequenceFlow",
            "f",
            '<conditionExpression language="groovy">x</conditionExpression>',
            sourceRef="a",
            targetRef="start",
        ),
        "f",
        "Unsupported language 'groovy' of a condition",
    ),
    "condition of another type": (
        HOST
        + element(
            "sequenceFlow",
            "f",
            '<conditionExpression xsi:type="tExpression">x</conditionExpression>',
            sourceRef="a",
            targetRef="start",
        ),
        "f",
        "Invalid type, only tFormalExpression is currently supported",
    ),
    "boundary of nothing": (
        HOST + element("boundaryEvent", "b", "<errorEventDefinition/>"),
        "b",
        "Invalid reference in boundary event.",
    ),
    "boundary of something elsewhere": (
        start() + subprocess("sub", start("s"), external("a")) + boundary("b", "a"),
        "b",
        "Invalid reference in boundary event.",
    ),
    "boundary of a gateway": (
        HOST + exclusive("x") + path("a", "x", "start") + boundary("b", "x"),
        "b",
        "Invalid reference in boundary event.",
    ),
    "boundary without a definition": (
        HOST + element("boundaryEvent", "b", attachedToRef="a"),
        "b",
        "Unsupported boundary event type",
    ),
    "error end without a reference": (
        start() + end("e", "<errorEventDefinition/>"),
        "e",
        "'errorRef' attribute is mandatory on error end event",
    ),
    "two definitions": (
        start() + end("e", "<terminateEventDefinition/><errorEventDefinition/>"),
        "e",
        "more than one event definition",
    ),
    "two timers": (
        HOST + element("intermediateCatchEvent", "e", HOUR + HOUR),
        "e",
        "multiple elements with tag name timerEventDefinition found.",
    ),
    "two times of a timer": (
        HOST
        + element(
            "intermediateCatchEvent",
            "e",
            "<timerEventDefinition><timeCycle>R/PT1H</timeCycle><timeDuration>PT1H</timeDuration></timerEventDefinition>",
        ),
        "e",
        "Invalid content was found starting with element 'timeDuration'. No child element is expected at this point.",
    ),
    "a timer without a time": (
        HOST + element("intermediateCatchEvent", "e", '<timerEventDefinition id="t"/>'),
        "t",
        "Timer needs configuration (either timeDate, timeCycle or timeDuration is needed).",
    ),
    "nothing to wait for": (
        HOST + element("intermediateCatchEvent", "e", "<terminateEventDefinition/>"),
        "e",
        "Unsupported intermediate catch event type",
    ),
    "nothing to catch": (
        HOST + element("boundaryEvent", "e", "<linkEventDefinition/>", attachedToRef="a"),
        "e",
        "Unsupported boundary event type",
    ),
    "a priority of more than 32 bits": (
        start() + user("it", camunda_jobPriority="2147483648"),
        "it",
        "Value '2147483648' for attribute 'jobPriority' is not a valid number",
    ),
    "two mappings": (
        start() + user("it", extension("<camunda:inputOutput/><camunda:inputOutput/>")),
        "it",
        "multiple elements with tag name inputOutput found.",
    ),
    "two retry cycles": (
        start() + user("it", extension(2 * CYCLE), camunda_asyncBefore="true"),
        "it",
        "multiple elements with tag name failedJobRetryTimeCycle found.",
    ),
    "parameter without a name": (
        start() + external("it", extension("<camunda:inputOutput><camunda:inputParameter/></camunda:inputOutput>")),
        "it",
        "Missing attribute 'name' for inputParameter",
    ),
    "entry without a key": (
        start() + external("it", mapping({"x": "<camunda:map><camunda:entry>1</camunda:entry></camunda:map>"})),
        "it",
        "Missing attribute 'key' for 'entry' element",
    ),
    "two values in a parameter": (
        start() + external("it", mapping({"x": "<camunda:list/><camunda:list/>"})),
        "it",
        "Nested parameter can at most have one child element",
    ),
    "two assignees": (
        start() + user("it", "<humanPerformer/>", camunda_assignee="ann"),
        "it",
        "duplicate assignee declaration",
    ),
    "two performers": (start() + user("it", "<humanPerformer/><humanPerformer/>"), "it", "multiple humanPerformer"),
    "missing id": (start() + "<userTask/>", "p", "Attribute 'id' is required on element 'userTask'"),
    "an id that is no name": (start() + user("a b"), "a b", "'a b' is not a valid value for 'NCName'."),
    "the same id twice": (start() + user("a") + user("a"), "a", "There are multiple occurrences of ID value 'a'"),
}


@pytest.mark.parametrize(("body", "owner", "message"), RULES.values(), ids=RULES.keys())
def test_a_broken_rule_is_reported_in_the_vendors_words(body: str, owner: str, message: str) -> None:
    found = [problem for problem in problems_of(model(body)) if message in problem.message]
    assert [problem.element_id for problem in found] == [owner], problems_of(model(body))


def test_an_error_thrown_must_have_a_code() -> None:
    process = element("process", "p", start() + error_end("e", "err") + path("start", "e"), isExecutable="true")
    [problem] = problems_of(f'{HEAD}<error id="err"/>{process}</definitions>')
    assert problem.element_id == "e"
    assert problem.message == (
        "'errorCode' is mandatory on errors referenced by throwing error event definitions, "
        "but the error 'err' does not define one."
    )


def test_unknown_elements_at_the_root_are_refused() -> None:
    [problem] = problems_of(f'{HEAD}<surprise id="x"/></definitions>')
    assert problem.message == "Unsupported element surprise 'x' in definitions"


@pytest.mark.parametrize("value", ["P1Y", "-1", "x", "1.5"])
def test_a_history_time_to_live_must_be_days(value: str) -> None:
    [problem] = problems_of(model(start(), camunda_historyTimeToLive=value))
    assert "historyTimeToLive" in problem.message


#: Where an attribute with a type may stand: a part of a process, with `%s` for its value.
TYPED = {
    "cancelActivity": f'<boundaryEvent id="it" attachedToRef="host" cancelActivity="%s">{HOUR}</boundaryEvent>',
    "isInterrupting": '<subProcess id="sub"><startEvent id="it" isInterrupting="%s"/></subProcess>',
    "triggeredByEvent": '<subProcess id="it" triggeredByEvent="%s"><startEvent id="s"/></subProcess>',
    "isForCompensation": '<task id="it" isForCompensation="%s"/>',
    "parallelMultiple": f'<intermediateCatchEvent id="it" parallelMultiple="%s">{HOUR}</intermediateCatchEvent>',
    "isImmediate": '<sequenceFlow id="it" sourceRef="host" targetRef="host" isImmediate="%s"/>',
    "isCollection": '<dataObject id="it" isCollection="%s"/>',
    "testBefore": '<task id="t"><standardLoopCharacteristics id="it" testBefore="%s"/></task>',
}
NO_BOOLEANS = ("no", "off", "yes", "TRUE", "False", "${false}", "", "2", "true false")


def typed(name: str, value: str) -> list[str]:
    """What is wrong with the element that has this value."""
    content = model(start(), external("host"), path("start", "host"), TYPED[name] % value)
    return [problem.message for problem in problems_of(content) if problem.element_id == "it"]


@pytest.mark.parametrize("name", TYPED)
@pytest.mark.parametrize("value", NO_BOOLEANS)
def test_what_is_no_boolean_is_refused_as_the_schema_does(name: str, value: str) -> None:
    first, second, *_ = typed(name, value)
    assert first == f"'{value}' is not a valid value for 'boolean'."
    assert second.startswith(f"The value '{value}' of attribute '{name}' on element '")
    assert second.endswith("' is not valid with respect to its type, 'boolean'.")


@pytest.mark.parametrize("name", TYPED)
@pytest.mark.parametrize("value", ["false", "0", " false ", "0&#10;"])
def test_booleans_may_be_written_in_all_ways_of_the_schema(name: str, value: str) -> None:
    assert typed(name, value) == []


@pytest.mark.parametrize("name", ["isExecutable", "isClosed"])
@pytest.mark.parametrize("value", NO_BOOLEANS)
def test_a_process_has_booleans_too(name: str, value: str) -> None:
    assert [problem.message for problem in problems_of(model(start(), **{name: value}))] == [
        f"'{value}' is not a valid value for 'boolean'.",
        f"The value '{value}' of attribute '{name}' on element 'process' is not valid with respect to its type, "
        "'boolean'.",
    ]


@pytest.mark.parametrize("value", ["1", "0"])
def test_a_process_that_is_executable_by_a_number_is_passed_over(value: str) -> None:
    assert read_bpmn("test.bpmn", model(start(), isExecutable=value)) == []


@pytest.mark.parametrize("value", ["1.5", "", "one", "1 2"])
def test_what_is_no_whole_number_is_refused_as_the_schema_does(value: str) -> None:
    content = model(start(), user("it", startQuantity=value), path("start", "it"))
    assert [problem.message for problem in problems_of(content)] == [
        f"'{value}' is not a valid value for 'integer'.",
        f"The value '{value}' of attribute 'startQuantity' on element 'userTask' is not valid with respect to its "
        "type, 'integer'.",
    ]
