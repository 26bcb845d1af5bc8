"""The composition root: settings become a database, services, dialects, and one ASGI application."""

import contextlib
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

from taskbridge import logs
from taskbridge.access_log import AccessLog, Application
from taskbridge.clock import Clock
from taskbridge.demo.first_look import FIRST_LOOK
from taskbridge.dialects.alfresco import dialect as alfresco
from taskbridge.dialects.camunda import dialect as camunda
from taskbridge.dialects.camunda.job_failures import text_of_failure
from taskbridge.dialects.digioffice import dialect as digioffice
from taskbridge.dialects.taskbridge import dialect as own
from taskbridge.dialects.worldserver import dialect as worldserver
from taskbridge.pages import Pages
from taskbridge.service import id_horizon, job_runner
from taskbridge.service.background import repeating
from taskbridge.service.unit import Services, opened
from taskbridge.settings import Settings
from taskbridge.spec import (
    BodyBudget,
    BodyLimits,
    Dialect,
    Document,
    HostPolicy,
    Mount,
    RequestCounts,
    build_app,
    load_document,
)


def document_path(dialect: str) -> Path:
    """Where a dialect's OpenAPI document lies: inside the installed package, or beside the source tree."""
    packaged = Path(str(files("taskbridge"))) / "openapi" / f"{dialect}.yaml"
    return packaged if packaged.exists() else Path(__file__).parents[2] / "openapi" / f"{dialect}.yaml"


@cache
def document_of(dialect: str) -> Document:
    """A dialect's OpenAPI document; read once, so nobody may change it."""
    return load_document(document_path(dialect))


@contextlib.asynccontextmanager
async def application(
    settings: Settings, clock: Clock | None = None, prepare: Callable[[Services], Awaitable[bool]] | None = None
) -> AsyncIterator[tuple[Application, Services]]:
    """The whole program as an ASGI application, with its background work going on for as long as the block lasts.

    ``prepare`` is what has to be done with the open database before anything is served; its result is whether the
    database has the demo, which the start page then shows. This raises what that raises.
    """
    async with opened(settings, clock) as shared, _background(shared, settings):
        shared.text_of_failure = text_of_failure  # jobs are shown by Camunda's API
        demo = prepare is not None and await prepare(shared)
        counts = RequestCounts()
        served = mounts(settings, shared, counts)
        pages = _pages(served, demo=demo) if settings.docs else None
        built: Application = build_app(served, shared, policy=_policy(settings), otherwise=pages, counts=counts)
        log = AccessLog(built, json=logs.are_json(settings.log_format))
        try:
            yield (log if settings.access_log else built), shared
        finally:
            log.flush()


def mounts(settings: Settings, shared: Services, counts: RequestCounts) -> list[Mount]:
    """Every dialect that is served, with its document, its base paths and its limits.

    ``counts`` are those of the requests to all.
    """
    spoken: list[tuple[tuple[str, ...], Dialect]] = [
        (camunda.BASE_PATHS, camunda.CamundaDialect(settings, shared)),
        (alfresco.BASE_PATHS, alfresco.AlfrescoDialect(shared)),
        (digioffice.BASE_PATHS, digioffice.DigiOfficeDialect(shared, document_of("digioffice"))),
        (worldserver.BASE_PATHS, worldserver.WorldServerDialect(shared)),
        (own.BASE_PATHS, own.TaskbridgeDialect(settings, shared, counts)),
    ]
    budget = BodyBudget(settings.max_bodies)
    return [
        Mount(document_of(dialect.name), base_paths, dialect, _limits(settings, dialect.name, budget))
        for base_paths, dialect in spoken
        if dialect.name in (*settings.apis, own.TaskbridgeDialect.name)
    ]


def _pages(served: list[Mount], *, demo: bool) -> Pages:
    documents = {mount.dialect.name: mount.document for mount in served}
    return Pages(documents, FIRST_LOOK if demo else None)


def _policy(settings: Settings) -> HostPolicy:
    """While an API is open on loopback, and wherever names are given, requests with other names are refused."""
    checked = bool(settings.allowed_hosts) or (settings.open and settings.loopback)
    return HostPolicy(settings.allowed_hosts, checked, settings.open)


def _limits(settings: Settings, dialect: str, budget: BodyBudget) -> BodyLimits:
    return BodyLimits(settings.max_body, settings.plain_body_of(dialect), budget=budget)


@contextlib.asynccontextmanager
async def _background(shared: Services, settings: Settings) -> AsyncIterator[None]:
    clock = shared.clock
    async with (
        repeating("the job runner", clock, job_runner.Runner(shared).run_and_wait)
        if settings.job_execution
        else contextlib.nullcontext(),
        repeating("the sweep", clock, shared.expiries.sweep),
        repeating("the watch over ids", clock, id_horizon.Watch(shared).look_and_wait),
    ):
        yield


def settle_memory() -> None:
    """Keep what start-up built out of the garbage collector's way; its passes make long pauses."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
    gc.enable()
