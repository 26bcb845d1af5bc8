"""What a server wrote to stderr, read for events that nobody foresaw."""

import json
from pathlib import Path


class ServerLog:
    """The growing file of a server's stderr."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read = 0

    def new_troubles(self) -> list[str]:
        """The events of level error, or with a traceback, since the last look."""
        with self._file.open("rb") as stream:
            stream.seek(self._read)
            lines = stream.read().splitlines(keepends=True)
        whole = [line for line in lines if line.endswith(b"\n")]
        self._read += sum(map(len, whole))
        return [text for line in whole if (text := _trouble(line))]


def _trouble(line: bytes) -> str | None:
    """What a line tells of an event that nobody foresaw."""
    text = line.decode(errors="replace").rstrip()
    try:
        event = json.loads(text)
    except json.JSONDecodeError:
        return text  # the program writes events only; anything else is Python's own last words
    if event["level"] in ("error", "critical") or "traceback" in event:
        return f"{event['message']}\n{event.get('traceback', '')}"
    return None
