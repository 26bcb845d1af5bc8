"""Methods: the table of methods that expressions may call on values, per type, name and number of arguments.

Nothing of a value can be reached but what stands here, whatever Python attributes it has. Calls the modules of tables.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from taskbridge.engine.expressions.collection_methods import COLLECTIONS, LISTS, MAPS
from taskbridge.engine.expressions.comparison import same
from taskbridge.engine.expressions.contents import ByteArray, Stream
from taskbridge.engine.expressions.date_methods import DATES, JODA_MOMENTS
from taskbridge.engine.expressions.java_types import (
    Array,
    Character,
    Collected,
    Float,
    Integer,
    JodaMoment,
    ObjectList,
    ObjectMap,
    Short,
)
from taskbridge.engine.expressions.json_nodes import JsonNode, JsonQuery
from taskbridge.engine.expressions.method import Method, Methods, itself
from taskbridge.engine.expressions.number_methods import BOOLEANS, DOUBLES, INTEGERS, LONGS, NUMBERS, SHORTS
from taskbridge.engine.expressions.spin_methods import (
    JSON_NODES,
    JSON_QUERIES,
    XML_ATTRIBUTES,
    XML_NODES,
    XML_QUERIES,
)
from taskbridge.engine.expressions.text_methods import CHARACTERS, TEXTS
from taskbridge.engine.expressions.texts import to_string
from taskbridge.engine.expressions.xml_nodes import XmlAttribute, XmlNode, XmlQuery

__all__ = ["NAMES", "find_method", "find_property"]

_OF_EVERY_VALUE: Methods = {
    ("equals", 1): Method(same, (itself,)),
    ("toString", 0): Method(to_string),
}
_METHODS: Mapping[type, Methods] = {
    str: TEXTS,
    Character: CHARACTERS,
    bool: BOOLEANS,
    int: LONGS,
    Integer: INTEGERS,
    Short: SHORTS,
    float: DOUBLES,
    Float: DOUBLES,
    Decimal: NUMBERS,
    list: LISTS,
    ObjectList: LISTS,
    Collected: COLLECTIONS,
    Array: {},
    dict: MAPS,
    ObjectMap: MAPS,
    datetime: DATES,
    JodaMoment: JODA_MOMENTS,
    JsonNode: JSON_NODES,
    JsonQuery: JSON_QUERIES,
    XmlNode: XML_NODES,
    XmlAttribute: XML_ATTRIBUTES,
    XmlQuery: XML_QUERIES,
    Stream: {},
    ByteArray: {},
}
#: Name and number of arguments of everything that can be called on some value.
NAMES = frozenset(key for table in (*_METHODS.values(), _OF_EVERY_VALUE) for key in table)
_COMMON = frozenset(name for name, _ in _OF_EVERY_VALUE)
_BY_KIND = {kind: _COMMON.union(name for name, _ in table) for kind, table in _METHODS.items()}
# Getters whose results are of type Boolean, and not boolean, are no properties in Java.
_NO_PROPERTIES: Mapping[type, frozenset[str]] = {
    JsonNode: frozenset({"array", "string", "number", "boolean", "null", "value"}),
}


def find_method(kind: type, name: str, arity: int) -> Method | None:
    """Find a method of values of exactly this type by its name and number of arguments."""
    key = (name, arity)
    return _METHODS.get(kind, {}).get(key) or _OF_EVERY_VALUE.get(key)


def method_names(kind: type) -> frozenset[str]:
    """The names of everything that can be called on values of exactly this type."""
    return _BY_KIND.get(kind, _COMMON)


def find_property(kind: type, name: str) -> Method | None:
    """Find the getter of a bean property: isEmpty() is the property `empty`."""
    if name in _NO_PROPERTIES.get(kind, ()):
        return None
    capital = name[:1].upper() + name[1:]
    methods = _METHODS.get(kind, {})
    return methods.get((f"get{capital}", 0)) or methods.get((f"is{capital}", 0))
