"""The models of ``tests/multi_instance_models`` run as the real server ran them, over Camunda's API.

``recorded.jsonl`` was made by ``scripts/drive_models.py --record`` with the real server (CONTRIBUTING.md).
"""

import json
import re
from collections import Counter

import pytest

from model_driver import models, own_servers, recordings
from model_driver.driving import Drive
from multi_instance_models import models as written
from tests.recorded_runs import chosen
from write_multi_instance_models import FOLDER

pytestmark = pytest.mark.long

SUMMARY = re.compile(
    r"^\d+ models: (\d+) deploy on both sides, 0 only on \S+, 0 only on recorded, "
    r"0 on neither, 0 broke off, 0 not recorded, 0 not run, as recorded by another policy\n"
    r"(\d+) agree, (\d+) differ; \d+ states agreed; runs compared in part: (\d+)$",
    re.MULTILINE,
)
RECORDED = FOLDER / "recorded.jsonl"


def records() -> list[dict[str, str]]:
    """The model and the policy of each recording; ``as`` names the policy by which the model runs in the same way."""
    return [json.loads(line) for line in RECORDED.read_text(encoding="utf-8").splitlines()]


def test_the_models_are_those_that_the_script_writes() -> None:
    found = {file.stem: file.read_bytes() for file in FOLDER.glob("*.bpmn")}
    assert found == written(), "`python scripts/write_multi_instance_models.py` writes them anew"


def test_each_model_is_recorded_once_by_each_policy() -> None:
    found = Counter((record["model"], record["policy"]) for record in records())
    assert set(found.values()) == {1}
    policies = {policy for _, policy in found}
    assert len(policies) > 1
    assert found.keys() == {(f"{name}.bpmn", policy) for name in written() for policy in policies}


@pytest.mark.anyio
async def test_they_run_as_the_real_server_ran_them(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], every_recorded_run: bool
) -> None:
    own = chosen(((one["model"], one["policy"]) for one in records() if "as" not in one), every=every_recorded_run)
    read = [models.read(file.name, file.read_bytes()) for file in sorted(FOLDER.glob("*.bpmn"))]
    async with own_servers.application(sqlite_url) as server:
        drive = Drive((server,), recordings.read(RECORDED))
        for policy in sorted({policy for _, policy in own}):
            recorded = [model for model in read if (model.name, policy) in own]
            agree = await drive.through(recorded, [policy])
            printed = capsys.readouterr().out
            (found,) = SUMMARY.findall(printed)
            both, agreeing, differ, in_part = map(int, found)
            assert agree, printed
            assert (both, agreeing, differ, in_part) == (len(recorded), both, 0, 0), printed
