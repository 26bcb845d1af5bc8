"""The tables of ``docs/explanation/access.md``: what each caller gets of each operation, per API."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from taskbridge.service.access import Hidden, Policy, Sight
from taskbridge.spec.document import Operation
from tests.conformance.access.asking import Answered, Ask
from tests.conformance.access.world import TITLES, Caller

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "access.md"
_NAMES = {"alfresco": "Alfresco", "camunda": "Camunda", "digioffice": "DigiOffice", "worldserver": "WorldServer"}
_HIDDEN = {Hidden.FORBIDDEN: "forbidden", Hidden.NOT_FOUND: "not found"}


@dataclass(frozen=True)
class Row:
    """An operation, how it was asked, and what each caller got."""

    operation: Operation
    ask: Ask
    answers: Mapping[Caller, Answered]

    def __str__(self) -> str:
        cells = (f"`{self.operation.operation_id}`", self.ask.about, *(str(self.answers[one]) for one in Caller))
        return f"| {' | '.join(cells)} |"


def section(api: str, policy: Policy, rows: Sequence[Row]) -> str:
    """The section of an API."""
    head = ("operation", "of", *(TITLES[one] for one in Caller))
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *map(str, rows)]
    return f"## {_NAMES[api]}\n{_described(policy)}\n\n" + "\n".join(lines) + "\n"


def _described(policy: Policy) -> str:
    said = f"Policy *{policy.name}*: people see {policy.sight.value}."
    if policy.sight is Sight.EVERYTHING:
        return said
    said += f" What belongs to another network is {_HIDDEN[policy.foreign]}; what somebody has nothing to do with is"
    said += f" {_HIDDEN[policy.unrelated]}."
    if policy.free:
        said += " A task without an assignee and without candidates is for everybody of its network."
    return said if policy.pooled else said + " What is offered to a group is seen by its members, and not listed."


def write(api: str, policy: Policy, rows: Sequence[Row]) -> None:
    """Write the section of an API into the page, in the place of the one that is there."""
    told, text = section(api, policy, rows), PAGE.read_text()
    former = re.compile(rf"## {_NAMES[api]}\n.*?(?=\n## |\Z)", re.DOTALL)
    PAGE.write_text(former.sub(lambda _: told, text) if former.search(text) else f"{text}\n{told}")
