"""Which format an answer has, and how its members are spelt (contract 3.2, 3.3). Never a refusal: JSON is left over.

Called by the dialect for every answer with a body.
"""

from enum import StrEnum

from taskbridge.dialects.digioffice.formats.json_text import Spelling
from taskbridge.spec import CallInfo

#: The client of this agent reads nothing but ``likeThis`` (contract 2.1.7).
_CAMEL_AGENT = "python-requests/"


class Format(StrEnum):
    """A format, by the name it has in paths, suffixes and ``?format=``."""

    JSON = "json"
    XML = "xml"
    JSV = "jsv"
    CSV = "csv"
    JSONL = "jsonl"
    HTML = "html"


CONTENT_TYPES = {
    Format.JSON: "application/json; charset=utf-8",
    Format.XML: "application/xml; charset=utf-8",
    Format.JSV: "text/jsv; charset=utf-8",
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSONL: "text/jsonl; charset=utf-8",
    Format.HTML: "text/html; charset=utf-8",
}
#: What clients call the formats.
_MEDIA_TYPES = {
    "application/json": Format.JSON,
    "text/json": Format.JSON,
    "text/html": Format.HTML,
    "application/xhtml+xml": Format.HTML,
    "application/xml": Format.XML,
    "text/xml": Format.XML,
    "text/jsv": Format.JSV,
    "application/jsv": Format.JSV,
    "text/x-jsv": Format.JSV,
    "text/csv": Format.CSV,
    "text/jsonl": Format.JSONL,
    "application/x-ndjson": Format.JSONL,
}
#: Which of several equally welcome formats is taken.
_PREFERENCE = list(Format)
_PREFERENCE.remove(Format.HTML)
_PREFERENCE.insert(1, Format.HTML)
#: The names of formats in paths, suffixes and queries; the vendor's page calls its sample's format "other".
_NAMES = {**{one.value: one for one in Format}, "other": Format.JSONL}


def format_of(call: CallInfo) -> Format:
    """The format of the answer: asked for in the query, named by the path, by its suffix, accepted, else JSON."""
    query = _parameter(call, "format").lower()
    if query in _NAMES:
        return _NAMES[query]
    if _parameter(call, "callback"):
        return Format.JSON
    named = call.parameters.get("format", "")
    if named in _NAMES:
        return _NAMES[named]
    return suffix_of(call.path) or _accepted(call)


def suffix_of(path: str) -> Format | None:
    """The format that the end of a path names."""
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return _NAMES.get(suffix.lower()) if dot else None


def without_suffix(text: str) -> str:
    """A path, or its last segment, without the name of a format at its end."""
    return text.rpartition(".")[0] if suffix_of(text) else text


def spelling_of(call: CallInfo) -> Spelling:
    """How members are spelt: as ``jsconfig`` has it, else as the client can read them."""
    settings = [part.strip().lower().partition(":") for part in _parameter(call, "jsconfig").split(",")]
    given = {name: value not in ("false", "0") for name, _, value in settings}
    nulls = given.get("inv", given.get("includenullvalues", True))
    camel = given.get("eccn", given.get("emitcamelcasenames"))
    if camel is None and (given.get("epcn") or given.get("emitpascalcasenames")):
        camel = False
    if camel is not None:
        return Spelling(camel=camel, decided=True, nulls=nulls)
    return Spelling(camel=(call.headers.get("user-agent") or "").startswith(_CAMEL_AGENT), nulls=nulls)


def _parameter(call: CallInfo, name: str) -> str:
    return next((value for key, value in call.query if key.lower() == name), "")


def _accepted(call: CallInfo) -> Format:
    own = _MEDIA_TYPES.get(_media_type(call.headers.get("content-type") or ""))
    accepted = _ranges(call)
    for quality in sorted(set(accepted.values()), reverse=True):
        welcome = [media_type for media_type, told in accepted.items() if told == quality]
        formats = {_MEDIA_TYPES[media_type] for media_type in welcome if media_type in _MEDIA_TYPES}
        if own in formats or (not formats and "*/*" in welcome):
            return own or Format.JSON
        if formats:
            return next(one for one in _PREFERENCE if one in formats)
    return Format.JSON


def _ranges(call: CallInfo) -> dict[str, float]:
    """The accepted media types with their quality."""
    found: dict[str, float] = {}
    for entry in ",".join(call.headers.get_all("accept")).split(","):
        media_type, *parameters = entry.split(";")
        if media_type.strip():
            found[_media_type(media_type)] = _quality(parameters)
    return {media_type: quality for media_type, quality in found.items() if quality > 0}


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()
