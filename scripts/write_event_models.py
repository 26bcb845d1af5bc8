"""Writes the models of ``event_models`` into their folders of tests/models, and removes what is not among them."""

import sys
from pathlib import Path

from event_models import (
    boundaries,
    calls,
    catching,
    compensation,
    crossings,
    event_subprocesses,
    handing_back,
    ignored,
    listener_effects,
    listening,
    refused,
    starts,
    throwing,
    transactions,
)
from event_models.definitions import Models

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "models"
_EVENTS = (starts, event_subprocesses, catching, boundaries, throwing, ignored, compensation, transactions)
_RUN = (*(("events", module) for module in _EVENTS), ("listeners", listening), ("listeners", listener_effects))


def models() -> Models:
    """All models, by the names of their files below ``FOLDER``.

    Those that run stand in ``events``, in ``calls`` where processes call others, in ``listeners``, and in
    ``crossings`` where several instances, calls and compensation meet; the rest in ``refused``.
    """
    found = {f"refused/{name}.bpmn": content for name, content in refused.models().items()}
    for folder, module in _RUN:
        made = {f"{folder}/{name}.bpmn": content for name, content in module.models().items()}
        if twice := found.keys() & made.keys():
            raise ValueError(f"two models of one name: {sorted(twice)}")
        found |= made
    found |= {f"calls/{name}.bpmn": content for name, content in calls.models().items()}
    met = crossings.models() | handing_back.models()
    return found | {f"crossings/{name}.bpmn": content for name, content in met.items()}


def main() -> int:
    """Write the folders anew."""
    made = models()
    for folder in ("events", "calls", "listeners", "crossings", "refused"):
        (FOLDER / folder).mkdir(exist_ok=True)
        for file in (FOLDER / folder).glob("*.bpmn"):
            file.unlink()
    for name, content in made.items():
        (FOLDER / name).write_bytes(content)
    print(f"{len(made)} models in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
