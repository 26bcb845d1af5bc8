"""Recorded runs are read, found, and compared with: those of the driver, and those that have no steps."""

from io import StringIO
from pathlib import Path

import pytest

from model_driver.driving import Drive
from model_driver.models import Model
from model_driver.recordings import Recordings, read, timeless
from model_driver.rest import Server
from tests.model_driver.test_running import named

pytestmark = pytest.mark.anyio

FLAT = {
    "key": "ParallelBranches",
    "waiting": [["beside", "externalTask"], ["externalTask"]],
    "end": "ended",
    "visited": ["start", "whatever a server without history cannot show"],
}


def flat(**changes: object) -> Recordings:
    """A recording without steps."""
    return Recordings([{"model": "vendor/ParallelBranches.bpmn", "runs": [FLAT | changes]}])


async def test_a_run_is_compared_with_a_recording_without_steps(server: Server) -> None:
    assert flat().policies == ["tasks"]
    assert await Drive((server,), flat()).through([named("ParallelBranches")], ["tasks"])


@pytest.mark.parametrize(
    "changes",
    [
        {"waiting": [["beside", "externalTask"], ["beside"]]},
        {"waiting": [["beside", "externalTask"]]},
        {"end": "waiting"},
        {"key": "another"},
    ],
)
async def test_a_run_differs_from_a_recording_without_steps(server: Server, changes: dict[str, object]) -> None:
    assert not await Drive((server,), flat(**changes)).through([named("ParallelBranches")], ["tasks"])


async def test_what_the_driver_recorded_it_can_compare_with(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models, policies = [named("ParallelBranches"), named("UserDecision")], ["errors-first", "last"]
    file = StringIO()
    await Drive((server,), record=file).through(models, policies)
    (tmp_path / "runs.jsonl").write_text(file.getvalue(), encoding="utf-8")
    recorded = read(tmp_path / "runs.jsonl")
    assert recorded.policies == policies
    capsys.readouterr()
    assert await Drive((server,), recorded).through(models, policies)
    printed = capsys.readouterr().out
    assert printed.count("agree    ") == 3  # one of them goes the same way by both policies
    assert "1 not run, as recorded by another policy\n1 agree, 0 differ" in printed
    assert file.getvalue().count('"as": "errors-first"') == 1
    assert "not among these models" not in printed


async def test_a_model_without_a_recording_is_no_agreement(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert not await Drive((server,), flat()).through([named("ParallelBranches"), named("P1")], ["tasks"])
    printed = capsys.readouterr().out
    assert "agree    ParallelBranches.bpmn" in printed
    assert "not recorded P1.bpmn" in printed
    assert "0 broke off, 1 not recorded, 0 not run, as recorded by another policy\n1 agree, 0 differ" in printed


async def test_a_model_that_is_refused_though_it_was_recorded_is_no_agreement(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Model("ParallelBranches.bpmn", b"no XML")
    assert not await Drive((server,), flat()).through([broken], ["tasks"])
    assert "0 deploy on both sides, 0 only on http" in capsys.readouterr().out


async def test_a_refusal_that_was_recorded_is_no_difference(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    refused = Recordings([{"model": "broken.bpmn", "runs": [], "refused": {"message": "no XML"}}])
    assert await Drive((server,), refused).through([Model("broken.bpmn", b"no XML")], ["tasks"])
    assert "1 on neither" in capsys.readouterr().out


async def test_recordings_of_models_that_are_not_run_are_named(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    both = Recordings([{"model": "ParallelBranches.bpmn", "runs": [FLAT]}, {"model": "more/P1.bpmn", "runs": []}])
    assert await Drive((server,), both).through([named("ParallelBranches")], ["tasks"])
    assert "recorded, but not among these models: more/P1.bpmn\n" in capsys.readouterr().out


def test_a_model_is_found_by_its_path_or_by_a_name_that_only_one_has() -> None:
    records = [{"model": f"{folder}/m.bpmn", "policy": "first", "runs": []} for folder in ("a", "b")]
    recorded = Recordings([*records, {"model": "a/n.bpmn", "policy": "first", "runs": []}])
    assert recorded.of("b/m.bpmn", "first") == records[1]
    assert recorded.of("m.bpmn", "first") is None
    assert recorded.of("n.bpmn", "last") is None
    assert recorded.of("c/n.bpmn", "first") == {"model": "a/n.bpmn", "policy": "first", "runs": []}


@pytest.mark.parametrize("line", ["{", "[]", '{"model": "m"}', '{"model": 1, "runs": []}'])
def test_what_is_no_recording_is_refused_with_its_place(tmp_path: Path, line: str) -> None:
    file = tmp_path / "runs.jsonl"
    file.write_text(f'{{"model": "m", "runs": []}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"runs\.jsonl:3: not a recorded model"):
        read(file)


def test_a_policy_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="sideways"):
        _ = Recordings([{"model": "m", "policy": "sideways", "runs": []}]).policies


def test_a_date_of_a_calendar_is_not_compared_with_a_recording() -> None:
    jobs = [{"due": {"after": None, "at": "2026-01-01T00:00:00Z"}}, {"due": {"after": 1, "at": "2026-01-01T00:00:00Z"}}]
    assert timeless(jobs) == [{"due": "by the calendar"}, jobs[1]]
