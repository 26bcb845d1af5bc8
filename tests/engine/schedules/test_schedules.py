"""What the table of recorded answers cannot show: values that are no texts, moved cycles, bounds and costs."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taskbridge.engine.dates import moment
from taskbridge.engine.schedules import (
    Cycle,
    InvalidSchedule,
    cycle,
    due_of_date,
    due_of_duration,
    retry_intervals,
)

NOW = 1_801_398_896_789  # 2027-01-31T12:34:56.789Z
SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000
BERLIN = datetime(2027, 1, 31, 13, 34, 56, 789_000, timezone(timedelta(hours=1)))


@pytest.mark.parametrize("text", ["P{}W", "P{}D", "P{}Y", "PT{}H", "PT{}S", "PT0.{}S", "R{}/P1D", "R3/P{}D"])
def test_numbers_of_very_many_digits_are_refused_and_not_read(text: str) -> None:
    for digits in (5_000, 900_000):
        with pytest.raises(InvalidSchedule):
            cycle(text.format("9" * digits), NOW)
        with pytest.raises(InvalidSchedule):
            due_of_duration(text.format("9" * digits), NOW)


def test_a_date_is_due_itself() -> None:
    assert due_of_date(BERLIN, 0) == due_of_duration(BERLIN, 0) == NOW
    assert cycle(BERLIN, 0) == Cycle(NOW)
    assert cycle(BERLIN, 0).next(NOW, NOW) is None


def test_a_date_without_a_zone_is_utc() -> None:
    assert due_of_date("2027-01-31T12:34:56.789", 0) == NOW
    assert due_of_date(datetime(2027, 1, 31, 12, 34, 56, 789_000), 0) == NOW


@pytest.mark.parametrize("value", [None, 5, True, 1.5, ["P1D"]])
def test_what_is_neither_text_nor_date_is_refused(value: object) -> None:
    for due in (due_of_date, due_of_duration, cycle):
        with pytest.raises(
            InvalidSchedule, match=r"^Timer 'wait' was not configured with a valid duration/time, either"
        ):
            due(value, NOW, activity="wait")
        with pytest.raises(InvalidSchedule, match='because "context" is null') as raised:
            due(value, NOW)
        assert raised.value.exception == "NullPointerException"


@pytest.mark.parametrize("text", ["R1/2020-01-01/P1D", "R3/P1D/2027-01-30", "R/2027-01-30/2027-01-29"])
def test_a_cycle_that_is_over_before_it_begins_is_refused(text: str) -> None:
    for due in (cycle, due_of_duration):
        with pytest.raises(InvalidSchedule, match=r"^duedate is null$") as raised:
            due(text, NOW)
        assert raised.value.exception == "NullValueException"


def test_a_cycle_keeps_its_grid_of_whole_seconds() -> None:
    first = cycle("R3/PT10S", NOW)
    assert first == Cycle(NOW + 10 * SECOND, "R3/2027-01-31T12:34:56/PT10S")
    second = first.next(first.due_at, first.due_at + 4 * SECOND)
    assert second is not None
    assert second.due_at == NOW - 789 + 20 * SECOND


def test_firings_that_were_missed_are_left_out() -> None:
    first = cycle("R10/PT10S", NOW)
    later = first.next(first.due_at, NOW + 55 * SECOND)
    assert later is not None
    assert later.due_at == NOW - 789 + 60 * SECOND
    assert first.next(first.due_at, NOW + 100 * SECOND) is None


def test_a_firing_on_time_to_the_millisecond_is_not_repeated() -> None:
    current: Cycle | None = cycle("R3/2027-01-31T13:00:00/PT1H", NOW)
    due = []
    while current is not None:
        due.append(current.due_at)
        current = current.next(current.due_at, current.due_at)
    one = due[0]
    assert due == [one, one + HOUR, one + 2 * HOUR, one + 3 * HOUR]


def test_a_timer_that_is_fired_early_is_due_at_the_same_time_again() -> None:
    first = cycle("R3/PT10S", NOW)
    again = first.next(first.due_at, NOW + SECOND)
    assert again is not None
    assert again.due_at == NOW - 789 + 10 * SECOND


def test_a_moved_cycle_stays_moved() -> None:
    first = cycle("R/2027-02-01/P1D", NOW)
    moved = first.moved(first.due_at + HOUR)
    kept = Cycle.parse(moved.text(), moved.due_at)
    assert kept == moved
    following = kept.next(kept.due_at, kept.due_at + 5)
    assert following is not None
    assert following.due_at == first.due_at + DAY + HOUR
    assert Cycle.parse(following.moved(following.due_at - 2 * HOUR).text()).moved_by == -HOUR


@pytest.mark.parametrize("text", ["R3/PT10S", "R/P1D/2029-01-01", "0 0 12 ? * MON-FRI", "@daily", "*/5 * * * * *"])
def test_a_cycle_is_read_back_as_it_was_written(text: str) -> None:
    first = cycle(text, NOW)
    assert Cycle.parse(first.text(), first.due_at) == first


def test_alternatives_of_cron_fire_in_turn() -> None:
    noon = due_of_date("2027-01-31", 0) + DAY // 2
    for text in ("0 0 9 * * ?||0 0 18 * * ?", "0 0 9|18 * * ?"):
        first = cycle(text, noon)
        second = first.next(first.due_at, first.due_at)
        assert first.due_at == noon + 6 * HOUR
        assert second is not None
        assert second.due_at == noon + 21 * HOUR


def test_a_cron_that_never_fires_is_due_once() -> None:
    first = cycle("0 0 12 30 2 ?", NOW)
    assert first.due_at == NOW
    assert first.next(NOW, NOW + 5) is None


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (due_of_date, "12027-01-01"),
        (due_of_date, "0000-12-31"),
        (due_of_date, "P9999Y"),
        (due_of_date, "P2147483647D"),
        (due_of_duration, "P8000Y"),
        (due_of_duration, "P2147483648D"),
        (due_of_duration, "9999-12-31/P1D"),
        (cycle, "R/P9999Y"),
    ],
)
def test_years_beyond_9999_are_refused(due: object, text: str) -> None:
    assert callable(due)
    with pytest.raises(InvalidSchedule, match=rf"'{text}': .*9999"):
        due(text, NOW)


def test_intervals_between_tries() -> None:
    assert retry_intervals("R5/PT10M") == (5, [600_000])
    assert retry_intervals("PT1M, PT5M,PT10M") == (4, [60_000, 300_000, 600_000])
    assert retry_intervals("PT1M,soon") == (3, [60_000, 0])
    assert retry_intervals("P1M", NOW) == (2, [28 * DAY])


@pytest.mark.parametrize(
    "text",
    [
        "R/1990-01-01T00:00:00/PT1S",
        "R2147483647/2027-01-20/PT0.001S",
        "R/PT0.001S/9999-12-31",
        "R/PT0S",
        "R/0001-01-01/P1M",
    ],
)
def test_the_next_of_countless_firings_costs_next_to_nothing(text: str) -> None:
    begun = process_time()
    assert cycle(text, NOW).due_at >= NOW
    assert process_time() - begun < 5


def test_the_due_date_of_a_task_is_read_as_that_of_a_timer() -> None:
    assert moment("P1W", NOW) == NOW + 7 * DAY
    assert moment(datetime(1970, 1, 2, tzinfo=UTC), NOW) == DAY
    assert moment("2027-03-04 05:06:07", NOW) is None
    assert moment(5, NOW) is None


@given(st.text("PRTYMWDHS0123456789-+:./,*?#L |@MONFI\u0661\n", max_size=30), st.integers(0, 2**42))
@example(f"P{'9' * 5000}D", NOW)
@example(f"R{'9' * 5000}/P{'9' * 5000}W", NOW)
@example(f"2027-03-04T05:06:07.{'9' * 5000}", NOW)
@example("*/" + "9" * 5000 + " * * * * *", NOW)
def test_any_text_is_read_or_refused(text: str, now: int) -> None:
    for due in (due_of_date, due_of_duration, cycle, retry_intervals):
        with suppress(InvalidSchedule):
            due(text, now)
