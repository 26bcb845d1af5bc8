"""Signals between the nodes of one PostgreSQL database: LISTEN and NOTIFY, feeding ``Signals``. On the event loop.

Notices are sent after the commit, by a connection of their own: a NOTIFY inside the transaction would cost every work a
round trip and make commits queue behind each other. A node that dies in between leaves others to their regular look.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from psycopg import AsyncConnection

from taskbridge.store.errors import DatabaseUnavailable
from taskbridge.store.signals import Signals

#: The server refuses payloads of 8000 bytes and more.
_LONGEST = 7999
_RETRY_SECONDS = 1.0
_NOTIFY = b"SELECT pg_notify('taskbridge', note) FROM unnest(%s::text[]) AS note"


class Notices:
    """One listening and one sending connection, each opened again when it breaks."""

    def __init__(self, connect_args: Mapping[str, Any], signals: Signals) -> None:
        self._connect_args = connect_args
        self._signals = signals
        self._pending: dict[str, None] = {}
        self._something_pending = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Listen from now on. Raises DatabaseUnavailable."""
        try:
            self._listener = await self._connect()
            await self._listener.execute(b"LISTEN taskbridge")
            self._sender = await self._connect()
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(str(error)) from error
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._send())]

    async def close(self) -> None:
        """Stop; what was not sent yet is dropped."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._listener.close()
        await self._sender.close()

    def publish(self, channel: str, payload: str) -> None:
        """Send to the other nodes, soon; equal notices that wait together are sent once."""
        self._pending[_note(channel, payload)] = None
        self._something_pending.set()

    async def _connect(self) -> AsyncConnection[Any]:
        return await AsyncConnection.connect(**self._connect_args, autocommit=True)

    async def _listen(self) -> None:
        while True:
            try:
                async for notice in self._listener.notifies():
                    if notice.pid != self._sender.info.backend_pid:
                        self._deliver(notice.payload)
            except psycopg.OperationalError:
                await self._listener.close()
                await self._listen_again()

    async def _listen_again(self) -> None:
        self._listener = await self._connect_patiently()
        with contextlib.suppress(psycopg.OperationalError):
            await self._listener.execute(b"LISTEN taskbridge")
        # Whatever was said meanwhile was missed.
        self._signals.wake_all()

    async def _send(self) -> None:
        while True:
            await self._something_pending.wait()
            self._something_pending.clear()
            notes, self._pending = list(self._pending), {}
            await self._send_notes(notes)

    async def _send_notes(self, notes: Iterable[str]) -> None:
        try:
            await self._sender.execute(_NOTIFY, [list(notes)])
        except psycopg.OperationalError:
            await self._sender.close()
            self._sender = await self._connect_patiently()
            self._pending.update(dict.fromkeys(notes))
            self._something_pending.set()

    async def _connect_patiently(self) -> AsyncConnection[Any]:
        while True:
            try:
                return await self._connect()
            except psycopg.OperationalError:
                await asyncio.sleep(_RETRY_SECONDS)

    def _deliver(self, note: str) -> None:
        channel, separator, payload = note.partition(" ")
        if separator:
            self._signals.deliver(channel, payload)
        else:
            self._signals.wake_channel(channel)


def _note(channel: str, payload: str) -> str:
    """``channel payload``; the channel alone, which wakes all its waiters, when the payload cannot be sent."""
    note = f"{channel} {payload}"
    return channel if "\0" in note or len(note.encode(errors="replace")) > _LONGEST else note
