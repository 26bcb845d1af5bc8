"""What the pages are made of, as bytes: our own few lines, the documents, and Swagger UI's files."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from html import escape
from importlib.resources import files
from string import Template

import orjson
from swagger_ui_bundle import swagger_ui_path

from taskbridge.spec import Document, operations

_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_OF_SWAGGER_UI = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
_OF_OURS = {"page.css": "text/css", "start.js": "text/javascript"}


@dataclass(frozen=True)
class Resource:
    """Something that can be fetched: its bytes, what they are, and how long a browser may keep them."""

    content: bytes
    media_type: str
    caching: str = _ASK_AGAIN

    @cached_property
    def tag(self) -> str:
        """Changes with the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


@cache
def assets() -> dict[str, Resource]:
    """Scripts and styles, by their path below the pages' own: it changes with their content, so they may be kept."""
    made = {
        name: Resource(folder.joinpath(name).read_bytes(), kind, _FOREVER)
        for folder, names in ((swagger_ui_path, _OF_SWAGGER_UI), (files(__package__), _OF_OURS))
        for name, kind in names.items()
    }
    version = hashlib.sha256("".join(resource.tag for resource in made.values()).encode()).hexdigest()[:16]
    return {f"assets/{version}/{name}": resource for name, resource in made.items()}


def document(content: Document) -> Resource:
    """A document as JSON. Its servers are paths: those of the server that it came from."""
    return Resource(orjson.dumps(content), "application/json")


def overview(documents: Mapping[str, Document]) -> Resource:
    """The page that leads to all others."""
    rows = "\n".join(_row(name, content) for name, content in documents.items())
    return _filled("overview.html", rows=rows, assets=f"docs/{_folder()}")


def page(name: str, content: Document) -> Resource:
    """The interactive page of a document."""
    title = escape(content["info"]["title"])
    return _filled("page.html", name=escape(name), title=title, assets=_folder())


def _folder() -> str:
    return next(iter(assets())).rpartition("/")[0]


def _row(name: str, content: Document) -> str:
    bases = ", ".join(f"<code>{escape(server['url'])}</code>" for server in content["servers"])
    count = sum(1 for _ in operations(content))
    link = f'<a href="docs/{escape(name)}">{escape(content["info"]["title"])}</a>'
    document_link = f'<a href="docs/{escape(name)}/openapi.json">openapi.json</a>'
    return f"<tr><td>{link}</td><td>{bases}</td><td>{count}</td><td>{document_link}</td></tr>"


def _filled(template: str, **values: str) -> Resource:
    text = Template(files(__package__).joinpath(template).read_text(encoding="utf-8"))
    return Resource(text.substitute(values).encode(), "text/html")
