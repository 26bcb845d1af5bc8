"""Filters that are too much for a database are refused in the same words on both; and each filter is honoured."""

import pytest

from taskbridge.service.unit import Services
from tests.alfresco import AlfrescoClient
from tests.dialects.alfresco.conftest import People
from tests.dialects.alfresco.models import ERRAND, begin, deploy

pytestmark = pytest.mark.anyio

LONG = "a" * 60_000
TOO_LONG = "The pattern is too long: 60000 characters, at most 10000"
TASKS = (
    *("assignee", "owner", "candidateUser", "candidateGroup", "name", "description", "processBusinessKey"),
    *(
        "activityDefinitionId",
        "processDefinitionKey",
        "processDefinitionName",
        "variables/local/v",
        "variables/global/v",
    ),
)
PROCESSES = ("businessKey", "processDefinitionKey", "startUserId", "variables/v")
DEFINITIONS = ("key", "name", "category", "deploymentId")
#: What the vendor's list of active tasks compares as plain values (contract 6.4).
PATTERNS = ("name", "description", "processBusinessKey", "activityDefinitionId", "processDefinitionKey")


@pytest.fixture
async def kermit(person: People, services: Services) -> AlfrescoClient:
    """Who has a process with a task."""
    await deploy(services, ERRAND)
    client = await person("kermit")
    await begin(services, "kermit", "errand", worker="kermit")
    return client


@pytest.mark.parametrize(
    ("path", "properties"), [("/tasks", TASKS), ("/processes", PROCESSES), ("/process-definitions", DEFINITIONS)]
)
async def test_every_text_filter_is_honoured_and_may_be_long(
    kermit: AlfrescoClient, path: str, properties: tuple[str, ...]
) -> None:
    assert await kermit.listed(path)
    for name in properties:
        for value in ("nothing", LONG):
            answer = await kermit.get(f"{path}?where=({name}='{value}')")
            assert (answer.status_code, answer.json()["list"]["entries"]) == (200, []), name


@pytest.mark.parametrize("status", ["active", "any"])
async def test_patterns_that_are_too_long_are_refused(kermit: AlfrescoClient, status: str) -> None:
    for name in (*PATTERNS, "assignee", "owner", "processDefinitionName", "variables/v"):
        answer = await kermit.get(f"/tasks?where=(status='{status}' AND {name} matches('{LONG}'))")
        told = answer.json()
        if answer.status_code == 200:
            assert told["list"]["entries"] == []
            assert status == "active"
        else:
            assert (answer.status_code, told["error"]["errorKey"]) == (400, TOO_LONG), name


async def test_conditions_are_bounded(kermit: AlfrescoClient) -> None:
    for number, status in ((200, 200), (201, 400)):
        where = " AND ".join(f"variables/v{place}=1" for place in range(number))
        answer = await kermit.get(f"/processes?where=({where})".replace(" ", "%20"))
        assert answer.status_code == status
    assert answer.json()["error"]["errorKey"] == "Too many conditions in one query: 201 is greater than 200"


async def test_a_property_that_a_list_does_not_have_is_refused(kermit: AlfrescoClient) -> None:
    for path in ("/tasks", "/processes", "/process-definitions"):
        answer = await kermit.get(f"{path}?where=(colour='red')")
        assert answer.status_code == 400, path
