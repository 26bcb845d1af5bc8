"""The types in TypeScript, as the client ``@servicestack/client`` wants them: classes with the members as they are."""

from taskbridge.dialects.digioffice.catalogue import Catalogue, DtoType, Member, Service, TypeName

_HEADER = """/* Options:
BaseUrl: {base_url}
*/

export interface IReturn<T>
{{
    createResponse(): T;
}}

export interface IReturnVoid
{{
    createResponse(): void;
}}

export interface IGet {{}}

export interface IPost {{}}
"""
_TYPES = {
    "int32": "number",
    "boolean": "boolean",
    "string": "string",
    "uuid": "string",
    "dotnet-date-time": "string",
    "object": "{ [index: string]: string; }",
}


def source(catalogue: Catalogue, base_url: str) -> str:
    """A module with all types."""
    parts = [_class(one) for one in catalogue.answer_types()] + [_request(one) for one in catalogue.services.values()]
    return "\n".join([_HEADER.format(base_url=base_url), *parts])


def of_operation(catalogue: Catalogue, service: Service) -> str:
    """The request type of an operation, and the types that it is made of."""
    needed = [catalogue.types[name] for name in catalogue.parts_of(service.request)]
    return "\n".join([*(_class(one) for one in needed), _request(service)])


def _class(one: DtoType, implements: str = "", methods: str = "") -> str:
    base = f" extends {one.base}" if one.base else ""
    first = "super(init); " if one.base else ""
    members = "".join(f"    public {_member(member)};\n" for member in one.members)
    constructor = (
        f"\n    public constructor(init?: Partial<{one.name}>) {{ {first}(Object as any).assign(this, init); }}\n"
    )
    return f"export class {one.name}{base}{implements}\n{{\n{members}{constructor}{methods}}}\n"


def _request(service: Service) -> str:
    name, returns = service.request.name, service.returns
    routes = "".join(f'// @Route("{path}", "{",".join(verbs)}")\n' for path, verbs in service.routes.items())
    marker = "IReturnVoid" if returns is None else f"IReturn<{_type(returns)}>"
    made = "" if returns is None else " return [];" if returns.is_list else f" return new {returns.name}();"
    methods = (
        f"    public getTypeName() {{ return '{name}'; }}\n"
        f"    public getMethod() {{ return '{service.method}'; }}\n"
        f"    public createResponse(){': ' + _type(returns) if returns else ''} {{{made} }}\n"
    )
    return routes + _class(service.request, f" implements {marker}, I{service.method.capitalize()}", methods)


def _member(member: Member) -> str:
    return f"{member.name}{'?' if member.nullable or not member.required else '!'}: {_type(member.type)}"


def _type(name: TypeName) -> str:
    known = _TYPES.get(name.name, name.name)
    return f"{known}[]" if name.is_list else known
