"""Figures that the tests tell at their end: how much was checked, beside whether it was right."""

_LINES: dict[str, str] = {}


def figure(name: str, text: str) -> None:
    """Tell a figure at the end of the run; a later one of the same name takes its place."""
    _LINES[name] = text


def lines() -> list[str]:
    """What was told, a line each."""
    return [f"{name}: {text}" for name, text in _LINES.items()]
