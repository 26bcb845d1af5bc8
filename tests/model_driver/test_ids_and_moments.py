"""Ids and times differ on every server; what a state shows of them does not."""

import pytest

from model_driver.ids import Ids, order
from model_driver.moments import moment, same_moment

#: Time-based, in the order of their creation: what they begin with counts the fastest.
EARLIER, LATER = "ffffffff-ecb8-11f1-9a67-02fc00000001", "00000001-ecb9-11f1-9a67-02fc00000001"
OURS = ["7a5cb21d-0001-8000-8000-000000000578", "7a5cb21d-0001-8000-8000-000000000579"]


@pytest.mark.parametrize("made", [[EARLIER, LATER], OURS, ["9", "10"], [f"task:{EARLIER}", f"a:{LATER}"]])
def test_ids_are_ordered_by_when_they_were_made(made: list[str]) -> None:
    first, second = made
    assert order(first) < order(second)


def test_an_id_in_a_text_is_named_by_its_kind_and_by_the_order_of_appearance() -> None:
    ids = Ids()
    ids.know("instance", EARLIER)
    ids.meet("task", {"id": OURS[0], "processInstanceId": EARLIER, "processDefinitionId": f"p:1:{LATER}"})
    ids.meet("task", {"id": OURS[1], "processInstanceId": None})
    named = ids.named({"b": [f"task {OURS[1]} of {EARLIER}", 7], "a": f"{OURS[0]} by p:1:{LATER}, work:{OURS[1]}"})
    assert named == {
        "b": ["task <task 1> of <instance 1>", 7],
        "a": "<task 2> by <definition 1>, work:<task 1>",
    }
    assert ids.named(f"{OURS[0]} {'0' * 8}-1111-4111-8111-{'0' * 12}") == "<task 2> <id 1>"


def test_a_date_is_relative_to_another_one() -> None:
    due = moment("2026-01-01T02:00:10.400+0100", "2026-01-01T00:59:59.900+0000")
    assert due == {"after": 10, "at": "2026-01-01T01:00:10Z"}
    assert moment(None, "2026-01-01T00:00:00.000+0000") is None


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"after": 3602, "at": "2020-01-01T00:00:00Z"}, True),
        ({"after": 3700, "at": "2020-01-01T00:00:00Z"}, False),
        ({"after": 9, "at": "2026-01-01T01:00:02Z"}, True),
        ({"after": None, "at": "2026-01-01T01:00:00Z"}, True),
        ({"after": None, "at": "2026-01-01T01:02:03Z"}, False),
    ],
)
def test_moments_are_the_same_after_the_same_time_or_at_the_same_time(other: dict[str, object], same: bool) -> None:
    assert same_moment({"after": 3600, "at": "2026-01-01T01:00:00Z"}, other) is same
