"""Which requests are meant for this server, by Host, Origin and Sec-Fetch-Site."""

import pytest

from taskbridge.spec import HostPolicy, Mount, build_app
from taskbridge.spec.host_check import HostCheck
from tests.spec.toys import TOY_DOCUMENT, Response, ToyDialect, scope_of, send

OPEN = HostPolicy(checked=True, open=True)
NAMED = HostPolicy(names=("tasks.example.org", ".intern.example.org"), checked=True)


def asked(policy: HostPolicy, method: str = "POST", **headers: str) -> Response:
    app = build_app([Mount(TOY_DOCUMENT, ("/box",), ToyDialect())], None, policy=policy)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    path = "/box/toys/play" if method == "POST" else "/box/toys/1"
    return send(app, method, path, b"{}" if method == "POST" else b"", headers=given)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8080",
        "a.localhost:1",
        "127.0.0.1",
        "127.9.8.7:8080",
        "[::1]",
        "[::1]:8080",
        "localhost.",
    ],
)
def test_loopback_is_always_meant(host: str) -> None:
    assert asked(OPEN, host=host).status == 200
    assert asked(NAMED, host=host).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8080", "localhost.evil.example", "notlocalhost", "128.0.0.1", "0.0.0.0", "[::2]"],
)
def test_another_host_is_refused_in_the_dialects_words(host: str) -> None:
    answer = asked(OPEN, host=host)
    assert (answer.status, answer.json["toy"], answer.json["status"]) == (400, "Refused", 403)
    assert asked(HostPolicy(), host=host).status == 200


@pytest.mark.parametrize(
    ("host", "meant"),
    [
        ("tasks.example.org", True),
        ("Tasks.Example.Org:443", True),
        ("a.intern.example.org", True),
        ("a.b.intern.example.org", True),
        ("intern.example.org", False),
        ("example.org", False),
        ("xtasks.example.org", False),
    ],
)
def test_names_that_are_given_are_meant_and_no_others(host: str, meant: bool) -> None:
    assert (asked(NAMED, host=host).status == 200) is meant


@pytest.mark.parametrize(
    "host",
    ["", 'evil"""import os', "a b", "a/b", "user@localhost", "localhost:x", "localhost:123456", "[localhost]", "a\xe9"],
)
def test_what_is_no_host_is_refused_whatever_the_policy(host: str) -> None:
    for policy in (HostPolicy(), OPEN, NAMED):
        answer = asked(policy, host=host)
        assert (answer.json["toy"], answer.json["status"]) == ("Refused", 400)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("version", "hosts", "status"),
    [("1.1", [], 400), ("1.1", [b"localhost"] * 2, 400), ("1.0", [], None), ("1.0", [b"localhost", b"b"], 400)],
)
def test_http_1_1_has_one_host(version: str, hosts: list[bytes], status: int | None, method: str) -> None:
    scope = {**scope_of(method, "/box", {}), "http_version": version, "headers": [(b"host", host) for host in hosts]}
    refused = HostCheck(OPEN).refusal(scope)
    assert (refused.status if refused else None) == status


def test_a_path_of_no_dialect_is_refused_as_well() -> None:
    app = build_app([Mount(TOY_DOCUMENT, ("/box",), ToyDialect())], None, policy=OPEN)
    answer = send(app, "GET", "/elsewhere", headers={"host": "evil.example"})
    assert (answer.status, answer.headers["x-content-type-options"]) == (403, "nosniff")
    assert "evil.example" in answer.json["message"]


ELSEWHERE = [
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
    {"origin": "http://evil.example"},
    {"origin": "http://evil.example", "sec_fetch_site": "cross-site"},
    {"origin": "null"},
    {"origin": "https://localhost.evil.example"},
    {"origin": "file:///home/anna/page.html"},
    {"origin": "file://evil.example"},
    {"origin": "http://evil.example", "sec_fetch_site": "same-origin"},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_what_comes_from_another_site_is_refused_while_an_api_is_open(headers: dict[str, str]) -> None:
    answer = asked(OPEN, host="localhost:8080", **headers)
    assert (answer.json["toy"], answer.json["status"]) == ("Refused", 403)
    assert asked(OPEN, "GET", host="localhost:8080", **headers).status == 200
    assert asked(HostPolicy(checked=True), host="localhost:8080", **headers).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "same-origin", "origin": "http://localhost:8080"},
        {"sec_fetch_site": "none"},
        {"origin": "http://127.0.0.1:3000"},
        {"origin": "http://localhost:3000", "sec_fetch_site": "same-site"},
        {"origin": "http://127.0.0.1:3000", "sec_fetch_site": "cross-site"},
    ],
)
def test_pages_of_this_machine_and_programs_are_answered(headers: dict[str, str]) -> None:
    assert asked(OPEN, host="localhost:8080", **headers).status == 200


def test_pages_of_names_that_are_allowed_are_answered() -> None:
    policy = HostPolicy(names=("tasks.example.org",), checked=True, open=True)
    for site in ("same-site", "cross-site"):
        page = {"origin": "https://tasks.example.org", "sec_fetch_site": site}
        assert asked(policy, host="localhost:8080", **page).status == 200
        assert asked(OPEN, host="localhost:8080", **page).json["status"] == 403


def test_desktop_programs_are_answered() -> None:
    assert asked(OPEN, host="localhost:8080", origin="file://").status == 200
    assert asked(OPEN, host="localhost:8080", origin="file://", sec_fetch_site="cross-site").status == 200


def test_two_origins_are_both_judged() -> None:
    for origins in ([b"http://localhost", b"http://evil.example"], [b"http://evil.example", b"http://localhost"]):
        headers = [(b"host", b"localhost"), *((b"origin", origin) for origin in origins)]
        refused = HostCheck(OPEN).refusal({**scope_of("POST", "/box", {}), "headers": headers})
        assert refused is not None
        assert refused.status == 403


def test_beyond_loopback_the_origin_is_to_be_the_host() -> None:
    policy = HostPolicy(open=True)
    assert asked(policy, host="tasks.example.org", origin="https://tasks.example.org").status == 200
    assert asked(policy, host="tasks.example.org", origin="https://evil.example").json["status"] == 403


def test_hosts_that_anybody_makes_up_are_not_remembered_for_ever() -> None:
    check = HostCheck(HostPolicy())
    for number in range(5000):
        assert check.refusal(scope_of("GET", "/box", {"host": f"{number}.example"})) is None
    assert len(check._known) <= 1000


def test_what_is_no_host_is_not_remembered() -> None:
    check = HostCheck(HostPolicy())
    for host in ("a" * 60_000, "a b", "a" * 254, f"[{'1' * 60_000}]"):
        refused = check.refusal(scope_of("GET", "/box", {"host": host}))
        assert refused is not None
        assert refused.status == 400
    assert check.refusal(scope_of("GET", "/box", {"host": f"{'a' * 253}:65535"})) is None
    assert [len(host) for host in check._known] == [259]
