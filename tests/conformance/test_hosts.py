"""Whom the server answers while an API needs no credentials: this machine, and no page of another site."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from taskbridge.app import application
from taskbridge.clock import ManualClock
from taskbridge.settings import Auth, Settings
from tests.checked_http import checked_async

pytestmark = pytest.mark.anyio

PATHS = {
    "camunda": "/engine-rest/task/count",
    "alfresco": "/alfresco/api/-default-/public/workflow/versions/1/tasks",
    "worldserver": "/ws-api/v2/tasks",
    "digioffice": "/api/workflowtasks?format=json",
}
ERRORS: dict[str, Callable[[Any], tuple[object, object]]] = {
    "camunda": lambda told: (told["type"], told["message"]),
    "alfresco": lambda told: (told["error"]["statusCode"], told["error"]["briefSummary"][9:]),
    "worldserver": lambda told: (told["errors"][0]["type"], told["errors"][0]["message"]),
    "digioffice": lambda told: (told["responseStatus"]["errorCode"], told["responseStatus"]["message"]),
}
CODES = {"camunda": "ForbiddenException", "alfresco": 403, "worldserver": "FORBIDDEN", "digioffice": "Forbidden"}
NO_CODES = {"camunda": "BadRequestException", "alfresco": 400, "worldserver": "BAD_REQUEST", "digioffice": "BadRequest"}
EVIL = {"Host": "evil.example:8080"}
MODEL = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><process id="p"
isExecutable="true"><startEvent id="s"/></process></definitions>"""
FORM = {"files": [("a.bpmn", ("a.bpmn", MODEL))]}


@pytest.fixture
def serving(tmp_path: Path, sqlite_template: Path, anyio_backend: str) -> Any:  # noqa: ANN401 - a context manager
    """Makes a client of the application with other settings than the tests usually have."""

    @asynccontextmanager
    async def made(*, checking: bool = True, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ANN401 - passed on
        file = tmp_path / "taskbridge.db"
        shutil.copy(sqlite_template, file)
        chosen = Settings(database_url=f"sqlite:///{file}", access_log=False, bundled=False, **settings)
        client = checked_async if checking else httpx.AsyncClient
        async with (
            application(chosen, ManualClock()) as (app, _),
            client(base_url="http://127.0.0.1:8080", transport=httpx.ASGITransport(app)) as http,
        ):
            yield http

    return made


@pytest.mark.parametrize("api", PATHS)
async def test_a_foreign_host_is_refused_by_every_api_while_one_is_open(serving: Any, api: str) -> None:  # noqa: ANN401
    async with serving() as http:
        answer = await http.get(PATHS[api], headers=EVIL)
        assert answer.status_code == 403
        code, message = ERRORS[api](answer.json())
        assert code == CODES[api]
        assert str(message).startswith("This server is not reached as evil.example")
        assert (await http.get(PATHS[api])).status_code == (200 if api == "camunda" else 401)


@pytest.mark.parametrize("api", PATHS)
async def test_what_is_no_host_is_refused_by_every_api(serving: Any, api: str) -> None:  # noqa: ANN401
    async with serving(camunda_auth=Auth.BASIC) as http:
        answer = await http.get(PATHS[api], headers={"Host": 'evil"""import os'})
        assert answer.status_code == 400
        assert ERRORS[api](answer.json())[0] == NO_CODES[api]


async def test_no_page_is_made_of_what_is_no_host(serving: Any) -> None:  # noqa: ANN401
    async with serving(camunda_auth=Auth.BASIC) as http:
        for path in ("/api/types/python", "/api/types/typescript", "/api/metadata", "/docs", "/nothing"):
            answer = await http.get(path, headers={"Host": 'evil"""import os'})
            assert answer.status_code == 400
            assert "import os" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_page_of_another_site_deploys_nothing(serving: Any, headers: dict[str, str]) -> None:  # noqa: ANN401
    async with serving() as http:
        answer = await http.post("/engine-rest/deployment/create", headers=headers, **FORM)
        assert (answer.status_code, answer.json()["type"]) == (403, "ForbiddenException")
        assert (await http.get("/engine-rest/deployment/count")).json() == {"count": 0}
        own = {"Origin": "http://127.0.0.1:8080", "Sec-Fetch-Site": "same-origin"}
        assert (await http.post("/engine-rest/deployment/create", headers=own, **FORM)).status_code == 200


async def test_the_modeler_deploys_to_a_server_without_credentials(serving: Any) -> None:  # noqa: ANN401
    async with serving() as http:
        for origin in ("file://", "http://localhost:3000"):
            page = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
            assert (await http.post("/engine-rest/deployment/create", headers=page, **FORM)).status_code == 200
        assert (await http.get("/engine-rest/deployment/count")).json() == {"count": 2}


async def test_with_credentials_for_every_api_any_name_will_do(serving: Any) -> None:  # noqa: ANN401
    async with serving(camunda_auth=Auth.BASIC) as http:
        assert (await http.get(PATHS["camunda"], headers=EVIL)).status_code == 401
        assert (await http.get("/engine-rest/engine", headers=EVIL)).status_code == 200


async def test_beyond_loopback_any_name_will_do(serving: Any) -> None:  # noqa: ANN401
    async with serving(host="0.0.0.0", allow_open=True) as http:
        assert (await http.get(PATHS["camunda"], headers=EVIL)).status_code == 200
        foreign = {"Host": "tasks.example.org", "Origin": "http://evil.example"}
        assert (await http.post("/engine-rest/deployment/create", headers=foreign, **FORM)).status_code == 403


@pytest.mark.parametrize("settings", [{}, {"host": "0.0.0.0", "camunda_auth": Auth.BASIC}])
async def test_names_that_are_allowed_are_answered_and_others_not(serving: Any, settings: dict[str, Any]) -> None:  # noqa: ANN401
    async with serving(allowed_hosts=("tasks.example.org",), **settings) as http:
        assert (await http.get("/engine-rest/engine", headers={"Host": "tasks.example.org"})).status_code == 200
        assert (await http.get("/engine-rest/engine")).status_code == 200
        assert (await http.get("/engine-rest/engine", headers=EVIL)).status_code == 403


async def test_browsers_are_told_not_to_guess_content_types(serving: Any) -> None:  # noqa: ANN401
    async with serving(checking=False) as http:
        for path in ("/docs", "/docs/", "/docs/camunda", "/docs/none", "/nothing", *PATHS.values()):
            for method in ("GET", "HEAD", "OPTIONS", "DELETE"):
                answer = await http.request(method, path)
                assert answer.headers.get_list("x-content-type-options") == ["nosniff"], f"{method} {path}"
