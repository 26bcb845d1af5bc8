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
    shutil.copy(ROOT / "tests" / "bpmn" / "ParallelBranches.bpmn", tmp_path)
    (tmp_path / "broken.bpmn").write_text("no XML")
    command = [sys.executable, SCRIPT, str(tmp_path), "--own", "--record", str(tmp_path / "runs.jsonl")]
    first = finished(command, tmp_path, seconds=patience.PROGRAM_SECONDS)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "start > complete beside > complete externalTask" in first.stdout
    assert "refused  broken.bpmn" in first.stdout
    records = [json.loads(line) for line in (tmp_path / "runs.jsonl").read_text().splitlines()]
    assert [record["model"] for record in records] == ["ParallelBranches.bpmn", "broken.bpmn"]
    records[0]["runs"][0]["end"] = records[0]["runs"][0]["steps"][1]["state"] = None
    (tmp_path / "runs.jsonl").write_text(json.dumps(records[0]))
    against = [*command[:-2], "--against", str(tmp_path / "runs.jsonl")]
    second = finished(against, tmp_path, seconds=patience.PROGRAM_SECONDS)
    assert second.returncode == 1, second.stdout + second.stderr
    assert "0 agree, 1 differ" in second.stdout


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
