"""Work for clients that are made from the documents, on a server with the demo: orders, ad-hoc tasks, projects."""

from pathlib import Path
from typing import Any

from tests import checked_http
from tests.clients.worldserver import Place

ORDER = Path(__file__).parents[1] / "bpmn" / "Order.bpmn"


def start_order(host: str, number: str) -> str:
    """Deploy the model of orders and start one; the id of its instance."""
    with checked_http.checked(base_url=f"{host}/engine-rest") as http:
        form = {"deployment-name": "orders", "enable-duplicate-filtering": "true"}
        http.post("/deployment/create", data=form, files={"data": (ORDER.name, ORDER.read_bytes())}).raise_for_status()
        variables = {"amount": {"value": 150}, "orderNumber": {"value": number}}
        started = http.post("/process-definition/key/order/start", json={"businessKey": number, "variables": variables})
        return str(started.raise_for_status().json()["id"])


def order_project(host: str) -> int:
    """Upload a text and have it translated; the id of the project."""
    place = Place(f"{host}/engine-rest")
    with checked_http.checked(base_url=place.base) as http:
        login = http.post("/login", json={"username": "demo", "password": "demo"})
        http.headers["token"] = login.json()["sessionId"]
        file = http.post("/files", files={"file": ("typed.txt", b"Hello world")}).json()["internalName"]
        wish = {"name": "Typed", "projectTypeId": place.ids["Web"], "clientId": place.ids["Acme"]}
        wish |= {"systemFiles": [file], "locales": [{"id": place.ids["German"]}]}
        (made,) = http.post("/projectGroups/create", json=[wish]).raise_for_status().json()["response"]
        return int(http.get(f"/projectGroups/{made['response']}").json()["projects"][0]["id"])


def engine(host: str, path: str, **query: str) -> Any:  # noqa: ANN401 - JSON
    """What the server tells through its Camunda API."""
    return checked_http.get(f"{host}/engine-rest{path}", params=query).raise_for_status().json()


def reach_approval(host: str, instance: str) -> int:
    """Have an order's first step done; the number of the task that follows, which Alice may do."""
    (step,) = engine(host, "/external-task", processInstanceId=instance)
    url = f"{host}/engine-rest/external-task/{step['id']}"
    checked_http.post(f"{url}/lock", json={"workerId": "w", "lockDuration": 60_000}).raise_for_status()
    checked_http.post(f"{url}/complete", json={"workerId": "w"}).raise_for_status()
    (task,) = engine(host, "/task", processInstanceId=instance)
    return int(task["id"][-12:], 16)


def start_adhoc(host: str) -> str:
    """Start the vendor's ad-hoc process for Alice; the id of its task."""
    workflow = f"{host}/alfresco/api/-default-/public/workflow/versions/1"
    with checked_http.checked(auth=("alice", "alice")) as http:
        body = {"processDefinitionKey": "activitiAdhoc", "variables": {"bpm_assignee": "alice"}}
        process = http.post(f"{workflow}/processes", json=body).raise_for_status().json()["entry"]["id"]
        (task,) = http.get(f"{workflow}/processes/{process}/tasks").json()["list"]["entries"]
        return str(task["entry"]["id"])
