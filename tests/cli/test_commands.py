"""The commands that are not ``serve``: what they print, refuse and leave in the database."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import checked_http
from tests.bpmn import definitions
from tests.cli.command import ORDER, ORDER_TOPIC, assert_told_in_one_line, fetch, run, run_apart, told
from tests.clients.programs import serving

pytestmark = pytest.mark.long


def test_a_catalogue_is_set_up_again_and_again(tmp_path: Path, database: str) -> None:
    file = tmp_path / "catalogue.yaml"
    file.write_text("locales: [{name: German, language: de}]\nclients: [{name: Acme}]\n")
    for _ in range(2):
        told(run(tmp_path, "catalogue", str(file), "--database-url", database))
    file.write_text("users: [{name: nobody}]\n")
    unknown = run(tmp_path, "catalogue", str(file), "--database-url", database)
    assert (unknown.returncode, unknown.stderr) == (1, "taskbridge: user nobody does not exist\n")


def test_each_problem_of_a_catalogue_is_told_in_a_line(tmp_path: Path, database: str) -> None:
    file = tmp_path / "c.yaml"
    file.write_text("""
colours: []
locales: [{name: 7, language: de}, {name: French}]
clients: Acme
project_types: [{name: A, process: p, due_date_required: perhaps}]
user_types: [{name: A, rights: {TASK: [FLY]}}]
users: [5]
""")
    refused = run(tmp_path, "catalogue", str(file), "--database-url", database)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == [
        "c.yaml: locales.0.name: must be a text",
        "c.yaml: locales.1.language: is missing",
        "c.yaml: clients: must be a list",
        "c.yaml: project_types.0.due_date_required: must be true or false",
        "c.yaml: user_types.0.rights: no such rights for TASK: FLY",
        "c.yaml: users.0: must be a mapping of names to values",
        "c.yaml: colours: is unknown",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [("{", "c.yaml: "), ("just a text", "must be a mapping of names to values"), ("\x00", "c.yaml: ")],
)
def test_a_catalogue_that_is_none_is_told_in_a_line(tmp_path: Path, database: str, content: str, reason: str) -> None:
    (tmp_path / "c.yaml").write_text(content)
    refused = run(tmp_path, "catalogue", "c.yaml", "--database-url", database)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert reason in refused.stderr


def test_deploying_and_starting_from_the_command_line(tmp_path: Path, database: str) -> None:
    where = ("--database-url", database)
    assert told(run_apart(tmp_path, "deploy", str(ORDER), *where)) == "Order.bpmn: order version 1\n"
    given = ("--business-key", "B-7", "--var", "amount=12.5", "--var", "orderNumber=seven", "--var", "rush=true")
    started = re.fullmatch(
        r"order: process instance \d+, (\S+)\n", told(run(tmp_path, "start", "order", *given, *where))
    )
    assert started
    with serving(tmp_path, database_url=database) as (_, url):
        (task,) = fetch(url, topic=ORDER_TOPIC).json()
    assert task["processInstanceId"] == started[1]
    assert task["businessKey"] == "B-7"
    assert task["processDefinitionId"].startswith("order:1:")
    types = {name: (variable["type"], variable["value"]) for name, variable in task["variables"].items()}
    assert types["amount"] == ("Double", 12.5)
    assert types["orderNumber"] == ("String", "seven")
    assert types["rush"] == ("Boolean", True)


def test_a_model_that_cannot_be_run_is_refused_with_its_place(tmp_path: Path, database: str) -> None:
    model = tmp_path / "broken.bpmn"
    model.write_text(ORDER.read_text().replace('camunda:topic="ship-goods"', ""))
    done = run(tmp_path, "deploy", str(model), str(ORDER), "--database-url", database)
    assert done.returncode == 1
    line = ORDER.read_text().split("ship-goods")[0].count("\n") + 1
    assert done.stderr.startswith(f"broken.bpmn:{line}:")
    assert "External tasks must specify a 'topic' attribute" in done.stderr


def test_a_model_with_scripts_is_deployed_and_started_where_they_are_switched_on(tmp_path: Path, database: str) -> None:
    script = '<scriptTask id="it" scriptFormat="javascript"><script>1 + 1</script></scriptTask>'
    flow = '<sequenceFlow id="f" sourceRef="s" targetRef="it"/>'
    process = f'<process id="scripted" isExecutable="true"><startEvent id="s"/>{script}{flow}</process>'
    (tmp_path / "scripted.bpmn").write_bytes(definitions(process))
    refused = run(tmp_path, "deploy", "scripted.bpmn", "--database-url", database)
    assert refused.returncode == 1
    assert "(the setting scripts=javascript lets it run)" in refused.stderr
    on = ("--scripts", "javascript", "--database-url", database)
    assert told(run(tmp_path, "deploy", "scripted.bpmn", *on)) == "scripted.bpmn: scripted version 1\n"
    assert "(has ended)" in told(run(tmp_path, "start", "scripted", *on))
    by_variable = run(
        tmp_path, "start", "scripted", "--database-url", database, env={"TASKBRIDGE_SCRIPTS": "javascript"}
    )
    assert "(has ended)" in told(by_variable)
    off = run(tmp_path, "start", "scripted", "--database-url", database)
    assert_told_in_one_line(off, "scripts in JavaScript are switched off (--scripts javascript)")


def test_files_of_one_name_are_not_deployed_together(tmp_path: Path, database: str) -> None:
    (tmp_path / "Order.bpmn").write_bytes(ORDER.read_bytes())
    done = run(tmp_path, "deploy", "Order.bpmn", str(ORDER), "--database-url", database)
    assert done.returncode == 2
    assert "two files have the same name" in done.stderr


def test_a_message_that_starts_another_process_already_is_told_in_a_line(tmp_path: Path, database: str) -> None:
    for key in ("first", "second"):
        text = f"""<message id="m" name="Ordered"/><process id="{key}" isExecutable="true"><startEvent id="s">
        <messageEventDefinition messageRef="m"/></startEvent></process>"""
        (tmp_path / f"{key}.bpmn").write_bytes(definitions(text))
    told(run(tmp_path, "deploy", "first.bpmn", "--database-url", database))
    refused = run(tmp_path, "deploy", "second.bpmn", "--database-url", database)
    reason = "second.bpmn: process 'second' cannot be started by message 'Ordered', which starts another process"
    assert_told_in_one_line(refused, reason)


def test_starting_an_unknown_process_is_refused(tmp_path: Path, database: str) -> None:
    done = run(tmp_path, "start", "nothing", "--database-url", database)
    assert done.returncode == 1
    assert done.stderr == "taskbridge: process definition key nothing does not exist\n"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("=1", "'=1' is not name=value"),
        ("x", "'x' is not name=value"),
        ("x=[1", "x: [1 begins like JSON and is none"),
        ('x={"a": 1', 'as a text it is x="{\\"a\\": 1"'),
        ('x="a', "begins like JSON"),
    ],
)
def test_a_variable_that_cannot_be_meant_so_is_refused(tmp_path: Path, database: str, given: str, reason: str) -> None:
    done = run(tmp_path, "start", "order", "--var", given, "--database-url", database)
    assert_told_in_one_line(done, reason, status=2)
    assert done.stderr.startswith("taskbridge: --var: ")


def test_options_that_are_lists_come_from_the_environment_too(tmp_path: Path, database: str) -> None:
    env = {"TASKBRIDGE_DATABASE_URL": database, "TASKBRIDGE_PASSWORD": "p"}
    told(run(tmp_path, "deploy", str(ORDER), env=env))
    told(run(tmp_path, "start", "order", env=env | {"TASKBRIDGE_VAR": 'amount=7 note="two\\u0020words"'}))
    assert told(run(tmp_path, "user", "add", "eve", env=env | {"TASKBRIDGE_GROUP": "a b"})) == "eve: added to a, b\n"
    with serving(tmp_path, database_url=database) as (_, url):
        (task,) = fetch(url, topic=ORDER_TOPIC).json()
    values = {name: variable["value"] for name, variable in task["variables"].items()}
    assert (values["amount"], values["note"]) == (7, "two words")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "the database URL cannot be read"),
        ("mysql://nowhere/nothing", "no database of this kind is known"),
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:///{folder}/file/taskbridge.db", "/file/taskbridge.db does not exist"),
        ("sqlite:///{folder}/file", "file is not a database"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/nothing", "Connection refused"),
    ],
)
@pytest.mark.parametrize("command", [["migrate"], ["start", "order"]], ids=lambda words: words[0])
def test_a_database_that_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, command: list[str], url: str, reason: str
) -> None:
    (tmp_path / "file").write_bytes(b"this is no database" * 100)
    done = run(tmp_path, *command, "--database-url", url.format(folder=tmp_path))
    assert_told_in_one_line(done, reason)


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path, database: str) -> None:
    told(run(tmp_path, "migrate", "--database-url", database))
    with sqlite3.connect(tmp_path / "fresh.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for runs, command in ((run_apart, ["serve", "--port", "0"]), (run, ["migrate"]), (run, ["start", "order"])):
        done = runs(tmp_path, *command, "--database-url", database)
        assert_told_in_one_line(done, "is newer than this program knows")


def test_migrating_makes_the_default_database_and_says_so_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    assert told(run(tmp_path, "migrate")) == "made taskbridge.db\nthe schema is up to date\n"
    made = (tmp_path / "taskbridge.db").read_bytes()
    assert told(run(tmp_path, "migrate")) == "the schema is up to date\n"
    assert (tmp_path / "taskbridge.db").read_bytes() == made


COMMANDS = [
    ["deploy", str(ORDER)],
    ["start", "order"],
    ["user", "add", "eve", "--password", "p"],
    ["document", "add", str(ORDER)],
    ["catalogue", "c.yaml"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_typing_error_in_the_name_of_a_database_makes_none(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "c.yaml").write_text("clients: []")
    done = run(tmp_path, *command, "--database-url", "sqlite:///typo.db")
    assert_told_in_one_line(done, "typo.db does not exist; `taskbridge migrate` makes it")
    assert [path.name for path in tmp_path.iterdir()] == ["c.yaml"]


@pytest.mark.parametrize("command", [["migrate"], ["serve", "--port", "0"]], ids=" ".join)
def test_a_folder_for_a_database_is_never_made(tmp_path: Path, command: list[str]) -> None:
    done = run_apart(tmp_path, *command, "--database-url", f"sqlite:///{tmp_path}/missing/x.db")
    assert_told_in_one_line(done, f"the folder of {tmp_path}/missing/x.db does not exist")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_deployed_and_later_only_what_has_changed(tmp_path: Path, database: str) -> None:
    models = tmp_path / "models"
    models.mkdir()
    refused = run(tmp_path, "deploy", "models", "--database-url", database)
    assert_told_in_one_line(refused, "no .bpmn or .bpmn20.xml file is in models")
    text = ORDER.read_text()
    (models / "a.bpmn").write_text(text.replace('id="order"', 'id="a"'))
    (models / "b.bpmn20.xml").write_text(text.replace('id="order"', 'id="b"'))
    (models / "notes.txt").write_text("not a model")
    again = ("deploy", "models", "--if-changed", "--database-url", database)
    assert told(run(tmp_path, *again)) == "a.bpmn: a version 1\nb.bpmn20.xml: b version 1\n"
    (models / "b.bpmn20.xml").write_text(text.replace('id="order"', 'id="b"').replace("ship-goods", "send-goods"))
    assert told(run(tmp_path, *again)) == "a.bpmn: as it was\nb.bpmn20.xml: b version 2\n"
    assert told(run(tmp_path, *again)) == "a.bpmn: as it was\nb.bpmn20.xml: as it was\n"


def test_a_document_that_was_added_is_attached_in_alfresco(tmp_path: Path, database: str) -> None:
    file = tmp_path / "plan.pdf"
    file.write_bytes(b"%PDF-")
    add = ["--first-name", "Anna", "--network", "acme.com", "--password", "x", "--database-url", database]
    told(run(tmp_path, "user", "add", "anna@acme.com", *add))
    what = ["--title", "The plan", "--author", "anna@acme.com", "--database-url", database]
    name, _, identifier = told(run(tmp_path, "document", "add", str(file), *what)).strip().partition(": ")
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


@pytest.mark.parametrize(
    ("options", "network"),
    [
        ([], None),
        (["--author", "anna"], "north"),
        (["--author", "somebody"], None),
        (["--author", "anna", "--network", "south"], "south"),
        (["--author", "anna", "--network", ""], None),
        (["--network", "south"], "south"),
    ],
)
def test_a_document_belongs_to_the_network_of_its_author_or_to_another_that_is_named(
    tmp_path: Path, database: str, options: list[str], network: str | None
) -> None:
    told(run(tmp_path, "user", "add", "anna", "--password", "x", "--network", "north", "--database-url", database))
    told(run(tmp_path, "document", "add", str(ORDER), *options, "--database-url", database))
    with closing(sqlite3.connect(tmp_path / "fresh.db")) as connection:
        assert connection.execute("SELECT tenant FROM document").fetchall() == [(network,)]
