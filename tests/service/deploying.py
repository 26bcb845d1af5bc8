"""Deploying models in tests of the services."""

from taskbridge.service import deployments
from taskbridge.service.unit import Services
from taskbridge.store.definitions import DefinitionRow


async def deployed(services: Services, *files: tuple[str, bytes]) -> DefinitionRow:
    """The first definition of some files."""
    sources = deployments.read(list(files))
    made = await services.run(lambda unit: deployments.deploy(unit, sources, name="tests"))
    return made.definitions[0]
