"""Input and output mappings, and where variables are read and written."""

import pytest
from tests.engine.bpmn_snippets import (
    complete,
    element,
    end,
    external,
    flow,
    load,
    mapping,
    path,
    run,
    start,
    task,
    typed,
    user,
    values,
)
from tests.engine.memory import MemoryInstance, no_scripts
from tests.engine.shown import PlainIds

from taskbridge.engine import scopes
from taskbridge.engine.errors import TransientConflict
from taskbridge.engine.state import Activity, Armed, Done, Instance, Link
from taskbridge.engine.variables import Variable, Variables, from_python
from taskbridge.kinds import ActivityKind, InstanceState


class Nested:
    """An environment with one scope (10) around whatever stands in it."""

    now = 0
    user = None
    shown = PlainIds()
    scripts = no_scripts()
    root_id = 1

    def caller(self) -> None:
        """Nothing has called the instance."""

    def members(self, group: str) -> list[str]:
        raise AssertionError(f"the members of {group} were loaded")

    def __init__(self, **variables: object) -> None:
        self.outer = Activity(10, 1, "sub", ActivityKind.SCOPE, variables=Variables())
        for name, value in variables.items():
            self.outer.variables.set(name, from_python(value))

    def new_id(self) -> int:
        raise AssertionError("no id is needed")

    def scope(self, activity_id: int) -> Activity:
        assert activity_id == 10
        return self.outer

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
        raise AssertionError("no list is needed")


PROCESS = load(start(), user("task"), path("start", "task"))


def inside(**variables: object) -> Activity:
    activity = Activity(11, 10, "task", ActivityKind.EXTERNAL)
    for name, value in variables.items():
        activity.variables.set(name, from_python(value))
    return activity


def instance_with(**variables: object) -> Instance:
    instance = Instance(1, 1)
    for name, value in variables.items():
        instance.variables.set(name, from_python(value))
    return instance


def test_reading_finds_the_nearest_variable() -> None:
    instance, around, activity = instance_with(a=1, b=1, c=1), Nested(b=2, c=2), inside(c=3)
    seen = scopes.visible_variables(instance, activity, around)
    assert {name: variable.value for name, variable in seen.items()} == {"c": 3, "b": 2, "a": 1}
    assert list(seen) == ["c", "b", "a"]
    found = scopes.get_variable(instance, activity, around, "b")
    assert found == Variable("Integer", 2)
    assert scopes.get_variable(instance, activity, around, "d") is None


def test_writing_goes_to_the_nearest_scope_that_has_the_name_else_to_the_instance() -> None:
    instance, around, activity = instance_with(a=1, b=1), Nested(b=2, c=2), inside(c=3)
    for name in "abcd":
        scopes.set_variable(instance, activity, around, name, from_python(9))
    assert dict(activity.variables.items()) == typed(c=9)
    assert dict(around.outer.variables.items()) == typed(b=9, c=2)
    assert dict(instance.variables.items()) == typed(a=9, b=1, d=9)


def test_a_local_write_stays_local() -> None:
    activity = inside()
    scopes.set_local(activity, "a", from_python(1))
    assert dict(activity.variables.items()) == typed(a=1)


def test_removing_takes_the_nearest_variable_only() -> None:
    instance, around, activity = instance_with(b=1), Nested(b=2), inside()
    assert scopes.remove_variable(instance, activity, around, "b")
    assert not around.outer.variables
    assert scopes.remove_variable(instance, activity, around, "b")
    assert not scopes.remove_variable(instance, activity, around, "b")


def test_a_transient_variable_never_takes_the_place_of_a_stored_one_nor_the_other_way_round() -> None:
    variables = Variables()
    variables.set("stored", from_python(1))
    variables.set("passing", Variable("Integer", 1, transient=True))
    with pytest.raises(TransientConflict):
        scopes.set_own(variables, "stored", Variable("Integer", 2, transient=True))
    with pytest.raises(TransientConflict):
        scopes.set_own(variables, "passing", Variable("Integer", 2))
    assert variables.text() == '{"stored":["Integer",1]}'


def test_a_transient_variable_decides_a_condition_and_is_gone() -> None:
    ways = user("a") + user("b") + flow("a", "b", "${go}") + flow("a", "end", "${!go}") + end()
    instance = run(start(), ways, path("start", "a"))
    instance.complete(task(instance, "a").id, {"go": Variable("Boolean", True, transient=True)})
    assert instance.waiting() == ["b"]
    assert values(instance) == {}


def test_inputs_are_read_outside_and_seen_by_topic_and_priority() -> None:
    work = external(
        "a", mapping({"kind": "${base}-x"}), camunda_topic="${kind}", camunda_taskPriority="${base.length()}"
    )
    instance = run(start(), work, path("start", "a"), base="abc")
    assert task(instance, "a").wait is not None
    assert vars_of(instance, "a") == {"kind": "abc-x"}
    created = task(instance, "a").wait
    assert (getattr(created, "topic", None), getattr(created, "priority", None)) == ("abc-x", 3)


def vars_of(instance: MemoryInstance, node_id: str) -> dict[str, object]:
    variables = task(instance, node_id).variables
    return {name: variable.python() for name, variable in variables.items()}


def test_inputs_do_not_see_each_other() -> None:
    instance = run(start(), user("a", mapping({"x": "1", "y": "${x}"})), path("start", "a"), x="outside")
    assert vars_of(instance, "a") == {"x": "1", "y": "outside"}


def test_outputs_see_locals_and_write_outside() -> None:
    work = external("a", mapping({"x": "1"}, {"sum": "${x}-${extra}", "old": "${x}"}))
    instance = run(start(), work, end(), path("start", "a", "end"), old="before")
    instance.complete(task(instance, "a").id, typed(x="written"), typed(extra="local"))
    assert values(instance) == {"old": "written", "sum": "written-local"}
    assert instance.state is InstanceState.COMPLETED


def test_a_value_named_alone_keeps_its_type() -> None:
    kinds = {
        "l": Variable("Long", 5),
        "d": Variable("Date", 1_700_000_000_000),
        "j": Variable("Json", '{"a":1}'),
    }
    work = external("a", mapping({f"in_{name}": f"${{{name}}}" for name in kinds}))
    instance = run(start(), work, path("start", "a"), **kinds)
    assert dict(task(instance, "a").variables.items()) == {f"in_{name}": value for name, value in kinds.items()}


def test_lists_and_maps_become_objects() -> None:
    nested = (
        '<extensionElements><camunda:inputOutput><camunda:inputParameter name="l"><camunda:list>'
        "<camunda:value>${n}</camunda:value><camunda:value>x</camunda:value></camunda:list></camunda:inputParameter>"
        '<camunda:inputParameter name="m"><camunda:map><camunda:entry key="k">${n + 1}</camunda:entry>'
        '<camunda:entry key="deep"><camunda:list><camunda:value/></camunda:list></camunda:entry></camunda:map>'
        "</camunda:inputParameter></camunda:inputOutput></extensionElements>"
    )
    instance = run(start(), external("a", nested), path("start", "a"), n=1)
    assert vars_of(instance, "a") == {"l": [1, "x"], "m": {"k": 2, "deep": [None]}}


def test_an_empty_parameter_is_null() -> None:
    instance = run(start(), user("a", mapping({"x": ""})), path("start", "a"))
    assert vars_of(instance, "a") == {"x": None}


def test_mappings_of_a_passing_task_leave_only_their_outputs() -> None:
    passing = element("task", "t", mapping({"x": "${n + 1}"}, {"y": "${x * 2}"}))
    assert values(run(start(), passing, user("a"), path("start", "t", "a"), n=1)) == {"n": 1, "y": 4}


def test_conditions_right_behind_a_task_see_its_locals_and_not_yet_its_outputs() -> None:
    work = external("a", mapping({"x": "${1}"}, {"x": "${99}"}))
    ways = user("b") + user("c") + flow("a", "b", "${x == 1}") + flow("a", "c", "${x == 99}")
    instance = run(start(), work, ways, path("start", "a"))
    complete(instance, "a")
    assert instance.waiting() == ["b"]
    assert values(instance) == {"x": 99}


def test_expressions_read_the_execution_and_who_acts() -> None:
    name = "${execution.processBusinessKey}/${execution.currentActivityId}/${authenticatedUserId}"
    name += "/${execution.getVariable('n')}"
    instance = MemoryInstance(load(start(), user("a", name=name), path("start", "a")), business_key="K", user="ann")
    instance.start(typed(n=1))
    assert getattr(task(instance, "a").wait, "name", None) == "K/a/ann/1"
    assert "execution" not in values(instance)


@pytest.mark.parametrize("value", [2**70, [2**70], {"a": {1: object}}])
def test_odd_values_of_expressions_can_be_stored(value: object) -> None:
    variables = Variables()
    variables.set("x", from_python(value))
    assert Variables(variables.text()).get("x") is not None
