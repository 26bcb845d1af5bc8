"""The web server's HTTP protocol with one thing more: an application may choose the reason phrase of an answer.

ASGI has no word for it, so it is an extension of ours (``taskbridge.spec.REASON``): a response's start may have the key
``reason``. On any other server the extension is missing, and the standard phrase is sent. Used by the command line.
"""

from asyncio import Transport
from collections.abc import Awaitable
from typing import Any, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from taskbridge.http_protocol.upgrades import NoUpgradeProtocol
from taskbridge.spec import REASON

_OFFERED: dict[str, dict[str, object]] = {REASON: {}}


class ReasonProtocol(NoUpgradeProtocol):
    """HTTP/1.1 as the server speaks it, with reason phrases by the application."""

    def on_message_begin(self) -> None:
        """Tell the application what is offered."""
        super().on_message_begin()
        cast(dict[str, Any], self.scope)["extensions"] = dict(_OFFERED)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:  # noqa: ANN401 - the server's own type
        super()._start_asgi_task(cycle, _with_reasons(app, cycle))


def _with_reasons(app: ASGIApp, cycle: RequestResponseCycle) -> Any:  # noqa: ANN401 - the server's own type
    """The application, sending with reasons. What has none goes through plain functions: no coroutine of its own."""

    def run(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        def send_with_reason(message: Message) -> Awaitable[None]:
            reason = message.get("reason")
            return send(message) if reason is None else _send(message, reason, cycle, send)

        return app(scope, receive, send_with_reason)

    return run


async def _send(message: Message, reason: str, cycle: RequestResponseCycle, send: Send) -> None:
    transport = cycle.transport
    cycle.transport = cast(Transport, _FirstLine(transport, message["status"], reason))
    try:
        await send(message)
    finally:
        cycle.transport = transport


class _FirstLine:
    """Stands in for a transport while the head of an answer is written, and writes another first line."""

    def __init__(self, transport: Transport, status: int, reason: str) -> None:
        if not (reason.isascii() and reason.isprintable()):
            raise ValueError("a reason phrase is printable ASCII")
        self._transport = transport
        self._line = f"HTTP/1.1 {status} {reason}".encode()

    def write(self, head: bytes) -> None:
        """Write the head of an answer."""
        self._transport.write(self._line + head[head.index(b"\r\n") :])
