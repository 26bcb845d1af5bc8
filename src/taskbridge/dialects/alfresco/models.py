"""The objects of `openapi/alfresco.yaml`; made by `make generate`, never edited."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from taskbridge.spec.model import Model


class ErrorError(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    errorKey: str
    """
    The name of the kind of error, or its text
    """
    statusCode: int
    """
    The status of the answer
    """
    briefSummary: str
    """
    What went wrong; mostly with a number of eight digits and a blank before it
    """
    stackTrace: str
    """
    Always the same sentence
    """
    descriptionURL: str
    """
    Always the same address
    """
    logId: str
    """
    A number that no other error has
    """


class Error(Model):
    """What went wrong"""

    model_config = ConfigDict(
        extra="forbid",
    )
    error: ErrorError


class Pagination(Model):
    """Which part of a list this is"""

    model_config = ConfigDict(
        extra="forbid",
    )
    count: int
    """
    Entries in this part
    """
    hasMoreItems: bool
    """
    Whether more entries follow
    """
    totalItems: int
    """
    Entries in the whole list
    """
    skipCount: int
    """
    Entries left out at the beginning
    """
    maxItems: int
    """
    Entries asked for at most
    """


class TicketBody(Model):
    """Who wants to sign in"""

    model_config = ConfigDict(
        extra="forbid",
    )
    userId: str | None = None
    """
    The user's name
    """
    password: str | None = None
    """
    The user's password
    """


class Ticket(Model):
    """Stands for a name and a password for a while"""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: str | None = None
    """
    The ticket
    """
    userId: str | None = None
    """
    Whose it is
    """


class Deployment(Model):
    """A set of process models that came in together"""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: str | None = None
    """
    The id
    """
    name: str | None = None
    """
    Its name
    """
    category: str | None = None
    """
    Its category
    """
    deployedAt: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ] = None
    """
    When it came in
    """


class ProcessDefinition(Model):
    """One version of a process"""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: str | None = None
    """
    The id: key, version and a number
    """
    key: str | None = None
    """
    What all versions of the process have in common
    """
    name: str | None = None
    """
    Its name
    """
    category: str | None = None
    """
    Its category
    """
    version: int | None = None
    """
    The number of the version
    """
    deploymentId: str | None = None
    """
    The deployment it came with
    """
    title: str | None = None
    """
    What people are shown
    """
    description: str | None = None
    """
    What it is for
    """
    startFormResourceKey: str | None = None
    """
    The form that starts it
    """
    graphicNotationDefined: bool | None = None
    """
    Whether there is a diagram
    """


class ProcessBody(Model):
    """What to start"""

    model_config = ConfigDict(
        extra="forbid",
    )
    processDefinitionId: str | None = None
    """
    A version of a process
    """
    processDefinitionKey: str | None = None
    """
    A process; its newest version is run
    """
    businessKey: str | None = None
    """
    What it is called elsewhere
    """
    variables: dict[str, Any] | None = None
    """
    Variables by name
    """
    items: list[str] | None = None
    """
    Ids of documents to attach
    """


class Activity(Model):
    """A visit to a node"""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: str | None = None
    """
    The id
    """
    activityDefinitionId: str | None = None
    """
    The node
    """
    activityDefinitionName: str | None = None
    """
    The name of the node
    """
    activityDefinitionType: str | None = None
    """
    The kind of node: the name of its BPMN element, such as `userTask`; where an event is waited for what that is, such as `intermediateMessageCatch` or `intermediateTimer`
    """
    startedAt: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ] = None
    """
    When the process came there
    """
    endedAt: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ] = None
    """
    When it went on
    """
    durationInMs: int | None = None
    """
    How long it stayed, in milliseconds
    """


class TaskCandidate(Model):
    """A user or a group that a task is offered to"""

    model_config = ConfigDict(
        extra="forbid",
    )
    candidateType: Literal["user", "group"] | None = None
    """
    Which of both
    """
    candidateId: str | None = None
    """
    The name
    """


class Variable(Model):
    """A value with a name and a type"""

    model_config = ConfigDict(
        extra="forbid",
    )
    name: str | None = None
    """
    The name
    """
    type: str | None = None
    """
    The type, for instance `d:text`; without one, it follows from the value
    """
    value: Any | None = None
    """
    The value
    """


class TaskVariable(Model):
    """A value with a name and a type, of a task or of its process"""

    model_config = ConfigDict(
        extra="forbid",
    )
    scope: Literal["local", "global"] | None = None
    """
    `local` for the task, `global` for its process
    """
    name: str | None = None
    """
    The name
    """
    type: str | None = None
    """
    The type, for instance `d:text`; without one, it follows from the value
    """
    value: Any | None = None
    """
    The value
    """


class ItemBody(Model):
    """A document to attach"""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: str | None = None
    """
    The id of the document
    """


class Item(Model):
    """A document that is attached to a process"""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: str | None = None
    """
    The id of the document
    """
    name: str | None = None
    """
    The name of its file
    """
    title: str | None = None
    """
    Its title
    """
    description: str | None = None
    """
    What it is
    """
    mimeType: str | None = None
    """
    What kind of file it is
    """
    createdBy: str | None = None
    """
    Who made it
    """
    createdAt: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ] = None
    """
    When it was made
    """
    modifiedBy: str | None = None
    """
    Who changed it last
    """
    modifiedAt: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ] = None
    """
    When it was changed last
    """
    size: int | None = None
    """
    How many bytes it has
    """


class FormModelElement(Model):
    """An element of a form"""

    model_config = ConfigDict(
        extra="forbid",
    )
    name: str | None = None
    """
    The name of the variable it sets
    """
    qualifiedName: str | None = None
    """
    The name with its namespace
    """
    title: str | None = None
    """
    What people are shown
    """
    dataType: str | None = None
    """
    The type of its value
    """
    required: bool | None = None
    """
    Whether it must be filled in
    """
    defaultValue: str | None = None
    """
    What it is when nobody fills it in
    """
    allowedValues: list[str] | None = None
    """
    What may be filled in
    """


class TicketEntry(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    entry: Ticket


class DeploymentEntry(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    entry: Deployment


class ProcessDefinitionEntry(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    entry: ProcessDefinition


class VariableEntry(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    entry: Variable


class TaskVariableEntry(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    entry: TaskVariable


class ItemEntry(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    entry: Item


class DeploymentPagingList(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    pagination: Pagination
    entries: list[DeploymentEntry]


class DeploymentPaging(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    list: DeploymentPagingList


class ProcessDefinitionPagingList(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    pagination: Pagination
    entries: list[ProcessDefinitionEntry]


class ProcessDefinitionPaging(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    list: ProcessDefinitionPagingList


class ActivityPagingListEntry(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    entry: Activity


class TaskCandidatePagingListEntry(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    entry: TaskCandidate


class ItemPagingList(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    pagination: Pagination
    entries: list[ItemEntry]
    source: dict[str, Any] | None = None
    """
    What the list belongs to
    """


class ItemPaging(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    list: ItemPagingList


class FormModelElementPagingListEntry(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    entry: FormModelElement


class FormModelElementPagingList(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    pagination: Pagination
    entries: list[FormModelElementPagingListEntry]
    source: dict[str, Any] | None = None
    """
    What the list belongs to
    """


class FormModelElementPaging(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    list: FormModelElementPagingList


class RelationsRelations(Model):
    list: dict[str, Any] | None = None


class Process(Model):
    """One run of a process definition"""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: str | None = None
    """
    The id
    """
    processDefinitionId: str | None = None
    """
    What is run
    """
    processDefinitionKey: str | None = None
    """
    What is run, whatever the version
    """
    businessKey: str | None = None
    """
    What it is called elsewhere
    """
    startedAt: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ] = None
    """
    When it started
    """
    endedAt: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ] = None
    """
    When it ended
    """
    durationInMs: int | None = None
    """
    How long it took, in milliseconds
    """
    deleteReason: str | None = None
    """
    Why it was ended from outside
    """
    startUserId: str | None = None
    """
    Who started it
    """
    startActivityId: str | None = None
    """
    The node it started at
    """
    endActivityId: str | None = None
    """
    The node it ended at
    """
    superProcessInstanceId: str | None = None
    """
    The process that called it
    """
    completed: bool | None = None
    """
    Whether it has ended
    """
    processVariables: list[Variable] | None = None
    """
    Its variables, where `includeVariables` was asked for
    """


class Task(Model):
    """Work for a person"""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: str | None = None
    """
    The id
    """
    processId: str | None = None
    """
    The process it belongs to
    """
    processDefinitionId: str | None = None
    """
    The definition of the process
    """
    activityDefinitionId: str | None = None
    """
    The node it stands for
    """
    name: str | None = None
    """
    What is to be done
    """
    description: str | None = None
    """
    More about it
    """
    dueAt: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ] = None
    """
    When it is due
    """
    startedAt: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ] = None
    """
    When it came up
    """
    endedAt: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ] = None
    """
    When it was finished
    """
    durationInMs: int | None = None
    """
    How long that took, in milliseconds
    """
    priority: int | None = None
    """
    How urgent it is
    """
    owner: str | None = None
    """
    The user it belongs to, and returns to when it is resolved
    """
    assignee: str | None = None
    """
    The user who does it
    """
    formResourceKey: str | None = None
    """
    Its form
    """
    state: Literal["unclaimed", "claimed", "completed", "delegated", "resolved"] | None = None
    """
    How far it is
    """
    variables: list[TaskVariable] | None = None
    """
    Its variables that the caller may read, where they were asked for by `includeTaskVariables` or `includeProcessVariables`
    """


class TaskBody(Model):
    """What to change of a task"""

    model_config = ConfigDict(
        extra="forbid",
    )
    name: str | None = None
    """
    What is to be done
    """
    description: str | None = None
    """
    More about it
    """
    dueAt: str | None = None
    """
    When it is due
    """
    priority: int | None = None
    """
    How urgent it is
    """
    owner: str | None = None
    """
    The user it belongs to
    """
    assignee: str | None = None
    """
    The user who does it
    """
    state: Literal["claimed", "unclaimed", "completed", "delegated", "resolved"] | None = None
    """
    The transition to make
    """
    variables: list[TaskVariable] | None = None
    """
    Variables to set when the task is completed or resolved
    """
    id: str | None = None
    """
    Not to be changed
    """
    processId: str | None = None
    """
    Not to be changed
    """
    processDefinitionId: str | None = None
    """
    Not to be changed
    """
    activityDefinitionId: str | None = None
    """
    Not to be changed
    """
    startedAt: str | None = None
    """
    Not to be changed
    """
    endedAt: str | None = None
    """
    Not to be changed
    """
    durationInMs: int | None = None
    """
    Not to be changed
    """
    formResourceKey: str | None = None
    """
    Not to be changed
    """


class ProcessEntry(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    entry: Process
    relations: dict[str, RelationsRelations] | None = None


class TaskEntry(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    entry: Task
    relations: dict[str, RelationsRelations] | None = None


class ProcessPagingList(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    pagination: Pagination
    entries: list[ProcessEntry]


class ProcessPaging(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    list: ProcessPagingList


class TaskPagingList(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    pagination: Pagination
    entries: list[TaskEntry]
    source: Process | None = None


class TaskPaging(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    list: TaskPagingList


class ActivityPagingList(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    pagination: Pagination
    entries: list[ActivityPagingListEntry]
    source: Process | None = None


class ActivityPaging(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    list: ActivityPagingList


class TaskCandidatePagingList(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    pagination: Pagination
    entries: list[TaskCandidatePagingListEntry]
    source: Task | None = None


class TaskCandidatePaging(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    list: TaskCandidatePagingList


class VariablePagingList(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    pagination: Pagination
    entries: list[VariableEntry]
    source: Process | None = None


class VariablePaging(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    list: VariablePagingList


class TaskVariablePagingList(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    pagination: Pagination
    entries: list[TaskVariableEntry]
    source: Task | None = None


class TaskVariablePaging(Model):
    model_config = ConfigDict(
        extra="forbid",
    )
    list: TaskVariablePagingList
