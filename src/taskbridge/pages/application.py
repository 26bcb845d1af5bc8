"""Answers requests for `/` and below `/docs`: the start page, an index, a page per document, and their parts."""

from collections.abc import Callable, Mapping

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from taskbridge.pages.demo import Demo
from taskbridge.pages.resources import Resource, ServedDocument, assets
from taskbridge.pages.views import Reached, Views
from taskbridge.spec import Document, UnknownPath, origin_of

#: Where the pages are. No vendor's API has a path below it but `/docs/public`, were an Alfresco network called so.
PATH = "/docs"
#: Where a browser gets the start page. No document has this path; clients that do not ask for HTML get no page there.
START = "/"
_METHODS = ("GET", "HEAD", "OPTIONS")
_NO_SNIFFING = {"X-Content-Type-Options": "nosniff"}
Maker = Callable[[Reached], Resource]


class Pages:
    """The start page, and the pages of documents by the names that their addresses have."""

    def __init__(self, documents: Mapping[str, Document], demo: Demo | None = None) -> None:
        self._documents = documents
        self._demo = demo
        self._makers: dict[str, Maker] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request. UnknownPath when the path is none of a page, or is `/` and no page is asked for."""
        root = scope.get("root_path", "")
        path = scope["path"].removeprefix(root)
        headers = Headers(scope=scope)
        if path.rstrip("/") == PATH != path:
            await RedirectResponse(root + PATH, 308, headers=_NO_SNIFFING)(scope, receive, send)
            return
        maker = self._maker(path)
        if maker is None or (path == START and not _wants_page(scope["method"], headers)):
            raise UnknownPath(path)
        await _answer(maker, Reached(origin_of(scope), root), scope["method"], headers)(scope, receive, send)

    def _maker(self, path: str) -> Maker | None:
        """What makes the answer for a path; built for the first page, since most servers are never asked for one."""
        if path not in (START, PATH) and not path.startswith(PATH + "/"):
            return None
        if not self._makers:
            self._makers = self._built()
        return self._makers.get(path)

    def _built(self) -> dict[str, Maker]:
        views = Views(self._documents, self._demo)
        built: dict[str, Maker] = {START: views.start, PATH: views.index}
        for name, document in self._documents.items():
            built[f"{PATH}/{name}"] = _interactive(views, name)
            built[f"{PATH}/{name}/openapi.json"] = _document(document)
        return built | {f"{PATH}/{name}": _same(resource) for name, resource in assets().items()}


def _interactive(views: Views, name: str) -> Maker:
    return lambda reached: views.interactive(name, reached)


def _document(document: Document) -> Maker:
    served = ServedDocument(document)
    return lambda reached: served.at(reached.base)


def _same(resource: Resource) -> Maker:
    return lambda _: resource


def _wants_page(method: str, headers: Headers) -> bool:
    """Whether a browser asks: programs accept anything, or name the types that they read."""
    return method in ("GET", "HEAD") and "text/html" in headers.get("accept", "").lower()


def _answer(maker: Maker, reached: Reached, method: str, headers: Headers) -> Response:
    if method not in _METHODS or method == "OPTIONS":
        headers_only = {**_NO_SNIFFING, "Allow": ", ".join(_METHODS)}
        return Response(status_code=204 if method == "OPTIONS" else 405, headers=headers_only)
    resource = maker(reached)
    sent = {
        **_NO_SNIFFING,
        **resource.headers,
        "Content-Security-Policy": resource.policy,
        "Referrer-Policy": "no-referrer",
        "ETag": resource.tag,
        "Cache-Control": resource.caching,
    }
    if resource.tag in headers.get("if-none-match", ""):
        return Response(status_code=304, headers=sent)
    sent["Content-Length"] = str(len(resource.content))
    return Response(b"" if method == "HEAD" else resource.content, headers=sent, media_type=resource.media_type)
