"""The ``taskbridge`` command as its users run it: on an empty folder, again, and stopped while it works."""

import signal
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import psycopg
import pytest

from taskbridge import __version__
from taskbridge.demo import content
from taskbridge.settings import Settings
from tests import checked_http
from tests.clients.programs import Program, finished, running, serving, taskbridge
from tests.clients.waiting import LONG, PROMPTLY, assert_unanswered, in_thread

ORDER = Path(__file__).parent / "bpmn" / "Order.bpmn"
ORDER_TOPIC = "check-stock"


def run(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder until it ends."""
    return finished([taskbridge(), *arguments], folder, env=env)


def told(done: subprocess.CompletedProcess[str]) -> str:
    """What a command that succeeded printed."""
    assert done.returncode == 0, done.stderr
    return done.stdout


def fetching(timeout: int = 0, topic: str = content.TOPIC) -> dict[str, object]:
    """Body of a fetch for one task."""
    wanted = [{"topicName": topic, "lockDuration": 60_000}]
    return {"workerId": "w", "maxTasks": 1, "asyncResponseTimeout": timeout, "topics": wanted}


def fetch(url: str, timeout: int = 0, topic: str = content.TOPIC) -> httpx.Response:
    """Fetch one task."""
    return checked_http.post(f"{url}/external-task/fetchAndLock", json=fetching(timeout, topic), timeout=60)


def count(url: str, path: str) -> int:
    """How many there are."""
    found: int = checked_http.get(f"{url}/{path}/count").json()["count"]
    return found


@pytest.fixture
def database(tmp_path: Path) -> str:
    """URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path}/fresh.db"


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    assert told(run(tmp_path, "version")).strip() == __version__


def test_the_command_explains_itself(tmp_path: Path) -> None:
    overview = told(run(tmp_path, "--help"))
    for command in ("serve", "deploy", "start", "user", "catalogue", "migrate", "version"):
        assert f" {command} " in overview


def test_a_demo_serves_a_task_on_a_database_that_did_not_exist(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--demo", database_url=database) as (program, url):
        (task,) = fetch(url).json()
        assert task["topicName"] == content.TOPIC
        assert task["businessKey"] == content.TRANSLATED
        assert url in program.wait_for("curl .*fetchAndLock.*").group(0)
        assert __version__ in program.output
    assert program.status == 0


def test_a_second_start_keeps_the_data_and_fills_in_no_second_demo(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--demo", database_url=database, name="first") as (_, url):
        (task,) = fetch(url).json()
        made = count(url, "process-instance")
    with serving(tmp_path, "--demo", database_url=database, name="second") as (_, url):
        assert count(url, "process-instance") == made
        assert fetch(url).json() == []
        done = checked_http.post(f"{url}/external-task/{task['id']}/complete", json={"workerId": "w"})
        assert done.status_code == 204


def test_the_demo_announces_every_api_and_a_translation_waits(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--demo", database_url=database) as (program, _):
        base = program.wait_for(r"WorldServer +(http://\S+/ws-api/v2)").group(1)
        session = checked_http.post(f"{base}/login", json={"username": "alice", "password": "alice"}).json()
        tasks = checked_http.get(
            f"{base}/tasks?view=ASSIGNED", headers={"token": session["sessionId"]}, timeout=20
        ).json()
        assert [task["currentTaskStep"]["name"] for task in tasks["items"]] == ["Translate", "Translate"]


def test_a_catalogue_is_set_up_again_and_again(tmp_path: Path, database: str) -> None:
    file = tmp_path / "catalogue.yaml"
    file.write_text("locales: [{name: German, language: de}]\nclients: [{name: Acme}]\n")
    for _ in range(2):
        told(run(tmp_path, "catalogue", str(file), "--database-url", database))
    file.write_text("users: [{name: nobody}]\n")
    unknown = run(tmp_path, "catalogue", str(file), "--database-url", database)
    assert (unknown.returncode, unknown.stderr) == (1, "taskbridge: user nobody does not exist\n")
    for wrong in ("colours: []", "user_types: [{name: A, rights: {TASK: [FLY]}}]", "{"):
        file.write_text(wrong)
        refused = run(tmp_path, "catalogue", str(file), "--database-url", database)
        assert refused.returncode == 1
        assert refused.stderr.startswith("taskbridge: catalogue.yaml: ")


def test_settings_come_from_the_environment_too(tmp_path: Path, database: str) -> None:
    env = {
        "TASKBRIDGE_DATABASE_URL": database,
        "TASKBRIDGE_PORT": "0",
        "TASKBRIDGE_DEMO": "true",
        "TASKBRIDGE_CAMUNDA_AUTH": "basic",
        "TASKBRIDGE_ACCESS_LOG": "false",
        "TASKBRIDGE_MAX_BODY": "1000",
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
        checked_http.get(f"{url}/external-task/count?topicName=a")
    (line,) = [line for line in program.errors.splitlines() if "external-task" in line]
    assert " GET /engine-rest/external-task/count?topicName=a 200 " in line


def test_deploying_and_starting_from_the_command_line(tmp_path: Path, database: str) -> None:
    where = ("--database-url", database)
    assert told(run(tmp_path, "deploy", str(ORDER), *where)) == "Order.bpmn: order version 1\n"
    given = ("--business-key", "B-7", "--var", "amount=12.5", "--var", "orderNumber=seven", "--var", "rush=true")
    assert "process instance" in told(run(tmp_path, "start", "order", *given, *where))
    with serving(tmp_path, database_url=database) as (_, url):
        (task,) = fetch(url, topic=ORDER_TOPIC).json()
    assert task["businessKey"] == "B-7"
    assert task["processDefinitionId"].startswith("order:1:")
    types = {name: (variable["type"], variable["value"]) for name, variable in task["variables"].items()}
    assert types["amount"] == ("Double", 12.5)
    assert types["orderNumber"] == ("String", "seven")
    assert types["rush"] == ("Boolean", True)


def test_the_bundled_processes_are_deployed_at_the_first_start(tmp_path: Path, database: str) -> None:
    for name in ("first", "second"):
        with serving(tmp_path, database_url=database, name=name) as (_, url):
            found = checked_http.get(
                f"{url}/process-definition?keyLike=activiti%25&sortBy=key&sortOrder=asc", timeout=20
            )
        assert [(one["key"], one["version"]) for one in found.json()] == [
            ("activitiAdhoc", 1),
            ("activitiReview", 1),
            ("activitiReviewPooled", 1),
        ]


def test_a_server_may_start_without_the_bundled_processes(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--no-bundled", database_url=database) as (_, url):
        assert count(url, "process-definition") == 0


def test_a_model_that_cannot_be_run_is_refused_with_its_place(tmp_path: Path, database: str) -> None:
    model = tmp_path / "broken.bpmn"
    model.write_text(ORDER.read_text().replace('camunda:topic="ship-goods"', ""))
    done = run(tmp_path, "deploy", str(model), str(ORDER), "--database-url", database)
    assert done.returncode == 1
    line = ORDER.read_text().split("ship-goods")[0].count("\n") + 1
    assert done.stderr.startswith(f"broken.bpmn:{line}:")
    assert "External tasks must specify a 'topic' attribute" in done.stderr


def test_files_of_one_name_are_not_deployed_together(tmp_path: Path, database: str) -> None:
    (tmp_path / "Order.bpmn").write_bytes(ORDER.read_bytes())
    done = run(tmp_path, "deploy", "Order.bpmn", str(ORDER), "--database-url", database)
    assert done.returncode == 2
    assert "two files have the same name" in done.stderr


def test_starting_an_unknown_process_is_refused(tmp_path: Path, database: str) -> None:
    done = run(tmp_path, "start", "nothing", "--database-url", database)
    assert done.returncode == 1
    assert done.stderr == "taskbridge: process definition key nothing does not exist\n"


def test_a_variable_without_a_name_is_refused(tmp_path: Path, database: str) -> None:
    done = run(tmp_path, "start", "order", "--var", "=1", "--database-url", database)
    assert done.returncode == 2
    assert "name=value" in done.stderr


def test_an_added_user_can_sign_in_and_gets_a_new_password_when_added_again(tmp_path: Path, database: str) -> None:
    where = ("--database-url", database)
    told(run(tmp_path, "user", "add", "eve", "--password", "old", "--group", "managers", *where))
    told(run(tmp_path, "user", "add", "eve", *where, env={"TASKBRIDGE_PASSWORD": "new"}))
    with serving(tmp_path, "--camunda-auth", "basic", database_url=database) as (_, url):
        statuses = [
            checked_http.get(f"{url}/external-task/count", auth=("eve", password)).status_code
            for password in ("old", "new")
        ]
    assert statuses == [401, 200]


def test_options_that_are_lists_come_from_the_environment_too(tmp_path: Path, database: str) -> None:
    env = {"TASKBRIDGE_DATABASE_URL": database, "TASKBRIDGE_PASSWORD": "p"}
    told(run(tmp_path, "deploy", str(ORDER), env=env))
    told(run(tmp_path, "start", "order", env=env | {"TASKBRIDGE_VAR": 'amount=7 note="two\\u0020words"'}))
    assert told(run(tmp_path, "user", "add", "eve", env=env | {"TASKBRIDGE_GROUP": "a b"})) == "eve: added to a, b\n"
    with serving(tmp_path, database_url=database) as (_, url):
        (task,) = fetch(url, topic=ORDER_TOPIC).json()
    values = {name: variable["value"] for name, variable in task["variables"].items()}
    assert (values["amount"], values["note"]) == (7, "two words")


def test_a_key_signs_in_to_digioffice(tmp_path: Path, database: str) -> None:
    where = ("--database-url", database)
    told(run(tmp_path, "user", "add", "eve", "--password", "secret", "--role", "Surveyor", *where))
    key = told(run(tmp_path, "user", "api-key", "eve", "--days", "1", *where)).strip()
    nobody = run(tmp_path, "user", "api-key", "adam", *where)
    assert (nobody.returncode, nobody.stderr) == (1, "taskbridge: user adam does not exist\n")
    with serving(tmp_path, database_url=database) as (server, url):
        assert f"DigiOffice  {url.removesuffix('/engine-rest')}/api\n" in server.output
        asked = checked_http.get(
            url.replace("/engine-rest", "/api/auth"), headers={"Authorization": f"Bearer {key}"}, timeout=20
        )
        assert (asked.json()["UserName"], asked.json()["Roles"]) == ("eve", ["Surveyor"])


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "the database URL cannot be read"),
        ("mysql://nowhere/nothing", "no database of this kind is known"),
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:///{folder}/file/taskbridge.db", "the folder of"),
        ("sqlite:///{folder}/file", "file is not a database"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/nothing", "Connection refused"),
    ],
)
@pytest.mark.parametrize(
    "command", [["serve", "--port", "0"], ["migrate"], ["start", "order"]], ids=lambda words: words[0]
)
def test_a_database_that_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, command: list[str], url: str, reason: str
) -> None:
    (tmp_path / "file").write_bytes(b"this is no database" * 100)
    done = run(tmp_path, *command, "--database-url", url.format(folder=tmp_path))
    assert done.returncode == 1
    assert reason in done.stderr
    assert done.stderr.startswith("taskbridge: ")
    assert done.stderr.count("\n") == 1


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path, database: str) -> None:
    told(run(tmp_path, "migrate", "--database-url", database))
    with sqlite3.connect(tmp_path / "fresh.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for command in (["serve", "--port", "0"], ["migrate"], ["start", "order"]):
        done = run(tmp_path, *command, "--database-url", database)
        assert done.returncode == 1
        assert "is newer than this program knows" in done.stderr
        assert done.stderr.count("\n") == 1


def test_migrating_makes_the_default_database_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    told(run(tmp_path, "migrate"))
    made = (tmp_path / "taskbridge.db").read_bytes()
    told(run(tmp_path, "migrate"))
    assert (tmp_path / "taskbridge.db").read_bytes() == made


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
    done = run(tmp_path, "serve", "--host", "0.0.0.0", "--port", "0", "--database-url", database)
    assert done.returncode == 1
    assert "0.0.0.0 can be reached from outside and /engine-rest needs no credentials" in done.stderr
    assert "engine-rest" not in done.stdout


def test_demo_users_are_not_served_beyond_this_machine(tmp_path: Path, database: str) -> None:
    outside = ("--host", "0.0.0.0", "--port", "0", "--camunda-auth", "basic", "--database-url", database)
    for demo in (["--demo"], []):
        told(run(tmp_path, "migrate", "--database-url", database))
        done = run(tmp_path, "serve", *demo, *outside)
        assert done.returncode == 1
        assert "demo users with known passwords exist" in done.stderr
        # The first refusal made no demo users; for the second there are some.
        with serving(tmp_path, "--demo", database_url=database):
            pass


def test_who_says_so_may_serve_an_open_api_beyond_this_machine(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--host", "0.0.0.0", "--allow-open", database_url=database) as (_, url):
        assert fetch(url.replace("0.0.0.0", "127.0.0.1")).json() == []


def test_a_port_that_is_taken_is_told(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, database_url=database) as (_, url):
        port = str(httpx.URL(url).port)
        done = run(tmp_path, "serve", "--port", port, "--database-url", f"sqlite:///{tmp_path}/another.db")
    assert done.returncode == 3
    assert "address already in use" in done.stderr


def test_a_request_in_flight_is_finished_before_the_server_stops(tmp_path: Path, database: str) -> None:
    with serving(tmp_path, "--demo", database_url=database) as (program, url):
        model = ORDER.read_text().replace('id="order"', 'id="late"').encode()

        def slowly() -> httpx.Response:
            return deploy_in_two_halves(program, url, model)

        with in_thread(slowly) as answer:
            assert answer.result(PROMPTLY * 2).status_code == 200
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


def test_a_document_that_was_added_is_attached_in_alfresco(tmp_path: Path, database: str) -> None:
    file = tmp_path / "plan.pdf"
    file.write_bytes(b"%PDF-")
    add = ["--first-name", "Anna", "--network", "acme.com", "--password", "x", "--database-url", database]
    assert finished([taskbridge(), "user", "add", "anna@acme.com", *add], tmp_path).returncode == 0
    done = finished(
        [
            taskbridge(),
            "document",
            "add",
            str(file),
            "--title",
            "The plan",
            "--author",
            "anna@acme.com",
            "--database-url",
            database,
        ],
        tmp_path,
    )
    assert done.returncode == 0, done.stderr
    name, _, identifier = done.stdout.strip().partition(": ")
    assert name == "plan.pdf"
    with serving(tmp_path, database_url=database) as (_, url):
        base = url.removesuffix("/engine-rest") + "/acme.com/public/workflow/versions/1"
        body = {"processDefinitionKey": "activitiAdhoc", "variables": {"bpm_assignee": "anna@acme.com"}}
        with checked_http.checked(base, auth=("anna@acme.com", "x")) as http:
            process = http.post("/processes", json=body | {"items": [identifier]}).json()["entry"]["id"]
            (item,) = http.get(f"/processes/{process}/items").json()["list"]["entries"]
    assert (
        item["entry"].items()
        >= {"name": "plan.pdf", "mimeType": "application/pdf", "createdBy": "anna@acme.com"}.items()
    )
