"""What the pages are made of, as bytes: our own few lines, the documents, and Swagger UI's files."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from importlib.resources import files
from string import Template

import orjson
from swagger_ui_bundle import swagger_ui_path

from taskbridge import __version__
from taskbridge.spec import Document, operations

_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
#: The part of their addresses that changes with their content, so that browsers may keep them.
_VERSION = f"assets/{__version__}-{swagger_ui_path.name}"
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


def assets() -> dict[str, Resource]:
    """Scripts and styles, by their path below the pages' own."""
    ours = files(__package__)
    return {
        **{
            f"{_VERSION}/{name}": Resource((swagger_ui_path / name).read_bytes(), kind, _FOREVER)
            for name, kind in _OF_SWAGGER_UI.items()
        },
        **{
            f"{_VERSION}/{name}": Resource(ours.joinpath(name).read_bytes(), kind, _FOREVER)
            for name, kind in _OF_OURS.items()
        },
    }


def document(content: Document) -> Resource:
    """A document as JSON. Its servers are paths: those of the server that it came from."""
    return Resource(orjson.dumps(content), "application/json")


def overview(documents: Mapping[str, Document]) -> Resource:
    """The page that leads to all others."""
    rows = "\n".join(_row(name, content) for name, content in documents.items())
    return _filled("overview.html", rows=rows, assets=f"docs/{_VERSION}")


def page(name: str, content: Document) -> Resource:
    """The interactive page of a document."""
    title = escape(content["info"]["title"])
    return _filled("page.html", name=escape(name), title=title, assets=_VERSION)


def _row(name: str, content: Document) -> str:
    bases = ", ".join(f"<code>{escape(server['url'])}</code>" for server in content["servers"])
    count = sum(1 for _ in operations(content))
    link = f'<a href="docs/{escape(name)}">{escape(content["info"]["title"])}</a>'
    document_link = f'<a href="docs/{escape(name)}/openapi.json">openapi.json</a>'
    return f"<tr><td>{link}</td><td>{bases}</td><td>{count}</td><td>{document_link}</td></tr>"


def _filled(template: str, **values: str) -> Resource:
    text = Template(files(__package__).joinpath(template).read_text(encoding="utf-8"))
    return Resource(text.substitute(values).encode(), "text/html")
