"""npm ``@alfresco/js-api``, unmodified, by its generic call: it has no classes of its own for this API."""

import json

from tests import checked_http
from tests.clients.alfresco import Alfresco
from tests.clients.conftest import NODE_FOLDER
from tests.clients.engine import Json
from tests.clients.programs import finished


def test_a_task_is_claimed_delegated_resolved_and_completed(node: str, alfresco: Alfresco) -> None:
    with checked_http.checked(
        base_url=f"{alfresco.host}/alfresco/api/-default-/public/workflow/versions/1",
        auth=(alfresco.first, alfresco.password),
    ) as http:
        body = {"processDefinitionKey": "activitiAdhoc", "variables": {"bpm_assignee": alfresco.first}}
        process = http.post("/processes", json=body).json()["entry"]["id"]
        task = http.get(f"/processes/{process}/tasks").json()["list"]["entries"][0]["entry"]["id"]
        given = {"host": alfresco.host, "first": alfresco.first, "second": alfresco.second}
        given |= {"password": alfresco.password, "task": task}
        done = finished([node, str(NODE_FOLDER / "alfresco.js"), json.dumps(given)], NODE_FOLDER)
        assert done.returncode == 0, done.stderr
        told: list[Json] = [json.loads(line) for line in done.stdout.splitlines()]
        first, second = alfresco.first, alfresco.second
        assert told == [
            {"event": "ticket", "good": True},
            {"event": "ticket", "good": True},
            {"event": "listed", "there": True},
            {"event": "unclaimed", "state": "unclaimed", "assignee": None, "owner": None},
            {"event": "claimed", "state": "claimed", "assignee": first, "owner": None},
            {"event": "delegated", "state": "delegated", "assignee": second, "owner": first},
            {
                "event": "refused",
                "status": 400,
                "summary": "A delegated task cannot be completed, but should be resolved instead.",
            },
            {"event": "resolved", "state": "resolved", "assignee": first, "owner": first},
            {"event": "completed", "state": "completed", "assignee": first, "owner": first},
            {"event": "signed out", "status": 401},
        ]
        (following,) = http.get(f"/processes/{process}/tasks").json()["list"]["entries"]
        assert following["entry"]["activityDefinitionId"] == "verifyTaskDone"
