"""What the tests of WorldServer's clients share: a served translation office, and a client made from the document."""

import importlib
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

from taskbridge.app import document_path

TOPIC = "publish-translation"


@dataclass
class Place:
    """Where a server with the demo's people, locales and processes is found."""

    engine: str

    @property
    def host(self) -> str:
        """Scheme, host and port."""
        return self.engine.removesuffix("/engine-rest")

    @property
    def base(self) -> str:
        """The base URL of the current version."""
        return f"{self.host}/ws-api/v2"

    @cached_property
    def ids(self) -> dict[str, int]:
        """The ids of locales, clients and project types by the first word of their names."""
        found: dict[str, int] = {}
        with httpx.Client(base_url=self.base, timeout=20) as http:
            token = http.post("/login", json={"username": "demo", "password": "demo"}).json()["sessionId"]
            for path in ("locales", "clients", "projectTypes"):
                items = http.get(f"/{path}", headers={"token": token}).json()["items"]
                found |= {item["name"].partition(" ")[0]: item["id"] for item in items}
        return found

    def work(self) -> bool:
        """Let an unmodified worker of the other vendor do one automatic step; tells whether there was one."""
        # Its package makes a noise while it is imported; by now that has been done, without a sound.
        from camunda.external_task.external_task_worker import (  # noqa: PLC0415
            ExternalTaskWorker,
            NoExternalTaskFound,
        )

        worker = ExternalTaskWorker(worker_id="w", base_url=self.engine, config={"asyncResponseTimeout": 0})
        try:
            worker.fetch_and_execute(TOPIC, lambda task: task.complete({"published": True}))
        except NoExternalTaskFound:
            return False
        return True


@dataclass(frozen=True)
class Generated:
    """A package of the generator, by its parts."""

    name: str

    def module(self, path: str) -> Any:  # noqa: ANN401 - a generated module
        """A module of the package."""
        return importlib.import_module(f"{self.name}.{path}")

    @property
    def package(self) -> ModuleType:
        """The package itself."""
        return importlib.import_module(self.name)


def generate(folder: Path, name: str) -> Generated:
    """Make a client out of the document, as a package that can be imported."""
    config = folder / "generator.yaml"
    # The generator knows bytes by one content type only.
    config.write_text("post_hooks: []\ncontent_type_overrides: {image/png: application/octet-stream}\n")
    target = folder / name
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    command += ["--path", str(document_path("worldserver")), "--output-path", str(target), "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    return Generated(name)
