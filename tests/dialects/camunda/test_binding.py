"""What Camunda's JSON mapper takes for a text, a number, a boolean, a date (contract 0.5)."""

from typing import Any

import pytest

from taskbridge.dialects.camunda.binding import BINDING
from taskbridge.spec import CoercionError

REFUSED = object()


@pytest.mark.parametrize(
    ("type_", "format_", "given", "bound"),
    [
        ("string", None, 7, "7"),
        ("string", None, 1.5, "1.5"),
        ("string", None, True, "true"),
        ("string", None, [], REFUSED),
        ("string", None, "a\0b", REFUSED),
        ("integer", "int32", "5", 5),
        ("integer", "int32", " 5 ", 5),
        ("integer", "int32", 1.9, 1),
        ("integer", "int32", "", None),
        ("integer", "int32", "1.9", REFUSED),
        ("integer", "int32", True, REFUSED),
        ("integer", "int32", 2**31, REFUSED),
        ("integer", "int32", float("inf"), REFUSED),
        ("integer", "int64", 2**31, 2**31),
        ("integer", "int64", "9" * 5000, REFUSED),
        ("boolean", None, "True", True),
        ("boolean", None, 0, False),
        ("boolean", None, 2, True),
        ("boolean", None, "", None),
        ("boolean", None, "yes", REFUSED),
        ("string", "java-date-time", "2013-01-23T14:42:45.000+0200", 1358944965000),
        ("string", "java-date-time", 1358944965000, 1358944965000),
        ("string", "java-date-time", "", None),
        ("string", "java-date-time", "2013-01-23", REFUSED),
        ("string", "java-date-time", True, REFUSED),
    ],
)
def test_a_json_value_is_bound_leniently(type_: str, format_: str | None, given: Any, bound: object) -> None:  # noqa: ANN401 - JSON
    coerce = BINDING.coercers[type_, format_]
    if bound is REFUSED:
        with pytest.raises(CoercionError):
            coerce(given)
    else:
        assert coerce(given) == bound


@pytest.mark.parametrize(
    ("type_", "format_", "text", "bound"),
    [
        ("boolean", None, "True", True),
        ("boolean", None, "false", False),
        ("boolean", None, "1", REFUSED),
        ("boolean", None, "", REFUSED),
        ("boolean", "lenient", "TRUE", True),
        ("boolean", "lenient", "yes", False),
        ("integer", "int32", "7", 7),
        ("integer", "int32", "", REFUSED),
        ("integer", "int32", "1.5", 1),
        ("integer", "int32", "-0.9", 0),
        ("integer", "int32", " 1e3", 1000),
        ("integer", "int32", "1.5e-400", 0),
        ("integer", "int32", "2147483648.5", REFUSED),
        ("integer", "int64", "2147483648.5", 2**31),
        ("integer", "int64", "1e19", REFUSED),
        ("integer", "int64", "1e400", REFUSED),
        ("integer", "int64", "1.", REFUSED),
        ("integer", "int64", ".5", REFUSED),
        ("integer", "int64", "5e", REFUSED),
        ("integer", "int64", "NaN", REFUSED),
        ("integer", "int64", "5L", REFUSED),
        ("integer", "digits", "7", 7),
        ("integer", "digits", "1.5", REFUSED),
        ("boolean", "lenient", "", None),
        ("boolean", "exact", "true", True),
        ("boolean", "exact", "TRUE", False),
        ("string", "java-date-time", "2013-01-23T12:42:45Z", 1358944965000),
        ("string", "java-date-time", "", None),
        ("string", "java-date-time", "soon", REFUSED),
    ],
)
def test_a_query_parameter_is_bound_from_its_text(type_: str, format_: str | None, text: str, bound: object) -> None:
    coerce = BINDING.of_text().coercers[type_, format_]
    if bound is REFUSED:
        with pytest.raises(CoercionError):
            coerce(text)
    else:
        assert coerce(text) == bound
