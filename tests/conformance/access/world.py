"""People of two networks, and things of one of them: what the walk over all operations is made with."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select

from taskbridge.engine.variables import Variable
from taskbridge.service import (
    catalogue,
    comments,
    deferral,
    deployments,
    documents,
    elements,
    external_tasks,
    identity,
    processes,
    project_jobs,
    projects,
    rights,
    tasks,
    tokens,
    variables,
)
from taskbridge.service import incidents as raised_incidents
from taskbridge.service.identity import Person
from taskbridge.service.projects import Order, Target
from taskbridge.service.unit import Services, Unit
from taskbridge.store import activities, batches, definitions, incidents, project_lists, project_task_lists
from taskbridge.store.catalogue import CLIENTS, LOCALES, PROJECT_TYPES, Criteria
from taskbridge.store.incidents import IncidentFilter
from taskbridge.store.jobs import JOB
from taskbridge.store.project_lists import ProjectFilter
from taskbridge.store.project_task_lists import TaskFilter
from tests.passwords import hashed

MODEL = ("work.bpmn", Path(__file__).with_name("work.bpmn").read_bytes())
WORKER, ELSEWHERE = "w", "elsewhere"
_SETUP = """
locales: [{name: German, language: de}]
clients: [{name: Acme}]
project_types: [{name: Pages, process: work}]
user_types:
  - name: Manager
    rights:
      TASK: [CLAIM, UNCLAIM, COMPLETE, CANCEL, ASSIGN, UPDATE, INCLUDE COST, EXCLUDE COST]
      PROJECT: [COMPLETE, CANCEL]
      PROJECT_GROUP: [CREATE]
users:
"""


class Caller(StrEnum):
    """Who calls; the password is the name."""

    OWNER = "ann"
    COLLEAGUE = "ben"
    ADMIN = "ada"
    STRANGER = "sue"
    FOREIGN_ADMIN = "fay"


#: How the page of the documentation names them.
TITLES = {
    Caller.OWNER: "owner",
    Caller.COLLEAGUE: "colleague",
    Caller.ADMIN: "administrator",
    Caller.STRANGER: "other network",
    Caller.FOREIGN_ADMIN: "its administrator",
}
ADMINS = (Caller.ADMIN, Caller.FOREIGN_ADMIN)
FOREIGN = (Caller.STRANGER, Caller.FOREIGN_ADMIN)


@dataclass(frozen=True, slots=True)
class Things:
    """What belongs to the owner, by its numbers; a project, its task and what else it has only where one was wanted."""

    instance: int
    task: int
    machine: int
    definition: int
    version: int
    deployment: int
    resource: int
    document: int
    spare: int
    person: int
    transition: int
    token: str
    incident: int = 0
    batch: int = 0
    timer: int = 0
    timer_definition: int = 0
    project: int = 0
    group: int = 0
    job: int = 0
    locale: int = 0
    client: int = 0
    kind: int = 0


async def furnish(services: Services, home: str | None) -> None:
    """The people, and the process: of no network, and, where the home network is a named one, of that as well."""
    other = ELSEWHERE if home is None else None
    listed = "".join(f"  - {{name: {one}, type: Manager, clients: [Acme]}}\n" for one in Caller)

    def work(unit: Unit) -> None:
        for one in Caller:
            tenant = other if one in FOREIGN else home
            identity.add_user(unit, one, hashed(one), admin=one in ADMINS, tenant=tenant)
        deploy(unit, home)
        catalogue.apply(unit, catalogue.read(_SETUP + listed))

    await services.run(work)


def deploy(unit: Unit, home: str | None) -> None:
    """A version of the process that is of no network; and one of the home network, where that is a named one."""
    sources = deployments.read([MODEL])
    for tenant in dict.fromkeys((None, home)):
        deployments.deploy(unit, sources, tenant=tenant, name="work")


class Need(StrEnum):
    """What must have happened before, for an operation to have something to do."""

    FAILED = "the machine's task has failed for good, which is an incident"
    RAISED = "a client has raised an incident at the task"
    RESTING = "the task is put off"
    BATCH = "there is a batch"
    UNLOCKED = "the machine's task is not locked"


def made(unit: Unit, home: str | None, *, in_project: bool = False, need: Need | None = None) -> Things:
    """An instance of the owner's, with her task and everything that hangs on it."""
    unit.user = Caller.OWNER
    ann = identity.person(unit, Caller.OWNER)
    assert ann is not None
    # Projects run on what is of no network.
    tenant = "" if in_project else home or ""
    if definitions.latest(unit.tx, "work", tenant) is None:  # an operation has removed it
        deploy(unit, home)
    row = processes.latest_definition(unit, "work", tenant)
    document, spare = (documents.add(unit, name, b"some words", tenant=home).id for name in ("a.txt", "b.txt"))
    ordered = _ordered(unit, ann, spare) if in_project else {}
    instance = ordered.pop("instance", 0) or processes.start(unit, row, tenant=home).id
    task, machine = _steps(unit, instance)
    tasks.assign(unit, task, Caller.OWNER)
    for place in (variables.execution(unit, instance), variables.task(unit, task)):
        given = {"note": Variable("String", "n"), "seal": Variable("Bytes", b"\x00")}
        variables.change(unit, place, given, local_only=True)
    documents.attach(unit, ann, instance, document)
    comments.add_to_task(unit, tasks.get(unit, task), "a comment")
    return Things(
        instance=instance,
        task=task,
        machine=machine,
        definition=row.id,
        version=row.version,
        deployment=row.deployment_id,
        resource=row.resource_id,
        document=document,
        spare=spare,
        person=ann.number,
        transition=elements.of_definition(unit, row.id).flows["stepped"],
        token=tokens.issue(unit, f"worldserver-file-{document}", Caller.OWNER, 1_000_000),
        **_timer(unit, task),
        **ordered,
        **_prepared(unit, need, task, machine),
    )


def _prepared(unit: Unit, need: Need | None, task: int, machine: int) -> dict[str, int]:
    """Bring about what an operation needs; what came of it."""
    if need is not Need.UNLOCKED:
        external_tasks.lock(unit, machine, WORKER, 1_000_000)
    if need is Need.FAILED:
        external_tasks.fail(unit, machine, WORKER, message="broken", details="d", retries=0, retry_timeout=0)
        (incident,) = incidents.find(unit.tx, IncidentFilter(execution_ids=[machine]))
        return {"incident": incident.id}
    if need is Need.RAISED:
        raised = raised_incidents.raise_at(unit, task, "mine", configuration=None, message=None)
        return {"incident": raised.id}
    if need is Need.RESTING:
        deferral.put_off(unit, tasks.get(unit, task), unit.tx.now + 1_000_000, None)
    if need is Need.BATCH:
        number = unit.tx.new_id()
        counts = {"total_jobs": 1, "failed_jobs": 0, "completed_jobs": 0}
        row = {"id": number, "type": "t", "tenant": None, "created_by": None, "created_at": 0, "ended_at": None}
        batches.insert(unit.tx, row | counts)
        return {"batch": number}
    return {}


def _timer(unit: Unit, task: int) -> dict[str, int]:
    """The timer of the task, and its job definition."""
    found = select(JOB.c.id.label("timer"), JOB.c.job_definition_id.label("timer_definition")).where(
        JOB.c.activity_id == task
    )
    return unit.tx.select(found)[0]._asdict()


def _steps(unit: Unit, instance: int) -> tuple[int, int]:
    """The task of a person and the one of a worker."""
    found = {row.node_id: row.id for row in activities.open_of_instance(unit.tx, instance)}
    return found["step"], found["machine"]


def _ordered(unit: Unit, ann: Person, document: int) -> dict[str, int]:
    """A project with one task, and a job that finds nothing to do in it."""
    (locale,), (client,), (kind,) = (
        [row.id for row in shelf.find(unit.tx, Criteria())] for shelf in (LOCALES, CLIENTS, PROJECT_TYPES)
    )
    order = Order("Pages", None, client, kind, [document], [Target(locale)])
    group = projects.create(unit, rights.doer(unit, ann), order)
    (project,) = project_lists.find(unit.tx, ProjectFilter(group_ids=[group]))
    (task,) = project_task_lists.find(unit.tx, TaskFilter(project_ids=[project.id]))
    job = project_jobs.begin(unit, ann, project_jobs.COMPLETE_PROJECT, project.id, transition=0)
    places = {"locale": locale, "client": client, "kind": kind}
    return {"instance": task.id, "project": project.id, "group": group, "job": job, **places}
