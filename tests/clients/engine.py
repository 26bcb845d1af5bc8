"""The server as plain HTTP shows it: what tests do when the client under test cannot, and how they check its work."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

_FOLDER = Path(__file__).parent
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Model:
    """A model under a key of its own, so that no other test's worker gets its tasks."""

    key: str
    file: Path

    @property
    def pack(self) -> str:
        """Topic of the first task."""
        return f"pack-{self.key}"

    @property
    def send(self) -> str:
        """Topic of the task after it."""
        return f"send-{self.key}"

    @property
    def reorder(self) -> str:
        """Topic of the task that the error ``OUT_OF_STOCK`` of the first one leads to."""
        return f"reorder-{self.key}"

    @property
    def alarm(self) -> str:
        """Signal that an instance begins with, and waits for then."""
        return f"alarm-{self.key}"

    @property
    def ordered(self) -> str:
        """Message that an instance begins with."""
        return f"ordered-{self.key}"

    @property
    def paid(self) -> str:
        """Message that it waits for then."""
        return f"paid-{self.key}"


def model(name: str, key: str, folder: Path) -> Model:
    """Write the model with that key to a file."""
    text = (_FOLDER / f"{name}.bpmn").read_text()
    file = folder / f"{key}.bpmn"
    file.write_text(text.format(key=key))
    return Model(key, file)


class Engine:
    """A server under its base URL. A call that does not succeed fails the test."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self.url = url
        self._http = http

    def deploy(self, made: Model) -> Json:
        """Deploy a model."""
        files = {"model": (made.file.name, made.file.read_bytes())}
        data = {"deployment-name": made.key}
        deployed: Json = self._json(self._http.post("/deployment/create", data=data, files=files))
        return deployed

    def start(self, made: Model, **variables: Any) -> str:  # noqa: ANN401
        """Start an instance with untyped variables; its id."""
        body = {"variables": {name: {"value": value} for name, value in variables.items()}}
        started = self._json(self._http.post(f"/process-definition/key/{made.key}/start", json=body))
        return str(started["id"])

    def variables(self, instance: str) -> dict[str, Json]:
        """All variables of an instance, as stored."""
        path = f"/process-instance/{instance}/variables?deserializeValues=false"
        found: dict[str, Json] = self._json(self._http.get(path))
        return found

    def content(self, instance: str, variable: str) -> httpx.Response:
        """A file's bytes, with the headers they are sent under."""
        answer = self._http.get(f"/process-instance/{instance}/variables/{variable}/data")
        assert answer.status_code == 200, answer.text
        return answer

    def task(self, instance: str) -> Json:
        """The one open external task of an instance."""
        (found,) = self._json(self._http.get("/external-task", params={"processInstanceId": instance}))
        return dict(found)

    def activity(self, instance: str) -> str:
        """Where an instance waits."""
        return str(self.task(instance)["activityId"])

    def incidents(self, instance: str) -> list[Json]:
        """What is wrong with an instance."""
        found: list[Json] = self._json(self._http.get("/incident", params={"processInstanceId": instance}))
        return found

    def instances(self, made: Model) -> list[Json]:
        """The running instances of a model, oldest first."""
        where = {"processDefinitionKey": made.key, "sortBy": "instanceId", "sortOrder": "asc"}
        found: list[Json] = self._json(self._http.get("/process-instance", params=where))
        return found

    def has_ended(self, instance: str) -> bool:
        """Whether an instance is over."""
        return self._http.get(f"/process-instance/{instance}").status_code == 404

    @staticmethod
    def _json(answer: httpx.Response) -> Any:  # noqa: ANN401
        assert answer.status_code == 200, answer.text
        return answer.json()
