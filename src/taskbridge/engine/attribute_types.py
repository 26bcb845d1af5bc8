"""Attributes of BPMN whose values have a type in its schema: booleans and whole numbers.

The vendor's server checks a whole file against that schema, elements included that its engine ignores.
"""

import re
from collections.abc import Mapping

from taskbridge.engine.bpmn_xml import Element, Source, tag

_BOOLEAN = "boolean"
_INTEGER = "integer"
_SPACE = " \t\r\n"
#: The attributes that have such a type, wherever they may stand.
_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("isExecutable", "isClosed", "isCollection", "isUnlimited", "isImmediate"), _BOOLEAN),
    **dict.fromkeys(("isInterrupting", "cancelActivity", "parallelMultiple", "waitForCompletion"), _BOOLEAN),
    **dict.fromkeys(("triggeredByEvent", "isForCompensation", "isSequential", "testBefore"), _BOOLEAN),
    **dict.fromkeys(("instantiate", "cancelRemainingInstances"), _BOOLEAN),
    **dict.fromkeys(("startQuantity", "completionQuantity"), _INTEGER),
}
_VALUES: Mapping[str, re.Pattern[str]] = {
    _BOOLEAN: re.compile("true|false|1|0"),
    _INTEGER: re.compile("[+-]?[0-9]+"),
}


def check_types(source: Source, element: Element) -> None:
    """Complain, in the schema's words, about attributes of a BPMN element whose values are not of their type."""
    for name in map(str, element.keys()):
        of_type = _TYPES.get(name)
        if of_type is None:
            continue
        value = element.get(name, "")
        if not _VALUES[of_type].fullmatch(value.strip(_SPACE)):
            source.complain(element, f"'{value}' is not a valid value for '{of_type}'.")
            source.complain(
                element,
                f"The value '{value}' of attribute '{name}' on element '{tag(element)}' is not valid with respect to "
                f"its type, '{of_type}'.",
            )
