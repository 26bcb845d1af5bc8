"""The table of expressions that is evaluated here and on the vendor's server: variables, expressions, forms of results.

`scripts/record_expressions.py` asks a server and writes `expression_results.tsv`; the tests hold the engine against it.
A row is an expression, an outcome and a value: the type of a variable with its value, or `error` with the kind of the
error. Where a value is another one every time (moments, hash codes, ids) its form is compared; an Object is compared by
its class.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

RECORDED = Path(__file__).with_name("expression_results.tsv")
_JSON = "application/json"


def _object(text: str, class_name: str) -> dict[str, Any]:
    return {
        "value": text,
        "type": "Object",
        "valueInfo": {"objectTypeName": class_name, "serializationDataFormat": _JSON},
    }


#: The variables of every instance, as the API takes them.
VARIABLES: dict[str, dict[str, Any]] = {
    "b": {"value": True, "type": "Boolean"},
    "no": {"value": False, "type": "Boolean"},
    "s": {"value": "Hello World", "type": "String"},
    "n": {"value": "42", "type": "String"},
    "es": {"value": "", "type": "String"},
    "csv": {"value": "a,b,,c", "type": "String"},
    "i": {"value": 7, "type": "Integer"},
    "i2": {"value": -3, "type": "Integer"},
    "l": {"value": 7, "type": "Long"},
    "h": {"value": 7, "type": "Short"},
    "d": {"value": 7.5, "type": "Double"},
    "nul": {"value": None, "type": "Null"},
    "dt": {"value": "2024-02-29T12:34:56.789+0000", "type": "Date"},
    "list": _object('["p","q",3]', "java.util.ArrayList"),
    "map": _object('{"a":1,"b":"x","n":null,"deep":{"e":[1,2]}}', "java.util.LinkedHashMap"),
    "doc": {
        "value": '{"a":1,"b":"x","n":null,"d":{"e":true},"f":2.5,"big":5000000000,"list":[1,"two",{"three":3}]}',
        "type": "Json",
    },
    "arr": {"value": '[1, 2, {"k":"v"}]', "type": "Json"},
    "xml": {
        "value": '<order id="7" xmlns:x="urn:x"><item x:n="1">Tea</item><item>Milk</item><empty/></order>',
        "type": "Xml",
    },
    "jtext": {"value": '{"q":1,"t":"x"}', "type": "String"},
    "xtext": {"value": '<a b="c">d</a>', "type": "String"},
    "file": {"value": "aGVsbG8=", "type": "File", "valueInfo": {"filename": "note.txt", "mimeType": "text/plain"}},
    "bytes": {"value": "aGVsbG8=", "type": "Bytes"},
}

_VALUES = ("i", "l", "h", "d", "s", "n", "es", "b", "nul", "dt", "list", "map", "doc", "xml", "1", "2.5", "'7'")
_NUMBERS = ("i", "l", "h", "d", "n", "nul", "2.5", "3", "'2.5'", "es")
_ALL = (*_VALUES, "file", "bytes", "arr", "csv", "null", "true")


def expressions() -> list[str]:
    """Every expression of the table, once."""
    written = Path(__file__).with_name("expression_table.txt").read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys([*filter(None, written), *_combined()]))


def _combined() -> Iterator[str]:
    for left in _VALUES:
        for right in _VALUES:
            yield from (f"${{{left} {symbol} {right}}}" for symbol in ("+", "==", "<"))
            yield f"${{{left}.equals({right})}}"
    for left in _NUMBERS:
        for right in _NUMBERS:
            yield from (f"${{{left} {symbol} {right}}}" for symbol in ("-", "*", "/", "%", ">="))
    for one in _ALL:
        yield from (f"${{{one}}}", f"${{({one})}}", f"${{-{one}}}", f"${{!{one}}}", f"${{empty {one}}}")
        yield from (f"${{b ? {one} : null}}", f"${{no ? 1 : {one}}}", f"x ${{{one}}} y", f"${{{one} && true}}")
        yield from (f"${{execution.getVariable('{one.strip(chr(39))}')}}", f"${{{one}.toString()}}")


def model(expressions_by_key: Mapping[str, str]) -> str:
    """A file with a process for each expression: the output parameter ``result`` of the task ``t`` and the key."""
    processes = (_process(key, expression) for key, expression in expressions_by_key.items())
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="table" targetNamespace="table">'
        f"{''.join(processes)}</definitions>"
    )


def _process(key: str, expression: str) -> str:
    return (
        f'<process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D"><startEvent id="s{key}"/>'
        f'<sequenceFlow id="a{key}" sourceRef="s{key}" targetRef="t{key}"/><task id="t{key}"><extensionElements>'
        f'<camunda:inputOutput><camunda:outputParameter name="result">{escape(expression)}</camunda:outputParameter>'
        f'</camunda:inputOutput></extensionElements></task><sequenceFlow id="b{key}" sourceRef="t{key}"'
        f' targetRef="e{key}"/><endEvent id="e{key}"/></process>'
    )


class Row(NamedTuple):
    """What became of an expression: a type and a value, or ``error`` and its kind."""

    expression: str
    outcome: str
    value: str

    def line(self) -> str:
        """The row as a line of the file."""
        return "\t".join(self)


def recorded() -> list[Row]:
    """The rows of the file."""
    return [Row(*line.split("\t")) for line in RECORDED.read_text(encoding="utf-8").splitlines() if line]


_FORMS = (
    (re.compile(r"\bt?p[0-9a-f]{32}(?::1:)?"), "KEY"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"@[0-9a-f]+"), "@HASH"),
)
_MOMENT = re.compile(r"\b(now|dateTime)\(\)")
_HEADLINES = {
    "Unknown property used in expression": "property",
    "Unknown method used in expression": "method",
    "Error while evaluating expression": "evaluation",
    "Cannot serialize object in variable": "serialization",
}
_EXCEPTION = re.compile(r"(?:[a-z]+\.)+[A-Z]\w+(?=$|:)")
_INSTANTIATION = re.compile(r"Cannot instantiate process definition \S+: ")


def of_variable(expression: str, variable: dict[str, Any]) -> Row:
    """The row of a variable as the API shows it."""
    kind, value = variable["type"], variable["value"]
    if kind == "Object":
        return Row(expression, kind, variable["valueInfo"]["objectTypeName"])
    if isinstance(value, str):
        for pattern, form in _FORMS:
            value = pattern.sub(form, value)
    if _MOMENT.search(expression) and kind != "Boolean":
        value = re.sub(r"[A-Z][a-z]{2}\b", "Day", re.sub(r"\d", "0", str(value)))
    return Row(expression, kind, json.dumps(value, ensure_ascii=False))


def of_error(expression: str, message: str) -> Row:
    """The row of the message that a start of an instance failed with."""
    text = _INSTANTIATION.sub("", message)
    kind = next((kind for headline, kind in _HEADLINES.items() if text.startswith(headline)), None)
    if kind is None:
        found = _EXCEPTION.match(text)
        kind = found[0] if found else "other"
    return Row(expression, "error", kind)


def refused(expression: str) -> Row:
    """The row of an expression that is refused at deployment."""
    return Row(expression, "error", "deployment")


def agrees(theirs: Row, ours: Row) -> bool:
    """Whether the engine does what was recorded; a method that no value has may be refused before it runs."""
    if theirs == ours:
        return True
    if ours.value == "deployment" and theirs.outcome == "error":
        return theirs.value in ("method", "property")
    return False
