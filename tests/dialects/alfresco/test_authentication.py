"""Who may come in: names and passwords, tickets in all their forms, networks (contract 3)."""

import re

import httpx
import pytest

from taskbridge.clock import ManualClock
from taskbridge.dialects.alfresco.dialect import HANDLERS
from taskbridge.dialects.alfresco.tickets import LIFETIME
from taskbridge.spec import Document
from taskbridge.spec.document import operations
from tests.alfresco import PUBLIC, TICKETS, AlfrescoClient, basic, refusal
from tests.dialects.alfresco.conftest import People

pytestmark = pytest.mark.anyio

FAILED = "Authentication failed for Web Script org/alfresco/api/ResourceWebScript"


async def ticket_for(nobody: AlfrescoClient, user: str) -> str:
    response = await nobody.post(TICKETS, {"userId": user, "password": user})
    assert response.status_code == 201, response.text
    entry = response.json()["entry"]
    assert entry["userId"] == user
    ticket: str = entry["id"]
    return ticket


async def test_without_credentials_nobody_comes_in(nobody: AlfrescoClient) -> None:
    response = await nobody.get("/deployments")
    assert refusal(response) == (401, "framework.exception.ApiDefault", f"{FAILED}.get")
    assert response.headers["www-authenticate"] == 'AlfTicket realm="Alfresco -default- tenant"'


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_the_refusal_names_the_method(nobody: AlfrescoClient, method: str) -> None:
    assert refusal(await nobody.request(method, "/deployments"))[::2] == (401, f"{FAILED}.{method.lower()}")


@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic ???", "Basic YQ==", "Basic YTpi", "Basic /w==", "Basic VElDS0VUXzE=", "Basic YQA6Yg=="],
)
async def test_wrong_credentials_are_refused(nobody: AlfrescoClient, person: People, header: str) -> None:
    await person("a")
    assert refusal(await nobody.get("/deployments", headers={"Authorization": header}))[0] == 401


async def test_every_secured_operation_asks_who_calls(nobody: AlfrescoClient, document: Document) -> None:
    served = [operation for operation in operations(document) if operation.operation_id in HANDLERS]
    assert len(served) > 30
    for operation in served:
        path = re.sub(r"\{\w+\}", "1", operation.path)
        response = await nobody.request(operation.method, path, content=b"")
        assert (response.status_code == 401) is operation.secured, f"{operation.operation_id}: {response.status_code}"


async def test_bearer_tokens_are_not_supported(nobody: AlfrescoClient) -> None:
    response = await nobody.get("/deployments", headers={"Authorization": "Bearer x"})
    assert refusal(response)[::2] == (401, "Authorization 'Bearer' not supported.")


async def test_a_name_and_a_password_are_let_in(person: People) -> None:
    admin = await person("admin", admin=True)
    assert await admin.listed("/deployments") == []


async def test_a_ticket_is_let_in_in_all_its_forms(nobody: AlfrescoClient, person: People) -> None:
    await person("admin", admin=True)
    ticket = await ticket_for(nobody, "admin")
    for text in (ticket, f"ROLE_TICKET:{ticket}", f":{ticket}"):
        assert (await nobody.get("/deployments", headers=basic(text))).status_code == 200
    assert await nobody.listed("/deployments", alf_ticket=ticket) == []


async def test_a_ticket_that_is_not_good_falls_through_to_the_header(nobody: AlfrescoClient, person: People) -> None:
    admin = await person("admin", admin=True)
    assert await admin.listed("/deployments", alf_ticket="TICKET_x") == []
    assert (await nobody.refused("/deployments", alf_ticket="TICKET_x"))[0] == 401


async def test_a_ticket_runs_out(nobody: AlfrescoClient, person: People, clock: ManualClock) -> None:
    await person("admin", admin=True)
    ticket = await ticket_for(nobody, "admin")
    clock.advance(LIFETIME)
    assert (await nobody.refused("/deployments", alf_ticket=ticket))[0] == 401


async def test_a_ticket_is_looked_at_and_given_back(nobody: AlfrescoClient, person: People) -> None:
    await person("kermit")
    ticket = await ticket_for(nobody, "kermit")
    assert (await nobody.get(f"{TICKETS}/-me-", headers=basic(ticket))).json() == {"entry": {"id": ticket}}
    assert (await nobody.delete(f"{TICKETS}/-me-?alf_ticket={ticket}")).status_code == 204
    response = await nobody.get(f"{TICKETS}/-me-", headers=basic(ticket))
    assert refusal(response) == (
        404,
        "framework.exception.EntityNotFound",
        f"The entity with id: {ticket} was not found",
    )
    assert refusal(await nobody.delete(f"{TICKETS}/-me-", headers=basic(ticket)))[0] == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_only_the_own_ticket_can_be_looked_at(person: People, nobody: AlfrescoClient, method: str) -> None:
    kermit = await person("kermit")
    assert refusal(await kermit.request(method, f"{TICKETS}/other"))[::2] == (400, "Invalid parameter: other")
    password = await kermit.request(method, f"{TICKETS}/-me-")
    assert refusal(password)[::2] == (400, "Ticket base authentication required.")
    assert refusal(await nobody.request(method, f"{TICKETS}/-me-"))[0] == 401


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"userId":"kermit","password":"wrong"}', (403, "Login failed")),
        (b'{"userId":"nobody","password":"nobody"}', (403, "Login failed")),
        (b'{"userId":"kermit"}', (400, "Invalid login details.")),
        (b'{"password":"kermit"}', (400, "Invalid login details.")),
        (b'{"userId":"","password":"kermit"}', (400, "Invalid login details.")),
        (
            b'[{"userId":"kermit","password":"kermit"},{"userId":"kermit","password":"kermit"}]',
            (400, "Please specify one login request only."),
        ),
        (b"[]", (400, "Could not read content from HTTP request body, the list is empty")),
    ],
)
async def test_signing_in_can_fail(
    nobody: AlfrescoClient, person: People, body: bytes, expected: tuple[int, str]
) -> None:
    await person("kermit")
    assert refusal(await nobody.request("POST", TICKETS, content=body))[::2] == expected


async def test_both_forms_of_the_path_are_served(person: People) -> None:
    admin = await person("admin", admin=True)
    for base in (PUBLIC, "/-default-/public", "/alfresco/api/-system-/public"):
        assert await admin.at(base).listed("/deployments") == []


async def test_a_network_is_for_its_own_people(person: People) -> None:
    admin = await person("admin@acme", admin=True, tenant="acme")
    for network, status in (("-default-", 200), ("acme", 200), ("other", 401), ("-system-", 401)):
        response: httpx.Response = await admin.at(f"/{network}/public").get("/deployments")
        assert response.status_code == status
    stranger = await person("stranger")
    assert (await stranger.at("/acme/public").get("/deployments")).status_code == 401


async def test_a_ticket_is_made_in_the_own_network_only(person: People, nobody: AlfrescoClient) -> None:
    await person("kermit", tenant="acme")
    login = {"userId": "kermit", "password": "kermit"}
    assert (await nobody.at("/alfresco/api/acme/public").post(TICKETS, login)).status_code == 201
    assert (await nobody.at("/alfresco/api/other/public").post(TICKETS, login)).status_code == 403
