"""The command: servers that it starts itself, and how it ends."""

import json
import shutil
import sys
from pathlib import Path

import pytest

import drive_models
from tests import patience
from tests.clients.programs import finished

ROOT = Path(__file__).parents[2]
SCRIPT = str(ROOT / "scripts" / "drive_models.py")
NOWHERE = "http://127.0.0.1:1/engine-rest"


def test_models_are_recorded_and_compared_on_a_server_of_its_own(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    shutil.copy(ROOT / "tests" / "bpmn" / "ParallelBranches.bpmn", models)
    (models / "broken.bpmn").write_text("no XML")
    other = {"key": "ParallelBranches", "waiting": [["beside"]], "end": "ended", "visited": []}
    (tmp_path / "other.jsonl").write_text(json.dumps({"model": "ParallelBranches.bpmn", "runs": [other]}))
    files = ["--record", str(tmp_path / "runs.jsonl"), "--against", str(tmp_path / "other.jsonl")]
    done = finished([sys.executable, SCRIPT, str(models), "--own", *files], tmp_path, seconds=patience.PROGRAM_SECONDS)
    assert done.returncode == 1, done.stdout + done.stderr
    assert 'recorded: ["beside"]' in done.stdout
    assert "0 agree, 1 differ" in done.stdout
    parallel, broken = (json.loads(line) for line in (tmp_path / "runs.jsonl").read_text().splitlines())
    assert (parallel["model"], parallel["policy"]) == ("ParallelBranches.bpmn", "tasks")
    assert parallel["runs"][0]["end"] == "ended"
    assert broken["refused"]["status"] == 400


@pytest.mark.parametrize(("agreed", "status"), [(True, 0), (False, 1)])
def test_the_exit_status_says_whether_anything_differs(
    monkeypatch: pytest.MonkeyPatch, agreed: bool, status: int
) -> None:
    async def run(_: object) -> bool:
        return agreed

    monkeypatch.setattr(drive_models, "run", run)
    assert drive_models.main(["models", "--server", NOWHERE]) == status


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([str(ROOT / "tests" / "bpmn"), "--server", NOWHERE], "ConnectError"),
        ([str(ROOT / "nothing"), "--server", NOWHERE], "nothing"),
        ([str(ROOT / "tests" / "bpmn"), "--server", NOWHERE, "--against", SCRIPT], "not a recorded model"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_line(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drive_models.main(options) == 2
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize("options", [[], ["x"], ["x", "--own", "--server", NOWHERE, "--against", "y"]])
def test_sides_that_cannot_be_compared_are_wrong_usage(options: list[str]) -> None:
    with pytest.raises(SystemExit):
        drive_models.parsed(options)
