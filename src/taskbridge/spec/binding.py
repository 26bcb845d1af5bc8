"""How lenient a dialect is with what clients send, and the compiling of that leniency, schema by schema, into closures.

A `Binding` is data that a dialect states once. Called by the binders at start-up; the closures run per request.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from taskbridge.spec.json_text import Json, Parser, parse_strict
from taskbridge.spec.schemas import Schema, resolve

# Python's own int() and float() also take underscores, foreign digits, nan and infinity.
_INTEGER = re.compile(r"-?[0-9]{1,300}")
_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?")

Coercer = Callable[[Json], Json]
Coercers = Mapping[tuple[str, str | None], Coercer]


class CoercionError(Exception):
    """A value cannot be read as its schema's type; coercers raise it with the reason.

    On its way out it gathers where (`path`) and what (`value`, `schema`) failed.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: list[str] = []
        self.value: object = None
        self.schema: Schema = {}

    @property
    def pointer(self) -> str:
        """The JSON pointer of the value that failed."""
        return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in reversed(self.path))


class NoValue(CoercionError):
    """What was sent is no value at all: where a schema refuses misfits one by one, its member is left out."""


def _boolean_text(text: Json) -> Json:
    if text not in ("true", "false"):
        raise CoercionError("not true or false")
    return text == "true"


def _integer_text(text: Json) -> Json:
    if not _INTEGER.fullmatch(text):
        raise CoercionError("not an integer")
    return int(text)


def _number_text(text: Json) -> Json:
    if not _NUMBER.fullmatch(text):
        raise CoercionError("not a number")
    return float(text)


STRICT_TEXT: Coercers = {
    ("integer", None): _integer_text,
    ("number", None): _number_text,
    ("boolean", None): _boolean_text,
}
"""How the text of a parameter becomes a value where a dialect says nothing else."""


@dataclass(frozen=True)
class Binding:
    """A vendor's binding rules. Tables are looked up by (type, format), then (type, None); no entry leaves the value.

    - `coercers`: values of JSON bodies. A coercer gets any JSON value, null included unless the schema is nullable, and
      returns the value that is validated and handed over, or raises CoercionError. Also for "array" and "object".
    - `text_coercers`: parameters, where they differ from `coercers`; their values are always text.
    - `retyped_formats`: formats whose coercers return another JSON type than the schema's; their values are not
    validated.
    - `misfits`: a value that cannot be coerced refuses the whole request, or drops the member or parameter it is.
    Within a list only null is dropped: a list without an element that its sender counts on means something else. Where
    they are dropped, an object's schema with `x-taskbridge: {misfits: refuse}` refuses them all the same.
    - `validated`: bound values are held against their schemas; False where a dialect refuses nothing by them.
    - `unknown_members`: members that an object's schema does not declare are kept or dropped.
    - `ignore_member_case`: members and query parameters match their declared names in any letter case.
    - `repeated_parameter`: which value of a repeated parameter counts, where the schema is not an array.
    - `unknown_parameters`: undeclared query parameters are ignored or refused.
    - `query_in_headers`: a declared query parameter that is missing may stand in a request header of its name.
    - `assumed_content_type`: what a body without Content-Type is taken for; None refuses it.
    - `any_body_is_json`: where JSON is accepted, a body of a type that is not accepted is read as JSON all the same.
    - `parse`: bytes and charset to a JSON value; ValueError when malformed.
    - `readers`: how bodies of further media types become values that are bound and validated like JSON; keys are those
    of the documents' bodies. A reader gets the content and its whole Content-Type; ValueError when malformed.
    """

    coercers: Coercers = field(default_factory=dict)
    text_coercers: Coercers = field(default_factory=dict)
    retyped_formats: frozenset[str] = frozenset()
    misfits: Literal["refuse", "drop"] = "refuse"
    validated: bool = True
    unknown_members: Literal["keep", "drop"] = "keep"
    ignore_member_case: bool = False
    repeated_parameter: Literal["first", "last"] = "first"
    unknown_parameters: Literal["ignore", "refuse"] = "ignore"
    query_in_headers: bool = False
    assumed_content_type: str | None = None
    any_body_is_json: bool = False
    parse: Parser = parse_strict
    readers: Mapping[str, Parser] = field(default_factory=dict)

    def of_text(self) -> "Binding":
        """The rules for parameters: the same, by the tables for text."""
        coercers = {**STRICT_TEXT, **self.coercers, **self.text_coercers}
        return replace(self, coercers=coercers, text_coercers={})


class BindingCompiler:
    """Compiles schemas of one document. `compile` gives None where binding would change nothing."""

    def __init__(self, document: Mapping[str, Any], binding: Binding) -> None:
        self._document = document
        self._binding = binding
        self._known: dict[str | int, Coercer | None] = {}

    def compile(self, schema: Schema) -> Coercer | None:
        """The closure that binds a value to `schema`; it raises CoercionError."""
        if "$ref" in schema:
            return self._once(schema["$ref"], resolve(self._document, schema))
        # An allOf is laid together through its references, so it too may come back to itself.
        return self._once(id(schema), schema) if "allOf" in schema else self._compile(schema)

    def _once(self, key: str | int, schema: Schema) -> Coercer | None:
        if key not in self._known:
            # A schema may refer to itself: until it is compiled, it is looked up when it runs.
            self._known[key] = lambda value: self._run(key, value)
            self._known[key] = self._compile(schema)
        return self._known[key]

    def _run(self, key: str | int, value: Json) -> Json:
        bind = self._known[key]
        return bind(value) if bind else value

    def _compile(self, schema: Schema) -> Coercer | None:
        merged = self._merge(schema)
        kind, coercers = merged.get("type", ""), self._binding.coercers
        coerce = coercers.get((kind, merged.get("format"))) or coercers.get((kind, None))
        structure = self._structure(merged)
        if coerce is None:
            return structure
        explained = _explained(coerce, merged, merged.get("nullable", False))
        return _then(explained, structure) if structure else explained

    def _merge(self, schema: Schema) -> dict[str, Any]:
        """The schema with its `allOf` members laid together, as far as binding looks at them."""
        merged = dict(schema)
        for part in merged.pop("allOf", ()):
            inner = self._merge(resolve(self._document, part))
            properties = {**inner.get("properties", {}), **merged.get("properties", {})}
            # A member that allows null does not make the whole allow it.
            inner.pop("nullable", None)
            merged = {**inner, **merged}
            if properties:
                merged["properties"] = properties
        return merged

    def _structure(self, schema: Schema) -> Coercer | None:
        """What binds the parts of a value. Another shape of value, null included, is left for the validator."""
        if schema.get("type") == "array" or "items" in schema:
            item = self.compile(schema.get("items", {}))
            listed = _present_items if self._binding.misfits == "drop" else _items
            return listed(item) if item else None
        if schema.get("type") == "object" or "properties" in schema:
            return self._object(schema)
        return None

    def _object(self, schema: Schema) -> Coercer | None:
        declared: Schema = schema.get("properties", {})
        rest = schema.get("additionalProperties", True)
        members = {name: self.compile(child) for name, child in declared.items()}
        other = self.compile(rest) if isinstance(rest, Mapping) else None
        bind = self._bound_members(schema, members, other) if other or any(members.values()) else None
        drop = self._binding.unknown_members == "drop" and bool(declared) and "additionalProperties" not in schema
        if not drop and not self._binding.ignore_member_case:
            return bind
        rename = _names(declared, drop, self._binding.ignore_member_case)
        return _then(rename, bind) if bind else rename

    def _bound_members(self, schema: Schema, members: Mapping[str, Coercer | None], other: Coercer | None) -> Coercer:
        if self._binding.misfits == "refuse":
            return _members(members, other)
        dropped = NoValue if schema.get("x-taskbridge", {}).get("misfits") == "refuse" else CoercionError
        return _fitting_members(members, other, dropped)


def _then(first: Coercer, second: Coercer) -> Coercer:
    return lambda value: second(first(value))


def _explained(coerce: Coercer, schema: Schema, nullable: bool) -> Coercer:
    def bind(value: Json) -> Json:
        if value is None and nullable:
            return None
        try:
            return coerce(value)
        except CoercionError as error:
            error.value, error.schema = value, schema
            raise

    return bind


def _items(item: Coercer) -> Coercer:
    def bind(value: Json) -> Json:
        if type(value) is not list:
            return value
        bound: list[Json] = []
        try:
            for child in value:
                bound.append(item(child))
        except CoercionError as error:
            error.path.append(str(len(bound)))
            raise
        return bound

    return bind


def _present_items(item: Coercer) -> Coercer:
    """The elements that are not null."""
    bind_all = _items(item)

    def bind(value: Json) -> Json:
        return bind_all([child for child in value if child is not None] if type(value) is list else value)

    return bind


def _members(members: Mapping[str, Coercer | None], other: Coercer | None) -> Coercer:
    def bind(value: Json) -> Json:
        if type(value) is not dict:
            return value
        bound, name = {}, ""
        try:
            for name, child in value.items():
                step = members.get(name, other)
                bound[name] = step(child) if step else child
        except CoercionError as error:
            error.path.append(name)
            raise
        return bound

    return bind


def _fitting_members(
    members: Mapping[str, Coercer | None], other: Coercer | None, dropped: type[CoercionError]
) -> Coercer:
    """The members that can be coerced; others are left out for `dropped`, but not for what a list within them holds."""

    def bind(value: Json) -> Json:
        if type(value) is not dict:
            return value
        bound = {}
        for name, child in value.items():
            step = members.get(name, other)
            try:
                bound[name] = step(child) if step else child
            except CoercionError as error:
                if error.path or not isinstance(error, dropped):
                    error.path.append(name)
                    raise
        return bound

    return bind


def _names(declared: Schema, drop: bool, ignore_case: bool) -> Coercer:
    """Gives members their declared names, and drops those that have none, as far as asked."""
    folded = {name.casefold(): name for name in declared} if ignore_case else {}

    def bind(value: Json) -> Json:
        if type(value) is not dict:
            return value
        named = {
            name if name in declared else folded.get(name.casefold(), name): child for name, child in value.items()
        }
        return {name: child for name, child in named.items() if name in declared} if drop else named

    return bind
