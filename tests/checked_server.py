"""The ``taskbridge`` command, with every answer held against its document before the client gets it.

Tests let the vendors' own clients speak to it: those cannot check what they are sent. It writes a line of JSON for
every answer to the file that ``CHECKED_ANSWERS`` names: method, path, status, what is wrong with it, and whether a test
had asked by itself.
"""

import contextlib
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from taskbridge import app
from taskbridge.__main__ import run
from taskbridge.access_log import Application
from taskbridge.clock import Clock
from taskbridge.service.unit import Services
from taskbridge.settings import Settings
from tests import answers

FILE = "CHECKED_ANSWERS"
Message = MutableMapping[str, Any]
Started = tuple[Application, Services]


@dataclass
class _Answer:
    """What was sent so far."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)

    def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode().lower(): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


@dataclass
class Checked:
    """An ASGI application around another, which it leaves as it is."""

    application: Application
    told: TextIO

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Pass the request on, and check how it was answered."""
        answer = _Answer()

        async def seen(message: Message) -> None:
            answer.take(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                self._check(scope, answer)
            await send(message)

        await self.application(scope, receive, seen)

    def _check(self, scope: Message, answer: _Answer) -> None:
        path = scope["raw_path"].decode("latin-1")
        wrong = answers.problems(scope["method"], path, answer.status, answer.headers, bytes(answer.body))
        by_test = any(name == answers.BY_TEST.encode() for name, _ in scope["headers"])
        self.told.write(json.dumps([scope["method"], path, answer.status, wrong, by_test]) + "\n")
        self.told.flush()


def main() -> None:
    """Run the command."""
    whole = app.application
    with Path(os.environ[FILE]).open("a") as told:

        @contextlib.asynccontextmanager
        async def checked(
            settings: Settings,
            clock: Clock | None = None,
            prepare: Callable[[Services], Awaitable[bool]] | None = None,
        ) -> AsyncIterator[tuple[Application, Services]]:
            async with whole(settings, clock, prepare) as (application, services):
                yield Checked(application, told), services

        app.application = checked
        run()


if __name__ == "__main__":
    main()
