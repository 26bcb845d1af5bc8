"""Models that others wrote run as they were recorded in the real engine."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.engine.bpmn_snippets import element, end, exclusive, flow, inclusive, model, parallel, path, start, user

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "compare_models.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compare_models", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_supported_model_runs_as_recorded(script: ModuleType) -> None:
    if not (script.RECORDED / script.RUNS).is_file():
        pytest.skip("the recorded runs are not beside this checkout")
    comparison = script.compare(script.RECORDED)
    assert comparison.unexplained == []
    assert len(comparison.agreeing) >= 180
    for problems in comparison.refused.values():
        assert problems


def recorded(folder: Path, content: bytes, **run: object) -> None:
    (folder / "m.bpmn").write_bytes(content)
    line = {"model": "m.bpmn", "runs": [{"key": "p"} | run]}
    (folder / "recorded-runs.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")


def test_a_run_that_differs_is_reported_line_by_line(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = model(start(), user("a"), end(), path("start", "a", "end"))
    recorded(tmp_path, content, waiting=[["b"]], end="waiting", visited=["b", "start"])
    comparison = script.compare(tmp_path)
    script.report(comparison, details=True)
    printed = capsys.readouterr().out
    assert len(comparison.unexplained) == 1
    assert "m.bpmn (p) differs: NOT EXPLAINED" in printed
    assert "step 1: recorded waiting ['b'], ours ['a']" in printed
    assert "end: recorded waiting, ours ended" in printed
    assert "only recorded ['b'], only ours ['a', 'end']" in printed


def test_an_inclusive_join_that_hangs_in_the_recording_is_a_documented_difference(
    script: ModuleType, tmp_path: Path
) -> None:
    content = model(
        start(),
        parallel("f"),
        user("a"),
        user("b"),
        exclusive("x", default="x-j"),
        end("gone"),
        inclusive("j"),
        end(),
        path("start", "f", "a", "j", "end"),
        path("f", "b", "x"),
        flow("x", "j"),
        flow("x", "gone", "${approved}"),
    )
    visited = sorted(["start", "f", "a", "b", "x", "gone", "j"])
    recorded(tmp_path, content, waiting=[["a", "b"], ["b", "j"], ["j"]], end="waiting", visited=visited)
    comparison = script.compare(tmp_path)
    assert [difference.reason for difference in comparison.differing] == [script.HANGING_JOIN]
    assert comparison.unexplained == []


def test_a_refused_model_is_counted_with_its_reasons(script: ModuleType, tmp_path: Path) -> None:
    recorded(
        tmp_path,
        model(start(), element("callChoreography", "s"), path("start", "s")),
        waiting=[],
        end="ended",
        visited=[],
    )
    comparison = script.compare(tmp_path)
    assert script.reasons(comparison.refused) == {"Unsupported element callChoreography": 1}
