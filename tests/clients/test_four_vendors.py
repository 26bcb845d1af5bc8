"""One process through four vendors: the demo's contract is drafted, translated, typeset and signed.

npm `@alfresco/js-api`, a WorldServer client made from the document, npm `camunda-external-task-client-js` and npm
`@servicestack/client` do a step each, unmodified; after each, the APIs of all four tell the same.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from taskbridge.demo import content
from tests import checked_http
from tests.clients.conftest import NODE_FOLDER
from tests.clients.generated import Caller, Generated
from tests.clients.programs import finished
from tests.clients.worldserver import Place
from tests.figures import figure

pytestmark = pytest.mark.long

Json = dict[str, Any]
_SIDES = ("camunda, people", "alfresco", "worldserver", "digioffice")
_ALFRESCO = "/alfresco/api/-default-/public/workflow/versions/1"


@dataclass(frozen=True)
class Sides:
    """The contract as the API of each vendor tells it to somebody who may see everything.

    ``instance`` is how Camunda names the process, ``number`` how the others do.
    """

    http: httpx.Client
    token: str
    instance: str
    number: int

    def seen(self) -> dict[str, list[str]]:
        """The names of the steps that are to be done."""
        by_people = self.read("/engine-rest/task", processInstanceId=self.instance)
        by_workers = self.read("/engine-rest/external-task", processInstanceId=self.instance)
        alfresco = self.read(f"{_ALFRESCO}/processes/{self.number}/tasks")["list"]["entries"]
        step = self.worldserver("currentTaskStep(name)").get("currentTaskStep")
        return {
            "camunda, people": [task["name"] for task in by_people],
            "camunda, workers": [task["activityId"] for task in by_workers],
            "alfresco": [one["entry"]["name"] for one in alfresco],
            "worldserver": [step["name"]] if step else [],
            "digioffice": [task["Name"] for task in self.read("/api/workflowtasks", WorkflowID=self.number)],
        }

    def worldserver(self, fields: str) -> Json:
        """Some fields of WorldServer's task."""
        told: Json = self.read(f"/ws-api/v2/tasks/{self.number}", token=self.token, fields=fields)
        return told

    def read(self, path: str, **query: object) -> Any:  # noqa: ANN401 - JSON
        """What a GET answers."""
        answer = self.http.get(path, params=query)  # type: ignore[arg-type] # texts and numbers
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def sides(worldserver: Place) -> Iterator[Sides]:
    """The contract that nobody has drafted yet."""
    headers = {"Accept": "application/json"}
    with checked_http.checked(base_url=worldserver.host, auth=("demo", "demo"), headers=headers) as http:
        token = http.post("/ws-api/v2/login", json={"username": "demo", "password": "demo"}).json()["sessionId"]
        (instance,) = http.get(f"/engine-rest/process-instance?businessKey={content.FRESH}").json()
        (task,) = http.get(f"/engine-rest/task?processInstanceId={instance['id']}").json()
        listed = http.get(
            f"{_ALFRESCO}/processes?where=(processDefinitionKey='{content.PROCESS}')&maxItems=1000"
        ).json()
        numbers = {one["entry"]["businessKey"]: one["entry"]["id"] for one in listed["list"]["entries"]}
        assert task["name"] == "Draft"
        yield Sides(http, token, instance["id"], int(numbers[content.FRESH]))


@pytest.fixture
def step(node: str, worldserver: Place, sides: Sides, tmp_path: Path) -> Callable[[str], Json]:
    """Has a step done by the Node.js client of its vendor; what that tells."""
    types = tmp_path / "dtos.ts"
    types.write_text(checked_http.get(f"{worldserver.host}/api/types/typescript").text)

    def done(name: str) -> Json:
        given = {"step": name, "host": worldserver.host, "url": worldserver.engine, "types": str(types)}
        given |= {"process": sides.number, "businessKey": content.FRESH}  # type: ignore[dict-item]
        program = finished([node, str(NODE_FOLDER / "contract.js"), json.dumps(given)], NODE_FOLDER)
        assert program.returncode == 0, program.stderr
        told: Json = json.loads(program.stdout)
        return told

    return done


def translate(alice: Caller, number: int) -> None:
    """Claim, and complete by the one way there is."""
    alice.call("tasks", "claim_tasks", body=[alice.model("TaskReference", id=number)])
    (way,) = alice.call("tasks", "get_task", number).current_task_step.workflow_transitions
    told = [alice.model("TaskCompletion", id=number, transition_id=way.id, comment="Mind the dates")]
    assert alice.call("tasks", "complete_tasks", body=told).status.value == "OK"


def for_people(*names: str) -> dict[str, list[str]]:
    """How all tell steps that people do."""
    return {side: list(names) for side in _SIDES} | {"camunda, workers": []}


def test_a_contract_goes_through_four_vendors(
    step: Callable[[str], Json], worldserver: Place, generated: Callable[[str], Generated], sides: Sides
) -> None:
    assert sides.seen() == for_people("Draft")
    drafted = step("draft")
    assert drafted == {"event": "draft", "process": str(sides.number), "name": "Draft", "state": "completed"}

    assert sides.seen() == for_people("Translate")
    with closing(Caller(generated("worldserver"), worldserver.host, "alice")) as alice:
        translate(alice, sides.number)

    assert sides.seen() == for_people() | {"camunda, workers": ["typeset"], "worldserver": ["Typeset"]}
    variables = {"title": "Lease of an office", "language": "German"}
    assert step("typeset") == {"event": "typeset", "businessKey": content.FRESH, "variables": variables}

    assert sides.seen() == for_people("Sign")
    signed = step("sign")
    assert (signed["name"], signed["ways"]) == ("Sign", ["Sign", "Send back"])

    assert sides.seen() == for_people()
    assert sides.read("/engine-rest/process-instance", businessKey=content.FRESH) == []
    over = sides.read(f"{_ALFRESCO}/processes/{sides.number}")["entry"]
    assert (over["completed"], over["endActivityId"]) == (True, "done")
    told = sides.worldserver("status,steps(name)")
    assert told["status"]["status"] == "COMPLETED"
    assert [one["name"] for one in told["steps"]] == ["Draft", "Translate", "Typeset", "Sign"]
    assert sides.read(f"/api/workflowtasks/{signed['task']}")["Status"] == "Finished"
    figure("a contract through four vendors", "4 steps by 4 vendors' clients, each seen from 4 sides")
