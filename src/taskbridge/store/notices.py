"""Signals between the nodes of one PostgreSQL database: LISTEN and NOTIFY, feeding ``Signals``. On the event loop.

Notices are sent after the commit, by a connection of their own: a NOTIFY inside the transaction would cost every work a
round trip and make commits queue behind each other. What a node that dies in between has not sent is lost: long polls
for external tasks get the task by the sweep (``service/expiries.py``), and job runners look again after a second.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import psycopg

from taskbridge.store.availability import Availability, pause_before
from taskbridge.store.errors import DatabaseUnavailable
from taskbridge.store.outages import Outages
from taskbridge.store.postgresql_driver import BoundedAsyncConnection
from taskbridge.store.signals import Signals

log = logging.getLogger("taskbridge.store")

#: The server refuses payloads of 8000 bytes and more.
_LONGEST = 7999
#: Seconds without a notice after which the listening connection is asked whether it is alive.
_HEARTBEAT_SECONDS = 2.0
_LISTEN = b"LISTEN taskbridge"
_NOTIFY = b"SELECT pg_notify('taskbridge', note) FROM unnest(%s::text[]) AS note"


class Notices:
    """One listening and one sending connection, each opened again whenever it breaks, after any number of failures."""

    def __init__(
        self, arguments: Mapping[str, Any], signals: Signals, availability: Availability, outages: Outages
    ) -> None:
        self._arguments = arguments
        self._signals = signals
        self._availability = availability
        self._outages = outages
        self._pending: dict[str, None] = {}
        self._something_pending = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._own_pid = 0

    async def open(self) -> None:
        """Listen from now on. Raises DatabaseUnavailable."""
        try:
            self._listener = await self._connect(_LISTEN)
            try:
                self._sender = await self._connect()
            except BaseException:
                await self._listener.close()
                raise
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(str(error)) from error
        self._own_pid = self._sender.info.backend_pid
        self._tasks = [
            asyncio.create_task(self._repeat(self._listen, self._listen_again), name="notices of other nodes"),
            asyncio.create_task(self._repeat(self._send, self._connect_sender_again), name="notices to other nodes"),
        ]

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

    async def _connect(self, first: bytes | None = None) -> BoundedAsyncConnection:
        connection = await BoundedAsyncConnection.connect(**self._arguments, autocommit=True)
        try:
            if first is not None:
                await connection.execute(first)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _repeat(self, work: Callable[[], Awaitable[None]], again: Callable[[], Awaitable[None]]) -> None:
        """Do a work until it fails, connect again, and so on: whatever happens, the node must not turn deaf or dumb."""
        attempt = 0
        step = work
        while True:
            try:
                await step()
                step, attempt = work, 0
            except (Exception, asyncio.CancelledError) as error:  # the edge of the task: nobody awaits it
                if (task := asyncio.current_task()) is None or task.cancelling():
                    raise
                self._report(error)
                if step is again:
                    await asyncio.sleep(pause_before(attempt))
                    attempt += 1
                step = again

    def _report(self, error: BaseException) -> None:
        if isinstance(error, psycopg.OperationalError):
            self._outages.failed(error)
        else:
            log.error("notices between nodes failed", exc_info=error)

    async def _listen(self) -> None:
        while True:
            async for notice in self._listener.notifies(timeout=_HEARTBEAT_SECONDS):
                if notice.pid != self._own_pid:
                    self._deliver(notice.payload)
            await self._listener.execute(b"SELECT 1")
            self._outages.over()

    async def _listen_again(self) -> None:
        await self._listener.close()
        self._listener = await self._connect(_LISTEN)
        # The sender may still seem to be connected to the server that was lost. On the new one its process id may be
        # that of another node's sender.
        self._own_pid = 0
        self._availability.succeeded()
        self._outages.over()
        # Whatever was said meanwhile was missed.
        self._signals.wake_all()

    async def _send(self) -> None:
        while True:
            await self._something_pending.wait()
            self._something_pending.clear()
            notes, self._pending = self._pending, {}
            try:
                await self._notify(notes)
            except psycopg.OperationalError:
                raise
            except Exception:
                # Such as a payload with a character that the database's encoding lacks. More are woken than need be.
                log.warning("the payloads of %d notices are left out", len(notes), exc_info=True)
                await self._notify(dict.fromkeys(note.partition(" ")[0] for note in notes))

    async def _notify(self, notes: dict[str, None]) -> None:
        """Send, on a connection that is then known to be alive; what could not be sent for want of it still waits."""
        try:
            await self._sender.execute(_NOTIFY, [list(notes)])
        except psycopg.OperationalError:
            self._pending = notes | self._pending
            raise
        self._own_pid = self._sender.info.backend_pid

    async def _connect_sender_again(self) -> None:
        await self._sender.close()
        self._sender = await self._connect()
        self._own_pid = self._sender.info.backend_pid
        if self._pending:
            self._something_pending.set()

    def _deliver(self, note: str) -> None:
        channel, separator, payload = note.partition(" ")
        if separator:
            self._signals.deliver(channel, payload)
        else:
            self._signals.wake_channel(channel)


def _note(channel: str, payload: str) -> str:
    """``channel payload``; the channel alone, which wakes all its waiters, when the payload cannot be sent."""
    note = f"{channel} {payload}"
    try:
        sendable = "\0" not in note and len(note.encode()) <= _LONGEST
    except UnicodeEncodeError:
        sendable = False
    return note if sendable else channel
