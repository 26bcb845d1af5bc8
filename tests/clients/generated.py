"""Clients that `openapi-python-client` makes out of the documents, at the time of the tests."""

import base64
import importlib
import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from taskbridge.app import document_of, document_path
from taskbridge.spec.document import Document
from tests import patience

DOCUMENTS = ("alfresco", "camunda", "digioffice", "taskbridge", "worldserver")
CONFIG = Path(__file__).with_name("openapi_python_client.yaml")
#: Where each document's API begins on a server.
BASES = {
    "alfresco": "/alfresco/api/-default-/public",
    "camunda": "/engine-rest",
    "digioffice": "/api",
    "taskbridge": "",
    "worldserver": "/ws-api/v2",
}
#: Makes what the generator needs for bodies of several content types, which only DigiOffice has.
_TEMPLATES = Path(__file__).parents[2] / "scripts" / "client_templates.py"


@dataclass(frozen=True)
class Generated:
    """A package of the generator, by its parts, and the document it was made from."""

    document: str
    name: str

    @cached_property
    def raw(self) -> Document:
        """The document."""
        return document_of(self.document)

    def module(self, path: str) -> Any:  # noqa: ANN401 - a generated module
        """A module of the package."""
        return importlib.import_module(f"{self.name}.{path}")

    @property
    def package(self) -> ModuleType:
        """The package itself."""
        return importlib.import_module(self.name)

    def model(self, model: str, /, **values: Any) -> Any:  # noqa: ANN401 - a generated class
        """A model of the client."""
        return getattr(self.module("models"), model)(**values)

    def file(self, name: str, content: bytes) -> Any:  # noqa: ANN401 - a generated class
        """A file to be sent."""
        return self.module("types").File(payload=io.BytesIO(content), file_name=name)

    def operation(self, tag: str, name: str) -> Any:  # noqa: ANN401 - a generated module
        """The module of an operation, by its tag and its id without the document's name."""
        return self.module(f"api.{tag}.{self.document}_{name}")


class Caller:
    """Calls operations through a generated client, as one user, whose password is his name."""

    def __init__(self, generated: Generated, host: str, name: str) -> None:
        self.generated = generated
        self.model, self.file = generated.model, generated.file
        self.name = name
        base = host + BASES[generated.document]
        self.client = generated.package.AuthenticatedClient(
            base_url=base, timeout=patience.SECONDS, **self._credentials(base)
        )

    def _credentials(self, base: str) -> dict[str, str]:
        if self.generated.document != "worldserver":
            return {"token": base64.b64encode(f"{self.name}:{self.name}".encode()).decode(), "prefix": "Basic"}
        with self.generated.package.Client(base_url=base, timeout=patience.SECONDS) as client:
            credentials = self.model("Credentials", username=self.name, password=self.name)
            session = self.generated.operation("session", "login").sync(client=client, body=credentials)
        return {"token": session.session_id, "prefix": "", "auth_header_name": "token"}

    def close(self) -> None:
        """Give the connection up."""
        self.client.get_httpx_client().close()

    def answer(self, tag: str, operation: str, *path: object, **more: object) -> Any:  # noqa: ANN401 - an answer
        """Call an operation; its answer with status and content."""
        return self.generated.operation(tag, operation).sync_detailed(*path, client=self.client, **more)

    def call(self, tag: str, operation: str, *path: object, status: int = 200, **more: object) -> Any:  # noqa: ANN401
        """Call an operation that answers with the status; the answer as the client has parsed it."""
        answer = self.answer(tag, operation, *path, **more)
        assert answer.status_code == status, answer.content
        return answer.parsed


@contextmanager
def generated_client(document: str, folder: Path) -> Iterator[Generated]:
    """A client made out of the document, as a package that can be imported as long as the block."""
    name = f"made_from_{document}"
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    command += ["--path", str(document_path(document)), "--output-path", str(folder / name), "--config", str(CONFIG)]
    if document == "digioffice":
        subprocess.run([sys.executable, str(_TEMPLATES), str(folder / "templates")], check=True)
        command += ["--custom-template-path", str(folder / "templates")]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=patience.PROGRAM_SECONDS,
        check=False,
    )
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    assert "arning" not in told, told
    sys.path.insert(0, str(folder))
    yield Generated(document, name)
    sys.path.remove(str(folder))
