"""Who guesses passwords or tokens is slowed down; who knows them is not shut out. The clock is moved by hand."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import anyio.to_thread
import httpx
import pytest
from starlette.types import ASGIApp

from taskbridge.app import application
from taskbridge.clock import ManualClock
from taskbridge.dialects.alfresco.auth import TICKETS
from taskbridge.dialects.digioffice.auth import SESSIONS
from taskbridge.dialects.worldserver.auth import SESSION
from taskbridge.service import identity, passwords, people, tokens
from taskbridge.service.passwords import Passwords
from taskbridge.service.people import Changes
from taskbridge.service.unit import Services
from taskbridge.settings import Auth, Settings
from tests.client import Client
from tests.conformance.logins import LOGINS, TOKENS, Login
from tests.passwords import hashed

pytestmark = pytest.mark.anyio

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"
KINDS = {
    "alfresco": TICKETS,
    "worldserver": SESSION,
    "digioffice-key": tokens.API_KEYS,
    "digioffice-session": SESSIONS,
}


@dataclass
class Guarded:
    """A server that wants credentials. Its users are anna, and some with numbers: unknown names cost a whole hash."""

    app: ASGIApp
    services: Services
    clock: ManualClock
    clients: dict[str, Client]
    stack: AsyncExitStack

    def client(self, address: str) -> Client:
        """A client that calls from an address."""
        if address not in self.clients:
            self.clients[address] = Client(self.app, "", address=address)
            self.stack.push_async_callback(self.clients[address].close)
        return self.clients[address]

    async def log_in(self, login: Login, name: str, password: str, address: str = HOME) -> httpx.Response:
        """Log in with a name and a password."""
        return await self.client(address).request(login.method, login.path, **login.content(name, password))

    async def fail(self, login: Login, times: int, name: str = "anna", address: str = HOME) -> None:
        """Log in with as many wrong passwords, one after the other; each is refused at once."""
        for number in range(times):
            answer = await self.log_in(login, name, f"wrong {number}", address)
            assert answer.status_code == login.refused

    async def waiting(self, number: int) -> None:
        """Return once so many attempts wait."""
        async with asyncio.timeout(180):
            while self.services.guesses.waiting != number:
                await asyncio.sleep(0)


@pytest.fixture(scope="module")
async def running_guarded(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Guarded]:
    clock = ManualClock()
    settings = Settings(database_url=database_for("guessing"), camunda_auth=Auth.BASIC, access_log=False)
    async with application(settings, clock) as (app, services), AsyncExitStack() as stack:
        for name in ("anna", *(f"name {number}" for number in range(28))):
            await services.run(partial(identity.add_user, name=name, password_hash=hashed("secret")))
        yield Guarded(app, services, clock, {}, stack)


@pytest.fixture
async def guarded(running_guarded: Guarded, caplog: pytest.LogCaptureFixture) -> Guarded:
    fresh = partial(people.change, name="anna", changes=Changes(hashed.__wrapped__("secret")))
    await running_guarded.services.run(fresh)  # what was verified in other tests is of no use
    running_guarded.clock.advance(60_000)
    running_guarded.services.guesses.forget()
    caplog.set_level(logging.WARNING)
    return running_guarded


@pytest.fixture(params=list(LOGINS))
def login(request: pytest.FixtureRequest) -> Login:
    return LOGINS[request.param]


@pytest.fixture
def basic() -> Login:
    return LOGINS["camunda"]


async def test_after_three_wrong_passwords_each_attempt_waits_twice_as_long(
    guarded: Guarded, basic: Login, caplog: pytest.LogCaptureFixture
) -> None:
    await guarded.fail(basic, 3)
    for number, delay in enumerate([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]):
        attempt = asyncio.create_task(guarded.log_in(basic, "anna", f"another {number}"))
        await guarded.waiting(1)
        guarded.clock.advance(delay - 10)
        await asyncio.sleep(0)
        assert guarded.services.guesses.waiting == 1
        guarded.clock.advance(10)
        assert (await attempt).status_code == 401
    told = [record.getMessage() for record in caplog.records]
    assert told == [f"wrong passwords for 'anna' from {HOME}: further attempts are delayed"]


async def test_a_second_attempt_beside_one_that_waits_is_refused_in_the_vendors_words(
    guarded: Guarded, login: Login
) -> None:
    await guarded.fail(login, 3)
    attempt = asyncio.create_task(guarded.log_in(login, "anna", "another"))
    await guarded.waiting(1)
    refused = await guarded.log_in(login, "anna", "yet another")
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "2"
    assert "Too many attempts" in refused.text
    guarded.clock.advance(1_000)
    assert (await attempt).status_code == login.refused


async def test_who_knows_the_password_comes_in_from_elsewhere(guarded: Guarded, login: Login) -> None:
    await guarded.fail(login, 3)
    attempt = asyncio.create_task(guarded.log_in(login, "anna", "another"))
    await guarded.waiting(1)
    assert (await guarded.log_in(login, "anna", "secret", ELSEWHERE)).status_code < 300
    guarded.clock.advance(1_000)
    await attempt


async def test_what_was_verified_before_never_waits(guarded: Guarded, login: Login) -> None:
    assert (await guarded.log_in(login, "anna", "secret")).status_code < 300
    await guarded.fail(login, 3)
    attempt = asyncio.create_task(guarded.log_in(login, "anna", "another"))
    await guarded.waiting(1)
    assert (await guarded.log_in(login, "anna", "secret")).status_code < 300
    guarded.clock.advance(1_000)
    await attempt


async def test_what_was_verified_needs_no_second_hash_until_the_password_changes(
    guarded: Guarded, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    def set_password(password: str) -> partial[None]:
        return partial(people.change, name="name 0", changes=Changes(hashed(password)))

    await guarded.services.run(set_password("secret"))
    assert (await guarded.log_in(login, "name 0", "secret")).status_code < 300
    with monkeypatch.context() as patched:
        patched.setattr(passwords, "MOST_PENDING", 0)  # as when the queue is full
        for _ in range(3):
            guarded.clock.advance(40_000)
            assert (await guarded.log_in(login, "name 0", "secret")).status_code < 300
    await guarded.services.run(set_password("new"))
    guarded.clock.advance(40_000)
    assert (await guarded.log_in(login, "name 0", "secret")).status_code == login.refused
    assert (await guarded.log_in(login, "name 0", "new")).status_code < 300


async def test_the_right_password_ends_the_delay(guarded: Guarded, basic: Login) -> None:
    await guarded.fail(basic, 3)
    attempt = asyncio.create_task(guarded.log_in(basic, "anna", "secret"))
    await guarded.waiting(1)
    guarded.clock.advance(1_000)
    assert (await attempt).status_code == 200
    await guarded.fail(basic, 3)


async def test_failures_are_forgotten_after_a_while(guarded: Guarded, basic: Login) -> None:
    await guarded.fail(basic, 3)
    guarded.clock.set(guarded.clock.now() - 3_600_000)  # what the clock shows does not matter
    guarded.clock.advance(15 * 60_000)
    await guarded.fail(basic, 3)


async def test_many_names_from_one_address_are_slowed_down_and_bounded(
    guarded: Guarded, basic: Login, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(20):
        await guarded.fail(basic, 1, f"name {number}")
    assert [record.getMessage() for record in caplog.records] == [
        f"many wrong passwords from {HOME}: further attempts are delayed"
    ]
    attempts = [asyncio.create_task(guarded.log_in(basic, f"name {number + 20}", "wrong")) for number in range(8)]
    await guarded.waiting(8)
    assert (await guarded.log_in(basic, "anna", "secret")).status_code == 503
    assert (await guarded.log_in(basic, "anna", "secret", ELSEWHERE)).status_code == 200
    guarded.clock.advance(250)
    assert {answer.status_code for answer in await asyncio.gather(*attempts)} == {401}


async def test_one_address_of_ipv6_is_as_good_as_the_next(guarded: Guarded, basic: Login) -> None:
    for number in range(3):
        await guarded.fail(basic, 1, address=f"2001:db8::{number}")
    attempt = asyncio.create_task(guarded.log_in(basic, "anna", "wrong", "2001:db8::ffff:4"))
    await guarded.waiting(1)
    guarded.clock.advance(1_000)
    assert (await attempt).status_code == 401


async def test_many_addresses_delay_a_person_for_two_seconds_at_most(
    guarded: Guarded, basic: Login, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(20):
        await guarded.fail(basic, 1, address=f"10.0.0.{number}")
    assert [record.getMessage() for record in caplog.records] == [
        "many wrong passwords for 'anna': further attempts are delayed"
    ]
    for number in range(6):
        attempt = asyncio.create_task(guarded.log_in(basic, "anna", "wrong", f"10.0.1.{number}"))
        await guarded.waiting(1)
        guarded.clock.advance(2_000)
        assert (await attempt).status_code == 401
    attempt = asyncio.create_task(guarded.log_in(basic, "anna", "secret"))
    await guarded.waiting(1)
    guarded.clock.advance(2_000)
    assert (await attempt).status_code == 200


async def test_equal_attempts_at_the_same_moment_are_one(guarded: Guarded, basic: Login) -> None:
    answers = await asyncio.gather(*(guarded.log_in(basic, "anna", "wrong") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {401}
    await guarded.fail(basic, 2)


async def test_hashing_is_bounded_and_holds_up_nothing_else(
    guarded: Guarded, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, lock, at_once, most = threading.Event(), threading.Lock(), 0, 0

    def slow(self: Passwords, known: str | None, password: str) -> bool:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        released.wait(60)
        with lock:
            at_once -= 1
        return False

    monkeypatch.setattr(Passwords, "_matches", slow)
    attempts = [
        asyncio.create_task(guarded.log_in(login, f"name {number}", "wrong", f"10.1.0.{number}"))
        for number in range(passwords.MOST_PENDING + 100)
    ]
    async with asyncio.timeout(180):
        while sum(attempt.done() for attempt in attempts) < 100:
            await asyncio.sleep(0)
    refused = [attempt.result() for attempt in attempts if attempt.done()]
    assert {(answer.status_code, answer.headers["retry-after"]) for answer in refused} == {(503, "1")}
    assert await anyio.to_thread.run_sync(lambda: "a thread") == "a thread"
    assert (await guarded.client(HOME).get("/engine-rest/engine")).status_code == 200
    released.set()
    answers = await asyncio.gather(*attempts)
    assert sorted(answer.status_code for answer in answers) == [login.refused] * passwords.MOST_PENDING + [503] * 100
    assert most <= passwords.AT_ONCE


@pytest.mark.parametrize("kind", TOKENS)
async def test_who_tries_many_tokens_waits_for_the_answer_and_good_ones_never_wait(
    guarded: Guarded, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    path, headers = TOKENS[kind]
    good = await guarded.services.run(lambda unit: tokens.issue(unit, KINDS[kind], "anna", None))

    async def ask(token: str, address: str = HOME) -> int:
        return (await guarded.client(address).get(path, headers=headers(token))).status_code

    assert {await ask(f"{number:040x}") for number in range(99)} == {401}
    attempts = [asyncio.create_task(ask(f"{number:040x}")) for number in range(100, 108)]
    await guarded.waiting(8)
    assert await ask("f" * 40, ELSEWHERE) == 401
    assert await ask(good) == 200
    guarded.clock.advance(4_000)
    assert await asyncio.gather(*attempts) == [401] * 8
    assert [record.getMessage() for record in caplog.records] == [
        f"many wrong tokens from {HOME}: answers to further ones are delayed"
    ]
    guarded.clock.advance(60_000)
    assert {await ask(f"{number:040x}") for number in range(50)} == {401}


@pytest.mark.parametrize("kind", TOKENS)
async def test_of_many_wrong_tokens_at_once_few_wait_and_the_others_are_refused(guarded: Guarded, kind: str) -> None:
    path, headers = TOKENS[kind]

    async def ask(token: str) -> httpx.Response:
        return await guarded.client(HOME).get(path, headers=headers(token))

    good = await guarded.services.run(lambda unit: tokens.issue(unit, KINDS[kind], "anna", None))
    for number in range(99):
        assert (await ask(f"{number:040x}")).status_code == 401
    attempts = [asyncio.create_task(ask(f"{number:040x}")) for number in range(100, 120)]
    async with asyncio.timeout(180):
        while sum(attempt.done() for attempt in attempts) < 12:
            await asyncio.sleep(0)
    refused = [attempt.result() for attempt in attempts if attempt.done()]
    assert {answer.status_code for answer in refused} == {503}
    assert all(int(answer.headers["retry-after"]) in range(1, 5) for answer in refused)
    assert all("Too many attempts" in answer.text for answer in refused)
    assert (await ask(good)).status_code == 200
    assert guarded.services.guesses.waiting == 8
    guarded.clock.advance(4_000)
    answers = await asyncio.gather(*attempts)
    assert sorted(answer.status_code for answer in answers) == [401] * 8 + [503] * 12


async def test_an_address_that_is_none_fills_neither_memory_nor_log(
    guarded: Guarded, basic: Login, caplog: pytest.LogCaptureFixture
) -> None:
    made_up = "x" * 60_000
    await guarded.fail(basic, 3, address=made_up)
    assert max(len(record.getMessage()) for record in caplog.records) < 200
    tables = (guarded.services.guesses._addresses, guarded.services.guesses._pairs)
    assert all(len(repr(list(table._entries))) < 1_000 for table in tables)


async def test_nobody_is_slowed_down_where_that_is_switched_off(database_url: str) -> None:
    settings = Settings(database_url=database_url, camunda_auth=Auth.BASIC, access_log=False, slow_guesses=False)
    async with application(settings, ManualClock()) as (app, services), AsyncExitStack() as stack:
        await services.run(partial(identity.add_user, name="anna", password_hash=hashed("secret")))
        open_server = Guarded(app, services, ManualClock(), {}, stack)
        await open_server.fail(LOGINS["camunda"], 30)
        path, headers = TOKENS["worldserver"]
        for number in range(110):
            answer = await open_server.client(HOME).get(path, headers=headers(f"{number:040x}"))
            assert answer.status_code == 401


async def test_a_server_that_stops_answers_who_waits(guarded: Guarded, basic: Login) -> None:
    await guarded.fail(basic, 3)
    attempt = asyncio.create_task(guarded.log_in(basic, "anna", "another"))
    await guarded.waiting(1)
    guarded.services.guesses.end_waiting()
    assert (await attempt).status_code == 401
