"""Scripts in a file: the language, and the script itself, which stands there or in a file of the same deployment.

Called by the readers of what may be a script. A script in JUEL is an expression; all languages but JavaScript are
refused by name.
"""

from taskbridge.engine.bpmn_values import expression
from taskbridge.engine.bpmn_xml import Element, Source
from taskbridge.engine.problem_kinds import Kind
from taskbridge.engine.scripts.script import Computed, Script
from taskbridge.kinds import Handling

JUEL = "juel"
#: The names under which the vendor's engine finds the interpreter of JavaScript, in whatever letter case.
_JAVASCRIPT = frozenset({"javascript", "ecmascript", "js", "graal.js"})
_DEPLOYMENT = "deployment://"


def is_javascript(language: str) -> bool:
    """Whether a language is JavaScript, by whatever name."""
    return language.lower() in _JAVASCRIPT


def is_beside(resource: str) -> bool:
    """Whether a resource is a file of the deployment."""
    return resource.startswith(_DEPLOYMENT)


def unsupported(resource: str) -> str:
    """What is said of a resource that is none."""
    return (
        f"Unsupported resource '{resource}' of a script: it must be a file of the same deployment ({_DEPLOYMENT}NAME)"
    )


def runs(source: Source, language: str, resource: str | None) -> bool:
    """Whether a script is carried out here, or could be with the setting that is then asked for.

    Where workers do foreign work, they do what is in JavaScript too, unless that is switched on. A script that stands
    in no file of the deployment (``resource``) is never carried out here.
    """
    if is_javascript(language):
        if resource is not None and not is_beside(resource):
            return False
        return source.handles(Handling.JAVASCRIPT) or not source.handles(Handling.WORKERS)
    return language.lower() == JUEL


def read_script(
    source: Source, element: Element, language: str, text: str, resource: str | None, *, named: str
) -> Computed | None:
    """The script that an element names as a resource, or else has as its text; None where it cannot be read.

    ``named`` is what messages call the language there.
    """
    if language.lower() == JUEL and resource is None:
        return expression(source, element, text)
    if not is_javascript(language):
        source.complain(element, f"Unsupported {named}", Kind.SCRIPT)
        return None
    if not source.handles(Handling.JAVASCRIPT):
        source.refuse(element, f"Unsupported {named}", Kind.SCRIPT, Handling.JAVASCRIPT)
    if resource is not None:
        return _from_file(source, element, resource)
    return Script(text, expression(source, element, text) if _is_expression(text) else text)


def read_element(source: Source, element: Element, place: str) -> Computed | None:
    """The script that a ``camunda:script`` is; None where it cannot be read. ``place`` is where it stands, in words."""
    language = element.get("scriptFormat")
    if not language:
        source.complain(element, "Missing attribute 'scriptFormat' for 'script' element")
        return None
    named = f"script format '{language}' of 'script' in {place}"
    return read_script(source, element, language, element.text or "", element.get("resource"), named=named)


def _from_file(source: Source, element: Element, resource: str) -> Script | None:
    if not is_beside(resource):
        source.complain(element, unsupported(resource))
        return None
    return Script(resource, written_in(source, resource))


def written_in(source: Source, resource: str) -> str | None:
    """The text of a file of the deployment; None for any other resource, and for a file that was not deployed."""
    content = source.files(resource.removeprefix(_DEPLOYMENT)) if is_beside(resource) else None
    return None if content is None else content.decode("utf-8", "replace")


def _is_expression(text: str) -> bool:
    bare = text.strip()
    return bare.startswith(("${", "#{")) and bare.endswith("}")
