"""The dialect stands at the root as well as below its prefix, and leaves everybody else's paths alone."""

import httpx
import pytest

from tests.checked_http import checked_async
from tests.digioffice import Office

pytestmark = pytest.mark.anyio


async def test_the_paths_of_others_are_not_answered(office: Office) -> None:
    transport = httpx.ASGITransport(office.served.app)
    async with checked_async("http://taskbridge.test", transport=transport) as http:
        for path in ("/nothing", "/FinishTaskOperation", "/workflowtasks", "/auth", "/json/nothing"):
            response = await http.get(path)
            assert (response.status_code, response.json()) == (404, {"message": "nothing is at this path"})
        for path in ("/engine-rest/json/reply/FinishTaskOperation", "/engine-rest/metadata"):
            response = await http.get(path)
            assert (response.status_code, response.json()["type"]) == (404, "NotFoundException")
