"""The interactive pages over HTTP: what is where, for how long, and that no API pays or gives way for them."""

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import httpx
import pytest
from openapi_spec_validator import validate

from taskbridge.app import application, document_of
from taskbridge.clock import ManualClock
from taskbridge.pages.apis import watched
from taskbridge.settings import Settings
from taskbridge.spec import operations
from tests import checked_http
from tests.clients.programs import serving

pytestmark = pytest.mark.anyio
#: The documents that the pages show: those of the vendors, and the product's own.
DOCUMENTS = ("camunda", "alfresco", "digioffice", "worldserver", "taskbridge")
NAME = "taskbridge.test"
HOST = f"http://{NAME}"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
HTML = "text/html; charset=utf-8"
#: Links of the start page that lead to no page.
WATCHED = {one.path for one in watched({name: document_of(name) for name in DOCUMENTS})}


@pytest.fixture(scope="module")
async def http(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, anyio_backend: str
) -> AsyncIterator[httpx.AsyncClient]:
    file = tmp_path_factory.mktemp("pages") / "taskbridge.db"
    shutil.copy(sqlite_template, file)
    settings = Settings(database_url=f"sqlite:///{file}", access_log=False, allowed_hosts=(NAME,))
    async with (
        application(settings, ManualClock()) as (app, _),
        checked_http.checked_async(HOST, transport=httpx.ASGITransport(app)) as client,
    ):
        yield client


def addresses(page: httpx.Response) -> Iterator[str]:
    """Whatever a page names, as whole addresses."""
    for link in re.findall(r'(?:href|src|data-document)="([^"]+)"', page.text):
        yield urldefrag(urljoin(str(page.url), link)).url


def servers(document: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON
    """Whatever servers a document names, at any place."""
    if isinstance(document, dict):
        yield from document.get("servers", ())
        document = list(document.values())
    if isinstance(document, list):
        for one in document:
            yield from servers(one)


async def test_everything_that_the_pages_name_is_there_and_on_this_server(http: httpx.AsyncClient) -> None:
    seen, waiting = set(), [f"{HOST}/"]
    linked: set[str] = set()
    while waiting:
        answer = await http.get(waiting.pop(), headers=BROWSER)
        seen.add(answer.url.path)
        assert answer.status_code == 200, answer.url
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        assert policy.pop("default-src") == policy["base-uri"] == policy["form-action"] == "'none'"
        assert ("script-src" in policy) == ("<script" in answer.text and answer.headers["content-type"] == HTML)
        assert not [source for part in policy.values() for source in part.split() if "//" in source or source == "*"]
        if answer.headers["content-type"] == HTML:
            named = list(addresses(answer))
            pages = [address for address in named if address == f"{HOST}/" or address.startswith(f"{HOST}/docs")]
            linked |= set(named) - set(pages)
            waiting += [address for address in pages if httpx.URL(address).path not in seen]
    assert linked == {HOST + path for path in WATCHED}
    assert {(await http.get(address)).status_code for address in linked} == {200}
    assert {path for name in DOCUMENTS for path in (f"/docs/{name}", f"/docs/{name}/openapi.json")} < seen
    assert {path.rpartition("/")[2] for path in seen if "/assets/" in path} == {
        "api.js",
        "logo.svg",
        "page.css",
        "swagger-ui-bundle.js",
        "swagger-ui.css",
    }


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_the_document_is_served_whole_with_addresses_of_this_server(http: httpx.AsyncClient, name: str) -> None:
    answer = await http.get(f"/docs/{name}/openapi.json")
    served = answer.json()
    validate(served)
    assert len(list(operations(served))) > 2
    addressed = [one["url"] for one in servers(served)]
    assert all(url.startswith(f"{HOST}/") for url in addressed)
    for one in servers(served):
        one["url"] = one["url"].removeprefix(HOST)
    assert served == document_of(name)
    assert addressed[0] == HOST + document_of(name)["servers"][0]["url"]


async def test_a_document_for_another_host_is_another_document(http: httpx.AsyncClient) -> None:
    path = "/docs/camunda/openapi.json"
    here = await http.get(path)
    other = await http.get(f"https://{NAME}:8443{path}", headers={"If-None-Match": here.headers["etag"]})
    assert other.status_code == 200
    assert other.headers["etag"] != here.headers["etag"]
    assert other.json()["servers"][0]["url"] == f"https://{NAME}:8443/engine-rest"
    again = await http.get(path, headers={"If-None-Match": here.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "no-cache")


async def test_pages_are_asked_for_again_and_scripts_are_kept(http: httpx.AsyncClient) -> None:
    page = await http.get("/docs/camunda")
    assert page.headers["cache-control"] == "no-cache"
    again = await http.get("/docs/camunda", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", page.headers["etag"])
    script = next(address for address in addresses(page) if address.endswith("api.js"))
    assert (await http.get(script)).headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_other_methods_are_answered_sensibly(http: httpx.AsyncClient) -> None:
    whole, head = await http.get("/docs/camunda"), await http.head("/docs/camunda")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == whole.headers
    options = await http.options("/docs/camunda")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    post = await http.post("/docs/camunda", json={})
    assert (post.status_code, post.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


async def test_only_the_pages_are_below_their_path(http: httpx.AsyncClient) -> None:
    slashed = await http.get("/docs/")
    assert (slashed.status_code, slashed.headers["location"]) == (308, "/docs")
    for path in ("/docs/nothing", "/docs/camunda/", "/docs/../docs/x", "/docsy", "/docs/assets/../../settings.py"):
        assert (await http.get(path)).status_code == 404, path


async def test_an_alfresco_network_may_be_called_docs(http: httpx.AsyncClient) -> None:
    answer = await http.get("/docs/public/workflow/versions/1/tasks")
    assert (answer.status_code, answer.json()["error"]["statusCode"]) == (401, 401)


def test_a_server_may_do_without_pages(tmp_path: Path, sqlite_url: str) -> None:
    with serving(tmp_path, "--no-docs", database_url=sqlite_url) as (server, url):
        base = url.removesuffix("/engine-rest")
        assert "/docs" not in server.output
        for path in ("/", "/docs", "/docs/camunda", "/docs/camunda/openapi.json"):
            answer = checked_http.get(base + path, headers=BROWSER)
            assert (answer.status_code, answer.json()) == (404, {"message": "nothing is at this path"})
