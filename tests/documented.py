"""The parameters that the vendor documents for Camunda's operations, as a table; used by tests of all of them.

Where the vendor's description says that a date or a list is any text, the type is that of our own document.
"""

from taskbridge.app import document_of
from vendor_parameters import TARGET, Parameter, parameters

#: Conditions on variables: objects in a body, `name_operator_value` in a query.
CONDITIONS = ("variables", "variableValues", "processVariables", "taskVariables", "caseInstanceVariables")


def _typed(one: Parameter, ours: dict[tuple[str, str, str], str]) -> Parameter:
    own = ours.get((one.operation, one.place, one.name))
    return one._replace(type=own) if own in ("date", "string[]") and one.name not in CONDITIONS else one


OURS = {(one.operation, one.place, one.name): one.type for one in parameters(document_of("camunda"))}
TABLE = [_typed(Parameter(*line.split("\t")), OURS) for line in TARGET.read_text().splitlines()]
