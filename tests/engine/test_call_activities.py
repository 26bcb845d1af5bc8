"""Call activities in a file: what is wrong with them, in the words of the vendor's engine."""

import pytest
from tests.engine.bpmn_snippets import element, end, model, path, problems_of, start

_NO_TARGET = "Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set"
_NO_SOURCE = "Missing parameter 'source' or 'sourceExpression' when passing variables"
_EMPTY_TARGET = "Empty attribute 'target' when attribute 'source' or 'sourceExpression' is set"


def messages(*extensions: str, **attributes: str) -> list[str]:
    """The problems of a file with one call activity."""
    held = f"<extensionElements>{''.join(extensions)}</extensionElements>"
    it = element("callActivity", "it", held, **attributes)
    return [one.message for one in problems_of(model(start(), it, end(), path("start", "it", "end")))]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, ["Missing attribute 'calledElement' or 'caseRef'"]),
        (
            {"calledElement": "x", "camunda_calledElementBinding": "version"},
            ["Missing attribute 'calledElementVersion' when 'calledElementBinding' has value 'version'"],
        ),
        (
            {"calledElement": "x", "camunda_calledElementBinding": "versionTag"},
            ["Missing attribute 'calledElementVersionTag' when 'calledElementBinding' has value 'versionTag'"],
        ),
        (
            {"calledElement": "x", "camunda_calledElementBinding": "version", "camunda_calledElementVersion": ""},
            [],
        ),
        ({"calledElement": "x", "camunda_calledElementBinding": "another"}, []),
        ({"calledElement": ""}, []),
        ({"calledElement": "${x} ${"}, ["Error parsing '${x} ${'"]),
    ],
)
def test_what_is_called_has_to_be_said(attributes: dict[str, str], expected: list[str]) -> None:
    found = messages(**attributes)
    assert [one[: len(wanted)] for one, wanted in zip(found, expected, strict=True)] == expected


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        ('<camunda:in source="a"/>', [_NO_TARGET]),
        ('<camunda:in target="a"/>', [_NO_SOURCE]),
        ("<camunda:in/>", [_NO_SOURCE, _NO_TARGET]),
        ("<camunda:out/>", [_NO_SOURCE, _NO_TARGET]),
        ('<camunda:out source="" target="x"/>', ["Empty attribute 'source' when passing variables"]),
        ('<camunda:out source="a" target=""/>', [_EMPTY_TARGET]),
        ('<camunda:out businessKey="#{a}"/>', [_NO_SOURCE, _NO_TARGET]),
        ('<camunda:in businessKey="#{a}"/><camunda:in businessKey="#{b}"/>', []),
        ('<camunda:in variables="all"/><camunda:out variables="all"/>', []),
    ],
)
def test_what_is_passed_has_a_source_and_a_target(extension: str, expected: list[str]) -> None:
    assert messages(extension, calledElement="x") == expected
