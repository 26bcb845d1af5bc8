"""The web server: serves the application until a signal comes, and says where it listens.

Called by ``cli`` alone, which loads it only when something is to be served.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from socket import socket
from time import monotonic
from types import FrameType

import typer
import uvicorn

from taskbridge import __version__, app, listening, logs, pages
from taskbridge.demo import content
from taskbridge.http_protocol import ReasonProtocol
from taskbridge.service import bundled, deployments, model_files, scripts
from taskbridge.service.deployments import Source
from taskbridge.service.handling import handling
from taskbridge.service.unit import Services, Unit
from taskbridge.settings import Settings, UnsafeSettings
from taskbridge.store import identity
from taskbridge.store.database import missing_file

#: Seconds that requests in flight may take once the program shall stop; a client that stalls must not keep it for ever.
_PATIENCE = 30
#: Seconds between two looks for a second signal.
_LOOK = 0.1

#: What each API is called, and where it is.
_ADDRESSES = {
    "camunda": ("Camunda 7", "/engine-rest"),
    "alfresco": ("Alfresco", "/alfresco/api/-default-/public/workflow/versions/1"),
    "worldserver": ("WorldServer", "/ws-api/v2"),
    "digioffice": ("DigiOffice", "/api"),
}

log = logging.getLogger("taskbridge.serving")


def run(settings: Settings, notes: Iterable[str] = ()) -> None:
    """Serve until stopped.

    What can be refused without a database is refused before there is one. Raises UnsafeSettings, what reading models
    and opening the database raise, and CannotListen. ``notes`` are warnings for the log.
    """
    logs.configure(json=logs.are_json(settings.log_format))
    for note in notes:
        log.warning(note)
    scripts.allowed(settings)  # which loads what runs them, and says what is missing
    made = missing_file(settings.database_url)
    _refuse_open_api(settings)
    if settings.demo and made is not None:
        _refuse_demo_users(settings)
    models = _models(settings)
    sockets = listening.bound(settings.host, settings.port)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(settings, sockets, models, made))
    finally:
        listening.close(sockets)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Makes uvloop's loops where that can be had, which is not so on Windows; None for asyncio's own."""
    try:
        import uvloop  # noqa: PLC0415 - it may be missing
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _serve(settings: Settings, sockets: list[socket], models: Sequence[Source], made: Path | None) -> None:
    demo = False

    async def prepare(services: Services) -> bool:
        nonlocal demo
        if services.database.other_processes():
            log.warning(
                "another process has %s open; both may serve it, and each sees what the other does within a second",
                settings.database_url,
            )
        if await services.run(lambda unit: _demo_users(unit, settings)):
            _refuse_demo_users(settings)
        await _deploy(settings, services, models)
        demo = settings.demo and await _has_demo(services)
        return demo

    async with app.application(settings, prepare=prepare) as (application, services):
        app.settle_memory()
        config = uvicorn.Config(
            application,
            host=settings.host,
            port=settings.port,
            http=_protocol(settings),
            ws="none",
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=bool(settings.forwarded_allow_ips),
            forwarded_allow_ips=settings.forwarded_allow_ips,
            timeout_graceful_shutdown=_PATIENCE,
        )
        listening.listen(sockets)
        await _Announced(config, services, settings, made, demo=demo).serve(sockets)


def _models(settings: Settings) -> Sequence[Source]:
    """The models in the folder that the settings name."""
    if not settings.deploy:
        return ()
    files = [(path.name, path.read_bytes()) for path in model_files.in_folder(Path(settings.deploy))]
    chosen = handling(settings.delegates, settings.java_listeners, javascript="javascript" in settings.scripts)
    return deployments.read(files, chosen)


async def _deploy(settings: Settings, services: Services, models: Sequence[Source]) -> None:
    """Deploy what comes with the program, and the models of the settings; only what has changed."""
    if settings.bundled:
        sources = bundled.read()
        await services.run(lambda unit: bundled.deploy(unit, sources))
    if settings.deploy:
        name = Path(settings.deploy).resolve().stem
        await services.run(lambda unit: deployments.deploy(unit, models, name=name, changed_only=True))


async def _has_demo(services: Services) -> bool:
    """Fill an empty database with the demo; False, and a line says so, where it is neither empty nor has the demo."""
    if await content.fill(services) or await services.run(content.is_there):
        return True
    log.warning("no demo is made: the database has users or process instances already")
    return False


def _protocol(settings: Settings) -> type[ReasonProtocol]:
    class Protocol(ReasonProtocol):
        patience = settings.client_timeout

    return Protocol


def _refuse_open_api(settings: Settings) -> None:
    if settings.open and not (settings.loopback or settings.allow_open):
        raise UnsafeSettings(
            f"{settings.host} can be reached from outside and /engine-rest needs no credentials: "
            "set --camunda-auth basic, or say --allow-open"
        )


def _refuse_demo_users(settings: Settings) -> None:
    if not (settings.loopback or settings.allow_open):
        raise UnsafeSettings(
            f"{settings.host} can be reached from outside and demo users with known passwords exist: "
            "use another database and no --demo, or say --allow-open"
        )


def _demo_users(unit: Unit, settings: Settings) -> bool:
    """Whether a user whose password everybody knows exists, or is about to be made."""
    return identity.has_demo_users(unit.tx) or (settings.demo and content.is_empty(unit))


class _Announced(uvicorn.Server):
    """A server that says where it listens, once it does, and that stops in order."""

    def __init__(
        self, config: uvicorn.Config, services: Services, settings: Settings, made: Path | None, *, demo: bool
    ) -> None:
        super().__init__(config)
        self._services = services
        self._settings = settings
        self._made = made
        self._demo = demo

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at the first signal, at once at the second; the process then ends by itself, its database closed."""
        self.force_exit = self.should_exit
        self.should_exit = True
        self._services.leaving = True

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Serve on for as long as was asked for, send away who only waits, and finish all other requests."""
        ends = monotonic() + self._settings.drain
        while monotonic() < ends and not self.force_exit:
            await asyncio.sleep(_LOOK)
        self._services.stop_waiting()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen, and tell."""
        await super().startup(sockets)
        if not self.started:
            return
        port = self.servers[0].sockets[0].getsockname()[1]
        host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
        base = f"http://{host}:{port}"
        typer.echo(f"Taskbridge {__version__}")
        if self._made is not None:  # it may be a typing error
            typer.echo(f"  made {self._made}, which did not exist")
        for name in self._settings.apis:
            title, path = _ADDRESSES[name]
            typer.echo(f"  {title:<11} {base}{path}")
        if self._settings.docs:
            typer.echo(f"  Try them at {base}{pages.START} in a browser")
        if self._demo and "camunda" in self._settings.apis:
            topics = f'[{{"topicName":"{content.TOPIC}","lockDuration":60000}}]'
            fetch = f'{{"workerId":"me","maxTasks":1,"topics":{topics}}}'
            typer.echo("Two contracts are on their way; fetch the one that waits for a worker:")
            typer.echo(
                f"  curl -X POST {base}/engine-rest/external-task/fetchAndLock "
                f"-H 'Content-Type: application/json' -d '{fetch}'"
            )
        typer.echo("Stop with Ctrl-C.")
