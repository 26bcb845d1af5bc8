"""Script tasks that are not carried out here, for their language or place: refused, or work for a worker who can.

The topic of such work is the language and the id of the task, ``groovy:prepare``: there is a worker for each script,
and what it is to do is the property ``delegate.script``.
"""

from taskbridge.engine.bpmn_xml import Element as XmlElement
from taskbridge.engine.bpmn_xml import child, text, vendor
from taskbridge.engine.elements.external_task import handed_over, with_work
from taskbridge.engine.foreign_code import is_foreign_script
from taskbridge.engine.foreign_work import ForeignWork
from taskbridge.engine.graph import Node
from taskbridge.engine.problem_kinds import Kind
from taskbridge.engine.reading import Reading
from taskbridge.engine.scripts.reading import JUEL, is_javascript, unsupported, written_in
from taskbridge.engine.vocabulary import described
from taskbridge.kinds import Handling


def foreign_script(reading: Reading, element: XmlElement, node: Node) -> Node | None:
    """The node of a script task as work for a worker; None where its language is carried out here.

    Where that was not asked for, the task is refused and the node stands for it.
    """
    source, language = reading.source, element.get("scriptFormat") or JUEL
    resource = vendor(element, "resource")
    if not is_foreign_script(source, language, resource):
        return None
    if not source.handles(Handling.WORKERS):
        message = f"Unsupported script format '{language}' of {described(element)}"
        if is_javascript(language) and resource is not None:
            message = unsupported(resource)
        source.complain(element, message, Kind.SCRIPT, Handling.WORKERS)
        return node
    work = ForeignWork(Kind.SCRIPT, "script", f"{language.lower()}:{node.id}")
    written = text(child(element, "script")) if resource is None else written_in(source, resource) or ""
    said = {"scriptFormat": language, "script": written}
    return with_work(node, handed_over(reading, element, element, work, said))
