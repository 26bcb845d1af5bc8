"""How bodies are read (contract 1.3, 7.3)."""

import asyncio
from typing import Any

import pytest

from taskbridge.dialects.alfresco import bodies
from taskbridge.dialects.alfresco.errors import AlfrescoError
from taskbridge.spec import Call, Document
from taskbridge.spec.schemas import resolve

PREFIX = "Could not read content from HTTP request body"
MODEL = "org.alfresco.rest.workflow.api.model"


def call(body: bytes) -> Call:
    return Call(None, None, {}, {}, body or None, bool(body), None)  # type: ignore[arg-type]  # only the body is read


def read(body: str) -> Any:  # noqa: ANN401 - JSON
    return asyncio.run(bodies.one(call(body.encode()), bodies.TASK))


def refused(body: str) -> str:
    with pytest.raises(AlfrescoError) as caught:
        read(body)
    assert caught.value.status == 400
    assert caught.value.key == caught.value.text
    return caught.value.text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"state":"claimed"}', {"state": "claimed"}),
        ("{}", {}),
        ('  {"name":"a"} whatever follows', {"name": "a"}),
        ('{"state":5,"name":true,"owner":1.5}', {"state": "5", "name": "true", "owner": "1.5"}),
        ('{"assignee":"","owner":null,"state":" "}', {"assignee": None, "owner": None, "state": " "}),
        ('{"priority":3}', {"priority": 3}),
        ('{"priority":"7"}', {"priority": 7}),
        ('{"priority":null}', {"priority": 0}),
        ('{"priority":""}', {"priority": 0}),
        ('{"priority":2.7}', {"priority": 2}),
        ('{"durationInMs":null}', {"durationInMs": None}),
        ('{"dueAt":"2025-01-01T11:57:32.000+0000"}', {"dueAt": 1_735_732_652_000}),
        ('{"dueAt":"2025-01-01T11:57:32.000+0100"}', {"dueAt": 1_735_729_052_000}),
        ('{"dueAt":"2025-01-01T11:57:32+00:00"}', {"dueAt": 1_735_732_652_000}),
        ('{"dueAt":"2025-01-01T11:57:32Z"}', {"dueAt": 1_735_732_652_000}),
        ('{"dueAt":"2025-13-01T00:00:00.000+0000 and more"}', {"dueAt": 1_767_225_600_000}),
        ('{"dueAt":1735732652000}', {"dueAt": 1_735_732_652_000}),
        ('{"dueAt":""}', {"dueAt": None}),
        ('{"variables":null}', {"variables": []}),
        ('{"variables":[]}', {"variables": []}),
        (
            '{"variables":{"name":"a","value":[1,{"b":null}]}}',
            {"variables": [{"name": "a", "value": [1, {"b": None}]}]},
        ),
        ('{"variables":[{"name":"","scope":"local"}]}', {"variables": [{"name": None, "scope": "local"}]}),
    ],
)
def test_members_are_read_as_leniently_as_the_vendor_does(body: str, expected: dict[str, object]) -> None:
    assert read(body) == expected


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("", "No content to map due to end-of-input"),
        (" \n ", "No content to map due to end-of-input"),
        ('{"name":"invalid-"a"}', "Unexpected character ('a' (code 97))"),
        ("{'name':'a'}", "Unexpected character (''' (code 39))"),
        ('{"name":', "Unexpected end-of-input"),
        ('{"name":"a', "Unexpected end-of-input"),
        ('{"states":"completed"}', f'Unrecognized field "states" (class {MODEL}.Task), not marked as ignorable'),
        ('{"":1}', 'Unrecognized field ""'),
        ('{"variables":[{"x":1}]}', f'Unrecognized field "x" (class {MODEL}.TaskVariable)'),
        ("[]", f"Cannot deserialize value of type `{MODEL}.Task` from Array value (token `JsonToken.START_ARRAY`)"),
        ('"x"', f'Cannot deserialize value of type `{MODEL}.Task` from String "x"'),
        ('{"state":{}}', "Cannot deserialize value of type `java.lang.String` from Object value"),
        ('{"name":[]}', "Cannot deserialize value of type `java.lang.String` from Array value"),
        ('{"priority":"a"}', 'Cannot deserialize value of type `int` from String "a"'),
        ('{"priority":"2.7"}', 'Cannot deserialize value of type `int` from String "2.7"'),
        ('{"priority":true}', "Cannot deserialize value of type `int` from Boolean value"),
        ('{"priority":2147483648}', "Numeric value (2147483648) out of range of int (-2147483648 - 2147483647)"),
        ('{"dueAt":"invalid-date"}', 'Cannot deserialize value of type `java.util.Date` from String "invalid-date"'),
        ('{"dueAt":"2025-01-01"}', 'Cannot deserialize value of type `java.util.Date` from String "2025-01-01"'),
        ('{"dueAt":true}', "Cannot deserialize value of type `java.util.Date` from Boolean value"),
        ('{"dueAt":1.5}', "Cannot deserialize value of type `java.util.Date` from Number value (1.5)"),
        ('{"variables":[null]}', f"Cannot deserialize value of type `{MODEL}.TaskVariable` from Null value"),
        ('{"variables":["x"]}', f'Cannot deserialize value of type `{MODEL}.TaskVariable` from String "x"'),
        ('{"name":"a\\u0000"}', "A text cannot hold the character NUL"),
        ('{"variables":{"value":{"a\\u0000":1}}}', "A text cannot hold the character NUL"),
    ],
)
def test_what_cannot_be_read_is_told_in_the_vendors_words(body: str, detail: str) -> None:
    assert refused(body).startswith(f"{PREFIX}: {detail}")


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(AlfrescoError, match=PREFIX):
        asyncio.run(bodies.one(call(b'{"name":"\xff"}'), bodies.TASK))


def test_null_is_a_fault_of_the_server() -> None:
    with pytest.raises(AlfrescoError) as caught:
        read("null")
    assert caught.value.status == 500


@pytest.mark.parametrize(("body", "names"), [(b'{"name":"a"}', ["a"]), (b'[{"name":"a"},{"name":"b"}]', ["a", "b"])])
def test_a_post_brings_one_thing_or_several(body: bytes, names: list[str]) -> None:
    assert [one["name"] for one in asyncio.run(bodies.some(call(body), bodies.VARIABLE))] == names


@pytest.mark.parametrize("body", [b"[]", b"null"])
def test_a_post_must_bring_something(body: bytes) -> None:
    with pytest.raises(AlfrescoError, match=f"{PREFIX}, the list is empty"):
        asyncio.run(bodies.some(call(body), bodies.VARIABLE))


def test_a_variable_of_a_process_has_no_scope() -> None:
    with pytest.raises(AlfrescoError, match='Unrecognized field "scope"'):
        asyncio.run(bodies.some(call(b'{"name":"a","scope":"local"}'), bodies.VARIABLE))


@pytest.mark.parametrize(
    ("bean", "schemas"),
    [
        (bodies.TASK, ["Task"]),
        (bodies.TASK, ["TaskBody"]),
        (bodies.VARIABLE, ["Variable"]),
        (bodies.TASK_VARIABLE, ["TaskVariable"]),
        (bodies.PROCESS, ["Process", "ProcessBody"]),
        (bodies.ITEM, ["Item"]),
        (bodies.LOGIN, ["TicketBody"]),
    ],
)
def test_what_can_be_read_is_what_the_document_has(document: Document, bean: bodies.Bean, schemas: list[str]) -> None:
    declared = {
        name
        for schema in schemas
        for name in resolve(document, {"$ref": f"#/components/schemas/{schema}"})["properties"]
    }
    assert set(bean.members) == declared
