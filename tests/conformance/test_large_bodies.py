"""What every API says while large bodies fill the memory that is set aside for them."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from functools import partial

import pytest

from taskbridge.app import application
from taskbridge.clock import ManualClock
from taskbridge.dialects.worldserver.auth import SESSION
from taskbridge.service import identity, tokens
from taskbridge.settings import EVERY, Settings
from tests.client import HOST, Client
from tests.conformance.logins import basic
from tests.passwords import hashed

pytestmark = pytest.mark.anyio

FORM = "multipart/form-data; boundary=b"
PLACES: Mapping[str, tuple[str, str]] = {
    "camunda": ("/engine-rest/deployment/create", FORM),
    "alfresco": ("/alfresco/api/-default-/public/workflow/versions/1/processes", "application/json"),
    "worldserver": ("/ws-api/v2/files", FORM),
    "digioffice": ("/api/workflowtasks/finish", "application/json"),
}


@pytest.mark.parametrize("api", PLACES)
async def test_every_api_says_that_bodies_fill_the_memory(database_for: Callable[[str], str], api: str) -> None:
    url = database_for(f"large_{api}")
    settings = Settings(
        database_url=url, access_log=False, max_bodies=0, max_plain_body={EVERY: 5_000_000}, allowed_hosts=(HOST,)
    )

    async def body() -> AsyncGenerator[bytes, None]:
        for _ in range(20):
            yield b" " * 100_000

    async with application(settings, ManualClock()) as (app, services):
        await services.run(partial(identity.add_user, name="anna", password_hash=hashed("secret")))
        session = await services.run(lambda unit: tokens.issue(unit, SESSION, "anna", None))
        credentials = {"token": session} if api == "worldserver" else basic("anna", "secret")
        path, kind = PLACES[api]
        client = Client(app, "")
        async with aclosing(body()) as content:
            headers = {"Content-Type": kind, **credentials}
            answer = await client.request("POST", path, content=content, headers=headers)
        await client.close()
    assert answer.status_code == 503
    assert "Too many large requests at the same time" in answer.text
    assert answer.headers["connection"] == "close"
