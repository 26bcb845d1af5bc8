"""Expressions give the values, types and errors that the vendor's server gave for the same variables."""

import base64
from datetime import datetime
from typing import Any

import pytest
from tests.engine.expression_table import (
    VARIABLES,
    Row,
    agrees,
    expressions,
    model,
    of_error,
    of_variable,
    recorded,
    refused,
)
from tests.engine.memory import MemoryInstance
from tests.engine.shown import PlainIds

from taskbridge.dialects.java_values import format_date
from taskbridge.engine import names
from taskbridge.engine.bpmn import read_bpmn
from taskbridge.engine.execution_view import At
from taskbridge.engine.expressions import ExpressionError, ExpressionSyntaxError, compile_expression
from taskbridge.engine.known_members import unsupported
from taskbridge.engine.state import Activity, Instance
from taskbridge.engine.variables import Variable, from_expression
from taskbridge.kinds import ActivityKind
from taskbridge.service.shown_ids import definition_id
from taskbridge.service.uuids import Kind, encode

#: Rows that differ, with the reason; docs/fidelity.md has each of these kinds.
EXPLAINED = {
    **dict.fromkeys(
        (
            "${list.add('z')}",
            "${list.addAll(list)}",
            "${list.clear()}",
            "${list.remove('p')}",
            "${list.set(0,'x')}",
            "${map.put('k', 1)}",
            "${map.remove('a')}",
        ),
        "would change what a variable holds: refused at deployment",
    ),
    "${dateTime().isAfterNow()}": "reads a clock: refused at deployment",
    **dict.fromkeys(("${bytes[0]}", "${s.bytes[0]}"), "expressions cannot look into contents"),
    **dict.fromkeys(
        ("${execution.parent}", "${execution.processInstance}"), "Java's serialisation of what runs is no variable"
    ),
    "${S('[1e999]').toString()}": "a number beyond a Double is no JSON",
    **dict.fromkeys(
        ("${'a'.matches('{2}')}", "${'aaaaaa'.matches('a{2}{3}')}"), "counts that repeat nothing are refused"
    ),
    "${list.subList(0,1)}": "a part of a list is a list",
    **dict.fromkeys(("${XML(doc)}", "${XML(i)}"), "XML is read of texts only"),
}
_NOW = 1_796_041_252_588


KEY = f"p{'0' * 32}"
[PROCESS] = read_bpmn("table.bpmn", model({KEY: "nothing"}).encode())
NODE = PROCESS.nodes[f"t{KEY}"]


class Ids(PlainIds):
    """Ids in the form in which clients see them."""

    definition_id = definition_id(KEY, 1, 1)

    def process_instance(self, number: int) -> str:
        """The id of a process instance."""
        return encode(Kind.PROCESS_INSTANCE, number)

    def execution(self, number: int) -> str:
        """The id of the execution of an activity instance."""
        return encode(Kind.EXECUTION, number)


def _variable(given: dict[str, Any]) -> Variable:
    value = given["value"]
    if given["type"] == "Date":
        value = round(datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp() * 1000)
    elif given["type"] in ("File", "Bytes"):
        value = base64.b64decode(value)
    return Variable(given["type"], value, given.get("valueInfo"))


def _shown(variable: Variable) -> dict[str, Any]:
    value = variable.value
    if variable.type == "Date":
        value = format_date(value)
    elif isinstance(value, bytes):
        value = base64.b64encode(value).decode()
    return {"type": variable.type, "value": value, "valueInfo": variable.info}


GIVEN = {name: _variable(variable) for name, variable in VARIABLES.items()}


class Environment(MemoryInstance):
    """An environment whose ids are UUIDs."""

    shown = Ids()


def result_of(text: str) -> Row:
    """The row that the engine makes of an expression."""
    try:
        expression = compile_expression(text)
    except ExpressionSyntaxError:
        return refused(text)
    if any(unsupported(expression)):
        return refused(text)
    environment = Environment(PROCESS, now=_NOW)
    instance = Instance(1, 1)
    for name, variable in GIVEN.items():
        instance.variables.set(name, variable)
    place = Activity(2, 1, NODE.id, ActivityKind.SCOPE)
    try:
        value = expression.evaluate(names.resolver(PROCESS, instance, place, environment, NODE, at=At.LEFT))
        return of_variable(text, _shown(from_expression(value, "result")))
    except ExpressionError as error:
        return of_error(text, str(error))


@pytest.fixture(scope="module")
def results() -> dict[str, tuple[Row, Row]]:
    return {row.expression: (row, result_of(row.expression)) for row in recorded()}


def test_every_expression_of_the_table_was_recorded(results: dict[str, tuple[Row, Row]]) -> None:
    assert list(results) == expressions()
    assert len(results) > 1_500


def test_results_agree_with_the_recorded_ones(results: dict[str, tuple[Row, Row]]) -> None:
    differing = [pair for pair in results.values() if not agrees(*pair) and pair[0].expression not in EXPLAINED]
    assert differing == []


def test_what_is_explained_still_differs(results: dict[str, tuple[Row, Row]]) -> None:
    assert [text for text in EXPLAINED if agrees(*results[text])] == []
