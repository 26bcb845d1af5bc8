"""ServiceStack's predefined routes: an operation is found by the name of its request type (contract 3.1).

Called by the dialect for the operations of the document that stand in for others.
"""

from taskbridge.dialects.digioffice.catalogue import Catalogue
from taskbridge.dialects.digioffice.errors import not_implemented
from taskbridge.dialects.digioffice.negotiation import without_suffix
from taskbridge.spec import CallInfo, UnknownPath


def meant(call: CallInfo, catalogue: Catalogue) -> str:
    """The operationId that a request means. Unknown names are no path below ``/api/``, and an error elsewhere."""
    name = without_suffix(call.parameters["operation"])
    known = catalogue.operation_ids(name)
    if known is None:
        if "format" not in call.parameters:
            raise UnknownPath(call.path)
        raise not_implemented("The operation does not exist for this service")
    method = "GET" if call.method == "HEAD" else call.method
    if method not in known:
        raise not_implemented(no_method(method, name))
    return known[method]


def no_method(method: str, name: str) -> str:
    """The text for an operation that has nothing for a method."""
    verb = method.capitalize()
    return f"Could not find method named {verb}({name}) or Any({name}) on Service WorkflowServices"
