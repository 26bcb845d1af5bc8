"""What user and external tasks are created with."""

from datetime import UTC, datetime

import pytest
from tests.engine.bpmn_snippets import external, load, path, run, start, task, typed, user
from tests.engine.memory import MemoryInstance

from taskbridge.engine.dates import moment
from taskbridge.engine.errors import InvalidDate, NotANumber
from taskbridge.engine.state import ForPerson, ForWorker

NOW = 1_700_000_000_000  # 2023-11-14T22:13:20Z
DAY = 86_400_000


def created(task_: str, **variables: object) -> ForPerson | ForWorker:
    instance = MemoryInstance(load(start(), task_, path("start", "a")), now=NOW)
    instance.start(typed(**variables))
    found = task(instance, "a").wait
    assert found is not None
    return found


def test_a_bare_user_task_has_the_vendors_defaults() -> None:
    assert created(user("a")) == ForPerson()


def test_settings_of_a_user_task_may_be_expressions() -> None:
    settings = user(
        "a",
        "<documentation>See ${n}</documentation>",
        name="Check ${n}",
        camunda_assignee="${who}",
        camunda_priority="${n * 10}",
        camunda_formKey="form-${n}",
        camunda_dueDate="${due}",
        camunda_followUpDate="2023-12-24",
    )
    due = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert created(settings, n=4, who="ann", due=due) == ForPerson(
        name="Check 4",
        description="See 4",
        assignee="ann",
        priority=40,
        due_at=1_704_164_645_000,
        follow_up_at=1_703_376_000_000,
        form_key="form-4",
    )


def test_candidates_are_lists_texts_and_expressions_and_come_as_often_as_they_are_named() -> None:
    settings = user("a", camunda_candidateUsers="ann, ${list}, ${text},ann", camunda_candidateGroups="${es}, g1,g2")
    found = created(settings, list=["bob", "cid"], text="dan, eve", es="")
    assert isinstance(found, ForPerson)
    assert found.candidate_users == ("ann", "bob", "cid", "dan", "eve", "ann")
    assert found.candidate_groups == ("g1", "g2")


def test_a_comma_inside_of_an_expression_separates_nothing() -> None:
    found = created(user("a", camunda_candidateUsers="${text.replace(',', '-')}, b"), text="x,y")
    assert isinstance(found, ForPerson)
    assert found.candidate_users == ("x-y", "b")


def test_human_performers_and_potential_owners_are_assignments() -> None:
    owners = (
        "<humanPerformer><resourceAssignmentExpression><formalExpression>${who}</formalExpression>"
        "</resourceAssignmentExpression></humanPerformer><potentialOwner><resourceAssignmentExpression>"
        "<formalExpression>user(kim), group(sales), staff</formalExpression>"
        "</resourceAssignmentExpression></potentialOwner>"
    )
    found = created(user("a", owners), who="ann")
    assert found == ForPerson(assignee="ann", candidate_users=("kim",), candidate_groups=("sales", "staff"))


def test_priorities_of_external_tasks_come_from_the_task_else_from_the_process() -> None:
    assert created(external("a")) == ForWorker("work", 0)
    assert created(external("a", camunda_taskPriority="7")) == ForWorker("work", 7)
    process = load(start(), external("a"), path("start", "a"), camunda_taskPriority="${n}")
    instance = MemoryInstance(process)
    instance.start(typed(n=9))
    assert task(instance, "a").wait == ForWorker("work", 9)


@pytest.mark.parametrize("value", ["9", 1.5, True, None, "x", [1]])
def test_an_external_priority_that_is_no_whole_number_is_an_error(value: object) -> None:
    with pytest.raises(NotANumber) as caught:
        created(external("a", camunda_taskPriority="${p}"), p=value)
    assert caught.value.node_id == "a"


@pytest.mark.parametrize(("value", "expected"), [("9", 9), (70, 70)])
def test_a_user_tasks_priority_may_be_a_number_as_text(value: object, expected: int) -> None:
    assert created(user("a", camunda_priority="${p}"), p=value) == ForPerson(priority=expected)


def test_a_user_tasks_priority_of_null_is_the_usual_one() -> None:
    assert created(user("a", camunda_priority="${p}"), p=None) == ForPerson(priority=50)


def test_a_due_date_that_is_none_is_an_error() -> None:
    with pytest.raises(InvalidDate) as caught:
        created(user("a", camunda_dueDate="${d}"), d="next week")
    assert (caught.value.node_id, caught.value.value) == ("a", "next week")


def test_a_due_date_of_null_is_none_at_all() -> None:
    assert created(user("a", camunda_dueDate="${d}"), d=None) == ForPerson()


def test_now_is_the_moment_of_the_command() -> None:
    found = created(user("a", camunda_dueDate="${dateTime().plusDays(2).toDate()}", camunda_followUpDate="${now()}"))
    assert found == ForPerson(due_at=NOW + 2 * DAY, follow_up_at=NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P1D", NOW + DAY),
        ("PT1H30M", NOW + 5_400_000),
        ("P1W", NOW + 7 * DAY),
        ("P1M", 1_702_592_000_000),
        ("P1Y2M3DT4H5M6.5S", 1_737_166_706_500),
        ("PT0.5S", NOW + 500),
        ("2023-11-15", 1_700_006_400_000),
        ("2023-11-15T00:00:00", 1_700_006_400_000),
        ("2023-11-15T01:00:00+01:00", 1_700_006_400_000),
        ("2023-11-15T00:00:00.250Z", 1_700_006_400_250),
        # As the real engine reads it.
        ("P", NOW),
        ("PT", None),
        ("P1D2", None),
        ("P99999999999D", None),
        ("15.11.2023", None),
        ("", None),
        (1_700_000_000_000, None),
        (True, None),
    ],
)
def test_iso_texts_mean_moments_and_durations_count_from_now(text: object, expected: int | None) -> None:
    assert moment(text, NOW) == expected


def test_the_last_day_of_a_shorter_month_stands_for_days_it_does_not_have() -> None:
    january = moment("2024-01-31", 0)
    assert january is not None
    assert moment("P1M", january) == moment("2024-02-29", 0)


def test_the_initiator_variable_names_who_started() -> None:
    instance = MemoryInstance(
        load(start(camunda_initiator="by"), user("a", camunda_assignee="${by}"), path("start", "a")), user="ann"
    )
    instance.start()
    assert task(instance, "a").wait == ForPerson(assignee="ann")


def test_expressions_that_fail_create_nothing() -> None:
    instance = run(start(), user("a"), external("b", camunda_topic="${unknown}"), path("start", "a", "b"))
    with pytest.raises(Exception, match="Unknown property used in expression"):
        instance.complete(task(instance, "a").id)
    assert instance.waiting() == ["a"]
