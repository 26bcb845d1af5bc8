"""Our results equal those recorded from the real JUEL."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "compare_expressions.py"
REQUIRED_AGREEMENT = 0.995


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compare_expressions", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_recorded_results_agree(script: ModuleType) -> None:
    if not script.RECORDED.is_file():
        pytest.skip("the recorded results of JUEL are not beside this checkout")
    total, differences = script.compare(script.RECORDED)
    assert total > 1_000
    assert len(differences) <= total * (1 - REQUIRED_AGREEMENT), differences


def test_a_wrong_result_is_reported_as_a_difference(script: ModuleType, tmp_path: Path) -> None:
    recording = tmp_path / "results.tsv"
    recording.write_text("1 + 1\tnum:2.0\namount > 100\tboo:false\n", encoding="utf-8")
    total, differences = script.compare(recording)
    assert total == 2
    assert [tuple(row) for row in differences] == [("amount > 100", "boo:false", "boo:true")]
