"""Methods of JSON and XML, as those of Camunda Spin.

Calls `errors`, `json_nodes`, `method`, `texts`, `values` and `xml_nodes`.
"""

from functools import partial

from taskbridge.engine.expressions import json_nodes, xml_nodes
from taskbridge.engine.expressions.errors import Thrown
from taskbridge.engine.expressions.json_nodes import JsonNode
from taskbridge.engine.expressions.method import Method, Methods, itself
from taskbridge.engine.expressions.texts import to_string
from taskbridge.engine.expressions.values import java_class
from taskbridge.engine.expressions.xml_nodes import XmlNode


def _is(kind: str) -> Method:
    return Method(lambda node: json_nodes.kind_of(node.held) == kind)


def _typed(kind: str, called: str) -> Method:
    return Method(partial(_value_of, kind, called))


def _value_of(kind: str, called: str, asked: JsonNode | json_nodes.JsonQuery) -> object:
    node = asked if isinstance(asked, JsonNode) else json_nodes.element(asked)
    return json_nodes.typed(node, kind, called)


_READERS = {
    ("stringValue", 0): _typed("STRING", "String"),
    ("numberValue", 0): _typed("NUMBER", "Number"),
    ("boolValue", 0): _typed("BOOLEAN", "Boolean"),
}
JSON_NODES: Methods = {
    **_READERS,
    ("isObject", 0): _is("OBJECT"),
    ("isArray", 0): _is("ARRAY"),
    ("isString", 0): _is("STRING"),
    ("isNumber", 0): _is("NUMBER"),
    ("isBoolean", 0): _is("BOOLEAN"),
    ("isNull", 0): _is("NULL"),
    ("isValue", 0): Method(lambda node: not isinstance(node.held, dict | list)),
    ("value", 0): Method(json_nodes.value),
    ("prop", 1): Method(json_nodes.prop, (to_string,)),
    ("prop", 2): Method(json_nodes.set_prop, (to_string, itself)),
    ("deleteProp", 1): Method(json_nodes.delete_prop, (to_string,)),
    ("append", 1): Method(json_nodes.append, (itself,)),
    ("hasProp", 1): Method(json_nodes.has_prop, (to_string,)),
    ("elements", 0): Method(json_nodes.elements),
    ("fieldNames", 0): Method(json_nodes.field_names),
    ("indexOf", 1): Method(json_nodes.index_of, (itself,)),
    ("lastIndexOf", 1): Method(json_nodes.last_index_of, (itself,)),
    ("contains", 1): Method(json_nodes.contains, (itself,)),
    ("jsonPath", 1): Method(json_nodes.query, (to_string,)),
    ("getDataFormatName", 0): Method(lambda _node: "application/json"),
}
JSON_QUERIES: Methods = {
    **_READERS,
    ("element", 0): Method(json_nodes.element),
    ("elementList", 0): Method(json_nodes.element_list),
}


def _own(node: XmlNode) -> str | None:
    return xml_nodes.namespace(node)


XML_NODES: Methods = {
    ("name", 0): Method(xml_nodes.name),
    ("namespace", 0): Method(_own),
    ("prefix", 0): Method(xml_nodes.prefix),
    ("hasNamespace", 1): Method(lambda node, uri: _own(node) == uri, (to_string,)),
    ("hasPrefix", 1): Method(lambda node, prefix: xml_nodes.prefix(node) == prefix, (to_string,)),
    ("textContent", 0): Method(xml_nodes.text_content),
    ("attr", 1): Method(lambda node, name: xml_nodes.attribute(node, None, name), (to_string,)),
    ("attrNs", 2): Method(xml_nodes.attribute, (to_string, to_string)),
    ("hasAttr", 1): Method(lambda node, name: xml_nodes.has_attribute(node, None, name), (to_string,)),
    ("hasAttrNs", 2): Method(xml_nodes.has_attribute, (to_string, to_string)),
    ("attrs", 0): Method(xml_nodes.attributes),
    ("attrs", 1): Method(xml_nodes.attributes_of, (to_string,)),
    ("attrNames", 0): Method(xml_nodes.attribute_names),
    ("childElements", 0): Method(xml_nodes.children),
    ("childElements", 1): Method(lambda node, name: xml_nodes.children_named(node, _own(node), name), (to_string,)),
    ("childElements", 2): Method(xml_nodes.children_named, (to_string, to_string)),
    ("childElement", 1): Method(lambda node, name: xml_nodes.child_named(node, _own(node), name), (to_string,)),
    ("childElement", 2): Method(xml_nodes.child_named, (to_string, to_string)),
    ("xPath", 1): Method(xml_nodes.query, (to_string,)),
    ("getDataFormatName", 0): Method(lambda _node: "application/xml"),
}
XML_ATTRIBUTES: Methods = {
    ("value", 0): Method(lambda attribute: attribute.text),
    ("name", 0): Method(lambda attribute: attribute.key.rpartition("}")[2]),
    ("namespace", 0): Method(lambda attribute: attribute.key.rpartition("}")[0][1:] or None),
}
XML_QUERIES: Methods = {
    ("element", 0): Method(xml_nodes.element),
    ("elementList", 0): Method(xml_nodes.element_list),
    ("attribute", 0): Method(xml_nodes.first_attribute),
    ("attributeList", 0): Method(xml_nodes.attribute_list),
    ("string", 0): Method(xml_nodes.string),
    ("number", 0): Method(xml_nodes.number),
    ("bool", 0): Method(xml_nodes.boolean),
    ("ns", 2): Method(xml_nodes.with_prefix, (to_string, to_string)),
}


def spin(value: object) -> object:
    """Read a text of JSON or XML, as `S(text)` does; a node stays what it is; raises Thrown."""
    if isinstance(value, JsonNode | XmlNode):
        return value
    text = _text(value)
    match text.lstrip()[:1]:
        case "{" | "[":
            return json_nodes.read_json(text)
        case "<":
            return xml_nodes.read_xml(text)
        case _:
            raise Thrown("org.camunda.spin.spi.SpinDataFormatException: SPIN-01004 No matching data format detected")


def json_of(value: object) -> object:
    """Read a text of JSON, or make JSON of a value, as `JSON(value)` does; raises Thrown."""
    _refuse_null(value)
    if isinstance(value, str):
        return json_nodes.read_json(to_string(value))
    return json_nodes.made_of(value)


def xml_of(value: object) -> object:
    """Read a text of XML, as `XML(text)` does; raises Thrown."""
    return value if isinstance(value, XmlNode) else xml_nodes.read_xml(_text(value))


def _text(value: object) -> str:
    _refuse_null(value)
    if isinstance(value, str):
        return to_string(value)
    raise Thrown(f"java.lang.IllegalArgumentException: SPIN-01001 Unsupported input of type '{java_class(value)}'")


def _refuse_null(value: object) -> None:
    if value is None:
        raise Thrown("java.lang.IllegalArgumentException: UTILS-02001 Parameter 'parameter' is null")
