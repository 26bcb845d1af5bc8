"""How much a run must have met: where every request is turned away at the door, every answer conforms."""

from collections.abc import Iterator

from taskbridge.app import document_of
from taskbridge.spec.document import operations
from tests.fuzzing.plan import Tally

PHASES = ("examples", "coverage", "fuzzing", "stateful")

#: The share of a document's operations that must have been answered with success, and that of those that ask for
#: credentials: some documents have so many public ones that these would do. Even a short run has more.
OF_ALL = 1 / 3
OF_SECURED = 1 / 5


def shortcomings(document: str, tally: Tally) -> Iterator[str]:
    """What a run lacks: operations that were not asked, phases without a case, success."""
    named = {operation.operation_id: operation for operation in operations(document_of(document))}
    if silent := sorted(set(named) - set(tally.statuses)):
        yield f"never asked: {', '.join(silent)}"
    if empty := [phase for phase in PHASES if not tally.phases[phase]]:
        yield f"phases without a case: {', '.join(empty)}"
    secured = {name for name, operation in named.items() if operation.secured}
    for what, names, share in (
        ("operations", set(named), OF_ALL),
        ("operations with credentials", secured, OF_SECURED),
    ):
        reached = len(names & tally.succeeded)
        if reached < share * len(names):
            yield f"only {reached} of {len(names)} {what} reached success; {share:.0%} are wanted"
