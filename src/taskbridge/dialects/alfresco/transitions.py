"""The rules of updating a task: who may do what, and which way leads from which state.

The page "Update the state of a task" has them. Two tables, to be read beside it: where it is silent they follow
contract 7.5 and 7.7, where it speaks and the vendor's server does otherwise, the page wins (``docs/fidelity.md``).
Called by ``task_updates``.
"""

from collections.abc import Collection, Mapping
from enum import Enum

from taskbridge.dialects.alfresco.errors import AlfrescoError, invalid, literal
from taskbridge.dialects.alfresco.views.tasks import CLAIMED, COMPLETED, DELEGATED, RESOLVED, UNCLAIMED
from taskbridge.service.access import Relation
from taskbridge.service.tasks import PENDING
from taskbridge.store.activities import ActivityRow

#: What is done to a task without a change of its state.
UPDATE = "update"
STATES = (CLAIMED, UNCLAIMED, COMPLETED, DELEGATED, RESOLVED)
#: States that variables can be sent with; with others the page wants an error.
TAKES_VARIABLES = (COMPLETED, RESOLVED)

# fmt: off
#: Who may do what. The page names assignee, owner and starter for claiming, unclaiming, completing and resolving, and
#: the assignee alone for delegating. By its general rule on task actions candidates may act too: they claim.
RIGHTS: Mapping[Relation, frozenset[str]] = {
    Relation.ADMIN:           frozenset({UPDATE, CLAIMED, UNCLAIMED, COMPLETED, DELEGATED, RESOLVED}),
    Relation.ASSIGNEE:        frozenset({UPDATE, CLAIMED, UNCLAIMED, COMPLETED, DELEGATED, RESOLVED}),
    Relation.OWNER:           frozenset({UPDATE, CLAIMED, UNCLAIMED, COMPLETED,            RESOLVED}),
    Relation.STARTER:         frozenset({UPDATE, CLAIMED, UNCLAIMED, COMPLETED,            RESOLVED}),
    Relation.CANDIDATE_GROUP: frozenset({        CLAIMED}),
    Relation.CANDIDATE_USER:  frozenset({        CLAIMED}),
}
#: What members of a candidate group may do beyond that while nobody has the task (contract 7.5).
POOL_RIGHTS = frozenset({UPDATE})


class Standing(Enum):
    """How an open task stands for the caller."""

    FREE = "has no assignee"
    OWN = "is the caller's"
    TAKEN = "is another's"
    LENT = "is delegated to the caller and not resolved"
    LENT_ELSEWHERE = "is delegated to another and not resolved"


class Outcome(Enum):
    """What comes of a transition that the caller may ask for."""

    DONE = "it is done"
    TAKEN = "the task is another's"
    ILLEGAL = "it is an illegal transition"


_DONE, _TAKEN, _ILLEGAL = Outcome.DONE, Outcome.TAKEN, Outcome.ILLEGAL
#: Which way leads from where (contract 7.7). A delegated task has to be resolved before it can be completed.
OUTCOMES: Mapping[Standing, Mapping[str, Outcome]] = {
    standing: dict(zip(STATES, outcomes, strict=True))
    for standing, outcomes in {
        #                         claimed  unclaimed  completed  delegated  resolved
        Standing.FREE:           (_DONE,   _DONE,     _DONE,     _DONE,     _DONE),
        Standing.OWN:            (_DONE,   _DONE,     _DONE,     _DONE,     _DONE),
        Standing.TAKEN:          (_TAKEN,  _DONE,     _DONE,     _DONE,     _DONE),
        Standing.LENT:           (_DONE,   _DONE,     _ILLEGAL,  _DONE,     _DONE),
        Standing.LENT_ELSEWHERE: (_TAKEN,  _DONE,     _ILLEGAL,  _DONE,     _DONE),
    }.items()
}
# fmt: on

_REFUSALS: Mapping[Outcome, AlfrescoError] = {
    Outcome.TAKEN: literal(409, "The task is already claimed by another user."),
    Outcome.ILLEGAL: invalid("A delegated task cannot be completed, but should be resolved instead."),
}


def may(relations: Collection[Relation], row: ActivityRow, action: str) -> bool:
    """Whether somebody who is this to the task may do that to it."""
    if row.assignee is None and action in POOL_RIGHTS and Relation.CANDIDATE_GROUP in relations:
        return True
    return any(action in RIGHTS.get(relation, ()) for relation in relations)


def standing(row: ActivityRow, caller: str) -> Standing:
    """How an open task stands for the caller."""
    if row.assignee is None:
        return Standing.FREE
    if row.delegation == PENDING:
        return Standing.LENT if row.assignee == caller else Standing.LENT_ELSEWHERE
    return Standing.OWN if row.assignee == caller else Standing.TAKEN


def refusal(row: ActivityRow, caller: str, state: str) -> AlfrescoError | None:
    """Why the task cannot go into that state now; None when it can."""
    return _REFUSALS.get(OUTCOMES[standing(row, caller)][state])
