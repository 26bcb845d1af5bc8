"""The models of ``tests/models`` run as the real server ran them, over Camunda's API.

``recorded.jsonl`` was made by ``scripts/drive_models.py --record`` with the real server (CONTRIBUTING.md). Models in
``refused`` were not deployed there, and are not deployed here, with the same message.
"""

import json
import re
from collections import Counter
from functools import cache

import pytest

from model_driver import models, own_servers, recordings
from model_driver.driving import Drive
from model_driver.reporting import problems
from model_driver.values import JsonObject
from taskbridge.engine.bpmn import read_bpmn
from taskbridge.engine.errors import BpmnError
from tests.recorded_runs import chosen
from write_event_models import FOLDER
from write_event_models import models as written

pytestmark = pytest.mark.long

POLICIES = (
    *("first", "last", "jobs-first", "events-first", "mixed", "mixed-last", "one-by-one"),
    *("errors-first", "escalations-first"),
)
#: By these each model is recorded whose recordings are many: those of what is within one another.
CROSSING_POLICIES = ("first", "mixed-last")
#: Models in which completed scopes wait to be compensated: their variables are listed there, and are not here.
REMEMBERING = ("crossings/compensated-", "crossings/transaction-", "crossings/cancelled-")
SUMMARY = re.compile(
    r"^\d+ models: (\d+) deploy on both sides, 0 only on \S+, 0 only on recorded, "
    r"(\d+) on neither, 0 broke off, 0 not recorded, 0 not run, as recorded by another policy\n"
    r"(\d+) agree, (\d+) differ; \d+ states agreed; runs compared in part: (\d+)$",
    re.MULTILINE,
)


def names() -> list[str]:
    """The models."""
    return sorted(file.relative_to(FOLDER).as_posix() for file in FOLDER.rglob("*.bpmn"))


@cache
def records() -> list[JsonObject]:
    """The recordings."""
    return [json.loads(line) for line in (FOLDER / "recorded.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def refused() -> dict[str, str]:
    """The models that the real server did not deploy, each with the first of the problems that it named."""
    found = [record for record in records() if "refused" in record]
    return {record["model"]: problems(record["refused"]["message"])[0] for record in found}


def test_the_models_of_events_are_those_that_the_script_writes() -> None:
    found = {name: (FOLDER / name).read_bytes() for name in names() if "/" in name}
    assert found == written(), "`python scripts/write_event_models.py` writes them anew"


def test_each_model_is_recorded_once_by_each_policy() -> None:
    """Those beside the folders, and the crossings, are recorded by some policies at least."""
    found = Counter((record["model"], record["policy"]) for record in records())
    assert set(found.values()) == {1}
    assert {(name, "first") for name in names()} <= found.keys()
    wanted = dict.fromkeys(("events", "calls", "listeners", "refused"), POLICIES) | {"crossings": CROSSING_POLICIES}
    assert {(name, policy) for name in names() for policy in wanted.get(name.rpartition("/")[0], ())} <= found.keys()
    assert {name for name, _ in found} == set(names())
    ran = [record for record in records() if "as" not in record and not record["model"].startswith("refused/")]
    assert all(record["runs"] and all(run["steps"] for run in record["runs"]) for record in ran)
    assert refused().keys() == {name for name in names() if name.startswith("refused/")}


@pytest.mark.anyio
async def test_own_models_run_as_the_real_server_ran_them(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], every_recorded_run: bool
) -> None:
    recorded_runs = ((record["model"], record["policy"]) for record in records() if "as" not in record)
    own = chosen(recorded_runs, every=every_recorded_run)
    read = [models.read(name, (FOLDER / name).read_bytes()) for name in names()]
    async with own_servers.application(sqlite_url) as server:
        recorded = recordings.read(FOLDER / "recorded.jsonl")
        for policy in POLICIES:
            for remembering in (False, True):
                compared = [
                    model
                    for model in read
                    if (model.name, policy) in own and model.name.startswith(REMEMBERING) is remembering
                ]
                if compared:
                    without = frozenset({"variables"} if remembering else ())
                    agree = await Drive((server,), recorded, without=without).through(compared, [policy])
                    _check(agree=agree, number=len(compared), printed=capsys.readouterr().out)


def _check(*, agree: bool, number: int, printed: str) -> None:
    (found,) = SUMMARY.findall(printed)
    both, neither, agreeing, differ, in_part = map(int, found)
    assert agree, printed
    assert (both + neither, agreeing, differ, in_part) == (number, both, 0, 0), printed


@pytest.mark.parametrize("name", sorted(refused()))
def test_a_model_that_the_real_server_refuses_is_refused_for_the_same_reason(name: str) -> None:
    with pytest.raises(BpmnError) as raised:
        read_bpmn(name, (FOLDER / name).read_bytes())
    assert refused()[name].partition(" | resource ")[0] in [one.message.strip() for one in raised.value.problems]
