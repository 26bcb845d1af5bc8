"""What the reader makes of files that can be run."""

from pathlib import Path

from tests.engine.bpmn_snippets import (
    HEAD,
    boundary,
    element,
    end,
    external,
    flow,
    inclusive,
    load,
    mapping,
    path,
    problems_of,
    run,
    run_process,
    start,
    subprocess,
    task,
    user,
)

from taskbridge.engine.bpmn import read_bpmn
from taskbridge.engine.elements import external_task, user_task
from taskbridge.engine.elements import subprocess as embedded
from taskbridge.engine.events.base import event_of
from taskbridge.engine.events.error import ErrorHandler


def file(*processes: str, more: str = "") -> bytes:
    return f"{HEAD}{more}{''.join(processes)}</definitions>".encode()


def test_a_process_says_what_it_is() -> None:
    process = load(
        "<documentation>Why</documentation>",
        start(camunda_formKey="f", camunda_initiator="by"),
        end(),
        path("start", "end"),
        name="Order",
        camunda_versionTag="v1",
        camunda_historyTimeToLive="P30D",
        camunda_isStartableInTasklist="false",
        camunda_candidateStarterUsers="ann, bob",
        camunda_candidateStarterGroups="sales",
    )
    assert (process.key, process.name, process.description, process.version_tag) == ("p", "Order", "Why", "v1")
    assert (process.history_time_to_live, process.startable_in_tasklist) == (30, False)
    assert (process.start_form_key, process.initiator) == ("f", "by")
    assert (process.candidate_starter_users, process.candidate_starter_groups) == (("ann", "bob"), ("sales",))
    assert process.category == "http://example.org/test"
    assert process.start is not None
    assert process.start.id == "start"


def test_a_process_has_its_extension_properties() -> None:
    written = '<camunda:property name="title" value="New"/><camunda:property id="b"/>'
    process = load(
        f"<extensionElements><camunda:properties>{written}</camunda:properties></extensionElements>",
        start(),
    )
    assert process.properties == {"title": "New", "b": ""}


def test_defaults_of_a_bare_process() -> None:
    process = load(start())
    assert (process.version_tag, process.history_time_to_live, process.startable_in_tasklist) == (None, None, True)


def test_every_executable_process_of_a_file_is_read() -> None:
    one = element("process", "one", start("s1"), isExecutable="true")
    two = element("process", "two", start("s2"), isExecutable="true")
    off = element("process", "off", element("callActivity", "c"), isExecutable="false")
    silent = element("process", "silent", start("s3"))
    content = file(one, two, off, silent)
    assert [process.key for process in read_bpmn("f", content)] == ["one", "two"]
    assert [process.key for process in read_bpmn("f", content, executable_by_default=True)] == ["one", "two", "silent"]


def test_files_without_a_process_give_none() -> None:
    assert read_bpmn("f", file()) == []
    assert read_bpmn("f", b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>') == []


def test_prefixes_comments_and_line_breaks_do_not_matter() -> None:
    content = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
    <b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
      <b:process id="p" isExecutable="true"><!-- a comment -->
        <b:startEvent id="s"/><b:userTask id="a" name="\xe4"/><b:userTask id="c"/>
        <b:exclusiveGateway id="g"/>
        <b:sequenceFlow id="f1" sourceRef="s" targetRef="g"/>
        <b:sequenceFlow id="f2" sourceRef="g" targetRef="a">
          <b:conditionExpression xsi:type="b:tFormalExpression"><!-- why --><![CDATA[
            ${n
              > 1}
          ]]></b:conditionExpression></b:sequenceFlow>
        <b:sequenceFlow id="f3" sourceRef="g" targetRef="c"/>
      </b:process></b:definitions>"""
    [process] = read_bpmn("f", content)
    instance = run_process(process, n=2)
    assert instance.waiting() == ["a"]
    assert process.nodes["a"].name == "\u00e4"


def test_flows_without_ids_get_ids_that_nothing_else_has() -> None:
    bare = '<sequenceFlow sourceRef="start" targetRef="a"/><sequenceFlow sourceRef="a" targetRef="flow4"/>'
    process = load(start(), user("a"), user("flow4"), bare, flow("flow4", "end"), end())
    assert len(process.flows) == 3
    assert not set(process.flows) & set(process.nodes)
    again = load(start(), user("a"), user("flow4"), bare, flow("flow4", "end"), end())
    assert list(again.flows) == list(process.flows)


def test_incoming_and_outgoing_elements_are_not_needed_and_not_believed() -> None:
    wrong = user("a", "<incoming>no-such</incoming><outgoing>neither</outgoing>")
    assert run(start(), wrong, path("start", "a")).waiting() == ["a"]


def test_activiti_names_are_read_as_camundas() -> None:
    node = load(start(), user("a", **{"activiti:assignee": "ann"}), path("start", "a")).nodes["a"]
    found = user_task.settings_of(node)
    assert found is not None
    assert found.assignee is not None
    assert found.assignee.text == "ann"


def test_descriptions_forms_and_foreign_extensions_change_nothing() -> None:
    lanes = '<laneSet id="l"><lane id="l1"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    data = '<dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d"/><dataStoreReference id="ds"/>'
    notes = '<textAnnotation id="t"><text>hm</text></textAnnotation><association id="as" sourceRef="a" targetRef="t"/>'
    form = (
        '<extensionElements><camunda:formData><camunda:formField id="x" defaultValue="1"/></camunda:formData>'
        '<camunda:failedJobRetryTimeCycle>R3/PT1M</camunda:failedJobRetryTimeCycle><other:thing class="x"/>'
        '<camunda:properties><camunda:property name="n" value="v"/></camunda:properties></extensionElements>'
    )
    io = '<ioSpecification><dataInput id="di"/><inputSet/><outputSet/></ioSpecification>'
    task_ = user(
        "a",
        form + io,
        camunda_asyncBefore="false",
        camunda_exclusive="false",
        camunda_jobPriority="3",
        **{"other:color": "red"},
    )
    root = '<message id="m"/><signal id="s" name="s"/><itemDefinition id="i"/>'
    root += '<collaboration id="c"><participant id="pp"/></collaboration>'
    content = file(
        element("process", "p", lanes + data + notes + start() + task_ + path("start", "a"), isExecutable="true"),
        more=root,
    )
    [process] = read_bpmn("f", content)
    assert run_process(process).waiting() == ["a"]


def test_an_external_task_has_topic_properties_and_errors() -> None:
    inner = (
        '<extensionElements><camunda:properties><camunda:property name="n" value="v"/></camunda:properties>'
        '<camunda:errorEventDefinition id="e" errorRef="err" expression="${x}"/>'
        '<camunda:errorEventDefinition id="e2" errorRef="text"/></extensionElements>'
    )
    body = start() + external("a", inner, camunda_type="EXTERNAL", camunda_class="ignored.Here") + path("start", "a")
    [process] = read_bpmn(
        "f", file(element("process", "p", body, isExecutable="true"), more='<error id="err" errorCode="E1"/>')
    )
    settings = external_task.settings_of(process.nodes["a"])
    assert settings is not None
    assert (settings.topic.text, settings.properties) == ("work", {"n": "v"})
    assert [(one.code, one.expression and one.expression.text) for one in settings.errors] == [
        ("E1", "${x}"),
        ("text", None),
    ]


def test_send_and_rule_tasks_can_be_external() -> None:
    for kind in ("sendTask", "businessRuleTask"):
        work = element(kind, "a", camunda_type="external", camunda_topic="t")
        process = load(start(), work, path("start", "a"))
        assert (process.nodes["a"].behaviour, process.nodes["a"].element) == (external_task.EXTERNAL_TASK, kind)


def test_message_events_with_an_implementation_are_external_tasks_and_others_are_passed() -> None:
    definition = '<messageEventDefinition camunda:type="external" camunda:topic="mail"/>'
    properties = '<camunda:properties><camunda:property name="n" value="v"/></camunda:properties>'
    properties = f"<extensionElements>{properties}</extensionElements>"
    instance = run(
        start(),
        element("intermediateThrowEvent", "m1", properties + definition),
        element("intermediateThrowEvent", "m2", '<messageEventDefinition messageRef="x"/>'),
        end("m3", definition),
        path("start", "m1", "m2", "m3"),
    )
    assert instance.waiting() == ["m1"]
    settings = external_task.settings_of(instance.process.nodes["m1"])
    assert settings is not None
    assert settings.properties == {"n": "v"}
    instance.complete(task(instance, "m1").id)
    assert instance.waiting() == ["m3"]
    instance.complete(task(instance, "m3").id)
    assert instance.visited() == ["m1", "m2", "m3", "start"]


def test_boundaries_belong_to_their_host_in_document_order() -> None:
    process = load(
        start(),
        boundary("b2", "a", camunda_errorCodeVariable="c"),
        external("a"),
        boundary("b1", "a", "E1"),
        path("start", "a"),
    )
    host = process.nodes["a"]
    assert [event.id for event in host.boundaries] == ["b2", "b1"]
    assert [event_of(one).settings for one in host.boundaries] == [ErrorHandler(None, "c"), ErrorHandler("E1")]


def test_nodes_know_their_scope_and_subprocesses_their_start() -> None:
    process = load(
        start(), subprocess("sub", mapping({"x": "1"}), start("s"), user("a"), path("s", "a")), path("start", "sub")
    )
    assert (process.nodes["a"].scope, process.nodes["sub"].scope) == ("sub", None)
    first = embedded.start_of(process.nodes["sub"])
    assert first is not None
    assert [way.target for way in first.outgoing] == ["a"]


def test_reach_names_what_can_still_come_to_an_inclusive_join() -> None:
    process = load(
        start(),
        inclusive("fork"),
        user("a"),
        user("b"),
        external("c"),
        boundary("e", "c"),
        inclusive("join"),
        user("after"),
        path("start", "fork", "a", "join", "after"),
        path("fork", "b"),
        path("fork", "c"),
        path("e", "join"),
    )
    assert process.reach == {"join": {"start", "fork", "a", "e"}}  # not "c", the host of the boundary event


def test_reading_the_same_file_twice_gives_equal_processes() -> None:
    content = Path(__file__).read_bytes()
    assert problems_of(content)
    assert load(start(), user("a"), path("start", "a")) == load(start(), user("a"), path("start", "a"))
