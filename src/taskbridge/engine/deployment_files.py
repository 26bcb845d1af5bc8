"""The files beside a model in its deployment, from which it may have scripts. Calls nothing."""

from collections.abc import Callable
from typing import TypeAlias

#: The bytes of a file by its name; None where there is none.
Files: TypeAlias = Callable[[str], bytes | None]


def no_files(_name: str) -> bytes | None:
    """A model that stands alone."""
    return None
