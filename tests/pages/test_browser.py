"""A person with a browser on the interactive pages: a real Chromium reads, signs in, and tries operations out."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from taskbridge import __version__
from taskbridge.app import document_of
from taskbridge.spec import operations
from tests import checked_http, patience
from tests.clients.programs import ANSWERS, checking, finished, taskbridge
from tests.figures import figure
from tests.npm import installed

pytestmark = pytest.mark.long

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
        key = finished([taskbridge(), "user", "api-key", "add", "demo", "--database-url", database], folder)
        assert key.returncode == 0, key.stderr
        yield Place(url.removesuffix("/engine-rest"), key.stdout.strip(), server.output)


def browsed(program: str, argument: Any) -> Any:  # noqa: ANN401 - JSON
    """What a program prints that has a browser do something."""
    command = [installed(FOLDER), str(FOLDER / program), json.dumps(argument)]
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


def visited(place: Place, vendor: str, steps: list[Step]) -> Any:  # noqa: ANN401 - JSON
    """What the browser tells of a visit."""
    return browsed("visit.js", {"url": f"{place.url}/docs", "follow": f"/docs/{vendor}", "steps": steps})


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
    assert f"  Try them at {place.url}/ in a browser\n" in place.told


#: What is looked at, in two widths and two schemes of colours; the elements whose contrast is judged.
LOOKS = {
    "/": "body *",
    "/docs": "body *",
    "/docs/alfresco": ".top *, .info *, .rules summary, .opblock-tag *, .opblock-summary *, .btn.authorize span",
}
WIDTHS = {"phone": (360, 740), "desktop": (1280, 800)}


def test_the_pages_can_be_read_on_a_phone_in_the_dark_and_by_keyboard(place: Place) -> None:
    views = [
        {"url": place.url + path, "width": width, "height": height, "dark": dark, "texts": texts}
        for path, texts in LOOKS.items()
        for width, height in WIDTHS.values()
        for dark in (False, True)
    ]
    judged = 0
    for view, seen in zip(views, browsed("look.js", views), strict=True):
        assert seen["content"] <= view["width"], view
        assert seen["contrast"]["found"] == [], view
        assert seen["contrast"]["judged"] > 20
        judged += seen["contrast"]["judged"]
        red, *_ = map(int, re.findall(r"\d+", seen["ground"]))
        assert (red < 60) == view["dark"], view
        assert [stop["name"] for stop in seen["stops"][:3]] == [
            "Skip to the content",
            f"Taskbridge {__version__}",
            "Start",
        ]
        assert all(stop["seen"] for stop in seen["stops"]), (view, seen["stops"])
        assert seen["complaints"] == []
    figure("pages in a browser", f"{len(views)} views without horizontal scrolling, contrast of {judged} texts sound")


def test_an_operation_of_a_large_api_is_found_by_filter_and_by_address(place: Place) -> None:
    name = "camunda_fetch_and_lock_external_tasks"
    seen = browsed(
        "find.js",
        {"url": f"{place.url}/docs/camunda", "phrase": "fetch and lock", "link": f"External%20Task/{name}"},
    )
    assert seen["first"]["operations"] == 0
    assert seen["first"]["tags"] > 10
    assert seen["top"] < 600  # within the first screen
    assert (seen["folded"], seen["unfolded"]) == (False, True)
    assert all(server.startswith(f"{place.url}/engine-rest") for server in seen["servers"])
    assert seen["hint"] == "Filter by name, path or tag"
    assert seen["filtered"] == {"tags": 1, "operations": 1, "open": 0}
    assert seen["linked"]["open"] == 1


#: What an answer has that the start page says how to get.
FIRST_ANSWERS = ('"name":"Draft"', '"sessionId"', '"topicName":"typeset-contract"', '"WorkflowID"')


def test_what_the_start_page_says_to_try_first_works(place: Place, tmp_path: Path) -> None:
    page = checked_http.get(f"{place.url}/", headers={"Accept": "text/html"}).text
    commands = [unescape(one) for one in re.findall(r"<pre><code>(.+?)</code></pre>", page, re.DOTALL)]
    assert len(commands) == len(FIRST_ANSWERS)
    for command, expected in zip(commands, FIRST_ANSWERS, strict=True):
        done = finished(["sh", "-c", command.replace("curl ", "curl -sS --fail ", 1)], tmp_path)
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout
