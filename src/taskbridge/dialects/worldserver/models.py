"""The objects of `openapi/worldserver.yaml`; made by `make generate`, never edited."""

from typing import Annotated, Any, Literal, Optional

from pydantic import Field

from taskbridge.spec.model import Model


class Error(Model):
    """One error"""

    code: int
    """
    The status of the answer it belongs to
    """
    type: str
    message: str


class Credentials(Model):
    """Name and password"""

    username: str
    password: str


class Info(Model):
    """The version"""

    name: str | None = None
    version: str | None = None
    """
    The version whose interface is spoken
    """
    buildVersion: str | None = None
    """
    The version of the server itself
    """


class Language(Model):
    """A language"""

    id: int | None = None
    languageCode: str | None = None
    countryCode: str | None = None
    isoCode: str | None = None
    locale: str | None = None


class Locale(Model):
    """A locale"""

    id: int | None = None
    name: str | None = None
    displayName: str | None = None
    language: Language | None = None
    languageName: str | None = None
    encoding: str | None = None


class Status(Model):
    """Where a task stands"""

    status: Literal["ACTIVE", "COMPLETED", "CANCELED"] | None = None
    displayText: str | None = None


class Transition(Model):
    """A way out of a step"""

    id: int | None = None
    index: int | None = None
    """
    Place among the transitions of the step, from 1
    """
    text: str | None = None


class Assignee(Model):
    """Who may do the current step"""

    id: int | None = None
    name: str | None = None
    type: Literal["USER", "ROLE"] | None = None
    disabled: bool | None = None
    """
    Whether it is a user who is locked, and cannot sign in
    """


class Creator(Model):
    """A user in short"""

    id: int | None = None
    username: str | None = None
    firstName: str | None = None
    lastName: str | None = None
    displayName: str | None = None
    disabled: bool | None = None
    """
    Whether it is a user who is locked, and cannot sign in
    """


class CurrentTaskStep(Model):
    """The step at which a task stands"""

    id: int | None = None
    name: str | None = None
    displayName: str | None = None
    expectedDuration: int | None = None
    type: Annotated[str | None, Field(examples=["WAIT"])] = None
    """
    HUMAN; AUTO for a step that a worker does; WAIT where the process waits for an event, such as a message or a time,
    which has no assignees and no transitions to choose.

    """
    typeName: str | None = None
    creationDate: str | None = None
    workflowTransitions: list[Transition] | None = None


class TaskWorkflowStep(Model):
    """The step of the workflow that a task step is a visit of"""

    id: int | None = None
    type: Annotated[str | None, Field(examples=["WAIT"])] = None
    """
    HUMAN, AUTO or WAIT, as in the current step
    """
    name: str | None = None
    idInWorkflow: int | None = None
    expectedDuration: int | None = None
    updatable: bool | None = None


class TaskStep(Model):
    """One visit of a task to a step"""

    id: int | None = None
    name: str | None = None
    displayName: str | None = None
    dueDate: str | None = None
    startDate: str | None = None
    expectedDuration: int | None = None
    type: Annotated[str | None, Field(examples=["WAIT"])] = None
    """
    HUMAN, AUTO or WAIT, as in the current step
    """
    typeName: str | None = None
    creationDate: str | None = None
    workflowStep: TaskWorkflowStep | None = None
    workflowTransitions: list[Transition] | None = None


class WorkflowStepAttribute(Model):
    """An attribute of a step"""

    workflowStepAttrType: int | None = None
    intValue: int | None = None
    booleanValue: bool | None = None


class WorkflowAction(Model):
    """What an automatic step does"""

    id: int | None = None
    name: str | None = None
    """
    The topic that workers fetch it by
    """
    description: str | None = None
    scope: int | None = None
    isDeprecated: bool | None = None
    returns: list[str] | None = None


class WorkflowRole(Model):
    """A role that steps can be assigned to"""

    id: int | None = None
    name: str | None = None
    displayName: str | None = None
    description: str | None = None
    disabled: bool | None = None


class Workgroup(Model):
    """A workgroup"""

    id: int | None = None
    name: str | None = None
    displayName: str | None = None
    description: str | None = None
    disabled: bool | None = None


class UserType(Model):
    """The kind of a user, which decides what they may do"""

    id: int | None = None
    name: str | None = None


class Link(Model):
    """A link"""

    rel: str | None = None
    href: str | None = None


class JobMessage(Model):
    """One message of a job"""

    date: str | None = None
    message: str | None = None


class File(Model):
    """An uploaded file"""

    name: str | None = None
    internalName: str | None = None
    fullName: str | None = None
    url: str | None = None
    size: int | None = None
    creationTime: int | None = None
    """
    Epoch milliseconds
    """
    exists: bool | None = None
    downloadToken: str | None = None


class Upload(Model):
    """A file"""

    file: bytes


class HistoryModel(Model):
    """A model of the history; always empty"""


class Warning(Model):
    """Something that did not go as asked"""

    message: str | None = None


class TaskReference(Model):
    """A task"""

    id: int


class TaskCompletion(Model):
    """A task and the way it shall go on"""

    id: int
    transitionId: int
    """
    An outbound transition of its current step
    """
    comment: str | None = None


class TaskCancellation(Model):
    """A task to be cancelled"""

    id: int
    includeCostInProject: bool
    comment: str


class TaskComment(Model):
    """A task and what there is to say"""

    id: int
    comment: str | None = None


class TaskAssignment(Model):
    """A task and who shall do steps of it; one of the two lists of assignees must be given"""

    id: int
    assignedUserIds: list[int] | None = None
    assignedRoleIds: list[int] | None = None
    taskStepIds: list[int] | None = None


class TaskStepUpdate(Model):
    """A step and when it is due"""

    id: int | None = None
    dueDate: str | None = None


class ProjectReference(Model):
    """A project"""

    id: int


class ProjectCompletion(Model):
    """A project and the way its tasks shall go on"""

    id: int
    transitionId: int


class ProjectCancellation(Model):
    """A project to be cancelled"""

    id: int
    comment: str


class LocaleReference(Model):
    """A target locale"""

    id: int | None = None
    dueDate: str | None = None


class Attribute(Model):
    """What a value is about"""

    id: int | None = None
    name: str | None = None
    type: str | None = None


class Filter(Model):
    """A condition on a field"""

    field: str | None = None
    operator: Literal["eq", "ne", "like", "lt", "le", "gt", "ge"] | None = None
    value: Any | None = None
    """
    A text or a number; a text for `like` has 10,000 characters at most
    """


class WorkflowRoleList(Model):
    """A page of a collection"""

    items: list[WorkflowRole]
    total: int
    """
    The size of the whole collection
    """


class LocaleList(Model):
    """A page of a collection"""

    items: list[Locale]
    total: int
    """
    The size of the whole collection
    """


class Errors(Model):
    """What went wrong"""

    errors: list[Error]


class UserDetails(Model):
    """Who a session belongs to"""

    userType: str | None = None
    username: str | None = None
    fullName: str | None = None
    regionalSettingsLocale: str | None = None
    language: Language | None = None


class WorkflowStep(Model):
    """A step of a workflow"""

    id: int | None = None
    type: Annotated[str | None, Field(examples=["WAIT"])] = None
    """
    HUMAN; AUTO for a step that a worker does; WAIT where the process waits for an event, such as a message or a time; FINISH
    where it ends.

    """
    name: str | None = None
    outboundTransitions: list[Transition] | None = None
    inboundTransitions: list[Transition] | None = None
    idInWorkflow: int | None = None
    expectedDuration: int | None = None
    workflowStepAttributes: list[WorkflowStepAttribute] | None = None
    updatable: bool | None = None
    stepType: Annotated[str | None, Field(examples=["WAIT"])] = None
    """
    The same as type
    """
    action: WorkflowAction | None = None


class Workflow(Model):
    """A workflow"""

    id: int | None = None
    name: str | None = None
    description: str | None = None
    type: str | None = None
    expectedDuration: int | None = None
    invalidateAssetOnCompletion: bool | None = None
    steps: list[WorkflowStep] | None = None
    finishStep: WorkflowStep | None = None


class ProjectType(Model):
    """A kind of project"""

    id: int | None = None
    name: str | None = None
    description: str | None = None
    sourceLocale: Locale | None = None
    dueDateRequired: bool | None = None
    attributeAvailability: bool | None = None
    defaultWorkflow: Workflow | None = None


class Client(Model):
    """A client"""

    id: int | None = None
    name: str | None = None
    displayName: str | None = None
    description: str | None = None
    clientContacts: list[Creator] | None = None
    projectTypes: list[ProjectType] | None = None


class User(Model):
    """A user"""

    id: int | None = None
    username: str | None = None
    firstName: str | None = None
    lastName: str | None = None
    displayName: str | None = None
    email: str | None = None
    disabled: bool | None = None
    """
    Whether the user is locked, and cannot sign in
    """
    userType: UserType | None = None
    groups: list[WorkflowRole] | None = None
    workgroups: list[Workgroup] | None = None
    wsLocales: list[Locale] | None = None
    clients: list[Client] | None = None
    workflowRoles: list[WorkflowRole] | None = None


class Job(Model):
    """Work in the background"""

    id: int | None = None
    name: str | None = None
    type: str | None = None
    status: Literal["NOT_STARTED", "STILL_IN_PROGRESS", "COMPLETED", "FAILED"] | None = None
    creationDate: str | None = None
    startDate: str | None = None
    lastModifiedDate: str | None = None
    completionDate: str | None = None
    engine: str | None = None
    links: list[Link] | None = None


class JobTail(Model):
    """What a job has said"""

    items: list[JobMessage] | None = None
    total: int | None = None


class HistoryList(Model):
    """The history of a task"""

    items: list[HistoryModel] | None = None
    total: int | None = None


class BulkElement(Model):
    """What became of one element"""

    status: Literal["OK", "ERROR"]
    response: int | None = None
    """
    The id of what was changed or made
    """
    backgroundTaskId: int | None = None
    """
    The job that carries it out
    """
    errors: list[Error] | None = None
    warnings: list[Warning] | None = None


class TaskUpdate(Model):
    """A task and its new values"""

    id: int
    priority: int | None = None
    dueDate: str | None = None
    expectedDuration: int | None = None
    """
    Minutes
    """
    steps: list[TaskStepUpdate] | None = None
    status: Status | None = None


class AttributeValue(Model):
    """A value for the tasks"""

    attribute: Attribute | None = None
    value: Any | None = None


class Search(Model):
    """Filters. The older form, a list of `{"field", "type", "criterion": {"value"}}`, is understood as well."""

    operator: Literal["and", "or"] | None = None
    filters: Annotated[list[Filter] | None, Field(max_length=100)] = None


class WorkflowList(Model):
    """A page of a collection"""

    items: list[Workflow]
    total: int
    """
    The size of the whole collection
    """


class ProjectTypeList(Model):
    """A page of a collection"""

    items: list[ProjectType]
    total: int
    """
    The size of the whole collection
    """


class ClientList(Model):
    """A page of a collection"""

    items: list[Client]
    total: int
    """
    The size of the whole collection
    """


class UserList(Model):
    """A page of a collection"""

    items: list[User]
    total: int
    """
    The size of the whole collection
    """


class Session(Model):
    """A session"""

    sessionId: str | None = None
    """
    The token for all other calls
    """
    instanceId: int | None = None
    expirationTime: str | None = None
    """
    When the session ends
    """
    lastUpdateTime: int | None = None
    """
    When the session began, epoch milliseconds
    """
    loginOutcome: str | None = None
    userDetails: UserDetails | None = None


class BulkResult(Model):
    """What became of a list of elements"""

    status: Literal["OK", "PARTIAL_SUCCESS", "ERROR"]
    response: list[BulkElement]
    errors: list[Error] | None = None
    backgroundTaskId: int | None = None
    """
    The job that carries it out
    """


class ProjectGroupCreation(Model):
    """A project group to be made"""

    name: str
    description: str | None = None
    clientId: int
    projectTypeId: int
    systemFiles: list[str]
    """
    Internal or full names of uploaded files
    """
    locales: list[LocaleReference]
    attributes: list[AttributeValue] | None = None
    expandZip: bool | None = None
    """
    Whether zip files stand for the files in them
    """


class Task(Model):
    """A task"""

    id: int | None = None
    name: str | None = None
    """
    The name of its asset, or else of what it works on
    """
    description: str | None = None
    project: Optional["Project"] = None
    assets: list[str] | None = None
    targetAssets: list[str] | None = None
    targetLocale: Locale | None = None
    taskNumInProject: str | None = None
    oldestAncestorId: int | None = None
    workflow: Workflow | None = None
    creator: Creator | None = None
    priority: int | None = None
    totalWords: int | None = None
    translatedWords: int | None = None
    pendingWords: int | None = None
    finishedWords: int | None = None
    expectedDuration: int | None = None
    updatePending: int | None = None
    completionStatus: int | None = None
    """
    0 while it is active, 100 when it is completed
    """
    creationDate: str | None = None
    dueDate: str | None = None
    currentTaskStep: CurrentTaskStep | None = None
    steps: list[TaskStep] | None = None
    status: Status | None = None
    assignees: list[Assignee] | None = None
    comment: str | None = None
    detailedComment: str | None = None
    includeInCost: bool | None = None


class Project(Model):
    """Tasks for one target locale"""

    id: int | None = None
    projectGroupId: int | None = None
    name: str | None = None
    description: str | None = None
    creationDate: str | None = None
    dueDate: str | None = None
    completionDate: str | None = None
    """
    When its last task ended
    """
    activeTasks: int | None = None
    totalTasks: int | None = None
    claimedTasks: int | None = None
    unclaimedTasks: int | None = None
    assignedTasks: int | None = None
    unassignedTasks: int | None = None
    pendingTasks: int | None = None
    canceledTasks: int | None = None
    completedTasks: int | None = None
    totalAutoErrorTasks: int | None = None
    errors: int | None = None
    totalWords: int | None = None
    translatedWords: int | None = None
    pendingWords: int | None = None
    finishedWords: int | None = None
    translatedProgress: float | None = None
    finishedProgress: float | None = None
    status: Literal["ACTIVE", "COMPLETED", "CANCELED"] | None = None
    sourceLocale: Locale | None = None
    targetLocale: Locale | None = None
    tasks: list[Task] | None = None
    workgroup: Workgroup | None = None
    workflow: Workflow | None = None
    creator: Creator | None = None
    scopingMode: str | None = None
    client: Client | None = None
    projectType: ProjectType | None = None


class ProjectGroup(Model):
    """Files to be translated into several locales"""

    id: int | None = None
    name: str | None = None
    description: str | None = None
    creationDate: str | None = None
    activeTasks: int | None = None
    totalTasks: int | None = None
    claimedTasks: int | None = None
    unclaimedTasks: int | None = None
    assignedTasks: int | None = None
    unassignedTasks: int | None = None
    pendingTasks: int | None = None
    canceledTasks: int | None = None
    completedTasks: int | None = None
    totalAutoErrorTasks: int | None = None
    errors: int | None = None
    totalWords: int | None = None
    translatedWords: int | None = None
    pendingWords: int | None = None
    finishedWords: int | None = None
    totalProjects: int | None = None
    translatedProgress: float | None = None
    finishedProgress: float | None = None
    status: Literal["ACTIVE", "COMPLETED", "CANCELED"] | None = None
    sourceLocale: Locale | None = None
    workgroup: Workgroup | None = None
    client: Client | None = None
    projectType: ProjectType | None = None
    creator: Creator | None = None
    projects: list[Project] | None = None


class TaskList(Model):
    """A page of a collection"""

    items: list[Task]
    total: int
    """
    The size of the whole collection
    """


class ProjectList(Model):
    """A page of a collection"""

    items: list[Project]
    total: int
    """
    The size of the whole collection
    """


class ProjectGroupList(Model):
    """A page of a collection"""

    items: list[ProjectGroup]
    total: int
    """
    The size of the whole collection
    """


Task.model_rebuild()
