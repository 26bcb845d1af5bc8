"""What is done to all tasks of a project: asked for at once, carried out in the background, some tasks at a time.

A ``BackgroundJob`` tells its user how far it is; the queue of the server (``jobs``) drives it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from taskbridge.engine.errors import EngineError
from taskbridge.kinds import ActivityKind
from taskbridge.service import access, project_tasks, tasks, workflows
from taskbridge.service.errors import NotFound, ServiceError
from taskbridge.service.identity import Person
from taskbridge.service.queue import later
from taskbridge.service.unit import Unit
from taskbridge.store import background_jobs, projects
from taskbridge.store import project_task_lists as task_lists
from taskbridge.store.background_jobs import BackgroundJobRow, MessageRow
from taskbridge.store.project_task_lists import TaskFilter
from taskbridge.store.projects import StandRow

NOT_STARTED, IN_PROGRESS, COMPLETED, FAILED = "NOT_STARTED", "STILL_IN_PROGRESS", "COMPLETED", "FAILED"
COMPLETE_PROJECT, CANCEL_PROJECT = "COMPLETE_PROJECT", "CANCEL_PROJECT"
_NAMES = {COMPLETE_PROJECT: "Complete project steps", CANCEL_PROJECT: "Cancel project"}
_QUEUED = {COMPLETE_PROJECT: "complete-project", CANCEL_PROJECT: "cancel-project"}
#: So many steps are looked at in one transaction.
_AT_ONCE = 50


def _row(unit: Unit, job_id: int) -> BackgroundJobRow:
    row = background_jobs.get(unit.tx, job_id)
    if row is None:
        raise NotFound("BACKGROUND_JOB", job_id)
    return row


def messages(unit: Unit, person: Person, job_id: int, since: int) -> list[MessageRow]:
    """What a job has said since a moment; raises NotFound."""
    access.job(unit, person, job_id)
    return background_jobs.messages(unit.tx, job_id, since)


def begin(unit: Unit, person: Person, type_: str, project_id: int, **facts: object) -> int:
    """Have something done to all active tasks of a project for somebody; the id of the job, which his network sees."""
    row = BackgroundJobRow(
        id=unit.tx.new_id(),
        type=type_,
        name=_NAMES[type_],
        status=NOT_STARTED,
        tenant=person.tenant,
        created_by=unit.user,
        created_at=unit.tx.now,
        started_at=None,
        changed_at=unit.tx.now,
        ended_at=None,
    )
    background_jobs.insert(unit.tx, row)
    payload = {"job": row.id, "project": project_id, "user": unit.user, "after": 0, "done": 0, "failed": 0}
    later(unit, _QUEUED[type_], payload | facts)
    return row.id


@dataclass(slots=True)
class _Progress:
    """How many tasks a job has done, and how many it could not do."""

    done: int
    failed: int


_Deed = Callable[[Unit, StandRow, Mapping[str, Any]], bool]


def _carry_on(unit: Unit, payload: Mapping[str, Any], deed: _Deed, queued: str) -> None:
    """Do the deed to the next tasks, and see to it that those after them have their turn."""
    unit.user = payload["user"]
    job = _row(unit, payload["job"])
    started = {"started_at": unit.tx.now} if job.started_at is None else {}
    stands, last = _next_stands(unit, payload)
    progress = _Progress(payload["done"], payload["failed"])
    project_tasks.lock(unit, [stand.instance_id for stand in stands])
    for stand in stands:
        _do(unit, job.id, stand, payload, deed, progress)
    facts = {"done": progress.done, "failed": progress.failed}
    if not last:
        background_jobs.change(unit.tx, job.id, status=IN_PROGRESS, **started)
        later(unit, queued, {**payload, **facts, "after": stands[-1].instance_id})
        return
    status = FAILED if progress.failed and not progress.done else COMPLETED
    background_jobs.change(unit.tx, job.id, status=status, ended_at=unit.tx.now, **started)
    background_jobs.say(unit.tx, job.id, f"{progress.done} tasks done, {progress.failed} failed")


def _next_stands(unit: Unit, payload: Mapping[str, Any]) -> tuple[list[StandRow], bool]:
    """The next steps, and whether they are the last; a task that may have more of them is left for the next time."""
    found = projects.active_steps(unit.tx, payload["project"], payload["after"], _AT_ONCE)
    if len(found) < _AT_ONCE:
        return found, True
    return [stand for stand in found if stand.instance_id != found[-1].instance_id] or found, False


def _do(unit: Unit, job_id: int, stand: StandRow, payload: Mapping[str, Any], deed: _Deed, progress: _Progress) -> None:
    try:
        with unit.tx.part():
            if not deed(unit, stand, payload):
                return
    except (ServiceError, EngineError) as error:
        progress.failed += 1
        background_jobs.say(unit.tx, job_id, f"Task {stand.instance_id}: {error}")
    else:
        progress.done += 1
        background_jobs.say(unit.tx, job_id, f"Task {stand.instance_id}: done")


def _complete(unit: Unit, stand: StandRow, payload: Mapping[str, Any]) -> bool:
    way = workflows.of_definition(unit, stand.definition_id).way(stand.node_id, payload["transition"])
    if way is None or stand.kind != ActivityKind.USER:
        return False
    tasks.complete(unit, stand.activity_id, transition=way.flow_id)
    return True


def _cancel(unit: Unit, stand: StandRow, payload: Mapping[str, Any]) -> bool:
    """A task between a fork and its join stands at several steps, and is cancelled with the first of them."""
    row = task_lists.find(unit.tx, TaskFilter(ids=[stand.instance_id]))
    if not row or row[0].ended_at is not None:
        return False
    project_tasks.end(unit, row[0], payload["comment"])
    return True


def given_up(unit: Unit, payload: Mapping[str, Any], reason: str) -> None:
    """The queue has given such work up: its user sees that it failed, and why."""
    background_jobs.change(unit.tx, payload["job"], status=FAILED, ended_at=unit.tx.now)
    background_jobs.say(unit.tx, payload["job"], reason)


#: Types of queued work -> what carries it out.
WORK: dict[str, Callable[[Unit, Mapping[str, Any]], None]] = {
    _QUEUED[COMPLETE_PROJECT]: lambda unit, payload: _carry_on(unit, payload, _complete, _QUEUED[COMPLETE_PROJECT]),
    _QUEUED[CANCEL_PROJECT]: lambda unit, payload: _carry_on(unit, payload, _cancel, _QUEUED[CANCEL_PROJECT]),
}
