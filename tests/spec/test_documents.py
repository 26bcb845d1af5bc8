"""Reading documents, judging them, and judging answers by them."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from taskbridge.spec import Document, SpecError, load_document
from taskbridge.spec.checks import check_document
from taskbridge.spec.conformance import ResponseChecker
from tests.spec.toys import TOY_DOCUMENT, Json, changed_document

JSON = {"content-type": "application/json"}


def written(path: Path, document: Document | str) -> Path:
    text = document if isinstance(document, str) else yaml.safe_dump(document)
    target = path / "document.yaml"
    target.write_text(text)
    return target


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("openapi: 3.0.3\nopenapi: 3.0.3\npaths: {}", "repeated key openapi"),
        ("openapi: 3.0.3\npaths: {/a: {}, /b: {}, /a: {}}", "repeated key /a"),
        ("openapi: 3.1.0\npaths: {}", "not an OpenAPI 3.0 document"),
        ("- a", "not an OpenAPI 3.0 document"),
        ("a: [", "expected"),
        ("openapi: 3.0.3\npaths: {/a: {get: {}}}", "GET /a has no operationId"),
        ("openapi: 3.0.3\npaths: {/a: {get: {operationId: a_b}, put: {operationId: a_b}}}", "a_b is used 2 times"),
        ("openapi: 3.0.3\npaths: {/a: {get: {operationId: getToys}}}", "getToys is not of the form"),
        ("openapi: 3.0.3\npaths: {/a: {get: {operationId: a_b}, put: {operationId: c_d}}}", "several prefixes: a, c"),
    ],
)
def test_a_document_that_cannot_be_served_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(SpecError, match=problem):
        load_document(written(tmp_path, text))


def test_yaml_is_read_as_openapi_means_it(tmp_path: Path) -> None:
    text = "openapi: 3.0.3\npaths: {}\nx: {200: on, 2013-01-23: 2013-01-23T14:42:45.000+0200, a: true, b: no}"
    expected = {"200": "on", "2013-01-23": "2013-01-23T14:42:45.000+0200", "a": True, "b": "no"}
    assert load_document(written(tmp_path, text))["x"] == expected


def test_nullable_beside_a_reference_is_made_explicit() -> None:
    friend = TOY_DOCUMENT["components"]["schemas"]["Toy"]["properties"]["friend"]
    assert friend == {"allOf": [{"$ref": "#/components/schemas/Toy"}], "nullable": True}


def test_a_sound_document_has_no_problems() -> None:
    assert check_document(Path(__file__).with_name("toy.yaml")) == []


def operation(document: Document, path: str, method: str) -> Json:
    return document["paths"][path][method]


FAULTS: list[tuple[str, Callable[[Document], object]]] = [
    ("toy_get: no tags", lambda d: operation(d, "/toys/{id}", "get").pop("tags")),
    ("paths//toys/{id}/get/responses: ", lambda d: operation(d, "/toys/{id}", "get").update(responses={})),
    (
        "toy_get: response 200 application/json has no example",
        lambda d: operation(d, "/toys/{id}", "get")["responses"]["200"]["content"]["application/json"].pop("example"),
    ),
    (
        "toy_count: response 200 application/json: example two/count",
        lambda d: operation(d, "/toys/count", "get")["responses"]["200"]["content"]["application/json"].update(
            examples={"two": {"value": {"count": "two"}}}
        ),
    ),
    (
        "toy_play: body application/json: example/age",
        lambda d: operation(d, "/toys/play", "post")["requestBody"]["content"]["application/json"].update(
            example={"age": "old"}
        ),
    ),
    (
        "toy_count: parameter maxAge has no description",
        lambda d: operation(d, "/toys/count", "get")["parameters"][0].pop("description"),
    ),
    (
        "toy_count: parameter order: example:",
        lambda d: operation(d, "/toys/count", "get")["parameters"][2].update(example="up"),
    ),
    ("unknown security scheme magic", lambda d: operation(d, "/toys/count", "get").update(security=[{"magic": []}])),
    (
        "Toi",
        lambda d: operation(d, "/toys/{id}", "get").update(responses={"200": {"$ref": "#/components/responses/Toi"}}),
    ),
    ('info: "title" is a required property', lambda d: d["info"].pop("title")),
]


@pytest.mark.parametrize(("problem", "change"), FAULTS, ids=[problem for problem, _ in FAULTS])
def test_a_fault_of_a_document_is_named(tmp_path: Path, problem: str, change: Callable[[Document], object]) -> None:
    problems = check_document(written(tmp_path, changed_document(change)))
    assert any(problem in found for found in problems), problems


CHECKER = ResponseChecker(TOY_DOCUMENT, ("/box",))


@pytest.mark.parametrize(
    ("method", "path", "status", "headers", "body"),
    [
        ("GET", "/box/toys/1", 200, JSON, b'{"name": null, "age": 3, "friend": null}'),
        ("GET", "/box/toys/1", 404, JSON, b'{"words": "unknown"}'),
        ("HEAD", "/box/toys/1", 200, JSON, b""),
        ("PUT", "/box/toys/1", 204, {}, b""),
        ("GET", "/box/toys/count", 200, {**JSON, "x-seen": "2"}, b'{"count": 2}'),
        ("DELETE", "/box/toys/1", 405, JSON, b"{}"),
        ("OPTIONS", "/box/toys/1", 200, {}, b""),
        ("GET", "/box/nothing", 404, JSON, b"{}"),
    ],
)
def test_a_documented_response_is_right(
    method: str, path: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    assert CHECKER.check(method, path, status, headers, body) == []


@pytest.mark.parametrize(
    ("method", "path", "status", "headers", "body", "problem"),
    [
        ("GET", "/box/toys/1", 500, JSON, b"{}", "toy_get: status 500 is not documented"),
        ("GET", "/box/toys/1", 200, {}, b"", "content type none is not among application/json"),
        ("GET", "/box/toys/1", 200, {"content-type": "text/html"}, b"{}", "content type text/html is not among"),
        ("GET", "/box/toys/1", 200, JSON, b"", "the body is not JSON"),
        ("GET", "/box/toys/1", 200, JSON, b'{"age": "3"}', "/age: "),
        ("GET", "/box/toys/1", 404, JSON, b"{}", '"words" is a required property'),
        ("HEAD", "/box/toys/1", 200, JSON, b"{}", "there is a body and none is documented"),
        ("PUT", "/box/toys/1", 204, {}, b"{}", "there is a body and none is documented"),
        ("GET", "/box/toys/count", 200, JSON, b'{"count": 2}', "header X-Seen is missing"),
        ("GET", "/box/toys/count", 200, {**JSON, "x-seen": "many"}, b'{"count": 2}', "header X-Seen: not an integer"),
        ("GET", "/box/nothing", 200, JSON, b"{}", "GET /box/nothing is not documented"),
        ("DELETE", "/box/toys/1", 204, {}, b"", "DELETE /box/toys/1 is not documented"),
    ],
)
def test_what_a_response_does_wrong_is_named(
    method: str, path: str, status: int, headers: dict[str, str], body: bytes, problem: str
) -> None:
    (found,) = CHECKER.check(method, path, status, headers, body)
    assert problem in found


def test_a_member_that_only_requests_carry_is_not_required_of_a_response() -> None:
    def change(document: Json) -> None:
        toy = document["components"]["schemas"]["Toy"]
        toy["properties"]["secret"] = {"type": "string", "writeOnly": True}
        toy["required"] = ["secret"]

    checker = ResponseChecker(changed_document(change))
    assert checker.check("GET", "/toys/1", 200, JSON, b"{}") == []


def test_a_range_of_statuses_and_a_default_are_documented_statuses() -> None:
    def change(document: Json) -> None:
        document["paths"]["/toys/{id}"]["put"]["responses"] = {
            "4XX": {"description": "Wrong"},
            "default": {"description": "Rest"},
        }

    checker = ResponseChecker(changed_document(change))
    assert checker.check("PUT", "/toys/1", 418, {}, b"") == []
    assert checker.check("PUT", "/toys/1", 500, {}, b"") == []


def test_what_every_operation_may_answer_and_every_answer_carries_is_said_once() -> None:
    refused = {"description": "Refused", "content": {"application/json": {"schema": {"required": ["why"]}}}}
    common = {
        "everyAnswer": {"headers": {"X-Safe": {"required": True, "schema": {"enum": ["yes"]}}}},
        "everyOperation": {"403": refused, "404": refused},
    }
    checker = ResponseChecker(changed_document(lambda d: d.update({"x-taskbridge": common})), ("/box",))
    safe = {**JSON, "x-safe": "yes"}
    for path in ("/box/toys/1", "/box/nothing"):
        assert checker.check("GET", path, 403, safe, b'{"why": "a"}') == []
        (missing,) = checker.check("GET", path, 403, JSON, b'{"why": "a"}')
        assert missing.endswith("header X-Safe is missing")
    assert checker.check("GET", "/box/toys/1", 404, safe, b'{"words": "unknown"}') == []
    assert checker.check("GET", "/box/toys/1", 404, safe, b'{"why": "a"}') == []
    assert '"words" is a required' in checker.check("GET", "/box/toys/1", 404, safe, b"{}")[0]
    assert '"why" is a required' in checker.check("GET", "/box/toys/1", 403, safe, b"{}")[0]


def test_what_every_operation_may_answer_needs_an_example(tmp_path: Path) -> None:
    answer = {"description": "Refused", "content": {"application/json": {"schema": {}}}}
    document = changed_document(lambda d: d.update({"x-taskbridge": {"everyOperation": {"403": answer}}}))
    assert check_document(written(tmp_path, document)) == [
        "every operation: response 403 application/json has no example"
    ]
