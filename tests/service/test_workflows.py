"""Workflows: the steps that other vendors' APIs see in a process, and the transitions between them."""

import pytest

from taskbridge.engine.graph import Process
from taskbridge.service.elements import Elements
from taskbridge.service.workflows import workflow
from tests.engine.bpmn_snippets import end, load, path, start, subprocess, user

SEVERAL = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
IN = (start("s"), user("look", name="Look"), end("e"), path("s", "look", "e"))


def reached(process: Process) -> dict[str, list[str]]:
    """The steps, each with those from which a transition leads to it; ``end`` is the end of all."""
    numbers = {name: number for number, name in enumerate((*process.nodes, *process.flows), 1)}
    shown = workflow(process, Elements(numbers, numbers))
    sources = {way.id: node_id for node_id, step in shown.steps.items() for way in step.outbound}
    found = {name: [sources.get(way.id, "start") for way in step.inbound] for name, step in shown.steps.items()}
    assert shown.finish is not None
    return found | {"end": [sources[way.id] for way in shown.finish.inbound]}


@pytest.mark.parametrize(
    ("host", "step"),
    [(user("host", SEVERAL, name="Look"), "host"), (subprocess("host", SEVERAL, *IN), "look")],
    ids=["task", "subprocess"],
)
def test_a_step_with_several_instances_is_one_and_its_body_is_none(host: str, step: str) -> None:
    process = load(start(), user("a"), host, user("b"), end(), path("start", "a", "host", "b", "end"))
    assert reached(process) == {"a": ["start"], step: ["a"], "b": [step], "end": ["b"]}
