"""Which APIs the application serves: those that are wanted, and nothing of the others."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from taskbridge.app import application
from taskbridge.clock import ManualClock
from taskbridge.settings import APIS, Auth, Settings
from tests import patience

pytestmark = pytest.mark.anyio

PATHS = {
    "camunda": "/engine-rest/task/count",
    "alfresco": "/alfresco/api/-default-/public/workflow/versions/1/tasks",
    "worldserver": "/ws-api/v2/tasks",
    "digioffice": "/api/workflowtasks",
}
FOREIGN = {"Host": "evil.example"}


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "taskbridge.db")
    return f"sqlite:///{tmp_path}/taskbridge.db"


@asynccontextmanager
async def serving(
    database: str, apis: Iterable[str], *, job_execution: bool = True
) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(
        database_url=database, access_log=False, bundled=False, apis=tuple(apis), job_execution=job_execution
    )
    async with (
        application(settings, ManualClock()) as (app, _),
        httpx.AsyncClient(base_url="http://127.0.0.1:8080", transport=httpx.ASGITransport(app)) as http,
    ):
        yield http


@pytest.mark.parametrize("served", [(api,) for api in APIS] + [("camunda", "alfresco"), APIS])
async def test_the_path_of_an_api_that_is_left_out_is_unknown(database: str, served: tuple[str, ...]) -> None:
    async with serving(database, served) as http:
        unknown = await http.get("/nothing")
        assert unknown.status_code == 404
        for api, path in PATHS.items():
            for method in ("GET", "POST", "OPTIONS"):
                answer = await http.request(method, path)
                same = await http.request(method, "/nothing")
                if api in served:
                    assert answer.content != same.content
                else:
                    assert (answer.status_code, answer.headers, answer.content) == (
                        same.status_code,
                        same.headers,
                        same.content,
                    )


@pytest.mark.parametrize("served", [("alfresco",), ("camunda", "digioffice")])
async def test_the_pages_show_the_apis_that_are_served(database: str, served: tuple[str, ...]) -> None:
    async with serving(database, served) as http:
        overview = (await http.get("/docs")).text
        for api in APIS:
            found = await http.get(f"/docs/{api}")
            assert found.status_code == (200 if api in served else 404)
            assert (f"docs/{api}" in overview) is (api in served)


async def test_a_server_without_the_open_api_is_not_open(database: str) -> None:
    """So any name will do, since who asks for something must sign in."""
    async with serving(database, ["alfresco"]) as http:
        assert (await http.get(PATHS["alfresco"], headers=FOREIGN)).status_code == 401
    async with serving(database, ["camunda", "alfresco"]) as http:
        assert (await http.get(PATHS["alfresco"], headers=FOREIGN)).status_code == 403
    assert not Settings(apis=("digioffice",)).open
    assert not Settings(camunda_auth=Auth.BASIC).open


def runners() -> int:
    """How many applications of this process carry out jobs: those of other tests may be open."""
    return [task.get_name() for task in asyncio.all_tasks()].count("the job runner")


async def test_jobs_wait_for_another_node_where_their_execution_is_off(database: str) -> None:
    before = runners()
    model = (Path(__file__).parent / "bpmn" / "P1.bpmn").read_bytes()
    async with serving(database, APIS, job_execution=False) as http:
        assert (
            await http.post("/engine-rest/deployment/create", files={"data": ("P1.bpmn", model)})
        ).status_code == 200
        assert (await http.post("/engine-rest/process-definition/key/P1/start", json={})).status_code == 200
        (task,) = (await http.get("/engine-rest/external-task")).json()
        given = {"retries": 3, "externalTaskIds": [task["id"]]}
        assert (await http.post("/engine-rest/external-task/retries-async", json=given)).status_code == 200
        assert runners() == before
        assert len((await http.get("/engine-rest/batch")).json()) == 1
    async with serving(database, APIS) as http, asyncio.timeout(patience.SECONDS):
        assert runners() == before + 1
        while (await http.get("/engine-rest/batch")).json():
            await asyncio.sleep(0.01)
