"""User types and their rights: who may do what to which type of resource.

A user is of one type at most. Administrators may do everything; who is of no type may work on tasks and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from taskbridge.service.errors import Refused
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.store import catalogue
from taskbridge.store.catalogue import ProfileRow, RightRow

TASK, PROJECT, PROJECT_GROUP = "TASK", "PROJECT", "PROJECT_GROUP"

#: Every right there is: resource type -> actions.
RIGHTS: Mapping[str, frozenset[str]] = {
    TASK: frozenset(
        {"CLAIM", "UNCLAIM", "COMPLETE", "CANCEL", "ASSIGN", "UPDATE", "INCLUDE COST", "EXCLUDE COST"},
    ),
    PROJECT: frozenset({"COMPLETE", "CANCEL"}),
    PROJECT_GROUP: frozenset({"CREATE"}),
}
#: What users of no type may do.
WORKING = frozenset(RightRow(TASK, action) for action in ("CLAIM", "UNCLAIM", "COMPLETE"))


@dataclass(frozen=True, slots=True)
class Doer:
    """Who acts, and what his user type allows."""

    person: Person
    user_type: ProfileRow | None
    rights: frozenset[RightRow]

    def allowed(self, action: str, resource_type: str) -> bool:
        """Whether the rights suffice."""
        return self.person.admin or RightRow(resource_type, action) in self.rights

    def require(self, action: str, resource_type: str, identifier: object = None) -> None:
        """Go on only where the rights suffice. Raises Refused."""
        if not self.allowed(action, resource_type):
            raise Refused(action, resource_type, identifier)


def doer(unit: Unit, person: Person) -> Doer:
    """A person with the rights of his user type."""
    found = catalogue.profiles(unit.tx, [person.name])
    if not found:
        return Doer(person, None, WORKING)
    return Doer(person, found[0], frozenset(catalogue.rights(unit.tx, found[0].user_type_id)))
