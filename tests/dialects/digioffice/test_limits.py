"""Bounds of bodies in every format that the dialect reads, and what comes first: binding or credentials."""

import pytest

from tests.digioffice import FINISH, Office

pytestmark = pytest.mark.anyio

PART = b'--b\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n1\r\n'
LARGE = {
    "application/json": b'{"TaskIDs":[' + b"1," * 40_000 + b"1]}",
    "text/jsonl": b'{"TaskIDs":[' + b"1," * 40_000 + b"1]}\n",
    "text/jsv": b"{TaskIDs:[" + b"1," * 40_000 + b"1]}",
    "text/csv": b'TaskIDs\n"' + b"1," * 40_000 + b'1"\n',
    "application/xml": b"<F><TaskIDs>" + b"<i>1</i>" * 10_000 + b"</TaskIDs></F>",
    "application/x-www-form-urlencoded": b"TaskIDs=" + b"1," * 40_000 + b"1",
    "multipart/form-data; boundary=b": b"".join(PART % number for number in range(1500)) + b"--b--\r\n",
}
#: Format -> bodies with too many values, records, levels, fields or parts, none of them larger than a body may be.
COMPLEX = {
    "application/json": [b'{"TaskIDs":[' + b"1," * 110_000 + b"1]}", b'{"a":' + b"[" * 500 + b"]" * 500 + b"}"],
    "text/jsonl": [b"{}\n" * 10_001, b"[1]\r" * 10_001, b"[" + b"1," * 110_000 + b"1]", b"[" * 500 + b"]" * 500],
    "text/jsv": [b"{TaskIDs:[" + b"1," * 110_000 + b"1]}", b"{a:" + b"[" * 500 + b"]" * 500 + b"}"],
    "text/csv": [b"TaskIDs\n" + b"1\n" * 10_001, b"TaskIDs\n" + b"," * 110_000],
    "application/xml": [b"<F>" + b"<i/>" * 110_000 + b"</F>", b"<a>" * 201 + b"</a>" * 201],
    "application/x-www-form-urlencoded": [
        b"a=1&" * 10_001,
        b"TaskIDs=" + b"1," * 110_000 + b"1",
        b"TaskIDs=" + b"[" * 500 + b"]" * 500,
    ],
    "multipart/form-data; boundary=b": [
        LARGE["multipart/form-data; boundary=b"],
        b'--b\r\nContent-Disposition: form-data; name="TaskIDs"\r\n\r\n' + b"1," * 110_000 + b"1\r\n--b--\r\n",
    ],
}


@pytest.mark.parametrize("kind", LARGE)
async def test_a_large_body_comes_after_credentials(office: Office, kind: str) -> None:
    stranger = office.client.by({})
    answer = await stranger.post(FINISH, content=LARGE[kind], headers={"Content-Type": kind})
    assert (answer.status_code, answer.content) == (401, b"")
    assert (await office.client.post(FINISH, content=LARGE[kind], headers={"Content-Type": kind})).status_code == 400


@pytest.mark.parametrize("kind", COMPLEX)
async def test_a_body_of_too_many_elements_is_refused(office: Office, kind: str) -> None:
    for body in COMPLEX[kind]:
        answer = await office.client.post(f"{FINISH}?format=json", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 400, body[:50]
        assert answer.json()["ResponseStatus"]["ErrorCode"] == "SerializationException", body[:50]
        assert "more than 10" in answer.text or "nested too deeply" in answer.text


async def test_a_body_above_the_bound_is_too_large(office: Office) -> None:
    answer = await office.client.post(
        f"{FINISH}?format=json", content=b" " * 1_000_001, headers={"Content-Type": "text/jsv"}
    )
    assert (answer.status_code, answer.json()["ResponseStatus"]["ErrorCode"]) == (413, "RequestEntityTooLarge")


async def test_signing_in_takes_small_bodies_only(office: Office) -> None:
    stranger = office.client.by({})
    answer = await stranger.post("/api/auth", {"UserName": "alice", "Password": "x" * 65_536})
    assert answer.status_code == 413
