"""Work that a model leaves to the vendor's Java engine: refused with what would help, or left to workers."""

from typing import NamedTuple

import pytest
from tests.engine.bpmn_snippets import (
    complete,
    element,
    end,
    external,
    mapping,
    model,
    path,
    run_process,
    start,
    task,
    typed,
    user,
    values,
)

from taskbridge.engine.bpmn import Model, read_model, read_stored
from taskbridge.engine.bpmn_xml import HandedOver
from taskbridge.engine.elements.external_task import ExternalTaskSettings, settings_of
from taskbridge.engine.errors import BpmnError, Problem, UnreadableModel
from taskbridge.engine.problem_kinds import Kind
from taskbridge.engine.state import ForWorker
from taskbridge.kinds import Handling

NAME = "f.bpmn"


def extension(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def connector(inner: str = "", identifier: str = "http-connector") -> str:
    named = f"<camunda:connectorId>{identifier}</camunda:connectorId>" if identifier else ""
    return f"<camunda:connector>{named}{inner}</camunda:connector>"


def service(inner: str = "", /, **attributes: str) -> str:
    return element("serviceTask", "it", inner, **attributes)


def script(language: str, text: str = "x = 1") -> str:
    return element("scriptTask", "it", f"<script>{text}</script>", scriptFormat=language)


def message(kind: str, inner: str = "", **attributes: str) -> str:
    return element(kind, "it", element("messageEventDefinition", "definition", inner, **attributes))


#: What an element leaves to others, its kind, and the topic of the workers.
FOREIGN = {
    "class": (service(camunda_class="org.acme.Pay"), Kind.JAVA_CLASS, "org.acme.Pay"),
    "class in activiti's namespace": (
        '<serviceTask id="it" activiti:class="org.acme.Pay"/>',
        Kind.JAVA_CLASS,
        "org.acme.Pay",
    ),
    "delegate expression": (
        service(camunda_delegateExpression="${ payBean }"),
        Kind.DELEGATE_EXPRESSION,
        "payBean",
    ),
    "delegate expression of a send task": (
        element("sendTask", "it", camunda_delegateExpression="#{mailer}"),
        Kind.DELEGATE_EXPRESSION,
        "mailer",
    ),
    "bean": (service(camunda_expression="${mailer.send(to, 'x')}"), Kind.BEAN_EXPRESSION, "mailer.send"),
    "bean without parameters": (service(camunda_expression="#{mailer.send()}"), Kind.BEAN_EXPRESSION, "mailer.send"),
    "bean with a method that values have": (
        service(camunda_expression="${orders.get(id)}"),
        Kind.BEAN_EXPRESSION,
        "orders.get",
    ),
    "bean in a text": (service(camunda_expression="x-${ mailer.send (to) }"), Kind.BEAN_EXPRESSION, "mailer.send"),
    "bean whose result is set": (
        service(camunda_expression="${execution.setVariable('x', orders.load(id))}"),
        Kind.BEAN_EXPRESSION,
        "orders.load",
    ),
    "bean asked under a condition": (
        service(camunda_expression="${not empty id ? orders.load(id).total : null}"),
        Kind.BEAN_EXPRESSION,
        "orders.load",
    ),
    "service of the engine": (
        service(camunda_expression="${execution.getProcessEngineServices().getTaskService()}"),
        Kind.BEAN_EXPRESSION,
        "execution.getProcessEngineServices",
    ),
    "connector": (service(extension(connector())), Kind.CONNECTOR, "http-connector"),
    "connector beside a topic": (external("it", extension(connector())), Kind.CONNECTOR, "http-connector"),
    "decision": (element("businessRuleTask", "it", camunda_decisionRef="risk"), Kind.DECISION, "risk"),
    "decision beside a topic": (
        element("businessRuleTask", "it", camunda_decisionRef="risk", camunda_type="external", camunda_topic="x"),
        Kind.DECISION,
        "risk",
    ),
    "mail": (service(camunda_type="mail"), Kind.BUILT_IN_TASK, "mail"),
    "shell": (service(camunda_type="Shell"), Kind.BUILT_IN_TASK, "shell"),
    "Groovy": (script("Groovy"), Kind.SCRIPT, "groovy:it"),
    "JavaScript that is not deployed": (
        element("scriptTask", "it", scriptFormat="javascript", camunda_resource="classpath://a.js"),
        Kind.SCRIPT,
        "javascript:it",
    ),
    "message thrown": (
        message("intermediateThrowEvent", camunda_class="org.acme.Tell"),
        Kind.JAVA_CLASS,
        "org.acme.Tell",
    ),
    "message at the end": (
        message("endEvent", camunda_delegateExpression="${teller}"),
        Kind.DELEGATE_EXPRESSION,
        "teller",
    ),
    "message by a connector": (message("endEvent", extension(connector())), Kind.CONNECTOR, "http-connector"),
}


def content(written: str) -> bytes:
    """A model in which the element is passed on the way from the start to the end."""
    after = "" if written.startswith("<endEvent") else end() + path("it", "end")
    return model(start(), written, after, path("start", "it"))


def read(written: str, handling: Handling = Handling.WORKERS) -> Model:
    return read_model(NAME, content(written), handling=handling)


def problems(written: str, handling: Handling = Handling.PLAIN) -> list[Problem]:
    with pytest.raises(BpmnError) as raised:
        read(written, handling)
    return raised.value.problems


class Outcome(NamedTuple):
    """What came of reading a model: who does its work, or what is wrong with it."""

    workers: tuple[HandedOver, ...]
    problems: tuple[Problem, ...]


def outcome(written: str, handling: Handling) -> Outcome:
    try:
        return Outcome(tuple(read(written, handling).workers), ())
    except BpmnError as error:
        return Outcome((), tuple(error.problems))


def settings(written: str) -> ExternalTaskSettings:
    """The settings of the task that workers get in the place of the element."""
    found = settings_of(read(written).processes[0].nodes["it"])
    assert found is not None
    return found


@pytest.mark.parametrize(("written", "kind", "_topic"), FOREIGN.values(), ids=FOREIGN.keys())
def test_foreign_work_is_refused_and_the_problem_knows_what_would_help(written: str, kind: Kind, _topic: str) -> None:
    for handling in (Handling.PLAIN, Handling.WITHOUT_JAVA_LISTENERS):
        found = problems(written, handling)
        assert {(problem.kind, problem.remedy) for problem in found} == {(kind, Handling.WORKERS)}
        assert {problem.line for problem in found} == {1}


@pytest.mark.parametrize(("written", "kind", "topic"), FOREIGN.values(), ids=FOREIGN.keys())
def test_foreign_work_is_left_to_workers_of_its_name(written: str, kind: Kind, topic: str) -> None:
    found = read(written)
    assert (found.used, found.left_out, found.notes) == (Handling.WORKERS, [], [])
    assert [(one.kind, one.topic) for one in found.workers] == [(kind, topic)]
    instance = run_process(found.processes[0])
    waiting = task(instance, "it")
    assert waiting.wait == ForWorker(topic, 0)
    instance.complete(waiting.id, typed(done=True))
    assert instance.tasks() == []
    assert values(instance) == {"done": True}


@pytest.mark.parametrize(("written", "_kind", "topic"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_stored_file_is_read_as_it_was_deployed(written: str, _kind: Kind, topic: str) -> None:
    [deployed] = read(written).processes
    assert read_stored(NAME, content(written), "p", Handling.WORKERS) == deployed
    if "external" not in written and topic != "http-connector":  # what only stands beside is passed over
        with pytest.raises(UnreadableModel):
            read_stored(NAME, content(written), "p")


NOT_FOREIGN = {
    "an external task": external("it"),
    "a user task": user("it", camunda_class="org.acme.Pay"),
    "a topic beside a class": external("it", camunda_class="org.acme.Pay"),
}


@pytest.mark.parametrize("written", NOT_FOREIGN.values(), ids=NOT_FOREIGN.keys())
def test_what_runs_here_is_read_as_ever(written: str) -> None:
    plain, found = read(written, Handling.PLAIN), read(written)
    assert found == plain
    assert (found.used, found.workers) == (Handling.PLAIN, [])


WITHOUT_A_NAME = {
    "no class": service(camunda_class=" "),
    "no bean": service(camunda_delegateExpression="${ }"),
    "no connector": service(extension(connector(identifier=""))),
    "no decision": element("businessRuleTask", "it", camunda_decisionRef=""),
    "unknown type": service(camunda_type="fax"),
    "nothing": service(),
}


@pytest.mark.parametrize("written", WITHOUT_A_NAME.values(), ids=WITHOUT_A_NAME.keys())
def test_work_without_a_name_is_refused_in_any_case(written: str) -> None:
    for handling in (Handling.PLAIN, Handling.WORKERS):
        assert problems(written, handling)
    assert {problem.remedy for problem in problems(written, Handling.WORKERS)} == {Handling.PLAIN}


#: What the vendor's server refused on 7.24, in its words.
WRONG = {
    "a result of a class": (
        service(camunda_class="a.B", camunda_resultVariable="x"),
        "'resultVariableName' not supported for serviceTask elements using 'class'",
    ),
    "a result of a delegate expression": (
        element("sendTask", "it", camunda_delegateExpression="${a}", camunda_resultVariable="x"),
        "'resultVariableName' not supported for sendTask elements using 'delegateExpression'",
    ),
    "an unknown mapping of a decision": (
        element("businessRuleTask", "it", camunda_decisionRef="a", camunda_mapDecisionResult="some"),
        "No decision result mapper found for name 'some'. Supported mappers are 'singleEntry', 'singleResult', "
        "'collectEntries' and 'resultList'.",
    ),
    "a binding without its version": (
        element("businessRuleTask", "it", camunda_decisionRef="a", camunda_decisionRefBinding="version"),
        "Missing attribute 'decisionRefVersion' when 'decisionRefBinding' has value 'version'",
    ),
    "a field without a value": (
        service(extension('<camunda:field name="a"/>'), camunda_class="a.B"),
        "One of the following is mandatory on a field declaration: one of attributes stringValue|expression or one of "
        "child elements string|expression",
    ),
    "a blank class": (
        service(camunda_class=" "),
        "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on serviceTask. If "
        "you are using a connector, make sure the connect process engine plugin is registered with the process engine.",
    ),
}


@pytest.mark.parametrize(("written", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_the_vendor_refuses_of_foreign_work_is_refused_in_its_words(written: str, message: str) -> None:
    [problem] = problems(written, Handling.WORKERS)
    assert (problem.message, problem.kind, problem.element_id) == (message, Kind.MISTAKE, "it")


HERE = (
    "${execution.setVariable('a', 1)}",
    "${a + 1}",
    "${now()}",
    "${given.get(0)}",
    "${order.prop('a').value()}",
    "${a}",
    "${execution.setVariable('n', x.get(0))}",
    "${dateTime().plusDays(1)}",
)


@pytest.mark.parametrize("text", HERE)
def test_expressions_that_ask_nothing_of_beans_are_no_foreign_work(text: str) -> None:
    """Whether or not such a task can be carried out here, no setting changes anything about it."""
    written = service(mapping({"given": "1"}), camunda_expression=text)
    plain, found = outcome(written, Handling.PLAIN), outcome(written, Handling.WORKERS)
    assert found == plain
    assert {problem.remedy for problem in found.problems} <= {Handling.PLAIN}
    assert found.workers == ()


def test_workers_are_told_what_the_model_says() -> None:
    fields = extension(
        '<camunda:field name="to" stringValue="${not computed}"/>'
        '<camunda:field name="subject"><camunda:expression>${order} is here</camunda:expression></camunda:field>'
        '<camunda:field name="text"><camunda:string>hello</camunda:string></camunda:field>'
        '<camunda:field name="body" expression="${texts.of(order)}"/>'
        '<camunda:properties><camunda:property name="region" value="north"/></camunda:properties>'
    )
    found = settings(service(fields, camunda_class="org.acme.Mail"))
    assert found.properties == {
        "region": "north",
        "delegate.by": "class",
        "delegate.class": "org.acme.Mail",
        "delegate.field.to": "${not computed}",
        "delegate.field.subject": "${order} is here",
        "delegate.field.text": "hello",
        "delegate.field.body": "${texts.of(order)}",
    }
    written = service(fields, camunda_class="org.acme.Mail")
    instance = run_process(read(written).processes[0], order="O-1")
    local = {name: variable.python() for name, variable in task(instance, "it").variables.items()}
    assert local == {"to": "${not computed}", "subject": "O-1 is here", "text": "hello"}
    complete(instance, "it")
    assert values(instance) == {"order": "O-1"}


def test_fields_do_not_see_each_other_and_one_that_cannot_be_computed_is_a_property_only() -> None:
    fields = extension(
        '<camunda:field name="amount" expression="${amount * 2}"/>'
        '<camunda:field name="total" expression="${amount}"/>'
        '<camunda:field name="cc" expression="${nothing}"/>'
    )
    written = service(fields, camunda_class="org.acme.Mail")
    assert settings(written).properties["delegate.field.cc"] == "${nothing}"
    instance = run_process(read(written).processes[0], amount=2)
    local = {name: variable.python() for name, variable in task(instance, "it").variables.items()}
    assert local == {"amount": 4, "total": 2}


def test_a_decision_says_what_becomes_of_its_result() -> None:
    decision = element(
        "businessRuleTask",
        "it",
        camunda_decisionRef="${which}",
        camunda_resultVariable="risk",
        camunda_mapDecisionResult="singleEntry",
        camunda_decisionRefBinding="version",
        camunda_decisionRefVersion="2",
    )
    assert settings(decision).properties == {
        "delegate.by": "decisionRef",
        "delegate.decisionRef": "${which}",
        "delegate.resultVariable": "risk",
        "delegate.mapDecisionResult": "singleEntry",
        "delegate.decisionRefBinding": "version",
        "delegate.decisionRefVersion": "2",
    }
    instance = run_process(read(decision).processes[0], which="dish")
    assert task(instance, "it").wait == ForWorker("dish", 0)


def test_a_script_is_told_whole() -> None:
    found = settings(script("groovy", "println 'a'\nreturn 1"))
    assert found.properties == {
        "delegate.by": "script",
        "delegate.scriptFormat": "groovy",
        "delegate.script": "println 'a'\nreturn 1",
    }
    elsewhere = element("scriptTask", "it", scriptFormat="groovy", camunda_resource="classpath://a.groovy")
    assert settings(elsewhere).properties["delegate.resource"] == "classpath://a.groovy"
    beside = element("scriptTask", "it", scriptFormat="groovy", camunda_resource="deployment://a.groovy")
    files = {"a.groovy": b"return 2"}
    [process] = read_model(NAME, content(beside), handling=Handling.WORKERS, files=files.get).processes
    told = settings_of(process.nodes["it"])
    assert told is not None
    assert told.properties["delegate.script"] == "return 2"


CALL = connector(
    '<camunda:inputOutput><camunda:inputParameter name="url">http://x/${path}</camunda:inputParameter>'
    '<camunda:inputParameter name="headers"><camunda:map><camunda:entry key="Accept">${kind}</camunda:entry>'
    "</camunda:map></camunda:inputParameter>"
    '<camunda:inputParameter name="payload"><camunda:script scriptFormat="groovy">[1]</camunda:script>'
    "</camunda:inputParameter>"
    '<camunda:outputParameter name="answer">${response}!</camunda:outputParameter>'
    '<camunda:outputParameter name="parsed"><camunda:script scriptFormat="groovy">2</camunda:script>'
    "</camunda:outputParameter></camunda:inputOutput>"
)
INPUT = '<camunda:inputOutput><camunda:inputParameter name="path">orders</camunda:inputParameter></camunda:inputOutput>'


@pytest.mark.parametrize(
    "written",
    [
        service(extension(INPUT + CALL)),
        element("endEvent", "it", extension(INPUT) + element("messageEventDefinition", "definition", extension(CALL))),
    ],
    ids=["task", "end event"],
)
def test_parameters_of_a_connector_are_those_of_the_task(written: str) -> None:
    found = read(written)
    told = settings(written).properties
    assert told["delegate.input.payload"] == "[1]"
    assert told["delegate.input.headers"] == '{"Accept": "${kind}"}'
    assert told["delegate.output.parsed"] == "2"
    instance = run_process(found.processes[0], kind="json")
    waiting = task(instance, "it")
    local = {name: variable.python() for name, variable in waiting.variables.items()}
    assert local == {"path": "orders", "url": "http://x/orders", "headers": {"Accept": "json"}}
    instance.complete(waiting.id, typed(response="fine"))
    assert values(instance) == {"kind": "json", "response": "fine", "answer": "fine!"}


def test_parameters_in_groovy_are_left_to_the_worker_of_the_task() -> None:
    groovy = '<camunda:script scriptFormat="groovy">x + 1</camunda:script>'
    mapped = mapping({"a": groovy, "b": "${1}"}, {"c": f"<camunda:list>{groovy}</camunda:list>"})
    for written in (external("it", mapped), service(mapped, camunda_class="org.acme.Pay")):
        assert {(one.kind, one.remedy) for one in problems(written) if one.kind is Kind.SCRIPT} == {
            (Kind.SCRIPT, Handling.WORKERS)
        }
        found = read(written)
        assert found.used == Handling.WORKERS
        told = settings(written).properties
        assert (told["delegate.input.a"], told["delegate.output.c"]) == ("x + 1", '["x + 1"]')
        instance = run_process(found.processes[0])
        assert list(task(instance, "it").variables) == ["b"]
        assert read_stored(NAME, content(written), "p", Handling.WORKERS) == found.processes[0]


def test_a_parameter_that_is_a_file_names_it_to_the_worker() -> None:
    for language, resource in (("groovy", "deployment://a.groovy"), ("javascript", "classpath://a.js")):
        held = f'<camunda:script scriptFormat="{language}" resource="{resource}"/>'
        written = external("it", mapping({"a": held}))
        assert {one.remedy for one in problems(written, Handling.JAVASCRIPT)} == {Handling.WORKERS}
        assert settings(written).properties == {"delegate.input.a": resource}


def test_parameters_that_ask_beans_are_left_to_the_worker_of_the_task() -> None:
    written = external("it", mapping({"a": "${beans.sum(x)}", "b": "${beans.get(x)}", "c": "${1}"}))
    [problem] = problems(written)
    assert problem.message == "Unsupported method 'sum' with 1 parameter in expression '${beans.sum(x)}'"
    assert (problem.kind, problem.remedy) == (Kind.BEAN_EXPRESSION, Handling.WORKERS)
    told = settings(written).properties
    assert told == {"delegate.input.a": "${beans.sum(x)}", "delegate.input.b": "${beans.get(x)}"}
    assert list(task(run_process(read(written).processes[0]), "it").variables) == ["c"]
    [problem] = problems(user("it", mapping({"a": "${beans.sum(x)}"})), Handling.WORKERS)
    assert (problem.kind, problem.remedy) == (Kind.BEAN_EXPRESSION, Handling.PLAIN)


def test_parameters_in_groovy_of_other_tasks_are_refused() -> None:
    groovy = mapping({"a": '<camunda:script scriptFormat="groovy">x + 1</camunda:script>'})
    for handling in (Handling.PLAIN, Handling.WORKERS):
        assert {(one.kind, one.remedy) for one in problems(user("it", groovy), handling)} == {
            (Kind.SCRIPT, Handling.PLAIN)
        }


def test_a_connector_of_an_event_that_waits_is_ignored() -> None:
    written = message("intermediateCatchEvent", extension(connector()), messageRef="m")
    declared = content(written).replace(b"<process ", b'<message id="m" name="paid"/><process ')
    for handling in (Handling.PLAIN, Handling.WORKERS):
        found = read_model(NAME, declared, handling=handling)
        assert [note.message for note in found.notes] == [
            "Ignored extension element 'camunda:connector' of messageEventDefinition 'definition'"
        ]
        assert (found.used, found.workers) == (Handling.PLAIN, [])
