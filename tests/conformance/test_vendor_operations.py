"""What a vendor's product has and Taskbridge lacks: the log says so once; the answer is that of any unknown path."""

import re
import shutil
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from taskbridge.app import application, document_of
from taskbridge.clock import ManualClock
from taskbridge.settings import Settings
from taskbridge.spec import VendorSurface, operations
from tests.checked_http import checked_async
from tests.figures import figure

pytestmark = pytest.mark.anyio

ALFRESCO = "/alfresco/api/-default-/public/alfresco/versions/1"
#: Paths that an operation of ours takes for an id, and answers that there is no such thing.
TAKEN_FOR_IDS = {"/batch/statistics"}
#: Requests, and what the log says of them before "and not here"; of some nothing.
GAPS = [
    ("POST", "/engine-rest/filter/create", "POST /filter/create exists in Camunda 7"),
    ("GET", "/engine-rest/engine/default/user", "GET /user exists in Camunda 7"),
    ("GET", "/engine-rest/engine/other/task", "/engine/{name}/... (of another process engine) exists in Camunda 7"),
    ("PUT", "/engine-rest/user/jo%2Fe/profile", "PUT /user/{id}/profile exists in Camunda 7"),
    ("GET", "/engine-rest/messages", None),
    ("DELETE", "/engine-rest/message", None),
    ("GET", "/camunda/app/cockpit/default/", "/camunda/... (the web applications) exists in Camunda 7"),
    ("GET", f"{ALFRESCO}/people", "/alfresco/versions/1/people/... (people) exists in Alfresco"),
    ("GET", f"{ALFRESCO}/nodes/1", "/alfresco/versions/1/nodes/... (documents and folders) exists in Alfresco"),
    ("GET", "/alfresco/api/discovery", "/alfresco/api/discovery (what server this is) exists in Alfresco"),
    ("GET", "/ws-api/v2/costModels", "GET /costModels exists in WorldServer"),
    ("GET", "/ws/", "/ws/... (the web interface) exists in WorldServer"),
    ("GET", "/api/types/csharp", "/types/csharp (types for clients) exists in DigiOffice"),
    ("GET", "/api/Documents.json", "/documents/... (GetDocuments, of the Gateway) exists in DigiOffice"),
    ("POST", "/api/json/reply/AddDocument", "/{format}/reply/adddocument (of the Gateway) exists in DigiOffice"),
    ("GET", "/api/json/reply/AddNothing", None),
    ("GET", "/nothing", None),
    ("GET", "/" + "a/" * 10_000, None),
]


@pytest.fixture
async def http(tmp_path: Path, sqlite_template: Path, anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that has not logged anything yet."""
    file = tmp_path / "taskbridge.db"
    shutil.copy(sqlite_template, file)
    settings = Settings(database_url=f"sqlite:///{file}", access_log=False, bundled=False)
    async with application(settings, ManualClock()) as (app, _):
        yield checked_async(base_url="http://127.0.0.1:8080", transport=httpx.ASGITransport(app))


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log has of gaps, and forgets."""
    found = [record.getMessage() for record in caplog.records if record.name == "taskbridge.vendors"]
    caplog.clear()
    return found


async def test_a_gap_is_logged_once(http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    for method, path, expected in GAPS:
        first = await http.request(method, path)
        assert said(caplog) == ([] if expected is None else [f"{expected} and not here"]), path
        again = await http.request(method, path)
        assert said(caplog) == [], path
        assert (first.status_code, len(first.content)) == (again.status_code, len(again.content))
        assert first.status_code in (400, 401, 404, 405), path


async def test_every_operation_of_camunda_is_here_or_is_logged(
    http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    text = files("taskbridge.dialects.camunda").joinpath("vendor_operations.txt").read_text()
    theirs = {tuple(line.split()) for line in re.findall(r"^[A-Z]+ /.*", text, re.MULTILINE)}
    ours = {
        (operation.method, re.sub(r"\{[^}]*\}", "{}", path))
        for operation in operations(document_of("camunda"))
        for path, _ in operation.paths
    }
    missing = {(method, path) for method, path in theirs if (method, re.sub(r"\{[^}]*\}", "{}", path)) not in ours}
    missing = {(method, path) for method, path in missing if path not in TAKEN_FOR_IDS}
    for method, path in sorted(missing):
        await http.request(method, "/engine-rest" + re.sub(r"\{[^}]*\}", "1", path))
    assert len(theirs) > 400
    assert sorted(said(caplog)) == sorted(
        f"{method} {path} exists in Camunda 7 and not here" for method, path in missing
    )
    figure("operations of Camunda 7", f"{len(theirs)}, of which {len(missing)} are not here")


def test_what_is_remembered_is_bounded_by_the_text(caplog: pytest.LogCaptureFixture) -> None:
    surface = VendorSurface("A product", "GET /a/{id}\n* /b/...\n")
    for number in range(100):
        surface.note("GET", f"/a/{number}", below_base=True)
        surface.note("M" * number, f"/b/{number}/c", below_base=True)
    assert said(caplog) == ["GET /a/{id} exists in A product and not here", "/b/... exists in A product and not here"]
