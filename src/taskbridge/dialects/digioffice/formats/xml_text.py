"""XML as .NET's data contracts have it: elements by member name in alphabetical order, ``i:nil`` for null.

Read without trust (no DTD, no entities, no network), in any order and any namespace.
"""

import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from lxml import etree

from taskbridge.dialects.digioffice.formats.dto import Dto
from taskbridge.dialects.digioffice.formats.unread import Unread
from taskbridge.dialects.digioffice.values import xml_date
from taskbridge.spec.limits import MAX_DEPTH, MAX_VALUES, TooComplex, refuse

Element: TypeAlias = etree._Element

INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
SERVICESTACK = "http://schemas.servicestack.net/types"
CONTRACTS = "http://schemas.datacontract.org/2004/07/"

_NIL = f"{{{INSTANCE}}}nil"
#: What XML 1.0 cannot hold.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PRIMITIVES = {bool: "boolean", int: "int", str: "string", datetime: "dateTime"}

Namespaces = Mapping[str, str]
"""The .NET namespace of a type; types it does not name are ServiceStack's own."""


class Node(Unread):
    """An element and what is in it."""

    __slots__ = ("_element",)

    def __init__(self, element: Element) -> None:
        self._element = element

    def text(self) -> str | None:
        """Its text; None where it says that it is null."""
        if self._element.get(_NIL) in ("true", "1"):
            return None
        if len(self._element):
            raise ValueError("an element holds elements and not a text")
        return self._element.text or ""

    def elements(self) -> list[Any]:
        """Its children, whatever they are called."""
        if not len(self._element) and (self._element.text or "").strip():
            raise ValueError("an element holds a text and not a list")
        return [Node(child) for child in self._element]

    def members(self) -> dict[str, Any]:
        """Its children by their names without a namespace."""
        if not len(self._element) and (self._element.text or "").strip():
            raise ValueError("an element holds a text and not an object")
        return {etree.QName(child).localname: Node(child) for child in self._element}


def read(content: bytes, content_type: str) -> Node | dict[str, Any]:
    """A body in XML; an empty one is an object without members. The charset is what the document itself says."""
    if not content.strip():
        return {}
    try:
        root = _root(content)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if str(getattr(root.getroottree().docinfo, "doctype", "")):
        raise ValueError("a document type is not allowed")
    return Node(root)


def _root(content: bytes) -> Element:
    """The tree, its elements counted as they come. TooComplex when they are too many or nested too deeply."""
    parsing = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    depth = elements = 0
    for event, _ in parsing:
        if event == "end":
            depth -= 1
            continue
        depth, elements = depth + 1, elements + 1
        if depth > MAX_DEPTH:
            raise TooComplex("nested too deeply")
        if elements > MAX_VALUES:
            refuse(MAX_VALUES, "values")
    root: Element = parsing.root
    return root


def write(value: object, namespaces: Namespaces) -> bytes:
    """A value as a document."""
    return etree.tostring(_Writer(namespaces).document(value), xml_declaration=True, encoding="utf-8")


class _Writer:
    def __init__(self, namespaces: Namespaces) -> None:
        self._namespaces = namespaces

    def document(self, value: object) -> Element:
        name = self._root_name(value)
        inner = value[0] if isinstance(value, list) and value else value
        namespace = self._namespace(inner) if isinstance(inner, Dto) else ARRAYS
        names: dict[str | None, str] = {None: namespace, "i": INSTANCE}
        root = etree.Element(f"{{{namespace}}}{name}", nsmap=names)  # type: ignore[arg-type] # the stubs lack None
        self._fill(root, value, namespace)
        return root

    def _root_name(self, value: object) -> str:
        if isinstance(value, list):
            return f"ArrayOf{self._item_name(value[0]) if value else 'anyType'}"
        return self._item_name(value)

    def _item_name(self, value: object) -> str:
        return value.type_name if isinstance(value, Dto) else _PRIMITIVES.get(type(value), "anyType")

    def _namespace(self, value: Dto) -> str:
        known = self._namespaces.get(value.type_name)
        return f"{CONTRACTS}{known}" if known else SERVICESTACK

    def _fill(self, element: Element, value: object, namespace: str) -> None:
        match value:
            case None:
                element.set(_NIL, "true")
            case dict():
                inner = self._namespace(value) if isinstance(value, Dto) else namespace
                for name, one in sorted(value.items()):
                    self._fill(etree.SubElement(element, f"{{{inner}}}{name}"), one, inner)
            case list():
                self._fill_list(element, value, namespace)
            case _:
                element.text = _text(value)

    def _fill_list(self, element: Element, value: list[object], namespace: str) -> None:
        for one in value:
            inner = self._namespace(one) if isinstance(one, Dto) else ARRAYS
            self._fill(etree.SubElement(element, f"{{{inner}}}{self._item_name(one)}"), one, inner)


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return xml_date(value)
        case _:
            return _UNFIT.sub("\ufffd", str(value))
