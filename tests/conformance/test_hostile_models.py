"""Deployments meant to hurt (contract 4.2): each is refused in the vendor's words, and leaves nothing behind."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.bpmn import around, definitions, model
from tests.client import CamundaClient

pytestmark = pytest.mark.anyio

Dump = Callable[[], Awaitable[object]]
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
PLAIN = '<startEvent id="s"/>'
NESTED_SCOPES = (
    "".join(f'<subProcess id="s{n}">' for n in range(100)) + '<startEvent id="deep"/>' + "</subProcess>" * 100
)

HOSTILE = {
    "an entity bomb": f'<!DOCTYPE d [<!ENTITY a0 "ha">{LAUGHS}]><definitions>&a9;</definitions>'.encode(),
    "a quadratic entity bomb": f'<!DOCTYPE d [<!ENTITY a "{"x" * 50_000}">]><d>{"&a;" * 20_000}</d>'.encode(),
    "an external entity": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>',
    "an external parameter entity": b'<!DOCTYPE d [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]><definitions/>',
    "an external DTD": b'<!DOCTYPE definitions SYSTEM "file:///etc/passwd"><definitions/>',
    "elements nested 100,000 deep": b"<a>" * 100_000,
    "elements nested 1,000 deep, closed": b"<a>" * 1_000 + b"</a>" * 1_000,
    "no XML": b"this is no XML",
    "JSON": b"{}",
    "an empty file": b"",
    "blanks": b"   \n",
    "XML that breaks off": b"<definitions><process",
    "bytes that are no UTF-8": b'<?xml version="1.0" encoding="UTF-8"?><definitions name="\xff\xfe"/>',
    "an unknown encoding": b'<?xml version="1.0" encoding="klingon"?><definitions/>',
    "NUL bytes": b"\x00" * 1_000,
    "ten thousand attributes of one name": b"<definitions " + b'a="1" ' * 10_000 + b"/>",
    "an undeclared prefix": b'<bpmn:definitions><bpmn:process id="p"/></bpmn:definitions>',
}

#: A fault of a model -> its element, and words of the vendor that must be told.
FAULTS: dict[str, tuple[bytes, str | None, str]] = {
    "an external task without a topic": (
        around('<serviceTask id="step" camunda:type="external"/>'),
        "step",
        "External tasks must specify a 'topic' attribute in the camunda namespace",
    ),
    "a priority that is no number": (
        around('<serviceTask id="step" camunda:type="external" camunda:topic="T" camunda:taskPriority="high"/>'),
        "step",
        "Value 'high' for attribute 'taskPriority' is not a valid number",
    ),
    "a service task without implementation": (
        around('<serviceTask id="step"/>'),
        "step",
        "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on serviceTask.",
    ),
    "an unknown type of service task": (
        around('<serviceTask id="step" camunda:type="carrier pigeon"/>'),
        "step",
        "Invalid usage of type attribute on serviceTask: 'carrier pigeon'",
    ),
    "a flow that leads nowhere": (
        definitions(
            f'<process id="P" isExecutable="true">{PLAIN}<sequenceFlow id="f" sourceRef="s" targetRef="x"/></process>'
        ),
        "f",
        "",
    ),
    "two elements with one id": (
        definitions(f'<process id="P" isExecutable="true">{PLAIN}<userTask id="t"/><userTask id="t"/></process>'),
        None,
        "",
    ),
    "an expression that is none": (
        around('<serviceTask id="step" camunda:type="external" camunda:topic="${"/>'),
        None,
        "",
    ),
    "a script task": (
        around('<scriptTask id="step" scriptFormat="groovy"><script>x</script></scriptTask>'),
        "step",
        "",
    ),
    "a Java delegate": (around('<serviceTask id="step" camunda:class="a.b.C"/>'), "step", ""),
    "a timer": (
        around('<intermediateCatchEvent id="step"><timerEventDefinition/></intermediateCatchEvent>'),
        "step",
        "",
    ),
    "an element that BPMN does not have": (around('<teaBreak id="step"/>'), "step", ""),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_file_that_is_no_model_is_refused_and_leaves_nothing(
    camunda: CamundaClient, dump: Dump, name: str
) -> None:
    before = await dump()
    answer = await upload(camunda, ("evil.bpmn", HOSTILE[name]))
    told = answer.json()
    assert (answer.status_code, told["type"]) == (400, "ParseException")
    assert told["message"].startswith("ENGINE-09005 Could not parse BPMN process. Errors: \n* ")
    assert "root:" not in answer.text
    assert told["details"]["evil.bpmn"]["errors"]
    assert await dump() == before


@pytest.mark.parametrize("name", FAULTS)
async def test_a_faulty_model_is_refused_with_element_line_and_column(
    camunda: CamundaClient, dump: Dump, name: str
) -> None:
    content, element, words = FAULTS[name]
    before = await dump()
    answer = await upload(camunda, model("P1"), ("faulty.bpmn", content))
    told = answer.json()
    assert (answer.status_code, told["type"], told["code"]) == (400, "ParseException", 0)
    assert list(told["details"]) == ["faulty.bpmn"]
    problem = told["details"]["faulty.bpmn"]["errors"][0]
    assert problem["line"] >= 3
    assert problem["column"] >= 1
    assert words in problem["message"]
    if element is not None:
        assert problem["mainElementId"] == element
        assert problem["\u0435lementIds"] == problem["elementIds"]
        assert element in problem["elementIds"]
    assert f"| resource faulty.bpmn | line {problem['line']} | column {problem['column']}" in told["message"]
    assert await dump() == before


async def test_every_fault_of_every_file_is_told(camunda: CamundaClient) -> None:
    one = around('<serviceTask id="step" camunda:type="external"/>', key="one")
    two = around('<scriptTask id="step"/>', key="two")
    answer = await upload(camunda, ("one.bpmn", one), ("two.bpmn", two))
    assert set(answer.json()["details"]) == {"one.bpmn", "two.bpmn"}


async def test_a_hundred_levels_of_scopes_are_deployed_and_run_or_refused_as_a_model(camunda: CamundaClient) -> None:
    content = definitions(f'<process id="Deep" isExecutable="true"><startEvent id="s"/>{NESTED_SCOPES}</process>')
    answer = await upload(camunda, ("deep.bpmn", content))
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert answer.json()["type"] == "ParseException"


async def test_a_file_of_50_megabytes_is_refused(camunda: CamundaClient, dump: Dump) -> None:
    before = await dump()
    content = b"<definitions>" + b" " * 50_000_000 + b"</definitions>"
    answer = await upload(camunda, ("large.bpmn", content))
    assert answer.status_code == 413
    assert answer.json()["code"] is None
    assert await dump() == before


async def test_a_model_of_some_megabytes_is_refused_as_a_model(camunda: CamundaClient, dump: Dump) -> None:
    before = await dump()
    answer = await upload(camunda, ("large.bpmn", definitions("<!-- " + "x" * 6_000_000 + " -->")))
    assert (answer.status_code, answer.json()["type"]) == (400, "ParseException")
    assert await dump() == before


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x.bpmn", "/etc/x.bpmn", "a\\b.bpmn", "ä ö.bpmn", "x" * 300 + ".bpmn"]
)
async def test_a_file_name_is_only_a_name(camunda: CamundaClient, name: str) -> None:
    answer = await upload(camunda, (name, model("P1")[1]))
    assert answer.status_code == 200
    (row,) = (await camunda.get(f"/deployment/{answer.json()['id']}/resources")).json()
    data = await camunda.get(f"/deployment/{answer.json()['id']}/resources/{row['id']}/data")
    assert data.content == model("P1")[1]


async def test_a_model_without_history_time_to_live_is_welcome(camunda: CamundaClient) -> None:
    deployed = await camunda.deploy(model("P1"))
    (row,) = deployed["deployedProcessDefinitions"].values()
    assert row["historyTimeToLive"] is None


async def upload(camunda: CamundaClient, *files: tuple[str, bytes]) -> httpx.Response:
    parts: list[tuple[str, tuple[str | None, bytes]]] = [(f"file-{number}", file) for number, file in enumerate(files)]
    return await camunda.request("POST", "/deployment/create", files=parts)
