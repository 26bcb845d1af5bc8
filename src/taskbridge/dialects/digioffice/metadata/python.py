"""The types in Python, as the client ``servicestack`` wants them: dataclasses whose fields are the members' snake case.

Requests say what answers them (``IReturn``, ``IReturnVoid``), so that ``post`` and ``get`` can send them. Types of
ServiceStack itself are the client's own.
"""

from collections.abc import Iterator

from taskbridge.dialects.digioffice.catalogue import SERVICESTACK, Catalogue, DtoType, Member, Service, TypeName
from taskbridge.dialects.digioffice.formats.dto import camel_case

_HEADER = '''""" Options:
BaseUrl: {base_url}
"""

import datetime
import decimal
from marshmallow.fields import *
from servicestack import *
from typing import *
from dataclasses import dataclass, field
from dataclasses_json import dataclass_json, LetterCase, Undefined, config
from enum import Enum, IntEnum
'''
_DECORATORS = "@dataclass_json(letter_case=LetterCase.CAMEL, undefined=Undefined.EXCLUDE)\n@dataclass"
#: Format or type of a schema: the type in Python, and what a member has that cannot be null and is not given.
_TYPES = {
    "int32": ("int", "0"),
    "boolean": ("bool", "False"),
    "string": ("str", '""'),
    "uuid": ("str", '""'),
    "dotnet-date-time": ("datetime.datetime", "datetime.datetime(1, 1, 1)"),
    "object": ("Dict[str, str]", "field(default_factory=dict)"),
}


def source(catalogue: Catalogue, base_url: str) -> str:
    """A module with all types."""
    own = [one for one in catalogue.answer_types() if one.namespace != SERVICESTACK]
    requests = [one for one in catalogue.services.values() if one.request.namespace != SERVICESTACK]
    parts = [_class(one, one.base or "") for one in own] + [_request(one) for one in requests]
    return "\n\n".join([_HEADER.format(base_url=base_url), *parts])


def of_operation(catalogue: Catalogue, service: Service) -> str:
    """The request type of an operation, and the types that it is made of."""
    needed = [catalogue.types[name] for name in catalogue.parts_of(service.request)]
    return "\n\n".join([*(_class(one, one.base or "") for one in needed), _request(service)])


def field_name(name: str) -> str:
    """``WSVerbindingID`` is ``ws_verbinding_i_d``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in camel_case(name))


def _request(service: Service) -> str:
    routes = "".join(f'# @Route("{path}", "{",".join(verbs)}")\n' for path, verbs in service.routes.items())
    marker = "IReturnVoid" if service.returns is None else f"IReturn[{_type(service.returns)}]"
    return routes + _class(service.request, f"{marker}, I{service.method.capitalize()}")


def _class(one: DtoType, bases: str) -> str:
    members = "".join(f"    {line}\n" for line in _members(one)) or "    pass\n"
    return f"{_DECORATORS}\nclass {one.name}{f'({bases})' if bases else ''}:\n{members}"


def _members(one: DtoType) -> Iterator[str]:
    for member in one.members:
        if member.description and member.required:
            yield "# @ApiMember(IsRequired=true)"
        yield f"{field_name(member.name)}: {_annotation(one, member)}"


def _annotation(one: DtoType, member: Member) -> str:
    type_ = _type(member.type, quoted=one.name)
    if member.type.is_list and not member.nullable:
        return f"{type_} = field(default_factory=list)"
    if member.nullable or member.type.name not in _TYPES:
        return f"Optional[{type_}] = None"
    return f"{type_} = {_TYPES[member.type.name][1]}"


def _type(name: TypeName, quoted: str = "") -> str:
    known = _TYPES[name.name][0] if name.name in _TYPES else f'"{name.name}"' if name.name == quoted else name.name
    return f"List[{known}]" if name.is_list else known
