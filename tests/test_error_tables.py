"""The tables "When something is wrong" of the documentation: what they quote is the document's, or the code's."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import taskbridge.dialects
from taskbridge.app import document_of
from taskbridge.spec.document import operations
from taskbridge.spec.schemas import resolve
from tests.answers import BASE_PATHS
from tests.figures import figure

PAGES = Path(__file__).parents[1] / "docs" / "how-to"
DIALECTS = Path(taskbridge.dialects.__file__).parent
#: A status, and a text that goes out with it.
Said = tuple[int, str]


def rows(vendor: str) -> Iterator[tuple[int, list[str]]]:
    """The status of each row, and the wordings that it quotes."""
    table = (PAGES / f"{vendor}.md").read_text().partition("## When something is wrong\n")[2]
    for seen in re.findall(r"^\| (\d[^|]+) \|", table, re.MULTILINE):
        yield int(seen[:3]), re.findall(r"`([^`]+)`", seen)


def of_the_document(vendor: str) -> set[Said]:
    """What the document says and shows of every answer."""
    document = document_of(vendor)
    answers = [answer for operation in operations(document) for answer in operation.raw["responses"].items()]
    return {(int(status), text) for status, answer in answers if status.isdigit() for text in texts(document, answer)}


def texts(document: Mapping[str, Any], node: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a document
    """All texts of an answer but those of its schemas, and its examples as JSON."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for one in node:
            yield from texts(document, one)
    elif isinstance(node, dict):
        node = resolve(document, node)
        yield json.dumps(node.get("value", node.get("example")), separators=(",", ":"))
        for name in node.keys() - {"schema", "headers"}:
            yield from texts(document, node[name])


def of_the_code(vendor: str) -> set[Said]:
    """Texts of each call in the dialect's code, and the status: one of the call, or of the helper that is called."""
    helpers = {
        node.name: statuses(node)
        for node in ast.parse((DIALECTS / vendor / "errors.py").read_text()).body
        if isinstance(node, ast.FunctionDef)
    }
    said = set()
    for file in (DIALECTS / vendor).rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call):
                helper = helpers.get(call.func.id, set()) if isinstance(call.func, ast.Name) else set()
                said |= {(status, str(text)) for status in statuses(call) | helper for text in constants(call)}
    return said


def constants(node: ast.AST) -> list[object]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]


def statuses(node: ast.AST) -> set[int]:
    return {one for one in constants(node) if isinstance(one, int) and 200 <= one < 600}


# The product's own document has one error, and no page of its own.
@pytest.mark.parametrize("vendor", sorted(BASE_PATHS.keys() - {"taskbridge"}))
def test_what_a_page_says_of_errors_is_so(vendor: str) -> None:
    document, code = of_the_document(vendor), of_the_code(vendor)
    table = list(rows(vendor))
    assert len(table) >= 5
    assert {status for status, _ in table} <= {status for status, _ in document}
    for status, words in ((status, words) for status, quoted in table for words in quoted):
        pattern = re.compile(".+".join(map(re.escape, words.strip("… ").split("…"))))
        # What the document has of a wording counts: the code may have others, for what never happens.
        found = [{known for known, text in said if pattern.search(text)} for said in (document, code)]
        assert status in (found[0] or found[1]), f"{status} {words}"
    figure(f"table of errors, {vendor}", f"{len(table)} rows")
