"""Variable values between JSON and the engine: inference, conversion, reading back, contents of files (contract 2).

Called by every handler that takes or gives variables. ``read_…`` turns JSON into variables, ``write_…`` the other way.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import quote

from taskbridge.dialects.camunda.errors import (
    CamundaError,
    illegal_argument,
    invalid_request,
    null_pointer,
    process_engine_exception,
    rest_exception,
)
from taskbridge.dialects.camunda.values import format_date, java_text, parse_date
from taskbridge.engine.variables import DATA_TYPE, Variable, java_double
from taskbridge.service import variables as service
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, parse_strict

_JSON_FORMAT = "application/json"
JAVA_FORMAT = "application/x-java-serialized-object"
_FORMATS = (_JSON_FORMAT, "application/xml")
_NO_INFO: Mapping[str, Any] = {}


def read_variables(raw: Mapping[str, Any] | None) -> dict[str, Variable]:
    """The variables of a JSON object of value objects; None counts as empty. Raises CamundaError (contract 2.4)."""
    return {name: read_variable(name, value) for name, value in raw.items()} if raw else {}


def read_variable(name: str, raw: Mapping[str, Any] | None) -> Variable:
    """One value object as a variable; raw contents of File and Bytes become ``bytes``. Raises CamundaError."""
    if raw is None:
        raise null_pointer()
    if "\0" in name:
        raise invalid_request("")
    type_, value, info = raw.get("type"), raw.get("value"), raw.get("valueInfo")
    if type_ is None:
        return _inferred(value, transient=(info or _NO_INFO).get("transient") is True)
    canonical = type_[:1].upper() + type_[1:]
    if canonical in _CONVERSIONS:
        return _converted(canonical, type_, value, info or _NO_INFO)
    if canonical in _SERIALIZED:
        return _serialized(name, canonical, type_, value, info or _NO_INFO)
    if canonical == "File":
        return _file(value, info)
    raise rest_exception(f"Unsupported value type '{type_}'", 400, None)


def _inferred(value: object, *, transient: bool) -> Variable:
    match value:
        case None:
            return Variable("Null", None, None, transient)
        case bool():
            return Variable("Boolean", value, None, transient)
        case int():
            return _inferred_number(value, transient=transient)
        case float():
            return Variable("Double", _double(value), None, transient)
        case str():
            return Variable("String", _text(value), None, transient)
        case _:
            class_ = "java.util.ArrayList" if isinstance(value, list) else "java.util.LinkedHashMap"
            return _json_object(class_, value, transient=transient)


def _inferred_number(value: int, *, transient: bool) -> Variable:
    for type_, bits in (("Integer", 31), ("Long", 63)):
        if -(1 << bits) <= value < 1 << bits:
            return Variable(type_, value, None, transient)
    return _json_object("java.math.BigInteger", value, transient=transient)


def read_number(type_: str, value: object) -> Variable:
    """A value that is said to be a Number: of the type that it has without that word. Raises CamundaError."""
    try:
        number = _real(value) if isinstance(value, str) else value
        if number is not None and (isinstance(number, bool) or not isinstance(number, int | float | str)):
            _refuse()
    except ValueError as error:
        raise _not_convertible(value, type_, _CONVERSIONS["Number"][0]) from error
    return _inferred(number, transient=False)


def _json_object(class_: str, value: object, *, transient: bool) -> Variable:
    info = {"objectTypeName": class_, "serializationDataFormat": _JSON_FORMAT}
    try:
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise invalid_request("") from error
    return Variable("Object", text, info, transient)


def _converted(canonical: str, type_: str, value: object, info: Mapping[str, Any]) -> Variable:
    class_, convert = _CONVERSIONS[canonical]
    transient = info.get("transient", False)
    try:
        converted = None if value is None else convert(value)
        if not isinstance(transient, bool):
            raise ValueError("transient is not a boolean")
    except ValueError as error:
        raise _not_convertible(value, type_, class_) from error
    if canonical == "Number":
        raise process_engine_exception("Cannot serialize value of abstract type number")
    return Variable(canonical, converted, None, transient)


def _not_convertible(value: object, type_: str, class_: str) -> CamundaError:
    return invalid_request(f"Cannot convert value '{java_text(value)}' of type '{type_}' to java type {class_}")


def _text(value: object) -> str:
    text = java_text(value)
    if "\0" in text:
        # Neither database can keep this character where it looks for variables.
        raise invalid_request("")
    return text


def _boolean(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    text = java_text(value)
    if text not in _BOOLEANS:
        _refuse()
    return _BOOLEANS[text]


_BOOLEANS = {"": None, "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def _refuse() -> NoReturn:
    raise ValueError("not of this type")


def _whole(bits: int) -> Callable[[object], int | None]:
    def convert(value: object) -> int | None:
        text = java_text(value).strip()
        if not text:
            return None
        if not _WHOLE.fullmatch(text) or not -(1 << bits) <= int(text) < 1 << bits:
            _refuse()
        return int(text)

    return convert


_WHOLE = re.compile(r"[+-]?[0-9]{1,40}")
_REAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NON_FINITE = {
    "NaN": "NaN",
    "Infinity": "Infinity",
    "+Infinity": "Infinity",
    "INF": "Infinity",
    "-Infinity": "-Infinity",
    "-INF": "-Infinity",
}


def _real(value: object) -> float | str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _double(value)
    text = java_text(value).strip()
    if not text:
        return None
    if text in _NON_FINITE:
        return _NON_FINITE[text]
    if not _REAL.fullmatch(text):
        _refuse()
    return _double(float(text))


def _double(value: float) -> float | str:
    """As the engine keeps it: what JSON cannot write is kept as text, and too great means infinite."""
    try:
        number = float(value)
    except OverflowError:
        return "Infinity" if value > 0 else "-Infinity"
    return number if number - number == 0 else java_double(number)


def _date(value: object) -> int | None:
    return parse_date(java_text(value)) if value != "" else None


def _bytes(value: object) -> bytes:
    text = "".join(java_text(value).split())
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def _nothing(value: object) -> None:
    _refuse()


#: Java class and conversion of the types whose value is converted; conversions raise ValueError.
_CONVERSIONS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "String": ("java.lang.String", _text),
    "Boolean": ("java.lang.Boolean", _boolean),
    "Short": ("java.lang.Short", _whole(15)),
    "Integer": ("java.lang.Integer", _whole(31)),
    "Long": ("java.lang.Long", _whole(63)),
    "Double": ("java.lang.Double", _real),
    "Number": ("java.lang.Number", _real),
    "Date": ("java.util.Date", _date),
    "Bytes": ("[B", _bytes),
    "Null": ("javax.lang.model.type.NullType", _nothing),
}
_SERIALIZED = ("Object", "Json", "Xml")


def _serialized(name: str, canonical: str, type_: str, value: object, info: Mapping[str, Any]) -> Variable:
    if value is not None and not isinstance(value, str):
        raise invalid_request(f"Must provide 'null' or String value for value of SerializableValue type '{type_}'.")
    text = None if value is None else _text(value)
    transient = _transient(info)
    kept = _object_info(name, text, info) if canonical == "Object" else None
    return Variable(canonical, text, kept, transient)


def _object_info(name: str, text: str | None, info: Mapping[str, Any]) -> dict[str, Any]:
    class_, format_ = info.get("objectTypeName"), info.get("serializationDataFormat")
    if format_ == JAVA_FORMAT and text is not None:
        raise process_engine_exception(
            f"ENGINE-17007 Cannot set variable with name {name}. Java serialization format is prohibited"
        )
    if format_ not in _FORMATS and format_ != JAVA_FORMAT:
        length = "null" if text is None else f"{len(text)} chars"
        shown = (
            f"ObjectValue [value=null, isDeserialized=false, serializationDataFormat={java_text(format_)}, "
            f"objectTypeName={java_text(class_)}, serializedValue={length}, isTransient={java_text(_transient(info))}]"
        )
        raise process_engine_exception(f"Cannot find serializer for value '{shown}'.")
    if class_ is None and text is not None:
        raise process_engine_exception(
            f"Cannot write serialized value for variable '{name}': no 'objectTypeName' provided for non-null value."
        )
    return {"objectTypeName": class_, "serializationDataFormat": format_}


def _transient(info: Mapping[str, Any]) -> bool:
    transient = info.get("transient", False)
    if not isinstance(transient, bool):
        raise illegal_argument("The property 'transient' should have a value of type 'boolean'.")
    return transient


def _file(value: object, info: Mapping[str, Any] | None) -> Variable:
    if info is None:
        raise illegal_argument("Cannot create file without valueInfo.")
    if info.get("filename") is None:
        raise illegal_argument(
            "Cannot create file without filename! Please set a name into ValueInfo with key filename"
        )
    if not isinstance(value, str):
        raise illegal_argument("Provided value is not of File, InputStream or byte[] type.")
    for key, words in (("mimeType", "mime type"), ("encoding", "encoding")):
        if key in info and info[key] is None:
            raise illegal_argument(f"The provided {words} is null. Set a non-null value info property with key '{key}'")
    kept = {key: _text(info[key]) for key in ("filename", "mimeType", "encoding") if key in info}
    return Variable("File", _lenient_base64(value), kept, _transient(info))


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def _lenient_base64(text: str) -> bytes:
    """As the vendor decodes files: both alphabets, foreign signs skipped, padding optional, a stray last dropped."""
    content = text.partition("=")[0].encode("ascii", "ignore").translate(bytes.maketrans(b"-_", b"+/"))
    signs = _NOT_BASE64.sub(b"", content)
    signs = signs[: len(signs) - (len(signs) % 4 == 1)]
    return base64.b64decode(signs + b"=" * (-len(signs) % 4))


def write_variables(unit: Unit, given: Mapping[str, Variable], *, deserialize: bool) -> dict[str, dict[str, Any]]:
    """Value objects by name; see ``write_variable``."""
    return {name: write_variable(unit, variable, deserialize=deserialize) for name, variable in given.items()}


def write_variable(unit: Unit, variable: Variable, *, deserialize: bool) -> dict[str, Any]:
    """The value object of a variable (contract 2.6): type, value and valueInfo, always all three.

    With ``deserialize`` an Object of JSON format is written as the JSON it holds; Json and Xml stay text either way.
    """
    type_, value, info, transient = variable
    writer = _WRITERS.get(type_)
    if writer is not None and value is not None:
        value = writer(unit, variable, deserialize)
    shown = {key: told for key, told in info.items() if key != DATA_TYPE} if info else {}
    if transient:
        shown["transient"] = True
    return {"type": type_, "value": value, "valueInfo": shown}


def _write_bytes(unit: Unit, variable: Variable, deserialize: bool) -> str:
    return base64.b64encode(service.content(unit, variable)).decode()


def _write_object(unit: Unit, variable: Variable, deserialize: bool) -> object:
    if not deserialize or (variable.info or _NO_INFO).get("serializationDataFormat") != _JSON_FORMAT:
        return variable.value
    try:
        return parse_strict(variable.value.encode(), "utf-8")
    except ValueError:
        return variable.value


_WRITERS: dict[str, Callable[[Unit, Variable, bool], object]] = {
    "Date": lambda unit, variable, deserialize: format_date(variable.value),
    "Bytes": _write_bytes,
    "File": lambda unit, variable, deserialize: None,
    "Object": _write_object,
}


def data_answer(unit: Unit, variable: Variable, shown_id: str) -> Answer:
    """The content of a File or Bytes variable as it is (contract 2.6); refusing other types names ``shown_id``."""
    if variable.type == "Bytes":
        return Answer(200, service.content(unit, variable), "application/octet-stream")
    if variable.type != "File":
        raise invalid_request(f"Value of variable with id {shown_id} is not a binary value.")
    info = variable.info or _NO_INFO
    return Answer(
        200, service.content(unit, variable), _content_type(info), {"Content-Disposition": attachment(info["filename"])}
    )


_HEADER_SAFE = re.compile(r"[\x20-\x7e]+")
_MIME = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")


def _content_type(info: Mapping[str, Any]) -> str:
    mime, encoding = info.get("mimeType"), info.get("encoding")
    if mime is None or not _MIME.match(mime) or not _HEADER_SAFE.fullmatch(mime):
        mime = "application/octet-stream"
    return f"{mime}; charset={encoding}" if encoding and _HEADER_SAFE.fullmatch(encoding) else mime


def attachment(filename: str) -> str:
    """The Content-Disposition that offers a file under its name, safe for any name."""
    plain = "".join(sign if " " <= sign <= "~" and sign not in '"\\' else "_" for sign in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
