"""The models of ``tests/models`` run as the real server ran them, over Camunda's API.

``recorded.jsonl`` was made by ``scripts/drive_models.py --record`` with the real server (CONTRIBUTING.md).
"""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "tests" / "models"
POLICIES = ("first", "jobs-first", "last")
SUMMARY = re.compile(
    r"^policy (\S+):\n(?:(?!policy ).*\n)*?(\d+) agree, (\d+) differ; \d+ states agreed; runs compared in part: (\d+)$",
    re.MULTILINE,
)


def names() -> list[str]:
    """The models."""
    return sorted(file.relative_to(MODELS).as_posix() for file in MODELS.rglob("*.bpmn"))


def test_each_model_is_recorded_once_by_each_policy() -> None:
    lines = (MODELS / "recorded.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    found = Counter((record["model"], record["policy"]) for record in records)
    assert found == Counter((name, policy) for name in names() for policy in POLICIES)
    assert all(record["runs"] and all(run["steps"] for run in record["runs"]) for record in records)


def test_own_models_run_as_the_real_server_ran_them() -> None:
    command = [sys.executable, "scripts/drive_models.py", "tests/models", "--own"]
    command += ["--against", "tests/models/recorded.jsonl"]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    count = str(len(names()))
    assert SUMMARY.findall(done.stdout) == [(policy, count, "0", "0") for policy in POLICIES], done.stdout
