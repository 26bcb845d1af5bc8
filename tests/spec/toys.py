"""A toy dialect over `toy.yaml`, and a client that speaks ASGI directly, so that tests decide on every chunk."""

import asyncio
import copy
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope

from taskbridge.spec import (
    Answer,
    Binding,
    BodyLimits,
    Call,
    CallInfo,
    CoercionError,
    Dialect,
    Document,
    Failure,
    Mount,
    Unauthorized,
    UnexpectedError,
    build_app,
    load_document,
)

Json: TypeAlias = Any

TOY_DOCUMENT = load_document(Path(__file__).with_name("toy.yaml"))
STATUSES = {
    "UnknownPath": 404,
    "WrongMethod": 405,
    "Unauthorized": 401,
    "UnsupportedMediaType": 415,
    "BodyTooLarge": 413,
    "TooManyBodies": 503,
    "UnexpectedError": 500,
}


class Broken(Exception):
    """A situation of the toys' service."""


def text_of(value: Json) -> Json:
    if type(value) is str:
        return value
    if isinstance(value, dict | list):
        raise CoercionError("not a text")
    return json.dumps(value)


def integer_of(value: Json) -> Json:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        raise CoercionError(f"{value} is no integer") from None


LENIENT = Binding(coercers={("string", None): text_of, ("integer", "int32"): integer_of})


class ToyDialect(Dialect):
    """Says of every failure its class and facts; handlers answer with what they were given."""

    name = "toy"

    def __init__(self, binding: Binding = LENIENT, **policy: bool) -> None:
        self.binding = binding
        self.trailing_slash = policy.get("trailing_slash", False)
        self.guards_unknown_paths = policy.get("guards_unknown_paths", False)
        self.calls: list[Call] = []
        self.handlers: dict[str, Callable[[Call], Awaitable[Answer]]] = {
            "toy_get": self.get,
            "toy_put": self.put,
            "toy_release": self.put,
            "toy_count": self.count,
            "toy_play": self.play,
            "toy_upload": self.upload,
        }

    def failure(self, failure: Failure, call: CallInfo) -> Answer:
        kind = type(failure).__name__
        facts = {key: value for key, value in vars(failure).items() if not isinstance(failure, UnexpectedError)}
        return Answer(STATUSES.get(kind, 400), {"toy": kind, **facts})

    def error(self, error: Exception, call: CallInfo) -> Answer | None:
        return Answer(409, {"toy": "Broken"}) if isinstance(error, Broken) else None

    async def authenticate(self, call: CallInfo) -> str:
        if call.headers.get("authorization") is None:
            raise Unauthorized
        return "somebody"

    def finish(self, answer: Answer, call: CallInfo) -> Answer | None:
        return replace(answer, headers={**answer.headers, "X-Toy": "yes"})

    async def get(self, call: Call) -> Answer:
        self.calls.append(call)
        errors = {"broken": Broken(), "bug": ZeroDivisionError("a bug"), "unsendable": None}
        if error := errors.get(call.path["id"]):
            raise error
        body = {"name": call.path["id"]} if call.path["id"] != "unsendable" else {"name": object()}
        return Answer(200, body)

    async def put(self, call: Call) -> Answer:
        self.calls.append(call)
        return Answer(204)

    async def count(self, call: Call) -> Answer:
        return Answer(200, {"count": 2, "query": call.query}, headers={"X-Seen": "2"})

    async def play(self, call: Call) -> Answer:
        self.calls.append(call)
        return Answer(200, call.body) if call.has_body else Answer(204)

    async def upload(self, call: Call) -> Answer:
        self.calls.append(call)
        names = [part.name for part in call.body] if not isinstance(call.body, bytes) else [call.body.decode()]
        return Answer(200, names)


def toy_app(
    dialect: Dialect | None = None, *base_paths: str, max_body: int = 1000, otherwise: ASGIApp | None = None
) -> ASGIApp:
    limits = BodyLimits(files=max_body, plain=max_body, sign_in=max_body)
    mount = Mount(TOY_DOCUMENT, base_paths or ("/box",), dialect or ToyDialect(), limits)
    return build_app([mount], services="the services", otherwise=otherwise)


def changed_document(change: Callable[[Document], object]) -> Document:
    document = copy.deepcopy(TOY_DOCUMENT)
    change(document)
    return document


@dataclass(slots=True)
class Response:
    """What left the application, and how many messages of the request it had read by then."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    read: int = 0
    start: dict[str, Any] = field(default_factory=dict)

    @property
    def json(self) -> Json:
        return json.loads(self.body)


def send(
    app: ASGIApp,
    method: str,
    path: str,
    body: bytes | Sequence[bytes] = b"",
    *,
    content_type: str | None = "application/json",
    headers: Mapping[str, str] | None = None,
    then: str = "wait",
    extensions: Mapping[str, Json] | None = None,
) -> Response:
    """One request. A list as `body` comes in chunks without Content-Length; `then` says what the client does next."""
    chunks = [body] if isinstance(body, bytes) else list(body)
    all_headers = {"host": "toys.example:8080", **(headers or {})}
    if content_type is not None and method != "GET":
        all_headers["content-type"] = content_type
    if isinstance(body, bytes) and body:
        all_headers["content-length"] = str(len(body))
    response = Response()
    receive, sent = _wire(chunks, then, response)

    async def run() -> None:
        scope = scope_of(method, path, all_headers)
        await app(scope if extensions is None else {**scope, "extensions": dict(extensions)}, receive, sent)

    asyncio.run(run())
    return response


def scope_of(method: str, target: str, headers: Mapping[str, str]) -> Scope:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        "server": ("127.0.0.1", 8080),
        "state": {},
    }


def _wire(chunks: list[bytes], then: str, response: Response) -> tuple[Receive, Callable[[Message], Awaitable[None]]]:
    async def receive() -> Message:
        response.read += 1
        if response.read <= len(chunks):
            more = response.read < len(chunks) or then == "leave in the middle"
            return {"type": "http.request", "body": chunks[response.read - 1], "more_body": more}
        if then == "wait":
            await asyncio.get_running_loop().create_future()
        return {"type": "http.disconnect"}

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            response.status, response.start = message["status"], dict(message)
            response.headers = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
        else:
            response.body += message["body"]

    return receive, sent
