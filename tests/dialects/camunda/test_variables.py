"""Variable values from JSON and back (contract 2)."""

import base64
from typing import Any, cast

import pytest

from taskbridge.dialects.camunda.errors import CamundaError
from taskbridge.dialects.camunda.variables import data_answer, read_variable, write_variable
from taskbridge.engine.variables import Variable
from taskbridge.service.unit import Unit

NO_UNIT = cast("Unit", None)  # none of these values has its content in the store


@pytest.mark.parametrize(
    ("value", "variable"),
    [
        ("text", Variable("String", "text")),
        ("2013-01-23T14:42:45.000+0200", Variable("String", "2013-01-23T14:42:45.000+0200")),
        (2**31 - 1, Variable("Integer", 2**31 - 1)),
        (-(2**31), Variable("Integer", -(2**31))),
        (2**31, Variable("Long", 2**31)),
        (1.5, Variable("Double", 1.5)),
        (True, Variable("Boolean", True)),
        (None, Variable("Null", None)),
    ],
)
def test_a_value_without_type_gets_the_type_of_its_json(value: object, variable: Variable) -> None:
    assert read_variable("v", {"value": value}) == variable


@pytest.mark.parametrize(
    ("value", "class_", "text"),
    [
        ([1, "é"], "java.util.ArrayList", '[1,"é"]'),
        ({"a": {"b": None}}, "java.util.LinkedHashMap", '{"a":{"b":null}}'),
        (2**63, "java.math.BigInteger", "9223372036854775808"),
    ],
)
def test_lists_maps_and_huge_numbers_become_json_objects(value: object, class_: str, text: str) -> None:
    info = {"objectTypeName": class_, "serializationDataFormat": "application/json"}
    assert read_variable("v", {"value": value}) == Variable("Object", text, info)


@pytest.mark.parametrize(
    ("type_", "value", "kept"),
    [
        ("String", 7, "7"),
        ("string", True, "true"),
        ("String", [1, 2], "[1, 2]"),
        ("Boolean", "TRUE", True),
        ("boolean", "", None),
        ("Short", " +5 ", 5),
        ("Integer", "05", 5),
        ("integer", 2**31 - 1, 2**31 - 1),
        ("Long", "", None),
        ("Long", str(-(2**63)), -(2**63)),
        ("Double", 3, 3.0),
        ("Double", "1e400", "Infinity"),
        ("Double", "NaN", "NaN"),
        ("Double", ".5", 0.5),
        ("Date", "2013-01-23T14:42:45.000+0200", 1358944965000),
        ("Date", "", None),
        ("Bytes", "aGVs\nbG8=", b"hello"),
        ("Bytes", "", b""),
        ("Null", None, None),
        ("Integer", None, None),
        ("Json", "no { json", "no { json"),
        ("xml", "<a/>", "<a/>"),
    ],
)
def test_a_value_is_converted_to_its_type(type_: str, value: object, kept: object) -> None:
    variable = read_variable("v", {"type": type_, "value": value})
    assert (variable.type, variable.value) == (type_.capitalize(), kept)
    assert type(variable.value) is type(kept)


@pytest.mark.parametrize(
    ("type_", "value", "shown", "class_"),
    [
        ("Boolean", 1, "1", "java.lang.Boolean"),
        ("Boolean", "yes", "yes", "java.lang.Boolean"),
        ("Short", 2**15, "32768", "java.lang.Short"),
        ("Integer", "abc", "abc", "java.lang.Integer"),
        ("integer", 1.5, "1.5", "java.lang.Integer"),
        ("Integer", 5.0, "5.0", "java.lang.Integer"),
        ("Integer", True, "true", "java.lang.Integer"),
        ("Integer", 2**31, "2147483648", "java.lang.Integer"),
        ("Long", "1e3", "1e3", "java.lang.Long"),
        ("Long", "9" * 100, "9" * 100, "java.lang.Long"),
        ("Double", "abc", "abc", "java.lang.Double"),
        ("Double", False, "false", "java.lang.Double"),
        ("Date", 1358944965000, "1358944965000", "java.util.Date"),
        ("Date", "2013-01-23", "2013-01-23", "java.util.Date"),
        ("Bytes", "aGVsbG8", "aGVsbG8", "[B"),
        ("Bytes", "%", "%", "[B"),
        ("Null", "x", "x", "javax.lang.model.type.NullType"),
    ],
)
def test_a_value_that_does_not_convert_is_refused_in_the_vendors_words(
    type_: str, value: object, shown: str, class_: str
) -> None:
    refused = refusal({"type": type_, "value": value})
    assert (refused.status, refused.type, refused.code) == (400, "InvalidRequestException", None)
    assert refused.message == f"Cannot convert value '{shown}' of type '{type_}' to java type {class_}"


@pytest.mark.parametrize(
    ("raw", "status", "type_", "message"),
    [
        (None, 500, "NullPointerException", None),
        ({"type": "STRING", "value": "x"}, 400, "RestException", "Unsupported value type 'STRING'"),
        ({"type": "", "value": "x"}, 400, "RestException", "Unsupported value type ''"),
        (
            {"type": "Number", "value": 1},
            500,
            "ProcessEngineException",
            "Cannot serialize value of abstract type number",
        ),
        (
            {"type": "Integer", "value": 1, "valueInfo": {"transient": "yes"}},
            400,
            "InvalidRequestException",
            "Cannot convert value '1' of type 'Integer' to java type java.lang.Integer",
        ),
        (
            {"type": "json", "value": {"a": 1}},
            400,
            "InvalidRequestException",
            "Must provide 'null' or String value for value of SerializableValue type 'json'.",
        ),
        (
            {"type": "Object", "value": "{}", "valueInfo": {"serializationDataFormat": "application/json"}},
            500,
            "ProcessEngineException",
            "Cannot write serialized value for variable 'v': no 'objectTypeName' provided for non-null value.",
        ),
        (
            {
                "type": "Object",
                "value": "rO0AB",
                "valueInfo": {
                    "objectTypeName": "x.Y",
                    "serializationDataFormat": "application/x-java-serialized-object",
                },
            },
            500,
            "ProcessEngineException",
            "ENGINE-17007 Cannot set variable with name v. Java serialization format is prohibited",
        ),
        ({"type": "File", "value": ""}, 500, "IllegalArgumentException", "Cannot create file without valueInfo."),
        (
            {"type": "File", "value": "", "valueInfo": {"mimetype": "text/plain"}},
            500,
            "IllegalArgumentException",
            "Cannot create file without filename! Please set a name into ValueInfo with key filename",
        ),
        (
            {"type": "File", "value": None, "valueInfo": {"filename": "f"}},
            500,
            "IllegalArgumentException",
            "Provided value is not of File, InputStream or byte[] type.",
        ),
    ],
)
def test_a_value_object_that_makes_no_sense_is_refused(
    raw: dict[str, Any] | None, status: int, type_: str, message: str | None
) -> None:
    refused = refusal(raw)
    assert (refused.status, refused.type, refused.message) == (status, type_, message)


def test_an_object_of_an_unknown_format_has_no_serializer() -> None:
    refused = refusal({"type": "Object", "value": "x", "valueInfo": {"objectTypeName": "x.Y"}})
    assert (refused.status, refused.type) == (500, "ProcessEngineException")
    assert (refused.message or "").startswith("Cannot find serializer for value '")


@pytest.mark.parametrize("text", ["aGVsbG8=", "aGVsbG8", "aGVs bG8=", "aGVs\r\nbG8=", "a.G.V.s.b.G.8", "aGVsbG8A"[:7]])
def test_a_files_base64_is_decoded_leniently(text: str) -> None:
    variable = read_variable("v", {"type": "File", "value": text, "valueInfo": {"filename": "f"}})
    assert variable.value == b"hello"


def test_a_file_keeps_only_what_files_have() -> None:
    info = {"filename": "f.txt", "mimeType": "text/plain", "encoding": "UTF-8", "mimetype": "x", "colour": "red"}
    variable = read_variable("v", {"type": "File", "value": "", "valueInfo": info})
    assert variable.info == {"filename": "f.txt", "mimeType": "text/plain", "encoding": "UTF-8"}


def test_transient_is_honoured_without_a_type_unless_it_is_no_boolean() -> None:
    assert read_variable("v", {"value": 1, "valueInfo": {"transient": True}}).transient
    assert not read_variable("v", {"value": 1, "valueInfo": {"transient": "yes"}}).transient


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (Variable("Date", 1358944965007), "2013-01-23T12:42:45.007+0000"),
        (Variable("Bytes", b"hello"), base64.b64encode(b"hello").decode()),
        (Variable("File", b"hello", {"filename": "f"}), None),
        (Variable("Json", '{"a":1}'), '{"a":1}'),
        (Variable("Integer", None), None),
        (Variable("Double", "NaN"), "NaN"),
    ],
)
@pytest.mark.parametrize("deserialize", [True, False])
def test_a_variable_is_written_in_its_type(variable: Variable, value: object, deserialize: bool) -> None:
    written = write_variable(NO_UNIT, variable, deserialize=deserialize)
    assert written == {"type": variable.type, "value": value, "valueInfo": dict(variable.info or {})}


def test_an_object_is_written_as_text_or_as_the_json_it_holds() -> None:
    info = {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"}
    variable = Variable("Object", "[1,2]", info)
    assert write_variable(NO_UNIT, variable, deserialize=False) == {
        "type": "Object",
        "value": "[1,2]",
        "valueInfo": info,
    }
    assert write_variable(NO_UNIT, variable, deserialize=True)["value"] == [1, 2]


def test_an_object_that_is_not_the_json_it_claims_to_be_is_written_as_text() -> None:
    info = {"objectTypeName": "x.Y", "serializationDataFormat": "application/json"}
    assert write_variable(NO_UNIT, Variable("Object", "{", info), deserialize=True)["value"] == "{"


def test_a_file_is_offered_under_its_name_with_its_type_and_encoding() -> None:
    info = {"filename": 'ü "x"\r\n.txt', "mimeType": "text/plain", "encoding": "UTF-8"}
    answer = data_answer(NO_UNIT, Variable("File", b"hello", info), "v")
    assert (answer.status, answer.body, answer.content_type) == (200, b"hello", "text/plain; charset=UTF-8")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"_ _x___.txt\"; filename*=UTF-8''%C3%BC%20%22x%22%0D%0A.txt"
    )


def test_a_file_type_that_would_break_a_header_is_not_sent() -> None:
    info = {"filename": "f", "mimeType": "text/plain\r\nX: y", "encoding": "é"}
    assert data_answer(NO_UNIT, Variable("File", b"", info), "v").content_type == "application/octet-stream"


def test_only_files_and_bytes_have_content() -> None:
    with pytest.raises(CamundaError, match=r"Value of variable with id 42 is not a binary value."):
        data_answer(NO_UNIT, Variable("String", "x"), "42")


def refusal(raw: dict[str, Any] | None) -> CamundaError:
    with pytest.raises(CamundaError) as refused:
        read_variable("v", raw)
    return refused.value
