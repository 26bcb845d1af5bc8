"""Fuzzes all four APIs until a number of cases is reached: ``fuzz.py --cases 100000 --seed 7``.

Every round has servers and databases of its own and a seed of its own (``--seed``, and one more each time), so that a
round can be run again alone. Failures are printed with the commands that show them, and end the run with status 1.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.fuzzing.plan import Tally
from tests.fuzzing.runs import DOCUMENTS, Effort, Outcome, fuzz

#: Strangers are turned away by every operation in the short run already.
EFFORT = Effort(examples=50, head=5, stride=10, strangers=False)


def rounds(documents: list[str], seed: int, workers: int) -> Iterator[list[Outcome]]:
    """One round after another, without an end: what came of each document."""
    with ThreadPoolExecutor(workers) as pool, tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        for number in count(seed):
            folders = {document: Path(place) / f"{document}-{number}" for document in documents}
            for folder in folders.values():
                folder.mkdir()
            runs = [pool.submit(fuzz, one, folder, seed=number, effort=EFFORT) for one, folder in folders.items()]
            yield [run.result() for run in runs]


def told(totals: dict[str, Tally], failures: list[Outcome]) -> None:
    """Print what came of it all."""
    whole: Counter[str] = Counter()
    for document, tally in totals.items():
        phases = ", ".join(f"{name} {number:,}" for name, number in sorted(tally.phases.items()))
        reached = f"{len(tally.succeeded)} of {len(tally.statuses)} operations that were asked reached success"
        print(f"{document:<12}{tally.cases:>9,} cases ({phases}); {reached}")
        whole.update(tally.phases)
    print(f"{'together':<12}{whole.total():>9,} cases, {len(failures)} runs with failures")
    for outcome in failures:
        print(f"\n--- {outcome.document}, seed {outcome.seed}\n{outcome.problems}")


def main() -> None:
    """Fuzz, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000, help="requests to send at least (default: 100,000)")
    parser.add_argument("--seed", type=int, default=1, help="of the first round (default: 1)")
    parser.add_argument("--document", choices=DOCUMENTS, action="append", help="only this one; may be repeated")
    parser.add_argument("--workers", type=int, default=2, help="runs at the same time (default: 2)")
    wanted = parser.parse_args()
    totals: dict[str, Tally] = {}
    failures = []
    cases = 0
    for outcomes in rounds(wanted.document or list(DOCUMENTS), wanted.seed, wanted.workers):
        for outcome in outcomes:
            totals.setdefault(outcome.document, Tally()).merge(outcome.tally)
            failures += [outcome] if outcome.problems else []
            cases += outcome.tally.cases
            wrong = ", FAILED" if outcome.problems else ""
            print(f"{cases:>9,}  {outcome.document}, seed {outcome.seed}: {outcome}{wrong}", flush=True)
        if cases >= wanted.cases:
            break
    told(totals, failures)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
