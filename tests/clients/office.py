"""A server as ServiceStack's clients see it: its address, who signs in, and tasks to finish."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import checked_http
from tests.clients.engine import Engine, Model

USER, PASSWORD = "packer", "Sesame-1"
SEED = Path(__file__).parents[3] / "shared" / "seeds" / "004_04903c9d469e3c56.txt"


@dataclass(frozen=True, slots=True)
class Office:
    """A server with an inspection that can be started; ``auth`` and ``key`` are the same person's."""

    host: str
    auth: tuple[str, str]
    key: str
    engine: Engine
    inspection: Model

    def start(self) -> int:
        """Start an inspection; the number of its task."""
        self.engine.start(self.inspection)
        return int(self.open_tasks()[-1]["ID"])

    def open_tasks(self) -> list[dict[str, Any]]:
        """The open tasks of this inspection, oldest first."""
        found = self._get("/api/workflowtasks?Take=1000")
        return [one for one in found if one["WorkflowDescription"] == f"Inspection {self.inspection.key}"]

    def task(self, number: int) -> dict[str, Any]:
        """One task, open or finished."""
        found: dict[str, Any] = self._get(f"/api/workflowtasks/{number}")
        return found

    def way(self, number: int, name: str) -> str:
        """The GUID of a transition of a task."""
        return next(str(one["ID"]) for one in self.task(number)["Transitions"] if one["Name"] == name)

    def is_finished(self, number: int) -> bool:
        """Whether a task is done."""
        return bool(self.task(number)["Status"] == "Finished")

    def _get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        answer = checked_http.get(self.host + path, auth=self.auth)
        assert answer.status_code == 200, answer.text
        return answer.json()
