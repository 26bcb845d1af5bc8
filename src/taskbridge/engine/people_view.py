"""The view ``people``: what expressions of Alfresco's processes may ask of people and groups.

Alfresco's processes ask its service of that name, in scripts. To the models of other vendors the name means nothing.
"""

from taskbridge.engine.expressions import View, ViewType, to_string
from taskbridge.engine.graph import Process
from taskbridge.engine.state import Environment

NAME = "people"
#: The target namespace of Alfresco's processes.
_NAMESPACE = "http://alfresco.org"


def _members(environment: Environment, group: object) -> list[str]:
    return environment.members(to_string(group))


PEOPLE = ViewType("org.alfresco.repo.jscript.People", {}, {("getMembers", 1): _members})


def people_view(process: Process, environment: Environment) -> View | None:
    """The view for expressions of that process; None where it is no process of Alfresco's."""
    return View(PEOPLE, environment) if process.category == _NAMESPACE else None
