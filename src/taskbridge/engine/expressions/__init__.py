"""Expressions: UEL as Camunda 7 evaluates it (JUEL), with an own typed evaluation and without eval.

The engine compiles texts with `compile_expression` and evaluates them with a resolver of names.
"""

from taskbridge.engine.expressions.closures import READERS, Resolver
from taskbridge.engine.expressions.contents import ByteArray, Content, Serialised, Stream
from taskbridge.engine.expressions.effort import begin as begin_effort
from taskbridge.engine.expressions.errors import (
    CannotCast,
    ExpressionError,
    ExpressionSyntaxError,
    Fault,
    UnknownProperty,
)
from taskbridge.engine.expressions.expression import Expression, compile_bare, compile_expression, literal
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
    hash_order,
    hash_set,
)
from taskbridge.engine.expressions.json_nodes import JsonNode, parse_json
from taskbridge.engine.expressions.members import call as call_member
from taskbridge.engine.expressions.members import has_method
from taskbridge.engine.expressions.members import read as read_member
from taskbridge.engine.expressions.methods import NAMES
from taskbridge.engine.expressions.texts import to_string
from taskbridge.engine.expressions.uses import Use
from taskbridge.engine.expressions.values import java_class, to_integer
from taskbridge.engine.expressions.views import View, ViewType
from taskbridge.engine.expressions.xml_nodes import XmlAttribute, XmlNode, read_xml

__all__ = [
    "NAMES",
    "READERS",
    "Array",
    "ByteArray",
    "CannotCast",
    "Character",
    "Collected",
    "Content",
    "Expression",
    "ExpressionError",
    "ExpressionSyntaxError",
    "Fault",
    "Float",
    "Integer",
    "JodaMoment",
    "JsonNode",
    "ObjectList",
    "ObjectMap",
    "Resolver",
    "Serialised",
    "Short",
    "Stream",
    "UnknownProperty",
    "Use",
    "View",
    "ViewType",
    "XmlAttribute",
    "XmlNode",
    "begin_effort",
    "call_member",
    "compile_bare",
    "compile_expression",
    "has_method",
    "hash_order",
    "hash_set",
    "java_class",
    "literal",
    "parse_json",
    "read_member",
    "read_xml",
    "to_integer",
    "to_string",
]
