"""Variables that travel with a job which belongs to no instance yet: one text, contents of files included."""

import base64
from collections.abc import Mapping

from taskbridge.engine.variables import CONTENT_TYPES, Variable, Variables

_CONTENT = "base64"


def packed(given: Mapping[str, Variable]) -> str:
    """The variables as a text. None of them is transient."""
    document = Variables()
    for name, variable in given.items():
        document.set(name, variable)
    return document.text(_packed_content) or "{}"


def unpacked(text: str) -> dict[str, Variable]:
    """The variables of such a text; contents are ``bytes`` again."""
    return {name: _with_content(variable) for name, variable in Variables(text).items()}


def _packed_content(content: object) -> dict[str, str]:
    if not isinstance(content, bytes):
        raise TypeError(f"{type(content).__name__} is no content")
    return {_CONTENT: base64.b64encode(content).decode()}


def _with_content(variable: Variable) -> Variable:
    if variable.type in CONTENT_TYPES and variable.value is not None:
        return variable._replace(value=base64.b64decode(variable.value[_CONTENT]))
    return variable
