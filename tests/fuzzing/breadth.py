"""How much a run must have met: where every request is turned away at the door, every answer conforms."""

from collections.abc import Iterator

from taskbridge.app import document_of
from taskbridge.spec.document import operations
from tests.fuzzing.plan import Tally

PHASES = ("examples", "coverage", "fuzzing", "stateful")

#: The share of a document's operations that must have been answered with success. Even a short run has more.
SUCCESS = 0.4


def shortcomings(document: str, tally: Tally) -> Iterator[str]:
    """What a run lacks: operations that were not asked, phases without a case, success."""
    names = {operation.operation_id for operation in operations(document_of(document))}
    if silent := sorted(names - set(tally.statuses)):
        yield f"never asked: {', '.join(silent)}"
    if empty := [phase for phase in PHASES if not tally.phases[phase]]:
        yield f"phases without a case: {', '.join(empty)}"
    if len(tally.succeeded) < SUCCESS * len(names):
        yield f"only {len(tally.succeeded)} of {len(names)} operations reached success; {SUCCESS:.0%} are wanted"
