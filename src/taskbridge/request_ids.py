"""The id of a request: the one that its client or a proxy in front sent, else a number of this process.

``spec`` takes it up when the request comes in; the access log and every event that is logged for the request show it.
"""

import logging
import re
import secrets
from contextvars import ContextVar
from itertools import count

#: The header that brings an id, and takes it back.
HEADER = b"x-request-id"
#: What is taken from outside: it is written into logs, so it holds neither blanks nor line ends.
_SOUND = re.compile(rb"[A-Za-z0-9._~+/=:@-]{1,128}")
#: Ids of this process begin with it, so that those of several processes differ.
_PROCESS = secrets.token_hex(4)
_numbers = count(1)
#: Of the request that the running task belongs to: a text that was sent, or a number.
_current: ContextVar[str | int | None] = ContextVar("taskbridge_request", default=None)

RequestId = str | int | None


def take_up(sent: bytes | None) -> None:
    """Begin a request, with the value of its header; one that is not sound counts as none."""
    if sent is not None and _SOUND.fullmatch(sent):
        _current.set(sent.decode("ascii"))
    else:
        _current.set(next(_numbers))


def current() -> RequestId:
    """The id of the request that the running task belongs to; None outside of requests."""
    return _current.get()


def sent_back() -> bytes | None:
    """What an answer has in its header: the id that was sent, and nothing where none was."""
    identifier = _current.get()
    return identifier.encode("ascii") if isinstance(identifier, str) else None


def shown(identifier: RequestId) -> str | None:
    """An id as logs have it. A number becomes a text only here, since most are never shown."""
    return f"{_PROCESS}-{identifier:x}" if isinstance(identifier, int) else identifier


def note(record: logging.LogRecord) -> bool:
    """A filter of log records that lets all pass and gives each the id of the request it belongs to, if to any."""
    record.request = shown(_current.get())
    return True
