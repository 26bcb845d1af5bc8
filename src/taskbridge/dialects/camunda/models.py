"""The objects of `openapi/camunda.yaml`; made by `make generate`, never edited."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, RootModel

from taskbridge.spec.model import Model


class Error(Model):
    """What went wrong."""

    type: str
    """
    The kind of error, by the name that Camunda's own exception has.
    """
    message: Annotated[str | None, Field(...)]
    """
    What happened, for people.
    """
    code: Annotated[int | None, Field(...)]
    """
    0 when the engine refused, 1 when another transaction changed the same data, null when the request itself was at fault.

    """


class MissingAuthorization(Model):
    """A permission that the caller lacks."""

    permissionName: str
    """
    The permission.
    """
    resourceName: str
    """
    The kind of object.
    """
    resourceId: Annotated[str | None, Field(...)]
    """
    The object; null when all objects of the kind are meant.
    """


class CountResult(Model):
    """A number of objects."""

    count: int
    """
    How many there are.
    """


class Link(Model):
    """Where an object can be found."""

    method: str
    """
    The HTTP method.
    """
    href: str
    """
    The address.
    """
    rel: str
    """
    How the address relates to the object.
    """


class SortingClause(Model):
    """One level of a sorting."""

    sortBy: str | None = None
    """
    What to sort by. The operation says what there is.
    """
    sortOrder: str | None = None
    """
    `asc` or `desc`, in lower case.
    """


class VariableValue(Model):
    """A value, with its type if need be."""

    value: Any | None = None
    """
    The value. For the types Object, Json and Xml it is the serialized form as a string; for File and Bytes it is Base64.

    """
    type: str | None = None
    """
    The type: Boolean, Bytes, Short, Integer, Long, Double, Date, String, Null, Object, Json, Xml or File. The first letter
    may be lower case. Without it the JSON value decides: text is String, whole numbers are Integer or Long by size, other
    numbers Double, arrays and objects Object.

    """
    valueInfo: dict[str, Any] | None = None
    """
    More about the value, by type. Object: `objectTypeName`, `serializationDataFormat`. File: `filename` (required),
    `mimeType`, `encoding`. All: `transient`, true for a value that is never stored. Other members are ignored.

    """


class VariableValueResult(Model):
    """A value with its type."""

    value: Any
    """
    The value. Date is written as a date, Bytes as Base64, Object, Json and Xml as the serialized string unless it was asked
    to be deserialized. File is always null; its content has an address of its own.

    """
    type: str
    """
    The type, with a capital first letter.
    """
    valueInfo: dict[str, Any]
    """
    More about the value, by type; empty if there is nothing.
    """


class VariableCondition(Model):
    """A condition on a variable."""

    name: str | None = None
    """
    The name of the variable.
    """
    operator: str | None = None
    """
    One of `eq`, `neq`, `gt`, `gteq`, `lt`, `lteq`, `like`, `notLike`. `neq` needs a variable with another value; an
    instance without the variable does not match.

    """
    value: Any | None = None
    """
    The value to compare with. Numbers match across number types when nothing is lost; text in the form of a date is
    compared as a date.

    """


class HistoricProcessInstanceQuery(Model):
    """Conditions that a process instance, running or finished, must meet, all of them. Only running ones can be changed. A member that is unknown, or is an empty list, is refused with 400."""

    processInstanceId: str | None = None
    """
    The process instance has this id.
    """
    processInstanceIds: list[str] | None = None
    """
    The process instance has one of these ids.
    """
    processInstanceBusinessKey: str | None = None
    """
    The process instance has this business key.
    """
    processDefinitionId: str | None = None
    """
    The process instance is of this process definition.
    """
    processDefinitionKey: str | None = None
    """
    The process definition has this key.
    """
    processDefinitionKeyIn: list[str] | None = None
    """
    The process definition has one of these keys.
    """
    startedBefore: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    The process instance was started before this date, or at it.
    """
    startedAfter: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    The process instance was started after this date, or at it.
    """
    finished: bool | None = None
    """
    With true, the process instance is finished. False changes nothing.
    """
    unfinished: bool | None = None
    """
    With true, the process instance is running. False changes nothing.
    """
    processInstanceIdNotIn: list[str] | None = None
    """
    The process instance has none of these ids.
    """
    processInstanceBusinessKeyIn: list[str] | None = None
    """
    The process instance has one of these business keys.
    """
    processInstanceBusinessKeyLike: str | None = None
    """
    The business key by pattern. SQL LIKE pattern, case-sensitive.
    """
    rootProcessInstanceId: str | None = None
    """
    The process instance is this one, or below it.
    """
    rootProcessInstances: bool | None = None
    """
    With true, the process instance is not below another one.
    """
    processDefinitionKeyNotIn: list[str] | None = None
    """
    The process definition has no key like any of these SQL LIKE patterns.
    """
    processDefinitionName: str | None = None
    """
    The process definition has this name.
    """
    processDefinitionNameLike: str | None = None
    """
    The name of the process definition by pattern. SQL LIKE pattern, case-sensitive.
    """
    finishedBefore: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    The process instance was finished before this date.
    """
    finishedAfter: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    The process instance was finished after this date.
    """
    startedBy: str | None = None
    """
    This user started the process instance.
    """
    active: bool | None = None
    """
    With true, the process instance is running and not suspended.
    """
    suspended: bool | None = None
    """
    With true, the process instance is suspended.
    """
    completed: bool | None = None
    """
    With true, the process instance has come to its end.
    """
    externallyTerminated: bool | None = None
    """
    With true, the process instance was ended from outside.
    """
    internallyTerminated: bool | None = None
    """
    With true, the process instance was ended from within.
    """
    activityIdIn: list[str] | None = None
    """
    The process instance is at one of these steps.
    """
    activeActivityIdIn: list[str] | None = None
    """
    The process instance is at one of these steps or within one of these subprocesses.
    """
    executedActivityIdIn: list[str] | None = None
    """
    Not supported: 400.
    """
    executedActivityBefore: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    Not supported: 400.
    """
    executedActivityAfter: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    Not supported: 400.
    """
    executedJobBefore: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    A job of the process instance was executed before this date. Instances have no jobs here.
    """
    executedJobAfter: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    A job of the process instance was executed after this date. Instances have no jobs here.
    """
    withJobsRetrying: bool | None = None
    """
    With true, the process instance has failed jobs. Instances have no jobs here.
    """
    superProcessInstanceId: str | None = None
    """
    This process instance called it.
    """
    subProcessInstanceId: str | None = None
    """
    It called this process instance.
    """
    superCaseInstanceId: str | None = None
    """
    This case called it: none, as cases are not run here.
    """
    subCaseInstanceId: str | None = None
    """
    It called this case: none, as cases are not run here.
    """
    caseInstanceId: str | None = None
    """
    It belongs to this case: none, as cases are not run here.
    """
    withIncidents: bool | None = None
    """
    With true, the process instance has or had an incident.
    """
    withRootIncidents: bool | None = None
    """
    With true, the process instance has or had an incident that is its own cause.
    """
    incidentIdIn: list[str] | None = None
    """
    The process instance has or had one of these incidents.
    """
    incidentType: str | None = None
    """
    The process instance has or had an incident of this type.
    """
    incidentMessage: str | None = None
    """
    The process instance has or had an incident with this message.
    """
    incidentMessageLike: str | None = None
    """
    The process instance has or had an incident with a message by pattern. SQL LIKE pattern, case-sensitive.
    """
    incidentStatus: str | None = None
    """
    `open` or `resolved`: the incident is so.
    """
    tenantIdIn: list[str] | None = None
    """
    The process instance is of one of these tenants.
    """
    withoutTenantId: bool | None = None
    """
    With true, the process instance is of no tenant, whatever `tenantIdIn` says.
    """
    variables: list[VariableCondition] | None = None
    """
    Conditions on variables of the process instance, all of which must hold.
    """
    variableNamesIgnoreCase: bool | None = None
    """
    With true, names in `variables` are compared without regard to case.
    """
    variableValuesIgnoreCase: bool | None = None
    """
    With true, text values in `variables` are compared without regard to case.
    """
    orQueries: list["HistoricProcessInstanceQuery"] | None = None
    """
    Each entry has conditions like these, of which at least one must hold; conditions on incidents are not supported within it.
    """
    sorting: list[SortingClause] | None = None
    """
    Changes nothing; an order is of no use to a selection.
    """


class Batch(Model):
    """A change to many objects, carried out in the background."""

    id: str
    """
    The id of the batch.
    """
    type: str
    """
    What the batch does.
    """
    totalJobs: int
    """
    How many jobs the batch needs.
    """
    jobsCreated: int
    """
    How many of them have been created so far.
    """
    batchJobsPerSeed: int
    """
    How many jobs are created at a time.
    """
    invocationsPerBatchJob: int
    """
    How many objects a job changes.
    """
    seedJobDefinitionId: Annotated[str | None, Field(...)]
    """
    The definition of the jobs that create jobs.
    """
    monitorJobDefinitionId: Annotated[str | None, Field(...)]
    """
    The definition of the job that watches over the batch.
    """
    batchJobDefinitionId: Annotated[str | None, Field(...)]
    """
    The definition of the jobs that do the work.
    """
    suspended: bool
    """
    Whether the batch is suspended.
    """
    tenantId: Annotated[str | None, Field(...)]
    """
    The tenant, if any.
    """
    createUserId: Annotated[str | None, Field(...)]
    """
    Who asked for the batch, if the caller was known.
    """
    startTime: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ]
    """
    When the batch was asked for.
    """
    executionStartTime: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ]
    """
    When its first job began; null until then.
    """


class JobDateCondition(Model):
    """A condition on a date."""

    operator: str | None = None
    """
    `gt` or `lt`.
    """
    value: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    The date to compare with.
    """


class JobRetries(Model):
    """How often a job may still be tried."""

    retries: int | None = None
    """
    The number. Required.
    """
    dueDate: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    The new due date; null takes it away. Without the member the date stays.
    """


class Incident(Model):
    """An open problem of a process instance."""

    id: str
    """
    The id of the incident.
    """
    processDefinitionId: Annotated[str | None, Field(...)]
    """
    The process definition.
    """
    processInstanceId: Annotated[str | None, Field(...)]
    """
    The process instance.
    """
    executionId: Annotated[str | None, Field(...)]
    """
    The execution.
    """
    incidentTimestamp: Annotated[
        str,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ]
    """
    When the incident was raised.
    """
    incidentType: str
    """
    What kind of problem it is; `failedExternalTask` for an external task without retries, `failedJob` for a job of the server (one of a batch, mostly) that was given up, any other for one that somebody created.
    """
    activityId: Annotated[str | None, Field(...)]
    """
    The activity of the process.
    """
    failedActivityId: Annotated[str | None, Field(...)]
    """
    The activity at which a job failed; null for incidents of external tasks, and for those that clients raise. At a call activity it is that itself.
    """
    causeIncidentId: Annotated[str | None, Field(...)]
    """
    The incident in a called process that led to this one; its own id if there is none.
    """
    rootCauseIncidentId: Annotated[str | None, Field(...)]
    """
    The incident at the beginning of that chain.
    """
    configuration: Annotated[str | None, Field(...)]
    """
    What the incident is about; for a failed external task or job its id.
    """
    incidentMessage: Annotated[str | None, Field(...)]
    """
    What went wrong.
    """
    tenantId: Annotated[str | None, Field(...)]
    """
    The tenant, if any.
    """
    jobDefinitionId: Annotated[str | None, Field(...)]
    """
    The job definition, if a job of a batch is concerned.
    """
    annotation: Annotated[str | None, Field(...)]
    """
    A remark that somebody left.
    """


class ProcessDefinition(Model):
    """One version of a deployed BPMN process."""

    id: str
    """
    Id, `<key>:<version>:<id>`.
    """
    key: str
    """
    The `id` of the BPMN process.
    """
    category: Annotated[str | None, Field(...)]
    """
    Target namespace of the BPMN file.
    """
    description: Annotated[str | None, Field(...)]
    """
    Documentation of the BPMN process.
    """
    name: Annotated[str | None, Field(...)]
    """
    Name of the BPMN process.
    """
    version: int
    """
    Version number, counted per key and tenant from 1.
    """
    resource: str
    """
    Name of the BPMN resource in its deployment.
    """
    deploymentId: str
    """
    Deployment that brought the definition.
    """
    diagram: Annotated[str | None, Field(...)]
    """
    Name of the diagram resource, if one was deployed.
    """
    suspended: bool
    """
    Whether the definition is suspended; no instance can then be started.
    """
    tenantId: Annotated[str | None, Field(...)]
    """
    Tenant of the definition.
    """
    versionTag: Annotated[str | None, Field(...)]
    """
    Version tag of the BPMN process.
    """
    historyTimeToLive: Annotated[int | None, Field(...)]
    """
    Days for which ended instances are kept.
    """
    startableInTasklist: bool
    """
    Whether people may start the process from a task list.
    """


class InstructionVariables1(VariableValue):
    local: bool | None = None
    """
    `true` sets it in the scope in which the token starts, or in the activity where others are beside it.
    """


class ModificationInstruction(Model):
    """What is cancelled, or where a token starts."""

    type: Literal["cancel", "startBeforeActivity", "startAfterActivity", "startTransition"]
    """
    Kind of the instruction.
    """
    activityId: str | None = None
    """
    Activity to start before or after, or everything at which is cancelled.
    """
    transitionId: str | None = None
    """
    Sequence flow to take; with `startTransition` only.
    """
    activityInstanceId: str | None = None
    """
    Activity instance to cancel; with `cancel` in one process instance only.
    """
    transitionInstanceId: str | None = None
    """
    Transition instance to cancel; with `cancel` in one process instance only.
    """
    ancestorActivityInstanceId: str | None = None
    """
    The activity instance around what is started that is meant, where there are several; in one process instance only.
    """
    cancelCurrentActiveActivityInstances: bool | None = None
    """
    `true` cancels what was at the activity before the first instruction, and not what others have started; in bulk operations only.
    """
    variables: dict[str, InstructionVariables1 | None] | None = None
    """
    Variables to set before the token starts.
    """


class ProcessInstance(Model):
    """One run of a process definition."""

    links: list[Link]
    """
    Link to the instance after a start, empty elsewhere.
    """
    id: str
    """
    Id of the instance.
    """
    definitionId: str
    """
    Definition the instance runs on.
    """
    businessKey: Annotated[str | None, Field(...)]
    """
    Business key.
    """
    caseInstanceId: Annotated[str | None, Field(...)]
    """
    Case instance given at the start.
    """
    ended: bool
    """
    Whether the instance has ended.
    """
    suspended: bool
    """
    Whether the instance is suspended.
    """
    tenantId: Annotated[str | None, Field(...)]
    """
    Tenant of the instance.
    """
    definitionKey: Annotated[str | None, Field(...)]
    """
    Key of the definition.
    """


class Suspension(Model):
    """Suspends or activates."""

    suspended: bool | None = None
    """
    `true` suspends, `false` (also when absent) activates.
    """


class ProcessInstanceQuery(Model):
    """Filters for process instances; all of them must hold."""

    processInstanceIds: list[str] | None = None
    """
    Any of these instances.
    """
    businessKey: str | None = None
    """
    Exact business key.
    """
    businessKeyLike: str | None = None
    """
    Business key by pattern. SQL LIKE pattern, case-sensitive: `%` any text, `_` one character, `\\` escapes.
    """
    caseInstanceId: str | None = None
    """
    Case instance the process was started with.
    """
    processDefinitionId: str | None = None
    """
    Definition the instance runs on.
    """
    processDefinitionKey: str | None = None
    """
    Key of the definition, any version.
    """
    processDefinitionKeyIn: list[str] | None = None
    """
    Any of these definition keys.
    """
    processDefinitionKeyNotIn: list[str] | None = None
    """
    None of these definition keys.
    """
    deploymentId: str | None = None
    """
    Deployment of the definition.
    """
    superProcessInstance: str | None = None
    """
    Instances called by this process instance.
    """
    subProcessInstance: str | None = None
    """
    The instance that called this process instance.
    """
    superCaseInstance: str | None = None
    """
    Instances called by this case: none, as cases are not run here.
    """
    subCaseInstance: str | None = None
    """
    Instances that called this case: none, as cases are not run here.
    """
    rootProcessInstanceId: str | None = None
    """
    Instances under this top-level process instance.
    """
    rootProcessInstances: bool | None = None
    """
    `true` leaves only instances that no other instance called.
    """
    leafProcessInstances: bool | None = None
    """
    `true` leaves only instances that called no other instance.
    """
    active: bool | None = None
    """
    `true` leaves only instances that are not suspended; `false` changes nothing.
    """
    suspended: bool | None = None
    """
    `true` leaves only suspended instances; `false` changes nothing.
    """
    activityIdIn: list[str] | None = None
    """
    Instances in which a token waits at one of these activities.
    """
    withIncident: bool | None = None
    """
    `true` leaves only instances with an open incident.
    """
    incidentId: str | None = None
    """
    The instance with this incident.
    """
    incidentType: str | None = None
    """
    Instances with an incident of this type.
    """
    incidentMessage: str | None = None
    """
    Instances with an incident of exactly this message.
    """
    incidentMessageLike: str | None = None
    """
    Instances with an incident by message pattern. SQL LIKE pattern, case-sensitive: `%` any text, `_` one character, `\\` escapes.
    """
    tenantIdIn: list[str] | None = None
    """
    Any of these tenants.
    """
    withoutTenantId: bool | None = None
    """
    `true` leaves only instances without a tenant.
    """
    processDefinitionWithoutTenantId: bool | None = None
    """
    `true` leaves only instances whose definition has no tenant.
    """
    variables: list[VariableCondition] | None = None
    """
    Conditions on variables of the instance, all of which must hold.
    """
    variableNamesIgnoreCase: bool | None = None
    """
    `true` compares the names in `variables` without regard to case.
    """
    variableValuesIgnoreCase: bool | None = None
    """
    `true` compares text values in `variables` without regard to case.
    """
    orQueries: list["ProcessInstanceQuery"] | None = None
    """
    Each entry is a further condition that holds when at least one of the entry's filters holds.
    """
    sortBy: Literal["instanceId", "definitionKey", "definitionId", "tenantId", "businessKey"] | None = None
    """
    What to sort by; needs `sortOrder` beside it. `sorting` is the fuller form.
    """
    sortOrder: Literal["asc", "desc"] | None = None
    """
    Direction for `sortBy`.
    """
    sorting: list[SortingClause] | None = None
    """
    What to sort by, the first clause weighing most. `sortBy` is one of instanceId, definitionKey, definitionId, tenantId, businessKey.
    """


class VariableChanges(Model):
    """Variables to set and to delete. A name in both is deleted."""

    modifications: dict[str, VariableValue] | None = None
    """
    Variables to set.
    """
    deletions: list[str] | None = None
    """
    Names of variables to delete; unknown names are ignored.
    """


class VariableUpload(Model):
    """A binary value as a form upload."""

    data: bytes | None = None
    """
    The content. For a File, the part's file name and content type become those of the file.
    """
    valueType: str = "Bytes"
    """
    Type of the variable: `Bytes` or `File`.
    """


class Execution(Model):
    """A path of execution in a process instance."""

    id: str
    """
    Id of the execution.
    """
    processInstanceId: str
    """
    Its process instance.
    """
    ended: bool
    """
    Whether it has ended.
    """
    tenantId: Annotated[str | None, Field(...)]
    """
    Tenant of the execution.
    """


class EventSubscription(Model):
    """Something that a process instance waits for, or that starts one."""

    id: str
    """
    Id of the subscription.
    """
    eventType: str
    """
    `message`, `signal` or `conditional`; `compensate` for what was completed and can be compensated.
    """
    eventName: Annotated[str | None, Field(...)]
    """
    Name of the message or signal; conditions and compensation have none.
    """
    executionId: Annotated[str | None, Field(...)]
    """
    The execution that waits; null for the start event of a definition. Of compensation that of the scope in which something was completed; where that is a completed subprocess, the execution that it had.
    """
    processInstanceId: Annotated[str | None, Field(...)]
    """
    Its process instance; null for the start event of a definition.
    """
    activityId: str
    """
    The event, or the receive task. Of compensation the activity that compensates; a subprocess that is compensated by what was completed in it is named itself.
    """
    createdDate: Annotated[
        str,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ]
    """
    When the waiting began, or the activity was completed.
    """
    tenantId: Annotated[str | None, Field(...)]
    """
    The tenant, if any.
    """


class Engine(Model):
    """An engine of this server."""

    name: str
    """
    The name of the engine.
    """


class Version(Model):
    """The version whose interface is spoken."""

    version: str
    """
    The version.
    """


class ExternalTask(Model):
    """Work that waits for a worker. Every member is always there."""

    activityId: str
    """
    The activity of the process.
    """
    activityInstanceId: str
    """
    The visit of the process instance to that activity.
    """
    errorMessage: Annotated[str | None, Field(...)]
    """
    The message of the last failure, up to 666 characters of it; null until there was one.
    """
    executionId: str
    """
    The execution that waits at the task. It has the task's local variables.
    """
    id: str
    """
    The id of the task.
    """
    lockExpirationTime: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ]
    """
    When the lock ends or ended; null if there is none.
    """
    createTime: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ]
    """
    When the process instance reached the task.
    """
    processDefinitionId: str
    """
    The process definition.
    """
    processDefinitionKey: str
    """
    The key of the process definition.
    """
    processDefinitionVersionTag: Annotated[str | None, Field(...)]
    """
    The version tag of the process definition.
    """
    processInstanceId: str
    """
    The process instance.
    """
    tenantId: Annotated[str | None, Field(...)]
    """
    The tenant, if any.
    """
    retries: Annotated[int | None, Field(...)]
    """
    How often the task may still be tried; null until a failure was reported or the number was set.
    """
    suspended: bool
    """
    Whether the task is suspended. Always false in what a fetch returns.
    """
    workerId: Annotated[str | None, Field(...)]
    """
    The worker who locked the task last; null if nobody did, or the task was unlocked.
    """
    topicName: str
    """
    The topic.
    """
    priority: int
    """
    The priority; 0 unless the process says otherwise.
    """
    businessKey: Annotated[str | None, Field(...)]
    """
    The business key of the process instance.
    """


class ExternalTaskList(RootModel[list[ExternalTask]]):
    """External tasks."""

    root: list[ExternalTask]
    """
    External tasks.
    """


class LockedExternalTask(ExternalTask):
    """A task as a worker gets it."""

    errorDetails: Annotated[str | None, Field(...)]
    """
    The details of the last failure that had any.
    """
    variables: dict[str, VariableValueResult]
    """
    The variables asked for, the nearest scope first; empty if there are none.
    """
    extensionProperties: dict[str, str]
    """
    The activity's extension properties, if the topic asked for them; else empty. Where the model leaves the work to Java
    code and the like (`delegates=workers`), what it says of that stands here too, named as in the model after
    `delegate.`: `delegate.by` tells which attribute or element names it, and further ones are such as `delegate.class`,
    `delegate.expression`, `delegate.resultVariable`, `delegate.field.NAME`, `delegate.script` and `delegate.input.NAME`.

    """


class ExternalTaskQuery(Model):
    """Conditions that a task must meet, all of them. What is missing, null or an empty array does not count."""

    externalTaskId: str | None = None
    """
    The task has this id.
    """
    externalTaskIdIn: list[str] | None = None
    """
    The task has one of these ids.
    """
    activityId: str | None = None
    """
    The task is of this activity.
    """
    activityIdIn: list[str] | None = None
    """
    The task is of one of these activities.
    """
    lockExpirationBefore: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    The lock ends before this date.
    """
    lockExpirationAfter: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    The lock ends after this date.
    """
    topicName: str | None = None
    """
    The task is of this topic.
    """
    workerId: str | None = None
    """
    This worker locked the task last.
    """
    executionId: str | None = None
    """
    The task belongs to this execution.
    """
    processInstanceId: str | None = None
    """
    The task belongs to this process instance.
    """
    processInstanceIdIn: list[str] | None = None
    """
    The task belongs to one of these process instances.
    """
    processDefinitionId: str | None = None
    """
    The task belongs to this process definition.
    """
    processDefinitionKey: str | None = None
    """
    The process definition has this key.
    """
    processDefinitionKeyIn: list[str] | None = None
    """
    The process definition has one of these keys.
    """
    processDefinitionName: str | None = None
    """
    The process definition has this name.
    """
    processDefinitionNameLike: str | None = None
    """
    The name of the process definition matches. `%` stands for any text, `_` for one character, `\\` takes the meaning off
    either.

    """
    tenantIdIn: list[str] | None = None
    """
    The task is of one of these tenants.
    """
    locked: bool | None = None
    """
    With true, the task is locked now. False changes nothing.
    """
    notLocked: bool | None = None
    """
    With true, the task is not locked now. False changes nothing.
    """
    withRetriesLeft: bool | None = None
    """
    With true, the retries are unset or above 0. False changes nothing.
    """
    noRetriesLeft: bool | None = None
    """
    With true, the retries are 0, even if `withRetriesLeft` is given. False changes nothing.
    """
    active: bool | None = None
    """
    With true, the task is not suspended. False changes nothing.
    """
    suspended: bool | None = None
    """
    With true, the task is suspended, even if `active` is given. False changes nothing.
    """
    priorityHigherThanOrEquals: int | None = None
    """
    The priority is at least this.
    """
    priorityLowerThanOrEquals: int | None = None
    """
    The priority is at most this.
    """
    processVariables: list[VariableCondition] | None = None
    """
    The process instance has, in whatever scope, variables that meet all these conditions.
    """
    variableNamesIgnoreCase: bool | None = None
    """
    With true, letter case does not count in the names of `processVariables`.
    """
    variableValuesIgnoreCase: bool | None = None
    """
    With true, letter case does not count in the values of `processVariables`.
    """
    sorting: list[SortingClause] | None = None
    """
    The levels of the sorting, in order. One can sort by `id`, `lockExpirationTime`, `processInstanceId`,
    `processDefinitionId`, `processDefinitionKey`, `tenantId`, `taskPriority` and `createTime`.

    """
    sortBy: (
        Literal[
            "id",
            "lockExpirationTime",
            "processInstanceId",
            "processDefinitionId",
            "processDefinitionKey",
            "tenantId",
            "taskPriority",
            "createTime",
        ]
        | None
    ) = None
    """
    What to sort by, for a sorting of one level. Must come together with `sortOrder`.
    """
    sortOrder: Literal["asc", "desc"] | None = None
    """
    The direction of that sorting.
    """


class FetchTopic(Model):
    """A topic, with conditions that its tasks must all meet. An empty array is no condition."""

    topicName: str | None = None
    """
    The topic. Required; its absence is answered with 500 NullValueException.
    """
    lockDuration: int | None = 0
    """
    How many milliseconds the tasks are locked. Required; what is not above 0 is answered with 500.
    """
    variables: list[str | None] | None = None
    """
    The names of the variables to return. Without it, all that the task can see; an empty array, none.
    """
    localVariables: bool | None = False
    """
    Whether to return only variables of the task's own scope.
    """
    deserializeValues: bool | None = False
    """
    Whether serialized values are returned as JSON instead of as strings.
    """
    includeExtensionProperties: bool | None = False
    """
    Whether to return the activity's extension properties.
    """
    businessKey: str | None = None
    """
    The process instance has this business key.
    """
    processDefinitionId: str | None = None
    """
    The task belongs to this process definition.
    """
    processDefinitionIdIn: list[str] | None = None
    """
    The task belongs to one of these process definitions.
    """
    processDefinitionKey: str | None = None
    """
    The process definition has this key.
    """
    processDefinitionKeyIn: list[str] | None = None
    """
    The process definition has one of these keys.
    """
    processDefinitionVersionTag: str | None = None
    """
    The version tag of the process definition matches. `%` stands for any text, `_` for one character.
    """
    withoutTenantId: bool | None = False
    """
    Whether only tasks of no tenant are meant. `tenantIdIn` wins over it.
    """
    tenantIdIn: list[str] | None = None
    """
    The task is of one of these tenants.
    """
    processVariables: dict[str, Any] | None = None
    """
    The process instance has one of these variables, by name, with the same value and type, in its outermost scope. Values
    are plain JSON; an array or object is answered with 500.

    """


class CompleteExternalTask(Model):
    """A worker's result."""

    workerId: str | None = None
    """
    The worker who locked the task last. Required; its absence is answered with 500 NullValueException.
    """
    variables: dict[str, VariableValue] | None = None
    """
    Variables to write where their name is known already, else on the process instance.
    """
    localVariables: dict[str, VariableValue] | None = None
    """
    Variables to write in the task's own scope only.
    """


class ExternalTaskFailure(Model):
    """A worker's report that the work could not be done."""

    workerId: str | None = None
    """
    The worker who locked the task last. Required; its absence is answered with 500 NullValueException.
    """
    errorMessage: str | None = None
    """
    What went wrong. The first 666 characters are kept; without it an earlier message is cleared.
    """
    errorDetails: str | None = None
    """
    Details of any length. Without it earlier details stay.
    """
    retries: int | None = 0
    """
    How often the task may still be tried. 0 raises an incident; a negative number is answered with 500.
    """
    retryTimeout: int | None = 0
    """
    How many milliseconds until the task can be fetched again. A negative number is answered with 500.
    """
    variables: dict[str, VariableValue] | None = None
    """
    Variables to write where their name is known already, else on the process instance.
    """
    localVariables: dict[str, VariableValue] | None = None
    """
    Variables to write in the task's own scope only.
    """


class ExternalTaskBpmnError(Model):
    """A worker's report of an error that the process knows about."""

    workerId: str | None = None
    """
    The worker who locked the task last. Required; its absence is answered with 500 NullValueException.
    """
    errorCode: str | None = None
    """
    The code by which the process catches the error. Required; what is missing or blank is answered with 500.
    """
    errorMessage: str | None = None
    """
    A message that the process may read. Must not be blank if given.
    """
    variables: dict[str, VariableValue] | None = None
    """
    Variables to write, before the error is thrown.
    """


class LockExternalTask(Model):
    """A wish to lock a task."""

    workerId: str | None = None
    """
    The worker. Required; its absence is answered with 500 NullValueException.
    """
    lockDuration: int | None = 0
    """
    How many milliseconds from now the task is locked. Required; what is not above 0 is answered with 400.
    """


class ExtendExternalTaskLock(Model):
    """A wish to keep a task locked."""

    workerId: str | None = None
    """
    The worker who locked the task last. Required; its absence is answered with 500 NullValueException.
    """
    newDuration: int | None = 0
    """
    How many milliseconds from now the lock is to last. Required; what is not above 0 is answered with 400.
    """


class ExternalTaskRetries(Model):
    """How often a task may still be tried."""

    retries: int | None = None
    """
    The number. Required and not negative; otherwise the answer is 400.
    """


class ExternalTaskPriority(Model):
    """How urgent a task is."""

    priority: int | None = None
    """
    The priority. Required; its absence is answered with 500 NullPointerException.
    """


class ExternalTasksRetries(Model):
    """How often several tasks may still be tried. The selections are united."""

    retries: int | None = None
    """
    The number. Required; its absence is answered with 400.
    """
    externalTaskIds: list[str | None] | None = None
    """
    Tasks by id.
    """
    processInstanceIds: list[str | None] | None = None
    """
    All tasks of these process instances.
    """
    externalTaskQuery: ExternalTaskQuery | None = None
    """
    All tasks that meet this query. An empty object means every task.
    """
    processInstanceQuery: ProcessInstanceQuery | None = None
    """
    All tasks of the process instances that meet this query.
    """
    historicProcessInstanceQuery: HistoricProcessInstanceQuery | None = None
    """
    All tasks of the process instances that meet this query over running and finished instances.
    """


class Job(Model):
    """Work that the server does by itself when it is due."""

    id: str
    """
    The id of the job.
    """
    jobDefinitionId: Annotated[str | None, Field(...)]
    """
    The job definition; null for work of the server itself that has none.
    """
    processInstanceId: Annotated[str | None, Field(...)]
    """
    The process instance, if any; a timer start event has none.
    """
    processDefinitionId: Annotated[str | None, Field(...)]
    """
    The process definition, if any.
    """
    processDefinitionKey: Annotated[str | None, Field(...)]
    """
    Its key.
    """
    executionId: Annotated[str | None, Field(...)]
    """
    The execution, if any.
    """
    exceptionMessage: Annotated[str | None, Field(...)]
    """
    Why the job failed the last time; null while it has not.
    """
    failedActivityId: Annotated[str | None, Field(...)]
    """
    The activity at which it failed.
    """
    retries: int
    """
    How often the job is still tried.
    """
    dueDate: Annotated[
        str | None,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ]
    """
    When the job is due; null for at once.
    """
    suspended: bool
    """
    Whether the job is suspended.
    """
    priority: int
    """
    The priority; of jobs that are due, higher ones go first.
    """
    tenantId: Annotated[str | None, Field(...)]
    """
    The tenant, if any.
    """
    createTime: Annotated[
        str,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ]
    """
    When the job was made.
    """
    batchId: Annotated[str | None, Field(...)]
    """
    The batch that the job belongs to, if any.
    """


class JobDueDate(Model):
    """When a job is due."""

    duedate: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    The new due date; null, also when absent, stands for at once.
    """
    cascade: bool | None = None
    """
    `true` moves the later turns of a repeated timer by the same span.
    """


class JobPriority(Model):
    """The priority of a job."""

    priority: int | None = None
    """
    The number. Required; its absence is answered with 400.
    """


class JobsSuspension(Model):
    """Suspends or activates the jobs of one definition or instance."""

    suspended: bool | None = None
    """
    `true` suspends, `false` (also when absent) activates.
    """
    jobId: str | None = None
    """
    Must be absent; given, it is answered with 400.
    """
    jobDefinitionId: str | None = None
    """
    The jobs of this job definition.
    """
    processInstanceId: str | None = None
    """
    The jobs of this process instance.
    """
    processDefinitionId: str | None = None
    """
    The jobs of this process definition.
    """
    processDefinitionKey: str | None = None
    """
    The jobs of every version of this key.
    """
    processDefinitionTenantId: str | None = None
    """
    Beside `processDefinitionKey`, only definitions of this tenant.
    """
    processDefinitionWithoutTenantId: bool | None = None
    """
    Beside `processDefinitionKey`, only definitions without a tenant.
    """


class JobDefinition(Model):
    """What makes jobs: a timer or an asynchronous continuation of a process definition, or a batch."""

    id: str
    """
    The id of the job definition.
    """
    processDefinitionId: Annotated[str | None, Field(...)]
    """
    The process definition; null for the jobs of a batch.
    """
    processDefinitionKey: Annotated[str | None, Field(...)]
    """
    Its key.
    """
    jobType: str
    """
    `async-continuation`, `timer-intermediate-transition`, `timer-transition` (at the border of an activity), `timer-task-listener` (a task listener that waits for its time), `timer-start-event`, or the type of a batch.
    """
    jobConfiguration: Annotated[str | None, Field(...)]
    """
    `async-before` or `async-after`; what a timer waits for; the id of a batch.
    """
    activityId: Annotated[str | None, Field(...)]
    """
    The activity; for a timer that is its event.
    """
    suspended: bool
    """
    Whether new jobs are suspended.
    """
    overridingJobPriority: Annotated[int | None, Field(...)]
    """
    The priority that new jobs get in place of that of the model, if any.
    """
    tenantId: Annotated[str | None, Field(...)]
    """
    The tenant, if any.
    """
    deploymentId: Annotated[str | None, Field(...)]
    """
    Null, except where jobs belong to a deployment but to no process definition.
    """


class JobDefinitionQuery(Model):
    """Conditions that a job definition must meet, all of them. What is missing, null or an empty array does not count."""

    jobDefinitionId: str | None = None
    """
    Only the job definition with this id.
    """
    activityIdIn: list[str | None] | None = None
    """
    Only job definitions of one of these activities.
    """
    processDefinitionId: str | None = None
    """
    Only job definitions of this process definition.
    """
    processDefinitionKey: str | None = None
    """
    Only job definitions of process definitions with this key.
    """
    jobType: str | None = None
    """
    Only job definitions of this type.
    """
    jobConfiguration: str | None = None
    """
    Only job definitions with exactly this configuration.
    """
    active: bool | None = None
    """
    With true, only job definitions that are not suspended. False changes nothing.
    """
    suspended: bool | None = None
    """
    With true, only suspended job definitions, even if `active` is given. False changes nothing.
    """
    withOverridingJobPriority: bool | None = None
    """
    With true, only job definitions that override the priority of their jobs. False changes nothing.
    """
    tenantIdIn: list[str | None] | None = None
    """
    Only job definitions of one of these tenants.
    """
    withoutTenantId: bool | None = None
    """
    With true, only job definitions without a tenant, whatever `tenantIdIn` says. False changes nothing.
    """
    includeJobDefinitionsWithoutTenantId: bool | None = None
    """
    With true, job definitions without a tenant as well, beside those of `tenantIdIn`.
    """
    sorting: list[SortingClause] | None = None
    """
    The levels of the sorting, in order. One can sort by `jobDefinitionId`, `activityId`, `processDefinitionId`, `processDefinitionKey`, `jobType`, `jobConfiguration` and `tenantId`.
    """
    sortBy: (
        Literal[
            "jobDefinitionId",
            "activityId",
            "processDefinitionId",
            "processDefinitionKey",
            "jobType",
            "jobConfiguration",
            "tenantId",
        ]
        | None
    ) = None
    """
    What to sort by, for a sorting of one level. Must come together with `sortOrder`.
    """
    sortOrder: Literal["asc", "desc"] | None = None
    """
    The direction of that sorting.
    """


class JobDefinitionPriority(Model):
    """The priority of the jobs of a job definition."""

    priority: int | None = None
    """
    The number; null, also when absent, ends the override.
    """
    includeJobs: bool | None = None
    """
    `true` sets it for the jobs that are there as well.
    """


class JobDefinitionSuspension(Model):
    """Suspends or activates a job definition."""

    suspended: bool | None = None
    """
    `true` suspends, `false` (also when absent) activates.
    """
    includeJobs: bool | None = None
    """
    `true` does the same to the jobs that are there.
    """
    executionDate: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    When to do it, as a date and time; now if absent.
    """
    jobDefinitionId: str | None = None
    """
    Changes nothing beside a path that names the job definition.
    """
    processDefinitionId: str | None = None
    """
    Must be absent; given, it is answered with 400.
    """
    processDefinitionKey: str | None = None
    """
    Must be absent; given, it is answered with 400.
    """


class JobDefinitionsSuspension(Model):
    """Suspends or activates the job definitions of a process definition."""

    suspended: bool | None = None
    """
    `true` suspends, `false` (also when absent) activates.
    """
    includeJobs: bool | None = None
    """
    `true` does the same to the jobs that are there.
    """
    executionDate: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    When to do it, as a date and time; now if absent.
    """
    jobDefinitionId: str | None = None
    """
    Must be absent; given, it is answered with 400.
    """
    processDefinitionId: str | None = None
    """
    The job definitions of this process definition.
    """
    processDefinitionKey: str | None = None
    """
    The job definitions of every version of this key.
    """
    processDefinitionTenantId: str | None = None
    """
    Beside `processDefinitionKey`, only definitions of this tenant.
    """
    processDefinitionWithoutTenantId: bool | None = None
    """
    Beside `processDefinitionKey`, only definitions without a tenant.
    """


class Annotation(Model):
    """A remark on an incident."""

    annotation: str | None = None
    """
    The remark; null takes it away.
    """


class EvaluationCondition(Model):
    """What conditional start events are evaluated with. Everything may be left out."""

    variables: dict[str, VariableValue] | None = None
    """
    What conditions see, and the variables of the process instances that are started.
    """
    businessKey: str | None = None
    """
    Business key of the process instances that are started.
    """
    tenantId: str | None = None
    """
    Only the start events of this tenant's definitions. Not read with `processDefinitionId`.
    """
    withoutTenantId: bool | None = None
    """
    `true` takes only the start events of definitions without a tenant. Not read with `processDefinitionId`.
    """
    processDefinitionId: str | None = None
    """
    Only the start events of this definition, which need not be the latest version.
    """


class Problem(Model):
    """One problem in a model."""

    message: str
    """
    What is wrong.
    """
    line: int
    """
    The line, counted from 1; 0 when it is not known.
    """
    column: int
    """
    The column, counted from 1; 0 when it is not known.
    """
    mainElementId: Annotated[str | None, Field(...)]
    """
    The id of the element at fault.
    """
    еlementIds: list[str]
    """
    The ids of all elements concerned. The first letter of this name is the Cyrillic letter U+0435, as Camunda sends it.

    """
    elementIds: list[str]
    """
    The same ids under the name spelt in Latin letters.
    """


class DeploymentForm(Model):
    """A form upload. Every part that is not named here is a resource, as `data` is."""

    model_config = ConfigDict(
        extra="allow",
    )
    __pydantic_extra__: dict[str, bytes]
    deployment_name: Annotated[str | None, Field(alias="deployment-name")] = None
    """
    A name for the deployment.
    """
    deployment_source: Annotated[str | None, Field(alias="deployment-source")] = None
    """
    Where the deployment comes from.
    """
    enable_duplicate_filtering: Annotated[bool, Field(alias="enable-duplicate-filtering")] = False
    """
    Whether nothing is deployed when the last deployment of the same name and source has the same resources. Any text other
    than `true` means no.

    """
    deploy_changed_only: Annotated[bool, Field(alias="deploy-changed-only")] = False
    """
    Whether only resources that changed are deployed. Implies the filtering of duplicates.
    """
    tenant_id: Annotated[str | None, Field(alias="tenant-id")] = None
    """
    The tenant to deploy for.
    """
    deployment_activation_time: Annotated[
        str | None,
        Field(
            alias="deployment-activation-time",
            examples=["2013-01-23T14:42:45.000+0200"],
        ),
    ] = None
    """
    From when on the processes can be started.
    """
    delegates: Literal["refuse", "workers"] | None = None
    """
    What becomes of work that a model leaves to Java code, connectors, decisions, or scripts that do not run here: the model
    is refused, or the work becomes an external task. Its topic is the name of the class, the bean, the connector or the
    decision; of a script it is the language and the id of the task. Not known to the vendor, whose server takes the
    part for a resource.

    """
    java_listeners: Annotated[Literal["refuse", "ignore"] | None, Field(alias="java-listeners")] = None
    """
    What becomes of listeners in Java and in scripts that do not run here: the model is refused, or they are ignored and
    named in the answer. Not known to the vendor either.

    """
    data: bytes | None = None
    """
    A resource. Its file name is the name of the resource.
    """


class Deployment(Model):
    """Resources that were uploaded together."""

    links: list[Link]
    """
    Where the deployment can be found; given only when it is created.
    """
    id: str
    """
    The id of the deployment.
    """
    name: Annotated[str | None, Field(...)]
    """
    The name given to it.
    """
    source: Annotated[str | None, Field(...)]
    """
    Where it comes from.
    """
    deploymentTime: Annotated[
        str,
        Field(pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$"),
    ]
    """
    When it was made.
    """
    tenantId: Annotated[str | None, Field(...)]
    """
    The tenant, if any.
    """


class WorkForWorkers(Model):
    """An element of a model whose work is an external task, though the model has it done in another way."""

    resource: str
    """
    The name of the file.
    """
    line: int
    """
    Where the element stands.
    """
    column: int
    """
    Where the element stands.
    """
    elementId: Annotated[str | None, Field(...)]
    """
    The id of the element.
    """
    kind: str
    """
    What the model has in that place, such as `Java class` or `connector`.
    """
    topicName: str
    """
    The topic of the external task; where the model has an expression, that expression.
    """


class IgnoredListener(Model):
    """A listener that a deployment has left out."""

    resource: str
    """
    The name of the file.
    """
    line: int
    """
    Where the listener stands.
    """
    column: int
    """
    Where the listener stands.
    """
    elementId: Annotated[str | None, Field(...)]
    """
    The id of the element that has it.
    """
    message: str
    """
    What was left out.
    """


class DeploymentResource(Model):
    """A file of a deployment."""

    id: str
    """
    The id of the resource.
    """
    name: str
    """
    The name of the file.
    """
    deploymentId: str
    """
    The deployment.
    """


class IncidentStatistics(Model):
    """How many incidents of a type are open."""

    incidentType: str
    """
    The type.
    """
    incidentCount: int
    """
    The number.
    """


class ActivityStatistics(Model):
    """What goes on in one activity."""

    field_class: Annotated[
        Literal["org.camunda.bpm.engine.rest.dto.repository.ActivityStatisticsResultDto"],
        Field(alias="@class"),
    ]
    """
    The class that the vendor's server makes the object of.
    """
    id: str
    """
    The activity.
    """
    instances: int
    """
    How many times something waits at the activity; what waits for an asynchronous continuation counts as well.
    """
    failedJobs: int
    """
    How many jobs have no retries left; 0 where that is not asked for.
    """
    incidents: list[IncidentStatistics]
    """
    How many incidents are open, by type; empty where that is not asked for.
    """


class ProcessDefinitionStatistics(Model):
    """What goes on in one process definition."""

    field_class: Annotated[
        Literal["org.camunda.bpm.engine.rest.dto.repository.ProcessDefinitionStatisticsResultDto"],
        Field(alias="@class"),
    ]
    """
    The class that the vendor's server makes the object of.
    """
    id: str
    """
    The process definition.
    """
    instances: int
    """
    How many process instances run.
    """
    failedJobs: int
    """
    How many jobs have no retries left; 0 where that is not asked for.
    """
    incidents: list[IncidentStatistics]
    """
    How many incidents are open, by type; empty where that is not asked for.
    """
    definition: ProcessDefinition


class ProcessDefinitionXml(Model):
    """The BPMN source of a process definition."""

    id: str
    """
    Id of the process definition.
    """
    bpmn20Xml: str
    """
    The BPMN 2.0 file as it was deployed.
    """


class RestartProcessInstances(Model):
    """Which instances that have ended are started again, and where. The selections are united."""

    processInstanceIds: list[str | None] | None = None
    """
    Process instances by id.
    """
    historicProcessInstanceQuery: HistoricProcessInstanceQuery | None = None
    """
    The instances that the query of the history finds.
    """
    instructions: list[ModificationInstruction] | None = None
    """
    Where they start. Instructions to cancel do not count.
    """
    initialVariables: bool | None = None
    """
    `true` asks for the variables that the instances began with, which are not kept; it is answered with 400.
    """
    withoutBusinessKey: bool | None = None
    """
    `true` starts them without their business keys.
    """
    skipCustomListeners: bool | None = None
    """
    `true` leaves out the listeners that the model declares.
    """
    skipIoMappings: bool | None = None
    """
    `true` leaves out the input and output mappings.
    """


class StartProcessInstance(Model):
    """What a new process instance starts with. Everything may be left out."""

    variables: dict[str, VariableValue] | None = None
    """
    Variables of the process instance.
    """
    businessKey: str | None = None
    """
    Business key of the instance.
    """
    caseInstanceId: str | None = None
    """
    Case instance to associate; given back in the answer to the start, and not kept.
    """
    startInstructions: list[ModificationInstruction] | None = None
    """
    Other places to start at. Instructions to cancel do not count.
    """
    skipCustomListeners: bool | None = None
    """
    `true` leaves out the listeners that the model declares; with `startInstructions` only.
    """
    skipIoMappings: bool | None = None
    """
    `true` leaves out the input and output mappings; with `startInstructions` only.
    """
    withVariablesInReturn: bool | None = None
    """
    `true` adds the variables of the instance to the answer.
    """


class StartedProcessInstance(ProcessInstance):
    """A process instance right after its start."""

    variables: dict[str, VariableValueResult] | None = None
    """
    Only with `withVariablesInReturn`: all variables as they stood when the start was committed, in their serialised form.
    """


class ProcessDefinitionSuspension(Model):
    """Suspends or activates process definitions."""

    suspended: bool | None = None
    """
    `true` suspends, `false` (also when absent) activates.
    """
    includeProcessInstances: bool | None = None
    """
    `true` does the same to the instances of the definition.
    """
    executionDate: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    When to do it, as a date and time; now if absent.
    """
    processDefinitionId: str | None = None
    """
    Changes nothing beside a path that names the definition.
    """
    processDefinitionKey: str | None = None
    """
    Must be absent beside a path that names the definition; given, it is answered with 400.
    """


class ProcessDefinitionsSuspension(ProcessDefinitionSuspension):
    """Suspends or activates every version of a key."""

    processDefinitionKey: str | None = None
    """
    Key whose versions are meant; its absence is answered with 400.
    """
    processDefinitionId: str | None = None
    """
    Must be absent; given, it is answered with 400.
    """


class ProcessInstanceModification(Model):
    """How a process instance is changed."""

    instructions: list[ModificationInstruction] | None = None
    """
    What is done, in this order.
    """
    skipCustomListeners: bool | None = None
    """
    `true` leaves out the listeners that the model declares.
    """
    skipIoMappings: bool | None = None
    """
    `true` leaves out the input and output mappings.
    """
    annotation: str | None = None
    """
    Why it is done; it is not kept.
    """


class ProcessInstancesSuspension(Model):
    """Suspends or activates process instances: those of one definition, or a chosen set."""

    suspended: bool | None = None
    """
    `true` suspends, `false` (also when absent) activates.
    """
    processDefinitionId: str | None = None
    """
    All instances of this definition.
    """
    processDefinitionKey: str | None = None
    """
    All instances of every version of this key.
    """
    processDefinitionTenantId: str | None = None
    """
    Beside `processDefinitionKey`: only definitions of this tenant. Beside anything else it is answered with 400.
    """
    processDefinitionWithoutTenantId: bool | None = None
    """
    Beside `processDefinitionKey`: only definitions without a tenant. `true` beside anything else is answered with 400.
    """
    processInstanceIds: list[str] | None = None
    """
    These instances.
    """
    processInstanceQuery: ProcessInstanceQuery | None = None
    """
    The instances that the query finds.
    """
    historicProcessInstanceQuery: HistoricProcessInstanceQuery | None = None
    """
    The instances that the query of the history finds.
    """


class ActivityInstanceIncident(Model):
    """An incident at an activity instance."""

    id: str
    """
    Id of the incident.
    """
    activityId: str
    """
    Activity at which it happened.
    """


class TransitionInstance(Model):
    """A token before or after an activity, waiting for an asynchronous continuation."""

    id: str
    """
    Id of the transition instance.
    """
    parentActivityInstanceId: Annotated[str | None, Field(...)]
    """
    The activity instance around it.
    """
    activityId: str
    """
    Activity before or after which the token waits.
    """
    activityType: str
    """
    BPMN element name of the activity.
    """
    activityName: Annotated[str | None, Field(...)]
    """
    Name of the activity.
    """
    processInstanceId: str
    """
    The process instance.
    """
    processDefinitionId: str
    """
    Its definition.
    """
    incidentIds: list[str]
    """
    Ids of the open incidents here.
    """
    incidents: list[ActivityInstanceIncident]
    """
    The open incidents here.
    """
    executionId: str
    """
    Execution that waits.
    """
    targetActivityId: str
    """
    The same as `activityId`.
    """


class CorrelationMessageAsync(Model):
    """A message to several process instances. The selections are united."""

    messageName: str | None = None
    """
    Name of the message; any where it is absent.
    """
    processInstanceIds: list[str | None] | None = None
    """
    Process instances by id.
    """
    processInstanceQuery: ProcessInstanceQuery | None = None
    """
    The instances that the query finds.
    """
    historicProcessInstanceQuery: HistoricProcessInstanceQuery | None = None
    """
    The instances that the query of the history finds.
    """
    variables: dict[str, VariableValue] | None = None
    """
    Variables that are set where the process sets its own.
    """


class Modification(Model):
    """How process instances of one definition are changed. The selections are united."""

    processDefinitionId: str | None = None
    """
    Definition of all the instances. Required.
    """
    processInstanceIds: list[str | None] | None = None
    """
    Process instances by id.
    """
    processInstanceQuery: ProcessInstanceQuery | None = None
    """
    The instances that the query finds.
    """
    historicProcessInstanceQuery: HistoricProcessInstanceQuery | None = None
    """
    The living instances that the query of the history finds.
    """
    instructions: list[ModificationInstruction] | None = None
    """
    What is done, in this order.
    """
    skipCustomListeners: bool | None = None
    """
    `true` leaves out the listeners that the model declares.
    """
    skipIoMappings: bool | None = None
    """
    `true` leaves out the input and output mappings.
    """
    annotation: str | None = None
    """
    Why it is done; it is not kept.
    """


class MigrationInstruction(Model):
    """What becomes of the instances of an activity."""

    sourceActivityIds: list[str | None] | None = None
    """
    The activity in the source definition, as the only entry; further ones are not looked at.
    """
    targetActivityIds: list[str | None] | None = None
    """
    The activity in the target definition, in the same way.
    """
    updateEventTrigger: bool | None = None
    """
    Whether the timer or event that the activity waits for is made anew, as the target definition has it.
    """


class MigrationInstructionResult(Model):
    """What becomes of the instances of an activity."""

    sourceActivityIds: list[str | None]
    """
    The activity in the source definition.
    """
    targetActivityIds: list[str | None]
    """
    The activity in the target definition.
    """
    updateEventTrigger: bool
    """
    Whether what it waits for is made anew.
    """


class MigrationPlanGeneration(Model):
    """Two definitions for which a plan is wanted. Unknown members are ignored."""

    sourceProcessDefinitionId: str | None = None
    """
    The definition that instances come from.
    """
    targetProcessDefinitionId: str | None = None
    """
    The definition that they go to.
    """
    updateEventTriggers: bool | None = None
    """
    Whether the instructions make timers and events anew where they can.
    """
    variables: dict[str, VariableValue] | None = None
    """
    Variables that the instances get.
    """


class MigrationPlan(Model):
    """A plan. Unknown members are ignored."""

    sourceProcessDefinitionId: str | None = None
    """
    The definition that instances come from.
    """
    targetProcessDefinitionId: str | None = None
    """
    The definition that they go to.
    """
    instructions: list[MigrationInstruction] | None = None
    """
    What becomes of the instances of each activity.
    """
    variables: dict[str, VariableValue] | None = None
    """
    Variables that the instances get.
    """


class MigrationVariable(Model):
    """A variable of a plan."""

    value: Any
    """
    The value.
    """
    type: Annotated[str | None, Field(...)]
    """
    The type; null where the request named none.
    """
    valueInfo: Annotated[dict[str, Any] | None, Field(...)]
    """
    More about the value, by type.
    """


class MigrationInstructionReport(Model):
    """An instruction that is not valid."""

    instruction: MigrationInstructionResult
    failures: list[str]
    """
    What is wrong with it, for people.
    """


class MigrationVariableReport(MigrationVariable):
    """A variable that no instance can get."""

    failures: list[str]
    """
    What is wrong with it, for people.
    """


class MigrationExecution(Model):
    """A plan, and the instances that it is carried out for. The selections are united."""

    migrationPlan: MigrationPlan | None = None
    """
    The plan.
    """
    processInstanceIds: list[str | None] | None = None
    """
    Process instances by id.
    """
    processInstanceQuery: ProcessInstanceQuery | None = None
    """
    The instances that the query finds.
    """
    skipCustomListeners: bool | None = None
    """
    Whether the listeners of scopes that begin or end are left out.
    """
    skipIoMappings: bool | None = None
    """
    Whether the input and output parameters of scopes that begin or end are left out.
    """


class InstructionInTheWay(Model):
    """The instruction for the activity of what is in the way; null where there is none."""

    sourceActivityIds: list[str | None]
    """
    The activity in the source definition.
    """
    targetActivityIds: list[str | None]
    """
    The activity in the target definition.
    """
    updateEventTrigger: bool
    """
    Whether what it waits for is made anew.
    """


class MigratingActivityReport(Model):
    """An activity instance that is in the way."""

    migrationInstruction: InstructionInTheWay | None
    activityInstanceId: str
    """
    The activity instance.
    """
    sourceScopeId: str
    """
    Its activity, or the definition for the process instance itself.
    """
    failures: list[str]
    """
    What is wrong, for people.
    """


class MigratingTransitionReport(Model):
    """A transition instance that is in the way."""

    migrationInstruction: InstructionInTheWay | None
    transitionInstanceId: str
    """
    The transition instance.
    """
    sourceScopeId: str
    """
    Its activity.
    """
    failures: list[str]
    """
    What is wrong, for people.
    """


class CorrelationMessage(Model):
    """A message, for whom it is, and what it brings."""

    messageName: str | None = None
    """
    Name of the message. Required.
    """
    businessKey: str | None = None
    """
    Only executions of instances with this business key; an instance that is started gets it.
    """
    tenantId: str | None = None
    """
    Only executions and definitions of this tenant.
    """
    withoutTenantId: bool | None = None
    """
    `true` means only executions and definitions without a tenant.
    """
    processInstanceId: str | None = None
    """
    Only executions of this process instance.
    """
    correlationKeys: dict[str, VariableValue] | None = None
    """
    Only executions of instances that have these variables, in whichever scope.
    """
    localCorrelationKeys: dict[str, VariableValue] | None = None
    """
    Only executions that have these variables themselves.
    """
    processVariables: dict[str, VariableValue] | None = None
    """
    Variables that are set where the process sets its own, or that an instance starts with.
    """
    processVariablesLocal: dict[str, VariableValue] | None = None
    """
    Variables that are set on the execution that waits, or that an instance starts with.
    """
    processVariablesToTriggeredScope: dict[str, VariableValue] | None = None
    """
    Variables that are set in the scope that the message begins, or that an instance starts with.
    """
    all: bool | None = None
    """
    `true` gives the message to all that it fits.
    """
    resultEnabled: bool | None = None
    """
    `true` answers with the results.
    """
    variablesInResultEnabled: bool | None = None
    """
    `true` adds the variables of the process instances to the results; only with `resultEnabled`.
    """


class MessageCorrelationResult(Model):
    """What a message came to."""

    resultType: Literal["Execution", "ProcessDefinition"]
    """
    Whether an execution went on or an instance was started.
    """
    execution: Execution | dict[str, Any]
    """
    The execution that waited for the message, as it stands after it.
    """
    processInstance: ProcessInstance | dict[str, Any]
    """
    The instance that was started.
    """
    variables: dict[str, VariableValueResult] | None = None
    """
    Only with `variablesInResultEnabled`, the variables of the process instance in their serialised form.
    """


class ExecutionQuery(Model):
    """Filters for executions; all of them must hold."""

    processDefinitionId: str | None = None
    """
    Executions of this process definition.
    """
    processDefinitionKey: str | None = None
    """
    Executions of process definitions with this key, any version.
    """
    businessKey: str | None = None
    """
    Executions of process instances with exactly this business key.
    """
    processInstanceId: str | None = None
    """
    Executions of this process instance.
    """
    activityId: str | None = None
    """
    Executions that wait at this activity; not those of subprocesses around it.
    """
    signalEventSubscriptionName: str | None = None
    """
    Executions that wait for a signal of this name.
    """
    messageEventSubscriptionName: str | None = None
    """
    Executions that wait for a message of this name.
    """
    active: bool | None = None
    """
    `true` leaves only executions that are not suspended; `false` changes nothing.
    """
    suspended: bool | None = None
    """
    `true` leaves only suspended executions; `false` changes nothing.
    """
    incidentId: str | None = None
    """
    The execution with this incident.
    """
    incidentType: str | None = None
    """
    Executions with an incident of this type.
    """
    incidentMessage: str | None = None
    """
    Executions with an incident of exactly this message.
    """
    incidentMessageLike: str | None = None
    """
    Executions with an incident by message pattern. SQL LIKE pattern, case-sensitive: `%` any text, `_` one character, `\\` escapes.
    """
    tenantIdIn: list[str] | None = None
    """
    Any of these tenants.
    """
    variables: list[VariableCondition] | None = None
    """
    Conditions on variables of the execution itself, all of which must hold.
    """
    processVariables: list[VariableCondition] | None = None
    """
    Conditions on variables of the process instance, in whatever scope, all of which must hold. Operators are `eq` and `neq`.
    """
    variableNamesIgnoreCase: bool | None = None
    """
    `true` compares the names in `variables` and `processVariables` without regard to case.
    """
    variableValuesIgnoreCase: bool | None = None
    """
    `true` compares text values in `variables` and `processVariables` without regard to case.
    """
    sortBy: Literal["instanceId", "definitionKey", "definitionId", "tenantId"] | None = None
    """
    What to sort by; needs `sortOrder` beside it. `sorting` is the fuller form.
    """
    sortOrder: Literal["asc", "desc"] | None = None
    """
    Direction for `sortBy`.
    """
    sorting: list[SortingClause] | None = None
    """
    What to sort by, the first clause weighing most. `sortBy` is one of instanceId, definitionKey, definitionId and tenantId.
    """


class ExecutionTrigger(Model):
    """What comes with a signal or a message for one execution. Everything may be left out."""

    variables: dict[str, VariableValue] | None = None
    """
    Variables to set before the process goes on.
    """


class NewIncident(Model):
    """An incident of a type of one's own."""

    incidentType: str | None = None
    """
    What kind of problem it is. Has to be there.
    """
    configuration: str | None = None
    """
    What the incident is about.
    """
    message: str | None = None
    """
    What went wrong.
    """


class Signal(Model):
    """A signal that is thrown from outside."""

    name: str | None = None
    """
    What receivers wait for. Required.
    """
    executionId: str | None = None
    """
    The execution that gets the signal; without it everything that waits for it does.
    """
    variables: dict[str, VariableValue] | None = None
    """
    Variables that every receiver gets, each where its process has the name, else in the process instance.
    """
    tenantId: str | None = None
    """
    Only receivers of this tenant; not together with `executionId`.
    """
    withoutTenantId: bool | None = None
    """
    `true`: only receivers of no tenant, unless `tenantId` is given too; not together with `executionId`.
    """


class CamundaFormRef(Model):
    """Reference to a deployed form; null where the activity names none."""

    key: str | None = None
    """
    Key of the form.
    """
    binding: str | None = None
    """
    `latest`, `deployment` or `version`.
    """
    version: int | None = None
    """
    Version, with the binding `version`.
    """


class Task(Model):
    """A user task that waits to be done."""

    id: str
    """
    Id of the task.
    """
    name: Annotated[str | None, Field(...)]
    """
    Name.
    """
    assignee: Annotated[str | None, Field(...)]
    """
    User who holds the task.
    """
    created: Annotated[
        str,
        Field(
            examples=["2013-01-23T14:42:45.000+0200"],
            pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$",
        ),
    ]
    """
    When the task was created.
    """
    due: Annotated[
        str | None,
        Field(
            examples=["2013-01-23T14:42:45.000+0200"],
            pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$",
        ),
    ]
    """
    When it is due.
    """
    followUp: Annotated[
        str | None,
        Field(
            examples=["2013-01-23T14:42:45.000+0200"],
            pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$",
        ),
    ]
    """
    When it is to be followed up.
    """
    lastUpdated: Annotated[
        str | None,
        Field(
            examples=["2013-01-23T14:42:45.000+0200"],
            pattern="^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d{4}$",
        ),
    ]
    """
    When it was last changed; null if never.
    """
    delegationState: Annotated[Literal["PENDING", "RESOLVED"] | None, Field(...)]
    """
    State of the delegation; null if the task was never delegated.
    """
    description: Annotated[str | None, Field(...)]
    """
    Description.
    """
    executionId: Annotated[str | None, Field(...)]
    """
    Execution that waits at the task.
    """
    owner: Annotated[str | None, Field(...)]
    """
    User who delegated it.
    """
    parentTaskId: Annotated[str | None, Field(...)]
    """
    The task of which this is a subtask.
    """
    priority: int
    """
    Priority; 50 unless the model or somebody said otherwise.
    """
    processDefinitionId: Annotated[str | None, Field(...)]
    """
    Definition of the process instance.
    """
    processInstanceId: Annotated[str | None, Field(...)]
    """
    Process instance of the task.
    """
    taskDefinitionKey: Annotated[str | None, Field(...)]
    """
    Activity id in the BPMN process.
    """
    caseExecutionId: Annotated[str | None, Field(...)]
    """
    Always null: cases are not run here.
    """
    caseInstanceId: Annotated[str | None, Field(...)]
    """
    Always null: cases are not run here.
    """
    caseDefinitionId: Annotated[str | None, Field(...)]
    """
    Always null: cases are not run here.
    """
    suspended: bool
    """
    Whether the task is suspended.
    """
    formKey: Annotated[str | None, Field(...)]
    """
    Form key of the activity.
    """
    camundaFormRef: CamundaFormRef | None
    tenantId: Annotated[str | None, Field(...)]
    """
    Tenant of the task.
    """
    taskState: Annotated[str | None, Field(...)]
    """
    State of the task in its life: `Init`, `Created`, `Updated`, `Completed` or `Deleted`.
    """
    variables: dict[str, VariableValueResult] | None = None
    """
    The variables that were asked for, where there are any.
    """
    comment: bool | None = None
    """
    Whether there are comments on the task, where that was asked for.
    """
    attachment: bool | None = None
    """
    Whether there are attachments to the task, where that was asked for: there are none here.
    """


class TaskFilters(Model):
    """Filters for user tasks; all of them must hold."""

    taskId: str | None = None
    """
    Exact id of the task.
    """
    taskIdIn: list[str] | None = None
    """
    Any of these tasks.
    """
    processInstanceId: str | None = None
    """
    Tasks of this process instance.
    """
    processInstanceIdIn: list[str] | None = None
    """
    Tasks of any of these process instances.
    """
    processInstanceBusinessKey: str | None = None
    """
    Exact business key of the process instance.
    """
    processInstanceBusinessKeyIn: list[str] | None = None
    """
    Any of these business keys.
    """
    processInstanceBusinessKeyLike: str | None = None
    """
    Business key by pattern. SQL LIKE pattern, case-sensitive: `%` any text, `_` one character, `\\` escapes.
    """
    processDefinitionId: str | None = None
    """
    Definition of the process instance.
    """
    processDefinitionKey: str | None = None
    """
    Key of the definition, any version.
    """
    processDefinitionKeyIn: list[str] | None = None
    """
    Any of these definition keys.
    """
    processDefinitionName: str | None = None
    """
    Exact name of the definition.
    """
    processDefinitionNameLike: str | None = None
    """
    Name of the definition by pattern. SQL LIKE pattern, case-sensitive: `%` any text, `_` one character, `\\` escapes.
    """
    executionId: str | None = None
    """
    Execution that waits at the task.
    """
    activityInstanceIdIn: list[str] | None = None
    """
    Any of these activity instances.
    """
    tenantIdIn: list[str] | None = None
    """
    Any of these tenants.
    """
    withoutTenantId: bool | None = None
    """
    `true` leaves only tasks without a tenant.
    """
    assignee: str | None = None
    """
    Exact user who holds the task.
    """
    assigneeLike: str | None = None
    """
    Assignee by pattern. SQL LIKE pattern, case-sensitive: `%` any text, `_` one character, `\\` escapes.
    """
    assigneeIn: list[str] | None = None
    """
    Assigned to any of these users.
    """
    assigneeNotIn: list[str] | None = None
    """
    Assigned to none of these users.
    """
    owner: str | None = None
    """
    User who delegated the task.
    """
    candidateUser: str | None = None
    """
    Unassigned tasks offered to this user, by name or through one of the user's groups.
    """
    candidateGroup: str | None = None
    """
    Unassigned tasks offered to this group.
    """
    candidateGroups: list[str] | None = None
    """
    Unassigned tasks offered to any of these groups.
    """
    includeAssignedTasks: bool | None = None
    """
    Beside a candidate filter: `true` finds tasks that someone already holds too.
    """
    involvedUser: str | None = None
    """
    Tasks to which this user is linked in any role.
    """
    assigned: bool | None = None
    """
    `true` leaves only tasks with an assignee.
    """
    unassigned: bool | None = None
    """
    `true` leaves only tasks without an assignee.
    """
    withCandidateGroups: bool | None = None
    """
    `true` leaves only tasks offered to at least one group.
    """
    withoutCandidateGroups: bool | None = None
    """
    `true` leaves only tasks offered to no group.
    """
    withCandidateUsers: bool | None = None
    """
    `true` leaves only tasks offered to at least one user.
    """
    withoutCandidateUsers: bool | None = None
    """
    `true` leaves only tasks offered to no user.
    """
    taskDefinitionKey: str | None = None
    """
    Exact activity id of the task in the BPMN process.
    """
    taskDefinitionKeyIn: list[str] | None = None
    """
    Any of these activity ids.
    """
    taskDefinitionKeyNotIn: list[str] | None = None
    """
    None of these activity ids.
    """
    taskDefinitionKeyLike: str | None = None
    """
    Activity id by pattern. SQL LIKE pattern, case-sensitive: `%` any text, `_` one character, `\\` escapes.
    """
    name: str | None = None
    """
    Exact name, case-insensitive.
    """
    nameNotEqual: str | None = None
    """
    Any other name, case-insensitive.
    """
    nameLike: str | None = None
    """
    Name by pattern, case-insensitive: `%` any text, `_` one character.
    """
    nameNotLike: str | None = None
    """
    Name that the pattern does not fit, case-insensitive.
    """
    description: str | None = None
    """
    Exact description, case-insensitive.
    """
    descriptionLike: str | None = None
    """
    Description by pattern, case-insensitive: `%` any text, `_` one character.
    """
    priority: int | None = None
    """
    Exact priority.
    """
    minPriority: int | None = None
    """
    Priority of at least this number.
    """
    maxPriority: int | None = None
    """
    Priority of at most this number.
    """
    dueDate: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    Due exactly at this moment.
    """
    dueAfter: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    Due after this moment.
    """
    dueBefore: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    Due before this moment.
    """
    withoutDueDate: bool | None = None
    """
    `true` leaves only tasks without a due date.
    """
    followUpDate: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    To be followed up exactly at this moment.
    """
    followUpAfter: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    To be followed up after this moment.
    """
    followUpBefore: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    To be followed up before this moment.
    """
    followUpBeforeOrNotExistent: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    To be followed up before this moment, or at no moment at all.
    """
    createdOn: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    Created exactly at this moment.
    """
    createdAfter: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    Created after this moment.
    """
    createdBefore: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    Created before this moment.
    """
    updatedAfter: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    Created or changed after this moment.
    """
    delegationState: Literal["PENDING", "RESOLVED"] | None = None
    """
    State of the delegation.
    """
    parentTaskId: str | None = None
    """
    Subtasks of this task.
    """
    active: bool | None = None
    """
    `true` leaves only tasks that are not suspended; `false` changes nothing.
    """
    suspended: bool | None = None
    """
    `true` leaves only suspended tasks; `false` changes nothing.
    """
    taskVariables: list[VariableCondition] | None = None
    """
    Conditions on the task's own variables, all of which must hold.
    """
    processVariables: list[VariableCondition] | None = None
    """
    Conditions on variables of the process instance, all of which must hold.
    """
    variableNamesIgnoreCase: bool | None = None
    """
    `true` compares the names in the conditions without regard to case.
    """
    variableValuesIgnoreCase: bool | None = None
    """
    `true` compares text values in the conditions without regard to case.
    """
    candidateGroupLike: str | None = None
    """
    Unassigned tasks offered to a group by pattern. SQL LIKE pattern, case-sensitive.
    """
    caseInstanceId: str | None = None
    """
    Tasks of this case: none, as cases are not run here.
    """
    caseInstanceBusinessKey: str | None = None
    """
    Tasks of cases with this business key: none, as cases are not run here.
    """
    caseInstanceBusinessKeyLike: str | None = None
    """
    Tasks of cases with a business key like this: none, as cases are not run here.
    """
    caseExecutionId: str | None = None
    """
    Tasks of this execution of a case: none, as cases are not run here.
    """
    caseDefinitionId: str | None = None
    """
    Tasks of cases of this definition: none, as cases are not run here.
    """
    caseDefinitionKey: str | None = None
    """
    Tasks of cases with this key: none, as cases are not run here.
    """
    caseDefinitionName: str | None = None
    """
    Tasks of cases whose definition has this name: none, as cases are not run here.
    """
    caseDefinitionNameLike: str | None = None
    """
    Tasks of cases whose definition has a name like this: none, as cases are not run here.
    """
    caseInstanceVariables: list[VariableCondition] | None = None
    """
    Conditions on variables of a case. No task here is of one.
    """
    assigneeExpression: str | None = None
    """
    An expression for `assignee`. Expressions are forbidden in queries: 400.
    """
    assigneeLikeExpression: str | None = None
    """
    An expression for `assigneeLike`. Expressions are forbidden in queries: 400.
    """
    ownerExpression: str | None = None
    """
    An expression for `owner`. Expressions are forbidden in queries: 400.
    """
    involvedUserExpression: str | None = None
    """
    An expression for `involvedUser`. Expressions are forbidden in queries: 400.
    """
    candidateUserExpression: str | None = None
    """
    An expression for `candidateUser`. Expressions are forbidden in queries: 400.
    """
    candidateGroupExpression: str | None = None
    """
    An expression for `candidateGroup`. Expressions are forbidden in queries: 400.
    """
    candidateGroupsExpression: str | None = None
    """
    An expression for `candidateGroups`. Expressions are forbidden in queries: 400.
    """
    processInstanceBusinessKeyExpression: str | None = None
    """
    An expression for `processInstanceBusinessKey`. Expressions are forbidden in queries: 400.
    """
    processInstanceBusinessKeyLikeExpression: str | None = None
    """
    An expression for `processInstanceBusinessKeyLike`. Expressions are forbidden in queries: 400.
    """
    dueDateExpression: str | None = None
    """
    An expression for `dueDate`. Expressions are forbidden in queries: 400.
    """
    dueBeforeExpression: str | None = None
    """
    An expression for `dueBefore`. Expressions are forbidden in queries: 400.
    """
    dueAfterExpression: str | None = None
    """
    An expression for `dueAfter`. Expressions are forbidden in queries: 400.
    """
    createdOnExpression: str | None = None
    """
    An expression for `createdOn`. Expressions are forbidden in queries: 400.
    """
    createdBeforeExpression: str | None = None
    """
    An expression for `createdBefore`. Expressions are forbidden in queries: 400.
    """
    createdAfterExpression: str | None = None
    """
    An expression for `createdAfter`. Expressions are forbidden in queries: 400.
    """
    updatedAfterExpression: str | None = None
    """
    An expression for `updatedAfter`. Expressions are forbidden in queries: 400.
    """
    followUpDateExpression: str | None = None
    """
    An expression for `followUpDate`. Expressions are forbidden in queries: 400.
    """
    followUpBeforeExpression: str | None = None
    """
    An expression for `followUpBefore`. Expressions are forbidden in queries: 400.
    """
    followUpBeforeOrNotExistentExpression: str | None = None
    """
    An expression for `followUpBeforeOrNotExistent`. Expressions are forbidden in queries: 400.
    """
    followUpAfterExpression: str | None = None
    """
    An expression for `followUpAfter`. Expressions are forbidden in queries: 400.
    """


class TaskQuery(TaskFilters):
    """Filters for user tasks, alternatives and sorting."""

    orQueries: list[TaskFilters] | None = None
    """
    Each entry is a further condition that holds when at least one of the entry's filters holds.
    """
    withCommentAttachmentInfo: bool | None = None
    """
    `true` shows with each task whether there are comments and attachments on it.
    """
    withTaskVariablesInReturn: bool | None = None
    """
    `true` shows with each task the variables it sees.
    """
    withTaskLocalVariablesInReturn: bool | None = None
    """
    `true` shows with each task its own variables.
    """
    sortBy: (
        Literal[
            "instanceId",
            "caseInstanceId",
            "dueDate",
            "executionId",
            "caseExecutionId",
            "assignee",
            "created",
            "lastUpdated",
            "followUpDate",
            "description",
            "id",
            "name",
            "nameCaseInsensitive",
            "priority",
            "tenantId",
        ]
        | None
    ) = None
    """
    What to sort by; needs `sortOrder` beside it. `sorting` is the fuller form.
    """
    sortOrder: Literal["asc", "desc"] | None = None
    """
    Direction for `sortBy`.
    """
    sorting: list[SortingClause] | None = None
    """
    What to sort by, the first clause weighing most. `sortBy` is one of instanceId, caseInstanceId, dueDate, executionId, caseExecutionId, assignee, created, lastUpdated, followUpDate, description, id, name, nameCaseInsensitive, priority, tenantId.
    """


class TaskUser(Model):
    """Names a user."""

    userId: str | None = None
    """
    Id of the user; null or absent means nobody.
    """


class TaskCompletion(Model):
    """What a task is completed with. Everything may be left out."""

    variables: dict[str, VariableValue] | None = None
    """
    Variables to set before the process goes on.
    """
    withVariablesInReturn: bool | None = None
    """
    `true` asks for the variables of the process in the answer.
    """


class TaskResolution(Model):
    """What a delegated task is resolved with."""

    variables: dict[str, VariableValue] | None = None
    """
    Variables to set in the process instance.
    """
    withVariablesInReturn: bool | None = None
    """
    Changes nothing; resolving answers without a body.
    """


class TaskBpmnError(Model):
    """A user's report of an error that the process knows about."""

    errorCode: str | None = None
    """
    The code by which the process catches the error. Required; what is missing or blank is answered with 400.
    """
    errorMessage: str | None = None
    """
    A message that the process may read. Must not be blank if given.
    """
    variables: dict[str, VariableValue] | None = None
    """
    Variables to write, before the error is thrown.
    """


class TaskEscalation(Model):
    """A user's escalation."""

    escalationCode: str | None = None
    """
    The code by which the process catches the escalation. Required; what is missing or blank is answered with 400.
    """
    variables: dict[str, VariableValue] | None = None
    """
    Variables to write, before the escalation is thrown.
    """


class IdentityLink(Model):
    """The tie between a user task and a user or a group."""

    userId: Annotated[str | None, Field(...)]
    """
    The user; null when the link is to a group.
    """
    groupId: Annotated[str | None, Field(...)]
    """
    The group; null when the link is to a user.
    """
    type: str
    """
    `assignee`, `owner`, `candidate` or a role of your own.
    """


class IdentityLinkChange(Model):
    """The link to add or delete: a type and either a user or a group."""

    userId: str | None = None
    """
    The user. Neither user nor group, or both, is answered with 400.
    """
    groupId: str | None = None
    """
    The group.
    """
    type: str | None = None
    """
    `assignee`, `owner`, `candidate` or a role of your own; its absence is answered with 500.
    """


class VariableInstance(VariableValueResult):
    """A variable with where it lives."""

    id: str
    """
    Id of the variable instance.
    """
    name: str
    """
    Name of the variable.
    """
    processDefinitionId: Annotated[str | None, Field(...)]
    """
    Definition of the process instance.
    """
    processInstanceId: Annotated[str | None, Field(...)]
    """
    Process instance.
    """
    executionId: Annotated[str | None, Field(...)]
    """
    Execution in whose scope the variable is.
    """
    caseInstanceId: Annotated[str | None, Field(...)]
    """
    Always null: cases are not run here.
    """
    caseExecutionId: Annotated[str | None, Field(...)]
    """
    Always null: cases are not run here.
    """
    taskId: Annotated[str | None, Field(...)]
    """
    User task to which the variable is local; null otherwise.
    """
    batchId: Annotated[str | None, Field(...)]
    """
    Batch that the variable belongs to.
    """
    activityInstanceId: Annotated[str | None, Field(...)]
    """
    Activity instance in whose scope the variable is; the process instance for its own variables.
    """
    errorMessage: Annotated[str | None, Field(...)]
    """
    Why the value could not be read; null if it could.
    """
    tenantId: Annotated[str | None, Field(...)]
    """
    Tenant of the variable.
    """


class VariableInstanceQuery(Model):
    """Filters for variable instances; all of them must hold."""

    variableName: str | None = None
    """
    Exact name of the variable.
    """
    variableNameLike: str | None = None
    """
    Name by pattern. SQL LIKE pattern, case-sensitive: `%` any text, `_` one character, `\\` escapes.
    """
    processInstanceIdIn: list[str] | None = None
    """
    Variables of any of these process instances.
    """
    executionIdIn: list[str] | None = None
    """
    Variables of any of these executions.
    """
    taskIdIn: list[str] | None = None
    """
    Variables local to any of these user tasks.
    """
    activityInstanceIdIn: list[str] | None = None
    """
    Variables in the scope of any of these activity instances.
    """
    variableScopeIdIn: list[str] | None = None
    """
    Variables in any of these scopes, whether execution or user task.
    """
    tenantIdIn: list[str] | None = None
    """
    Any of these tenants.
    """
    batchIdIn: list[str] | None = None
    """
    Variables of these batches: none, as batches have none here.
    """
    caseInstanceIdIn: list[str] | None = None
    """
    Variables of these cases: none, as cases are not run here.
    """
    caseExecutionIdIn: list[str] | None = None
    """
    Variables of these executions of cases: none, as cases are not run here.
    """
    variableNamesIgnoreCase: bool | None = None
    """
    `true` compares the names in `variableValues` without regard to case.
    """
    variableValuesIgnoreCase: bool | None = None
    """
    `true` compares text values in `variableValues` without regard to case.
    """
    variableValues: list[VariableCondition] | None = None
    """
    Conditions on names and values, all of which must hold.
    """
    sortBy: Literal["variableName", "variableType", "activityInstanceId", "tenantId"] | None = None
    """
    What to sort by; needs `sortOrder` beside it. `sorting` is the fuller form.
    """
    sortOrder: Literal["asc", "desc"] | None = None
    """
    Direction for `sortBy`.
    """
    sorting: list[SortingClause] | None = None
    """
    What to sort by, the first clause weighing most. `sortBy` is one of variableName, variableType, activityInstanceId, tenantId.
    """


class AuthorizationError(Error):
    """The error of a caller who lacks a permission."""

    userId: Annotated[str | None, Field(...)]
    """
    The caller.
    """
    resourceName: Annotated[str | None, Field(...)]
    """
    The kind of object; null when several permissions are missing.
    """
    resourceId: Annotated[str | None, Field(...)]
    """
    The object; null when several permissions are missing.
    """
    permissionName: Annotated[str | None, Field(...)]
    """
    The permission; null when several are missing.
    """
    missingAuthorizations: list[MissingAuthorization]
    """
    Every permission that is missing. One of them would be enough.
    """


class JobQuery(Model):
    """Conditions that a job must meet, all of them. What is missing, null or an empty array does not count."""

    jobId: str | None = None
    """
    Only the job with this id.
    """
    jobIds: list[str | None] | None = None
    """
    Only jobs with one of these ids.
    """
    jobDefinitionId: str | None = None
    """
    Only jobs of this job definition.
    """
    processInstanceId: str | None = None
    """
    Only jobs of this process instance.
    """
    processInstanceIds: list[str | None] | None = None
    """
    Only jobs of one of these process instances.
    """
    executionId: str | None = None
    """
    Only jobs of this execution.
    """
    processDefinitionId: str | None = None
    """
    Only jobs of this process definition.
    """
    processDefinitionKey: str | None = None
    """
    Only jobs of process definitions with this key.
    """
    activityId: str | None = None
    """
    Only jobs of this activity; for a timer that is its event.
    """
    withRetriesLeft: bool | None = None
    """
    With true, only jobs whose retries are above 0. False changes nothing.
    """
    executable: bool | None = None
    """
    With true, only jobs that have retries and are due. False changes nothing.
    """
    timers: bool | None = None
    """
    With true, only jobs that wait for time. Not together with `messages`. False changes nothing.
    """
    messages: bool | None = None
    """
    With true, only jobs that are to be done at once. Not together with `timers`. False changes nothing.
    """
    dueDates: list[JobDateCondition] | None = None
    """
    Only jobs whose due date meets all these conditions.
    """
    createTimes: list[JobDateCondition] | None = None
    """
    Only jobs whose creation time meets all these conditions.
    """
    withException: bool | None = None
    """
    With true, only jobs that have failed. False changes nothing.
    """
    exceptionMessage: str | None = None
    """
    Only jobs that failed with exactly this message.
    """
    failedActivityId: str | None = None
    """
    Only jobs that failed at this activity.
    """
    noRetriesLeft: bool | None = None
    """
    With true, only jobs without retries. False changes nothing.
    """
    active: bool | None = None
    """
    With true, only jobs that are not suspended. False changes nothing.
    """
    suspended: bool | None = None
    """
    With true, only suspended jobs, even if `active` is given. False changes nothing.
    """
    priorityLowerThanOrEquals: int | None = None
    """
    Only jobs with at most this priority.
    """
    priorityHigherThanOrEquals: int | None = None
    """
    Only jobs with at least this priority.
    """
    tenantIdIn: list[str | None] | None = None
    """
    Only jobs of one of these tenants.
    """
    withoutTenantId: bool | None = None
    """
    With true, only jobs without a tenant, whatever `tenantIdIn` says. False changes nothing.
    """
    includeJobsWithoutTenantId: bool | None = None
    """
    With true, jobs without a tenant as well, beside those of `tenantIdIn`.
    """
    acquired: bool | None = None
    """
    With true, only jobs that a node has taken up and not yet finished; here a job is taken up and finished at once, so that none is found. False changes nothing.
    """
    sorting: list[SortingClause] | None = None
    """
    The levels of the sorting, in order. One can sort by `jobId`, `executionId`, `processInstanceId`, `processDefinitionId`, `processDefinitionKey`, `jobPriority`, `jobRetries`, `jobDueDate` and `tenantId`.
    """
    sortBy: (
        Literal[
            "jobId",
            "executionId",
            "processInstanceId",
            "processDefinitionId",
            "processDefinitionKey",
            "jobPriority",
            "jobRetries",
            "jobDueDate",
            "tenantId",
        ]
        | None
    ) = None
    """
    What to sort by, for a sorting of one level. Must come together with `sortOrder`.
    """
    sortOrder: Literal["asc", "desc"] | None = None
    """
    The direction of that sorting.
    """


class FetchExternalTasks(Model):
    """A worker's wish for tasks."""

    workerId: str | None = None
    """
    The worker. Required; its absence is answered with 500 NullValueException.
    """
    maxTasks: int | None = 0
    """
    How many tasks to hand out at most, over all topics. 0 hands out none; a negative number is answered with 500.

    """
    usePriority: bool | None = False
    """
    Whether tasks of higher priority go first.
    """
    asyncResponseTimeout: int | None = None
    """
    How many milliseconds to wait for a task if there is none, up to 1800000. Without it the answer comes at once.

    """
    sorting: list[SortingClause] | None = None
    """
    The order in which tasks are chosen, after priority. One can sort by `createTime` only.
    """
    includeExtensionProperties: bool | None = None
    """
    Has no effect here; ask in the topic.
    """
    topics: list[FetchTopic] | None = None
    """
    The topics to fetch from. A task must meet one of them; without any, none is handed out. If a topic name comes twice, the
    last entry counts.

    """


class JobsRetries(Model):
    """How often several jobs may still be tried. The selections are united."""

    retries: int | None = None
    """
    The number. Required.
    """
    dueDate: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    The new due date; null takes it away. Without the member the date stays.
    """
    jobIds: list[str | None] | None = None
    """
    Jobs by id.
    """
    jobQuery: JobQuery | None = None
    """
    All jobs that meet this query. An empty object means every job.
    """


class ResourceReport(Model):
    """The problems of one resource."""

    errors: list[Problem]
    """
    Problems that stop the deployment.
    """
    warnings: list[Problem]
    """
    Problems that do not stop the deployment.
    """


class DeploymentWithDefinitions(Deployment):
    """A deployment, with what was made from its resources."""

    deployedProcessDefinitions: Annotated[dict[str, ProcessDefinition] | None, Field(...)]
    """
    The new process definitions, by id; null if there are none.
    """
    deployedCaseDefinitions: Annotated[dict[str, Any] | None, Field(...)]
    """
    Always null; cases are not executed.
    """
    deployedDecisionDefinitions: Annotated[dict[str, Any] | None, Field(...)]
    """
    Always null; decisions are not executed.
    """
    deployedDecisionRequirementsDefinitions: Annotated[dict[str, Any] | None, Field(...)]
    """
    Always null; decisions are not executed.
    """
    workers: list[WorkForWorkers] | None = None
    """
    The work that the models leave to Java code and the like, and that workers do instead, in the order of the files. It
    is there only where there is any.

    """
    ignoredListeners: list[IgnoredListener] | None = None
    """
    The listeners that are ignored, in the order of the files. It is there only where there are any.
    """


class InstancesJobsRetries(Model):
    """How often the jobs of several process instances may still be tried. The selections are united."""

    retries: int | None = None
    """
    The number. Required.
    """
    dueDate: Annotated[str | None, Field(examples=["2013-01-23T14:42:45.000+0200"])] = None
    """
    The new due date; null takes it away. Without the member the date stays.
    """
    processInstances: list[str | None] | None = None
    """
    Process instances by id.
    """
    processInstanceQuery: ProcessInstanceQuery | None = None
    """
    All process instances that meet this query; for running instances only.
    """
    historicProcessInstanceQuery: HistoricProcessInstanceQuery | None = None
    """
    All process instances that meet this query; for instances of the history only.
    """
    jobIds: list[str | None] | None = None
    """
    Must be absent; given, it is answered with 400.
    """
    jobQuery: JobQuery | None = None
    """
    Must be absent; given, it is answered with 400.
    """


class ActivityInstance(Model):
    """A node in the tree of what a process instance is doing now."""

    id: str
    """
    Id; that of the process instance at the root, `<activityId>:<id>` below.
    """
    parentActivityInstanceId: Annotated[str | None, Field(...)]
    """
    The activity instance around this one; null at the root.
    """
    activityId: str
    """
    Activity id; at the root the id of the process definition.
    """
    activityType: str
    """
    BPMN element name, such as `userTask`, `serviceTask`, `subProcess` or `processDefinition`.
    """
    activityName: Annotated[str | None, Field(...)]
    """
    Name of the activity.
    """
    processInstanceId: str
    """
    The process instance.
    """
    processDefinitionId: str
    """
    Its definition.
    """
    incidentIds: list[str]
    """
    Ids of the open incidents here.
    """
    incidents: list[ActivityInstanceIncident]
    """
    The open incidents here.
    """
    name: Annotated[str | None, Field(...)]
    """
    The same as `activityName`.
    """
    executionIds: list[str]
    """
    Executions that carry the activity instance.
    """
    childActivityInstances: list["ActivityInstance"]
    """
    Activity instances inside.
    """
    childTransitionInstances: list[TransitionInstance]
    """
    Asynchronous continuations inside that have not begun.
    """


class MigrationPlanResult(Model):
    """A proposed plan."""

    sourceProcessDefinitionId: str
    """
    The definition that instances come from.
    """
    targetProcessDefinitionId: str
    """
    The definition that they go to.
    """
    instructions: list[MigrationInstructionResult]
    """
    What becomes of the instances of each activity.
    """
    variables: Annotated[dict[str, MigrationVariable] | None, Field(...)]
    """
    The variables of the request; a value whose type was not named has none here.
    """


class MigrationPlanReport(Model):
    """What is wrong with a plan."""

    instructionReports: list[MigrationInstructionReport]
    """
    The instructions that are not valid.
    """
    variableReports: dict[str, MigrationVariableReport]
    """
    The variables that no instance can get, by name.
    """


class MigrationPlanError(Error):
    """The error of a plan that is not valid."""

    validationReport: MigrationPlanReport


class MigratingInstanceReport(Model):
    """What is in the way in an instance."""

    processInstanceId: str
    """
    The instance.
    """
    failures: list[str]
    """
    What is wrong with the instance as a whole, for people.
    """
    activityInstanceValidationReports: list[MigratingActivityReport]
    """
    The activity instances that are in the way.
    """
    transitionInstanceValidationReports: list[MigratingTransitionReport]
    """
    The transition instances that are in the way.
    """


class ParseError(Error):
    """The error of a deployment whose models are not valid."""

    details: dict[str, ResourceReport]
    """
    The problems, by the name of the resource.
    """


class MigratingInstanceError(Error):
    """The error of an instance that cannot be migrated as it stands."""

    validationReport: MigratingInstanceReport


HistoricProcessInstanceQuery.model_rebuild()
ProcessInstanceQuery.model_rebuild()
ActivityInstance.model_rebuild()
