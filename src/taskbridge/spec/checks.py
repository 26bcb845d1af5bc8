"""Whether a document is fit to be published: OpenAPI's own rules, and ours about ids, tags, descriptions and examples.

For tests and `scripts/check_specs.py`; the server only makes the quick checks of `document` and `mounts`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator

from taskbridge.spec.document import Document, Operation, SpecError, load_document, operations
from taskbridge.spec.schemas import Direction, compile_schema, resolve


def check_document(path: Path | str) -> list[str]:
    """Every problem of the document at `path`, one line each; empty when there is none."""
    try:
        document = load_document(path)
    except SpecError as error:
        return error.problems
    return (
        list(_dead_references(document, document))
        or list(_formal_problems(document))
        or [
            *_common_problems(document),
            *(problem for operation in operations(document) for problem in _operation_problems(document, operation)),
        ]
    )


def _dead_references(document: Document, node: object) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and not _leads_somewhere(document, reference):
            yield f"reference {reference} leads nowhere"
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _dead_references(document, child)


def _leads_somewhere(document: Document, reference: str) -> bool:
    try:
        return isinstance(resolve(document, {"$ref": reference}), Mapping)
    except (KeyError, TypeError):
        return False


def _formal_problems(document: Document) -> Iterator[str]:
    """What OpenAPI itself objects to. Its validator cannot bear references that lead nowhere."""
    for error in OpenAPIV30SpecValidator(document).iter_errors():
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message.splitlines()[0]}"


def _common_problems(document: Document) -> Iterator[str]:
    """Of the answers that every operation may give."""
    for status, reference in document.get("x-taskbridge", {}).get("everyOperation", {}).items():
        yield from _response_problems(document, f"every operation: response {status}", resolve(document, reference))


def _operation_problems(document: Document, operation: Operation) -> Iterator[str]:
    place = operation.operation_id
    if not operation.raw.get("tags"):
        yield f"{place}: no tags"
    for parameter in operation.parameters:
        if not parameter.get("description"):
            yield f"{place}: parameter {parameter['name']} has no description"
        yield from _example_problems(document, f"{place}: parameter {parameter['name']}", parameter, Direction.REQUEST)
    for media_type, media in (operation.body or {}).get("content", {}).items():
        yield from _example_problems(document, f"{place}: body {media_type}", media, Direction.REQUEST)
    for status, reference in operation.raw.get("responses", {}).items():
        yield from _response_problems(document, f"{place}: response {status}", resolve(document, reference))
    yield from _security_problems(document, operation)


def _response_problems(document: Document, place: str, response: Mapping[str, Any]) -> Iterator[str]:
    if not response.get("description"):
        yield f"{place} has no description"
    for media_type, media in response.get("content", {}).items():
        if not _examples(document, media):
            yield f"{place} {media_type} has no example"
        yield from _example_problems(document, f"{place} {media_type}", media, Direction.RESPONSE)


def _security_problems(document: Document, operation: Operation) -> Iterator[str]:
    known = document.get("components", {}).get("securitySchemes", {})
    for requirement in operation.raw.get("security", document.get("security", [])):
        yield from (
            f"{operation.operation_id}: unknown security scheme {name}" for name in requirement if name not in known
        )


def _example_problems(document: Document, place: str, media: Mapping[str, Any], direction: Direction) -> Iterator[str]:
    """The examples of a media type or parameter that do not fit its schema."""
    validator = compile_schema(document, media.get("schema", {}), direction)
    for name, value in _examples(document, media).items() if validator else ():
        problems = validator.all(value) if validator else ()
        yield from (f"{place}: {name}{problem.pointer}: {problem.reason}" for problem in problems)


def _examples(document: Document, media: Mapping[str, Any]) -> dict[str, object]:
    named = {name: resolve(document, example).get("value") for name, example in media.get("examples", {}).items()}
    single = {"example": media["example"]} if "example" in media else {}
    return {**single, **{f"example {name}": value for name, value in named.items()}}
