"""The example requests of the vendor's page "Update the state of a task", sent as they stand there.

Mended is only what no JSON parser can read: typographic quotation marks, one of which is missing. The ids are ours.
"""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.alfresco import AlfrescoClient
from tests.dialects.alfresco.work import adhoc, changed

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("bundled")]
People = Callable[..., Awaitable[AlfrescoClient]]

PAGE = Path(__file__).parents[4] / "shared" / "seeds" / "003_9f33778d14ddaf5b.txt"
_EXAMPLE = re.compile(
    r"An example PUT request:\n\n(?P<path>\S+)\n\nAn example PUT body:\n\n(?P<body>\{.*?\n\})", re.DOTALL
)
#: What the page shows of a task, beside what its tables say of it.
SHOWN = {
    *("id", "processId", "processDefinitionId", "activityDefinitionId", "name", "description", "dueAt", "startedAt"),
    *("endedAt", "durationInMs", "priority", "owner", "assignee", "formResourceKey", "state"),
}


def _mended(text: str) -> str:
    text = re.sub(r"“(\w+) : “", r'"\1" : "', text)
    return text.replace("“", '"').replace("”", '"')


@pytest.fixture(scope="module")
def examples() -> dict[str, tuple[str, str]]:
    """Path and body by the state that is asked for."""
    if not PAGE.exists():
        pytest.skip("the vendor's page is not beside this checkout")
    found = [(one["path"], _mended(one["body"])) for one in _EXAMPLE.finditer(PAGE.read_text())]
    return {json.loads(body)["state"]: (path, body) for path, body in found}


@pytest.fixture
async def kermit(person: People) -> AlfrescoClient:
    return await person("Kermit")


@pytest.fixture
async def assignee(person: People) -> AlfrescoClient:
    return await person("johndoe")


async def _sent(client: AlfrescoClient, task: str, example: tuple[str, str]) -> dict[str, object]:
    path, body = example
    response = await client.put(path.replace("127", task), content=body.encode())
    assert response.status_code == 200, response.text
    (entry,) = response.json().values()
    found: dict[str, object] = entry
    return found


async def test_there_are_five(examples: dict[str, tuple[str, str]]) -> None:
    assert list(examples) == ["completed", "claimed", "unclaimed", "delegated", "resolved"]


async def test_the_documented_effects_in_turn(
    examples: dict[str, tuple[str, str]], assignee: AlfrescoClient, kermit: AlfrescoClient
) -> None:
    task = await adhoc(assignee, bpm_workflowDescription="Vacation", bpm_workflowDueDate="2030-10-13T14:54:26.750+0200")
    entry = await _sent(assignee, task, examples["unclaimed"])
    assert entry["state"] == "unclaimed"
    assert "assignee" not in entry
    entry = await _sent(assignee, task, examples["claimed"])
    assert (entry["state"], entry["assignee"]) == ("claimed", "johndoe")
    entry = await _sent(assignee, task, examples["delegated"])
    assert (entry["state"], entry["assignee"], entry["owner"]) == ("delegated", "Kermit", "johndoe")
    entry = await _sent(kermit, task, examples["resolved"])
    assert (entry["state"], entry["assignee"]) == ("resolved", "johndoe")
    entry = await _sent(assignee, task, examples["completed"])
    assert entry["state"] == "completed"
    assert set(entry) == SHOWN
    assert entry["dueAt"] == "2030-10-13T12:54:26.750+0000"
    listed = await assignee.listed(f"/tasks/{task}/variables")
    assert {"scope": "global", "name": "bpm_priority", "type": "d:int", "value": 1} in listed


async def test_the_example_is_found_under_the_pages_own_address(
    examples: dict[str, tuple[str, str]], person: People
) -> None:
    """The page's server is ``https://api.alfresco.com/yourcompany.com/public``."""
    employee = await person("johndoe@yourcompany.com", tenant="yourcompany.com")
    task = await adhoc(employee)
    in_cloud = employee.at("/yourcompany.com/public")
    assert (await _sent(in_cloud, task, examples["claimed"]))["state"] == "claimed"


async def test_an_illegal_transition_is_a_bad_request(
    examples: dict[str, tuple[str, str]], assignee: AlfrescoClient, kermit: AlfrescoClient
) -> None:
    task = await adhoc(assignee)
    await _sent(assignee, task, examples["delegated"])
    path, body = examples["completed"]
    for client in (assignee, kermit):
        assert (await client.put(path.replace("127", task), content=body.encode())).status_code == 400
    assert (await changed(kermit, task, "state", state="resolved"))["state"] == "resolved"


async def test_a_list_of_variables_is_not_put(assignee: AlfrescoClient) -> None:
    """The page's example of an address, which none of its example requests uses."""
    task = await adhoc(assignee)
    assert (await assignee.put(f"/tasks/{task}/variables?select=state,variables", {})).status_code == 405
