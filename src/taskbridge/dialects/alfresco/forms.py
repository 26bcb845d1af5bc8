"""The forms that start processes and belong to tasks, as lists of their elements (contract 4.8).

An element is a property or an association of the form's type. What every document has besides is no part of a form, and
three properties never are. A form that is not in the model has what every start form has, for tasks too.
Called by the spec layer.
"""

from collections.abc import Iterator
from typing import Any

from taskbridge.dialects.alfresco import access, model
from taskbridge.dialects.alfresco.model import FormType, Property
from taskbridge.dialects.alfresco.models import FormModelElement
from taskbridge.dialects.alfresco.paging import whole
from taskbridge.dialects.alfresco.parameters import read
from taskbridge.dialects.alfresco.process_definitions import definition
from taskbridge.dialects.alfresco.values import filled, java_text
from taskbridge.dialects.alfresco.views.process_definitions import process_definition
from taskbridge.dialects.alfresco.views.tasks import task
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call

_NEVER_LISTED = frozenset({"bpm_priority", "bpm_description", "bpm_dueDate"})
#: The prefix of what a type has because it is a kind of document.
_OF_DOCUMENTS = "cm:"


async def alfresco_get_start_form_model(call: Call) -> Answer:
    """The form that starts a process."""
    parameters, caller = read(call), call.user

    def work(unit: Unit) -> Answer:
        row = definition(unit, caller, call.path["processDefinitionId"])
        process = unit.process(row.id)
        return whole(parameters, elements(process.start_form_key), process_definition(row, process))

    answer: Answer = await call.services.run(work, caller.name)
    return answer


async def alfresco_get_task_form_model(call: Call) -> Answer:
    """The form of a task, be it finished or not."""
    parameters, caller = read(call), call.user

    def work(unit: Unit) -> Answer:
        row = access.task(unit, caller, call.path["taskId"])
        return whole(parameters, elements(row.form_key), task(row, from_history=True))

    answer: Answer = await call.services.run(work, caller.name)
    return answer


def elements(form_key: str | None) -> list[dict[str, Any]]:
    """The elements of a form: properties first, then associations."""
    form = model.form_type(form_key) or model.START_TASK
    return [_element(one) for one in sorted(_listed(form), key=lambda one: one.association)]


def _listed(form: FormType) -> Iterator[Property]:
    return (
        one
        for variable, one in form.properties.items()
        if variable not in _NEVER_LISTED and not one.name.startswith(_OF_DOCUMENTS)
    )


def _element(one: Property) -> dict[str, Any]:
    return filled(
        FormModelElement(
            name=one.variable,
            qualifiedName=one.qualified,
            title=one.title,
            dataType=one.data_type,
            required=one.required,
            defaultValue=None if one.default is None else java_text(one.default),
            allowedValues=list(one.allowed) or None,
        )
    )
