"""Process definitions and deployments (contract 6.1, 6.2)."""

import pytest

from taskbridge.clock import ManualClock
from taskbridge.service.unit import Services
from tests.alfresco import AlfrescoClient
from tests.conformance.expectations import date_text
from tests.dialects.alfresco.conftest import People
from tests.dialects.alfresco.models import ERRAND, POOL, deploy

pytestmark = pytest.mark.anyio

NOT_FOUND = "framework.exception.EntityNotFound"


@pytest.fixture
async def kermit(person: People, services: Services) -> AlfrescoClient:
    """Anybody; the processes are deployed, the errand in two versions."""
    await deploy(services, ERRAND, name="first")
    await deploy(services, ERRAND, POOL, name="second")
    return await person("kermit")


async def test_a_definition_has_all_its_members(kermit: AlfrescoClient, person: People) -> None:
    (shown,) = await kermit.listed("/process-definitions", where="(key='errand' AND version=1)")
    deployments = await (await person("admin", admin=True)).listed("/deployments")
    assert shown == {
        "id": shown["id"],
        "key": "errand",
        "name": "An errand",
        "category": "tests",
        "version": 1,
        "deploymentId": next(one["id"] for one in deployments if one["name"] == "first"),
        "title": "New errand",
        "description": "Do it, look at it",
        "startFormResourceKey": "wf:submitAdhocTask",
        "graphicNotationDefined": False,
    }
    assert shown["id"].startswith("errand:1:")
    assert await kermit.entry(f"/process-definitions/{shown['id']}") == shown


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", ["errand:1", "errand:2", "pool:1"]),
        ("(key='errand')", ["errand:1", "errand:2"]),
        ("(key matches('e%'))", ["errand:1", "errand:2"]),
        ("(name='Offered')", ["pool:1"]),
        ("(name matches('An%'))", ["errand:1", "errand:2"]),
        ("(version=2)", ["errand:2"]),
        ("(version='x')", []),
        ("(category='tests' AND version=2)", ["errand:2"]),
        ("(category matches('x%'))", []),
        ("(deploymentId='0')", []),
    ],
)
async def test_definitions_are_found_by_what_they_are(kermit: AlfrescoClient, where: str, expected: list[str]) -> None:
    listed = await kermit.listed("/process-definitions", **({"where": where} if where else {}))
    assert [one["id"].rpartition(":")[0] for one in listed] == expected


@pytest.mark.parametrize("column", ["deploymentId", "name", "id", "category", "version", "key"])
async def test_definitions_are_ordered(kermit: AlfrescoClient, column: str) -> None:
    for order, descending in ((column, False), (f"{column} DESC", True)):
        values = [one[column] for one in await kermit.listed("/process-definitions", orderBy=order)]
        assert values == sorted(values, reverse=descending)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (
            {"orderBy": "colour"},
            "OrderBy colour is not supported, supported items are [deploymentId, name, id, category, version, key]",
        ),
        ({"orderBy": "id,name"}, "Only one orderBy parameter is supported"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(
    kermit: AlfrescoClient, query: dict[str, object], text: str
) -> None:
    assert await kermit.refused("/process-definitions", **query) == (400, text, text)


async def test_definitions_come_in_pages(kermit: AlfrescoClient) -> None:
    response = await kermit.get("/process-definitions?maxItems=1&skipCount=1")
    listed = response.json()["list"]
    assert [one["entry"]["version"] for one in listed["entries"]] == [2]
    assert listed["pagination"] == {
        "count": 1,
        "hasMoreItems": True,
        "totalItems": 3,
        "skipCount": 1,
        "maxItems": 1,
    }


@pytest.mark.parametrize("identifier", ["errand", "errand:1", "errand:1:0", "errand:1:x", "::"])
async def test_an_unknown_definition_is_not_found(kermit: AlfrescoClient, identifier: str) -> None:
    text = f"The entity with id: {identifier} was not found"
    assert await kermit.refused(f"/process-definitions/{identifier}") == (404, NOT_FOUND, text)


async def test_an_id_is_right_in_all_its_parts(kermit: AlfrescoClient) -> None:
    (shown,) = await kermit.listed("/process-definitions", where="(key='pool')")
    for wrong in (shown["id"].replace("pool", "errand"), shown["id"].replace(":1:", ":2:")):
        assert (await kermit.refused(f"/process-definitions/{wrong}"))[0] == 404


async def test_definitions_belong_to_a_network_or_to_all(
    kermit: AlfrescoClient, person: People, services: Services
) -> None:
    await deploy(services, POOL, tenant="acme", name="theirs")
    theirs = await person("boss@acme", admin=True, tenant="acme")
    assert len(await theirs.listed("/process-definitions")) == 4
    assert len(await kermit.listed("/process-definitions")) == 3
    mine = {one["id"] for one in await kermit.listed("/process-definitions")}
    (other,) = [one for one in await theirs.listed("/process-definitions") if one["id"] not in mine]
    assert (await kermit.refused(f"/process-definitions/{other['id']}"))[0] == 404
    assert (await theirs.entry(f"/process-definitions/{other['id']}"))["key"] == "pool"
    admin = await person("admin", admin=True)
    assert [one["name"] for one in await theirs.listed("/deployments")] == ["theirs", "second", "first"]
    assert [one["name"] for one in await admin.listed("/deployments")] == ["second", "first"]
    (newest, *_) = await theirs.listed("/deployments")
    assert (await admin.refused(f"/deployments/{newest['id']}"))[0] == 404


async def test_deployments_are_for_administrators(kermit: AlfrescoClient, person: People, clock: ManualClock) -> None:
    denied = (403, "framework.exception.PermissionDenied", "Permission was denied")
    for path in ("/deployments", "/deployments/1"):
        assert await kermit.refused(path) == denied
    admin = await person("admin", admin=True)
    newest, oldest = await admin.listed("/deployments")
    assert newest == {"id": newest["id"], "name": "second", "deployedAt": newest["deployedAt"]}
    assert newest["deployedAt"] <= date_text(clock.now())
    assert await admin.entry(f"/deployments/{oldest['id']}") == oldest
    assert await admin.refused("/deployments/unexisting") == (
        404,
        NOT_FOUND,
        "The entity with id: unexisting was not found",
    )
    assert (await admin.get("/deployments?maxItems=1")).json()["list"]["pagination"]["totalItems"] == 2


async def test_a_model_with_a_diagram_says_so(person: People, services: Services) -> None:
    drawn = (
        POOL
        + '<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI"><d:BPMNPlane bpmnElement="pool">'
        + '<d:BPMNShape bpmnElement="take"/></d:BPMNPlane></d:BPMNDiagram>'
    )
    await deploy(services, drawn)
    (shown,) = await (await person("kermit")).listed("/process-definitions")
    assert shown["graphicNotationDefined"] is True


@pytest.mark.usefixtures("bundled")
async def test_the_bundled_definitions_look_like_the_vendors(kermit: AlfrescoClient) -> None:
    (shown,) = await kermit.listed("/process-definitions", where="(key='activitiAdhoc')")
    assert (
        shown.items()
        >= {
            "name": "Adhoc Activiti Process",
            "category": "http://alfresco.org",
            "version": 1,
            "title": "New Task",
            "description": "Assign a new task to yourself or a colleague",
            "startFormResourceKey": "wf:submitAdhocTask",
            "graphicNotationDefined": True,
        }.items()
    )
