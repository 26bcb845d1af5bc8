"""The start page over HTTP: who gets it, what it says of the server, and that nothing is put into it unescaped."""

import re
import shutil
from collections.abc import AsyncIterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from starlette.types import Message

from taskbridge import __version__
from taskbridge.app import application, document_of
from taskbridge.clock import ManualClock
from taskbridge.demo import content
from taskbridge.demo.first_look import FIRST_LOOK
from taskbridge.pages import Pages
from taskbridge.settings import Settings
from taskbridge.spec import Document, UnknownPath, operations
from tests import checked_http

pytestmark = pytest.mark.anyio
NAME = "taskbridge.test"
HOST = f"http://{NAME}"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
VENDORS = {
    "camunda": "Camunda 7",
    "alfresco": "Alfresco Workflow",
    "digioffice": "DigiOffice",
    "worldserver": "WorldServer",
}
#: A small document of the product's own.
WATCHED = """
openapi: 3.0.3
info: {title: Taskbridge, version: "1", description: "How the server is. For operators."}
servers: [{url: /}]
paths:
  /health/ready:
    get: {operationId: taskbridge_ready, tags: [Health], summary: Whether it can serve, responses: {}}
  /metrics:
    get: {operationId: taskbridge_metrics, tags: [Metrics], summary: Figures, responses: {}}
  /reset:
    get: {operationId: taskbridge_reset, tags: [Control], summary: Something else, responses: {}}
"""


@pytest.fixture(scope="module", params=[True, False], ids=["demo", "no demo"])
def demo(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="module")
async def http(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, anyio_backend: str, demo: bool
) -> AsyncIterator[httpx.AsyncClient]:
    file = tmp_path_factory.mktemp("start") / "taskbridge.db"
    shutil.copy(sqlite_template, file)
    settings = Settings(database_url=f"sqlite:///{file}", access_log=False, allowed_hosts=(NAME,), demo=demo)
    async with (
        application(settings, ManualClock(), prepare=content.fill if demo else None) as (app, _),
        checked_http.checked_async(HOST, transport=httpx.ASGITransport(app)) as client,
    ):
        yield client


async def asked(pages: Pages, path: str, host: str | None, **more: Any) -> tuple[Mapping[str, str], str]:  # noqa: ANN401
    """The headers and the text of an answer of the pages alone, whatever the Host header is."""
    sent: list[Message] = []
    headers = [(b"accept", b"text/html"), *([(b"host", host.encode("latin-1"))] if host is not None else [])]
    scope = {"type": "http", "method": "GET", "path": path, "headers": headers, "scheme": "http", **more}

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    await pages(scope, receive, send)
    start, *bodies = sent
    return (
        {name.decode(): value.decode("latin-1") for name, value in start["headers"]},
        b"".join(one.get("body", b"") for one in bodies).decode(),
    )


async def some_answer(http: httpx.AsyncClient, urls: list[str]) -> bool:
    """Whether an operation is at one of the URLs, or asks for credentials there."""
    for url in urls:
        if (await http.get(url)).status_code in (200, 401):
            return True
    return False


async def test_a_browser_gets_a_page_that_says_what_runs_here(http: httpx.AsyncClient) -> None:
    page = await http.get("/", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; img-src 'self'; ")
    assert (page.headers["vary"], page.headers["cache-control"]) == ("Accept", "no-cache")
    assert '<html lang="en">' in page.text
    assert f"Version {__version__}" in page.text
    assert re.findall(r"<h3>(.+?)</h3>", page.text)[:4] == list(VENDORS.values())
    again = await http.get("/", headers={**BROWSER, "If-None-Match": page.headers["etag"]})
    assert again.status_code == 304
    head = await http.head("/", headers=BROWSER)
    assert (head.content, head.headers) == (b"", page.headers)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "", "text/plain"])
async def test_other_clients_get_what_they_got_before(http: httpx.AsyncClient, accept: str) -> None:
    answer = await http.get("/", headers={"Accept": accept})
    assert (answer.status_code, answer.json()) == (404, {"message": "nothing is at this path"})
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_other_methods_get_what_they_got_before(http: httpx.AsyncClient, method: str) -> None:
    answer = await http.request(method, "/", headers=BROWSER)
    assert (answer.status_code, answer.json()) == (404, {"message": "nothing is at this path"})


@pytest.mark.parametrize("path", ["/", "/docs"])
@pytest.mark.parametrize("base", [HOST, f"https://{NAME}", f"http://{NAME}:8099"])
async def test_every_address_is_that_of_the_server_as_the_browser_reached_it(
    http: httpx.AsyncClient, path: str, base: str
) -> None:
    page = await http.get(f"{base}{path}", headers=BROWSER)
    named = set(re.findall(r"https?://[^\s<\"'&]+", page.text))
    assert {f"{base}/engine-rest", f"{base}/ws-api/v2", f"{base}/api", f"{base}/alfresco/api/-default-/public"} <= named
    assert all(address == base or address.startswith(f"{base}/") for address in named)


async def test_at_every_address_an_api_answers(http: httpx.AsyncClient) -> None:
    page = (await http.get("/docs", headers=BROWSER)).text
    sections = dict(re.findall(r'<section .*?aria-labelledby="(\w+)">(.*?)</section>', page, re.DOTALL))
    assert list(VENDORS) == [name for name in sections if name in VENDORS]
    for vendor in VENDORS:
        shown = [unescape(one).rstrip("/") for one in re.findall(r"<code>(http.+?)</code>", sections[vendor])]
        assert len(shown) == 2
        paths = [one.path for one in operations(document_of(vendor)) if one.method == "GET" and "{" not in one.path]
        for address in shown:
            assert await some_answer(http, [address + path for path in paths]), address


async def test_every_link_of_the_start_page_leads_somewhere(http: httpx.AsyncClient) -> None:
    page = await http.get("/", headers=BROWSER)
    for link in re.findall(r'href="([^"#]+)', page.text):
        assert (await http.get(link, headers=BROWSER)).status_code == 200, link


async def test_the_demo_is_shown_when_it_is_the_demo(http: httpx.AsyncClient, demo: bool) -> None:
    for path in ("/", "/docs"):
        page = (await http.get(path, headers=BROWSER)).text
        assert ("bob" in page) == demo, path
        assert ("curl" in page) == (demo and path == "/"), path


async def test_only_what_is_served_is_shown() -> None:
    some: dict[str, Document] = {name: document_of(name) for name in ("camunda", "worldserver")}
    _, start = await asked(Pages(some, FIRST_LOOK), "/", NAME)
    _, index = await asked(Pages(some, FIRST_LOOK), "/docs", NAME)
    _, page = await asked(Pages(some), "/docs/camunda", NAME)
    assert re.findall(r"<h3>(.+?)</h3>", start) == [
        "Camunda 7",
        "WorldServer",
        "Try this first",
        "Translate: WorldServer",
        "Typeset: Camunda 7",
    ]
    assert re.findall(r'<section class="card api" aria-labelledby="(\w+)"', index) == ["camunda", "worldserver"]
    assert re.findall(r'<a href="/docs/(\w+)"', page) == ["camunda", "worldserver"]
    assert "/health" not in start
    with pytest.raises(UnknownPath):
        await asked(Pages(some), "/docs/alfresco", NAME)


async def test_the_products_own_document_is_listed_and_tells_how_the_server_is() -> None:
    own: dict[str, Document] = {"camunda": document_of("camunda"), "taskbridge": yaml.safe_load(WATCHED)}
    _, start = await asked(Pages(own), "/", NAME)
    assert re.findall(r"<h3>(.+?)</h3>", start) == ["Camunda 7"]
    watch = start.partition('id="watch"')[2].partition("</section>")[0]
    assert re.findall(r'href="([^"]+)"', watch) == ["/health/ready", "/metrics"]
    _, index = await asked(Pages(own), "/docs", NAME)
    assert re.findall(r'<section class="card api" aria-labelledby="(\w+)"', index) == ["camunda", "taskbridge"]
    assert "How the server is.</p>" in index


HOSTILE = ['"><script>alert(1)</script>', "x' onload='y", "a&b<c", "ä\xff"]


@pytest.mark.parametrize("host", HOSTILE)
async def test_a_hostile_host_is_refused_before_any_page(http: httpx.AsyncClient, host: str) -> None:
    for path in ("/", "/docs", "/docs/camunda/openapi.json"):
        answer = await http.get(path, headers=[(b"Accept", b"text/html"), (b"Host", host.encode("latin-1"))])
        assert answer.status_code == 400
        assert host not in answer.text


@pytest.mark.parametrize("host", HOSTILE)
async def test_whatever_the_host_is_it_is_escaped(host: str) -> None:
    pages = Pages({"camunda": document_of("camunda")}, FIRST_LOOK)
    for path in ("/", "/docs"):
        _, page = await asked(pages, path, host)
        assert host not in page or not set(host) & set("<>&\"'")
        assert "<script" not in page
        assert f"http://{host}/engine-rest" in unescape(page)
    _, text = await asked(pages, "/docs/camunda/openapi.json", host)
    assert yaml.safe_load(text)["servers"][0]["url"] == f"http://{host}/engine-rest"


async def test_without_a_host_the_address_of_the_connection_counts() -> None:
    pages = Pages({"camunda": document_of("camunda")})
    _, page = await asked(pages, "/", None, server=("127.0.0.1", 8099), http_version="1.0")
    assert "http://127.0.0.1:8099/engine-rest" in page


async def test_links_stay_below_the_path_of_a_proxy() -> None:
    _, page = await asked(Pages({"camunda": document_of("camunda")}), "/below/", NAME, root_path="/below")
    assert f"{HOST}/below/engine-rest" in page
    assert all(link.startswith(("/below/", "#")) for link in re.findall(r'(?:href|src)="([^"]+)"', page))
