"""What there is, for people and for generators of clients (contract 3.1): pages, JSON, and types in two languages.

All of it is made of the catalogue, which is made of the document.
"""

from typing import TYPE_CHECKING, cast

from taskbridge.dialects.digioffice.catalogue import Catalogue
from taskbridge.dialects.digioffice.metadata import app_json, pages, python, typescript
from taskbridge.spec import Answer, Call

if TYPE_CHECKING:
    from taskbridge.dialects.digioffice.dialect import DigiOfficeDialect

_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_JSON = "application/json; charset=utf-8"


async def digioffice_metadata(call: Call) -> Answer:
    """The page of all operations."""
    return Answer(200, pages.operations(_catalogue(call), call.base_url).encode(), _HTML)


async def digioffice_operation_metadata(call: Call) -> Answer:
    """The page of one operation; of all, where none is named."""
    name = str(call.query.get("op") or "")
    if not name:
        return await digioffice_metadata(call)
    service = _catalogue(call).service(name)
    if service is None:
        return Answer(404, b"404", _TEXT)
    page = pages.operation(
        _catalogue(call), service, call.path["format"], str(call.query.get("lang") or ""), call.base_url
    )
    return Answer(200, page.encode(), _HTML)


async def digioffice_types(call: Call) -> Answer:
    """The page of the languages."""
    return Answer(200, pages.languages(call.base_url).encode(), _HTML)


async def digioffice_metadata_app(call: Call) -> Answer:
    """Operations and types, for tools."""
    return Answer(200, app_json.app(_catalogue(call), call.base_url), _JSON)


async def digioffice_types_metadata(call: Call) -> Answer:
    """The types alone, for tools."""
    return Answer(200, app_json.types(_catalogue(call)), _JSON)


async def digioffice_types_python(call: Call) -> Answer:
    """The types in Python."""
    return Answer(200, python.source(_catalogue(call), call.base_url).encode(), _TEXT)


async def digioffice_types_typescript(call: Call) -> Answer:
    """The types in TypeScript."""
    return Answer(200, typescript.source(_catalogue(call), call.base_url).encode(), _TEXT)


HANDLERS = {"digioffice_operations_metadata": digioffice_metadata}


def _catalogue(call: Call) -> Catalogue:
    return cast("DigiOfficeDialect", call.info.dialect).catalogue
