"""The documents pass Redocly's linter by the rules of `redocly.yaml`, warnings included."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from taskbridge.app import document_path
from tests import patience
from tests.answers import vendors
from tests.figures import figure
from tests.npm import installed

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
_QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def linted(node: str, document: Path, config: Path = ROOT / "redocly.yaml") -> dict[str, Any]:
    """What the linter tells of a document."""
    program = FOLDER / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"
    command = [node, str(program), "lint", str(document), "--config", str(config), "--format", "json"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | _QUIET,
        capture_output=True,
        text=True,
        timeout=patience.PROGRAM_SECONDS,
        check=False,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def node() -> str:
    """Node.js, with the linter beside the tests."""
    return installed(FOLDER)


def test_every_document_passes(node: str) -> None:
    rules = yaml.safe_load((ROOT / "redocly.yaml").read_text())["rules"]
    assert set(rules.values()) == {"error"}
    excused = 0
    for vendor in vendors():
        told = linted(node, document_path(vendor.name))
        assert told["problems"] == [], vendor.name
        assert (told["totals"]["errors"], told["totals"]["warnings"]) == (0, 0)
        excused += told["totals"]["ignored"]
    assert excused <= 22
    counted = sum(len(vendor.operations) for vendor in vendors())
    figure(
        "lint",
        f"{len(vendors())} documents, {counted} operations, recommended-strict and {len(rules)} further rules of "
        f"redocly, 0 errors, 0 warnings, {excused} places excused",
    )


def test_a_fault_is_found(node: str, tmp_path: Path) -> None:
    text = document_path("worldserver").read_text()
    faulty = tmp_path / "faulty.yaml"
    head, paths, rest = text.partition("\npaths:\n")
    rest = rest.replace("$ref: '#/components/schemas/", "$ref: '#/components/schemas/No", 1)
    faulty.write_text(head + paths + rest)
    assert {"no-unresolved-refs"} <= {problem["ruleId"] for problem in linted(node, faulty)["problems"]}
