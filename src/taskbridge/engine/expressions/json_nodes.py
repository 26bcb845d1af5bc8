"""JSON as expressions see it: the nodes of Camunda Spin, made of Json variables and by `S()` and `JSON()`.

A node holds what the JSON library read: dict, list, str, int, float, bool or None. Calls `effort`, `errors`,
`java_types`, `json_paths` and `texts`.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import ClassVar

from taskbridge.engine.expressions.effort import weigh
from taskbridge.engine.expressions.errors import Thrown
from taskbridge.engine.expressions.java_types import Integer
from taskbridge.engine.expressions.json_paths import MISSING, JsonPath
from taskbridge.engine.expressions.texts import Pieces, shown_double

_MAX_DIGITS = 3_000
# An escape that may be half of a character, and a half that remained one.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\"} | {
    code: {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}.get(code, f"\\u{code:04X}") for code in range(32)
}


class JsonNode:
    """One JSON value. Changing a part of it changes the whole, for as long as a command sees the same node."""

    __slots__ = ("held",)
    java_class: ClassVar[str] = "org.camunda.spin.impl.json.jackson.JacksonJsonNode"

    def __init__(self, held: object) -> None:
        self.held = held

    def __str__(self) -> str:
        return json_text(self.held)


class JsonQuery:
    """What `jsonPath` gives: a path and the node that it is asked of."""

    __slots__ = ("asked", "path")
    java_class: ClassVar[str] = "org.camunda.spin.impl.json.jackson.query.JacksonJsonPathQuery"

    def __init__(self, asked: JsonNode, path: JsonPath) -> None:
        self.asked = asked
        self.path = path

    def __str__(self) -> str:
        return f"{self.java_class}@{id(self) & 0x7FFFFFFF:x}"


def whole(digits: str) -> int:
    """Read a whole number as JSON readers of Java do: Integer within 32 bits, else Long or BigInteger."""
    if len(digits) > _MAX_DIGITS:
        raise ValueError("the number is too long")
    number = int(digits)
    return Integer(number) if -(2**31) <= number < 2**31 else number


def parse_json(text: str) -> object:
    """Read JSON; raises ValueError, also for what nests too deep, half characters and numbers beyond a Double."""
    try:
        value = json.loads(text, parse_int=whole, parse_float=_finite, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if _SURROGATE.search(text) and _SURROGATES.search(json.dumps(value, ensure_ascii=False)):
        raise ValueError("half of a character")
    return value


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("the number is too large")
    return number


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def read_json(text: str) -> JsonNode:
    """Make the node of a text, as `JSON(text)` does; raises Thrown."""
    try:
        return JsonNode(parse_json(text))
    except ValueError as error:
        raise _thrown("DataFormat", "01001", f"Unable to parse input '{text[:200]}'") from error


def json_text(value: object) -> str:
    """Write JSON as Spin does, without spaces; raises Fault for a text that would be too long."""
    pieces = Pieces()
    _write(value, pieces)
    return pieces.text()


def _write(value: object, pieces: Pieces) -> None:
    match value:
        case None | bool():
            pieces.add("null" if value is None else "true" if value else "false")
        case str():
            pieces.add('"', value.translate(_ESCAPES), '"')
        case float():
            pieces.add(shown_double(value))
        case Mapping():
            mark = "{"
            for key, inner in value.items():
                pieces.add(mark, '"', str(key).translate(_ESCAPES), '":')
                _write(inner, pieces)
                mark = ","
            pieces.add("}" if mark == "," else "{}")
        case list():
            mark = "["
            for inner in value:
                pieces.add(mark)
                _write(inner, pieces)
                mark = ","
            pieces.add("]" if mark == "," else "[]")
        case _:
            pieces.add(str(value))


# what can be asked of a node


def kind_of(value: object) -> str:
    """Name the kind of a JSON value as Spin's messages do."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "BOOLEAN"
        case str():
            return "STRING"
        case Mapping():
            return "OBJECT"
        case list():
            return "ARRAY"
        case _:
            return "NUMBER"


def typed(node: JsonNode, kind: str, called: str) -> object:
    """Give the value of a node of that kind; raises Thrown for any other."""
    if kind_of(node.held) != kind:
        raise _misread(called, node.held)
    return node.held


def value(node: JsonNode) -> object:
    """Give the value of a node that is no list and no object; raises Thrown for these."""
    if isinstance(node.held, Mapping | list):
        raise _misread("String/Number/Boolean/Null", node.held)
    return node.held


def prop(node: JsonNode, name: str) -> JsonNode:
    """Give a member of an object; raises Thrown where there is none."""
    if not isinstance(node.held, Mapping) or name not in node.held:
        raise _thrown("Property", "01004", f"Unable to find '{name}'")
    return JsonNode(node.held[name])


def has_prop(node: JsonNode, name: str) -> bool:
    """Tell whether an object has a member."""
    return isinstance(node.held, Mapping) and name in node.held


def set_prop(node: JsonNode, name: str, new: object) -> JsonNode:
    """Give an object a member; the node itself changes; raises Thrown for what is no object."""
    if not isinstance(node.held, dict):
        raise _misread("OBJECT", node.held)
    node.held[name] = _part(new, node.held)
    return node


def delete_prop(node: JsonNode, name: str) -> JsonNode:
    """Take a member of an object away; raises Thrown where there is none."""
    prop(node, name)
    if isinstance(node.held, dict):
        del node.held[name]
    return node


def append(node: JsonNode, new: object) -> JsonNode:
    """Put a value at the end of a list; the node itself changes; raises Thrown for what is no list."""
    if not isinstance(node.held, list):
        raise _thrown("", "01010", f"Unable to modify node of type '{kind_of(node.held)}'. Node is not a list.")
    node.held.append(_part(new, node.held))
    return node


def made_of(value: object) -> JsonNode:
    """Make the node of a value that is no text, as `JSON(value)` does; raises Thrown for what is no JSON."""
    if isinstance(value, JsonNode):
        return value
    return JsonNode(plain(value))


def _part(new: object, whole: object) -> object:
    held = plain(new)
    weigh(held, without=whole)
    return held


def plain(value: object) -> object:
    """Give what a node would hold of the value; raises Thrown for what is no JSON."""
    match value:
        case JsonNode():
            return value.held
        case None | bool() | str() | int() | float():
            return value
        case list():
            return [plain(inner) for inner in value]
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case _:
            raise _thrown("", "01009", "Unable to map object to json node")


def elements(node: JsonNode) -> list[object]:
    """Give the nodes of a list; raises Thrown for what is none."""
    if not isinstance(node.held, list):
        raise _misread("SpinList", node.held)
    return [JsonNode(inner) for inner in node.held]


def field_names(node: JsonNode) -> list[object]:
    """Give the names of an object's members; raises Thrown for what is no object or list."""
    if isinstance(node.held, Mapping):
        return list(node.held)
    if isinstance(node.held, list):
        return []
    raise _misread("Array/Object", node.held)


def index_of(node: JsonNode, wanted: object) -> int:
    """Give the place of a text in a list; raises Thrown where it is not there."""
    return Integer(_places(node, wanted)[0])


def last_index_of(node: JsonNode, wanted: object) -> int:
    """Give the last place of a text in a list; raises Thrown where it is not there."""
    return Integer(_places(node, wanted)[-1])


def contains(node: JsonNode, wanted: object) -> bool:
    """Tell whether a list holds a value; raises Thrown for what is no list."""
    if not isinstance(node.held, list):
        raise _thrown("", "01011", f"Unable to get index from '{kind_of(node.held)}'. Node is not a list.")
    sought = plain(wanted)
    return any(_alike(inner, sought) for inner in node.held)


def _alike(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def _places(node: JsonNode, wanted: object) -> list[int]:
    if not isinstance(node.held, list):
        raise _thrown("", "01011", f"Unable to get index from '{kind_of(node.held)}'. Node is not a list.")
    sought = plain(wanted)
    found = [place for place, inner in enumerate(node.held) if _alike(inner, sought)]
    if not found:
        raise _thrown("Property", "01004", f"Unable to find '{sought}'")
    return found


# paths


def query(node: JsonNode, path: str) -> JsonQuery:
    """Make the query of a path; raises Thrown for a path that cannot be read."""
    try:
        return JsonQuery(node, JsonPath(path))
    except ValueError as error:
        raise _thrown("Path", "01012", f"Unable to compile '{path}'!") from error


def element(asked: JsonQuery) -> JsonNode:
    """Give a copy of the node at the path, as Spin does; raises Thrown where there is none."""
    found = asked.path.find(asked.asked.held)
    if found is MISSING:
        raise _thrown("Path", "01013", f"Unable to evaluate JsonPath expression on element '{JsonNode.java_class}'")
    weigh(found)
    return JsonNode(_copied(found))


def _copied(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _copied(inner) for name, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def element_list(asked: JsonQuery) -> list[object]:
    """Give the nodes of the list at the path; raises Thrown where there is none."""
    found = element(asked)
    if not isinstance(found.held, list):
        raise _misread("SpinList", found.held)
    return elements(found)


def _misread(expected: str, held: object) -> Thrown:
    return _thrown("DataFormat", "01002", f"Expected '{expected}', got '{kind_of(held)}'")


def _thrown(kind: str, code: str, text: str) -> Thrown:
    return Thrown(f"org.camunda.spin.json.SpinJson{kind}Exception: SPIN/JACKSON-JSON-{code} {text}")
