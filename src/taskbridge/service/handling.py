"""The settings that say what becomes of the parts of a model that the vendor's engine carries out itself.

Their names and values are the same as options, in a deployment's form, and in the hints of a refusal.
"""

from collections.abc import Iterator
from typing import NamedTuple

from taskbridge.kinds import Handling
from taskbridge.settings import Delegates, JavaListeners


class Remedy(NamedTuple):
    """A setting that would let a model run: its name, its value, and what it does, as a hint has it."""

    name: str
    value: str
    effect: str

    @property
    def text(self) -> str:
        """The setting as people write it."""
        return f"{self.name}={self.value}"


#: The name of each setting, in a form.
DELEGATES, JAVA_LISTENERS = "delegates", "java-listeners"
_REMEDIES = {
    Handling.WORKERS: Remedy(DELEGATES, Delegates.WORKERS, "leaves it to workers"),
    Handling.WITHOUT_JAVA_LISTENERS: Remedy(JAVA_LISTENERS, JavaListeners.IGNORE, "leaves it out"),
    Handling.JAVASCRIPT: Remedy("scripts", "javascript", "lets it run"),
}


def handling(delegates: Delegates, java_listeners: JavaListeners, *, javascript: bool = False) -> Handling:
    """How models are read with these settings; ``javascript`` is whether scripts in it run."""
    workers = Handling.WORKERS if delegates is Delegates.WORKERS else Handling.PLAIN
    without = Handling.WITHOUT_JAVA_LISTENERS if java_listeners is JavaListeners.IGNORE else Handling.PLAIN
    return workers | without | (Handling.JAVASCRIPT if javascript else Handling.PLAIN)


def overridden(usual: Handling, delegates: Delegates | None, java_listeners: JavaListeners | None) -> Handling:
    """How models are read where some of the settings are given, and the others are as usual; None is not given."""
    given = (Handling.WORKERS, delegates), (Handling.WITHOUT_JAVA_LISTENERS, java_listeners)
    replaced = sum((way for way, value in given if value is not None), Handling.PLAIN)
    wanted = handling(delegates or Delegates.REFUSE, java_listeners or JavaListeners.REFUSE)
    return (usual & ~replaced) | wanted


def remedies(needed: Handling) -> Iterator[Remedy]:
    """The settings that a way of reading stands for."""
    return (remedy for way, remedy in _REMEDIES.items() if way in needed)


def with_hint(message: str, remedy: Handling) -> str:
    """The text of a problem, with the setting that would help."""
    hints = "; ".join(f"the setting {one.text} {one.effect}" for one in remedies(remedy))
    return f"{message} ({hints})" if hints else message
