"""Answers to bytes on the wire, and exceptions to answers: the one road by which anything leaves.

Called by the middlewares. Whatever happens, the words are the dialect's, or ours where no dialect was addressed.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from starlette.types import Send

from taskbridge.request_ids import CURRENT, HEADER
from taskbridge.spec.calls import REASON, Answer, CallInfo
from taskbridge.spec.failures import (
    BodyTooLarge,
    Failure,
    Refused,
    TooManyBodies,
    UnexpectedError,
    UnknownPath,
    WrongMethod,
)
from taskbridge.spec.json_text import dump

logger = logging.getLogger("taskbridge.spec")

_BODILESS = (204, 304)
_PAUSE = 60.0
"""Seconds between two warnings of bodies that are too large."""
#: What every answer carries: a browser shall not take an answer for something else than its content type says.
_EVERY_ANSWER = ((b"x-content-type-options", b"nosniff"),)


async def respond(answer: Answer, call: CallInfo, send: Send) -> None:
    """Sends an answer after the dialect's last look at it. To HEAD goes everything but the body."""
    answer = call.dialect.finish(answer, call) or answer
    start, body = _messages(answer)
    if answer.reason is not None and REASON in call.scope.get("extensions", ()):
        start["reason"] = answer.reason
    call.status = answer.status
    await send(start)
    await send({"type": "http.response.body", "body": b"" if call.method == "HEAD" else body})


async def respond_to_error(error: Exception, call: CallInfo | None, send: Send) -> int:
    """Sends the answer to anything that was raised on the way of a request, unless an answer has been begun already.

    Returns the status.
    """
    if call is None:
        return await _respond_plainly(error, send)
    if call.status:
        raise error
    try:
        await respond(_answer_to(error, call), call, send)
    except Exception as worse:
        if call.status:
            raise
        call.status = await _respond_plainly(worse, send)
    return call.status


async def _respond_plainly(error: Exception, send: Send) -> int:
    """A small JSON object of our own: for paths of no dialect, and where a dialect has no words left."""
    match error:
        case UnknownPath():
            answer = Answer(404, {"message": "nothing is at this path"})
        case Refused():
            answer = Answer(error.status, {"message": error.reason})
        case _:
            logger.error("a request failed outside every dialect", exc_info=error)
            answer = Answer(500, {"message": "unexpected error"})
    await send_whole(answer, send)
    return answer.status


async def send_whole(answer: Answer, send: Send) -> None:
    """Sends an answer that no dialect has a say in."""
    start, body = _messages(answer)
    await send(start)
    await send({"type": "http.response.body", "body": body})


def _answer_to(error: Exception, call: CallInfo) -> Answer:
    if isinstance(error, Failure):
        return _failed(error, call)
    return call.dialect.error(error, call) or _failed(_logged(error, call), call)


def _failed(failure: Failure, call: CallInfo) -> Answer:
    answer = call.dialect.failure(failure, call)
    if isinstance(failure, WrongMethod) and answer.status == 405:
        # HTTP wants it there, in whatever words the rest is.
        return replace(answer, headers={**answer.headers, "Allow": ", ".join(failure.allowed)})
    if isinstance(failure, BodyTooLarge | TooManyBodies):
        if isinstance(failure, BodyTooLarge):
            _too_large.warn(failure.limit, call)
        # The rest of the body is still on its way and nobody will read it.
        return Answer(answer.status, answer.body, answer.content_type, {**answer.headers, "Connection": "close"})
    return answer


class _TooLargeWarning:
    """Tells the operator of refused bodies; once in a while, as anybody can send one."""

    def __init__(self) -> None:
        self._silent_until = 0.0

    def warn(self, limit: int, call: CallInfo) -> None:
        """Log the operation and its limit, in bytes, unless that was done shortly before."""
        now = time.monotonic()
        if now < self._silent_until:
            return
        self._silent_until = now + _PAUSE
        name = call.operation.operation_id if call.operation else "no operation"
        text = (
            "%s: a body with more than %d bytes was refused; --max-plain-body sets the limit, --max-body that of files"
        )
        logger.warning(text, name, limit)


_too_large = _TooLargeWarning()


def _logged(error: Exception, call: CallInfo) -> UnexpectedError:
    name = call.operation.operation_id if call.operation else "no operation"
    logger.error("%s %s (%s) failed unexpectedly", call.method, call.path, name, exc_info=error)
    return UnexpectedError(error)


def _messages(answer: Answer) -> tuple[dict[str, object], bytes]:
    value = answer.body
    body = value if isinstance(value, bytes) else b"" if value is None else dump(value)
    headers: list[tuple[bytes, bytes]] = [*_EVERY_ANSWER]
    if value is not None:
        headers.append(_content_type(answer.content_type))
    if answer.status not in _BODILESS:
        headers.append((b"content-length", b"%d" % len(body)))
    if answer.headers:
        headers.extend(_headers(answer.headers))
    if answer.cookies:
        headers.extend((b"set-cookie", _header(cookie)) for cookie in answer.cookies)
    if isinstance(identifier := CURRENT.get(), str):
        headers.append((HEADER, identifier.encode()))
    return {"type": "http.response.start", "status": answer.status, "headers": headers}, body


def _headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(_header(name.lower()), _header(value)) for name, value in headers.items()]


@lru_cache(maxsize=256)
def _content_type(text: str) -> tuple[bytes, bytes]:
    return b"content-type", _header(text)


def _header(text: str) -> bytes:
    if "\r" in text or "\n" in text or "\0" in text:
        raise ValueError("a header holds a line break")
    return text.encode("latin-1")
