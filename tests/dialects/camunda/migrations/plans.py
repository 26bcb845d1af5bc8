"""The plans that are compared with the real server's."""

from pathlib import Path

_FOLDER = Path(__file__).parent
PROPOSED = _FOLDER / "proposed.jsonl"
REPORTED = _FOLDER / "reported.jsonl"
PAIRS: list[tuple[str, str]] = []
CHECKED: list[tuple[str, str, list[str]]] = []
