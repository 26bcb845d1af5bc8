"""Documents and dialects to one ASGI application, with Connexion as its frame. Called by the composition root, once."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import Any

from connexion.middleware import ConnexionMiddleware
from connexion.middleware.lifespan import LifespanMiddleware
from connexion.middleware.main import API
from connexion.resolver import Resolver
from connexion.spec import OpenAPISpecification
from starlette.types import ASGIApp

from taskbridge.spec.calls import Services
from taskbridge.spec.document import Document
from taskbridge.spec.host_check import HostPolicy
from taskbridge.spec.middlewares import (
    BindingMiddleware,
    DispatchApp,
    FailureMiddleware,
    GuardMiddleware,
    RoutingMiddleware,
)
from taskbridge.spec.mounts import Mount, Served, serve
from taskbridge.spec.request_counts import RequestCounts

Lifespan = Callable[[Any], AbstractAsyncContextManager[Any]]


def build_app(
    mounts: Sequence[Mount],
    services: Services,
    lifespan: Lifespan | None = None,
    *,
    policy: HostPolicy | None = None,
    otherwise: ASGIApp | None = None,
    counts: RequestCounts | None = None,
) -> ASGIApp:
    """The application that serves all mounts.

    `services` is handed to every call; `lifespan` runs around the server's life; `policy` says which requests are
    meant for this server; `otherwise` answers what no document has anything to say about, or raises UnknownPath;
    `counts` has every request added.
    SpecError when documents, dialects and base paths do not fit together.
    """
    routing = partial(RoutingMiddleware, policy=policy or HostPolicy(), otherwise=otherwise)
    failing = partial(FailureMiddleware, counts=counts or RequestCounts())
    links = [failing, routing, GuardMiddleware, BindingMiddleware, LifespanMiddleware]
    frame = _Frame(DispatchApp(), middlewares=links, lifespan=lifespan or _no_lifespan)
    for mount in mounts:
        served = serve(mount, services)
        specification = _Specification(dict(mount.document))
        for base_path in mount.all_base_paths:
            frame.mount(specification, base_path, served)
    return frame.built()


def _no_lifespan(_: object) -> AbstractAsyncContextManager[None]:
    return nullcontext()


class _Specification(OpenAPISpecification):  # type: ignore[misc]
    """Connexion's view of a document, without validating it at every start: the checks of documents do that before."""

    @classmethod
    def _validate_spec(cls, spec: Document) -> None:
        pass


class _Frame(ConnexionMiddleware):  # type: ignore[misc]
    def mount(self, specification: _Specification, base_path: str, served: Served) -> None:
        resolver = Resolver(lambda operation_id: served.operations[operation_id].handler)
        options = self.options.replace(resolver=resolver)
        self.apis.append(API(specification, base_path=base_path, name=None, served=served, **options.__dict__))

    def built(self) -> "_Frame":
        """Builds the chain now, so that what is wrong is found at start-up and not by the first request."""
        self.app, self.middleware_stack = self._build_middleware_stack()
        return self
