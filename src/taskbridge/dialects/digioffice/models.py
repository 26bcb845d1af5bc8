"""The objects of `openapi/digioffice.yaml`; made by `make generate`, never edited."""

from typing import Annotated, Any

from pydantic import Field, RootModel

from taskbridge.spec.model import Model


class Text(RootModel[str]):
    root: str
    """
    An answer in a format that schemas do not describe.
    """


class PostponeTaskOperation(Model):
    """Create workflow task postponement."""

    TaskIDs: list[int]
    """
    The tasks to postpone.
    """
    DateTime: int
    """
    They rest until then.
    """
    Reason: str
    """
    Why.
    """


class ChangePostponedTaskOperation(Model):
    """Change workflow task postponement."""

    TaskIDs: list[int]
    """
    The postponed tasks.
    """
    DateTime: int
    """
    They rest until then.
    """
    Reason: str
    """
    Why.
    """


class GetMultiTaskOperation(Model):
    """Get a multitask."""

    TaskIDs: list[int]
    """
    The tasks to see as one.
    """


class GetTasksOperation(Model):
    """List workflow tasks. A member whose value cannot be read is refused with 400, since the list would be another one without it."""

    TaskIDs: list[int] | None = None
    """
    Only these tasks.
    """
    WorkflowID: int | None = None
    """
    Only tasks of this workflow.
    """
    UserID: int | None = None
    """
    Only tasks that are assigned to this user.
    """
    Mine: bool | None = None
    """
    Only tasks that are assigned or offered to who asks.
    """
    Postponed: bool | None = None
    """
    Only tasks that rest, or only those that do not.
    """
    Finished: bool | None = None
    """
    Only tasks that are over, instead of open ones.
    """
    Skip: int | None = None
    """
    How many tasks to pass over.
    """
    Take: int | None = None
    """
    How many tasks at most; 100 where nothing is said, and never more than 1000.
    """


class GetTaskOperation(Model):
    """Get a workflow task."""

    TaskID: int
    """
    The task.
    """


class GetTaskCommentsOperation(Model):
    """List the comments of a workflow task."""

    TaskID: int
    """
    The task.
    """


class Authenticate(Model):
    """Sign in, or out."""

    provider: str | None = None
    """
    The way to sign in, `credentials` or `basic`; or `logout`.
    """
    State: str | None = None
    """
    Not used.
    """
    oauth_token: str | None = None
    """
    Not used.
    """
    oauth_verifier: str | None = None
    """
    Not used.
    """
    UserName: str | None = None
    """
    The user's name.
    """
    Password: str | None = None
    """
    The user's password.
    """
    RememberMe: bool | None = None
    """
    Keep the session for weeks, also when the client is closed.
    """
    ErrorView: str | None = None
    """
    Not used.
    """
    nonce: str | None = None
    """
    Not used.
    """
    uri: str | None = None
    """
    Not used.
    """
    response: str | None = None
    """
    Not used.
    """
    qop: str | None = None
    """
    Not used.
    """
    nc: str | None = None
    """
    Not used.
    """
    cnonce: str | None = None
    """
    Not used.
    """
    AccessToken: str | None = None
    """
    Not used.
    """
    AccessTokenSecret: str | None = None
    """
    Not used.
    """
    scope: str | None = None
    """
    Not used.
    """
    ReturnUrl: str | None = None
    """
    Handed back as `ReferrerUrl`.
    """
    Meta: dict[str, str] | None = None
    """
    Not used.
    """


class WorkflowTransitionDTO(Model):
    """A way out of a task, and what was chosen for it."""

    ID: str | None = None
    """
    The transition.
    """
    Name: str | None = None
    """
    Its name.
    """
    AssignmentAtStartWorkflowIsAdHoc: bool | None = None
    """
    Whether who starts the workflow chooses the doer of the next task; it never does here.
    """
    AssignmentIsAdHocRequired: bool | None = None
    """
    Whether the doer of the next task must be chosen.
    """
    DeferAtStartWorkflowIsAdHoc: bool | None = None
    """
    Whether who starts the workflow chooses when the next task begins; it never does here.
    """
    IsNext: bool | None = None
    """
    The chosen transition; in answers the one that is taken when none is chosen.
    """
    UserIDs: list[int] | None = None
    """
    Users for the next task.
    """
    GroupIDs: list[int] | None = None
    """
    Groups for the next task.
    """
    RoleIDs: list[int] | None = None
    """
    Roles for the next task.
    """
    DeferUntil: int | None = None
    """
    The next task rests until then.
    """
    DeferralNote: str | None = None
    """
    Why it rests.
    """


class WorkflowTaskActionDTO(Model):
    """Something that can be done with a task, as a menu shows it."""

    BeginGroup: bool | None = None
    """
    Whether a line stands before it.
    """
    DigiOfficeIcon: str | None = None
    """
    None here.
    """
    Enabled: bool | None = None
    """
    Whether it can be done now.
    """
    FontAwesomeIcon: str | None = None
    """
    None here.
    """
    Hint: str | None = None
    """
    What it does.
    """
    Name: str | None = None
    """
    Its name; of a way to finish, the GUID of the transition.
    """
    ShowTextForRootItems: bool | None = None
    """
    Whether its text is shown.
    """
    Text: str | None = None
    """
    Its text.
    """
    Url: str | None = None
    """
    Where it is done.
    """
    Items: list["WorkflowTaskActionDTO"] | None = None
    """
    None here.
    """


class WorkflowTaskCommentDTO(Model):
    """Something that was said about a task."""

    ID: int | None = None
    """
    The comment.
    """
    TaskID: int | None = None
    """
    The task.
    """
    UserID: int | None = None
    """
    Who said it.
    """
    UserName: str | None = None
    """
    His name.
    """
    Type: str | None = None
    """
    `comment`, `reason` (it was finished so) or `deferral` (it rests so).
    """
    Text: str | None = None
    """
    What was said.
    """
    Date: int | None = None
    """
    When.
    """


class ResponseError(Model):
    """What is wrong with a member."""

    ErrorCode: str | None = None
    """
    The kind of error.
    """
    FieldName: str | None = None
    """
    The member.
    """
    Message: str | None = None
    """
    The error in words.
    """
    Meta: dict[str, str] | None = None
    """
    None here.
    """


class FinishTaskOperation(Model):
    """Finish workflow tasks."""

    TaskIDs: list[int] | None = None
    """
    The tasks to finish.
    """
    WSVerbindingID: str | None = None
    """
    The transition to take.
    """
    Transitions: list[WorkflowTransitionDTO] | None = None
    """
    The transitions of the task, with what was chosen for them.
    """
    DeferTo: int | None = None
    """
    The next task rests until then.
    """
    Reason: str | None = None
    """
    Why it was finished so.
    """
    Comment: str | None = None
    """
    What else is to be said.
    """


class WorkflowTaskDTO(Model):
    """A workflow task."""

    ID: int | None = None
    """
    The task.
    """
    Name: str | None = None
    """
    Its name.
    """
    WorkflowID: int | None = None
    """
    The workflow it is part of.
    """
    WorkflowDescription: str | None = None
    """
    The workflow's name, with its business key.
    """
    RootWorkflowID: int | None = None
    """
    The outermost workflow around it.
    """
    TransitionID: str | None = None
    """
    Not kept.
    """
    TransitionName: str | None = None
    """
    Not kept.
    """
    ActivationID: str | None = None
    """
    The task as a GUID.
    """
    TypeID: int | None = None
    """
    The step of the workflow that it is.
    """
    TypeDescription: str | None = None
    """
    The name of that step in the process model.
    """
    StatusID: int | None = None
    """
    1 open, 2 assigned, 3 postponed, 4 finished, 5 cancelled, 6 on hold.
    """
    StatusDescription: str | None = None
    """
    The same in words.
    """
    UserID: int | None = None
    """
    Whose task it is.
    """
    Active: bool | None = None
    """
    Whether it is to be done.
    """
    OfferedDate: int | None = None
    """
    Since when it is there.
    """
    AssignedDate: int | None = None
    """
    Not kept.
    """
    StartDate: int | None = None
    """
    Since when it may be done.
    """
    ExpirationDate: int | None = None
    """
    When it is due.
    """
    Order: int | None = None
    """
    Its priority.
    """
    Progress: int | None = None
    """
    100 when it is finished.
    """
    FinishedDate: int | None = None
    """
    When it was finished.
    """
    FinishedByUserID: int | None = None
    """
    Who finished it.
    """
    FinishedDocumentID: int | None = None
    """
    Not kept.
    """
    Read: bool | None = None
    """
    Not kept.
    """
    DeferDate: int | None = None
    """
    It rests until then.
    """
    DeferReason: str | None = None
    """
    Why it rests.
    """
    Reason: str | None = None
    """
    Why it was finished so.
    """
    Urgent: bool | None = None
    """
    Whether it is overdue.
    """
    Status: str | None = None
    """
    The state in one word.
    """
    AvailableActions: list[WorkflowTaskActionDTO] | None = None
    """
    What can be done with it.
    """
    FinishActions: list[WorkflowTaskActionDTO] | None = None
    """
    The ways to finish it, one for each transition.
    """
    CommentActions: list[WorkflowTaskActionDTO] | None = None
    """
    None here.
    """
    DocumentActions: list[WorkflowTaskActionDTO] | None = None
    """
    None here.
    """
    NumberOfComments: int | None = None
    """
    How much was said about it.
    """
    RelativeDetailLink: str | None = None
    """
    Where it is found.
    """
    FirstSideStepID: int | None = None
    """
    None here.
    """
    FirstSideStepOmschr: str | None = None
    """
    None here.
    """
    FirstSideStepDetailLink: str | None = None
    """
    None here.
    """
    IsSideStepOfWorkflowID: int | None = None
    """
    None here.
    """
    IsSideStepOfWorkflowOmschr: str | None = None
    """
    None here.
    """
    IsSideStepOfWorkflowDetailLink: str | None = None
    """
    None here.
    """
    IsSideStepOfTaskID: int | None = None
    """
    None here.
    """
    Transitions: list[WorkflowTransitionDTO] | None = None
    """
    The transitions that its doer may choose.
    """


class WorkflowMultiTaskDTO(WorkflowTaskDTO):
    """Several workflow tasks seen as one."""

    TaskIDs: list[int] | None = None
    """
    The tasks.
    """
    Tasks: list[WorkflowTaskDTO] | None = None
    """
    Each of them.
    """


class ResponseStatus(Model):
    """What went wrong."""

    ErrorCode: str | None = None
    """
    The kind of error.
    """
    Message: str | None = None
    """
    The error in words.
    """
    StackTrace: str | None = None
    """
    None here.
    """
    Errors: list[ResponseError] | None = None
    """
    What is wrong with single members.
    """
    Meta: dict[str, str] | None = None
    """
    More about it.
    """


class ErrorResponse(Model):
    """An error. In JSON its status stands there in both spellings, unless `jsconfig` decides for one."""

    ResponseStatus_1: Annotated[ResponseStatus | None, Field(alias="ResponseStatus")] = None
    responseStatus: dict[str, Any] | None = None
    """
    The same, its members written `likeThis`.
    """


class AuthenticateResponse(Model):
    """Who is signed in."""

    UserId: str | None = None
    """
    The user's number.
    """
    SessionId: str | None = None
    """
    The session; may be sent as `X-ss-id`.
    """
    UserName: str | None = None
    """
    The user's name.
    """
    DisplayName: str | None = None
    """
    First and last name.
    """
    ReferrerUrl: str | None = None
    """
    What the request had as `ReturnUrl`.
    """
    BearerToken: str | None = None
    """
    None here.
    """
    RefreshToken: str | None = None
    """
    None here.
    """
    ProfileUrl: str | None = None
    """
    None here.
    """
    Roles: list[str] | None = None
    """
    The user's groups; `Admin` for who may do everything.
    """
    Permissions: list[str] | None = None
    """
    None here.
    """
    ResponseStatus_1: Annotated[ResponseStatus | None, Field(alias="ResponseStatus")] = None
    """
    None here.
    """
    Meta: dict[str, str] | None = None
    """
    None here.
    """


WorkflowTaskActionDTO.model_rebuild()
