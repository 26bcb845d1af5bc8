"""How many models of the shapes that models for the vendor's engine have are read: without settings, and with them."""

from collections import Counter

import pytest
from tests.engine.shapes import PARTS, SHAPES, Shape, models
from tests.figures import figure

from taskbridge.engine.bpmn import read_model
from taskbridge.engine.errors import BpmnError
from taskbridge.engine.problem_kinds import Kind
from taskbridge.kinds import Handling

BOTH = Handling.WORKERS | Handling.WITHOUT_JAVA_LISTENERS
ALL = BOTH | Handling.JAVASCRIPT
#: How many of the models are read, by the way of reading. The last two are no BPMN, and refused by the vendor's engine.
READ = {Handling.PLAIN: 45, Handling.WORKERS: 105, BOTH: 122, ALL: 128}


def outcomes(handling: Handling) -> dict[Shape, list[tuple[Kind, Handling]]]:
    """What stands in the way of each model: kinds and what would help; nothing where it is read."""
    found: dict[Shape, list[tuple[Kind, Handling]]] = {}
    for shape, content in models():
        try:
            read_model(f"{shape.number}.bpmn", content, handling=handling)
            found[shape] = []
        except BpmnError as error:
            found[shape] = [(problem.kind, problem.remedy) for problem in error.problems]
    return found


def test_every_kind_of_the_shapes_is_written() -> None:
    begun = {"message-start", "timer-start", "mapped-process"}
    assert {kind for shape in SHAPES for kind in shape.kinds} == PARTS.keys() | begun
    assert len(SHAPES) == 130


@pytest.mark.parametrize(
    "handling", READ, ids=["as they are", "with workers", "with both settings", "with scripts too"]
)
def test_so_many_models_are_read(handling: Handling) -> None:
    found = outcomes(handling)
    read = [shape for shape, problems in found.items() if not problems]
    reasons = Counter(kind for problems in found.values() for kind in {kind for kind, _ in problems})
    listed = ", ".join(f"{kind} {number}" for kind, number in reasons.most_common())
    figure(f"shapes, {handling!r}", f"{len(read)} of {len(found)} are read; in the way of the others: {listed}")
    assert len(read) == READ[handling]
    assert {remedy & handling for problems in found.values() for _, remedy in problems} == {Handling.PLAIN}


def test_the_settings_take_nothing_away() -> None:
    plain, both = outcomes(Handling.PLAIN), outcomes(BOTH)
    assert [shape for shape, problems in plain.items() if not problems and both[shape]] == []


def test_only_what_was_named_stands_in_the_way_once_the_settings_are_used() -> None:
    """What a model is refused for with the settings was named before: nothing hides behind what they remedy."""
    plain, both = outcomes(Handling.PLAIN), outcomes(BOTH)
    for shape, problems in both.items():
        assert set(problems) <= set(plain[shape]), shape
