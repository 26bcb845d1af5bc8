"""The schema: SQLModel table classes, what Alembic compares with and what every statement is built from.

All ids are positive integers of one id space. All moments are epoch milliseconds. Documents (variables,
tokens) are JSON text. A finished activity stays in its table with an end time; the runtime reads through the partial
indexes, so history costs no second write.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from taskbridge.kinds import ROW

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",  # as without a convention
    "fk": "fk_%(table_name)s_%(column_0_name)s",
}


def _id(to: type[SQLModel] | None = None) -> Any:  # noqa: ANN401 - the field function of SQLModel has no other type
    # SQLite sorts a table by its key only when that is declared INTEGER; otherwise the key is a second index.
    number = BigInteger().with_variant(Integer(), "sqlite")
    return Field(sa_column=Column(number, *_key(to), primary_key=True, autoincrement=False))


def _ref(to: type[SQLModel] | str | None = None, *, index: bool = False) -> Any:  # noqa: ANN401 - as above
    return Field(sa_column=Column(BigInteger, *_key(to), nullable=False, index=index))


def _optional_ref(to: type[SQLModel] | str, *, index: bool = False) -> Any:  # noqa: ANN401 - as above
    return Field(default=None, sa_column=Column(BigInteger, *_key(to), nullable=True, index=index))


def _key(to: type[SQLModel] | str | None) -> list[ForeignKey]:
    """What makes a column a foreign key to the id of a table."""
    return [] if to is None else [ForeignKey(f"{to if isinstance(to, str) else to.__tablename__}.id")]


def _name_of(to: type[SQLModel], **options: Any) -> Any:  # noqa: ANN401 - as above
    """A column that holds the name of a row of a table, and makes it a foreign key."""
    return Field(sa_column=Column(Text, ForeignKey(f"{to.__tablename__}.name"), **options))


def _moment() -> Any:  # noqa: ANN401 - the field function of SQLModel has no other type
    return Field(default=None, sa_column=Column(BigInteger, nullable=True))


def _text(*, nullable: bool = True) -> Any:  # noqa: ANN401 - the field function of SQLModel has no other type
    return Field(default=None, sa_column=Column(Text, nullable=nullable))


def _partial(name: str, *columns: str | TextClause, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def table_of(model: type[SQLModel]) -> Table:
    """The SQLAlchemy table behind a model class."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


#: Jobs that a runner may take up once they are due.
RUNNABLE = "retries > 0 AND suspended = 0"
#: Instances that stand for themselves: no other has called them, none has taken their place.
LISTED = "parent_activity_id IS NULL AND outdated = 0"


class Deployment(SQLModel, table=True):
    """A set of resources that came in together."""

    __tablename__ = "deployment"
    id: int = _id()
    name: str | None = _text()
    source: str | None = _text()
    tenant: str | None = _text()
    created_at: int = _ref()
    __table_args__ = (Index("ix_deployment_name", "name", "id"),)


class Resource(SQLModel, table=True):
    """One file of a deployment. ``handling`` is how it is read (``kinds.Handling``)."""

    __tablename__ = "resource"
    id: int = _id()
    deployment_id: int = _ref(index=True)
    name: str = _text(nullable=False)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    handling: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))


class ProcessDefinition(SQLModel, table=True):
    """One version of a BPMN process. ``tenant`` is '' when there is none, so that the version is unique."""

    __tablename__ = "process_definition"
    id: int = _id()
    key: str = _text(nullable=False)
    version: int = Field(sa_column=Column(BigInteger, nullable=False))
    tenant: str = _text(nullable=False)
    name: str | None = _text()
    description: str | None = _text()
    category: str | None = _text()
    version_tag: str | None = _text()
    history_time_to_live: int | None = Field(default=None, sa_column=Column(BigInteger))
    startable_in_tasklist: bool = Field(default=True, sa_column=Column(SmallInteger, nullable=False))
    suspended: bool = Field(default=False, sa_column=Column(SmallInteger, nullable=False))
    deployment_id: int = _ref(index=True)
    resource_id: int = _ref()
    resource_name: str = _text(nullable=False)
    __table_args__ = (UniqueConstraint("key", "tenant", "version", name="uq_process_definition_version"),)


class ProcessInstance(SQLModel, table=True):
    """One run of a definition. ``tokens`` is the interpreter's bookkeeping; ``trail`` tells what the start passed.

    ``parent_activity_id`` is the activity that has called it; ``root_id`` then names the instance at the top.
    ``name`` is how people know it; ``outdated`` that another instance has taken its place; ``raised_incidents`` that a
    client has once raised an incident in it, so that ends of activities have to look for such.
    """

    __tablename__ = "process_instance"
    id: int = _id()
    root_id: int = _ref("process_instance")
    parent_activity_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    definition_id: int = _ref(ProcessDefinition)
    business_key: str | None = _text()
    name: str | None = _text()
    tenant: str | None = _text()
    state: int = Field(sa_column=Column(SmallInteger, nullable=False))
    outdated: bool = Field(default=False, sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    variables: str | None = _text()
    tokens: str | None = _text()
    trail: str | None = _text()
    started_by: str | None = _text()
    started_at: int = _ref()
    ended_at: int | None = _moment()
    end_reason: str | None = _text()
    raised_incidents: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    __table_args__ = (
        _partial("ix_process_instance_alive", "definition_id", "id", where=ROW.alive),
        _partial("ix_process_instance_business_key", "business_key", "id", where=ROW.alive),
        _partial("ix_process_instance_name", "name", "id", where=LISTED),
        # Its condition's columns and the network stand in it too, so that SQLite counts without a look at the table.
        _partial(
            *("ix_process_instance_listed", "started_at", "id", "parent_activity_id", "outdated", "tenant"),
            where=LISTED,
        ),
        Index("ix_process_instance_root", "root_id"),
        _partial(
            "ix_process_instance_parent_activity_id", "parent_activity_id", where="parent_activity_id IS NOT NULL"
        ),
        Index("ix_process_instance_definition", "definition_id"),
        _partial("ix_process_instance_starter", "started_by", "id", where="started_by IS NOT NULL"),
        _partial("ix_process_instance_alive_started", "tenant", "started_at", "id", where=ROW.alive),
        Index("ix_process_instance_started", "tenant", "started_at", "id"),
    )


class ActivityInstance(SQLModel, table=True):
    """One visit of a token that waits for somebody, or a scope around others: user task, external task, subprocess.

    ``scope_id`` is the enclosing scope's row, or the process instance. ``trail`` tells what was passed when it ended.
    ``root_id`` and ``definition_id`` are copies of the instance's, which has foreign keys; to check them again would
    cost two indexes and, on PostgreSQL, a lock on the definition for every task.
    """

    __tablename__ = "activity_instance"
    id: int = _id()
    root_id: int = _ref()
    instance_id: int = _ref(ProcessInstance)
    definition_id: int = _ref()
    scope_id: int = _ref()
    node_id: str = _text(nullable=False)
    kind: int = Field(sa_column=Column(SmallInteger, nullable=False))
    state: int = Field(sa_column=Column(SmallInteger, nullable=False))
    tenant: str | None = _text()
    priority: int = Field(sa_column=Column(BigInteger, nullable=False))
    variables: str | None = _text()
    trail: str | None = _text()
    created_at: int = _ref()
    ended_at: int | None = _moment()
    # external task
    topic: str | None = _text()
    worker: str | None = _text()
    lock_until: int | None = _moment()
    retries: int | None = Field(default=None, sa_column=Column(BigInteger))
    error_message: str | None = _text()
    error_details: str | None = _text()
    # user task
    name: str | None = _text()
    description: str | None = _text()
    assignee: str | None = _text()
    owner: str | None = _text()
    delegation: int | None = Field(default=None, sa_column=Column(SmallInteger))  # 0 pending, 1 resolved
    due_at: int | None = _moment()
    follow_up_at: int | None = _moment()
    form_key: str | None = _text()
    updated_at: int | None = _moment()
    ended_by: str | None = _text()
    __table_args__ = (
        _partial("ix_activity_instance_alive", "instance_id", "id", where=ROW.alive),
        _partial(
            "ix_external_task_free_by_priority",
            "topic",
            text("priority DESC"),
            "created_at",
            "id",
            where=f"{ROW.fetchable} AND lock_until IS NULL",
        ),
        _partial("ix_external_task_free", "topic", "created_at", "id", where=f"{ROW.fetchable} AND lock_until IS NULL"),
        _partial("ix_external_task_locked", "topic", "lock_until", where=f"{ROW.fetchable} AND lock_until IS NOT NULL"),
        _partial("ix_external_task_alive", "id", where=ROW.external_task_alive),
        _partial("ix_user_task_alive", "id", where=ROW.user_task_alive),
        _partial("ix_user_task_assignee", "assignee", "id", where=ROW.user_task_alive),
        Index("ix_activity_instance_instance", "instance_id", "id"),
        _partial("ix_activity_instance_called", "root_id", "id", where="root_id <> instance_id"),
        _partial("ix_user_task_due", "tenant", "due_at", "id", where=ROW.user_task_alive),
        _partial("ix_user_task_priority", "tenant", "priority", "id", where=ROW.user_task_alive),
        _partial("ix_user_task_any_due", "tenant", "due_at", "id", where=ROW.user_task),
        _partial("ix_user_task_any_started", "tenant", "created_at", "id", where=ROW.user_task),
        _partial("ix_user_task_any_assignee", "assignee", "id", where=ROW.user_task),
        _partial("ix_user_task_any_owner", "owner", "id", where=f"{ROW.user_task} AND owner IS NOT NULL"),
        _partial("ix_user_task_ended", "tenant", "ended_at", "id", where=ROW.user_task_over),
    )


class Candidate(SQLModel, table=True):
    """A user or group linked to a user task, which ``activity_id`` names.

    Type "starter" links to a process definition instead, type "participant" (who once had a task of it, or did one) to
    a process instance, so there is no foreign key. Exactly one of ``user_id`` and ``group_id`` is set.
    """

    __tablename__ = "candidate"
    id: int = _id()
    activity_id: int = _ref(index=True)
    type: str = _text(nullable=False)
    user_id: str | None = _text()
    group_id: str | None = _text()
    __table_args__ = (
        _partial("ix_candidate_user", "user_id", "activity_id", where="user_id IS NOT NULL"),
        _partial("ix_candidate_group", "group_id", "activity_id", where="group_id IS NOT NULL"),
    )


class Incident(SQLModel, table=True):
    """Something that stopped and needs a person. Open while ``ended_at`` is empty.

    ``job_id`` names the job that failed, where it is one; a job that starts instances has neither instance nor
    activity. ``failed_node_id`` is the activity that raised the error where that is not ``node_id``. ``raised`` is 1
    where a client raised the incident, who may have said what it is about (``configuration``). One at an activity that
    has called another process tells of an incident in there: ``cause_id`` is the one directly below, ``root_cause_id``
    the one where something failed; both are empty for that itself.
    """

    __tablename__ = "incident"
    id: int = _id()
    instance_id: int | None = _optional_ref(ProcessInstance, index=True)
    definition_id: int = _ref()  # a copy of the instance's
    activity_id: int | None = _optional_ref(ActivityInstance, index=True)
    node_id: str = _text(nullable=False)
    type: str = _text(nullable=False)
    message: str | None = _text()
    tenant: str | None = _text()
    created_at: int = _ref()
    ended_at: int | None = _moment()
    resolved: bool = Field(default=False, sa_column=Column(SmallInteger, nullable=False))
    job_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    failed_node_id: str | None = _text()
    raised: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    configuration: str | None = _text()
    annotation: str | None = _text()
    cause_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    root_cause_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    __table_args__ = (
        _partial("ix_incident_root_cause_id", "root_cause_id", where="root_cause_id IS NOT NULL"),
        _partial("ix_incident_open", "id", where="ended_at IS NULL"),
        _partial("ix_incident_job", "job_id", where="job_id IS NOT NULL"),
    )


class Blob(SQLModel, table=True):
    """The content of a File or Bytes variable, kept out of the variables document.

    No foreign key: at a start the contents are written before the instance.
    """

    __tablename__ = "blob"
    id: int = _id()
    instance_id: int | None = Field(default=None, sa_column=Column(BigInteger, index=True))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Batch(SQLModel, table=True):
    """A bulk operation that runs in the background, in jobs."""

    __tablename__ = "batch"
    id: int = _id()
    type: str = _text(nullable=False)
    total_jobs: int = Field(sa_column=Column(BigInteger, nullable=False))
    failed_jobs: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    completed_jobs: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    tenant: str | None = _text()
    created_by: str | None = _text()
    created_at: int = _ref()
    ended_at: int | None = _moment()
    __table_args__ = (_partial("ix_batch_open", "id", where="ended_at IS NULL"),)


class JobDefinition(SQLModel, table=True):
    """What may make jobs in a process definition: a timer, or an activity that goes on asynchronously.

    ``type`` and ``configuration`` are the vendor's texts. ``priority`` replaces that of the model for new jobs, None
    where it does not; new jobs of a suspended one are suspended.
    """

    __tablename__ = "job_definition"
    id: int = _id()
    definition_id: int = _ref(ProcessDefinition, index=True)
    node_id: str = _text(nullable=False)
    type: str = _text(nullable=False)
    configuration: str | None = _text()
    suspended: bool = Field(default=False, sa_column=Column(SmallInteger, nullable=False))
    priority: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    tenant: str | None = _text()


class Job(SQLModel, table=True):
    """Work that the server itself does when it falls due. ``payload`` is a JSON document that its type explains.

    Jobs of processes have a ``definition_id``. Those of an instance have ``root_id``, the instance whose lock comes
    before the job's, and ``activity_id``, the activity instance that the job hangs on. These, ``job_definition_id`` and
    ``definition_id`` are copies without a foreign key: to check them would cost a lock on the definition for every job.
    """

    __tablename__ = "job"
    id: int = _id()
    type: str = _text(nullable=False)
    batch_id: int | None = _optional_ref(Batch, index=True)
    instance_id: int | None = _optional_ref(ProcessInstance, index=True)
    payload: str = _text(nullable=False)
    due_at: int = _ref()
    retries: int = Field(sa_column=Column(BigInteger, nullable=False))
    error: str | None = _text()
    root_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    activity_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, index=True))
    definition_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, index=True))
    node_id: str | None = _text()
    job_definition_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    tenant: str | None = _text()
    priority: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default=text("0")))
    suspended: bool = Field(default=False, sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    created_at: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default=text("0")))
    failed_node_id: str | None = _text()
    error_details: str | None = _text()
    __table_args__ = (_partial("ix_job_due", "due_at", "id", where=RUNNABLE),)


class EventSubscription(SQLModel, table=True):
    """A message, signal or condition that something waits for. ``type`` is the vendor's text; a condition has no name.

    The type ``compensate`` stands for something that was done: ``node_id`` compensates it, ``activity_id`` is the scope
    in which it was done, which may be over. ``scope_id`` is the row of a completed subprocess that is compensated from
    the inside.

    One of an instance has ``root_id``, and hangs on the activity instance ``activity_id``, or on the instance itself
    where that is NULL. One without an instance starts instances of the definition. Ids are copies without foreign
    keys, as at jobs.
    """

    __tablename__ = "event_subscription"
    id: int = _id()
    type: str = _text(nullable=False)
    name: str | None = _text()
    instance_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, index=True))
    root_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    activity_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, index=True))
    definition_id: int = _ref(index=True)
    node_id: str = _text(nullable=False)
    tenant: str | None = _text()
    created_at: int = _ref()
    scope_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    __table_args__ = (Index("ix_event_subscription_name", "type", "name", "tenant", "id"),)


class DefinitionElement(SQLModel, table=True):
    """The id of a flow node (``kind`` 1) or sequence flow (``kind`` 2) of a definition: a step or a transition."""

    __tablename__ = "definition_element"
    id: int = _id()
    definition_id: int = _ref(ProcessDefinition)
    element_id: str = _text(nullable=False)
    kind: int = Field(sa_column=Column(SmallInteger, nullable=False))
    __table_args__ = (Index("ix_definition_element_definition", "definition_id", "element_id", unique=True),)


class Comment(SQLModel, table=True):
    """What somebody said about a process instance, and about one activity of it where ``activity_id`` is given."""

    __tablename__ = "comment"
    id: int = _id()
    instance_id: int = _ref(ProcessInstance, index=True)
    activity_id: int | None = _optional_ref(ActivityInstance, index=True)
    kind: str = _text(nullable=False)
    author: str | None = _text()
    text: str = _text(nullable=False)
    created_at: int = _ref()


class Document(SQLModel, table=True):
    """A file that people work on, with its content."""

    __tablename__ = "document"
    id: int = _id()
    name: str = _text(nullable=False)
    title: str | None = _text()
    description: str | None = _text()
    mime_type: str | None = _text()
    size: int = _ref()
    tenant: str | None = _text()
    created_by: str | None = _text()
    created_at: int = _ref()
    modified_by: str | None = _text()
    modified_at: int = _ref()
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Attachment(SQLModel, table=True):
    """A document in a process instance; ``role`` tells what it is there for, '' where nothing needs telling."""

    __tablename__ = "attachment"
    id: int = _id()
    instance_id: int = _ref(ProcessInstance)
    document_id: int = _ref(Document, index=True)
    role: str = _text(nullable=False)
    __table_args__ = (Index("ix_attachment_instance", "instance_id", "document_id", "role", unique=True),)


class User(SQLModel, table=True):
    """A person or a machine that may sign in, unless ``locked_at`` is set.

    ``tenant`` is the network he belongs to, None for the default one. ``credential_version`` is another number after
    every change of the password and every lock: sessions that were begun before are worthless.
    """

    __tablename__ = "user_account"
    name: str = Field(sa_column=Column(Text, primary_key=True))
    number: int = Field(sa_column=Column(BigInteger, nullable=True, index=True, unique=True))
    tenant: str | None = _text()
    first_name: str | None = _text()
    last_name: str | None = _text()
    email: str | None = _text()
    password_hash: str | None = _text()
    admin: bool = Field(default=False, sa_column=Column(SmallInteger, nullable=False))
    demo: bool = Field(default=False, sa_column=Column(SmallInteger, nullable=False))
    created_at: int = _ref()
    locked_at: int | None = _moment()
    credential_version: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default=text("0")))


class Group(SQLModel, table=True):
    """A named set of users."""

    __tablename__ = "user_group"
    name: str = Field(sa_column=Column(Text, primary_key=True))
    number: int = Field(sa_column=Column(BigInteger, nullable=True, index=True, unique=True))
    label: str | None = _text()
    type: str | None = _text()


class Membership(SQLModel, table=True):
    """A user's place in a group."""

    __tablename__ = "membership"
    user_name: str = _name_of(User, primary_key=True)
    group_name: str = _name_of(Group, primary_key=True, index=True)


class AccessToken(SQLModel, table=True):
    """A ticket, session or key that stands for a user. Only its hash is kept; ``expires_at`` None means never.

    ``credential_version`` is the user's when he signed in; None for a key, which does not come from a password.
    """

    __tablename__ = "access_token"
    hash: str = Field(sa_column=Column(Text, primary_key=True))
    kind: str = _text(nullable=False)
    user_name: str = _name_of(User, nullable=False, index=True)
    created_at: int = _ref()
    expires_at: int | None = Field(default=None, sa_column=Column(BigInteger, index=True))
    credential_version: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class IdBlock(SQLModel, table=True):
    """One row: the first id that no committed transaction can have used yet."""

    __tablename__ = "id_block"
    name: str = Field(sa_column=Column(Text, primary_key=True))
    next_id: int = _ref()
