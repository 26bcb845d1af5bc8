"""The schema of projects: what is translated for whom into what, who may do what, and work in the background.

Part of the one schema of ``tables.py``; imported where the metadata is built. The same rules hold here.
"""

from sqlalchemy import BigInteger, Column, Index, SmallInteger, Text
from sqlmodel import Field, SQLModel

from taskbridge.store.tables import ProcessInstance, User, _id, _moment, _name_of, _ref, _text


class Locale(SQLModel, table=True):
    """A language of a country, as source or target. Locales with the same codes share the number of their language."""

    __tablename__ = "locale"
    id: int = _id()
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    language_id: int = _ref()
    language_code: str = _text(nullable=False)
    country_code: str | None = _text()
    language_name: str = _text(nullable=False)
    encoding: str = _text(nullable=False)


class Client(SQLModel, table=True):
    """Whom work is done for."""

    __tablename__ = "client"
    id: int = _id()
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    description: str | None = _text()


class ProjectType(SQLModel, table=True):
    """A kind of project: the process its tasks run through, in its latest version. Without a client it is for all."""

    __tablename__ = "project_type"
    id: int = _id()
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    description: str | None = _text()
    client_id: int | None = Field(default=None, sa_column=Column(BigInteger, index=True))
    process_key: str = _text(nullable=False)
    source_locale_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    workgroup: str | None = _text()
    due_date_required: bool = Field(default=False, sa_column=Column(SmallInteger, nullable=False))


class ProjectGroup(SQLModel, table=True):
    """Files to be translated into several locales: one project for each. ``tenant`` is the network of who made it."""

    __tablename__ = "project_group"
    id: int = _id()
    tenant: str | None = _text()
    name: str = _text(nullable=False)
    description: str | None = _text()
    client_id: int = _ref(index=True)
    project_type_id: int = _ref(index=True)
    created_by: str | None = _text()
    created_at: int = _ref()
    __table_args__ = (Index("ix_project_group_name", "name", "id"),)


class Project(SQLModel, table=True):
    """The tasks of a group for one target locale."""

    __tablename__ = "project"
    id: int = _id()
    group_id: int = _ref(index=True)
    name: str = _text(nullable=False)
    description: str | None = _text()
    target_locale_id: int = _ref(index=True)
    due_at: int | None = _moment()
    created_by: str | None = _text()
    created_at: int = _ref()
    __table_args__ = (Index("ix_project_name", "name", "id"),)


class ProjectTask(SQLModel, table=True):
    """What is known of a process instance as a piece of work: its project, source document, rank and cost.

    An instance that was started otherwise gets its row, without a project, when something of it is set.
    """

    __tablename__ = "project_task"
    instance_id: int = _id(ProcessInstance)
    project_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    number: int | None = Field(default=None, sa_column=Column(BigInteger))  # its place in the project, from 1
    document_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    words: int = _ref()
    priority: int = _ref()
    due_at: int | None = _moment()
    expected_duration: int = _ref()  # minutes
    include_in_cost: bool = Field(default=True, sa_column=Column(SmallInteger, nullable=False))
    ancestor_id: int = _ref()  # the first of the tasks that took each other's place
    __table_args__ = (Index("ix_project_task_project", "project_id", "instance_id"),)


class UserType(SQLModel, table=True):
    """A kind of user; its rights say what they may do."""

    __tablename__ = "user_type"
    id: int = _id()
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class UserTypeRight(SQLModel, table=True):
    """A user type may do this to resources of that type."""

    __tablename__ = "user_type_right"
    user_type_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    resource_type: str = Field(sa_column=Column(Text, primary_key=True))
    action: str = Field(sa_column=Column(Text, primary_key=True))


class UserProfile(SQLModel, table=True):
    """What projects need to know of a user; who has none is of no type, and has all locales and clients."""

    __tablename__ = "user_profile"
    user_name: str = _name_of(User, primary_key=True)
    user_type_id: int | None = Field(default=None, sa_column=Column(BigInteger))


class UserLocale(SQLModel, table=True):
    """A locale that a user works with."""

    __tablename__ = "user_locale"
    user_name: str = _name_of(User, primary_key=True)
    locale_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False, index=True))


class UserClient(SQLModel, table=True):
    """A client that a user belongs to."""

    __tablename__ = "user_client"
    user_name: str = _name_of(User, primary_key=True)
    client_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


class BackgroundJob(SQLModel, table=True):
    """Work that somebody asked for and that goes on in the background, as its user sees it.

    ``tenant`` is the network of who asked; it stands here so that the work outlives his account.
    """

    __tablename__ = "background_job"
    id: int = _id()
    type: str = _text(nullable=False)
    name: str = _text(nullable=False)
    status: str = _text(nullable=False)
    tenant: str | None = _text()
    created_by: str | None = _text()
    created_at: int = _ref()
    started_at: int | None = _moment()
    changed_at: int = _ref()
    ended_at: int | None = _moment()


class BackgroundMessage(SQLModel, table=True):
    """What such work has said on its way."""

    __tablename__ = "background_message"
    id: int = _id()
    job_id: int = _ref()
    said_at: int = _ref()
    text: str = _text(nullable=False)
    __table_args__ = (Index("ix_background_message_job", "job_id", "said_at", "id"),)
