"""What can be fetched, as bytes: files of ours and of Swagger UI, and the documents."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import orjson
from swagger_ui_bundle import swagger_ui_path

from taskbridge.spec import Document

#: Nothing from elsewhere, and no script.
STRICT = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
#: Nothing from elsewhere. Swagger UI sets styles on elements, and shows pictures that it was sent as answers.
SCRIPTED = STRICT.replace(
    "style-src 'self'; img-src 'self'",
    "script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'",
)
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_OF_SWAGGER_UI = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
_OF_OURS = {"page.css": "text/css", "api.js": "text/javascript", "logo.svg": "image/svg+xml"}
#: Stands for the scheme and host in a document that is written once. It is of no language, so no document has it.
_ORIGIN = "\ue000"


@dataclass(frozen=True)
class Resource:
    """Something that can be fetched: bytes, their type, how long a browser may keep them, what they may load."""

    content: bytes
    media_type: str
    caching: str = _ASK_AGAIN
    policy: str = STRICT
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def tag(self) -> str:
        """Changes with the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


@cache
def assets() -> dict[str, Resource]:
    """Scripts and styles, by their path below the pages' own: it changes with their content, so they may be kept."""
    made = {
        name: Resource(folder.joinpath(name).read_bytes(), kind, _FOREVER)
        for folder, names in ((swagger_ui_path, _OF_SWAGGER_UI), (files(__package__) / "assets", _OF_OURS))
        for name, kind in names.items()
    }
    version = hashlib.sha256("".join(resource.tag for resource in made.values()).encode()).hexdigest()[:16]
    return {f"assets/{version}/{name}": resource for name, resource in made.items()}


def assets_folder() -> str:
    """Where the assets are, below the pages' own path."""
    return next(iter(assets())).rpartition("/")[0]


class ServedDocument:
    """A document as JSON whose servers are whole URLs, so that a program that imports it has a host."""

    def __init__(self, document: Document) -> None:
        self._written = orjson.dumps(_placed(document, _ORIGIN))

    def at(self, origin: str) -> Resource:
        """The document for a client that reached this server by `origin`: a scheme, a host, and a root path if any."""
        content = self._written.replace(_ORIGIN.encode(), orjson.dumps(origin)[1:-1])
        return Resource(content, "application/json")


def _placed(document: Document, origin: str) -> dict[str, Any]:
    """A copy in which every server's path stands behind an origin: those of the document, of paths and operations."""
    paths = {path: _with_servers(item, origin) for path, item in document["paths"].items()}
    for item in paths.values():
        for key, value in item.items():
            if isinstance(value, dict):
                item[key] = _with_servers(value, origin)
    return {**_with_servers(document, origin), "paths": paths}


def _with_servers(holder: Mapping[str, Any], origin: str) -> dict[str, Any]:
    if "servers" not in holder:
        return dict(holder)
    return {**holder, "servers": [{**server, "url": origin + server["url"]} for server in holder["servers"]]}
