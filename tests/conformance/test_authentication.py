"""HTTP Basic (contract 0.8): everything but the list of engines needs credentials."""

import base64
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from taskbridge.app import application, document_of
from taskbridge.clock import ManualClock
from taskbridge.service import identity
from taskbridge.settings import Auth, Settings
from tests.client import CamundaClient

pytestmark = pytest.mark.anyio

DOCUMENT = document_of("camunda")
METHODS = ("get", "post", "put", "delete")
CHALLENGE = 'Basic realm="default"'


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def guarded_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgresql_server")
        return url
    template: Path = request.getfixturevalue("sqlite_template")
    file = tmp_path_factory.mktemp("guarded") / "taskbridge.db"
    shutil.copy(template, file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="module")
async def guarded(guarded_url: str, anyio_backend: str) -> AsyncIterator[CamundaClient]:
    """A client without credentials of a server that wants them. The one user is anna; her password has a colon."""
    settings = Settings(database_url=guarded_url, camunda_auth=Auth.BASIC, access_log=False)
    async with application(settings, ManualClock()) as (app, services):
        hashed = identity.hash_password("se:cret")
        await services.run(lambda unit: identity.add_user(unit, "anna", hashed))
        client = CamundaClient(app)
        yield client
        await client.close()


def basic(name: str, password: str, scheme: str = "Basic") -> dict[str, str]:
    return {"Authorization": f"{scheme} {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


def secured() -> Iterator[tuple[str, str]]:
    """Method and a concrete path of every operation but the open one."""
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item and item[method].get("security") != []:
                yield method.upper(), re.sub(r"\{\w+\}", "anId", path)


async def test_every_operation_but_the_list_of_engines_needs_credentials(guarded: CamundaClient) -> None:
    """Contract 101."""
    operations = list(secured())
    assert len(operations) == sum(method in item for item in DOCUMENT["paths"].values() for method in METHODS) - 1
    for method, path in operations:
        for headers in ({}, {"Content-Type": "application/json"}):
            answer = await guarded.request(method, path, headers=headers)
            shown = (answer.status_code, answer.content, answer.headers.get("www-authenticate"))
            assert shown == (401, b"", CHALLENGE), f"{method} {path}"


async def test_the_list_of_engines_is_open(guarded: CamundaClient) -> None:
    for path in ("/engine", "/engine/"):
        assert (await guarded.get(path)).json() == [{"name": "default"}]


async def test_the_right_password_opens(guarded: CamundaClient) -> None:
    for _ in range(2):
        answer = await guarded.get("/version", headers=basic("anna", "se:cret"))
        assert answer.status_code == 200


OTHERS = {
    "a wrong password": basic("anna", "wrong"),
    "no password": basic("anna", ""),
    "an unknown name": basic("nobody", "se:cret"),
    "no name": basic("", ""),
    "a scheme in small letters": basic("anna", "se:cret", scheme="basic"),
    "another scheme": basic("anna", "se:cret", scheme="Bearer"),
    "nothing after the scheme": {"Authorization": "Basic"},
    "no base64": {"Authorization": "Basic ???"},
    "no colon": {"Authorization": "Basic YW5uYQ=="},
    "no UTF-8": {"Authorization": "Basic /w=="},
    "NUL in the name": {"Authorization": "Basic ADo="},
}


@pytest.mark.parametrize("headers", OTHERS.values(), ids=OTHERS)
async def test_other_credentials_do_not_open(guarded: CamundaClient, headers: dict[str, str]) -> None:
    answer = await guarded.get("/version", headers=headers)
    assert (answer.status_code, answer.content, answer.headers["www-authenticate"]) == (401, b"", CHALLENGE)


@pytest.mark.parametrize("path", ["/nowhere", "/external-task/a/b/c", "/engine/default/nowhere"])
async def test_paths_that_are_none_need_credentials_too(guarded: CamundaClient, path: str) -> None:
    bare = await guarded.get(path, documented=False)
    assert (bare.status_code, bare.content) == (401, b"")
    known = await guarded.get(path, documented=False, headers=basic("anna", "se:cret"))
    assert (known.status_code, known.json()["type"]) == (404, "NotFoundException")


async def test_an_unknown_engine_is_told_before_credentials_are_asked(guarded: CamundaClient) -> None:
    answer = await guarded.get("/engine/other/external-task", documented=False)
    assert answer.status_code == 404
    assert answer.json() == {
        "type": "InvalidRequestException",
        "message": "Process engine other not available",
        "code": None,
    }


async def test_a_malformed_body_is_not_read_before_credentials(guarded: CamundaClient) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await guarded.request("POST", "/external-task/fetchAndLock", content=b"{", headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")
