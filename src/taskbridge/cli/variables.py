"""Variables of the environment that look as if they were for the program, and are not."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from taskbridge.settings import PREFIX, declared


def unknown_variables(names: Iterable[str]) -> list[str]:
    """A sentence for each name that begins like a variable of the program, and that no setting and no option has."""
    known = {variable for one in declared() for variable in (one.variable, PREFIX + one.name.upper())}
    strange = sorted(name for name in names if name.upper().startswith(PREFIX) and name.upper() not in known)
    if strange:
        known.update(_of_commands())
    return [f"{name} is unknown{_nearest(name, known)}" for name in strange if name.upper() not in known]


def _nearest(name: str, known: Iterable[str]) -> str:
    words = {one.removeprefix(PREFIX): one for one in sorted(known)}  # with the prefix all are alike
    found = get_close_matches(name.upper().removeprefix(PREFIX), words, n=1)
    return f"; did you mean {words[found[0]]}?" if found else ""


def _of_commands() -> Iterator[str]:
    """The variables of all options of all commands."""
    from taskbridge.cli.program import COMMANDS  # noqa: PLC0415 - it is what loads this

    for entry in COMMANDS:
        yield from _of(entry.load())


def _of(command: Any) -> Iterator[str]:  # noqa: ANN401 - of Typer's two kinds
    for param in command.params:
        if isinstance(param.envvar, str):
            yield param.envvar
    for inner in getattr(command, "commands", {}).values():
        yield from _of(inner)
