"""What the reader ignores as the vendor's engine does: nothing changes, and a note says what it was and where."""

import pytest
from tests.engine.bpmn_snippets import (
    HEAD,
    boundary,
    catch,
    element,
    end,
    exclusive,
    external,
    flow,
    mapping,
    model,
    path,
    start,
    subprocess,
    timer,
    timer_boundary,
    user,
)

from taskbridge.engine.bpmn import read_bpmn, read_model, read_stored
from taskbridge.engine.errors import BpmnError
from taskbridge.engine.notes import MAX_NOTES, Note, lines

#: Vendor attributes, by the elements that act on them; all other elements ignore them.
ATTRIBUTES = {
    ("userTask",): ("assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority"),
    ("userTask", "startEvent"): ("formKey", "formRef", "formHandlerClass"),
    ("startEvent",): ("initiator",),
    ("serviceTask",): ("type", "topic", "class", "expression", "delegateExpression", "resultVariable"),
    ("businessRuleTask",): ("decisionRef", "mapDecisionResult"),
    ("callActivity",): ("calledElementBinding", "variableMappingClass", "caseRef"),
    ("process",): ("historyTimeToLive", "versionTag", "isStartableInTasklist", "candidateStarterUsers"),
    (): ("collection", "elementVariable", "errorCodeVariable", "resource", "modelerTemplate", "surprise"),
}
EXTENSIONS = {
    ("userTask",): ("taskListener",),
    ("userTask", "startEvent"): ("formData", "formProperty"),
    ("serviceTask",): ("connector", "errorEventDefinition"),
    ("process",): ("potentialStarter",),
    (): ("field", "in", "out", "list", "script", "surprise"),
}
KINDS = (
    *("process", "startEvent", "endEvent", "task", "userTask", "serviceTask", "subProcess", "exclusiveGateway"),
    *("parallelGateway", "intermediateThrowEvent", "intermediateCatchEvent", "boundaryEvent", "sequenceFlow"),
)
#: What an element needs to be there at all.
NEEDED = {
    "serviceTask": 'camunda:type="external" camunda:topic="work"',
    "boundaryEvent": 'attachedToRef="a"',
    "sequenceFlow": 'sourceRef="start" targetRef="a"',
}
CONTENT = {
    "subProcess": start("inner"),
    "intermediateCatchEvent": timer("timeDuration", "PT1H"),
    "boundaryEvent": timer("timeDuration", "PT1H"),
}


def with_element(kind: str, attributes: str = "", extension: str = "") -> bytes:
    """A model in which an element of that kind, ``it``, has these."""
    held = f"<extensionElements>{extension}</extensionElements>" if extension else ""
    around = user("a") if kind == "startEvent" else start() + user("a")
    if kind == "process":
        return (
            f'{HEAD}<process id="it" isExecutable="true" {attributes}>{held}{around}</process></definitions>'.encode()
        )
    gateway = "Gateway" in kind
    written = f'<{kind} id="it" {NEEDED.get(kind, "")} {attributes}>{held}{CONTENT.get(kind, "")}</{kind}>'
    return model(around, written, flow("it", "a") if gateway else "")


def notes_of(content: bytes) -> list[Note]:
    return read_model("f.bpmn", content).notes


def by_name(named: dict[tuple[str, ...], tuple[str, ...]]) -> list[tuple[str, tuple[str, ...]]]:
    return [(name, acting) for acting, names in named.items() for name in names]


@pytest.mark.parametrize(("name", "acting"), by_name(ATTRIBUTES))
def test_an_attribute_is_ignored_by_elements_that_do_not_act_on_it(name: str, acting: tuple[str, ...]) -> None:
    for kind in set(KINDS).difference(acting):
        noted = with_element(kind, f'camunda:{name}="${{x"')
        [note] = notes_of(noted)
        assert note.message == f"Ignored attribute 'camunda:{name}' of {kind} 'it'"
        assert note.element_id == "it"
        assert read_bpmn("f.bpmn", noted) == read_bpmn("f.bpmn", with_element(kind))


@pytest.mark.parametrize(("name", "acting"), by_name(EXTENSIONS))
def test_an_extension_element_is_ignored_by_elements_that_do_not_act_on_it(name: str, acting: tuple[str, ...]) -> None:
    for kind in set(KINDS).difference(acting):
        noted = with_element(kind, extension=f'<camunda:{name} expression="${{x">groovy</camunda:{name}>')
        [note] = notes_of(noted)
        assert note.message == f"Ignored extension element 'camunda:{name}' of {kind} 'it'"
        assert read_bpmn("f.bpmn", noted) == read_bpmn("f.bpmn", with_element(kind))


@pytest.mark.parametrize("kind", ["process", "sequenceFlow"])
@pytest.mark.parametrize(
    "inner",
    ["", '<camunda:inputParameter name="x">1</camunda:inputParameter>', "<camunda:inputParameter/>"],
    ids=["empty", "named", "without a name"],
)
def test_mappings_of_processes_and_flows_are_ignored(kind: str, inner: str) -> None:
    noted = with_element(kind, extension=f"<camunda:inputOutput>{inner}</camunda:inputOutput>")
    [note] = notes_of(noted)
    assert note.message == f"Ignored extension element 'camunda:inputOutput' of {kind} 'it'"
    assert read_bpmn("f.bpmn", noted) == read_bpmn("f.bpmn", with_element(kind))


TIMED = timer("timeDuration", "PT1H")
#: What is ignored in ``it``, the note of it, and the same element without it.
IGNORED = {
    "job attributes of a flow": (
        element("sequenceFlow", "it", sourceRef="a", targetRef="z", camunda_asyncBefore="true"),
        "attribute 'camunda:asyncBefore' of sequenceFlow 'it'",
        element("sequenceFlow", "it", sourceRef="a", targetRef="z"),
    ),
    "foreign attribute": (
        user("it", other_surprise="1").replace("other_", "other:"),
        "attribute 'other:surprise' of userTask 'it'",
        user("it"),
    ),
    "foreign extension": (
        user("it", "<extensionElements><other:x/></extensionElements>"),
        "extension element 'other:x' of userTask 'it'",
        user("it"),
    ),
    "leftover in the older namespace": (
        external("it", activiti_assignee="bob").replace("activiti_", "activiti:"),
        "attribute 'activiti:assignee' of serviceTask 'it'",
        external("it"),
    ),
    **{
        f"{name} beside external": (
            external("it", **{f"camunda_{name}": "${x"}),
            f"attribute 'camunda:{name}' of serviceTask 'it'",
            external("it"),
        )
        for name in ("class", "expression", "delegateExpression", "resultVariable", "decisionRef")
    },
    "start quantity": (user("it", startQuantity="2"), "attribute 'startQuantity' of userTask 'it'", user("it")),
    "completion quantity": (
        element("task", "it", completionQuantity="0"),
        "attribute 'completionQuantity' of task 'it'",
        element("task", "it"),
    ),
    "all of several events": (
        catch("it", "PT1H", parallelMultiple="true"),
        "attribute 'parallelMultiple' of intermediateCatchEvent 'it'",
        catch("it", "PT1H"),
    ),
    "loop": (
        user("it", "<standardLoopCharacteristics><loopCondition>${x</loopCondition></standardLoopCharacteristics>"),
        "standardLoopCharacteristics of userTask 'it'",
        user("it"),
    ),
    "loop of a subprocess": (
        subprocess("it", "<standardLoopCharacteristics/>", start("s")),
        "standardLoopCharacteristics of subProcess 'it'",
        subprocess("it", start("s")),
    ),
    "assignment of data": (
        user("it", "<dataInputAssociation><targetRef>d</targetRef><assignment/></dataInputAssociation>"),
        "assignment of dataInputAssociation",
        user("it", "<dataInputAssociation><targetRef>d</targetRef></dataInputAssociation>"),
    ),
    "complex gateway without flows": (element("complexGateway", "it"), "complexGateway 'it' of process 'p'", ""),
    "ad hoc subprocess without flows": (
        element("adHocSubProcess", "it", element("callActivity", "c")),
        "adHocSubProcess 'it' of process 'p'",
        "",
    ),
    **{
        f"{name} at {kind}": (
            element(kind, "it", f"<{name}/>"),
            f"{name} of {kind} 'it'",
            element(kind, "it"),
        )
        for kind, names in {
            "startEvent": ("error", "escalation", "compensate", "cancel", "link", "terminate"),
            "intermediateThrowEvent": ("timer", "error", "conditional", "cancel", "terminate"),
            "endEvent": ("timer", "conditional", "link"),
        }.items()
        for name in [*(f"{one}EventDefinition" for one in names), "eventDefinitionRef"]
    },
    **{
        f"{name} beside a timer": (
            element("intermediateCatchEvent", "it", f"<{name}EventDefinition/>{TIMED}"),
            f"{name}EventDefinition of intermediateCatchEvent 'it'",
            catch("it", "PT1H"),
        )
        for name in ("message", "signal", "link", "conditional", "compensate")
    },
    "message beside a timer at a boundary": (
        element("boundaryEvent", "it", f"<messageEventDefinition/>{TIMED}", attachedToRef="a"),
        "messageEventDefinition of boundaryEvent 'it'",
        timer_boundary("it", "a", "PT1H"),
    ),
    "terminate in a subprocess' start": (
        subprocess("sub", element("startEvent", "it", "<terminateEventDefinition/>")),
        "terminateEventDefinition of startEvent 'it'",
        subprocess("sub", start("it")),
    ),
    "listener in a definition": (
        element("intermediateCatchEvent", "it", TIMED.replace("<timeD", f"{mapping({'x': '1'})}<timeD")),
        "extension element 'camunda:inputOutput' of timerEventDefinition",
        catch("it", "PT1H"),
    ),
    "decision of a message": (
        end("it", '<messageEventDefinition camunda:decisionRef="d"/>'),
        "attribute 'camunda:decisionRef' of messageEventDefinition",
        end("it", "<messageEventDefinition/>"),
    ),
}


@pytest.mark.parametrize(("written", "what", "same"), IGNORED.values(), ids=IGNORED.keys())
def test_what_the_vendors_engine_ignores_is_ignored(written: str, what: str, same: str) -> None:
    def around(inner: str) -> bytes:
        begin = "" if inner.startswith("<startEvent") else start()
        return model(begin, user("a"), user("z"), inner)

    [note] = notes_of(around(written))
    assert note.message == f"Ignored {what}"
    assert read_bpmn("f", around(written)) == read_bpmn("f", around(same))


QUIET = {
    "a model without extensions": model(start(), user("a"), exclusive("x"), end(), path("start", "a", "x", "end")),
    "what is acted on": model(start(), external("a"), boundary("b", "a", "code"), camunda_versionTag="1"),
    "forms": model(start(camunda_formKey="f"), user("a", camunda_formKey="g")),
    "the defaults": model(start(), user("a", startQuantity="1", completionQuantity="1")),
    "a language": model(start(), user("a").replace('id="a"', 'id="a" xml:lang="en"')),
}


@pytest.mark.parametrize("content", QUIET.values(), ids=QUIET.keys())
def test_there_are_no_notes_without_a_reason(content: bytes) -> None:
    assert notes_of(content) == []


def test_notes_stand_in_document_order_with_line_and_column() -> None:
    content = model(start(), "\n  ", user("a", camunda_class="x"), "\n", user("b", camunda_x="1", camunda_y="2"))
    assert [(one.line, one.column, one.element_id) for one in notes_of(content)] == [
        (2, 3, "a"),
        (3, 1, "b"),
        (3, 1, "b"),
    ]


def test_notes_come_with_the_problems_of_a_file() -> None:
    with pytest.raises(BpmnError) as raised:
        read_model("f", model(start(), user("a", camunda_class="x"), element("scriptTask", "s")))
    assert [one.element_id for one in raised.value.problems] == ["s"]
    assert [one.element_id for one in raised.value.notes] == ["a"]


def test_a_stored_file_is_read_without_notes() -> None:
    content = model(start(), user("a", camunda_class="x"))
    assert read_stored("f", content, "p") == read_model("f", content).processes[0]


def test_a_log_has_a_line_for_each_kind() -> None:
    tasks = [user(f"u{number}", camunda_class="x", camunda_y="1") for number in range(3)]
    content = model("\n", start(), "\n", *tasks, "\n", external("e", camunda_y="1"))
    assert list(lines("f.bpmn", notes_of(content))) == [
        "f.bpmn:3:1: Ignored attribute 'camunda:class' of userTask 'u0' (and 2 more like it)",
        "f.bpmn:3:1: Ignored attribute 'camunda:y' of userTask 'u0' (and 2 more like it)",
        "f.bpmn:4:1: Ignored attribute 'camunda:y' of serviceTask 'e'",
    ]


def test_a_hostile_file_does_not_flood_the_log() -> None:
    many = " ".join(f'camunda:{"x" * 500}{number}="1"' for number in range(2 * MAX_NOTES))
    notes = notes_of(model(start(), user("a").replace('id="a"', f'id="a" {many}')))
    assert len(notes) == MAX_NOTES
    written = list(lines("f", notes))
    assert len(written) == 21
    assert max(map(len, written)) <= 300


def test_a_process_is_executable_where_it_says_true() -> None:
    def file(flag: str) -> bytes:
        return model(start(), element("scriptTask", "s"), isExecutable=flag)

    assert read_bpmn("f", file("1")) == []
    assert read_bpmn("f", file("false"), executable_by_default=True) == []
    with pytest.raises(BpmnError):
        read_bpmn("f", file("true"))
    with pytest.raises(BpmnError):
        read_bpmn("f", file("1"), executable_by_default=True)


@pytest.mark.parametrize(
    "written",
    [
        user("a", "<extensionElements>text<documentation>x</documentation></extensionElements>"),
        user("a", "<extensionElements/><extensionElements/>"),
        user("a", "<other:x/><camunda:properties/>"),
        user("a") + exclusive("x", gatewayDirection="Sideways") + flow("x", "a"),
    ],
)
def test_what_only_the_schema_forbids_is_passed_over(written: str) -> None:
    assert notes_of(model(start(), written)) == []
