"""XML as expressions see it: the elements of Camunda Spin, made of Xml variables and by `S()` and `XML()`.

Nothing outside of the text is read: no entities, no documents, no network. Calls `errors`, `texts` and `xml_paths`.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, NamedTuple

from lxml import etree

from taskbridge.engine.expressions import xml_paths
from taskbridge.engine.expressions.errors import Fault, Thrown
from taskbridge.engine.expressions.texts import Pieces

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
# Every element is compared with all namespaces in its scope: the declarations of a tag, times the tags.
_MAX_NAMESPACES = 1_000_000
_TEXT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_VALUE_ESCAPES = _TEXT_ESCAPES | str.maketrans({'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
_UNPARSED = "SPIN/DOM-XML-01009 Unable to parse input into DOM document"


class XmlNode:
    """One element."""

    __slots__ = ("held",)
    java_class: ClassVar[str] = "org.camunda.spin.impl.xml.dom.DomXmlElement"

    def __init__(self, held: etree._Element) -> None:
        self.held = held

    def __str__(self) -> str:
        pieces = Pieces()
        pieces.add(_DECLARATION)
        _write(self.held, pieces, "")
        return pieces.text()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, XmlNode) and self.held is other.held

    __hash__ = None  # type: ignore[assignment]  # compared as the element that it is


class XmlAttribute(NamedTuple):
    """One attribute of an element."""

    key: str
    text: str

    @property
    def java_class(self) -> str:
        """The Java class that it stands for."""
        return "org.camunda.spin.impl.xml.dom.DomXmlAttribute"

    def __str__(self) -> str:
        return self.text


class XmlQuery(NamedTuple):
    """What `xPath` gives: an expression, the element that it is asked of, and the prefixes that it may use."""

    held: etree._Element
    path: str
    prefixes: dict[str, str]


def read_xml(text: str) -> XmlNode:
    """Make the element of a text, as `XML(text)` does; raises Thrown, and Fault for too many namespaces."""
    tags = text.split("<")
    if max(tag.count("xmlns") for tag in tags) * len(tags) > _MAX_NAMESPACES:
        raise Fault("the XML declares too many namespaces")
    # A parser is made for every text: it is not to be shared between threads.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Thrown(f"org.camunda.spin.xml.SpinXmlDataFormatException: {_UNPARSED}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Thrown(f"org.camunda.spin.xml.SpinXmlDataFormatException: {_UNPARSED}")
    return XmlNode(root)


# texts: as Java's transformer writes them, two spaces deeper for every level, without spaces between the elements


def _prefixed(key: str, prefixes: Mapping[str, str]) -> str:
    name = etree.QName(key)
    if not name.namespace:
        return name.localname
    if name.namespace == "http://www.w3.org/XML/1998/namespace":
        return f"xml:{name.localname}"
    prefix = prefixes.get(name.namespace)
    return f"{prefix}:{name.localname}" if prefix else name.localname


def _tag(element: etree._Element) -> str:
    return f"{element.prefix}:{local_name(element)}" if element.prefix else local_name(element)


def _opened(element: etree._Element) -> str:
    spaces = [(f"xmlns:{prefix}" if prefix else "xmlns", uri) for prefix, uri in _declared(element)]
    attributes = element.attrib.items()
    prefixes = {uri: prefix for prefix, uri in reversed(element.nsmap.items()) if prefix} if attributes else {}
    own = [(_prefixed(str(key), prefixes), str(value)) for key, value in attributes]
    shown = [f' {key}="{value.translate(_VALUE_ESCAPES)}"' for key, value in sorted(spaces) + sorted(own)]
    return f"<{_tag(element)}{''.join(shown)}"


def _parts(element: etree._Element) -> Iterator[etree._Element | str]:
    if element.text and element.text.strip():
        yield element.text
    for child in element:
        yield child
        if child.tail and child.tail.strip():
            yield child.tail


def _write(element: etree._Element, pieces: Pieces, indent: str) -> None:
    if isinstance(element, etree._ProcessingInstruction):
        pieces.add(f"{indent}{etree.tostring(element, with_tail=False).decode()}\n")
        return
    parts = list(_parts(element))
    pieces.add(indent, _opened(element))
    if not parts:
        pieces.add("/>\n")
    elif len(parts) == 1 and isinstance(parts[0], str):
        pieces.add(">", parts[0].translate(_TEXT_ESCAPES), f"</{_tag(element)}>\n")
    else:
        pieces.add(">\n")
        for part in parts:
            if isinstance(part, str):
                pieces.add(indent, "  ", part.translate(_TEXT_ESCAPES), "\n")
            else:
                _write(part, pieces, f"{indent}  ")
        pieces.add(f"{indent}</{_tag(element)}>\n")


# what can be asked of an element


def local_name(element: etree._Element) -> str:
    """Give the name of an element without its prefix."""
    return etree.QName(element.tag).localname


def name(node: XmlNode) -> str:
    """Give the name of an element without its prefix."""
    return local_name(node.held)


def namespace(node: XmlNode) -> str | None:
    """Give the namespace of an element."""
    return etree.QName(node.held.tag).namespace


def prefix(node: XmlNode) -> str | None:
    """Give the prefix of an element."""
    return node.held.prefix


def text_content(node: XmlNode) -> str:
    """Give all text inside of an element, spaces between elements left out."""
    return "".join(text for text in map(str, node.held.itertext()) if text.strip())


def attribute(node: XmlNode, uri: str | None, called: str) -> XmlAttribute:
    """Give one attribute; raises Thrown where there is none."""
    key = f"{{{uri}}}{called}" if uri else called
    value = node.held.get(key)
    if value is None:
        raise _missing("Attribute", "01006", "attribute", uri, called)
    return XmlAttribute(key, str(value))


def has_attribute(node: XmlNode, uri: str | None, called: str) -> bool:
    """Tell whether an element has an attribute."""
    return node.held.get(f"{{{uri}}}{called}" if uri else called) is not None


def attributes(node: XmlNode) -> list[object]:
    """Give the attributes of an element, by name; declarations of namespaces are among them, as at the vendor's."""
    own = [XmlAttribute(str(key), str(value)) for key, value in sorted(node.held.attrib.items())]
    return [*own, *(XmlAttribute(str(prefix or "xmlns"), str(uri)) for prefix, uri in _declared(node.held))]


def attributes_of(node: XmlNode, uri: str) -> list[object]:
    """Give the attributes of a namespace."""
    return [one for one in attributes(node) if isinstance(one, XmlAttribute) and one.key.startswith(f"{{{uri}}}")]


def attribute_names(node: XmlNode) -> list[object]:
    """Give the names of the attributes, as `attributes` gives them."""
    return [etree.QName(one.key).localname for one in attributes(node) if isinstance(one, XmlAttribute)]


def _declared(element: etree._Element) -> list[tuple[str | None, str]]:
    parent = element.getparent()
    around = {} if parent is None else parent.nsmap
    return [(prefix, uri) for prefix, uri in element.nsmap.items() if around.get(prefix) != uri]


def children(node: XmlNode) -> list[object]:
    """Give the elements directly in an element."""
    return [XmlNode(child) for child in node.held if isinstance(child.tag, str)]


def children_named(node: XmlNode, uri: str | None, called: str) -> list[object]:
    """Give the elements of that name directly in an element; raises Thrown where there is none."""
    key = f"{{{uri}}}{called}" if uri else called
    found = [XmlNode(child) for child in node.held if child.tag == key]
    if not found:
        raise _missing("Element", "01007", "child element", uri, called)
    return list[object](found)


def child_named(node: XmlNode, uri: str | None, called: str) -> object:
    """Give the one element of that name directly in an element; raises Thrown where there is none, or another."""
    found = children_named(node, uri, called)
    if len(found) > 1:
        text = f"More than one child element was found for namespace '{uri or 'null'}' and name '{called}'"
        raise Thrown(f"org.camunda.spin.xml.SpinXmlElementException: SPIN/DOM-XML-01008 {text}")
    return found[0]


def _missing(kind: str, code: str, what: str, uri: str | None, called: str) -> Thrown:
    text = f"Unable to find {what} with namespace '{uri or 'null'}' and name '{called}'"
    return Thrown(f"org.camunda.spin.xml.SpinXml{kind}Exception: SPIN/DOM-XML-{code} {text}")


# paths


def query(node: XmlNode, path: str) -> XmlQuery:
    """Make the query of a path."""
    return XmlQuery(node.held, path, {prefix: uri for prefix, uri in node.held.nsmap.items() if prefix})


def with_prefix(asked: XmlQuery, prefix: str, uri: str) -> XmlQuery:
    """Let a query use a prefix."""
    return asked._replace(prefixes={**asked.prefixes, prefix: uri})


def _found(asked: XmlQuery, wrapped: str = "{}") -> object:
    xml_paths.check(asked.path, asked.held)
    try:
        path = etree.XPath(wrapped.format(asked.path), namespaces=asked.prefixes or None, regexp=False)
        return path(asked.held)
    except etree.XPathError as error:
        at = f"{namespace(XmlNode(asked.held)) or 'null'}:{local_name(asked.held)}"
        raise _unanswered("01024", f"Unable to evaluate XPath expression on element '{at}'") from error


def _unanswered(code: str, text: str) -> Thrown:
    return Thrown(f"org.camunda.spin.xml.SpinXPathException: SPIN/DOM-XML-{code} {text}")


def _listed(asked: XmlQuery) -> list[object]:
    found = _found(asked)
    if not isinstance(found, list):
        raise _unanswered("01026", f"Unable to cast the result of '{asked.path}'")
    if not found:
        raise _unanswered("01035", f"Unable to find XPath expression '{asked.path}'")
    return found


def element_list(asked: XmlQuery) -> list[object]:
    """Give the elements at the path; raises Thrown where there is none."""
    return [_element(asked, one) for one in _listed(asked)]


def element(asked: XmlQuery) -> XmlNode:
    """Give the first element at the path; raises Thrown where there is none."""
    return _element(asked, _listed(asked)[0])


def _element(asked: XmlQuery, found: object) -> XmlNode:
    if not isinstance(found, etree._Element):
        raise _unanswered("01026", f"Unable to cast the result of '{asked.path}'")
    return XmlNode(found)


def attribute_list(asked: XmlQuery) -> list[object]:
    """Give the attributes at the path; raises Thrown where there is none."""
    return [_attribute(asked, one) for one in _listed(asked)]


def first_attribute(asked: XmlQuery) -> XmlAttribute:
    """Give the first attribute at the path; raises Thrown where there is none."""
    return _attribute(asked, _listed(asked)[0])


def _attribute(asked: XmlQuery, found: object) -> XmlAttribute:
    name = getattr(found, "attrname", None)
    if name is None:
        raise _unanswered("01026", f"Unable to cast the result of '{asked.path}'")
    return XmlAttribute(str(name), str(found))


def string(asked: XmlQuery) -> str:
    """Give the text at the path."""
    return str(_found(asked, "string({})"))


def number(asked: XmlQuery) -> float:
    """Give the number at the path."""
    found = _found(asked, "number({})")
    return float(found) if isinstance(found, int | float) else float("nan")


def boolean(asked: XmlQuery) -> bool:
    """Tell whether what stands at the path is true."""
    return bool(_found(asked, "boolean({})"))
