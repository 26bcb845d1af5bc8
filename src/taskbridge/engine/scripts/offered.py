"""What scripts a file may bring, as whoever has it read says. Calls nothing."""

from collections.abc import Callable
from dataclasses import dataclass


def _no_file(_name: str) -> bytes | None:
    return None


@dataclass(frozen=True, slots=True)
class Offered:
    """Whether scripts in JavaScript may be deployed, and the files beside the model by their names."""

    javascript: bool = False
    file: Callable[[str], bytes | None] = _no_file


NOTHING = Offered()
