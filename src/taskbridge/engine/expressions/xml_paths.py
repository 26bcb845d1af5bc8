"""XPath: how much work the evaluation of a path may be, found before it begins, since nothing can stop it then.

The library walks all nodes for every part of a plain path, and once more for each of these nodes where a part looks at
many nodes for every node of another: `//a//b`, `//a[count(//b) > 1]`, `//a/..`, `//a = //b`. The work is the number of
parts, times the number of nodes to the power of such parts. Calls `errors`.
"""

import re

from lxml import etree

from taskbridge.engine.expressions.errors import Fault

#: Characters that a path may have, and nodes that the evaluation of one may look at.
MAX_PATH = 500
MAX_NODES = 4_000_000
# Characters that are as much work as a node where they are copied, and where they are searched or compared in pairs.
_COPIED, _SEARCHED = 256, 16

_LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"|(?<![\w.\-])(?:\d+(?:\.\d*)?|\.\d+)")
_OF_THE_NODE = re.compile(r"\b(?:position|last|true|false|name|local-name|namespace-uri)\s*\(\s*\)")
#: What looks at many nodes, or at much text, for each of those that it begins at.
_MANY = re.compile(
    r"//|\.\.|\||,(?!\s*#)"
    r"|\b(?:ancestor|ancestor-or-self|descendant|descendant-or-self|parent)\s*::"
    r"|\b(?:translate|id|lang)\s*\("
)
# Each of these finds the same nodes again and again, which the library looks for among all those that it has found.
_MANY_AGAIN = re.compile(r"\b(?:following|preceding)(?:-sibling)?\s*::")
_COMPARISON = re.compile(r"(#?)\s*(?:!=|<=|>=|=|<|>)\s*(#?)")
_FROM_THE_ROOT = re.compile(r"(?:^|[^\w\])])\s*/")
_SEARCHES = re.compile(r"\b(?:contains|substring-before|substring-after)\s*\(")
_PART = re.compile(r"[/\[(+\-*]|[=<>]+|\b(?:and|or|div|mod)\b")
_COUNTED = etree.XPath("count(//node()) + count(//@*)")
_TEXT = etree.XPath("string-length(/)")
_DEPTHS = tuple((levels, etree.XPath(f"boolean({'/*' * levels})")) for levels in (8, 32))
_DEEPEST = 256


def check(path: str, element: etree._Element) -> None:
    """Refuse a path that is too long, or too much work for the document of the element; raises Fault."""
    if len(path) > MAX_PATH:
        raise Fault(f"the XPath is longer than {MAX_PATH} characters")
    if re.search(r"\bnamespace\s*::", path):
        raise Fault("the XPath asks for namespaces as nodes")
    plain = _OF_THE_NODE.sub("#", _LITERAL.sub("#", path))
    power = _power(plain)
    nodes, text = _number(_COUNTED(element)), _number(_TEXT(element))
    if power > 1:
        work = (2 + nodes + text // _SEARCHED) ** power * _depth(element) // 8
    else:
        sought = len(path) // 4 if _SEARCHES.search(plain) else 1
        copied = text // _COPIED * _depth(element) * sought if "[" in plain or "(" in plain else 0
        work = (nodes + copied) * (1 + len(_PART.findall(plain)))
    if work > MAX_NODES:
        raise Fault(f"the XPath would look at more than {MAX_NODES} nodes of this document")


def _number(found: object) -> int:
    return int(found) if isinstance(found, float) else 0


def _depth(element: etree._Element) -> int:
    """How many elements lie within each other at most, rounded up."""
    return next((levels for levels, reached in _DEPTHS if not reached(element)), _DEEPEST)


def _power(plain: str) -> int:
    """How often the nodes multiply: 1 for a path whose parts look at each of them once."""
    found = _MANY.findall(plain)
    first = 1 if "//" in found or "descendant" in plain else 0
    between = sum(1 for one in _COMPARISON.finditer(plain) if not (one[1] or one[2]))
    return 1 + max(len(found) - first, 0) + 2 * len(_MANY_AGAIN.findall(plain)) + between + _predicates(plain)


def _predicates(plain: str) -> int:
    """How many predicates look at the whole document."""
    opened: list[int] = []
    looking = 0
    for place, mark in enumerate(plain):
        if mark == "[":
            opened.append(place)
        elif mark == "]" and opened:
            looking += _FROM_THE_ROOT.search(plain[opened.pop() + 1 : place]) is not None
    return looking
