"""The calls that real clients of WorldServer make, in their order and in their own forms (contract 1 to 6).

bb is a connector in C#, milo a tool in a browser, go a package in Go, pm some Java: what each sends, and reads.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests import checked_http
from tests.clients.waiting import until
from tests.clients.worldserver import Place

Json = Any
PAGE = 30


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with checked_http.checked() as client:
        yield client


class Connector:
    """bb: logs in for every object it makes, sends the token as a header only, reads errors without a look."""

    def __init__(self, place: Place, http: httpx.Client) -> None:
        self._place = place
        self._http = http
        told = {"username": "demo", "password": "demo"}
        session = http.post(f"{place.base}/login", json=told).json()
        assert isinstance(session["lastUpdateTime"], int)
        self._headers = {"token": session["sessionId"]}

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
        answer = self._http.request(method, f"{self._place.host}/ws-api{path}", headers=self._headers, **more)
        if not answer.is_success:
            raise RuntimeError(answer.json()["errors"][0]["message"])
        if answer.headers["content-type"] == "application/json":
            body = answer.json()
            if isinstance(body, dict) and body.get("status") == "ERROR":
                errors = body.get("errors") or body["response"][0]["errors"]
                raise RuntimeError(errors[0]["message"])
        return answer

    def json(self, method: str, path: str, **more: Any) -> Json:  # noqa: ANN401 - passed on
        return self.call(method, path, **more).json()

    def paginate(self, method: str, path: str, **more: Any) -> list[Json]:  # noqa: ANN401 - passed on
        """Pages of thirty, as long as fewer were collected than there are."""
        found: list[Json] = []
        while True:
            mark = "&" if "?" in path else "?"
            page = self.json(method, f"{path}{mark}offset={len(found)}&limit={PAGE}", **more)
            found += page["items"]
            if len(found) >= page["total"]:
                return found


def test_bb_makes_a_group_and_takes_its_task_to_the_end(worldserver: Place, http: httpx.Client) -> None:
    bb = Connector(worldserver, http)
    assert bb.json("GET", "/v2/projects?limit=1")["items"]
    file = Connector(worldserver, http).json("POST", "/v1/files", files={"file": ("page.html", b"<p>Hello</p>")})
    wish = {
        "name": "From bb",
        "clientId": str(worldserver.ids["Acme"]),
        "projectTypeId": str(worldserver.ids["Web"]),
        "systemFiles": [file["internalName"]],
        "locales": [{"id": str(worldserver.ids["German"]), "dueDate": "2027-01-01T10:20:30.1234567Z"}],
    }
    made = bb.json("POST", "/v2/projectGroups/create", json=[wish])["response"][0]
    group = bb.json("GET", f"/v2/projectGroups/{made['response']}")
    (project,) = group["projects"]
    body = {"operator": "and", "filters": [{"field": "project.id", "operator": "eq", "value": str(project["id"])}]}
    (task,) = bb.paginate("POST", "/v2/tasks/search", json=body)
    bb.json("POST", "/v2/tasks/claim", json=[{"id": task["id"]}])
    bb.json("POST", "/v2/tasks/includeCost", json=[{"id": task["id"]}])
    update = {"id": task["id"], "priority": 3, "dueDate": None, "expectedDuration": None}
    bb.json("PATCH", "/v2/tasks", json=[update])
    read = bb.call("GET", f"/v2/files/asset?resourceId={task['id']}")
    assert read.content == b"<p>Hello</p>"
    assert "filename*=UTF-8''page.html" in read.headers["content-disposition"]
    for _ in range(2):
        shown = bb.json("GET", f"/v2/tasks/{task['id']}")
        ways = {way["text"]: way["id"] for way in shown["currentTaskStep"]["workflowTransitions"]}
        bb.json("POST", "/v2/tasks/complete", json=[{"id": task["id"], "transitionId": ways["Complete"]}])
    assert worldserver.work()
    assert bb.json("GET", f"/v2/tasks/{task['id']}")["status"]["status"] == "COMPLETED"
    groups = bb.paginate("POST", "/v2/projectGroups/search", json={"operator": "and", "filters": []})
    finished = [one for each in groups for one in each["projects"] if one["id"] == project["id"]]
    assert [one["completedTasks"] == one["totalTasks"] for one in finished] == [True]
    assert finished[0]["completionDate"]


def test_bb_completes_a_project_step_and_waits_for_the_job(worldserver: Place, http: httpx.Client) -> None:
    bb = Connector(worldserver, http)
    project = order(worldserver, http, bb._headers["token"], "From bb again")
    workflow = bb.json("GET", f"/v2/workflows/{bb.json('GET', f'/v2/projects/{project}')['workflow']['id']}")
    way = next(step for step in workflow["steps"] if step["name"] == "Translate")["outboundTransitions"][0]
    told = bb.json("POST", "/v2/projects/complete", json=[{"id": project, "transitionId": way["id"]}])
    running = ("NOT_STARTED", "STILL_IN_PROGRESS")
    job = f"/v2/jobs/{told['backgroundTaskId']}"
    until(lambda: bb.json("GET", job)["status"] not in running or None, 20)
    assert bb.json("GET", job)["status"] == "COMPLETED"
    with pytest.raises(RuntimeError, match="The transition you specified is not one of the valid options"):
        bb.json("POST", "/v2/projects/complete", json=[{"id": project, "transitionId": way["id"]}])


def order(place: Place, http: httpx.Client, token: str, name: str) -> int:
    """A project of one text; its id."""
    headers = {"token": token}
    sent = http.post(f"{place.base}/files", files={"file": ("a.txt", b"text")}, headers=headers).json()
    wish = {
        "name": name,
        "clientId": place.ids["Acme"],
        "projectTypeId": place.ids["Web"],
        "systemFiles": [sent["internalName"]],
        "locales": [{"id": place.ids["German"]}],
    }
    made = http.post(f"{place.base}/projectGroups/create", json=[wish], headers=headers).json()
    group = http.get(f"{place.base}/projectGroups/{made['response'][0]['response']}", headers=headers).json()
    project: int = group["projects"][0]["id"]
    return project


def test_milo_finds_projects_by_a_malformed_url_and_completes_unclaimed(worldserver: Place, http: httpx.Client) -> None:
    told = {"username": "demo", "password": "demo"}
    token = http.post(f"{worldserver.base}/login", json=told).json()["sessionId"]
    wanted = order(worldserver, http, token, "Milo's pages")
    found = post_json(http, f"{worldserver.base}/projectGroups/search?{MILO_SEARCH}&token={token}", MILO_FILTER)
    projects = [project["id"] for group in found["items"] for project in group.get("projects", [])]
    assert projects == [wanted]
    query = f"token={token}&fields=id,name,status,targetLocale(name),tasks(id,status)"
    details = http.get(f"{worldserver.base}/projects/{wanted}?{query}").json()
    assert details["status"] == "ACTIVE"
    assert details["targetLocale"] == {"name": "German (Germany)"}
    (task,) = [task["id"] for task in details["tasks"] if task["status"]["status"] != "SUCCEEDED"]
    for expected in ("Translate", "Review"):
        shown = http.get(f"{worldserver.base}/tasks/{task}?token={token}").json()
        step = next(step for step in shown["steps"] if step["id"] == shown["currentTaskStep"]["id"])
        assert step["name"] == expected
        way = next(way for way in step["workflowTransitions"] if way["text"] == "Complete")["id"]
        body = [{"id": task, "transitionId": way, "comment": "Complete tasks from a tool"}]
        done = http.post(f"{worldserver.base}/tasks/complete?token={token}&recalculateAutoError=false", json=body)
        assert done.is_success
    assert worldserver.work()


MILO_SEARCH = "fields=id,name,projects(id,name)offset=0&limit=10000&viewMode=5"
MILO_FILTER = {"operator": "and", "filters": [{"field": "projects(name)", "value": "Milo's", "operator": "like"}]}


def post_json(http: httpx.Client, url: str, body: object) -> Json:
    answer = http.post(url, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_go_orders_by_the_full_name_and_reads_ids_down_to_the_task(worldserver: Place, http: httpx.Client) -> None:
    base = f"{worldserver.host}/ws-api/v1"

    def ask(method: str, path: str, **more: Any) -> Json:  # noqa: ANN401 - passed on
        answer = http.request(method, f"{base}{path}", params={"token": token}, **more)
        assert answer.status_code < 300, answer.text
        return answer.json()

    session = http.post(f"{base}/login", json={"username": "demo", "password": "demo"}).json()
    token = session["sessionId"]
    file = ask("POST", "/files", files={"file": ("shoe.xml", b"<shoe/>")})
    wish = [
        {
            "name": "From go",
            "description": "",
            "projectTypeId": worldserver.ids["Web"],
            "clientId": worldserver.ids["Acme"],
            "systemFiles": [file["fullName"]],
            "attributes": [None],
            "locales": [{"id": worldserver.ids["French"]}],
        }
    ]
    made = ask("POST", "/projectGroups/create", json=wish)
    assert made["status"] == made["response"][0]["status"] == "OK"
    group = ask("GET", f"/projectGroups/{made['response'][0]['response']}")
    project = ask("GET", f"/projects/{group['projects'][0]['id']}")
    task = ask("GET", f"/tasks/{project['tasks'][0]['id']}")
    assert task["targetLocale"]["language"]["languageCode"] == "fr"
    assert task["status"] == {"status": "ACTIVE", "displayText": "Active"}
    refused = http.post(f"{base}/login", json={"username": "demo", "password": "wrong"}).json()
    assert [set(error) for error in refused["errors"]] == [{"code", "type", "message"}]


def test_pm_sends_a_list_and_reads_an_object(worldserver: Place, http: httpx.Client) -> None:
    session = http.post(f"{worldserver.base}/login", json={"username": "demo", "password": "demo"}).json()
    token = session["sessionId"]
    project = order(worldserver, http, token, "From pm")
    chosen = f"token={token}&projectId={project}"
    (task,) = http.get(f"{worldserver.base}/tasks?{chosen}").json()["items"]
    claimed = post_json(http, f"{worldserver.base}/tasks/claim?token={token}", [{"id": task["id"]}])
    assert isinstance(claimed, dict)
    shown = http.get(f"{worldserver.base}/tasks/{task['id']}?token={token}").json()
    workflow = http.get(f"{worldserver.base}/workflows/{shown['workflow']['id']}?token={token}").json()
    here = next(step for step in workflow["steps"] if step["name"] == shown["currentTaskStep"]["name"])
    body = [{"id": task["id"], "transitionId": here["outboundTransitions"][0]["id"], "comment": "done"}]
    done = post_json(http, f"{worldserver.base}/tasks/complete?token={token}", body)
    assert done["status"] == "OK"
    # The guide's last step: what was claimed is given back for others.
    given = post_json(http, f"{worldserver.base}/tasks/unclaim?token={token}", [{"id": task["id"]}])
    assert given["status"] == "OK"


def test_links_lead_to_the_server_that_was_asked(worldserver: Place, http: httpx.Client) -> None:
    bb = Connector(worldserver, http)
    file = bb.json("POST", "/v1/files", files={"file": ("a.txt", b"text")})
    link = urlsplit(file["url"])
    assert f"{link.scheme}://{link.netloc}" == worldserver.host
    read: Callable[..., httpx.Response] = bb.call
    assert read("GET", file["url"].partition("ws-api")[2]).content == b"text"
