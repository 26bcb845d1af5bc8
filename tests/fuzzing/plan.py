"""What a run of the fuzzer shall do and what came of it: written by one process, read by another."""

import json
import os
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

#: The environment variable that names the file with the plan.
VARIABLE = "FUZZING_PLAN"


@dataclass(frozen=True)
class Plan:
    """One run against one document.

    Of the systematic cases of an operation (the coverage phase), the first `head` are sent and then one in `stride`;
    `server_log` is where the server writes its events; `tally` where the run leaves its figures.
    """

    document: str
    seed: int
    head: int
    stride: int
    server_log: str
    tally: str

    def write(self, file: Path) -> None:
        """Leave it for the other process."""
        file.write_text(json.dumps(asdict(self)))

    @staticmethod
    def of_environment() -> "Plan":
        """The plan that this process was started with."""
        return Plan(**json.loads(Path(os.environ[VARIABLE]).read_text()))


@dataclass
class Tally:
    """How often each operation was answered with each status, and how many cases each phase had."""

    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    phases: Counter[str] = field(default_factory=Counter)

    def add(self, operation_id: str, status: int) -> None:
        """Count an answer of an operation."""
        self.statuses.setdefault(operation_id, Counter())[status] += 1

    def merge(self, other: "Tally") -> None:
        """Count what another run counted."""
        for operation_id, statuses in other.statuses.items():
            self.statuses.setdefault(operation_id, Counter()).update(statuses)
        self.phases.update(other.phases)

    @property
    def cases(self) -> int:
        """How many requests were sent."""
        return self.phases.total()

    @property
    def succeeded(self) -> set[str]:
        """The operations that were ever answered with success."""
        return {name for name, statuses in self.statuses.items() if any(200 <= status < 300 for status in statuses)}

    def write(self, file: Path) -> None:
        """Leave it for the other process."""
        file.write_text(json.dumps({"statuses": self.statuses, "phases": self.phases}))

    @staticmethod
    def read(file: Path) -> "Tally":
        """What the other process left; nothing, when it ended before it could."""
        if not file.exists():
            return Tally()
        told = json.loads(file.read_text())
        statuses = {
            name: Counter({int(status): number for status, number in counts.items()})
            for name, counts in told["statuses"].items()
        }
        return Tally(statuses, Counter(told["phases"]))
