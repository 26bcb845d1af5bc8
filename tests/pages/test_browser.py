"""A person with a browser on the interactive pages: a real Chromium reads, signs in, and tries operations out."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from taskbridge.app import document_of
from taskbridge.spec import operations
from tests import patience
from tests.clients.programs import ANSWERS, checking, finished, taskbridge
from tests.figures import figure
from tests.npm import installed

FOLDER = Path(__file__).with_name("browser")
Step = dict[str, Any]
SIGN_IN = '{"username": "alice", "password": "alice"}'
CREDENTIALS = '{"provider": "credentials", "UserName": "demo", "Password": "demo"}'

#: What is done on each page, and what one of the answers tells. `{key}` is an API key.
VISITS: dict[str, tuple[list[Step], str]] = {
    "camunda": (
        [
            {"authorize": {"scheme": "basicAuth", "values": ["demo", "demo"]}},
            {"execute": "camunda_list_process_definitions"},
        ],
        '"key": "contract"',
    ),
    "alfresco": (
        [
            {"authorize": {"scheme": "basicAuth", "values": ["bob", "bob"]}},
            {"execute": "alfresco_list_tasks"},
        ],
        '"assignee": "bob"',
    ),
    "worldserver": (
        [
            {"execute": "worldserver_login", "body": SIGN_IN, "keep": {"token": "sessionId"}},
            {"authorize": {"scheme": "tokenInHeader", "values": ["{token}"]}},
            {"execute": "worldserver_list_tasks"},
            {"leave": "tokenInHeader"},
            {"authorize": {"scheme": "tokenInQuery", "values": ["{token}"]}},
            {"execute": "worldserver_list_workflows"},
        ],
        '"name": "Adhoc Activiti Process"',
    ),
    "digioffice": (
        [
            {"authorize": {"scheme": "bearer", "values": ["{key}"]}},
            {"execute": "digioffice_list_tasks"},
            {"leave": "bearer"},
            {"execute": "digioffice_authenticate", "body": CREDENTIALS},
            {"execute": "digioffice_list_tasks"},
        ],
        '"UserName": "demo"',
    ),
}


@dataclass(frozen=True)
class Place:
    """A server with the demo that asks everybody for credentials, and what it told when it started."""

    url: str
    api_key: str
    told: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("pages")
    database = f"sqlite:///{folder}/taskbridge.db"
    with checking(folder, "--demo", "--camunda-auth", "basic", database_url=database) as (server, url):
        key = finished([taskbridge(), "user", "api-key", "demo", "--database-url", database], folder)
        assert key.returncode == 0, key.stderr
        yield Place(url.removesuffix("/engine-rest"), key.stdout.strip(), server.output)


def visited(place: Place, vendor: str, steps: list[Step]) -> Any:  # noqa: ANN401 - JSON
    """What the browser tells of a visit."""
    visit = {"url": f"{place.url}/docs", "follow": f"/docs/{vendor}", "steps": steps}
    command = [installed(FOLDER), str(FOLDER / "visit.js"), json.dumps(visit)]
    done = subprocess.run(
        command,
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=patience.PROGRAM_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("vendor", VISITS)
def test_a_page_shows_every_operation_and_tries_them_out(place: Place, vendor: str) -> None:
    steps, told = VISITS[vendor]
    written = json.loads(json.dumps(steps).replace("{key}", place.api_key))
    seen = visited(place, vendor, written)
    known = sum(1 for _ in operations(document_of(vendor)))
    assert seen["operations"] == known
    assert [answer["status"] for answer in seen["answers"]] == [200] * len(seen["answers"])
    assert [answer for answer in seen["answers"] if told in answer["text"]]
    assert seen["complaints"] == []
    assert {urlsplit(url).netloc for url in seen["requests"]} == {urlsplit(place.url).netloc}
    assert not ANSWERS.read()
    figure(f"interactive page, {vendor}", f"{known} operations shown, {len(seen['answers'])} tried out in a browser")


def test_the_server_tells_where_the_pages_are(place: Place) -> None:
    assert f"  Try them at {place.url}/docs in a browser\n" in place.told
