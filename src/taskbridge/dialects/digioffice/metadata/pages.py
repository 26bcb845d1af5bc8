"""Pages about operations for people, with a sample request in each format, as the vendor's metadata pages have it."""

from datetime import datetime
from html import escape
from urllib.parse import urlsplit

from taskbridge.dialects.digioffice.catalogue import Catalogue, Service, TypeName
from taskbridge.dialects.digioffice.formats import csv_text, json_text, jsv, xml_text
from taskbridge.dialects.digioffice.formats.dto import Dto
from taskbridge.dialects.digioffice.formats.html import page
from taskbridge.dialects.digioffice.formats.json_text import Spelling
from taskbridge.dialects.digioffice.metadata import python, typescript
from taskbridge.dialects.digioffice.metadata.app_json import SERVICE_NAME
from taskbridge.dialects.digioffice.negotiation import CONTENT_TYPES, Format
from taskbridge.dialects.digioffice.values import EMPTY_GUID

_FORMATS = (Format.XML, Format.JSON, Format.JSV, Format.CSV, Format.JSONL)
_LANGUAGES = {"python": "Python", "typescript": "TypeScript"}
_SAMPLES: dict[str, object] = {
    "int32": 0,
    "boolean": False,
    "string": "String",
    "uuid": EMPTY_GUID,
    "dotnet-date-time": datetime.min,
}

#: Where the operations are.
_PLACE = "/api"


def operations(catalogue: Catalogue, base_url: str) -> str:
    """All operations, with a link to the page of each in every format."""
    rows = "".join(
        f"<tr><th>{escape(name)}</th>{''.join(_cell(base_url, name, one) for one in _FORMATS)}</tr>"
        for name in catalogue.services
    )
    types = f'<p><a href="{escape(base_url)}/types">Types for clients</a></p>'
    return page(f"{SERVICE_NAME} Services", f"<h2>Operations</h2><table>{rows}</table>{types}")


def _cell(base_url: str, name: str, one: Format) -> str:
    return f'<td><a href="{escape(base_url)}/{one.value}/metadata?op={escape(name)}">{one.value}</a></td>'


def languages(base_url: str) -> str:
    """The languages in which there are types."""
    links = "".join(f'<li><a href="{escape(base_url)}/types/{key}">{name}</a></li>' for key, name in _LANGUAGES.items())
    return page("Types", f"<ul>{links}</ul>")


def operation(catalogue: Catalogue, service: Service, format_name: str, language: str, base_url: str) -> str:
    """One operation: routes, members, types and a sample."""
    parts = [
        f'<p><a href="{escape(base_url)}/metadata">&lt;back to all web services</a></p>',
        f"<p>{escape(service.request.description)}</p>",
        "<p>Requires Authentication</p>" if service.secured else "",
        "<p>The following routes are available for this service:</p>",
        _routes(service, base_url),
        _members(service),
        f"<pre>{escape(_types(catalogue, service, language))}</pre>",
        f"<h2>HTTP + {escape(format_name.upper())}</h2>",
        f"<pre>{escape(_sample(catalogue, service, Format(format_name), base_url))}</pre>",
    ]
    return page(service.request.name, "".join(parts))


def _routes(service: Service, base_url: str) -> str:
    prefix = _prefix(base_url)
    lines = "".join(
        f"<tr><th>{','.join(verbs)}</th><td>{escape(prefix + path)}</td></tr>" for path, verbs in service.routes.items()
    )
    return f"<table>{lines}</table>"


def _prefix(base_url: str) -> str:
    """What the paths of the operations begin with; they are not at the root, where these pages may be read too."""
    return urlsplit(base_url).path or _PLACE


def _members(service: Service) -> str:
    rows = "".join(
        f"<tr><th>{escape(one.name)}</th><td>{escape(one.type.name)}{'[]' if one.type.is_list else ''}</td>"
        f"<td>{'Yes' if one.required else 'No'}</td><td>{escape(one.description)}</td></tr>"
        for one in service.request.members
    )
    return f"<table><tr><th>Name</th><th>Type</th><th>Required</th><th>Description</th></tr>{rows}</table>"


def _types(catalogue: Catalogue, service: Service, language: str) -> str:
    if language == "typescript":
        return typescript.of_operation(catalogue, service)
    return python.of_operation(catalogue, service)


def _sample(catalogue: Catalogue, service: Service, one: Format, base_url: str) -> str:
    path, (verb, *_) = next(iter(service.routes.items()))
    lines = [f"{verb} {_prefix(base_url)}{path} HTTP/1.1", f"Host: {urlsplit(base_url).netloc}"]
    lines += [f"Accept: {CONTENT_TYPES[one].partition(';')[0]}"]
    if verb == "POST":
        lines += [f"Content-Type: {CONTENT_TYPES[one].partition(';')[0]}", "Content-Length: length", ""]
        lines.append(_written(_request(service), one, catalogue))
    return "\n".join(lines)


def _request(service: Service) -> Dto:
    request = service.request
    return Dto(request.name, {member.name: _value(member.type) for member in request.members})


def _value(name: TypeName) -> object:
    if name.name not in _SAMPLES:
        return None
    return [_SAMPLES[name.name]] if name.is_list else _SAMPLES[name.name]


def _written(value: Dto, one: Format, catalogue: Catalogue) -> str:
    match one:
        case Format.XML:
            return xml_text.write(value, catalogue.namespaces()).decode()
        case Format.JSV:
            return jsv.write(value)
        case Format.CSV:
            return csv_text.write(value)
        case _:
            return json_text.write(value, Spelling()).decode()
