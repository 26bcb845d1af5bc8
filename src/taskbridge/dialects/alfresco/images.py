"""Images of definitions and running processes (contract 6.2, 6.3). Called by the spec layer."""

from taskbridge.dialects.alfresco import access, parameters
from taskbridge.dialects.alfresco.errors import default, entity_not_found
from taskbridge.dialects.alfresco.process_definitions import definition
from taskbridge.service import diagrams, processes
from taskbridge.service.diagrams import Sight
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call

_PNG = "image/png"


async def alfresco_get_process_definition_image(call: Call) -> Answer:
    """The diagram of a definition."""
    parameters.read(call)
    caller, identifier = call.user, call.path["processDefinitionId"]

    def work(unit: Unit) -> Sight:
        seen = diagrams.of_definition(unit, definition(unit, caller, identifier))
        if seen is None:
            raise default(500, f"No image available for definitionId {identifier}")
        return seen

    return Answer(200, await diagrams.drawn(await call.services.run(work, caller.name)), _PNG)


async def alfresco_get_process_image(call: Call) -> Answer:
    """The diagram of a running process, with the nodes marked where it stands."""
    parameters.read(call)
    caller, identifier = call.user, call.path["processId"]

    def work(unit: Unit) -> Sight:
        row = access.process(unit, caller, identifier, running=True)
        seen = diagrams.of_instance(unit, row.id, processes.definition(unit, row.definition_id))
        if seen is None:
            raise entity_not_found(identifier)
        return seen

    return Answer(200, await diagrams.drawn(await call.services.run(work, caller.name)), _PNG)
