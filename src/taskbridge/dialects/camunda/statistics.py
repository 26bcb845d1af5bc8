"""Figures of process definitions and of their activities."""

from collections.abc import Mapping
from functools import partial

from taskbridge.dialects.camunda.errors import invalid_request
from taskbridge.dialects.camunda.process_definitions import SELECTORS, Selector
from taskbridge.dialects.camunda.views import statistics as views
from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call, Handler
from taskbridge.store import definition_statistics
from taskbridge.store.definition_statistics import Wanted

#: Ways to select incidents, by their parameters, in the vendor's words; two of them are refused, by the first pair.
_SELECTIONS = (
    ("incidents", "includeIncidents"),
    ("incidentsForType", "includeIncidentsForType"),
    ("rootIncidents", "includeRootIncidents"),
)
_PAIRS = ((0, 1), (0, 2), (2, 1))


async def camunda_list_process_definition_statistics(call: Call) -> Answer:
    """What goes on in each process definition."""
    wanted = _wanted(call)
    found = await call.services.read(lambda unit: definition_statistics.of_definitions(unit.tx, wanted), call.user)
    return Answer(200, [views.definition(row, figures) for row, figures in found])


async def _of_activities(selector: Selector, call: Call) -> Answer:
    def work(unit: Unit) -> list[dict[str, object]]:
        try:
            row = selector.find(unit, call.path)
        except NotFound:
            if selector.suffix:
                raise
            row = None  # the vendor counts what has the id, be it nothing
        wanted = _wanted(call)
        if row is None:
            return []
        return [views.activity(*one) for one in definition_statistics.of_activities(unit.tx, row.id, wanted)]

    return Answer(200, await call.services.read(work, call.user))


def _wanted(call: Call) -> Wanted:
    chosen = [call.query.get(parameter) not in (None, False) for parameter, _ in _SELECTIONS]
    for one, other in _PAIRS:
        if chosen[one] and chosen[other]:
            raise invalid_request(
                f"Only one of the query parameter {_SELECTIONS[one][1]} or {_SELECTIONS[other][1]} can be set."
            )
    return Wanted(
        failed_jobs=bool(call.query.get("failedJobs")),
        incidents=any(chosen),
        incident_type=call.query.get("incidentsForType"),
        root_incidents=bool(call.query.get("rootIncidents")),
    )


#: The operations on the activities of one definition.
HANDLERS: Mapping[str, Handler] = {
    f"camunda_get_activity_statistics{selector.suffix}": partial(_of_activities, selector) for selector in SELECTORS
}
