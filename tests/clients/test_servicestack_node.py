"""npm ``@servicestack/client``, unmodified, with the types that Taskbridge generates."""

import json
from pathlib import Path

import pytest

from tests import checked_http
from tests.clients.conftest import NODE_FOLDER
from tests.clients.engine import Json
from tests.clients.office import Office
from tests.clients.programs import finished

pytestmark = pytest.mark.long


@pytest.fixture
def types(office: Office, tmp_path: Path) -> Path:
    """The generated types, saved to a file."""
    file = tmp_path / "dtos.ts"
    file.write_text(checked_http.get(f"{office.host}/api/types/typescript").text)
    return file


def test_the_generated_types_are_typescript(node: str, types: Path) -> None:
    compiler = NODE_FOLDER / "node_modules" / "typescript" / "bin" / "tsc"
    command = [node, str(compiler), "--noEmit", "--strict", "--target", "es2022", str(types)]
    done = finished(command, NODE_FOLDER)
    assert (done.returncode, done.stdout) == (0, "")


def test_tasks_are_finished_and_errors_read(node: str, office: Office, types: Path) -> None:
    """Contract 32."""
    tasks = dict(zip(("task", "other", "third"), [office.start() for _ in range(3)], strict=True))
    user, password = office.auth
    given = {"host": office.host, "user": user, "password": password, "key": office.key, "types": str(types)}
    given |= {"way": office.way(tasks["task"], "Afgekeurd"), **tasks}  # type: ignore[dict-item]
    done = finished([node, str(NODE_FOLDER / "servicestack.js"), json.dumps(given)], NODE_FOLDER)
    assert done.returncode == 0, done.stderr
    told: dict[str, Json] = {event.pop("event"): event for event in map(json.loads, done.stdout.splitlines())}
    assert told.pop("again") == {
        "errorCode": "WorkflowTaskAlreadyFinished",
        "message": f"Workflow task {tasks['task']} is already finished",
        "fields": [],
    }
    assert told.pop("missing")["fields"] == ["DateTime", "Reason"]
    assert told.pop("nobody")["errorCode"] == "401"
    assert told.pop("key")["errorCode"] == "WorkflowTaskAlreadyFinished"
    assert told == {
        "finished": {"answer": None},
        "by route": {"answer": None},
        "shown": {"name": "Inspect", "status": "Finished"},
        "listed": {"names": ["Inspect"]},
        "session": {"user": user},
    }
    assert all(office.is_finished(task) for task in tasks.values())
