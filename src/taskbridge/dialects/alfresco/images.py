"""Images of definitions and running processes (contract 6.2, 6.3). Called by the spec layer."""

from taskbridge.dialects.alfresco import access, parameters
from taskbridge.dialects.alfresco.errors import entity_not_found, literal
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
        return diagrams.of_definition(unit, definition(unit, caller, identifier))

    picture = await diagrams.drawn(await call.services.read(work, caller.name))
    if picture is None:
        raise literal(500, f"No image available for definitionId {identifier}")
    return Answer(200, picture, _PNG)


async def alfresco_get_process_image(call: Call) -> Answer:
    """The diagram of a running process, with the nodes marked where it stands."""
    parameters.read(call)
    caller, identifier = call.user, call.path["processId"]

    def work(unit: Unit) -> Sight:
        row = access.process(unit, caller, identifier, running=True)
        return diagrams.of_instance(unit, row.id, processes.definition(unit, row.definition_id))

    picture = await diagrams.drawn(await call.services.read(work, caller.name))
    if picture is None:
        raise entity_not_found(identifier)
    return Answer(200, picture, _PNG)
