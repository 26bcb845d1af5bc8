"""The demo fills an empty database, and leaves people alone who have the names of its users."""

import pytest

from taskbridge.clock import ManualClock
from taskbridge.demo import content
from taskbridge.service import people
from taskbridge.service.people import Changes
from taskbridge.service.unit import opened
from taskbridge.settings import Settings
from tests.passwords import hashed

pytestmark = pytest.mark.anyio


async def test_people_with_the_names_of_the_demos_users_keep_password_and_rank(sqlite_url: str) -> None:
    async with opened(Settings(database_url=sqlite_url), ManualClock()) as services:
        await services.run(lambda unit: people.add(unit, "alice", hashed("secret"), Changes(admin=True)))
        before = await services.run(people.everybody)
        assert not await content.fill(services)
        assert await services.run(people.everybody) == before


async def test_a_database_with_another_user_is_not_filled(sqlite_url: str) -> None:
    async with opened(Settings(database_url=sqlite_url), ManualClock()) as services:
        await services.run(lambda unit: people.add(unit, "carol", hashed("secret"), Changes()))
        assert not await content.fill(services)
        assert not await services.run(content.is_there)
        assert [account.row.name for account in await services.run(people.everybody)] == ["carol"]


async def test_the_demo_is_there_while_its_users_have_their_known_passwords(sqlite_url: str) -> None:
    async with opened(Settings(database_url=sqlite_url), ManualClock()) as services:
        assert await content.fill(services)
        assert not await content.fill(services)
        assert await services.run(content.is_there)
        await services.run(lambda unit: people.change(unit, "bob", Changes(hashed("secret"))))
        assert not await services.run(content.is_there)
