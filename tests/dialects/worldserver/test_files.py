"""Files: uploaded, read back, and the assets of tasks, projects and groups."""

import io
import zipfile
from urllib.parse import urlencode

import pytest

from taskbridge.dialects.worldserver import files as downloads
from taskbridge.store import blobs, documents
from taskbridge.store.database import Transaction
from tests.worldserver import OLD_BASE, Files, Office, WorldServerClient, message

pytestmark = pytest.mark.anyio

NO_TARGET = "Target asset is not available for download"


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("base", ["/ws-api/v2", OLD_BASE])
async def test_an_uploaded_file_is_read_back_by_its_token(tina: WorldServerClient, base: str) -> None:
    client = tina.at(base)
    sent = await client.request("POST", "/files", files=[("file", ("übung.txt", b"Hallo"))])
    told = sent.json()
    assert sent.status_code == 200
    assert (told["name"], told["size"], told["exists"]) == ("übung.txt", 5, True)
    assert told["fullName"] == f"/uploads/{told['internalName']}"
    assert isinstance(told["creationTime"], int)
    assert told["url"].startswith(f"http://taskbridge.test{base}/files?filename=")
    for name in (told["internalName"], told["fullName"]):
        read = await client.get("/files?filename=" + name + "&downloadToken=" + told["downloadToken"])
        assert read.content == b"Hallo"
        disposition = read.headers["content-disposition"]
        assert disposition == "attachment; filename=\"_bung.txt\"; filename*=UTF-8''%C3%BCbung.txt"


async def test_several_files_come_as_one_zip(tina: WorldServerClient) -> None:
    told = [
        (await tina.request("POST", "/files", files=[("file", ("a.txt", content))])).json()
        for content in (b"one", b"two")
    ]
    names = ",".join(one["internalName"] for one in told)
    given = ",".join(one["downloadToken"] for one in told)
    read = await tina.get(f"/files?filename={names}&downloadToken={given}")
    assert unpacked(read.content) == {"a.txt": b"one", "2-a.txt": b"two"}


async def test_a_file_that_is_named_often_is_read_once(
    tina: WorldServerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    read = documents.content

    def counted(tx: Transaction, document_id: int) -> bytes | None:
        reads.append(document_id)
        return read(tx, document_id)

    monkeypatch.setattr(documents, "content", counted)
    sent = [(await tina.request("POST", "/files", files=[("file", (name, b"x"))])).json() for name in ("a", "b")]
    names = ",".join(one["internalName"] for one in sent * 60)
    given = ",".join(one["downloadToken"] for one in sent * 60)
    answer = await tina.get(f"/files?filename={names}&downloadToken={given}")
    assert unpacked(answer.content) == {"a": b"x", "b": b"x"}
    assert len(reads) == 2


async def test_files_that_are_too_large_together_are_refused_before_they_are_read(
    office: Office, tina: WorldServerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_TOGETHER", 100)
    sent = [(await tina.request("POST", "/files", files=[("file", (name, b"x" * 51))])).json() for name in ("a", "b")]
    number, _ = await office.order("a.txt", "b.txt")
    await office.translate(number, "a.de.txt", b"x" * 100)
    project = (await tina.task(number, "project(id)"))["project"]["id"]
    monkeypatch.setattr(documents, "content", None)
    monkeypatch.setattr(blobs, "content", None)
    names, given = (",".join(one[member] for one in sent) for member in ("internalName", "downloadToken"))
    for path in (
        f"/files?filename={names}&downloadToken={given}",
        f"/files/asset?resourceId={project}&resourceType=PROJECT&assetLocationType=SOURCE_TARGET",
    ):
        answer = await tina.get(path)
        assert (answer.status_code, message(answer)) == (400, "The files have more than 100 bytes together")


async def test_an_upload_without_a_file_has_the_vendors_odd_word(tina: WorldServerClient) -> None:
    wrong: list[Files] = [[("other", ("a.txt", b"x"))], [("file", (None, b"x"))]]
    for files in wrong:
        answer = await tina.request("POST", "/files", files=files)
        assert (answer.status_code, message(answer)) == (401, "No session token provided")
    for content in (b"", b"--x"):
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = await tina.request("POST", "/files", content=content, headers=headers)
        assert (answer.status_code, message(answer)) == (401, "No session token provided")
    assert (await tina.request("POST", "/files", content=b"{}")).status_code == 401


async def test_a_file_is_read_by_its_own_token_only(office: Office, tina: WorldServerClient) -> None:
    first, second = [
        (await tina.request("POST", "/files", files=[("file", (name, b"x"))])).json() for name in ("a.txt", "b.txt")
    ]
    text = "Download token is not valid"
    for name, token in (
        (first["internalName"], second["downloadToken"]),
        (first["internalName"], "x"),
        ("nothing", first["downloadToken"]),
        (first["internalName"], f"{first['downloadToken']},{second['downloadToken']}"),
    ):
        answer = await tina.get(f"/files?filename={name}&downloadToken={token}")
        assert (answer.status_code, message(answer)) == (400, text)
    office.served.clock.advance(24 * 60 * 60 * 1000)
    again = WorldServerClient(office.served.app, base=OLD_BASE)
    session = await again.post("/login", {"username": "tina", "password": "Sesame-1"})
    token = session.json()["sessionId"]
    query = f"filename={first['internalName']}&downloadToken={first['downloadToken']}&token={token}"
    answer = await again.get(f"/files?{query}")
    assert (answer.status_code, message(answer)) == (400, text)
    await again.close()


async def test_a_name_may_have_commas(tina: WorldServerClient) -> None:
    sent = [
        (await tina.request("POST", "/files", files=[("file", (name, name.encode()))])).json()
        for name in ("a,b.txt", "1,2,3", "c.txt")
    ]
    for file in sent:
        read = await tina.get(file["url"].partition(tina.base)[2])
        assert read.content == file["name"].encode()
    names, tokens = (",".join(file[member] for file in sent) for member in ("internalName", "downloadToken"))
    together = await tina.get(f"/files?{urlencode({'filename': names, 'downloadToken': tokens})}")
    assert unpacked(together.content) == {file["name"]: file["name"].encode() for file in sent}


async def test_missing_parameters_of_a_download_are_faults_of_the_server(tina: WorldServerClient) -> None:
    for path, text in (
        ("/files?downloadToken=x", "Required List parameter 'filename' is not present"),
        ("/files?filename=x", "Required String parameter 'downloadToken' is not present"),
        ("/files/asset", "Required String parameter 'resourceId' is not present"),
        ("/files/asset?resourceId=x", 'For input string: "x"'),
    ):
        answer = await tina.get(path)
        assert (answer.status_code, message(answer)) == (500, text)


async def test_the_assets_of_a_task(office: Office, tina: WorldServerClient) -> None:
    (number,) = await office.order("a.txt")
    source = await tina.get(f"/files/asset?resourceId={number}")
    assert source.content == b"The text of a.txt"
    assert source.headers["content-disposition"].endswith("filename*=UTF-8''a.txt")
    target = await tina.get(f"/files/asset?resourceId={number}&assetLocationType=TARGET")
    assert (target.status_code, message(target)) == (400, NO_TARGET)
    assert (await tina.task(number, "targetAssets"))["targetAssets"] == []
    await office.translate(number, "a.de.txt", b"Der Text")
    target = await tina.get(f"/files/asset?resourceId={number}&assetLocationType=TARGET")
    assert target.content == b"Der Text"
    assert (await tina.task(number, "targetAssets"))["targetAssets"] == [f"/targets/{number}/a.de.txt"]
    both = await tina.get(f"/files/asset?resourceId={number}&assetLocationType=SOURCE_TARGET")
    assert unpacked(both.content) == {"a.txt": b"The text of a.txt", "a.de.txt": b"Der Text"}


async def test_the_assets_of_a_project_and_its_group(office: Office, tina: WorldServerClient) -> None:
    first, _ = await office.order("a.txt", "b.txt")
    project = (await tina.task(first, "project(id,projectGroupId)"))["project"]
    for kind, number in (("PROJECT", project["id"]), ("PROJECT_GROUP", project["projectGroupId"])):
        read = await tina.get(f"/files/asset?resourceId={number}&resourceType={kind}")
        assert set(unpacked(read.content)) == {"a.txt", "b.txt"}
        missing = await tina.get(f"/files/asset?resourceId=1&resourceType={kind}")
        assert (missing.status_code, message(missing)) == (404, f"Resource {kind} (1) not found")


async def test_assets_that_are_not_there(office: Office, tina: WorldServerClient) -> None:
    number = await office.start("translation")
    for query, status, text in (
        (f"resourceId={number}", 400, "Source asset is not available for download"),
        (f"resourceId={number}&assetLocationType=SOURCE_TARGET", 400, NO_TARGET),
        (f"resourceId={number}&assetLocationType=BOTH", 400, "Asset location type is not valid"),
        (f"resourceId={number}&resourceType=HOUSE", 400, "Resource type is not valid"),
        ("resourceId=1", 404, "Resource TASK (1) not found"),
    ):
        answer = await tina.get(f"/files/asset?{query}")
        assert (answer.status_code, message(answer)) == (status, text)
