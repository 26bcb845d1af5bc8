"""Lists what the vendor's own description of Camunda's REST API says can be sent to the operations that we have.

Usage: vendor_parameters.py OPENAPI_JSON. The file is `openapi.json` within the Maven artifact
`org.camunda.bpm:camunda-engine-rest-openapi` (the version of the release that the contract is about, 7.24.0). Writes
`tests/conformance/camunda_parameters.tsv`: facts only, one row for each query parameter and member of a JSON body, with
its operation, its place, its name and its type. Members of members are written with points, of elements with `[]`.
`test_vendor_parameters.py` demands that each of them is honoured or refused.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from taskbridge.app import document_of
from taskbridge.spec.document import operations

TARGET = Path(__file__).resolve().parent.parent / "tests" / "conformance" / "camunda_parameters.tsv"
_VARIABLE = re.compile(r"\{[^}]*\}")


class Parameter(NamedTuple):
    """What can be sent: `place` is `query` or `body`; an array's type ends with `[]`."""

    operation: str
    place: str
    name: str
    type: str


def shape(method: str, path: str) -> str:
    """An operation, whatever its path parameters are called."""
    return f"{method.upper()} {_VARIABLE.sub('{}', path)}"


def parameters(description: Mapping[str, Any]) -> Iterator[Parameter]:
    """Every parameter of the operations that our document has, too."""
    ours = {shape(operation.method, operation.path) for operation in operations(document_of("camunda"))}
    for path, item in description["paths"].items():
        for method, operation in item.items():
            name = shape(method, path)
            if name in ours:
                yield from _of_query(description, name, [*item.get("parameters", ()), *operation.get("parameters", ())])
                yield from _of_body(description, name, operation.get("requestBody", {}))


def _of_query(description: Mapping[str, Any], operation: str, given: list[Mapping[str, Any]]) -> Iterator[Parameter]:
    for parameter in (_resolved(description, one) for one in given):
        if parameter["in"] == "query":
            yield Parameter(operation, "query", parameter["name"], _type(description, parameter["schema"]))


def _of_body(description: Mapping[str, Any], operation: str, body: Mapping[str, Any]) -> Iterator[Parameter]:
    content = _resolved(description, body).get("content", {})
    schema = content.get("application/json", content.get("multipart/form-data", {})).get("schema", {})
    yield from _members(description, operation, schema, "", ())


def _members(
    description: Mapping[str, Any], operation: str, schema: Mapping[str, Any], prefix: str, above: tuple[str, ...]
) -> Iterator[Parameter]:
    """The members of an object, and theirs; an object within itself is listed by its name only."""
    name = _name(schema)
    if name and name in above:
        return
    for member, inner in _properties(description, schema).items():
        type_ = _type(description, inner)
        yield Parameter(operation, "body", prefix + member, type_)
        if type_.endswith("[]"):
            elements = _resolved(description, inner).get("items", {})
            yield from _members(description, operation, elements, f"{prefix}{member}[].", (*above, name))
        else:
            yield from _members(description, operation, inner, f"{prefix}{member}.", (*above, name))


def _name(schema: Mapping[str, Any]) -> str:
    """The reference that a schema is, be it wrapped in an `allOf`."""
    parts = schema.get("allOf", ())
    return str(schema.get("$ref", "") or (parts[0].get("$ref", "") if len(parts) == 1 else ""))


def _properties(description: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    schema = _resolved(description, schema)
    found: dict[str, Any] = {}
    for part in schema.get("allOf", ()):
        found |= _properties(description, part)
    return {**found, **schema.get("properties", {})}


def _type(description: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    schema = _resolved(description, schema)
    if schema.get("type") == "array":
        return f"{_type(description, schema['items'])}[]"
    return "date" if str(schema.get("format")).endswith("date-time") else str(schema.get("type", "object"))


def _resolved(description: Mapping[str, Any], node: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a part of a document
    while "$ref" in node:
        target: Any = description
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def main(source: str) -> None:
    """Write the table."""
    found = sorted(set(parameters(json.loads(Path(source).read_text()))))
    TARGET.write_text("".join("\t".join(parameter) + "\n" for parameter in found))
    print(f"{TARGET.name}: {len(found)} parameters of {len({one.operation for one in found})} operations")


if __name__ == "__main__":
    main(*sys.argv[1:])
