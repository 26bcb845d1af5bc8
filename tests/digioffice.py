"""What tests of the DigiOffice dialect share: people, a client, and the model ``Handover`` with a task to finish.

Used by tests only.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.types import ASGIApp

from taskbridge.service import identity
from taskbridge.service.unit import Unit
from tests.client import CamundaClient, Client
from tests.passwords import hashed
from tests.serving import Served

FINISH = "/api/workflowtasks/finish"
POSTPONE = "/api/workflowtasks/postpone"
CHANGE = "/api/workflowtasks/changepostponed"
TASKS = "/api/workflowtasks"
REVIEW, SIGN, REWORK, SEAL = "Review", "Sign", "Rework", "Seal"
PASSWORD = "Sesame-1"
#: Name, groups, whether an administrator.
PEOPLE = (
    ("alice", ("reviewers", "managers"), False),
    ("bob", ("managers",), False),
    ("carol", (), False),
    ("root", (), True),
)


def basic(name: str, password: str = PASSWORD) -> dict[str, str]:
    """The header of somebody who signs in with every request."""
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


class DigiOfficeClient(Client):
    """Requests to the DigiOffice dialect, under whole paths; by alice unless told otherwise."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(app, "", headers=basic("alice") if headers is None else headers)

    def by(self, headers: Mapping[str, str]) -> "DigiOfficeClient":
        """The same client with other headers."""
        return DigiOfficeClient(self.app, headers)

    def common_problems(self, method: str, response: httpx.Response) -> list[str]:
        """What every answer has in common (contract 3.3)."""
        kind = response.headers.get("content-type")
        problems = []
        if not response.content and response.status_code < 400 and method != "HEAD" and response.status_code != 204:
            problems.append("an empty answer that is not 204")
        if response.status_code == 204 and (response.content or kind):
            problems.append("204 has a body or a content type")
        told = kind is not None and not kind.startswith(("text/plain", "text/html"))
        if told and method != "HEAD" and "metadata" not in response.request.url.path:
            problems += [] if response.headers.get("vary") == "Accept" else ["no Vary"]
        return problems


@dataclass
class Office:
    """The application with people and the model, seen from DigiOffice and from Camunda."""

    served: Served
    client: DigiOfficeClient
    camunda: CamundaClient
    root: DigiOfficeClient  # the administrator, who sees every task
    users: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)

    async def furnish(self) -> None:
        """Make the people and deploy the model."""

        def work(unit: Unit) -> None:
            identity.add_group(unit, "Surveyor", type_="role")
            for name, groups, admin in PEOPLE:
                identity.add_user(unit, name, hashed(PASSWORD), admin=admin, groups=groups)
                person = identity.person(unit, name)
                assert person is not None
                self.users[name] = person.number
            for name in ("reviewers", "managers", "Surveyor"):
                self.groups[name] = identity.add_group(unit, name).number

        await self.served.services.run(work)

    async def start(self, **variables: object) -> int:
        """Start the process; the number of its first task."""
        given = {"rejected": False, **variables}
        body = {"variables": {name: {"value": value} for name, value in given.items()}}
        instance = await self.camunda.start("Handover", body)
        (task,) = await self.tasks(instance)
        return int(task["ID"])

    async def tasks(self, instance: str | None = None, **members: object) -> list[Any]:
        """Open tasks, of one instance (as Camunda names it) or of all, as the administrator sees them."""
        wanted: dict[str, object] = {**members}
        if instance is not None:
            wanted["WorkflowID"] = int(instance[-12:], 16)
        response = await self.root.post(TASKS, wanted)
        assert response.status_code == 200, response.text
        found: list[Any] = response.json()
        return found

    async def task(self, number: int) -> Any:  # noqa: ANN401 - JSON
        """One task, open or finished, as the administrator sees it."""
        response = await self.root.get(f"{TASKS}/{number}")
        assert response.status_code == 200, response.text
        return response.json()

    async def following(self, number: int) -> Any:  # noqa: ANN401 - JSON
        """The one open task of the workflow of a task."""
        workflow = (await self.task(number))["WorkflowID"]
        (found,) = (await self.root.post(TASKS, {"WorkflowID": workflow})).json()
        return found

    async def way(self, number: int, name: str) -> str:
        """The GUID of a transition of a task, by its name."""
        (found,) = [one["ID"] for one in (await self.task(number))["Transitions"] if one["Name"] == name]
        return str(found)

    async def is_open(self, number: int) -> bool:
        """Whether a task is still to be done."""
        return (await self.task(number))["FinishedDate"] is None


def error_of(response: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    """The error of an answer, which has to be there in both spellings."""
    body = response.json()
    pascal, camel = body["ResponseStatus"], body["responseStatus"]
    assert (pascal["ErrorCode"], pascal["Message"]) == (camel["errorCode"], camel["message"])
    assert [one["FieldName"] for one in pascal["Errors"]] == [one["fieldName"] for one in camel["errors"]]
    return pascal
