"""Answers requests below `/docs`: an overview, a page per document, the documents, and what the pages are made of."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from taskbridge.pages.resources import Resource, assets, document, overview, page
from taskbridge.spec import Document, UnknownPath

#: Where the pages are. No vendor's API has a path below it but `/docs/public`, were an Alfresco network called so.
PATH = "/docs"
_METHODS = ("GET", "HEAD", "OPTIONS")
#: Nothing from elsewhere. Swagger UI sets styles on elements, and shows pictures that it was sent as answers.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_NO_SNIFFING = {"X-Content-Type-Options": "nosniff"}
_SAFETY = {
    **_NO_SNIFFING,
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
}


class Pages:
    """The pages of documents, by the names that their addresses have."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._resources: dict[str, Resource] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request. UnknownPath when the path is none of a page."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path.rstrip("/") == PATH != path:
            url = f"{scope.get('root_path', '')}{PATH}"
            await RedirectResponse(url, 308, headers=_NO_SNIFFING)(scope, receive, send)
            return
        resource = self._resource(path)
        if resource is None:
            raise UnknownPath(path)
        await _answer(resource, scope["method"], Headers(scope=scope))(scope, receive, send)

    def _resource(self, path: str) -> Resource | None:
        """What is at a path; made when the first page is asked for, since most servers are never asked."""
        if path != PATH and not path.startswith(PATH + "/"):
            return None
        if not self._resources:
            self._resources = self._made()
        return self._resources.get(path.removeprefix(PATH))

    def _made(self) -> dict[str, Resource]:
        made = {"": overview(self._documents)}
        for name, content in self._documents.items():
            made[f"/{name}"] = page(name, content)
            made[f"/{name}/openapi.json"] = document(content)
        return made | {f"/{name}": resource for name, resource in assets().items()}


def _answer(resource: Resource, method: str, headers: Headers) -> Response:
    if method not in _METHODS or method == "OPTIONS":
        headers_only = {**_NO_SNIFFING, "Allow": ", ".join(_METHODS)}
        return Response(status_code=204 if method == "OPTIONS" else 405, headers=headers_only)
    told = {**_SAFETY, "ETag": resource.tag, "Cache-Control": resource.caching}
    if resource.tag in headers.get("if-none-match", ""):
        return Response(status_code=304, headers=told)
    told["Content-Length"] = str(len(resource.content))
    return Response(b"" if method == "HEAD" else resource.content, headers=told, media_type=resource.media_type)
