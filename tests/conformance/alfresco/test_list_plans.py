"""Lists over two hundred thousand tasks: every page comes out of an index, on both databases."""

import re
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from tests.conformance.many_tasks import LISTS, fill
from tests.conformance.plans import Told, explained
from tests.serving import Served, serving

pytestmark = pytest.mark.anyio

_SEEN = ("owner", "process_instance_starter", "candidate_user")
#: list -> the indexes that its page must go through, each one's name or a part of it.
USED: Mapping[str, tuple[str, ...]] = {
    "all active tasks by due date": ("ix_user_task_due",),
    "all tasks by due date": ("ix_user_task_any_due",),
    "all tasks, newest first": ("ix_user_task_any_started",),
    "ended tasks, last ended first": ("ix_user_task_ended",),
    "urgent active tasks by priority": ("ix_user_task_priority",),
    "active tasks due soon": ("ix_user_task_due",),
    "active tasks of an assignee": ("ix_user_task_assignee",),
    "all tasks of an assignee": ("ix_user_task_any_assignee",),
    "tasks offered to a group": ("ix_candidate_group",),
    "tasks of a process": ("instance",),
    "active tasks that somebody sees": ("assignee", *_SEEN),
    "all tasks that somebody sees": ("assignee", *_SEEN),
    "active tasks by a variable of their process": ("assignee", *_SEEN),
    "all active processes, newest first": ("ix_process_instance_alive_started",),
    "all processes, newest first": ("ix_process_instance_started",),
    "active tasks that somebody sees or may take": ("assignee", *_SEEN, "candidate_group"),
    "ended tasks that somebody sees": ("assignee", *_SEEN),
    "processes that somebody sees": ("assignee", *_SEEN),
    "processes that somebody sees or may work on": ("assignee", *_SEEN, "candidate_group"),
}
#: Lists that count everything: to be counted, all of it may be read.
EVERYTHING = ("all active", "all tasks by", "all tasks, newest", "ended", "all processes")
#: Lists whose page comes out of its index in order already.
IN_ORDER = ("all active tasks by due date", "all tasks by due date", "active tasks due soon")


@pytest.fixture(scope="session")
async def running(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[Served]:
    """An application with a database of its own: what other tests leave behind may change the plans."""
    async with serving(database_for("of_plans")) as served:
        yield served


@pytest.fixture(scope="session")
async def told(running: Served) -> dict[str, Told]:
    """What the database says of each list; filling it takes some seconds, so it is done once."""
    await running.empty()
    return await explained(running.services, fill, LISTS)


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_over_many_tasks_goes_through_its_indexes(told: dict[str, Told], name: str) -> None:
    page, total = told[name].plans
    print(f"{name}: {told[name].milliseconds:.1f} ms")
    for index in USED[name]:
        assert re.search(rf"\b\w*{index}\w*\b", page), page
    for plan in (page, *(() if name.startswith(EVERYTHING) else (total,))):
        assert not re.search(r"Seq Scan on (activity|process)_instance|SCAN (activity|process)_instance$", plan), plan


@pytest.mark.parametrize("name", IN_ORDER)
async def test_a_page_is_not_sorted_when_its_index_has_the_order(told: dict[str, Told], name: str) -> None:
    page, _ = told[name].plans
    assert "TEMP B-TREE" not in page
    assert "Sort" not in page
