"""Operations and types as JSON, in the form that ServiceStack's own tools read. .NET's names of types stand in it."""

from typing import Any

from taskbridge.dialects.digioffice.catalogue import Catalogue, DtoType, Member, Service, TypeName
from taskbridge.dialects.digioffice.negotiation import Format

SERVICE_NAME = "DigiOffice API Services"
#: Format or type of a schema: the .NET type, and whether it is a value type.
_TYPES = {
    "int32": ("Int32", True),
    "boolean": ("Boolean", True),
    "string": ("String", False),
    "uuid": ("Guid", True),
    "dotnet-date-time": ("DateTime", True),
    "object": ("Dictionary`2", False),
}


def app(catalogue: Catalogue, base_url: str) -> dict[str, Any]:
    """Everything."""
    return {
        "app": {"baseUrl": base_url, "serviceName": SERVICE_NAME},
        "contentTypeFormats": {f"text/{one}": one.value for one in (Format.CSV, Format.JSV, Format.JSONL)},
        "plugins": {"auth": {"hasAuthSecret": False, "authProviders": [_provider("credentials"), _provider("basic")]}},
        "api": types(catalogue),
    }


def _provider(name: str) -> dict[str, Any]:
    return {"name": name, "type": name, "realm": f"/auth/{name}"}


def types(catalogue: Catalogue) -> dict[str, Any]:
    """Operations and types."""
    operations = [_operation(one) for one in catalogue.services.values()]
    answers = [_type(one) for one in catalogue.answer_types()]
    namespaces = sorted({one.namespace for one in catalogue.types.values()})
    return {"config": {}, "namespaces": namespaces, "types": answers, "operations": operations}


def _operation(service: Service) -> dict[str, Any]:
    returns = service.returns
    told: dict[str, Any] = {"returnsVoid": True} if returns is None else {"returnType": _reference(returns)}
    if returns is not None and not returns.is_list:
        told["response"] = {"name": returns.name}
    routes = [{"path": path, "verbs": ",".join(verbs)} for path, verbs in service.routes.items()]
    return {
        "request": _type(service.request),
        **told,
        "actions": service.methods,
        "method": service.method,
        "routes": routes,
        "requiresAuth": service.secured,
        "tags": [service.tag],
    }


def _type(one: DtoType) -> dict[str, Any]:
    inherits = {"inherits": {"name": one.base, "namespace": one.namespace}} if one.base else {}
    properties = [_property(member) for member in one.members]
    told = {"name": one.name, "namespace": one.namespace, "description": one.description}
    return {**told, **inherits, "properties": properties}


def _property(member: Member) -> dict[str, Any]:
    reference = _reference(member.type)
    value_type = not member.type.is_list and _TYPES.get(member.type.name, ("", False))[1]
    if value_type and member.nullable:
        reference = {"name": "Nullable`1", "genericArgs": [reference["name"]]}
    generic = {"genericArgs": reference["genericArgs"]} if "genericArgs" in reference else {}
    told = {"name": member.name, "type": reference["name"], **generic, "isValueType": value_type}
    return {**told, "isRequired": member.required, "description": member.description}


def _reference(name: TypeName) -> dict[str, Any]:
    known = _TYPES.get(name.name, (name.name, False))[0]
    if name.is_list:
        return {"name": "List`1", "genericArgs": [known]}
    return {"name": known, "genericArgs": ["String", "String"]} if known == "Dictionary`2" else {"name": known}
