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
    user,
)


def extension(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def event(kind: str, definition: str, **attributes: str) -> str:
    return element(kind, "it", f"<{definition}/>", **attributes)


DEFINITIONS = (
    "messageEventDefinition",
    "signalEventDefinition",
    "escalationEventDefinition",
    "conditionalEventDefinition",
    "compensateEventDefinition",
    "cancelEventDefinition",
    "linkEventDefinition",
)

UNSUPPORTED = {
    **{f"start {name}": (event("startEvent", name), name) for name in DEFINITIONS},
    **{f"boundary {name}": (event("boundaryEvent", name, attachedToRef="host"), name) for name in DEFINITIONS},
    **{
        f"throw {name}": (event("intermediateThrowEvent", name), name)
        for name in DEFINITIONS
        if name != "messageEventDefinition"
    },
    **{f"catch {name}": (event("intermediateCatchEvent", name), name) for name in DEFINITIONS},
    "throw timer": (event("intermediateThrowEvent", "timerEventDefinition"), "timerEventDefinition"),
    "end timer": (event("endEvent", "timerEventDefinition"), "timerEventDefinition"),
    **{f"end {name}": (event("endEvent", name), name) for name in DEFINITIONS if name != "messageEventDefinition"},
    **{
        name: (element(name, "it"), f"{name} 'it'")
        for name in (
            "callActivity",
            "scriptTask",
            "receiveTask",
            "eventBasedGateway",
            "complexGateway",
            "transaction",
            "adHocSubProcess",
            "callChoreography",
            "subConversation",
            "noSuchElement",
        )
    },
    "reference to a definition": (
        element("endEvent", "it", "<eventDefinitionRef>x</eventDefinitionRef>"),
        "eventDefinitionRef",
    ),
    "multi-instance": (user("it", "<multiInstanceLoopCharacteristics/>"), "multiInstanceLoopCharacteristics"),
    "standard loop": (element("task", "it", "<standardLoopCharacteristics/>"), "standardLoopCharacteristics"),
    "event subprocess": (subprocess("it", start("s"), triggeredByEvent="true"), "triggeredByEvent"),
    "compensation": (element("task", "it", isForCompensation="true"), "isForCompensation"),
    "start quantity": (element("task", "it", startQuantity="2"), "startQuantity"),
    "class": (element("serviceTask", "it", camunda_class="a.B"), "camunda:class"),
    "expression": (element("serviceTask", "it", camunda_expression="${x}"), "camunda:expression"),
    "delegate": (element("sendTask", "it", camunda_delegateExpression="${x}"), "camunda:delegateExpression"),
    "decision": (element("businessRuleTask", "it", camunda_decisionRef="d"), "camunda:decisionRef"),
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
    "unknown extension": (user("it", extension("<camunda:surprise/>")), "camunda:surprise"),
    "unknown vendor attribute": (user("it", camunda_surprise="1"), "camunda:surprise"),
    "unknown attribute": (user("it", surprise="1"), "'surprise'"),
    "form handler": (user("it", camunda_formHandlerClass="x"), "camunda:formHandlerClass"),
    "error definition at a user task": (
        user("it", extension('<camunda:errorEventDefinition errorRef="x"/>')),
        "camunda:errorEventDefinition",
    ),
    "script in a mapping": (
        external("it", mapping({"x": '<camunda:script scriptFormat="groovy">1</camunda:script>'})),
        "'script'",
    ),
    "assignment of data": (
        user("it", "<dataInputAssociation><targetRef>d</targetRef><assignment/></dataInputAssociation>"),
        "assignment",
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
    content = model("\n ", start(), "\n\n   ", element("callActivity", "c"), '\n<userTask\n id="u"\n camunda:x="1"/>')
    places = [(problem.line, problem.column, problem.element_id) for problem in problems_of(content)]
    assert places == [(4, 4, "c"), (5, 1, "u")]


def test_one_unsupported_element_causes_no_other_problems() -> None:
    content = model(start(), element("scriptTask", "it"), end(), path("start", "it", "end"))
    assert len(problems_of(content)) == 1


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
