"""Figures that the tests tell at their end: how much was checked, beside whether it was right."""

_LINES: dict[str, str] = {}


def figure(name: str, text: str) -> None:
    """Tell a figure at the end of the run; a later one of the same name takes its place."""
    _LINES[name] = text


def handed_over() -> dict[str, str]:
    """Every figure, for the process that prints them."""
    return dict(_LINES)


def taken_over(others: dict[str, str]) -> None:
    """Figures of another process of the same run."""
    _LINES.update(others)


def lines() -> list[str]:
    """What was told, a line each."""
    return [f"{name}: {text}" for name, text in sorted(_LINES.items())]
