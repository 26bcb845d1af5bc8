"""Activities with several instances: what is loaded and written for one of many, and bounds."""

import pytest
from tests.engine.bpmn_snippets import (
    complete,
    element,
    end,
    external,
    load,
    model,
    path,
    run,
    start,
    subprocess,
    timer,
    user,
)
from tests.engine.memory import MemoryInstance

from taskbridge.engine.bpmn import read_bpmn, read_stored
from taskbridge.engine.elements.multi_instance import BODY, activity_in, body_around
from taskbridge.engine.errors import TooManySteps
from taskbridge.engine.state import Activity
from taskbridge.engine.variables import Variable
from taskbridge.kinds import ActivityKind, ActivityState, InstanceState


def several(number: object, *, in_turn: bool = False) -> str:
    order = {"isSequential": "true"} if in_turn else {}
    written = "".join(f' {name}="{value}"' for name, value in order.items())
    tag = "multiInstanceLoopCharacteristics"
    return f"<{tag}{written}><loopCardinality>{number}</loopCardinality></{tag}>"


def around(host: str) -> tuple[str, ...]:
    return (start(), host, user("after"), end(), path("start", "x", "after", "end"))


class Frugal(MemoryInstance):
    """One that loads single scopes only, once it has begun."""

    begun = False

    def open_activities(self) -> list[Activity]:
        assert not self.begun, "everything that is alive is loaded"
        return super().open_activities()


INNER = (start("s"), external("in"), end("e"), path("s", "in", "e"))


@pytest.mark.parametrize("host", ["task", "scope"])
@pytest.mark.parametrize("in_turn", [False, True])
def test_to_end_one_of_many_loads_and_writes_no_more_than_one_of_few(host: str, in_turn: bool) -> None:
    touched = []
    for number in (10, 200):
        loop = several(number, in_turn=in_turn)
        content = external("x", loop) if host == "task" else subprocess("x", loop, *INNER)
        instance = Frugal(load(*around(content)))
        instance.start()
        instance.begun = True
        loads = instance.loads
        changes = instance.complete(instance.tasks()[0].id)
        touched.append((instance.loads - loads, len(changes.created), len(changes.ended), len(changes.cancelled)))
        assert instance.stored.tokens is None
    assert touched[0] == touched[1]


def test_the_last_of_many_ends_what_is_left_of_the_others_together() -> None:
    instance = Frugal(load(*around(external("x", several(5)))))
    instance.start()
    instance.begun = True
    for task in instance.tasks():
        changes = instance.complete(task.id)
    (body,) = [row for row in instance.rows.values() if row.node_id == f"x#{BODY}"]
    assert changes.dissolved == [body.id]
    assert (len(changes.ended), len(changes.cancelled)) == (2, 0)
    left = [row.state for row in instance.rows.values() if row.kind is ActivityKind.ENDED]
    assert left == [ActivityState.DONE] * 4
    assert instance.waiting() == ["after"]


def test_instances_that_never_wait_leave_nothing_behind() -> None:
    instance = run(*around(element("task", "x", several(4))))
    assert [row.kind for row in instance.rows.values()] == [ActivityKind.SCOPE, ActivityKind.USER]
    assert instance.visited() == ["after", "start", *["x"] * 4, f"x#{BODY}"]


def test_more_instances_than_a_command_may_begin_are_refused() -> None:
    with pytest.raises(TooManySteps):
        run(*around(user("x", several(2_000_000_000))))
    with pytest.raises(TooManySteps):
        run(*around(element("task", "x", several(2_000_000_000, in_turn=True))))


def test_a_body_and_its_activity_know_each_other() -> None:
    process = load(*around(subprocess("x", several(2), *INNER)))
    body = process.nodes[f"x#{BODY}"]
    assert activity_in(process, body) is process.nodes["x"]
    assert activity_in(process, process.nodes["in"]) is process.nodes["in"]
    assert body_around(process, process.nodes["x"]) is body
    assert body_around(process, process.nodes["in"]) is process.nodes["in"]
    assert [flow.target for flow in body.outgoing] == ["after"]
    assert process.nodes["x"].outgoing == ()


def test_a_stored_file_with_a_faulty_loop_has_one_instance() -> None:
    content = model(*around(user("x", "<multiInstanceLoopCharacteristics/>")))
    process = read_stored("p.bpmn", content, "p")
    assert list(process.nodes) == ["start", "x", "after", "end"]
    instance = MemoryInstance(process)
    instance.start()
    complete(instance, "x")
    complete(instance, "after")
    assert instance.state is InstanceState.COMPLETED


def test_it_is_read_as_it_was_written() -> None:
    (process,) = read_bpmn("p.bpmn", model(*around(user("x", several(2)))))
    assert list(process.nodes) == ["start", f"x#{BODY}", "x", "after", "end"]


def test_an_event_subprocess_with_several_instances_never_begins() -> None:
    begins = element("startEvent", "s", timer("timeDuration", "PT1H"))
    inside = subprocess("sub", several(2), begins, end("e"), path("s", "e"), triggeredByEvent="true")
    process = load(start(), user("x"), inside, path("start", "x"))
    assert process.event_starts == process.armed == ()


def test_loops_are_read_as_leniently_as_they_can_be() -> None:
    reference = "<loopDataInputRef>${all}</loopDataInputRef><inputDataItem name='one'/>"
    loop = f"<multiInstanceLoopCharacteristics isSequential='1'>{reference}</multiInstanceLoopCharacteristics>"
    instance = run(*around(user("x", loop)), all=["a", "b"])
    assert instance.waiting() == ["x", "x"]
    assert [row.variables.get("one") for row in instance.tasks()] == [Variable("String", one) for one in "ab"]
