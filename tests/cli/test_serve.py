"""``taskbridge serve`` as its users run it: on an empty folder, again, and stopped while it works."""

import json
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psycopg
import pytest

from taskbridge import __version__
from taskbridge.demo import content
from taskbridge.settings import Settings
from tests import checked_http
from tests.cli.command import ORDER, assert_told_in_one_line, count, fetch, fetching, run, run_apart, told
from tests.clients.programs import Program, running, serving, taskbridge
from tests.clients.waiting import LONG, PROMPTLY, assert_unanswered, in_thread, until

pytestmark = pytest.mark.long


def test_a_demo_serves_a_task_on_a_database_that_did_not_exist(tmp_path: Path, new_database: str) -> None:
    with serving(tmp_path, "--demo", database_url=new_database) as (program, url):
        (task,) = fetch(url).json()
        assert task["topicName"] == content.TOPIC
        assert task["businessKey"] == content.TRANSLATED
        assert url in program.wait_for("curl .*fetchAndLock.*").group(0)
        assert __version__ in program.output
        assert f"made {tmp_path}/new.db, which did not exist" in program.output
    assert program.status == 0


def test_a_second_start_keeps_the_data_and_fills_in_no_second_demo(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--demo", database_url=database, name="first") as (_, url):
        (task,) = fetch(url).json()
        made = count(url, "process-instance")
    with serving(tmp_path, "--demo", database_url=database, name="second") as (program, url):
        program.wait_for("Ctrl-C")
        assert "fetchAndLock" in program.output
        assert "no demo" not in program.errors
        assert "bob" in start_page(url)
        assert count(url, "process-instance") == made
        assert fetch(url).json() == []
        done = checked_http.post(f"{url}/external-task/{task['id']}/complete", json={"workerId": "w"})
        assert done.status_code == 204


def start_page(url: str) -> str:
    """What a browser is shown by the server of a Camunda API."""
    return checked_http.get(url.removesuffix("engine-rest"), headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("held", ["user", "instance"])
def test_a_database_that_is_not_empty_gets_no_demo_and_none_is_announced(
    tmp_path: Path, database: str, held: str
) -> None:
    where = ("--database-url", database)
    if held == "user":
        told(run(tmp_path, "user", "add", "ann", "--password", "p", *where))
    else:
        told(run(tmp_path, "deploy", str(ORDER), *where))
        told(run(tmp_path, "start", "order", *where))
    before = sqlite_rows(tmp_path / "fresh.db", "SELECT name FROM user_account")
    with serving(tmp_path, "--demo", database_url=database) as (program, url):
        program.wait_for("Ctrl-C")
        assert "bob" not in start_page(url)
        assert fetch(url).json() == []
    assert "Try them at" in program.output
    assert "fetchAndLock" not in program.output
    (line,) = [one for one in program.errors.splitlines() if "demo" in one]
    assert json.loads(line)["message"] == "no demo is made: the database has users or process instances already"
    assert sqlite_rows(tmp_path / "fresh.db", "SELECT name FROM user_account") == before


def sqlite_rows(file: Path, statement: str) -> list[tuple[object, ...]]:
    """What a statement finds in a file."""
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(statement).fetchall()


def test_a_demo_whose_password_was_changed_is_not_announced(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--demo", database_url=database, name="first"):
        pass
    told(run(tmp_path, "user", "set", "bob", "--password", "secret", "--database-url", database))
    with serving(tmp_path, "--demo", database_url=database, name="second") as (program, url):
        program.wait_for("Ctrl-C")
        assert "bob" not in start_page(url)
    assert "fetchAndLock" not in program.output


@pytest.mark.parametrize(
    ("options", "reason", "status"),
    [
        (["--host", "0.0.0.0"], "/engine-rest needs no credentials", 1),
        (["--host", "0.0.0.0", "--camunda-auth", "basic", "--demo"], "demo users with known passwords exist", 1),
        (["--deploy", "missing"], "taskbridge: --deploy: missing: no such folder", 2),
        (["--deploy", "order.bpmn"], "taskbridge: --deploy: order.bpmn: is no folder", 2),
        (["--deploy", "."], "order.bpmn:1:1: ", 1),
    ],
    ids=str,
)
def test_what_is_refused_without_a_database_makes_none(
    tmp_path: Path, options: list[str], reason: str, status: int
) -> None:
    (tmp_path / "order.bpmn").write_text("no model")
    done = run_apart(tmp_path, "serve", "--port", "0", *options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1)
    assert reason in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["order.bpmn"]


def test_variables_that_no_option_has_are_warned_of(tmp_path: Path, database: str) -> None:
    env = {
        "TASKBRIDGE_PROT": "1",
        "TASKBRIDGE_USER_PASWORD": "1",
        "TASKBRIDGE_ZZZ": "1",
        "TASKBRIDGE_IF_CHANGED": "1",  # of another command
        "TASKBRIDGE_DOCS": "1",
        "TASKBRIDGE_SECRETS_DIR": str(tmp_path),
    }
    with serving(tmp_path, database_url=database, env=env) as (program, _):
        pass
    warnings = [json.loads(line)["message"] for line in program.errors.splitlines()]
    assert warnings == [
        "TASKBRIDGE_PROT is unknown; did you mean TASKBRIDGE_PORT?",
        "TASKBRIDGE_USER_PASWORD is unknown; did you mean TASKBRIDGE_PASSWORD?",
        "TASKBRIDGE_ZZZ is unknown",
    ]


def test_the_demo_announces_every_api_and_a_translation_waits(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--demo", database_url=database) as (program, _):
        base = program.wait_for(r"WorldServer +(http://\S+/ws-api/v2)").group(1)
        session = checked_http.post(f"{base}/login", json={"username": "alice", "password": "alice"}).json()
        tasks = checked_http.get(f"{base}/tasks?view=ASSIGNED", headers={"token": session["sessionId"]}).json()
        assert [task["currentTaskStep"]["name"] for task in tasks["items"]] == ["Translate", "Translate"]


def test_settings_come_from_the_environment_too(tmp_path: Path, database: str) -> None:
    env = {
        "TASKBRIDGE_DATABASE_URL": database,
        "TASKBRIDGE_PORT": "0",
        "TASKBRIDGE_DEMO": "true",
        "TASKBRIDGE_CAMUNDA_AUTH": "basic",
        "TASKBRIDGE_ACCESS_LOG": "false",
        "TASKBRIDGE_MAX_PLAIN_BODY": "100000 camunda=1000",
    }
    with running([taskbridge(), "serve"], tmp_path, env=env) as program:
        url = program.wait_for(r"http://\S+/engine-rest").group(0)
        assert fetch(url).status_code == 401
        with checked_http.checked(url, auth=("demo", "demo")) as http:
            assert http.get("/external-task/count").json() == {"count": 1}
            large = fetching(topic="x" * 1000)
            assert http.post("/external-task/fetchAndLock", json=large).status_code == 413
    assert "/external-task" not in program.errors


def test_an_option_beats_the_environment(tmp_path: Path, database: str) -> None:
    env = {"TASKBRIDGE_CAMUNDA_AUTH": "basic"}
    with serving(tmp_path, "--camunda-auth", "off", database_url=database, env=env) as (_, url):
        assert fetch(url).json() == []


def test_every_request_leaves_a_line_in_the_access_log(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, database_url=database) as (program, url):
        checked_http.get(f"{url}/external-task/count?topicName=a", headers={"X-Request-ID": "r-1"})
        checked_http.get(f"{url}/user")
    told = [json.loads(line) for line in program.errors.splitlines()]
    (line,) = [one for one in told if "external-task" in one.get("target", "")]
    assert (line["method"], line["target"]) == ("GET", "/engine-rest/external-task/count?topicName=a")
    assert (line["status"], line["request"], line["client"]) == (200, "r-1", "127.0.0.1")
    (gap,) = [one for one in told if one["logger"] == "taskbridge.vendors"]
    (line,) = [one for one in told if one.get("target") == "/engine-rest/user"]
    assert gap["message"] == "GET /user exists in Camunda 7 and not here"
    assert gap["request"] == line["request"]
    assert {"time", "level", "logger", "message"} <= set.intersection(*(set(one) for one in told))


def test_the_bundled_processes_are_deployed_at_the_first_start(tmp_path: Path, database: str) -> None:
    for name in ("first", "second"):
        with serving(tmp_path, database_url=database, name=name) as (_, url):
            found = checked_http.get(f"{url}/process-definition?keyLike=activiti%25&sortBy=key&sortOrder=asc")
        assert [(one["key"], one["version"]) for one in found.json()] == [
            ("activitiAdhoc", 1),
            ("activitiParallelGroupReview", 1),
            ("activitiParallelReview", 1),
            ("activitiReview", 1),
            ("activitiReviewPooled", 1),
        ]


def test_models_of_a_folder_are_deployed_at_the_start_and_again_when_they_have_changed(
    tmp_path: Path, database: str
) -> None:
    models = tmp_path / "models"
    models.mkdir()
    given = ("--no-bundled", "--deploy", "models")
    done = run_apart(tmp_path, "serve", "--port", "0", "--deploy", "models", "--database-url", database)
    assert_told_in_one_line(done, "no .bpmn or .bpmn20.xml file is in models")
    text = ORDER.read_text()
    (models / "order.bpmn").write_text(text)
    versions = []
    for name, change in (("first", "ship-goods"), ("second", "ship-goods"), ("third", "send-goods")):
        (models / "order.bpmn").write_text(text.replace("ship-goods", change))
        with serving(tmp_path, *given, database_url=database, name=name) as (_, url):
            versions.append(checked_http.get(f"{url}/process-definition/key/order").json()["version"])
    assert versions == [1, 1, 2]


def test_a_machine_without_uvloop_is_served_by_the_loop_of_asyncio(tmp_path: Path, database: str) -> None:
    """As on Windows, for which there is no uvloop."""
    script = "import sys; sys.modules['uvloop'] = None; from taskbridge.__main__ import run; run()"
    command = [sys.executable, "-c", script]
    with serving(tmp_path, "--demo", database_url=database, command=command) as (program, url):
        assert len(fetch(url).json()) == 1
    assert program.status == 0


def test_a_server_may_start_without_the_bundled_processes(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--no-bundled", database_url=database) as (_, url):
        assert count(url, "process-definition") == 0


def test_a_postgresql_database_that_was_empty_is_migrated_and_served(tmp_path: Path, empty_postgresql_url: str) -> None:
    with serving(tmp_path, "--demo", database_url=empty_postgresql_url) as (_, url):
        (task,) = fetch(url).json()
    assert task["businessKey"] == content.TRANSLATED
    with psycopg.connect(empty_postgresql_url.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT count(*) FROM alembic_version").fetchone()
    assert row == (1,)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.7", False),
        ("taskbridge.example", False),
    ],
)
def test_only_addresses_of_the_loopback_are_local(host: str, local: bool) -> None:
    assert Settings(host=host).loopback is local


def test_an_open_api_is_not_served_beyond_this_machine(tmp_path: Path, database: str) -> None:
    done = run_apart(tmp_path, "serve", "--host", "0.0.0.0", "--port", "0", "--database-url", database)
    assert done.returncode == 1
    assert "0.0.0.0 can be reached from outside and /engine-rest needs no credentials" in done.stderr
    assert "engine-rest" not in done.stdout


def test_demo_users_are_not_served_beyond_this_machine(tmp_path: Path, database: str) -> None:
    outside = ("--host", "0.0.0.0", "--port", "0", "--camunda-auth", "basic", "--database-url", database)
    reason = "demo users with known passwords exist"
    assert_told_in_one_line(run_apart(tmp_path, "serve", "--demo", *outside), reason)
    with sqlite3.connect(tmp_path / "fresh.db") as connection:
        assert connection.execute("SELECT count(*) FROM user_account WHERE demo = 1").fetchone() == (0,)
    connection.close()
    with serving(tmp_path, "--demo", database_url=database):
        pass
    assert_told_in_one_line(run_apart(tmp_path, "serve", *outside), reason)


def test_who_says_so_may_serve_an_open_api_beyond_this_machine(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--host", "0.0.0.0", "--allow-open", database_url=database) as (_, url):
        assert fetch(url.replace("0.0.0.0", "127.0.0.1")).json() == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "the database URL cannot be read"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/nothing", "Connection refused"),
        ("postgresql+psycopg://nobody@a:1,b:2/nothing", "several hosts are written as"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_one_line(tmp_path: Path, url: str, reason: str) -> None:
    assert_told_in_one_line(run_apart(tmp_path, "serve", "--port", "0", "--database-url", url), reason)


def test_an_address_that_cannot_be_used_is_told_in_one_line_and_nothing_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run_apart(tmp_path, "serve", "--port", str(port))
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"taskbridge: 127.0.0.1:{port} is in use\n")
    assert list(tmp_path.iterdir()) == []


def test_a_request_in_flight_is_finished_before_the_server_stops(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--demo", "--log-format", "text", database_url=database) as (program, url):
        model = ORDER.read_text().replace('id="order"', 'id="late"').encode()

        def slowly() -> httpx.Response:
            return deploy_in_two_halves(program, url, model)

        with in_thread(slowly) as answer:
            assert answer.result(PROMPTLY).status_code == 200
        assert program.wait(PROMPTLY) == 0
    assert " POST /engine-rest/deployment/create 200 " in program.errors
    with serving(tmp_path, database_url=database, name="again") as (_, url):
        assert checked_http.get(f"{url}/process-definition/key/late").status_code == 200


def deploy_in_two_halves(program: Program, url: str, model: bytes) -> httpx.Response:
    """Deploy, and ask the server to stop when it has half of the request."""
    request = httpx.Request("POST", f"{url}/deployment/create", files={"data": ("late.bpmn", model)})
    content = request.read()

    def halves() -> Iterator[bytes]:
        yield content[: len(content) // 2]
        checked_http.get(f"{url}/version")  # once this is answered the server has the other request as well
        program.terminate()
        program.assert_goes_on()
        yield content[len(content) // 2 :]

    headers = {name: request.headers[name] for name in ("content-type", "content-length")}
    return checked_http.post(str(request.url), content=halves(), headers=headers)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_waiting_poll_is_answered_when_the_server_stops(tmp_path: Path, database: str, how: signal.Signals) -> None:
    with (
        serving(tmp_path, database_url=database) as (program, url),
        in_thread(lambda: fetch(url, LONG, "nothing-comes")) as poll,
    ):
        until(lambda: program.connected)  # on a busy machine it takes a while until the request is under way
        assert_unanswered(poll)
        program.send(how)
        answer = poll.result(PROMPTLY)
        assert program.wait(PROMPTLY) == 0
    assert answer.status_code == 500
    assert answer.json() == {
        "type": "RestException",
        "message": "Request rejected due to shutdown of application server.",
        "code": None,
    }


def test_a_server_that_was_told_to_stop_says_so_while_it_serves_on(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--drain", "600", database_url=database) as (program, url):
        host = url.partition("/engine-rest")[0]
        assert checked_http.get(f"{host}/health/ready").status_code == 200
        program.terminate()
        told = until(lambda: _refused(f"{host}/health/ready"))
        assert told == {"status": "not ready", "checks": {"database": "available", "process": "stopping"}}
        assert checked_http.get(f"{host}/health/live").status_code == 200
        assert count(url, "external-task") == 0
        assert program.status is None
        program.terminate()  # a second signal ends the wait
        assert program.wait(PROMPTLY) == 0


def _refused(url: str) -> object:
    answer = checked_http.get(url)
    return answer.json() if answer.status_code == 503 else None


@pytest.mark.parametrize(
    ("trusted", "scheme"), [("127.0.0.1", "https"), ("10.0.0.0/8", "http"), ("", "http"), ("none", "http")]
)
def test_a_proxy_is_believed_where_it_is_said_to_be(tmp_path: Path, database: str, trusted: str, scheme: str) -> None:
    """Links in answers, whether cookies are for TLS only, and the access log follow what the proxy says."""
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    with serving(tmp_path, "--demo", "--forwarded-allow-ips", trusted, database_url=database) as (program, url):
        host = url.partition("/engine-rest")[0]
        signed_in = checked_http.post(
            f"{host}/api/auth/credentials", json={"userName": "alice", "password": "alice"}, headers=forwarded
        )
        for path in ("/health/live", "/health/ready", "/metrics"):
            assert checked_http.get(host + path, headers=forwarded).status_code == 200
    clients = [json.loads(line)["client"] for line in program.errors.splitlines() if '"client"' in line]
    assert clients == ["192.0.2.7" if scheme == "https" else "127.0.0.1"] * 4
    cookies = signed_in.headers.get_list("set-cookie")
    assert cookies
    assert all(("secure" in cookie.lower()) == (scheme == "https") for cookie in cookies)


def test_only_names_that_are_allowed_reach_an_open_server(tmp_path: Path, sqlite_url: str) -> None:
    env = {"TASKBRIDGE_ALLOWED_HOST": "tasks.example.org .intern.example.org"}
    with serving(tmp_path, database_url=sqlite_url, env=env) as (_, url):
        names = {"tasks.example.org": 200, "a.intern.example.org": 200, "localhost": 200, "evil.example": 403}
        told = {name: checked_http.get(f"{url}/version", headers={"Host": name}).status_code for name in names}
        assert told == names


@pytest.mark.parametrize("given", ["many", "camunda=", "nothing=5", "camunda=-1", "1.5"])
def test_a_bound_of_bodies_that_makes_no_sense_is_told(tmp_path: Path, given: str) -> None:
    program = run(tmp_path, "serve", "--max-plain-body", given)
    assert program.returncode == 2
    assert "--max-plain-body" in program.stderr
    assert list(tmp_path.iterdir()) == []
