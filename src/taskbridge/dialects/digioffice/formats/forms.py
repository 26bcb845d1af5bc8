"""Forms, read only: the values of fields are texts, JSV or JSON, as their members' types want them."""

from urllib.parse import parse_qsl

from taskbridge.dialects.digioffice.formats.jsv import FormValue
from taskbridge.spec import charset_of, decoded, parse_multipart

_MOST_FIELDS = 10_000


def read(content: bytes, content_type: str) -> dict[str, FormValue]:
    """The fields of a URL-encoded form; the values of a repeated field are laid together with commas."""
    text = decoded(content, charset_of(content_type))
    fields = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
    return _joined(fields)


def read_multipart(content: bytes, content_type: str) -> dict[str, FormValue]:
    """The fields of a multipart form; files in it are passed over."""
    parts = [part for part in parse_multipart(content, content_type) if part.filename is None]
    return _joined([(part.name, part.content.decode("utf-8", "replace")) for part in parts])


def _joined(fields: list[tuple[str, str]]) -> dict[str, FormValue]:
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    return {name: FormValue(",".join(values)) for name, values in found.items()}
