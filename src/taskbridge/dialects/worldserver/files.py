"""Files: uploading them, reading them back, and the assets of tasks and projects (contract 6)."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import quote

from taskbridge.dialects.worldserver.errors import (
    NO_FILE,
    bad_request,
    parameter_missing,
    unauthorized,
)
from taskbridge.dialects.worldserver.views.tasks import path_of
from taskbridge.engine.variables import Variable, Variables
from taskbridge.service import access, archives, documents, project_tasks, projects, rights, tokens, variables
from taskbridge.service.errors import NotFound, TokenExpired
from taskbridge.service.identity import Person
from taskbridge.service.projects import TARGET_ASSET
from taskbridge.service.rights import Doer
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call, Multipart, Part
from taskbridge.store import project_lists, project_task_lists
from taskbridge.store import projects as stored_projects
from taskbridge.store.documents import DocumentRow
from taskbridge.store.project_lists import ProjectFilter
from taskbridge.store.project_task_lists import TaskFilter, TaskRow
from taskbridge.store.projects import AssetRow

_NAMED = re.compile(r"(?:/uploads/)?([0-9]{1,10})/.*", re.DOTALL)
#: The comma before another internal name; a name may have commas of its own.
_BETWEEN = re.compile(r",(?=(?:/uploads/)?[0-9]{1,10}/)")
_TOKEN_LIFETIME = 24 * 60 * 60 * 1000
_OCTETS = "application/octet-stream"
SOURCE, TARGET, BOTH = "SOURCE", "TARGET", "SOURCE_TARGET"


MOST_TOGETHER = 100_000_000
"""Bytes of the files that one zip may be made of: it is made in memory."""


class StoredFile(NamedTuple):
    """A file whose content is not read yet; ``size`` in bytes."""

    name: str
    size: int
    read: Callable[[], bytes]


def document_number(name: str) -> int | None:
    """The document behind an internal or a full name; None for any other text."""
    found = _NAMED.fullmatch(name)
    number = int(found[1]) if found else 0
    return number if 0 < number < 2**31 else None


def plain_name(told: str) -> str:
    """The name of a file without the folders that a client may put before it."""
    return archives.relative(told).rpartition("/")[2]


# uploaded files


async def worldserver_upload_file(call: Call) -> Answer:
    """Keep a file."""
    part = call.body.first("file") if isinstance(call.body, Multipart) else None
    if part is None or part.filename is None:
        raise unauthorized(NO_FILE)
    sent: Part = part

    def work(unit: Unit) -> dict[str, object]:
        row = documents.add(
            unit, plain_name(sent.filename or ""), sent.content, mime_type=sent.content_type, tenant=call.user.tenant
        )
        token = tokens.issue(unit, _kind(row.id), call.user, _TOKEN_LIFETIME)
        return _uploaded(call, row, token)

    return Answer(200, await call.services.run(work, call.user.name))


def _kind(document_id: int) -> str:
    return f"worldserver-file-{document_id}"


def _uploaded(call: Call, row: DocumentRow, token: str) -> dict[str, object]:
    internal = f"{row.id}/{row.name}"
    return {
        "name": row.name,
        "internalName": internal,
        "fullName": path_of(AssetRow(row.id, row.name, row.size)),
        "url": f"{call.base_url}/files?filename={quote(internal, safe='')}&downloadToken={token}",
        "size": row.size,
        "creationTime": row.created_at,
        "exists": True,
        "downloadToken": token,
    }


async def worldserver_download_files(call: Call) -> Answer:
    """Uploaded files by their internal names, each with the token of its upload."""
    for kind, name in (("List", "filename"), ("String", "downloadToken")):
        if name not in call.query:
            raise parameter_missing(kind, name)
    names, given = _BETWEEN.split(call.query["filename"]), call.query["downloadToken"].split(",")

    def work(unit: Unit) -> Answer:
        numbers = dict.fromkeys(_permitted(unit, call.user, *pair) for pair in _paired(names, given))
        return _sent([_document(unit, call.user, number) for number in numbers], "files.zip")

    answer: Answer = await call.services.read(work)
    return answer


def _paired(names: Sequence[str], given: Sequence[str]) -> Iterator[tuple[str, str]]:
    if len(names) != len(given):
        raise bad_request("Download token is not valid")
    return zip(names, given, strict=True)


def _permitted(unit: Unit, person: Person, name: str, token: str) -> int:
    """The document behind a name, when the token belongs to it."""
    number = document_number(name)
    try:
        known = number is not None and tokens.owner(unit, _kind(number), token) is not None
        if number is not None and known:
            return access.document(unit, person, number).id
    except (TokenExpired, NotFound):
        pass
    raise bad_request("Download token is not valid")


def _document(unit: Unit, person: Person, number: int) -> StoredFile:
    row = access.document(unit, person, number)
    return StoredFile(row.name, row.size, partial(documents.content, unit, number))


# assets


async def worldserver_download_asset(call: Call) -> Answer:
    """The source or target of a task, or all of a project or project group."""
    number = call.query.get("resourceId")
    if number is None:
        raise parameter_missing("String", "resourceId")
    where, what = call.query.get("assetLocationType", SOURCE), call.query.get("resourceType", "TASK")

    def work(unit: Unit) -> Answer:
        doer = rights.doer(unit, call.user)
        one = what == "TASK"
        rows = [project_tasks.find(unit, doer, number)] if one else _tasks_of(unit, doer, what, number)
        always_zip = not one or where == BOTH
        return _sent(_assets(unit, call.user, rows, where), f"{what.lower()}-{number}.zip", always_zip=always_zip)

    answer: Answer = await call.services.read(work, call.user.name)
    return answer


def _tasks_of(unit: Unit, doer: Doer, what: str, number: int) -> list[TaskRow]:
    if what == "PROJECT":
        chosen = [projects.get(unit, doer, number).id]
    else:
        group = projects.get_group(unit, doer, number)
        chosen = [row.id for row in project_lists.find(unit.tx, ProjectFilter(group_ids=[group.id]))]
    return project_task_lists.find(unit.tx, TaskFilter(project_ids=chosen))


def _assets(unit: Unit, person: Person, rows: Sequence[TaskRow], where: str) -> list[StoredFile]:
    found: list[StoredFile] = []
    if where in (SOURCE, BOTH):
        wanted = dict.fromkeys(row.document_id for row in rows if row.document_id is not None)
        found += [_document(unit, person, one) for one in wanted]
    if not found and where == SOURCE:
        raise bad_request("Source asset is not available for download")
    if where in (TARGET, BOTH):
        targets = list(_targets(unit, rows))
        if not targets:
            raise bad_request("Target asset is not available for download")
        found += targets
    return found


def _targets(unit: Unit, rows: Sequence[TaskRow]) -> Iterator[StoredFile]:
    names = {row.id: row.name or "target" for row in rows}
    for values in stored_projects.variables(unit.tx, list(names)):
        held = Variables(values.variables).get(TARGET_ASSET)
        if held is not None and held.type == "File":
            name = _file_name(held) or names[values.instance_id]
            yield StoredFile(name, variables.content_size(unit, held), partial(variables.content, unit, held))


def _file_name(held: Variable) -> str | None:
    return (held.info or {}).get("filename")


def _sent(found: Sequence[StoredFile], archive: str, *, always_zip: bool = False) -> Answer:
    if len(found) == 1 and not always_zip:
        return Answer(200, found[0].read(), _OCTETS, _disposition(plain_name(found[0].name)))
    if sum(file.size for file in found) > MOST_TOGETHER:
        raise bad_request(f"The files have more than {MOST_TOGETHER} bytes together")
    return Answer(200, _zipped(found), _OCTETS, _disposition(archive))


def _zipped(found: Sequence[StoredFile]) -> bytes:
    """A zip of the files, each of which is read when its turn comes; those of one name are numbered."""
    target, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, file in enumerate(found, start=1):
            inside = archives.relative(file.name)
            name = inside if inside not in taken else f"{place}-{inside}"
            taken.add(name)
            archive.writestr(name, file.read())
    return target.getvalue()


def _disposition(name: str) -> dict[str, str]:
    """The name of a file in both spellings: real clients read ``filename*`` (contract 6)."""
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", name)
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"}
