"""TypeScript clients: types that `openapi-typescript` makes from the documents, used through `openapi-fetch`.

The programs beside this module are type-checked against them, compiled, and run against a server; each does what its
vendor's page is about.
"""

import json
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from taskbridge.app import document_path
from tests.clients.generated import DOCUMENTS
from tests.clients.programs import finished
from tests.clients.work import engine, order_project, reach_approval, start_order
from tests.figures import figure
from tests.npm import installed

pytestmark = pytest.mark.long

FOLDER = Path(__file__).with_name("typescript")
_OPERATION = re.compile(r"^    \w+: \{$", re.MULTILINE)
Run = Callable[..., Any]


@dataclass(frozen=True)
class Workshop:
    """A folder with the generated types, the programs, and the compiler."""

    folder: Path
    node: str

    def generate(self, document: str) -> None:
        """Make the types of a document; the generator has nothing to say about it."""
        target = self.folder / "api" / f"{document}.ts"
        command = self._tool("openapi-typescript", "bin/cli.js")
        options = [str(document_path(document)), "--default-non-nullable", "false", "--output", str(target)]
        done = finished([*command, *options], self.folder)
        assert done.returncode == 0, done.stderr
        assert "⚠" not in done.stdout + done.stderr, done.stdout + done.stderr
        operations = target.read_text().partition("export interface operations {")[2]
        figure(f"typescript client, {document}", f"{len(_OPERATION.findall(operations))} operations typed")

    def compile(self, *programs: str) -> list[str]:
        """Type-check and compile programs; what the compiler complains about."""
        settings = json.loads((FOLDER / "tsconfig.json").read_text())
        settings["include"] = list(programs)
        (self.folder / "tsconfig.json").write_text(json.dumps(settings))
        return finished(self._tool("typescript", "bin/tsc"), self.folder).stdout.splitlines()

    def run(self, program: str, **given: object) -> Any:  # noqa: ANN401 - JSON
        """What a compiled program told."""
        done = finished([self.node, str(self.folder / "out" / f"{program}.js"), json.dumps(given)], self.folder)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def _tool(self, package: str, script: str) -> list[str]:
        return [self.node, str(FOLDER / "node_modules" / package / script)]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    node = installed(FOLDER)
    folder = tmp_path_factory.mktemp("typescript")
    for source in [*FOLDER.glob("*.ts"), FOLDER / "package.json"]:
        shutil.copy(source, folder)
    (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    made = Workshop(folder, node)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(made.generate, DOCUMENTS))
    return made


@pytest.fixture(scope="module")
def run(workshop: Workshop) -> Run:
    """Runs a program that was compiled against the types."""
    assert workshop.compile(*(f"{document}.ts" for document in DOCUMENTS)) == []
    return workshop.run


def test_what_no_document_has_is_refused_by_the_compiler(workshop: Workshop) -> None:
    missing, unknown = [line for line in workshop.compile("wrong.ts") if line.startswith("wrong.ts")]
    assert "error TS2322: Type '{ id: number; }' is not assignable" in missing
    assert "error TS2339: Property 'nothing' does not exist" in unknown


def test_camunda_an_external_task_is_completed(run: Run, demo_service: str) -> None:
    instance = start_order(demo_service, "T-1")
    assert run("camunda", host=demo_service, instance=instance) == {
        "topic": "check-stock",
        "amount": 150,
        "other": [400, "RestException"],
        "done": [204, None],
        "again": [404, "RestException"],
    }
    (task,) = engine(demo_service, "/task", processInstanceId=instance)
    assert task["taskDefinitionKey"] == "approve"
    assert engine(demo_service, f"/process-instance/{instance}/variables/places")["value"] == 3


def test_alfresco_a_task_is_updated(run: Run, demo_service: str) -> None:
    assert run("alfresco", host=demo_service) == {
        "states": ["unclaimed", "claimed", "completed"],
        "assignee": "alice",
        "again": 405,
        "missing": 404,
        "following": ["verifyTaskDone"],
    }


def test_digioffice_a_workflow_task_is_finished(run: Run, demo_service: str) -> None:
    instance = start_order(demo_service, "T-2")
    reach_approval(demo_service, instance)
    assert run("digioffice", host=demo_service, name="Order T-2") == {
        "done": 204,
        "again": [409, "WorkflowTaskAlreadyFinished"],
        "status": "Finished",
        "comments": ["Fine", "typed"],
    }
    (following,) = engine(demo_service, "/external-task", processInstanceId=instance)
    assert following["topicName"] == "ship-goods"


def test_worldserver_a_task_is_completed(run: Run, demo_service: str) -> None:
    seen = run("worldserver", host=demo_service, projectId=order_project(demo_service))
    assert seen.pop("task") > 0
    assert seen == {
        "listed": [1, "typed.txt"],
        "claimed": "OK",
        "completed": "OK",
        "steps": ["Translate", "Review"],
        "missing": [404, "Resource TASK (1) not found"],
    }
