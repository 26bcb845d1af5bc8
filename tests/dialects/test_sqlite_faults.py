"""What each API answers while its SQLite file is locked, full, read-only or gone, and that it goes on by itself."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from taskbridge.dialects.alfresco import errors as alfresco
from taskbridge.dialects.camunda import errors as camunda
from taskbridge.dialects.digioffice import errors as digioffice
from taskbridge.dialects.worldserver import wordings as worldserver
from taskbridge.service import identity
from taskbridge.store.errors import DatabaseUnavailable
from tests.alfresco import AlfrescoClient
from tests.bpmn import model
from tests.client import CamundaClient, Client
from tests.digioffice import DigiOfficeClient, basic
from tests.passwords import hashed
from tests.serving import Served, serving
from tests.worldserver import WorldServerClient

pytestmark = pytest.mark.anyio
#: Seconds within which what must happen surely does, also while other programs keep all cores busy.
_GENEROUS = 60
_AWAY = DatabaseUnavailable("away")
_NAME = "kim"
#: The status with which each dialect says that its database is away.
STATUS = {
    "camunda": camunda.translate(_AWAY, {}).status,
    "alfresco": alfresco.translate(_AWAY, {}).status,  # type: ignore[union-attr]
    "digioffice": digioffice.translate(_AWAY).status,  # type: ignore[union-attr]
    "worldserver": worldserver.translate(_AWAY).status,
}
LISTS = {
    "camunda": "/process-instance",
    "alfresco": "/processes",
    "digioffice": "/api/workflowtasks",
    "worldserver": "/tasks",
}
_SIGN_IN = {"username": _NAME, "password": _NAME}
#: Something that each dialect writes.
WRITES: dict[str, tuple[str, object]] = {
    "camunda": ("/process-definition/key/P1/start", {}),
    "alfresco": ("/authentication/versions/1/tickets", {"userId": _NAME, "password": _NAME}),
    "digioffice": ("/api/auth/credentials", _SIGN_IN),
    "worldserver": ("/login", _SIGN_IN),
}


@pytest.fixture
async def house(sqlite_url: str, anyio_backend: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator["House"]:
    async with serving(sqlite_url) as served:
        await served.services.run(lambda unit: identity.add_user(unit, _NAME, hashed(_NAME)))
        house = House(served, Path(make_url(sqlite_url).database or ""), monkeypatch)
        await house.open()
        yield house
        for client in house.clients.values():
            await client.close()


class House:
    """The application on a file of its own, a client of each API, and what can happen to the file."""

    def __init__(self, served: Served, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.served = served
        self.file = file
        self.monkeypatch = monkeypatch
        self.clients: dict[str, Client] = {}

    async def open(self) -> None:
        """Deploy a process and sign in everywhere: who is known by then is known for a while without the database."""
        app = self.served.app
        camunda = CamundaClient(app)
        await camunda.deploy(model("P1"))
        session = (await WorldServerClient(app).post("/login", _SIGN_IN)).json()["sessionId"]
        self.clients = {
            "camunda": camunda,
            "alfresco": AlfrescoClient(app, _NAME),
            "digioffice": DigiOfficeClient(app, basic(_NAME, _NAME)),
            "worldserver": WorldServerClient(app, session),
        }
        for api in self.clients:
            assert (await self.list(api)).status_code == 200

    async def list(self, api: str) -> httpx.Response:
        """Have an API list something."""
        return await self.clients[api].get(LISTS[api], documented=False)

    async def write(self, api: str) -> httpx.Response:
        """Have an API write something."""
        path, body = WRITES[api]
        return await self.clients[api].post(path, body, documented=False)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another process has the lock for longer than is waited for."""
        self.monkeypatch.setattr("taskbridge.store.sqlite.LOCK_TIMEOUT_MS", 1)
        with self.held():
            yield

    @contextmanager
    def held(self) -> Iterator[None]:
        """Another process has the lock."""
        other = sqlite3.connect(self.file, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")
        other.close()

    @contextmanager
    def full(self) -> Iterator[None]:
        """The disk is full: the database must not grow."""
        driver = self._driver
        (pages,) = driver.execute("PRAGMA page_count").fetchone()
        driver.execute(f"PRAGMA max_page_count = {pages}")
        yield
        driver.execute("PRAGMA max_page_count = 1000000")

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """The file cannot be written."""
        self._driver.execute("PRAGMA query_only = ON")
        yield
        self._driver.execute("PRAGMA query_only = OFF")

    @contextmanager
    def gone(self) -> Iterator[None]:
        """The file has been taken away, and is put back."""
        away = self.file.with_suffix(".away")
        self.file.rename(away)
        yield
        away.rename(self.file)

    @property
    def _driver(self) -> sqlite3.Connection:
        driver: sqlite3.Connection = self.served.services.database._backend._driver  # type: ignore[attr-defined]
        return driver


FAULTS: dict[str, Callable[[House], AbstractContextManager[None]]] = {
    "locked": House.locked,
    "read only": House.read_only,
    "gone": House.gone,
}


@pytest.mark.parametrize("api", STATUS)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
async def test_a_write_is_answered_as_unavailable_and_the_service_goes_on_by_itself(
    house: House, api: str, fault: Callable[[House], AbstractContextManager[None]]
) -> None:
    with fault(house):
        refused = await house.write(api)
        assert refused.status_code == STATUS[api], refused.text
        assert "Unexpected error" not in refused.text
        assert "UPDATE" not in refused.text
    assert (await house.write(api)).is_success


@pytest.mark.parametrize("api", STATUS)
async def test_while_another_process_has_the_lock_reads_are_answered_and_writes_wait(house: House, api: str) -> None:
    house.monkeypatch.setattr("taskbridge.store.sqlite.LOCK_TIMEOUT_MS", 1000 * _GENEROUS)
    with house.held():
        write = asyncio.ensure_future(house.write(api))
        assert (await house.list(api)).status_code == 200
        assert not write.done()
    assert (await asyncio.wait_for(write, _GENEROUS)).is_success


@pytest.mark.parametrize("api", STATUS)
async def test_a_list_of_a_file_that_is_gone_is_unavailable(house: House, api: str) -> None:
    with house.gone():
        assert (await house.list(api)).status_code == STATUS[api]
    assert (await house.list(api)).status_code == 200


async def test_a_full_disk_stops_what_writes_and_leaves_nothing_half_written(house: House) -> None:
    camunda = house.clients["camunda"]
    large = {"variables": {"text": {"value": "x" * 500_000, "type": "String"}}}
    with house.full():
        refused = await camunda.post("/process-definition/key/P1/start", large, documented=False)
        assert (refused.status_code, refused.json()["type"]) == (STATUS["camunda"], "ProcessEngineException")
        assert (await house.list("camunda")).json() == []
    assert (await camunda.post("/process-definition/key/P1/start", large)).status_code == 200
    assert (await camunda.get("/external-task/count")).json() == {"count": 1}
