"""The id of a request: the one that its client or a proxy in front sent, else the moment at which it came in.

``spec`` takes it up when the request comes in; the access log and every event that is logged for the request show it.
"""

import logging
import re
import secrets
from contextvars import ContextVar

#: The header that brings an id, and takes it back.
HEADER = b"x-request-id"
#: What is taken from outside: it is written into logs, so it holds neither blanks nor line ends.
_SOUND = re.compile(rb"[A-Za-z0-9._~+/=:@-]{1,128}")
#: Ids of this process begin with it, so that those of several processes differ.
_PROCESS = secrets.token_hex(4)
RequestId = str | float | None
#: Of the request that the running task belongs to: a text that was sent, or the seconds of ``time.perf_counter`` at
#: which it came in, which no two have in common. Set and read without a function in between: each request does both.
CURRENT: ContextVar[RequestId] = ContextVar("taskbridge_request", default=None)


def take_up(sent: bytes) -> None:
    """Give the request the id that its header brought; one that is not sound counts as none."""
    if _SOUND.fullmatch(sent):
        CURRENT.set(sent.decode("ascii"))


def shown(identifier: RequestId) -> str | None:
    """An id as logs have it. A moment becomes a text only here, since most are never shown."""
    return f"{_PROCESS}-{round(identifier * 1e9):x}" if isinstance(identifier, float) else identifier


def note(record: logging.LogRecord) -> bool:
    """A filter of log records that lets all pass and gives each the id of the request it belongs to, if to any."""
    record.request = shown(CURRENT.get())
    return True
