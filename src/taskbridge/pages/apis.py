"""What the pages say about an API, read from its document once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from taskbridge.spec import Document, operations

#: The document of the product's own operations. It is no product whose clients are pointed here.
OWN = "taskbridge"
#: Health and metrics, as far as the product's own document has them.
_WATCHED = ("/health/live", "/health/ready", "/metrics")


#: What the sentence about an API need not say on a page of the product.
_BY_US = ", served by Taskbridge"


class Base(NamedTuple):
    """A base path with what the document says of it."""

    path: str
    note: str


@dataclass(frozen=True)
class Api:
    """An API as it is shown. `tags` are in the order of the document; `tag_of` has the first tag by operationId."""

    name: str
    title: str
    label: str
    sentence: str
    bases: tuple[Base, ...]
    count: int
    tags: tuple[str, ...]
    tag_of: Mapping[str, str]


def api(name: str, document: Document) -> Api:
    """What is shown of a document."""
    info = document["info"]
    tag_of = {one.operation_id: str(one.raw["tags"][0]) for one in operations(document)}
    used = list(dict.fromkeys(tag_of.values()))
    order = [tag["name"] for tag in document.get("tags", ())]
    return Api(
        name,
        info["title"],
        "Taskbridge" if name == OWN else info["title"].removeprefix("Taskbridge, ").removesuffix(" dialect"),
        _first_sentence(info.get("description", "")),
        tuple(_base(server) for server in document.get("servers", ())),
        len(tag_of),
        tuple(sorted(used, key=lambda tag: order.index(tag) if tag in order else len(order))),
        tag_of,
    )


def watched(documents: Mapping[str, Document]) -> tuple[Base, ...]:
    """The paths of health and metrics, with what they answer."""
    document = documents.get(OWN, {})
    base = _base(document["servers"][0]).path if document.get("servers") else ""
    items = [(path, item.get("get", {})) for path, item in document.get("paths", {}).items() if base + path in _WATCHED]
    return tuple(Base(base + path, str(get.get("summary", ""))) for path, get in items)


def _base(server: Mapping[str, Any]) -> Base:
    """A server's path with the usual values of its variables, without a slash at its end."""
    variables = server.get("variables", {})
    path = re.sub(r"\{(\w+)\}", lambda found: str(variables[found[1]]["default"]), server["url"])
    return Base(path.rstrip("/"), server.get("description", ""))


def _first_sentence(text: str) -> str:
    paragraph = " ".join(text.partition("\n\n")[0].split()).replace("`", "")
    return re.sub(r"(\.) [A-Z].*", r"\1", paragraph.replace(_BY_US, ""))
