"""What is wrong with a document or a setting, in a line each, out of pydantic's errors."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

_WHOLE, _NUMBER, _MAPPING = "must be a whole number", "must be a number", "must be a mapping of names to values"
_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is unknown",
    "string_type": "must be a text",
    "string_too_short": "must not be empty",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _WHOLE + " of a sensible size",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "greater_than_equal": "must be at least {ge:.15g}",
    "less_than_equal": "must be at most {le:.15g}",
    "enum": "must be {expected}",
    "value_error": "{error}",
}


def problems(error: ValidationError) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Where each problem is, and a sentence without its subject."""
    for one in error.errors(include_url=False, include_input=False):
        known = _SENTENCES.get(one["type"])
        context: dict[str, Any] = one.get("ctx", {})
        yield one["loc"], known.format(**context) if known else one["msg"]


def lines(error: ValidationError) -> Iterator[str]:
    """Each problem as ``locales.0.name: must be a text``."""
    for place, sentence in problems(error):
        yield ": ".join(part for part in (".".join(map(str, place)), sentence) if part)
