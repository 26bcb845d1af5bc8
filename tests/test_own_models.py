"""The models of ``tests/models`` run as the real server ran them, over Camunda's API.

``recorded.jsonl`` was made by ``scripts/drive_models.py --record`` with the real server (CONTRIBUTING.md).
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_own_models_run_as_the_real_server_ran_them() -> None:
    command = [sys.executable, "scripts/drive_models.py", "tests/models", "--own"]
    command += ["--against", "tests/models/recorded.jsonl"]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "24 agree, 0 differ" in done.stdout
