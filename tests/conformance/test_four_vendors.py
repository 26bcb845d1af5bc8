"""One process through four vendors: each step is done through another API, and seen from all four after it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from taskbridge.dialects.worldserver.auth import LIFETIME, SESSION
from taskbridge.service import identity, tokens
from taskbridge.service.unit import Unit
from tests import digioffice, worldserver
from tests.alfresco import AlfrescoClient, hashed
from tests.bpmn import model
from tests.client import CamundaClient
from tests.digioffice import FINISH, TASKS, DigiOfficeClient
from tests.serving import Served
from tests.worldserver import WorldServerClient

pytestmark = pytest.mark.anyio
ROOT = "root"


@dataclass(frozen=True)
class Vendors:
    """One person's clients of the four vendors."""

    camunda: CamundaClient
    alfresco: AlfrescoClient
    worldserver: WorldServerClient
    digioffice: DigiOfficeClient

    async def standing(self, number: int) -> dict[str, list[str]]:
        """Where the instance stands, as each of them tells it."""
        tasks = (await self.camunda.get("/task")).json()
        external = (await self.camunda.get("/external-task")).json()
        by_alfresco = await self.alfresco.listed(f"/processes/{number}/tasks")
        step = await self.worldserver.step(number)
        by_digioffice = (await self.digioffice.post(TASKS, {"WorkflowID": number})).json()
        return {
            "camunda": [one["name"] for one in tasks] + [one["activityId"] for one in external],
            "alfresco": [one["name"] for one in by_alfresco],
            "worldserver": [step] if step else [],
            "digioffice": [one["Name"] for one in by_digioffice],
        }


@pytest.fixture
async def vendors(served: Served) -> AsyncIterator[Vendors]:
    def work(unit: Unit) -> str:
        identity.add_user(unit, ROOT, hashed(ROOT), admin=True)
        return tokens.issue(unit, SESSION, ROOT, LIFETIME)

    token = await served.services.run(work)
    found = Vendors(
        CamundaClient(served.app),
        AlfrescoClient(served.app, ROOT),
        WorldServerClient(served.app, token),
        DigiOfficeClient(served.app, digioffice.basic(ROOT, ROOT)),
    )
    yield found
    for client in (found.camunda, found.alfresco, found.worldserver, found.digioffice):
        await client.close()


def _everywhere(*names: str) -> dict[str, list[str]]:
    return {vendor: list(names) for vendor in ("camunda", "alfresco", "worldserver", "digioffice")}


async def test_a_contract_is_drafted_translated_signed_and_archived(vendors: Vendors) -> None:
    await vendors.camunda.deploy(model("Contract"))
    started = await vendors.alfresco.post("/processes", {"processDefinitionKey": "Contract", "businessKey": "C-1"})
    number = int(started.json()["entry"]["id"])
    assert await vendors.standing(number) == _everywhere("Draft")

    (draft,) = await vendors.alfresco.listed("/tasks")
    variables = [{"name": "pages", "type": "d:int", "value": 3, "scope": "global"}]
    done = await vendors.alfresco.put(
        f"/tasks/{draft['id']}?select=state,variables", {"state": "completed", "variables": variables}
    )
    assert done.status_code == 200
    assert await vendors.standing(number) == _everywhere("Translate")

    assert (await vendors.worldserver.complete(number)).json()["status"] == "OK"
    assert await vendors.standing(number) == _everywhere("Sign")

    (sign,) = (await vendors.digioffice.post(TASKS, {"WorkflowID": number})).json()
    told = {"TaskIDs": [sign["ID"]], "Reason": "All well", "Comment": "Read twice"}
    assert (await vendors.digioffice.post(FINISH, told)).status_code == 204
    listed = await vendors.alfresco.entry(f"/tasks/{sign['ID']}")
    assert (listed["state"], listed["name"]) == ("completed", "Sign")
    standing = await vendors.standing(number)
    assert (standing["camunda"], standing["worldserver"]) == (["archive"], ["Archive"])
    assert (standing["alfresco"], standing["digioffice"]) == ([], [])

    (archive,) = await vendors.camunda.fetch(topics=[{"topicName": "archive", "lockDuration": 10_000}])
    assert (archive["businessKey"], archive["variables"]["pages"]["value"]) == ("C-1", 3)
    ended = await vendors.camunda.post(f"/external-task/{archive['id']}/complete", {"workerId": "w"})
    assert ended.status_code == 204
    assert await vendors.standing(number) == _everywhere()
    over = await vendors.alfresco.entry(f"/processes/{number}")
    assert (over["completed"], over["endActivityId"]) == (True, "end")
    assert (await vendors.worldserver.task(number, "status"))["status"]["status"] == "COMPLETED"
    assert worldserver.nulls(over) is False
