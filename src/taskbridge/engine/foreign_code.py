"""Code in a model that runs inside of the vendor's Java engine and not here: beans, and scripts in other languages.

Called by the reader, which refuses it, hands it to workers, or leaves it out (``kinds.Handling``).
"""

import re
from collections.abc import Iterator

from taskbridge.engine.bpmn_xml import VENDORS, Element, Source, namespace, tag
from taskbridge.engine.expressions import ExpressionSyntaxError, compile_expression
from taskbridge.engine.known_members import unsupported
from taskbridge.engine.scripts.reading import JUEL, runs

#: Names that mean the same in every expression, and have methods.
OFFERED = frozenset({"execution", "task", "externalTask"})
#: The name that an expression begins with, and the method of it that is called.
_CALL = re.compile(r"[$#]\{\s*(\w+)\s*\.\s*(\w+)\s*\(")
#: Methods that data have and beans hardly do: who calls them calls them of a variable.
_OF_DATA = frozenset(
    ("prop", "hasProp", "elements", "jsonPath", "xPath", "attr", "value", "stringValue", "numberValue", "boolValue")
) | {"size", "isEmpty", "contains", "containsKey", "length", "substring", "equals", "toString"}
#: Attributes by which a model names a variable, with the vendor's elements that have them; "" stands for attributes in
#: the vendor's namespace, at any element.
_NAMING = {
    "": ("resultVariable", "elementVariable", "initiator", "errorCodeVariable", "errorMessageVariable"),
    "inputParameter": ("name",),
    "outputParameter": ("name",),
    "formField": ("id",),
    "formProperty": ("id", "variable"),
    "in": ("target",),
    "out": ("target",),
}


def is_foreign_script(source: Source, language: str | None, resource: str | None) -> bool:
    """Whether a script in the language, perhaps in a ``resource``, cannot be carried out here."""
    return not runs(source, language or JUEL, resource)


def asks_beans(source: Source, text: str) -> bool:
    """Whether an expression asks something that is not here.

    That is so where it uses members that no value here has, and where it begins with a call of a name that neither the
    engine offers nor the model gives to a variable, unless the method is one of data. A text with a syntax error asks
    nothing; who reads it says so.
    """
    if missing_members(text):
        return True
    call = _CALL.match(text.strip())
    if call is None or call[1] in OFFERED or call[2] in _OF_DATA:
        return False
    return call[1] not in _variables(source)


def missing_members(text: str) -> list[str]:
    """What an expression asks for that no value here has, one line each; a text with a syntax error asks nothing."""
    try:
        return list(unsupported(compile_expression(text)))
    except ExpressionSyntaxError:
        return []


def _variables(source: Source) -> frozenset[str]:
    """The names that the file gives to variables."""
    if source.variables is None:
        source.variables = frozenset(_named(source.root))
    return source.variables


def _named(root: Element) -> Iterator[str]:
    for element in root.iter("*"):
        for uri in VENDORS:
            for name in _NAMING[""]:
                yield element.get(f"{{{uri}}}{name}") or ""
        if namespace(str(element.tag)) in VENDORS:
            for name in _NAMING.get(tag(element), ()):
                yield element.get(name) or ""
