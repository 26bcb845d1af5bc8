"""A server that is killed keeps its promises; bounded here, ``python -m tests.crash --kills 50`` does it at length."""

import asyncio
from pathlib import Path

import pytest

from tests.crash import campaign
from tests.crash.audit import Stored, problems
from tests.crash.load import Ledger


@pytest.mark.parametrize(("database", "kills"), [("sqlite", 10), ("postgresql", 5)])
def test_a_killed_server_loses_no_acknowledged_completion_and_applies_none_twice(
    request: pytest.FixtureRequest, tmp_path: Path, database: str, kills: int
) -> None:
    url = request.getfixturevalue(f"{database}_url")
    outcome = asyncio.run(campaign.run(url, tmp_path / "server.log", kills=kills, seed=kills))
    print(outcome)
    assert outcome.problems == []
    assert outcome.completed > 100
    assert outcome.broken_requests >= kills


DONE = [(11, "step1", 2), (12, "step2", 2), (13, "step3", 2)]
VARIABLES = {"passed": 3, "by_step1": "a", "by_step2": "b", "by_step3": "c"}
TASKS = [f"7a5cb21d-0004-8000-8000-{number:012x}" for number in (11, 12, 13)]
INSTANCE = f"7a5cb21d-0001-8000-8000-{10:012x}"


def stored(state: int = 2, tasks: list[tuple[int, str, int]] | None = None, **variables: object) -> Stored:
    found = Stored({10: (state, {**VARIABLES, **variables})})
    found.tasks[10] = DONE if tasks is None else tasks
    return found


def ledger() -> Ledger:
    kept = Ledger(started=[INSTANCE])
    for task, token in zip(TASKS, "abc", strict=True):
        kept.attempts[task].add(token)
        kept.acknowledge(task, token)
    return kept


def test_the_audit_finds_nothing_where_all_promises_were_kept() -> None:
    assert problems(stored(), ledger()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        stored(state=0),
        stored(tasks=DONE[:2]),
        stored(tasks=[DONE[0], (12, "step2", 0)]),
        stored(tasks=[*DONE, (14, "step3", 2)]),
        stored(passed=4),
        stored(by_step2="somebody else"),
        Stored(),
        Stored(damage=["row 3 missing from index"]),
    ],
    ids=["not ended", "lost task", "undone", "done twice", "counted twice", "another's", "lost", "damaged"],
)
def test_the_audit_finds_every_broken_promise(wrong: Stored) -> None:
    assert problems(wrong, ledger())


def test_the_audit_finds_a_completion_that_was_acknowledged_twice() -> None:
    kept = ledger()
    kept.acknowledge(TASKS[0], "a")
    assert problems(stored(), kept)
