"""Values in BPMN attributes and texts: expressions, numbers and lists.

Called by the other ``bpmn`` modules. A bad value becomes a problem of the source and a harmless stand-in is given back.
"""

import re

from taskbridge.engine.bpmn_xml import Element, Source, vendor
from taskbridge.engine.expressions import Expression, ExpressionSyntaxError, compile_expression
from taskbridge.engine.known_members import unsupported
from taskbridge.engine.problem_kinds import Kind

_INTEGER = re.compile(r"[+-]?\d{1,10}")
_DAYS = re.compile(r"P(\d{1,9})D|(\d{1,9})")
_ITEM = re.compile(r"(?:[$#]\{[^}]*\}?|[^,])+")
_ASSIGNMENT = re.compile(r"(user|group)\((.*)\)", re.DOTALL)


def expression(source: Source, element: Element, value: str | None) -> Expression | None:
    """Compile a text; None stays None. A syntax error is a problem of the element, as is a member nothing has."""
    if value is None:
        return None
    try:
        compiled = compile_expression(value)
    except ExpressionSyntaxError as error:
        source.complain(element, str(error))
        return None
    for problem in unsupported(compiled):
        source.refuse(element, f"{problem} in expression '{value}'", Kind.BEAN_EXPRESSION)
    return compiled


def attribute(source: Source, element: Element, name: str) -> Expression | None:
    """Compile a vendor attribute."""
    return expression(source, element, vendor(element, name))


def flag(value: str | None, *, default: bool) -> bool:
    """An attribute that says true or false; the vendor reads the words alone, and takes 1 for false."""
    return default if value is None else value.strip() == "true"


def items(value: str | None) -> list[str]:
    """The parts of a comma-separated text; commas inside of expressions separate nothing."""
    return [part.strip() for part in _ITEM.findall(value or "") if part.strip()]


def expressions(source: Source, element: Element, values: list[str]) -> tuple[Expression, ...]:
    """Compile several texts."""
    compiled = (expression(source, element, value) for value in values)
    return tuple(one for one in compiled if one is not None)


def assignments(value: str) -> tuple[list[str], list[str]]:
    """Users and groups of a resource assignment such as ``user(ann), group(sales), staff``; a bare name is a group."""
    users: list[str] = []
    groups: list[str] = []
    for item in items(value):
        matched = _ASSIGNMENT.fullmatch(item)
        chosen = users if matched and matched[1] == "user" else groups
        chosen.append(matched[2].strip() if matched else item)
    return users, groups


def priority(source: Source, element: Element, name: str = "taskPriority") -> Expression | None:
    """The priority of a process or activity: an expression, or a constant whole number (contract 7)."""
    value = vendor(element, name)
    if value is not None and not value.startswith(("${", "#{")) and not _fits(value):
        source.complain(element, f"Value '{value}' for attribute '{name}' is not a valid number")
        return None
    return expression(source, element, value)


def _fits(value: str) -> bool:
    # The vendor reads an Integer of Java.
    return bool(_INTEGER.fullmatch(value)) and -(2**31) <= int(value) < 2**31


def days(source: Source, element: Element) -> int | None:
    """The ``historyTimeToLive`` of a process in days: a number or ``P30D``; absent means none."""
    value = vendor(element, "historyTimeToLive")
    if not value:
        return None
    matched = _DAYS.fullmatch(value)
    if matched is None:
        source.complain(element, f"Cannot parse historyTimeToLive '{value}': a number of days or P<days>D is expected")
        return None
    return int(matched[1] or matched[2])
