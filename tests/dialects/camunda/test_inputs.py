"""Cases of models that stand beside the checkout: a model to deploy, and requests with what the real server answers.

Those about expressions (A to E) and about what models may hold that is ignored (H).
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.client import CamundaClient

pytestmark = pytest.mark.anyio

INPUTS = Path(__file__).resolve().parents[3].parent / "shared" / "inputs"
CASES = sorted(INPUTS.glob("[A-EH]*.json"))


@pytest.mark.skipif(not CASES, reason="the cases are not beside this checkout")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
async def test_a_case_has_the_answers_of_the_real_server(case: Path, camunda: CamundaClient) -> None:
    content = json.loads(case.read_text(encoding="utf-8"))
    await camunda.deploy((content["deploy"], (INPUTS / content["deploy"]).read_bytes()))
    known: dict[str, str] = {}
    for step in content["steps"]:
        method, path = filled(step["call"], known).split(" ", 1)
        answer = await camunda.request(method, path, *([filled(step["body"], known)] if "body" in step else []))
        body = answer.json() if answer.content else None
        known |= {name: str(at(body, place)) for name, place in step.get("save", {}).items()}
        for place, value in step.get("expect", ()):
            found = answer.status_code if place == "status" else at(body, place)
            assert found == filled(value, known), f"{step['call']} {place}: {answer.text}"


def filled(value: Any, known: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """A value of a case with what was saved before in the place of ``$name``."""
    if isinstance(value, dict):
        return {key: filled(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, known) for inner in value]
    if isinstance(value, str):
        for name in sorted(known, key=len, reverse=True):
            value = value.replace(f"${name}", known[name])
    return value


def at(value: Any, place: str) -> Any:  # noqa: ANN401 - any JSON
    """What stands at a place such as ``0/id``; ``#`` behind it is its length."""
    for part in filter(None, place.removesuffix("#").split("/")):
        value = value[int(part)] if isinstance(value, list) else value[part]
    if not place.endswith("#"):
        return value
    return len(value) if isinstance(value, list) else len(str(value))
