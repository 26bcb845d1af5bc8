"""Contract 6, authentication: sessions, names and passwords, keys."""

import pytest

from taskbridge.service import tokens
from tests.digioffice import FINISH, PASSWORD, TASKS, DigiOfficeClient, Office, basic, error_of

pytestmark = pytest.mark.anyio

CREDENTIALS = "/api/auth/credentials"


@pytest.fixture
def stranger(office: Office) -> DigiOfficeClient:
    """A client without any credentials."""
    return office.client.by({})


async def signed_in(client: DigiOfficeClient, **more: object) -> tuple[str, dict[str, str]]:
    """The session id and the cookies after signing in."""
    response = await client.post(CREDENTIALS, {"UserName": "alice", "Password": PASSWORD, **more})
    assert response.status_code == 200, response.text
    cookies = [cookie.partition(";")[0].partition("=") for cookie in response.headers.get_list("set-cookie")]
    return response.json()["SessionId"], {name: value for name, _, value in cookies}


def jar(cookies: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


async def test_nobody_is_refused_without_a_body(office: Office, stranger: DigiOfficeClient) -> None:
    """Contract 41."""
    task = await office.start()
    for path in (FINISH, "/api/json/reply/FinishTaskOperation", "/api/FinishTaskOperation"):
        response = await stranger.post(path, {"TaskIDs": [task]})
        assert (response.status_code, response.content) == (401, b"")
        assert response.headers["www-authenticate"] == 'credentials realm="/auth/credentials"'
    assert (await stranger.get(TASKS)).status_code == 401
    assert await office.is_open(task)


async def test_a_body_that_cannot_be_read_comes_before_credentials(stranger: DigiOfficeClient) -> None:
    response = await stranger.post(FINISH, content=b"[1]", headers={"Content-Type": "application/json"})
    assert (response.status_code, error_of(response)["ErrorCode"]) == (400, "SerializationException")


async def test_a_session_by_cookies(office: Office, stranger: DigiOfficeClient) -> None:
    """Contract 43."""
    task = await office.start()
    session, cookies = await signed_in(stranger)
    assert cookies["ss-opt"] == "temp"
    assert cookies["ss-id"] == session
    assert session.isalnum()
    among_others = {"Cookie": f"odd[name]=1; {jar(cookies)['Cookie']}; last"}
    response = await stranger.post(FINISH, {"TaskIDs": [task]}, headers=among_others)
    assert response.status_code == 204
    assert (await office.task(task))["FinishedByUserID"] == office.users["alice"]
    assert (await stranger.get(TASKS, headers=jar({**cookies, "ss-id": "other"}))).status_code == 401


async def test_a_session_by_its_header(stranger: DigiOfficeClient) -> None:
    """Contract 44."""
    session, _ = await signed_in(stranger)
    assert (await stranger.get(TASKS, headers={"X-ss-id": session})).status_code == 200
    assert (await stranger.get(TASKS, headers={"X-ss-id": session[::-1]})).status_code == 401


async def test_a_session_that_is_kept(office: Office, stranger: DigiOfficeClient) -> None:
    session, cookies = await signed_in(stranger, RememberMe=True)
    assert (cookies["ss-opt"], cookies["ss-pid"]) == ("perm", session)
    week = 7 * 24 * 3600 * 1000
    office.served.clock.advance(3 * week)
    assert (await stranger.get(TASKS, headers=jar(cookies))).status_code == 200
    assert (await stranger.get(TASKS, headers=jar({**cookies, "ss-opt": "temp"}))).status_code == 401
    office.served.clock.advance(week)
    assert (await stranger.get(TASKS, headers=jar(cookies))).status_code == 401


async def test_the_session_changes_at_every_sign_in(stranger: DigiOfficeClient) -> None:
    first, cookies = await signed_in(stranger)
    response = await stranger.post(CREDENTIALS, {"UserName": "alice", "Password": PASSWORD}, headers=jar(cookies))
    assert response.json()["SessionId"] != first
    assert (await stranger.get(TASKS, headers={"X-ss-id": first})).status_code == 401


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"UserName": "", "Password": "x"}, ["UserName"]),
        ({"UserName": "a"}, ["Password"]),
        ({}, ["UserName", "Password"]),
    ],
)
async def test_name_and_password_are_needed(stranger: DigiOfficeClient, body: object, fields: list[str]) -> None:
    """Contract 46."""
    response = await stranger.post(CREDENTIALS, body)
    assert (response.status_code, error_of(response)["ErrorCode"]) == (400, "NotEmpty")
    assert [one["FieldName"] for one in error_of(response)["Errors"]] == fields
    if fields[0] == "UserName":
        assert error_of(response)["Message"] == "'User Name' must not be empty."


@pytest.mark.parametrize("path", ["/api/auth/nope", "/api/authenticate/nope", "/api/auth?provider=nope"])
async def test_an_unknown_provider(stranger: DigiOfficeClient, path: str) -> None:
    """Contract 47."""
    response = await stranger.post(path, {"UserName": "alice", "Password": PASSWORD})
    assert response.status_code == 404
    assert error_of(response)["Message"] == "No configuration was added for OAuth provider 'nope'"


async def test_a_key(office: Office, stranger: DigiOfficeClient) -> None:
    """Contract 49."""
    key, short = await office.served.services.run(
        lambda unit: (
            tokens.issue(unit, tokens.API_KEYS, "alice", None),
            tokens.issue(unit, tokens.API_KEYS, "alice", 1_000),
        )
    )
    for headers in ({"Authorization": f"Bearer {key}"}, {"Authorization": f"bearer {short}"}, basic(key, "")):
        assert (await stranger.get(TASKS, headers=headers)).status_code == 200
    office.served.clock.advance(1_000)
    response = await stranger.get(TASKS, headers={"Authorization": f"Bearer {short}"})
    assert (response.status_code, error_of(response)["ErrorCode"]) == (401, "TokenException")
    assert error_of(response)["Message"] == "Token has expired"
    response = await stranger.get(TASKS, headers={"Authorization": f"Bearer {key[::-1]}"})
    assert (response.status_code, response.content) == (401, b"")


@pytest.mark.parametrize("how", [("POST", "/api/auth/logout"), ("GET", "/api/auth/logout"), ("DELETE", "/api/auth")])
async def test_signing_out(stranger: DigiOfficeClient, how: tuple[str, str]) -> None:
    """Contract 50."""
    session, cookies = await signed_in(stranger)
    response = await stranger.request(*how, headers=jar(cookies))
    assert (response.status_code, response.json().get("SessionId")) == (200, None)
    assert all("max-age=0" in cookie for cookie in response.headers.get_list("set-cookie"))
    assert (await stranger.get(TASKS, headers=jar(cookies))).status_code == 401
    assert (await stranger.get(TASKS, headers={"X-ss-id": session})).status_code == 401


async def test_a_wrong_password(stranger: DigiOfficeClient) -> None:
    wrong = {"UserName": "alice", "Password": "wrong"}
    for response in (
        await stranger.post("/api/authenticate", {"provider": "credentials", **wrong}),
        await stranger.post("/api/auth", wrong),
        await stranger.get(TASKS, headers=basic("alice", "wrong")),
        await stranger.get(TASKS, headers=basic("nobody")),
        await stranger.get(TASKS, headers={"Authorization": "Basic ???"}),
    ):
        assert (response.status_code, error_of(response)["ErrorCode"]) == (401, "Unauthorized")
        assert error_of(response)["Message"] == "Invalid Username or Password"


async def test_who_is_signed_in(office: Office, stranger: DigiOfficeClient) -> None:
    nobody = await stranger.get("/api/auth")
    assert (nobody.status_code, error_of(nobody)["Message"]) == (401, "Not Authenticated")
    session, cookies = await signed_in(stranger)
    for response in (
        await stranger.get("/api/auth", headers=jar(cookies)),
        await stranger.post("/api/json/reply/Authenticate", {}, headers=jar(cookies)),
    ):
        told = response.json()
        assert (told["UserName"], told["userName"], told["SessionId"]) == ("alice", "alice", session)
        assert told["Roles"] == ["managers", "reviewers"]


async def test_a_password_has_no_place_in_a_url(stranger: DigiOfficeClient) -> None:
    response = await stranger.get(f"/api/auth/credentials?UserName=alice&Password={PASSWORD}")
    assert (response.status_code, error_of(response)["ErrorCode"]) == (405, "NotSupportedException")
