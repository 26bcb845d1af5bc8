"""The processes that come with the program, one deployment each; deployed where they are not yet as they should be."""

from importlib.resources import files

from taskbridge.service import deployments
from taskbridge.service.deployments import Source
from taskbridge.service.unit import Unit

#: What the deployments say of where they come from.
SOURCE = "taskbridge"
_ENDING = ".bpmn20.xml"


def read() -> list[Source]:
    """The files that come with the program."""
    found = sorted(
        (one for one in files("taskbridge.processes").iterdir() if one.name.endswith(_ENDING)), key=lambda one: one.name
    )
    return deployments.read([(one.name, one.read_bytes()) for one in found])


def deploy(unit: Unit, sources: list[Source]) -> int:
    """Deploy what is missing or different; tells how many files that were."""
    made = [
        deployments.deploy(unit, [source], name=source.name, source=SOURCE, filter_duplicates=True)
        for source in sources
    ]
    return sum(bool(one.definitions) for one in made)
