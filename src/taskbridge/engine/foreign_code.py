"""Code in a model that runs inside of the vendor's Java engine and not here: beans, and scripts in other languages.

Called by the reader, which refuses it, hands it to workers, or leaves it out (``kinds.Handling``).
"""

from collections.abc import Iterator

from taskbridge.engine.bpmn_xml import VENDORS, Element, Source, namespace, tag
from taskbridge.engine.expressions import ExpressionSyntaxError, compile_expression
from taskbridge.engine.known_members import unsupported

#: Names that mean the same in every expression, and have methods.
_OFFERED = frozenset({"execution", "task", "externalTask"})
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


def is_foreign_script(_source: Source, _language: str | None) -> bool:
    """Whether a script in the language cannot be carried out here, as is so for each."""
    return True


def asks_beans(source: Source, text: str) -> bool:
    """Whether an expression asks something that is not here.

    That is so where it uses members that no value here has, and where it calls a method of a name that neither the
    engine offers nor the model gives to a variable. A text with a syntax error asks nothing; who reads it says so.
    """
    try:
        compiled = compile_expression(text)
    except ExpressionSyntaxError:
        return False
    if any(unsupported(compiled)):
        return True
    called = {use.base for use in compiled.uses if use.arity is not None and use.base is not None}
    strangers = {name for name in called if not name.endswith("()")} - _OFFERED
    return bool(strangers) and not strangers <= _variables(source)


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
