"""What a handler gets (`Call`) and gives (`Answer`), and what is known of a request before that (`CallInfo`).

Made per request by the middlewares of this package; handlers and dialects only read them.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from starlette.types import Receive, Scope

from taskbridge.spec.document import Operation
from taskbridge.spec.model import Model
from taskbridge.spec.parameters import query_pairs

if TYPE_CHECKING:
    from taskbridge.spec.dialect import Dialect

Services: TypeAlias = Any
"""Whatever the composition root hands to every handler."""

User: TypeAlias = Any
"""Whatever a dialect's `authenticate` returns."""

ModelT = TypeVar("ModelT", bound=Model)

JSON = "application/json"
REASON = "taskbridge.reason"
"""Name of the ASGI extension by which a server offers to send `reason` of a response's start as its reason phrase."""

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Headers:
    """The request's headers by name, in any letter case; decoded only when asked for."""

    raw: list[tuple[bytes, bytes]]

    def get(self, name: str, default: str | None = None) -> str | None:
        """The first value of a header, or `default`."""
        wanted = name.lower().encode("latin-1")
        for key, value in self.raw:
            if key == wanted:
                return value.decode("latin-1")
        return default

    def get_all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        wanted = name.lower().encode("latin-1")
        return [value.decode("latin-1") for key, value in self.raw if key == wanted]

    def by_name(self) -> dict[bytes, bytes]:
        """The first value of every header, by names in lower case: for who asks for several."""
        return dict(reversed(self.raw))

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None


def origin_of(scope: Scope) -> str:
    """`scheme://host` of a request, the host as the client named it; `host_check` lets sound Host headers pass only.

    Without that header, which HTTP/1.0 does not ask for, the address that the request came in by.
    """
    host = Headers(scope["headers"]).get("host")
    if not host:
        name, port = scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else name
    return f"{scope.get('scheme', 'http')}://{host}"


@dataclass(slots=True)
class CallInfo:
    """What is known of a request before its operation runs; all there is when it never does.

    `base_path` is the mount's base path as the client wrote it, `parameters` the decoded path parameters (those of
    the base path included), `operation` None where path or method are unknown, `user` what `Dialect.authenticate`
    returned, `status` that of the answer once it is sent, 0 before.
    """

    scope: Scope
    base_path: str
    dialect: "Dialect"
    services: Services
    operation: Operation | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    user: User = None
    status: int = 0

    @property
    def method(self) -> str:
        """The HTTP method in capitals."""
        method: str = self.scope["method"]
        return method

    @property
    def path(self) -> str:
        """The whole path, percent-decoded."""
        path: str = self.scope["path"]
        return path

    @property
    def headers(self) -> Headers:
        """The request's headers."""
        return Headers(self.scope["headers"])

    @property
    def query(self) -> list[tuple[str, str]]:
        """The decoded query string as written, declared parameters or not."""
        return query_pairs(self.scope["query_string"])

    @property
    def address(self) -> str:
        """The address of who calls, as the server has it: the socket's peer, or whom a trusted proxy names."""
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    @property
    def origin(self) -> str:
        """`scheme://host`, the host as the client named it."""
        return origin_of(self.scope)

    @property
    def base_url(self) -> str:
        """`scheme://host` and the path under which the client reached the mount."""
        return f"{self.origin}{self.scope.get('root_path', '')}{self.base_path}"


@dataclass(slots=True)
class Call:
    """One request for an operation, bound.

    `path` are the decoded path parameters, `query` the declared query parameters that were given, typed. `body` is
    the bound JSON value, a `Multipart`, or the bytes of any other content type (of every one, where the operation says
    `x-taskbridge: {body: raw}`); None (and `has_body` False) where there is none.
    """

    info: CallInfo
    operation: Operation
    path: dict[str, str]
    query: dict[str, Any]
    body: Any
    has_body: bool
    _receive: Receive
    _gone: bool = False

    @property
    def user(self) -> User:
        """Whatever the dialect's `authenticate` returned; None where the operation is open."""
        return self.info.user

    def body_as(self, model: type[ModelT]) -> ModelT:
        """The bound JSON object as the model of its schema; what was not given is None."""
        return model.model_validate(self.body or {})

    @property
    def services(self) -> Services:
        """The object that the application was built with."""
        return self.info.services

    @property
    def headers(self) -> Headers:
        """The request's headers."""
        return self.info.headers

    @property
    def base_url(self) -> str:
        """`scheme://host` and the path under which the client reached the mount, for links."""
        return self.info.base_url

    async def disconnected(self) -> bool:
        """Whether the client has gone by now. Never waits. Not to be called while `wait_disconnected` runs."""
        while not self._gone:
            # The message is only looked for: a receive that would wait is abandoned at its first suspension.
            peek = self._receive().__await__()
            try:
                next(peek)
            except StopIteration as ready:
                self._gone = ready.value["type"] == "http.disconnect"
            else:
                peek.close()
                return False
        return True

    async def wait_disconnected(self) -> None:
        """Returns when the client has gone. To be cancelled by whoever races against it."""
        while not self._gone:
            message = await self._receive()
            self._gone = message["type"] == "http.disconnect"


@dataclass(slots=True)
class Answer:
    """An answer. Body None sends none and no content type, bytes go as they are, anything else as JSON.

    `cookies` are the values of as many Set-Cookie headers. `reason` stands in the status line in the place of the
    standard phrase where the server can do that (the ASGI extension `REASON`).
    """

    status: int
    body: object = None
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    cookies: tuple[str, ...] = ()
    reason: str | None = None


Handler = Callable[[Call], Awaitable[Answer]]
