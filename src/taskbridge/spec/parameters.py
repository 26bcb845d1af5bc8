"""Query parameters: the text of a request's query string to the typed values that an operation declares.

Compiled per operation at start-up; `QueryBinder.bind` runs per request and raises InvalidParameter.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from taskbridge.spec.binding import Binding, BindingCompiler, Coercer, CoercionError
from taskbridge.spec.document import Document, Operation, SpecError
from taskbridge.spec.failures import InvalidParameter
from taskbridge.spec.json_text import Json
from taskbridge.spec.schemas import Direction, Schema, Validator, compile_schema, resolve

if TYPE_CHECKING:
    from taskbridge.spec.calls import Headers

_JUDGED_BY_COERCION = {"type", "format", "description", "default", "example", "nullable", "items", "title"}


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    required: bool
    is_list: bool
    splits: bool
    schema: Schema
    coerce: Coercer | None
    validator: Validator | None


def query_pairs(query_string: bytes) -> list[tuple[str, str]]:
    """The decoded names and values of a query string, in order; what is not UTF-8 becomes U+FFFD."""
    if not query_string:
        return []
    text = query_string.decode("utf-8", "replace")
    pairs = [pair.partition("=") for pair in text.split("&") if pair]
    if "%" in text or "+" in text:
        return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]
    return [(name, value) for name, _, value in pairs]


class QueryBinder:
    """Binds the query parameters of one operation."""

    def __init__(self, document: Document, operation: Operation, binding: Binding) -> None:
        declared = [parameter for parameter in operation.parameters if parameter["in"] == "query"]
        compiler = BindingCompiler(document, binding.of_text())
        whole = [parameter for parameter in declared if _is_exploded_object(document, parameter)]
        self._parameters = {p["name"]: _compile(document, p, compiler, binding) for p in declared if p not in whole}
        self._whole = [(p["name"], compiler.compile(p["schema"])) for p in whole]
        self._folded = {name.casefold(): name for name in self._parameters} if binding.ignore_member_case else {}
        self._required = [name for name, parameter in self._parameters.items() if parameter.required]
        self._drops_misfits = binding.misfits == "drop"
        self._last_counts = binding.repeated_parameter == "last"
        self._refuse_unknown = binding.unknown_parameters == "refuse"
        self._header_names = tuple(self._parameters) if binding.query_in_headers else ()

    def bind(self, query_string: bytes, headers: "Headers") -> dict[str, Any]:
        """The declared parameters that were given, typed. InvalidParameter for a wrong or missing one."""
        given: dict[str, list[str]] = {}
        for written, value in query_pairs(query_string):
            name = written if written in self._parameters else self._folded.get(written.casefold(), written)
            if name in self._parameters:
                given.setdefault(name, []).append(value)
            elif self._refuse_unknown:
                raise InvalidParameter(written, "query", value, {}, "additionalProperties", "unknown parameter")
        for name in self._header_names:
            if name not in given and (text := headers.get(name)) is not None:
                given[name] = [text]
        self._check_required(given)
        bound = self._bound(given)
        for name, coerce in self._whole:
            bound[name] = _whole(name, coerce, self._members(query_string))
        return bound

    def _members(self, query_string: bytes) -> dict[str, str | list[str]]:
        """All that was given and is no parameter of its own; what was given several times is a list."""
        found: dict[str, list[str]] = {}
        for name, value in query_pairs(query_string):
            if name not in self._parameters:
                found.setdefault(name, []).append(value)
        return {name: values[0] if len(values) == 1 else values for name, values in found.items()}

    def _bound(self, given: Mapping[str, list[str]]) -> dict[str, Any]:
        if not self._drops_misfits:
            return {name: self._value(self._parameters[name], values) for name, values in given.items()}
        bound = {}
        for name, values in given.items():
            with suppress(InvalidParameter):
                bound[name] = self._value(self._parameters[name], values)
        return bound

    def _check_required(self, given: Mapping[str, list[str]]) -> None:
        for name in self._required:
            if name not in given:
                raise InvalidParameter(name, "query", None, self._parameters[name].schema, "required", "missing")

    def _value(self, parameter: _Parameter, texts: list[str]) -> Json:
        text = texts[-1] if self._last_counts else texts[0]
        if not parameter.is_list:
            return _judged(parameter, text, _coerced(parameter, text))
        items = text.split(",") if parameter.splits else texts
        return _judged(parameter, text, [_coerced(parameter, item) for item in items])


def _whole(name: str, coerce: Coercer | None, members: dict[str, Any]) -> Json:
    """An object whose members came as query parameters; its members are coerced, not judged."""
    if coerce is None:
        return members
    try:
        return coerce(members)
    except CoercionError as error:
        raise InvalidParameter(
            error.path[-1] if error.path else name, "query", str(error.value), error.schema, "type", error.reason
        ) from error


def _is_exploded_object(document: Document, parameter: Mapping[str, Any]) -> bool:
    """Whether each member of the parameter's object is a query parameter of its own (OpenAPI: style form, explode)."""
    return resolve(document, parameter.get("schema", {})).get("type") == "object" and parameter.get("explode", True)


def _compile(document: Document, raw: Mapping[str, Any], compiler: BindingCompiler, binding: Binding) -> _Parameter:
    if raw.get("style", "form") != "form" or "content" in raw:
        raise SpecError([f"query parameter {raw['name']}: only the form style is supported"])
    schema = resolve(document, raw["schema"])
    is_list = schema.get("type") == "array"
    single = resolve(document, schema.get("items", {})) if is_list else schema
    judged = bool((set(schema) | set(single)) - _JUDGED_BY_COERCION)
    return _Parameter(
        name=raw["name"],
        required=raw.get("required", False),
        is_list=is_list,
        splits=is_list and not raw.get("explode", True),
        schema=single,
        coerce=compiler.compile(single),
        validator=compile_schema(document, schema, Direction.REQUEST, binding.retyped_formats) if judged else None,
    )


def _coerced(parameter: _Parameter, text: str) -> Json:
    if parameter.coerce is None:
        return text
    try:
        return parameter.coerce(text)
    except CoercionError as error:
        raise InvalidParameter(parameter.name, "query", text, parameter.schema, "type", error.reason) from error


def _judged(parameter: _Parameter, text: str, value: Json) -> Json:
    if parameter.validator and (problem := parameter.validator.first(value)):
        raise InvalidParameter(parameter.name, "query", text, parameter.schema, problem.keyword, problem.reason)
    return value
