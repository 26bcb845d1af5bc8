"""The content model: the types of the forms of the bundled processes, with what belongs to each (contract 4.8, 9).

Data, and look-ups in it. A type has what its parent has. Variables are named ``prefix_local`` after properties and
associations; who is not in the model has no fixed type.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from taskbridge.engine.variables import Variable, from_python

#: The prefixes that names of types and properties may have.
NAMESPACES: Mapping[str, str] = {
    "bpm": "http://www.alfresco.org/model/bpm/1.0",
    "cm": "http://www.alfresco.org/model/content/1.0",
    "d": "http://www.alfresco.org/model/dictionary/1.0",
    "sys": "http://www.alfresco.org/model/system/1.0",
    "wf": "http://www.alfresco.org/model/workflow/1.0",
}


@dataclass(frozen=True, slots=True)
class Property:
    """A property, or an association with people, groups or documents, which may be ``many``. ``default`` is JSON."""

    name: str  # prefix:local
    data_type: str
    title: str | None = None
    default: str | int | bool | None = None
    allowed: tuple[str, ...] = ()
    required: bool = False
    association: bool = False
    many: bool = False

    @property
    def variable(self) -> str:
        """The name of its variable."""
        return self.name.replace(":", "_")

    @property
    def qualified(self) -> str:
        """Its name with the namespace in full."""
        prefix, _, local = self.name.partition(":")
        return f"{{{NAMESPACES[prefix]}}}{local}"

    @property
    def default_variable(self) -> Variable:
        """The variable that it begins with."""
        return from_python(self.default)


@dataclass(frozen=True)
class FormType:
    """The type of a form. ``outcome`` is the property whose value is the outcome of a task of this type."""

    name: str
    parent: "FormType | None"
    own: tuple[Property, ...] = ()
    outcome: str | None = None
    aspects: tuple[tuple[Property, ...], ...] = field(default=())

    @cached_property
    def properties(self) -> Mapping[str, Property]:
        """Everything it has, by name of the variable; inherited ones first."""
        inherited = self.parent.properties if self.parent is not None else {}
        added = [*(one for aspect in self.aspects for one in aspect), *self.own]
        return {**inherited, **{one.variable: one for one in added}}

    def property(self, variable: str) -> Property | None:
        """What a variable stands for, or None."""
        return self.properties.get(variable)


_STATUS = ("Not Yet Started", "In Progress", "On Hold", "Cancelled", "Completed")
_PRIORITIES = ("1", "2", "3")
_OUTCOMES = ("Approve", "Reject")
_PERSON, _GROUP = "cm:person", "cm:authorityContainer"

_BPM_TASK = FormType(
    "bpm:task",
    None,
    (
        Property("cm:name", "d:text", "Name"),
        Property("bpm:taskId", "d:long", "Task Identifier"),
        Property("bpm:startDate", "d:date", "Start Date"),
        Property("bpm:dueDate", "d:date", "Due Date"),
        Property("bpm:completionDate", "d:date", "Completion Date"),
        Property("bpm:priority", "d:int", "Priority", 2, _PRIORITIES, required=True),
        Property("bpm:status", "d:text", "Status", "Not Yet Started", _STATUS, required=True),
        Property("bpm:percentComplete", "d:int", "Percent Complete", 0, required=True),
        Property("bpm:comment", "d:text", "Comment"),
        Property("bpm:pooledActors", _PERSON, "Pooled Users", association=True, many=True),
    ),
)
_BPM_WORKFLOW_TASK = FormType(
    "bpm:workflowTask",
    _BPM_TASK,
    (
        Property("bpm:context", "d:noderef", "Task Context"),
        Property("bpm:description", "d:text", "Description"),
        Property("bpm:outcome", "d:text", "Outcome"),
        Property("bpm:packageActionGroup", "d:text", "Package Action Group"),
        Property("bpm:packageItemActionGroup", "d:text", "Package Item Action Group"),
        Property("bpm:hiddenTransitions", "d:text", "Hidden Transitions"),
        Property("bpm:reassignable", "d:boolean", "Reassignable", True),
        Property("bpm:package", "bpm:workflowPackage", "Content Package", association=True),
    ),
)
#: What a task with an outcome of its own has: it tells which property that is.
_BPM_OUTCOME_TASK = FormType(
    "bpm:activitiOutcomeTask",
    _BPM_WORKFLOW_TASK,
    (Property("bpm:outcomePropertyName", "d:qname", "Outcome Property Name"),),
)
START_TASK = FormType(
    "bpm:startTask",
    _BPM_WORKFLOW_TASK,
    (
        Property("bpm:workflowDescription", "d:text", "Workflow Description"),
        Property("bpm:workflowDueDate", "d:date", "Workflow Due Date"),
        Property("bpm:workflowPriority", "d:int", "Workflow Priority", 2, _PRIORITIES),
    ),
)
_ASSIGNEE = (Property("bpm:assignee", _PERSON, "Assignee", required=True, association=True),)
_ASSIGNEES = (Property("bpm:assignees", _PERSON, "Assignees", required=True, association=True, many=True),)
_GROUP_ASSIGNEE = (Property("bpm:groupAssignee", _GROUP, "Group Assignee", required=True, association=True),)
_MAIL = (Property("bpm:sendEMailNotifications", "d:boolean", "Send Email Notifications", False),)
_NOTIFY = Property("wf:notifyMe", "d:boolean", "Notify Me", False)
_REVIEWERS = Property("wf:reviewerCnt", "d:int", "Reviewer Count", 1)
_PERCENT = Property("wf:requiredApprovePercent", "d:int", "Required Approve Percent", 50, required=True)
_OUTCOME = Property("wf:reviewOutcome", "d:text", "Review Outcome", "Reject", _OUTCOMES)
_OUTCOME_NAME = Property("bpm:outcomePropertyName", "d:qname", "Outcome Property Name", _OUTCOME.qualified)
#: What the reviews of several people have come to, told to who has asked for them.
_RESULT = (
    Property("wf:reviewerCount", "d:int", "Number of Reviewers", 0),
    Property("wf:approveCount", "d:int", "Number of Reviewers who Approved", 0),
    Property("wf:rejectCount", "d:int", "Number of Reviewers who Rejected", 0),
    Property("wf:requiredPercent", "d:int", "Required Approval Percentage", 0),
    Property("wf:actualPercent", "d:int", "Actual Approval Percentage", 0),
)

_TYPES: Mapping[str, FormType] = {
    one.name: one
    for one in (
        _BPM_TASK,
        _BPM_WORKFLOW_TASK,
        _BPM_OUTCOME_TASK,
        START_TASK,
        FormType("wf:submitAdhocTask", START_TASK, (_NOTIFY,), aspects=(_ASSIGNEE, _MAIL)),
        FormType("wf:adhocTask", _BPM_WORKFLOW_TASK),
        FormType("wf:completedAdhocTask", _BPM_WORKFLOW_TASK, (_NOTIFY,)),
        FormType("wf:submitReviewTask", START_TASK, (_REVIEWERS,), aspects=(_ASSIGNEE, _MAIL)),
        FormType("wf:activitiReviewTask", _BPM_OUTCOME_TASK, (_OUTCOME, _OUTCOME_NAME), outcome=_OUTCOME.variable),
        FormType("wf:approvedTask", _BPM_WORKFLOW_TASK),
        FormType("wf:rejectedTask", _BPM_WORKFLOW_TASK),
        FormType("wf:submitGroupReviewTask", START_TASK, (_REVIEWERS, _PERCENT), aspects=(_GROUP_ASSIGNEE, _MAIL)),
        FormType("wf:submitParallelReviewTask", START_TASK, (_REVIEWERS, _PERCENT), aspects=(_ASSIGNEES, _MAIL)),
        FormType("wf:approvedParallelTask", _BPM_WORKFLOW_TASK, _RESULT),
        FormType("wf:rejectedParallelTask", _BPM_WORKFLOW_TASK, _RESULT),
    )
}

#: The outcome of a task whose type has no property for it.
NEXT = from_python("Next")


def form_type(key: str | None) -> FormType | None:
    """The type behind the key of a form; None for forms that are not in the model."""
    return _TYPES.get(key) if key is not None else None


def outcome_property(key: str | None) -> str | None:
    """The variable that holds the outcome of a task with this form; None where every outcome is the same."""
    form = form_type(key)
    return form.outcome if form is not None else None


def default_outcome(key: str | None) -> Variable:
    """The outcome of a task with this form when nobody said otherwise."""
    form = form_type(key)
    modelled = form.property(form.outcome) if form is not None and form.outcome is not None else None
    return modelled.default_variable if modelled is not None else NEXT
