"""OpenAPI 3.0 schemas as JSON Schema (draft 4), compiled by jsonschema-rs.

Called by the binders (what a request may hold) and by the checks of responses and examples (what an answer may hold).
Formats are never checked here: what is a date is each dialect's own business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import jsonschema_rs

Schema = Mapping[str, Any]

_NULL = {"type": "null"}
_MAPS = ("properties", "patternProperties")
_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLES = ("items", "not", "additionalProperties")
_PLAIN = (
    *("type", "enum", "required", "multipleOf", "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"),
    *("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties"),
)


class Direction(Enum):
    """Which way a value travels; the member is the schema keyword whose properties do not travel that way."""

    REQUEST = "readOnly"
    RESPONSE = "writeOnly"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a value does not fit: where (JSON pointer), which keyword, its details, and the words."""

    pointer: str
    keyword: str
    facts: Mapping[str, Any]
    value: object
    reason: str


class Validator:
    """A compiled schema. `first` is for the path of a request, `all` for checks that report everything."""

    __slots__ = ("_rust",)

    def __init__(self, schema: dict[str, Any]) -> None:
        self._rust = jsonschema_rs.Draft4Validator(schema, validate_formats=False)

    def first(self, value: object) -> Problem | None:
        """The first problem of a value, None when it fits. ValueError when the value is not made of JSON's types."""
        try:
            self._rust.validate(value)
        except jsonschema_rs.ValidationError as error:
            return _problem(error)
        return None

    def all(self, value: object) -> Iterator[Problem]:
        """Every problem of a value."""
        return (_problem(error) for error in self._rust.iter_errors(value))


def compile_schema(
    document: Mapping[str, Any], schema: Schema, direction: Direction, retyped: frozenset[str] = frozenset()
) -> Validator | None:
    """The validator of a schema of `document`; None when every value fits.

    Values whose schema has a `format` among `retyped` are not judged: binding has given them another type.
    """
    converter = _Converter(document, direction, retyped)
    converted = converter.convert(schema)
    if not converted:
        return None
    return Validator({**converted, "definitions": converter.referenced()})


def resolve(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """`node` itself, or what its local `$ref` leads to in the end. KeyError when that is nothing."""
    while "$ref" in node:
        reference: str = node["$ref"]
        node = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
    return node


class _Converter:
    """Converts one schema and remembers which component schemas it needs."""

    def __init__(self, document: Mapping[str, Any], direction: Direction, retyped: frozenset[str]) -> None:
        self._document = document
        self._direction = direction
        self._retyped = retyped
        self._names: dict[str, str] = {}

    def referenced(self) -> dict[str, Any]:
        """The converted schemas that `convert` left references to, and those they refer to."""
        done: dict[str, Any] = {}
        while pending := [reference for reference, name in self._names.items() if name not in done]:
            for reference in pending:
                done[self._names[reference]] = self.convert(resolve(self._document, {"$ref": reference}))
        return done

    def convert(self, schema: Schema) -> dict[str, Any]:
        if "$ref" in schema:
            name = self._names.setdefault(schema["$ref"], str(len(self._names)))
            return {"$ref": f"#/definitions/{name}"}
        if schema.get("format") in self._retyped:
            return {}
        converted = {key: schema[key] for key in _PLAIN if key in schema} | self._children(schema)
        self._relax_required(schema, converted)
        return _or_null(converted) if schema.get("nullable") else converted

    def _children(self, schema: Schema) -> dict[str, Any]:
        maps = {
            key: {name: self.convert(child) for name, child in schema[key].items()} for key in _MAPS if key in schema
        }
        lists = {key: [self.convert(child) for child in schema[key]] for key in _LISTS if key in schema}
        singles = {key: self._single(schema[key]) for key in _SINGLES if key in schema}
        return maps | lists | singles

    def _single(self, child: Schema | bool) -> dict[str, Any] | bool:
        return child if isinstance(child, bool) else self.convert(child)

    def _relax_required(self, schema: Schema, converted: dict[str, Any]) -> None:
        """A property that does not travel this way cannot be required this way."""
        properties = schema.get("properties", {})
        required = [
            name
            for name in schema.get("required", ())
            if not resolve(self._document, properties.get(name, {})).get(self._direction.value)
        ]
        converted.pop("required", None)
        if required:
            converted["required"] = required


def _or_null(converted: dict[str, Any]) -> dict[str, Any]:
    if any(key in converted for key in (*_LISTS, "not")):
        return {"anyOf": [_NULL, converted]}
    if "enum" in converted:
        converted["enum"] = [*converted["enum"], *([] if None in converted["enum"] else [None])]
    if "type" in converted:
        converted["type"] = [converted["type"], "null"]
    return converted


def _problem(error: jsonschema_rs.ValidationError) -> Problem:
    facts = error.kind.as_dict()
    alternatives = facts.pop("context", [])
    if len(alternatives) == 2 and alternatives[0][0].kind.as_dict() == {"types": ["null"]}:
        # Our own way of saying nullable: what counts is why the value itself does not fit.
        return _problem(alternatives[1][0])
    pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in error.instance_path)
    return Problem(pointer, error.kind.name, facts, error.instance, error.message)
