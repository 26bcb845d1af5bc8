"""Where documents are mounted, what is found there, and what is refused at start-up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from taskbridge.spec import Mount, SpecError, build_app
from taskbridge.spec.routing import Router
from tests.spec.toys import TOY_DOCUMENT, Json, ToyDialect, changed_document, scope_of, send, toy_app


class NamedDialect(ToyDialect):
    """Says which of several dialects was addressed."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    async def authenticate(self, call: Json) -> str:
        return self.title


@pytest.mark.parametrize("path", ["/box", "/box/inner/default"])
def test_one_document_may_stand_under_nested_base_paths(path: str) -> None:
    dialect = ToyDialect()
    app = toy_app(dialect, "/box", "/box/inner/default")
    assert send(app, "GET", f"{path}/toys/1").json == {"name": "1"}
    assert dialect.calls[0].base_url == f"http://toys.example:8080{path}"
    assert send(app, "GET", f"{path}/nothing").json["toy"] == "UnknownPath"


def test_a_base_path_may_have_a_parameter() -> None:
    dialect = ToyDialect()
    app = toy_app(dialect, "/api/{network}/public")
    assert send(app, "GET", "/api/my%20net/public/toys/1").status == 200
    (call,) = dialect.calls
    assert call.path == {"network": "my net", "id": "1"}
    assert call.base_url == "http://toys.example:8080/api/my%20net/public"
    assert send(app, "GET", "/api/net/public/nothing").json["toy"] == "UnknownPath"
    assert send(app, "GET", "/api/net/private").json == {"message": "nothing is at this path"}


def test_an_unknown_path_belongs_to_the_mount_that_names_its_beginning() -> None:
    """A base path of a name says more than a longer one that begins with a parameter."""
    named, any_network = NamedDialect("named"), NamedDialect("any")
    mounts = [Mount(TOY_DOCUMENT, ("/box",), named), Mount(TOY_DOCUMENT, ("/{network}/public",), any_network)]
    app = build_app(mounts, services=None)
    router: Router[str, str] = Router()
    for base_path in ("/box", "/{network}/public"):
        router.add_mount(base_path, base_path, trailing_slash=False)
    assert router.mount_of("/box/public/nothing") == ("/box", 1)
    assert router.mount_of("/other/public/nothing") == ("/{network}/public", 2)
    assert send(app, "GET", "/box/public/nothing").json["toy"] == "UnknownPath"
    assert send(app, "GET", "/other/private/nothing").json == {"message": "nothing is at this path"}


def test_the_root_may_be_a_base_path() -> None:
    app = toy_app(None, "")
    assert send(app, "GET", "/toys/1").status == 200
    assert send(app, "GET", "/nothing").json["toy"] == "UnknownPath"


def test_the_path_of_a_proxy_is_not_part_of_ours_but_of_links() -> None:
    dialect = ToyDialect()
    app = toy_app(dialect)
    sent: list[Json] = []

    async def run() -> None:
        async def receive() -> Json:
            return {"type": "http.request"}

        async def keep(message: Json) -> None:
            sent.append(message)

        await app({**scope_of("GET", "/proxy/box/toys/1", {}), "root_path": "/proxy"}, receive, keep)

    asyncio.run(run())
    assert sent[0]["status"] == 200
    assert dialect.calls[0].base_url == "http://127.0.0.1:8080/proxy/box"


def test_a_handler_too_few_and_one_too_many_are_refused() -> None:
    dialect = ToyDialect()
    dialect.handlers["toy_fly"] = dialect.handlers.pop("toy_get")
    with pytest.raises(SpecError) as refused:
        toy_app(dialect)
    assert refused.value.problems == ["toy: operation toy_get has no handler", "toy: handler toy_fly has no operation"]


def test_operations_of_another_dialect_are_refused() -> None:
    dialect = ToyDialect()
    dialect.name = "game"
    with pytest.raises(SpecError, match="toy_get does not begin with game_"):
        toy_app(dialect)


@pytest.mark.parametrize("path", ["/toys/{other}", "/toys/{id}/release"])
def test_paths_that_only_differ_in_parameter_names_are_refused(path: str) -> None:
    router: Router[str, str] = Router()
    router.add_mount("", "mount", trailing_slash=False)
    router.add("", "/toys/{id}", "GET", "one")
    router.add("", "/toys/{name}/release", "GET", "two")
    with pytest.raises(SpecError, match="two operations"):
        router.add("", path, "GET", "three")


@pytest.mark.parametrize("path", ["/toys/{id}.json", "/toys/x{id}", "/toys//x", "/toys/{a}{b}"])
def test_a_segment_is_a_name_or_one_parameter(path: str) -> None:
    document = changed_document(lambda d: d["paths"].update({path: d["paths"].pop("/toys/{id}")}))
    with pytest.raises(SpecError, match="segment"):
        build_app([Mount(document, ("/box",), ToyDialect())], None)


def test_a_literal_segment_that_leads_nowhere_gives_way_to_a_parameter() -> None:
    router: Router[str, str] = Router()
    router.add_mount("", "mount", trailing_slash=False)
    router.add("", "/toys/count", "GET", "count")
    router.add("", "/toys/{id}/parts/{part}", "GET", "part")
    found = router.find("/toys/count/parts/7")
    assert found is not None
    assert (found.entries, found.values) == ({"GET": "part"}, ["count", "7"])


def test_two_documents_may_not_share_an_operation_path() -> None:
    inner = changed_document(lambda d: d.update(paths={"/{id}": d["paths"]["/toys/{id}"]}))
    dialect = ToyDialect()
    dialect.handlers = {key: dialect.handlers[key] for key in ("toy_get", "toy_put")}
    with pytest.raises(SpecError, match="two operations answer to GET /box/toys/"):
        build_app([Mount(TOY_DOCUMENT, ("/box",), ToyDialect()), Mount(inner, ("/box/toys",), dialect)], None)


def test_each_mount_is_answered_by_its_own_dialect() -> None:
    first, second = NamedDialect("first"), NamedDialect("second")
    app = build_app([Mount(TOY_DOCUMENT, ("/a",), first), Mount(TOY_DOCUMENT, ("/b",), second)], None)
    send(app, "PUT", "/a/toys/1", b"{}")
    send(app, "PUT", "/b/toys/1", b"{}")
    assert (first.calls[0].user, second.calls[0].user) == ("first", "second")


@pytest.mark.parametrize("change", [{"style": "deepObject"}, {"content": {"application/json": {}}}])
def test_a_query_style_that_is_not_supported_is_refused(change: Json) -> None:
    document = changed_document(lambda d: d["paths"]["/toys/count"]["get"]["parameters"][0].update(change))
    with pytest.raises(SpecError, match="maxAge"):
        build_app([Mount(document, ("/box",), ToyDialect())], None)


def test_what_no_document_has_goes_elsewhere() -> None:
    app = toy_app(otherwise=PlainTextResponse("elsewhere"))
    assert send(app, "GET", "/elsewhere").body == b"elsewhere"
    assert send(app, "GET", "/box/toys/1").status == 200
    assert send(app, "GET", "/box/unknown").json["toy"] == "UnknownPath"
    assert send(toy_app(), "GET", "/elsewhere").status == 404


def life_of(app: ASGIApp) -> list[str]:
    """What the application says when the server starts and stops it."""
    messages, said = iter(["lifespan.startup", "lifespan.shutdown"]), []

    async def receive() -> Json:
        return {"type": next(messages)}

    async def sent(message: Json) -> None:
        said.append(message["type"])

    async def run() -> None:
        await app({"type": "lifespan", "asgi": {}, "state": {}}, receive, sent)

    asyncio.run(run())
    return said


def test_the_lifespan_runs_around_the_servers_life() -> None:
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        events.append("up")
        yield
        events.append("down")

    app = build_app([Mount(TOY_DOCUMENT, ("/box",), ToyDialect())], None, lifespan)
    assert life_of(app) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert events == ["up", "down"]


def test_without_a_lifespan_the_server_starts_and_stops_all_the_same() -> None:
    assert life_of(toy_app()) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_websocket_is_closed() -> None:
    events: list[str] = []

    async def receive() -> Json:
        return {"type": "websocket.connect"}

    async def sent(message: Json) -> None:
        events.append(message["type"])

    async def run() -> None:
        await toy_app()({"type": "websocket", "path": "/box", "headers": []}, receive, sent)

    asyncio.run(run())
    assert events == ["websocket.close"]
