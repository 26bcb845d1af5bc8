"""200 wrong log-ins at once on each API of a real server: others are answered meanwhile, and memory does not grow."""

import asyncio
import time
from collections import Counter

import httpx
import pytest

from tests import patience
from tests.conformance.logins import LOGINS, Login
from tests.figures import figure
from tests.hostile.judging import MEMORY, delays
from tests.hostile.server import Attacked

AT_ONCE = 200


async def attack(port: int, login: Login, address: str) -> Counter[int]:
    """Wrong log-ins at once, half of them for one name, each with its own password: how often which status came."""
    limits, headers = httpx.Limits(max_connections=AT_ONCE), {"X-Forwarded-For": address}
    base = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(
        base_url=base, limits=limits, headers=headers, timeout=patience.SECONDS, trust_env=False
    ) as client:

        async def wrong(number: int) -> int:
            name, password = ("demo" if number % 2 else f"unknown {number}"), f"wrong {number}"
            request = client.build_request(login.method, login.path, **login.content(name, password))
            return (await client.send(request)).status_code

        return Counter(await asyncio.gather(*map(wrong, range(AT_ONCE))))


@pytest.mark.parametrize("name", LOGINS)
def test_others_are_answered_while_200_wrong_passwords_come_in_at_once(server: Attacked, name: str) -> None:
    login = LOGINS[name]
    before, began = server.forget_peak(), time.monotonic()
    # Each attack comes from an address of its own: one that failed often is answered more slowly.
    statuses = asyncio.run(attack(server.port, login, f"192.0.2.{list(LOGINS).index(name)}"))
    failures = list(delays(server, began, f"200 wrong log-ins at once, {name}"))
    grown = server.memory("VmHWM") - before
    figure(f"200 wrong log-ins at once, {name}", f"memory grew by {grown / 1e6:.0f} MB, {dict(statuses)}")
    assert set(statuses) <= {login.refused, 503}
    assert statuses[503] > AT_ONCE // 2  # most were not even tried
    assert grown < MEMORY
    assert failures == []
