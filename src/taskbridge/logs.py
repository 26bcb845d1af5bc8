"""What the program says of itself on stderr: a line per event, as JSON or as text.

The lines of requests (``access_log``) have the same two forms.
"""

import json
import logging
import sys
import threading
import time
from functools import lru_cache

from taskbridge import request_ids
from taskbridge.settings import LogFormat

log = logging.getLogger("taskbridge")


class _Json(logging.Formatter):
    """A record as one line of JSON, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, object] = {
            "time": moment(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := getattr(record, "request", None):
            event["request"] = request
        if record.exc_info:
            event["traceback"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False)


class _Text(logging.Formatter):
    """A record as a line for people, and behind it the lines of its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        # What comes from outside may hold line ends; an event has one line.
        message = " ".join(record.getMessage().split())
        request = getattr(record, "request", None)
        line = f"{moment(record.created)} {record.levelname.lower()} {record.name}: {message}"
        line += f" [{request}]" if request else ""
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def are_json(format_: LogFormat) -> bool:
    """Whether stderr gets lines of JSON: what AUTO stands for depends on where stderr goes."""
    return not sys.stderr.isatty() if format_ is LogFormat.AUTO else format_ is LogFormat.JSON


def configure(level: int = logging.INFO, *, json: bool = True) -> None:
    """Send every log record of the process to stderr, what Python itself has to say included."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if json else _Text())
    handler.addFilter(request_ids.note)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("alembic", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    threading.excepthook = _thread_ended


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread else "a thread"
    if ended.exc_value is not None:
        log.error("%s ended by an error", name, exc_info=ended.exc_value)


def moment(seconds: float) -> str:
    """A moment, in seconds since 1970, as logs have it: ISO 8601 with milliseconds, in UTC."""
    return f"{_whole_second(int(seconds))}.{int(seconds % 1 * 1000):03d}Z"


@lru_cache(maxsize=4)
def _whole_second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
