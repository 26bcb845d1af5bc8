"""An answer's object to bytes in the format that the client wants. Called by the dialect for everything that leaves."""

from taskbridge.dialects.digioffice.formats import csv_text, html, json_text, jsv, xml_text
from taskbridge.dialects.digioffice.formats.dto import type_name
from taskbridge.dialects.digioffice.negotiation import CONTENT_TYPES, Format, format_of, spelling_of
from taskbridge.spec import Answer, CallInfo

_HEADERS = {"Vary": "Accept", "X-Powered-By": "Taskbridge"}


def written(answer: Answer, call: CallInfo, namespaces: xml_text.Namespaces) -> Answer:
    """The answer as it goes out; what is text or nothing already stays as it is."""
    if answer.body is None or isinstance(answer.body, bytes):
        return answer
    chosen = format_of(call)
    headers = {**answer.headers, **_HEADERS}
    if chosen is Format.CSV:
        headers["Content-Disposition"] = f"attachment;filename={type_name(answer.body).rstrip('[]')}.csv"
    body = _bytes(answer.body, chosen, call, namespaces)
    return Answer(answer.status, body, CONTENT_TYPES[chosen], headers, answer.cookies, answer.reason)


def _bytes(value: object, chosen: Format, call: CallInfo, namespaces: xml_text.Namespaces) -> bytes:
    match chosen:
        case Format.JSON:
            return json_text.write(value, spelling_of(call))
        case Format.JSONL:
            return json_text.write_lines(value, spelling_of(call))
        case Format.XML:
            return xml_text.write(value, namespaces)
        case Format.JSV:
            return jsv.write(value).encode()
        case Format.CSV:
            return csv_text.write(value).encode()
        case Format.HTML:
            return html.write(value).encode()
