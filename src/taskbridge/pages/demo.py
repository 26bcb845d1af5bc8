"""What the pages show of a demo; the composition root fills it in, since the pages know no product's API."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A user of the demo. The password is public knowledge."""

    name: str
    password: str
    part: str


@dataclass(frozen=True)
class Step:
    """One thing to try with one API.

    `operation` is the operationId of what `command` does, in which `{origin}` stands for the scheme and host of the
    server. `login` describes how to sign in on the API's page.
    """

    api: str
    title: str
    sentence: str
    operation: str
    command: str
    login: str

    def command_at(self, origin: str) -> str:
        """The command for a server that is reached by `origin`."""
        return self.command.replace("{origin}", origin)


@dataclass(frozen=True)
class Demo:
    """What the demo is about, who takes part, and what to try, in this order."""

    story: str
    people: Sequence[Person]
    steps: Sequence[Step]
