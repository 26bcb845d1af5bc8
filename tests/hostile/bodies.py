"""Hostile bodies: for each format a way to hold many elements, to nest them, and to have many short records."""

import gzip
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

HUGE = 20_000_000
"""More than any body without files may have."""
NEARLY_LARGE = 999_000
"""Just below the bytes that a body without files may have."""
SMALL = 65_000
"""Just below the bytes that are read for a caller whose credentials are not known."""
RECORDS = 1_000_000
_BOUNDARY = "hostile"


@dataclass(frozen=True)
class Format:
    """How a format writes an element within a body, a level of nesting, and a record."""

    content_type: str
    opening: bytes
    element: bytes
    closing: bytes
    level: tuple[bytes, bytes]
    record: bytes

    def elements(self, size: int) -> bytes:
        """As many elements as fit into so many bytes."""
        number = (size - len(self.opening) - len(self.closing)) // len(self.element)
        return self.opening + self.element * number + self.closing

    def nested(self, levels: int) -> bytes:
        """An element so many levels deep."""
        down, up = self.level
        return self.opening + down * levels + up * levels + self.closing

    def records(self, number: int) -> bytes:
        """So many short records."""
        return self.opening + self.record * number + self.closing


@dataclass(frozen=True)
class Body:
    """A hostile body, and how it is sent."""

    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    chunked: bool = False


def hostile(form: Format, names: Collection[str] | None = None) -> Iterator[tuple[str, Body]]:
    """Every hostile body of a format, or those named; made one after the other, since some are large."""
    told = {"Content-Type": form.content_type}
    packed = told | {"Content-Encoding": "gzip"}
    bodies: dict[str, Callable[[], Body]] = {
        "20 MB of elements": lambda: Body(form.elements(HUGE), told),
        "20 MB of elements in chunks": lambda: Body(form.elements(HUGE), told, chunked=True),
        "1 MB of elements": lambda: Body(form.elements(NEARLY_LARGE), told),
        "1 MB of elements in chunks": lambda: Body(form.elements(NEARLY_LARGE), told, chunked=True),
        "64 kB of elements": lambda: Body(form.elements(SMALL), told),
        "200 levels": lambda: Body(form.nested(200), told),
        "100,000 levels": lambda: Body(form.nested(100_000), told),
        "a million records": lambda: Body(form.records(RECORDS), told),
        # Of records that are empty objects so many are just fewer values than a body may hold.
        "49,000 records": lambda: Body(form.records(49_000), told),
        "100,000 records": lambda: Body(form.records(100_000), told),
        "a compressed bomb": lambda: Body(gzip.compress(form.elements(HUGE), 1), packed),
        "a compressed bomb that does not say so": lambda: Body(gzip.compress(form.elements(HUGE), 1), told),
    }
    return ((name, bodies[name]()) for name in names or bodies)


def _json(opening: bytes, closing: bytes, element: bytes = b"1,", last: bytes = b"1") -> Format:
    return Format("application/json", opening, element, last + closing, (b"[", b"]"), element)


CAMUNDA_JSON = Format(
    "application/json", b'{"workerId":"w","variables":{"a":{"value":[', b"1,", b"1]}}}", (b"[1,", b"1],"), b'{"a":1},'
)
_ALTERNATIVES = (b"{},", b"{}]}", (b'{"orQueries":[', b"{}]},"), b"{},")
CAMUNDA_ALTERNATIVES = Format("application/json", b'{"orQueries":[', *_ALTERNATIVES)
CAMUNDA_SELECTION = Format(
    "application/json",
    b'{"suspended":true,"historicProcessInstanceQuery":{"orQueries":[',
    *(b"{},", b"{}]}}", (b'{"orQueries":[', b"{}]},"), b"{},"),
)
_CONDITION = b'{"name":"n","operator":"eq","value":1},'
CAMUNDA_CONDITIONS = Format(
    "application/json", b'{"processVariables":[', _CONDITION, _CONDITION[:-1] + b"]}", (b"[", b"],"), _CONDITION
)
_TOPIC = b'{"topicName":"T","lockDuration":1,"tenantIdIn":[' + b'"a",' * 400 + b'"a"]},'
CAMUNDA_TOPICS = Format(
    "application/json",
    b'{"workerId":"w","topics":[',
    _TOPIC,
    _TOPIC[:-1] + b"]}",
    (b"[", b"],"),
    b'{"topicName":"T","lockDuration":1},',
)
ALFRESCO_JSON = Format(
    "application/json",
    b'[{"processDefinitionKey":"none","variables":{"a":[',
    b"1,",
    b"1]}}]",
    (b"[1,", b"1],"),
    b'{"a":1},',
)
ALFRESCO_ITEMS = Format("application/json", b"[", b'{"userId":"a"},', b'{"userId":"a"}]', (b"[", b"],"), b"{},")
WORLDSERVER_JSON = Format("application/json", b"[", b'{"id":1},', b"{}]", (b"[", b"],"), b"{},")
LOGIN_JSON = Format("application/json", b'{"username":[', b"1,", b'1],"UserName":"a"}', (b"[1,", b"1],"), b"{},")
DIGIOFFICE = {
    "JSON": Format("application/json", b'{"TaskIDs":[', b"1,", b"1]}", (b"[1,", b"1],"), b'{"a":1},'),
    "JSON lines": Format("text/jsonl", b"", b"[1]\n", b"", (b"[", b"]"), b"{}\n"),
    "JSV": Format("text/jsv", b"{TaskIDs:[", b"1,", b"1]}", (b"[1,", b"1],"), b"{a:1},"),
    "CSV": Format("text/csv", b"TaskIDs\n", b"1,", b"1\n", (b"[", b"]"), b"1\n"),
    "XML": Format("application/xml", b"<F><TaskIDs>", b"<i>1</i>", b"</TaskIDs></F>", (b"<a>", b"</a>"), b"<i/>"),
    "form": Format("application/x-www-form-urlencoded", b"TaskIDs=", b"1,", b"1", (b"[1,", b"1],"), b"1&a="),
    "unknown": Format("application/x-unknown", b"{", b"1,", b"}", (b"[", b"]"), b"1\n"),
}
_PART = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.encode()
_FILE = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.bpmn"\r\n\r\n<a>1</a>\r\n'.encode()
_END = f"--{_BOUNDARY}--\r\n".encode()
#: Nothing is nested in a form; the levels are headers of a part.
_HEADERS = (b"a: b\r\n", b"")


def multipart(part: bytes = _PART) -> Format:
    """A form of many small parts, or of many headers in one."""
    return Format(f"multipart/form-data; boundary={_BOUNDARY}", b"", part, _END, (b"", b""), part)


FORM = multipart()
FILES = multipart(_FILE)
PART_HEADERS = Format(
    f"multipart/form-data; boundary={_BOUNDARY}",
    f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'.encode(),
    b"a: b\r\n",
    b"\r\n1\r\n" + _END,
    _HEADERS,
    b"a: b\r\n",
)
