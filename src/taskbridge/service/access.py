"""Who may see which instance, task, document, definition, deployment and person, and who may do a task.

A dialect chooses a ``Policy``, which names its vendor's rule. Lists take the rule as filters of the store (the
functions that end in ``_shown``), single reads as a check (those that begin with ``check_``). A command checks once it
holds the lock, so that it goes by what the thing is then. The network None is the default one, and like any other.
``docs/explanation/access.md`` has the table of what comes of it, operation by operation.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import Any

from taskbridge.service import identity
from taskbridge.service.errors import NotFound, OtherNetwork, Refused
from taskbridge.service.identity import Person
from taskbridge.service.unit import Unit
from taskbridge.store import (
    activities,
    background_jobs,
    definitions,
    documents,
    instance_lists,
    instances,
    involvement,
    user_task_lists,
)
from taskbridge.store import identity as stored_identity
from taskbridge.store.activities import ActivityRow
from taskbridge.store.background_jobs import BackgroundJobRow
from taskbridge.store.definitions import DefinitionRow, DeploymentRow
from taskbridge.store.documents import DocumentRow
from taskbridge.store.identity import UserRow
from taskbridge.store.instance_lists import InstanceFilter
from taskbridge.store.instances import InstanceRow
from taskbridge.store.lists import Network
from taskbridge.store.project_task_lists import TaskRow
from taskbridge.store.user_task_lists import Standing, UserTaskFilter
from taskbridge.store.viewers import Viewer

_CANDIDATE = "candidate"


class Sight(Enum):
    """What a person sees of the tasks and instances that there are."""

    EVERYTHING = "everything, of whatever network"
    PROJECTS = "in their network what belongs to a project, and of the rest what they have to do with"
    OWN = "in their network what they have to do with"


class Hidden(Enum):
    """What a thing is to a person who may not see it."""

    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule that a dialect can choose. Administrators see all of their network, and nothing of another one.

    ``foreign`` is what another network's task or instance is, ``unrelated`` what one is that somebody has nothing to do
    with. ``free``: a task without an assignee and without candidates is for everybody of its network. ``pooled``:
    lists show what is offered to a group, too. Definitions, deployments, documents and people of another network are
    not found under every policy but ``OPEN``; definitions and deployments of no network belong to all.
    """

    name: str
    sight: Sight
    foreign: Hidden = Hidden.NOT_FOUND
    unrelated: Hidden = Hidden.NOT_FOUND
    free: bool = False
    pooled: bool = True


#: Whoever is signed in sees everything.
OPEN = Policy("open", Sight.EVERYTHING)
#: What is not somebody's own is forbidden to him, and his lists have what is his by name.
PERSONAL = Policy("personal", Sight.OWN, Hidden.FORBIDDEN, Hidden.FORBIDDEN, pooled=False)
#: Other networks do not exist; what is another's is forbidden; a task without assignee and candidates is everybody's.
SHARED_WORK = Policy("shared work", Sight.OWN, Hidden.NOT_FOUND, Hidden.FORBIDDEN, free=True)
#: What belongs to a project is for its whole network; what somebody may not see does not exist.
SHARED_PROJECTS = Policy("shared projects", Sight.PROJECTS, Hidden.NOT_FOUND, Hidden.NOT_FOUND)


class Relation(StrEnum):
    """What a person is to a task."""

    ADMIN = "administrator"
    ASSIGNEE = "assignee"
    OWNER = "owner"
    STARTER = "starter of the process"
    CANDIDATE_USER = "candidate"
    CANDIDATE_GROUP = "member of a candidate group"
    LINKED = "linked in another way"
    DOER = "who did it"


#: Who sees a task at any time. Members of a candidate group do while it is open and has no assignee.
SEES = frozenset(Relation) - {Relation.CANDIDATE_GROUP}


def relations(unit: Unit, row: ActivityRow, person: Person) -> frozenset[Relation]:
    """What a person is to a task; people of another network are nothing to it."""
    if person.tenant != row.tenant:
        return frozenset()
    links = activities.candidates(unit.tx, row.id)
    offered = [link for link in links if link.type == _CANDIDATE]
    found = {
        Relation.ADMIN: person.admin,
        Relation.ASSIGNEE: row.assignee == person.name,
        Relation.OWNER: row.owner == person.name,
        Relation.STARTER: row.started_by == person.name,
        Relation.CANDIDATE_USER: any(link.user_id == person.name for link in offered),
        Relation.CANDIDATE_GROUP: any(link.group_id in person.groups for link in offered),
        Relation.LINKED: any(link.user_id == person.name for link in links if link.type != _CANDIDATE),
        Relation.DOER: row.ended_by == person.name,
    }
    return frozenset(relation for relation, holds in found.items() if holds)


def may_do(unit: Unit, row: ActivityRow, person: Person) -> bool:
    """Whether a task is a person's to do: it is his, it is offered to him, or it is anybody's in his network."""
    found = relations(unit, row, person)
    if found & {Relation.ADMIN, Relation.ASSIGNEE, Relation.OWNER}:
        return True
    if row.assignee is not None:
        return False
    if found & {Relation.CANDIDATE_USER, Relation.CANDIDATE_GROUP}:
        return True
    return person.tenant == row.tenant and not _offered(unit, row)


def _offered(unit: Unit, row: ActivityRow) -> bool:
    return any(link.type == _CANDIDATE for link in activities.candidates(unit.tx, row.id))


# single things


def check_task(unit: Unit, policy: Policy, person: Person, row: ActivityRow) -> None:
    """Go on only where the person may see the task. Raises NotFound, OtherNetwork, Refused."""
    if policy.sight is Sight.EVERYTHING:
        return
    check_network(policy, person, row.tenant, "task", row.id)
    found = relations(unit, row, person)
    open_to_all = row.assignee is None and row.ended_at is None
    if found & SEES or (open_to_all and Relation.CANDIDATE_GROUP in found):
        return
    if not (policy.free and open_to_all and not _offered(unit, row)):
        raise _unrelated(policy, "task", row.id)


def check_tasks(unit: Unit, policy: Policy, person: Person, rows: Sequence[ActivityRow]) -> None:
    """The same for several tasks, of which there may be any number. Raises NotFound, OtherNetwork, Refused."""
    shown = readable_tasks(unit, policy, person, rows) if len(rows) > 1 else frozenset()
    for row in rows:
        if row.id not in shown:
            check_task(unit, policy, person, row)


def readable_tasks(unit: Unit, policy: Policy, person: Person, rows: Sequence[ActivityRow]) -> frozenset[int]:
    """The ids of those of several tasks that the person may see: one statement for any number of them."""
    wanted = UserTaskFilter(standing=Standing.ANY, ids=[row.id for row in rows])
    found = user_task_lists.find(unit.tx, replace(wanted, **tasks_readable(policy, person)))
    return frozenset(row.id for row in found)


def readable_instances(unit: Unit, policy: Policy, person: Person, ids: Collection[int]) -> frozenset[int]:
    """The same for process instances, by their ids."""
    wanted = InstanceFilter(standing=instance_lists.Standing.ANY, ids=sorted(ids))
    found = instance_lists.find(unit.tx, replace(wanted, **instances_shown(_as_single(policy), person)))
    return frozenset(row.id for row in found)


def check_instance(unit: Unit, policy: Policy, person: Person, row: InstanceRow) -> None:
    """Go on only where the person may see the process instance. Raises NotFound, OtherNetwork, Refused."""
    if policy.sight is Sight.EVERYTHING:
        return
    check_network(policy, person, row.tenant, "process instance", row.id)
    _check_related(unit, policy, person, row)


def check_project_task(unit: Unit, person: Person, row: TaskRow) -> None:
    """The same for an instance that is shown as a task, by the policy ``SHARED_PROJECTS``. Raises NotFound."""
    check_network(SHARED_PROJECTS, person, row.tenant, "process instance", row.id)
    if row.project_id is None:
        _check_related(unit, SHARED_PROJECTS, person, row)


def _check_related(unit: Unit, policy: Policy, person: Person, row: InstanceRow | TaskRow) -> None:
    if not (person.admin or row.started_by == person.name or _involved(unit, row.id, person)):
        raise _unrelated(policy, "process instance", row.id)


def _involved(unit: Unit, instance_id: int, person: Person) -> bool:
    return involvement.took_part(unit.tx, instance_id, person.name) or involvement.offered_to_groups(
        unit.tx, instance_id, person.groups
    )


def check_network(policy: Policy, person: Person, tenant: str | None, kind: str, identifier: int) -> None:
    """Go on only where a thing belongs to the person's network. Raises NotFound, OtherNetwork."""
    if policy.sight is Sight.EVERYTHING or tenant == person.tenant:
        return
    if policy.foreign is Hidden.NOT_FOUND:
        raise NotFound(kind, identifier)
    raise OtherNetwork("see", kind, identifier)


def _unrelated(policy: Policy, kind: str, identifier: int) -> NotFound | Refused:
    if policy.unrelated is Hidden.NOT_FOUND:
        return NotFound(kind, identifier)
    return Refused("see", kind, identifier)


def instance(unit: Unit, policy: Policy, person: Person, instance_id: int, *, hold: bool = False) -> InstanceRow:
    """One process instance that the person may see, running or not; with ``hold`` its process tree is locked first.

    Raises NotFound, OtherNetwork, Refused.
    """
    row = (instances.lock if hold else instances.get)(unit.tx, instance_id)
    if row is None:
        raise NotFound("process instance", instance_id)
    check_instance(unit, policy, person, row)
    return row


def definition(unit: Unit, person: Person, definition_id: int) -> DefinitionRow:
    """One definition of the person's network, or of none. Raises NotFound."""
    row = definitions.get(unit.tx, definition_id)
    if row is None or row.tenant not in ("", person.tenant):
        raise NotFound("process definition", definition_id)
    return row


def latest_definition(unit: Unit, person: Person, key: str) -> DefinitionRow:
    """The newest definition of a key that the person's network has; where it has none, that of no network.

    Raises NotFound.
    """
    found = definitions.latest(unit.tx, key, person.tenant or "") or definitions.latest(unit.tx, key, "")
    if found is None:
        raise NotFound("process definition key", key)
    return found


def deployment(unit: Unit, person: Person, deployment_id: int) -> DeploymentRow:
    """One deployment of the person's network, or of none. Raises NotFound."""
    row = definitions.deployment(unit.tx, deployment_id)
    if row is None or row.tenant not in (None, person.tenant):
        raise NotFound("deployment", deployment_id)
    return row


def document(unit: Unit, person: Person, document_id: int) -> DocumentRow:
    """One document of the person's network. Raises NotFound."""
    row = documents.get(unit.tx, document_id)
    if row is None or row.tenant != person.tenant:
        raise NotFound("document", document_id)
    return row


def documents_of(unit: Unit, person: Person, instance_id: int, role: str) -> list[DocumentRow]:
    """The documents of an instance in a role, in the order they came; only those of the person's network."""
    return [row for row in documents.of_instance(unit.tx, instance_id, role) if row.tenant == person.tenant]


def job(unit: Unit, person: Person, job_id: int) -> BackgroundJobRow:
    """One piece of work in the background that somebody of the person's network asked for. Raises NotFound."""
    row = background_jobs.get(unit.tx, job_id)
    if row is None or row.tenant != person.tenant:
        raise NotFound("BACKGROUND_JOB", job_id)
    return row


def user(unit: Unit, person: Person, name: str) -> UserRow | None:
    """The user of that name, when he is of the person's network."""
    row = stored_identity.get_user(unit.tx, name)
    return row if row is not None and row.tenant == person.tenant else None


def users_by_number(unit: Unit, person: Person, numbers: Sequence[int]) -> list[UserRow]:
    """The users of these numbers who are of the person's network, in no order."""
    return [row for row in stored_identity.users_by_number(unit.tx, numbers) if row.tenant == person.tenant]


def acting(unit: Unit) -> Person:
    """Who acts in this unit of work. Raises NotFound for somebody who has been removed meanwhile."""
    person = None if unit.user is None else identity.person(unit, unit.user)
    if person is None:
        raise NotFound("user", unit.user)
    return person


# lists: what is to be added to the fields of a filter


def network(person: Person) -> Network:
    """The network of a person."""
    return Network(person.tenant)


def tasks_shown(policy: Policy, person: Person) -> dict[str, Any]:
    """For ``UserTaskFilter``: the tasks that the person may see."""
    return _shown(policy, person, free=policy.free)


def tasks_readable(policy: Policy, person: Person) -> dict[str, Any]:
    """The same with the tasks that the person may read one by one though the policy's lists leave them out."""
    return tasks_shown(_as_single(policy), person)


def _as_single(policy: Policy) -> Policy:
    """The policy with lists that show all that ``check_task`` and ``check_instance`` let pass."""
    return replace(policy, pooled=True)


def instances_shown(policy: Policy, person: Person) -> dict[str, Any]:
    """For ``InstanceFilter``: the process instances that the person may see."""
    return _shown(policy, person)


def _shown(policy: Policy, person: Person, *, free: bool = False) -> dict[str, Any]:
    if policy.sight is Sight.EVERYTHING:
        return {}
    if person.admin:
        return in_network(person)
    return in_network(person) | {"visible_to": _viewer(policy, person, free=free)}


def _viewer(policy: Policy, person: Person, *, free: bool = False) -> Viewer:
    return Viewer(person.name, person.groups if policy.pooled else (), network(person) if free else None)


def in_network(person: Person) -> dict[str, Any]:
    """For ``UserTaskFilter`` and ``InstanceFilter``: all of the person's network, where the vendor shows that."""
    return {"without_tenant": True} if person.tenant is None else {"tenants": [person.tenant]}


def project_tasks_shown(person: Person) -> dict[str, Any]:
    """For ``project_task_lists.TaskFilter``: the instances that the person may see as tasks."""
    visible = None if person.admin else _viewer(SHARED_PROJECTS, person)
    return {"network": network(person), "visible_to": visible}


def definitions_shown(person: Person) -> dict[str, Any]:
    """For ``DefinitionFilter`` and ``DeploymentFilter``: those of the person's network, and those of none."""
    found = in_network(person)
    return found if person.tenant is None else found | {"or_without_tenant": True}
