"""Scalars of filters, variables and entries (contract 4, 5.2, 8.2)."""

import pytest

from taskbridge.dialects.alfresco import ids
from taskbridge.dialects.alfresco.errors import AlfrescoError
from taskbridge.dialects.alfresco.models import FormModelElement, Item
from taskbridge.dialects.alfresco.values import filled, moment, truth, whole
from taskbridge.dialects.alfresco.views.variables import plain
from taskbridge.engine.variables import Variable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-01T00:00:00.000+0000", 1_704_067_200_000),
        ("2024-01-01T00:00:00.000Z", 1_704_067_200_000),
        ("2024-01-01T01:00:00.000+01:00", 1_704_067_200_000),
        ("2023-12-31T19:00:00-05", 1_704_067_200_000),
        ("2024-01-01T00:00:00", 1_704_067_200_000),
        ("2024-01-01T00:00", 1_704_067_200_000),
        ("2024-01-01", 1_704_067_200_000),
        ("2024-01", 1_704_067_200_000),
        ("2024", 1_704_067_200_000),
        ("2024-01-01T00:00:00.5Z", 1_704_067_200_500),
        ("2024-01-01T00:00:00.123456Z", 1_704_067_200_123),
    ],
)
def test_a_moment_of_a_filter_is_read_in_any_usual_form(text: str, expected: int) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2024-13-01",
        "2024-01-32",
        "2023-02-29",
        "2024-01-01T25:00",
        "2024-00-01",
        "24-01-01",
        "2024-01-01 00:00",
        "0000-01-01",
    ],
)
def test_a_moment_that_is_none_is_a_fault_of_the_server(text: str) -> None:
    with pytest.raises(AlfrescoError) as caught:
        moment(text)
    assert (caught.value.status, caught.value.text) == (500, f"Failed to parse date {text}")


def test_numbers_and_truth_of_filters_are_never_refused() -> None:
    assert [whole(text) for text in ("7", " 7 ", "-7", "x", "", "1.5")] == [7, 7, -7, 0, 0, 0]
    assert [truth(text) for text in ("true", "YES", "y", "on", "1")] == [True] * 5
    assert [truth(text) for text in ("false", "0", "", "maybe")] == [False] * 4


def test_an_entry_has_no_empty_members() -> None:
    element = FormModelElement(name=None, title="", qualifiedName="  ", required=False, dataType="x")
    assert filled(element) == {"required": False, "dataType": "x"}
    assert filled(Item(size=0)) == {"size": 0}


@pytest.mark.parametrize("text", ["", "0", "01", "-1", "1.0", "x", " 1", "9" * 19, "\u0661", None])
def test_text_that_is_no_id_is_unknown(text: str | None) -> None:
    assert ids.number(text) == ids.UNKNOWN


def test_the_id_of_a_definition_has_three_parts() -> None:
    assert ids.definition_number("a:1:17") == 17
    assert ids.definition_number("@net@a:1:17") == 17
    assert [ids.definition_number(text) for text in ("17", "a:17", "a:1:x", None)] == [ids.UNKNOWN] * 4


_JSON = {"serializationDataFormat": "application/json"}


@pytest.mark.parametrize(
    ("variable", "shown"),
    [
        (Variable("Json", '{"a":[1,null]}'), {"a": [1, None]}),
        (Variable("Json", "{"), "{"),
        (Variable("Xml", "<a/>"), "<a/>"),
        (Variable("Object", "[1]", _JSON), [1]),
        (Variable("Object", "rO0ABQ=="), "rO0ABQ=="),
        (Variable("Short", 7), 7),
        (Variable("Double", 7), 7.0),
        (Variable("Null", None), None),
        (Variable("Bytes", {"blob": 1}), None),
    ],
)
def test_values_of_other_apis_are_shown_as_plain_json(variable: Variable, shown: object) -> None:
    assert plain(variable) == shown
