"""Forms, read only: the values of fields are texts, JSV or JSON, as their members' types want them."""

from urllib.parse import parse_qsl

from taskbridge.dialects.digioffice.formats.jsv import FormValue, check
from taskbridge.spec import charset_of, decoded, parse_multipart
from taskbridge.spec.limits import MAX_FIELDS, TooComplex


def read(content: bytes, content_type: str) -> dict[str, FormValue]:
    """The fields of a URL-encoded form; the values of a repeated field are laid together with commas."""
    text = decoded(content, charset_of(content_type))
    try:
        fields = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=MAX_FIELDS)
    except ValueError as error:  # the one that there is
        raise TooComplex(f"more than {MAX_FIELDS} fields") from error
    return _joined(fields)


def read_multipart(content: bytes, content_type: str) -> dict[str, FormValue]:
    """The fields of a multipart form; files in it are passed over."""
    parts = [part for part in parse_multipart(content, content_type) if part.filename is None]
    return _joined([(part.name, part.content.decode("utf-8", "replace")) for part in parts])


def _joined(fields: list[tuple[str, str]]) -> dict[str, FormValue]:
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    joined = {name: ",".join(values) for name, values in found.items()}
    for value in joined.values():
        check(value)
    return {name: FormValue(value) for name, value in joined.items()}
