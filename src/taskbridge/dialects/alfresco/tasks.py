"""Reading one task, and whom it is offered to (contract 6.4). Called by the spec layer."""

from taskbridge.dialects.alfresco import access, relations
from taskbridge.dialects.alfresco.paging import entry, whole
from taskbridge.dialects.alfresco.parameters import read
from taskbridge.dialects.alfresco.views.tasks import candidate, task
from taskbridge.service.tasks import CANDIDATE
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store import activities


async def alfresco_get_task(call: Call) -> Answer:
    """One task, finished or not; delegations are not seen here."""
    parameters, caller = read(call), call.user

    def work(unit: Unit) -> Answer:
        row = access.task(unit, caller, call.path["taskId"])
        return entry(parameters, task(row, from_history=True), relations=relations.of_task(unit, parameters, row))

    answer: Answer = await call.services.run(work, caller.name)
    return answer


async def alfresco_list_task_candidates(call: Call) -> Answer:
    """The users and groups that an open task is offered to: users first."""
    parameters, caller = read(call), call.user

    def work(unit: Unit) -> Answer:
        row = access.task(unit, caller, call.path["taskId"], only_open=True)
        links = [link for link in activities.candidates(unit.tx, row.id) if link.type == CANDIDATE]
        once = {(link.user_id, link.group_id): link for link in links}.values()
        shown = [candidate(link) for link in sorted(once, key=lambda link: (link.user_id is None, link.id))]
        return whole(parameters, shown, task(row, from_history=True))

    answer: Answer = await call.services.read(work, caller.name)
    return answer
