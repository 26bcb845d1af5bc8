"""What WorldServer accepts where its document says a clean type, as data for the spec layer.

Elements of bodies (schemas of format ``element``) are not judged by the spec layer: what is wrong with one of several
is said beside the others (``bulk.py``).
"""

from typing import Any, TypeAlias

from taskbridge.dialects.worldserver.values import parse_integer
from taskbridge.spec import Binding, CoercionError

Json: TypeAlias = Any

ELEMENT = "element"


def _integer(text: Json) -> Json:
    try:
        return parse_integer(text.strip())
    except ValueError as error:
        raise CoercionError(str(error)) from error


def _boolean(text: Json) -> Json:
    """Whatever is not ``true`` is false, as the vendor's platform has it."""
    return text.strip().lower() == "true"


BINDING = Binding(
    text_coercers={("integer", None): _integer, ("boolean", None): _boolean},
    retyped_formats=frozenset([ELEMENT]),
    query_in_headers=True,
    any_body_is_json=True,
)
