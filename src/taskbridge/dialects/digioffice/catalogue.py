"""The operations and types that the document describes, by their .NET names: what predefined routes and metadata go by.

Built once from the document, so that neither can drift from it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from taskbridge.spec import Document, Operation, operations, resolve

_METHODS = ("GET", "POST", "DELETE")
#: The namespace of types that clients have by themselves.
SERVICESTACK = "ServiceStack"
#: Schemas that have no type of their own in .NET.
_HELPERS = ("Text",)


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type as a member or an answer has it: the schema's type and format, or the name of a type, or a list of one."""

    name: str
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A property of a type."""

    name: str
    type: TypeName
    nullable: bool
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class DtoType:
    """A type that requests or answers are made of."""

    name: str
    namespace: str
    description: str
    members: tuple[Member, ...]
    base: str | None


@dataclass(slots=True)
class Service:
    """An operation by its request type: its routes with their methods, what answers it, and the operationIds behind."""

    request: DtoType
    returns: TypeName | None
    secured: bool
    tag: str
    routes: dict[str, list[str]] = field(default_factory=dict)
    operation_ids: dict[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """The method that a client uses for it where it is not told: GET where there is a route that reads."""
        return "POST" if self.request.namespace == SERVICESTACK else self.methods[0]

    def ids(self) -> list[str]:
        """All operationIds behind it."""
        return list(self.operation_ids.values())

    @property
    def methods(self) -> list[str]:
        """All its methods."""
        return [method for method in _METHODS if method in self.operation_ids]


def request_type(operation: Operation) -> str:
    """The name of an operation's request type; with ``[]`` behind it for an array of requests."""
    for parameter in operation.parameters:
        if parameter["name"] == "request":
            return _referred(parameter["schema"])
    return operation.path.rpartition("/")[2]


class Catalogue:
    """Everything by name."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.types = {
            name: self._type(name, schema)
            for name, schema in document["components"]["schemas"].items()
            if name not in _HELPERS
        }
        self.services: dict[str, Service] = {}
        self._batches: dict[str, dict[str, str]] = {}
        for operation in operations(document):
            self._add(operation)

    def operation_ids(self, name: str) -> Mapping[str, str] | None:
        """The operationIds by method of an operation (or of arrays of it: ``Name[]``), in any letter case."""
        service = self.service(name)
        return service.operation_ids if service else self._batches.get(name.casefold())

    def service(self, name: str) -> Service | None:
        """An operation by the name of its request type, in any letter case."""
        wanted = name.casefold()
        return next((one for key, one in self.services.items() if key.casefold() == wanted), None)

    def parts_of(self, one: DtoType) -> list[str]:
        """The types that a type is made of, those that others need first; itself not."""
        ordered: dict[str, DtoType] = {}
        self._order(one.name, ordered, ())
        return [name for name in ordered if name != one.name]

    def namespaces(self) -> dict[str, str]:
        """The .NET namespace of every type that is not ServiceStack's own."""
        return {name: one.namespace for name, one in self.types.items() if one.namespace != SERVICESTACK}

    def answer_types(self) -> list[DtoType]:
        """The types that are no request, those that others need first."""
        ordered: dict[str, DtoType] = {}
        for name in self.types:
            if name not in self.services:
                self._order(name, ordered, ())
        return list(ordered.values())

    def _order(self, name: str, ordered: dict[str, DtoType], waiting: tuple[str, ...]) -> None:
        if name in ordered or name in waiting or name not in self.types:
            return
        one = self.types[name]
        for needed in (one.base, *(member.type.name for member in one.members)):
            if needed:
                self._order(needed, ordered, (*waiting, name))
        ordered[name] = one

    def _add(self, operation: Operation) -> None:
        name = request_type(operation)
        if name.endswith("[]"):
            self._batches[name.casefold()] = {operation.method: operation.operation_id}
        if name not in self.types or operation.stands_in:
            return
        service = self.services.get(name) or Service(
            self.types[name], self._answer(operation), operation.secured, operation.raw["tags"][0]
        )
        self.services[name] = service
        service.operation_ids.setdefault(operation.method, operation.operation_id)
        for path, _ in operation.paths:
            service.routes.setdefault(path, []).append(operation.method)

    def _answer(self, operation: Operation) -> TypeName | None:
        declared = operation.raw["responses"].get("200")
        if declared is None:
            return None
        return self._type_name(resolve(self._document, declared)["content"]["application/json"]["schema"])

    def _type(self, name: str, schema: Mapping[str, Any]) -> DtoType:
        parts = schema.get("allOf", [schema])
        base = next((_referred(part) for part in parts if "$ref" in part), None)
        own = [part for part in parts if "$ref" not in part]
        members = tuple(member for part in own for member in self._members(part))
        return DtoType(name, schema.get("x-namespace", ""), schema["description"], members, base)

    def _members(self, schema: Mapping[str, Any]) -> Iterator[Member]:
        required = schema.get("required", ())
        for name, declared in schema.get("properties", {}).items():
            if name[0].islower() and name[0].upper() + name[1:] in schema["properties"]:
                continue  # the other spelling of a member
            whole = resolve(self._document, declared)
            yield Member(
                name,
                self._type_name(declared),
                bool(whole.get("nullable")),
                name in required,
                declared.get("description", whole.get("description", "")),
            )

    def _type_name(self, schema: Mapping[str, Any]) -> TypeName:
        parts = schema.get("allOf", ())
        if len(parts) == 1:  # a reference that allows null
            return self._type_name(parts[0])
        if "$ref" in schema:
            return TypeName(_referred(schema))
        if schema.get("type") == "array":
            return TypeName(self._type_name(schema["items"]).name, is_list=True)
        return TypeName(schema.get("format") or schema.get("type", "object"))


def _referred(schema: Mapping[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]
