"""The view ``task``: what task listeners may ask of a user task, and do to it.

Its execution is the view ``execution``; its own variables stand before those of the execution.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from taskbridge.engine import scopes
from taskbridge.engine.execution_view import (
    VARIABLE_METHODS,
    VARIABLE_PROPERTIES,
    Execution,
    execution_view,
)
from taskbridge.engine.expressions import (
    Collected,
    Integer,
    JodaMoment,
    View,
    ViewType,
    java_class,
    to_integer,
    to_string,
)
from taskbridge.engine.expressions.errors import MethodNotFound, Thrown
from taskbridge.engine.state import CANDIDATE, ForPerson, Link
from taskbridge.engine.variables import Variables

_ENTITIES = "org.camunda.bpm.engine.impl.persistence.entity"
#: Numbers that rows carry for the state of a delegation.
PENDING, RESOLVED = 0, 1
_DELEGATION = {PENDING: "PENDING", RESOLVED: "RESOLVED"}
_STATES = {"complete": "Completed", "delete": "Deleted"}


@dataclass(slots=True)
class Task(Execution):
    """One user task, as its view sees it; ``place`` is its activity, ``event`` what the listener is evaluated for."""

    person: ForPerson = field(kw_only=True)
    event: str = field(kw_only=True)
    finish: Callable[[], None] = field(kw_only=True)

    def local(self) -> Variables:
        """The variables of the task itself."""
        return self.instance.variables if self.place is None else self.place.variables

    def execution(self) -> View:
        """The view of the execution that the task belongs to."""
        process, instance, node = self.process, self.instance, self.node
        place = self.place if self.place is None or node is None else scopes.execution(node, self.place)
        return execution_view(process, instance, place, self.environment, node)

    def links(self) -> list[Link]:
        """Whom the task is linked to, to be changed in place."""
        if self.person.links is None:
            if self.person.created_at is not None:
                self.person.links = self.environment.links(self.number())
            else:
                self.person.links = made_links(self.person)
        return self.person.links

    def shown_links(self) -> object:
        """Views of the candidates."""
        return Collected([View(LINK, link) for link in self.links() if link.type == CANDIDATE], "java.util.HashSet")


LINK = ViewType(
    f"{_ENTITIES}.IdentityLinkEntity",
    {
        "type": lambda link: link.type,
        "userId": lambda link: link.user,
        "groupId": lambda link: link.group,
        "user": lambda link: link.group is None,
        "group": lambda link: link.group is not None,
    },
)


def made_links(person: ForPerson) -> list[Link]:
    """The links that a task begins with."""
    users = [Link(CANDIDATE, user, None) for user in person.candidate_users]
    return users + [Link(CANDIDATE, None, group) for group in person.candidate_groups]


# what it is


def _of_person(read: Callable[[ForPerson], object]) -> Callable[[Task], object]:
    return lambda one: read(one.person)


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def _set(name: str, read: Callable[[object], object]) -> Callable[[Task, object], None]:
    def change(one: Task, value: object) -> None:
        setattr(one.person, name, read(value))

    return change


def _set_date(method: str, name: str) -> Callable[[Task, object], None]:
    def change(one: Task, value: object) -> None:
        if value is not None and (not isinstance(value, datetime) or isinstance(value, JodaMoment)):
            raise MethodNotFound(f"Method not found: class {TASK.java_class}.{method}({java_class(value)})")
        setattr(one.person, name, None if value is None else round(value.timestamp() * 1000))

    return change


def _delegate(one: Task, user: object) -> None:
    one.person.delegation = PENDING
    one.person.owner = one.person.owner or one.person.assignee
    one.person.assignee = to_string(user)


def _resolve(one: Task) -> None:
    one.person.delegation = RESOLVED
    one.person.assignee = one.person.owner


def _complete(one: Task) -> None:
    if one.event in ("complete", "delete"):
        text = "ENGINE-03051 There was an exception while invoking the TaskListener. Message: 'invalid task state'"
        raise Thrown(f"org.camunda.bpm.engine.ProcessEngineException: {text}")
    one.finish()


# whom it is linked to


def _add(type_: str | None, *, group: bool) -> Callable[..., None]:
    def add(one: Task, who: object, type_given: object = type_) -> None:
        name, kind = to_string(who), to_string(type_given)
        one.links().append(Link(kind, None, name) if group else Link(kind, name, None))

    return add


def _add_all(*, group: bool) -> Callable[[Task, object], None]:
    add = _add(CANDIDATE, group=group)

    def add_all(one: Task, several: object) -> None:
        for who in several if isinstance(several, Iterable) else ():
            add(one, who)

    return add_all


def _remove(type_: str | None, *, group: bool) -> Callable[..., None]:
    def remove(one: Task, who: object, type_given: object = type_) -> None:
        name, kind = to_string(who), to_string(type_given)
        gone = Link(kind, None, name) if group else Link(kind, name, None)
        if one.person.created_at is None:
            return  # the vendor's engine looks for links that are stored
        links = one.links()
        links[:] = [link for link in links if link != gone]

    return remove


def _nothing(_one: Task) -> None:
    return None


TASK = ViewType(
    f"{_ENTITIES}.TaskEntity",
    {
        "id": lambda one: one.environment.shown.task(one.number()),
        "taskDefinitionKey": lambda one: one.node.id,
        "name": _of_person(lambda person: person.name),
        "description": _of_person(lambda person: person.description),
        "assignee": _of_person(lambda person: person.assignee),
        "owner": _of_person(lambda person: person.owner),
        "priority": _of_person(lambda person: Integer(person.priority)),
        "dueDate": _of_person(lambda person: _moment(person.due_at)),
        "followUpDate": _of_person(lambda person: _moment(person.follow_up_at)),
        "createTime": lambda one: _moment(one.person.created_at or one.environment.now),
        "lastUpdated": _of_person(lambda person: _moment(person.updated_at)),
        "delegationState": _of_person(
            lambda person: None if person.delegation is None else _DELEGATION[person.delegation]
        ),
        "candidates": Task.shown_links,
        "eventName": lambda one: one.event,
        "execution": Task.execution,
        "executionId": lambda one: one.execution().read("id"),
        "processInstanceId": lambda one: one.environment.shown.process_instance(one.instance.id),
        "processDefinitionId": lambda one: one.environment.shown.definition_id,
        "tenantId": lambda one: one.environment.shown.tenant,
        "caseExecutionId": _nothing,
        "caseInstanceId": _nothing,
        "caseDefinitionId": _nothing,
        "caseExecution": _nothing,
        "parentTaskId": _nothing,
        "deleteReason": _nothing,
        "taskState": lambda one: _STATES.get(one.event, "Created" if one.person.updated_at is None else "Updated"),
        "suspended": lambda _one: False,
        "variableScopeKey": lambda _one: "task",
        **VARIABLE_PROPERTIES,
    },
    {
        ("setName", 1): _set("name", to_string),
        ("setDescription", 1): _set("description", to_string),
        ("setAssignee", 1): _set("assignee", to_string),
        ("setOwner", 1): _set("owner", to_string),
        ("setPriority", 1): _set("priority", to_integer),
        ("setDueDate", 1): _set_date("setDueDate", "due_at"),
        ("setFollowUpDate", 1): _set_date("setFollowUpDate", "follow_up_at"),
        ("delegate", 1): _delegate,
        ("resolve", 0): _resolve,
        ("complete", 0): _complete,
        ("addCandidateUser", 1): _add(CANDIDATE, group=False),
        ("addCandidateUsers", 1): _add_all(group=False),
        ("addCandidateGroup", 1): _add(CANDIDATE, group=True),
        ("addCandidateGroups", 1): _add_all(group=True),
        ("addUserIdentityLink", 2): _add(None, group=False),
        ("addGroupIdentityLink", 2): _add(None, group=True),
        ("deleteCandidateUser", 1): _remove(CANDIDATE, group=False),
        ("deleteCandidateGroup", 1): _remove(CANDIDATE, group=True),
        ("deleteUserIdentityLink", 2): _remove(None, group=False),
        ("deleteGroupIdentityLink", 2): _remove(None, group=True),
        ("toString", 0): lambda one: f"Task[{one.environment.shown.task(one.number())}]",
        **VARIABLE_METHODS,
    },
)
