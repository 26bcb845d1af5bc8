"""Connexion's chain with our links in it: failures, routing, credentials, binding, dispatch.

Connexion builds the chain and registers every mounted document on every link (`add_api`); a request passes the links
in the order of this module. Behind the router `scope["extensions"]` holds the request's `CallInfo`, behind the binder
also its `Call`.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import quote

from connexion.middleware.abstract import ROUTING_CONTEXT, RoutedAPI, RoutedMiddleware, SpecMiddleware
from connexion.middleware.security import SecurityAPI, SecurityMiddleware
from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskbridge.request_ids import CURRENT, HEADER, take_up
from taskbridge.spec.answering import respond, respond_to_error
from taskbridge.spec.bodies import NO_BODY
from taskbridge.spec.body_budget import Reservation
from taskbridge.spec.calls import Call, CallInfo
from taskbridge.spec.document import Operation
from taskbridge.spec.failures import ClientGone, UnknownPath, WrongMethod
from taskbridge.spec.host_check import HostCheck, HostPolicy
from taskbridge.spec.mounts import Prepared, Served
from taskbridge.spec.request_counts import NO_OPERATION, NO_STATUS, RequestCounts
from taskbridge.spec.routing import Found, Router, parameter_names
from taskbridge.spec.vendor_surface import VendorSurface

_INFO = "taskbridge.info"
_CALL = "taskbridge.call"
_STATUS = "taskbridge.status"  # of an answer that no dialect gave
_EMPTY: dict[str, object] = {}


class FailureMiddleware:
    """Makes an answer of whatever is raised further in, and counts the requests.

    Stands where Connexion has its two error middlewares.
    """

    def __init__(self, app: ASGIApp, *, counts: RequestCounts) -> None:
        self.app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and sees it answered."""
        began = perf_counter()
        CURRENT.set(began)
        status = NO_STATUS
        try:
            await self.app(scope, receive, send)
        except ClientGone:
            return
        except Exception as error:
            if scope["type"] != "http":
                raise
            status = await respond_to_error(error, scope.get("extensions", {}).get(_INFO), send)
        finally:
            # The request's objects hold its scope, which holds them: unbound here, they need no garbage collector.
            extensions = scope.get("extensions", _EMPTY)
            info = extensions.pop(_INFO, None)
            extensions.pop(_CALL, None)
            if info is not None:
                operation = info.operation
                name = operation.operation_id if operation is not None else NO_OPERATION
                self._counts.add(name, info.status, perf_counter() - began)
            elif scope["type"] == "http":
                self._counts.add(NO_OPERATION, extensions.get(_STATUS, status), perf_counter() - began)


@dataclass(frozen=True, slots=True)
class _Route:
    """Where one operation stands under one base path. `fixed` are the parameters that this path fixes, None: none.

    `plain` tells that there is nothing of the kind, and that the operation stands for itself.
    """

    operation: Operation
    base_path: str
    names: tuple[str, ...]
    context: dict[str, str]
    fixed: dict[str, str]
    plain: bool


class RoutingMiddleware(SpecMiddleware):  # type: ignore[misc]
    """Finds the operation of a request, in Connexion's stead and with its contract towards the links behind.

    What no document has anything to say about goes to `otherwise`; what is not meant for this server goes no further.
    """

    def __init__(self, app: ASGIApp, *, policy: HostPolicy, otherwise: ASGIApp | None = None) -> None:
        self.app = app
        self._check = HostCheck(policy)
        self._otherwise = otherwise or _nothing
        self._router: Router[_Route, Served] = Router()
        self._surfaces: set[VendorSurface] = set()

    def add_api(self, specification: Specification, *, base_path: str, served: Served, **_: object) -> None:
        """Adds the paths of a mounted document. SpecError when another document has one of them."""
        slash, owned = served.dialect.trailing_slash, base_path in served.base_paths
        self._router.add_mount(base_path, served, trailing_slash=slash, owned=owned)
        if served.dialect.vendor is not None:
            self._surfaces.add(served.dialect.vendor)
        for prepared in served.operations.values():
            operation = prepared.operation
            if base_path not in (served.base_paths if operation.base_paths is None else operation.base_paths):
                continue
            context = {"api_base_path": base_path, "operation_id": operation.operation_id}
            for path, fixed in operation.paths:
                names = tuple(parameter_names(base_path + path))
                plain = not (fixed or operation.stands_in)
                route = _Route(operation, base_path, names, context, fixed, plain)
                self._router.add(base_path, path, operation.method, route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Attaches the operation to the scope; UnknownPath and WrongMethod where there is none."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = _wire_path(scope)
        headers = dict(scope["headers"])
        if HEADER in headers:
            take_up(headers[HEADER])
        if refused := self._check.refusal(scope, headers):
            self._attach_dialect(path, scope)
            raise refused
        found = self._router.find(path)
        if found is None or (found.values and found.mount.rereads):
            found = self._reread(path, found)
        route = _route(found, scope["method"]) if found else None
        if found is None or route is None:
            await self._without_operation(found, path, scope, receive, send)
            return
        served = found.mount
        parameters = dict(zip(route.names, found.values, strict=True)) if found.values else {}
        base_path = route.base_path if "{" not in route.base_path else _leading(path, route.base_path.count("/"))
        info = CallInfo(scope, base_path, served.dialect, served.services, route.operation, parameters)
        scope["extensions"] = {**scope.get("extensions", {}), _INFO: info, ROUTING_CONTEXT: route.context}
        scope["path_params"] = parameters
        if not route.plain:
            try:
                _specify(info, route, served)
            except Exception:
                self._note_gap((served, _depth(found)), path, scope["method"])
                raise
        await self.app(scope, receive, send)

    def _reread(self, path: str, found: Found[_Route, Served] | None) -> Found[_Route, Served] | None:
        """What is found when the path's dialect reads it in another way, if that fits better: with fewer parameters."""
        addressed = self._router.mount_of(path)
        other = addressed[0].dialect.other_path(path) if addressed else None
        better = self._router.find(other) if other else None
        if better is None or (found is not None and len(better.values) >= len(found.values)):
            return found
        return better

    def _attach_dialect(self, path: str, scope: Scope) -> None:
        """Has the dialect answer that is addressed, if one is."""
        if addressed := self._router.mount_of(path):
            _info_without_operation(*addressed, path, scope)

    async def _without_operation(
        self, found: Found[_Route, Served] | None, path: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        addressed = self._router.mount_of(path) if found is None else (found.mount, _depth(found))
        self._note_gap(addressed, path, scope["method"])
        if addressed is None:
            await self._otherwise(scope, receive, _noting(scope, send))
            return
        info = _info_without_operation(*addressed, path, scope)
        if info.dialect.guards_unknown_paths:
            info.user = await info.dialect.authenticate(info)
        if found is None:
            raise UnknownPath(info.path)
        allowed = sorted({*found.entries, "OPTIONS", *(["HEAD"] if "GET" in found.entries else [])})
        if info.method != "OPTIONS":
            raise WrongMethod(info.method, allowed)
        await respond(info.dialect.options(allowed, info), info, send)

    def _note_gap(self, addressed: tuple[Served, int] | None, path: str, method: str) -> None:
        """Has the log say so when the vendor's product would have answered."""
        if addressed is None:
            for surface in self._surfaces:
                surface.note(method, path, below_base=False)
            return
        served, depth = addressed
        if served.dialect.vendor is not None:
            below = (served.dialect.other_path(path) or path).split("/", depth + 1)
            served.dialect.vendor.note(method, f"/{below[-1]}" if len(below) > depth + 1 else "", below_base=True)


def _noting(scope: Scope, send: Send) -> Send:
    """Sends for who is none of ours: notes the status, and gives the request's id back."""

    def noting(message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            scope["extensions"] = {**scope.get("extensions", {}), _STATUS: message["status"]}
            identifier = CURRENT.get()
            if isinstance(identifier, str):
                message = {**message, "headers": [*message["headers"], (HEADER, identifier.encode())]}
        return send(message)

    return noting


def _info_without_operation(served: Served, depth: int, path: str, scope: Scope) -> CallInfo:
    info = CallInfo(scope, _leading(path, depth), served.dialect, served.services)
    scope["extensions"] = {**scope.get("extensions", {}), _INFO: info}
    return info


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise UnknownPath(scope["path"])


def _route(found: Found[_Route, Served], method: str) -> _Route | None:
    return found.entries.get(method) or (found.entries.get("GET") if method == "HEAD" else None)


def _specify(info: CallInfo, route: _Route, served: Served) -> None:
    """Add what the path fixes, and put the operation that is meant in the place of one that stands in for others."""
    info.parameters.update(route.fixed)
    if route.operation.stands_in:
        operation = served.operations[served.dialect.meant(info)].operation
        info.operation = operation
        info.scope["extensions"][ROUTING_CONTEXT] = route.context | {"operation_id": operation.operation_id}


def _depth(found: Found[_Route, Served]) -> int:
    """How many segments the base path of a known path has; the same for all its methods."""
    return next(iter(found.entries.values())).base_path.count("/")


def _wire_path(scope: Scope) -> str:
    """The path as sent, still percent-encoded, without the root path of a proxy or an enclosing application."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    path = raw.decode("utf-8", "replace")
    root: str = scope.get("root_path", "")
    return path.removeprefix(root) if root else path


def _leading(path: str, segments: int) -> str:
    return "/".join(path.split("/")[: segments + 1])


class GuardMiddleware(SecurityMiddleware):  # type: ignore[misc]
    """Has the dialect authenticate the caller of every operation whose document names security requirements."""


class _Guard:
    def __init__(self, next_app: ASGIApp) -> None:
        self.next_app = next_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        info: CallInfo = scope["extensions"][_INFO]
        if not info.dialect.binds_first:
            info.user = await info.dialect.authenticate(info)
        await self.next_app(scope, receive, send)


class _GuardAPI(SecurityAPI):  # type: ignore[misc]
    def make_operation(self, operation: AbstractOperation) -> ASGIApp:
        return _Guard(self.next_app) if operation.security else self.next_app


GuardMiddleware.api_cls = _GuardAPI


class _ServedAPI(RoutedAPI):  # type: ignore[misc]
    """The operations of a mounted document on one link; `link` makes a link's own object of a prepared operation."""

    link: "type[_Binder | _Dispatch]"

    def __init__(self, *args: object, served: Served, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._served = served
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> "_Binder | _Dispatch":
        return self.link(self.next_app, self._served.operations[operation.operation_id])


@dataclass(slots=True)
class _LateGuard:
    """Asks for credentials of a request that is bound first: before a large body is read, else when it is bound."""

    info: CallInfo
    passed: bool = False

    async def __call__(self) -> None:
        self.info.user = await self.info.dialect.authenticate(self.info)
        self.passed = True


class _Binder:
    def __init__(self, next_app: ASGIApp, prepared: Prepared) -> None:
        self.next_app = next_app
        self.prepared = prepared
        self.budget = prepared.body.budget if prepared.body else None  # None where no body can be large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        prepared = self.prepared
        info: CallInfo = scope["extensions"][_INFO]
        guard = _LateGuard(info) if prepared.guarded_late else None
        headers = info.headers
        reservation = None if self.budget is None else Reservation(self.budget)
        try:
            body = await prepared.body.bind(headers, receive, guard, reservation) if prepared.body else NO_BODY
            query = prepared.query.bind(scope["query_string"], headers)
            if guard is not None and not guard.passed:
                await guard()
            call = Call(info, prepared.operation, info.parameters, query, body.value, body.given, receive)
            scope["extensions"][_CALL] = call
            await self.next_app(scope, receive, send)
        finally:
            if reservation is not None:
                reservation.release()


class _BindingAPI(_ServedAPI):
    link = _Binder


class BindingMiddleware(RoutedMiddleware):  # type: ignore[misc]
    """Binds and validates body and parameters. Stands where Connexion has its request validation."""

    api_cls = _BindingAPI


class _Dispatch:
    def __init__(self, next_app: ASGIApp, prepared: Prepared) -> None:
        self.handler = prepared.handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope["extensions"][_CALL]
        await respond(await self.handler(call), call.info, send)


class _DispatchAPI(_ServedAPI):
    link = _Dispatch


class DispatchApp(RoutedMiddleware):  # type: ignore[misc]
    """The end of the chain: runs the handler and sends its answer."""

    api_cls = _DispatchAPI

    def __init__(self) -> None:
        super().__init__(_refuse)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """No operation speaks anything but HTTP."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
