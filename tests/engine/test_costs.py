"""What a command does not load or parse: the frequent ones must stay cheap."""

import pytest
from tests.engine.bpmn_snippets import boundary, complete, end, external, load, path, run, start, subprocess, task, user
from tests.engine.memory import no_scripts
from tests.engine.shown import PlainIds

from taskbridge.engine import interpreter
from taskbridge.engine.state import Activity, Armed, Done, Instance, Link, Tokens
from taskbridge.engine.variables import Variables
from taskbridge.kinds import ActivityKind


class Unparsed(Variables):
    """Variables that nobody may read."""

    def _document(self) -> dict[str, list[object]]:
        raise AssertionError("the variables were read")


class Nothing:
    """An environment that has nothing to load."""

    now = 0
    user = None
    shown = PlainIds()
    scripts = no_scripts()
    root_id = 1

    def caller(self) -> None:
        """Nothing has called the instance."""

    def members(self, group: str) -> list[str]:
        raise AssertionError(f"the members of {group} were loaded")

    def new_id(self) -> int:
        return 99

    def scope(self, activity_id: int) -> Activity:
        raise AssertionError(f"scope {activity_id} was loaded")

    def subscriptions(self) -> list[Armed]:
        """Nothing is waited for."""
        return []

    def done(self) -> list[Done]:
        raise AssertionError("what was done was loaded")

    def completed(self, activity_id: int) -> Activity:
        raise AssertionError(f"completed scope {activity_id} was loaded")

    def expect_long_work(self) -> None:
        raise AssertionError("this takes no long work")

    def links(self, activity_id: int) -> list[Link]:
        raise AssertionError(f"the links of {activity_id} were loaded")

    def open_activities(self) -> list[Activity]:
        raise AssertionError("the open activities were loaded")


@pytest.mark.parametrize("last", [False, True])
def test_a_linear_completion_loads_and_parses_nothing(last: bool) -> None:
    process = load(start(), external("a"), external("b"), end(), path("start", "a", "b", "end"))
    instance = Instance(1, 1, variables=Unparsed('{"x":["Integer",1]}'), tokens=Tokens())
    activity = Activity(5, 1, "b" if last else "a", ActivityKind.EXTERNAL, variables=Unparsed('{"y":["Integer",1]}'))
    changes = interpreter.complete(process, instance, activity, Nothing())
    assert [created.node_id for created in changes.created] == ([] if last else ["b"])
    assert not instance.tokens.changed
    assert not instance.variables.changed


def test_an_error_caught_at_the_task_itself_loads_nothing() -> None:
    instance = run(start(), external("a"), boundary("h", "a"), user("b"), path("start", "a"), path("h", "b"))
    loads = instance.loads
    instance.throw_error(task(instance, "a").id, "E1")
    assert instance.loads == loads


def test_a_completion_inside_of_a_subprocess_loads_no_scope_while_it_stays_inside() -> None:
    inner = subprocess("sub", start("s"), user("a"), user("b"), end("e"), path("s", "a", "b", "e"))
    instance = run(start(), inner, path("start", "sub"))
    loads = instance.loads
    complete(instance, "a")
    assert instance.loads == loads
    complete(instance, "b")
    assert instance.loads == loads + 1
