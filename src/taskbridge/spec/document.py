"""An OpenAPI document: reading it, refusing one that cannot be served, and the operations it holds.

Called at start-up and by the checks of documents; knows neither HTTP nor dialects.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from taskbridge.spec.schemas import resolve

Document = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_OPERATION_ID = re.compile(r"[a-z][a-z0-9]*_[a-z0-9_]+")


class SpecError(Exception):
    """A document, or what is to serve it, is wrong; `problems` has one line per fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document.

    `method` is in capitals, `path` the template relative to the base path, `raw` the operation as written (vendor
    extensions included), `parameters` those of the path item and its own with references resolved, `body` the resolved
    requestBody, `secured` whether its security requirements (or the document's) name any, `base_paths` the only ones it
    is served under (those of the `servers` that it or its path item names), None for all of the document's.
    """

    operation_id: str
    method: str
    path: str
    raw: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any] | None
    secured: bool
    base_paths: tuple[str, ...] | None = None

    @property
    def paths(self) -> list[tuple[str, dict[str, str]]]:
        """Its paths with the parameters fixed in them: one whose schema is an `enum` makes a path of each value."""
        listed = [
            [(parameter["name"], value) for value in parameter["schema"]["enum"]]
            for parameter in self.parameters
            if parameter["in"] == "path" and "enum" in parameter.get("schema", {})
        ]
        return [(_filled(self.path, fixed), dict(fixed)) for fixed in product(*listed)]

    @property
    def stands_in(self) -> bool:
        """Whether it has no handler of its own: the dialect says per request which other operation is meant."""
        return bool(self.extensions.get("standsIn"))

    @property
    def extensions(self) -> Mapping[str, Any]:
        """The operation's `x-taskbridge` object."""
        extensions: Mapping[str, Any] = self.raw.get("x-taskbridge", {})
        return extensions


def load_document(path: Path | str) -> Document:
    """The document at `path`, with `nullable` beside `$ref` made explicit.

    Raises SpecError for YAML that is broken or names a key twice, for another version than OpenAPI 3.0, and for
    operationIds that are missing, used twice or without a common `<dialect>_` prefix.
    """
    try:
        document = yaml.load(Path(path).read_bytes(), _Loader)
    except yaml.YAMLError as error:
        raise SpecError([f"{path}: {error}"]) from error
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3.0."):
        raise SpecError([f"{path}: not an OpenAPI 3.0 document"])
    if problems := identity_problems(document):
        raise SpecError([f"{path}: {problem}" for problem in problems])
    _make_nullable_explicit(document)
    return document


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of a document, in its order. Raises KeyError when an operationId is missing."""
    for template, method, raw in _raw_operations(document):
        item = document["paths"][template]
        yield Operation(
            operation_id=raw["operationId"],
            method=method.upper(),
            path=template,
            raw=raw,
            parameters=_parameters(document, item.get("parameters", []), raw.get("parameters", [])),
            body=resolve(document, raw["requestBody"]) if "requestBody" in raw else None,
            secured=bool(raw.get("security", document.get("security"))),
            base_paths=_base_paths(raw.get("servers") or item.get("servers")),
        )


def identity_problems(document: Mapping[str, Any]) -> list[str]:
    """What is wrong with the operationIds. Connexion itself would serve the last of two equal ids, and unguarded."""
    named = [
        (f"{method.upper()} {template}", raw.get("operationId")) for template, method, raw in _raw_operations(document)
    ]
    ids = [str(operation_id) for _, operation_id in named if operation_id]
    prefixes = {operation_id.partition("_")[0] for operation_id in ids}
    return [
        *(f"{place} has no operationId" for place, operation_id in named if not operation_id),
        *(f"operationId {name} is used {count} times" for name, count in Counter(ids).items() if count > 1),
        *(
            f"operationId {name} is not of the form <dialect>_<words>"
            for name in ids
            if not _OPERATION_ID.fullmatch(name)
        ),
        *([f"operationIds have several prefixes: {', '.join(sorted(prefixes))}"] if len(prefixes) > 1 else []),
    ]


def _raw_operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for template, item in (document.get("paths") or {}).items():
        for method in METHODS:
            if method in item:
                yield template, method, item[method]


def _base_paths(servers: list[Mapping[str, Any]] | None) -> tuple[str, ...] | None:
    return tuple(urlsplit(server["url"]).path.rstrip("/") for server in servers) if servers else None


def _filled(template: str, values: Iterable[tuple[str, str]]) -> str:
    for name, value in values:
        template = template.replace(f"{{{name}}}", value)
    return template


def _parameters(document: Mapping[str, Any], shared: list[Any], own: list[Any]) -> tuple[Mapping[str, Any], ...]:
    resolved = [resolve(document, parameter) for parameter in (*shared, *own)]
    return tuple({(parameter["name"], parameter["in"]): parameter for parameter in resolved}.values())


def _make_nullable_explicit(node: object) -> None:
    """`nullable` beside `$ref` is lost on every reader, which must ignore what stands beside a reference."""
    if isinstance(node, dict):
        if "nullable" in node and "$ref" in node:
            node["allOf"] = [{"$ref": node.pop("$ref")}]
        for child in node.values():
            _make_nullable_explicit(child)
    elif isinstance(node, list):
        for child in node:
            _make_nullable_explicit(child)


class _Loader(yaml.CSafeLoader):
    """YAML as OpenAPI means it: keys are text and stand once; dates stay text; only true and false are booleans."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = Counter(key.value for key, _ in node.value)
        repeated = [key for key, count in keys.items() if count > 1]
        if repeated:
            raise yaml.MarkedYAMLError(problem=f"repeated key {repeated[0]}", problem_mark=node.start_mark)
        return {str(key): value for key, value in super().construct_mapping(node, deep).items()}


_REPLACED = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _REPLACED]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
