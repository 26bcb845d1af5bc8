"""The samples of the documentation that the reader cannot carry out as they stand: what they need is made here.

Others are read by a program or by their grammar.
"""

import configparser
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
import typer
import yaml
from sqlalchemy import URL, MetaData, create_engine, make_url, select

from taskbridge import settings_sources
from taskbridge.app import application, document_of
from taskbridge.cli.lazy import Entry
from taskbridge.cli.program import COMMANDS
from taskbridge.clock import ManualClock
from taskbridge.settings import Settings, declared
from taskbridge.spec import operations
from tests import checked_http, patience
from tests.cli.command import run, told
from tests.clients.programs import environment, taskbridge
from tests.metrics import Metrics
from tests.postgresql_server import tools

HOW_TO = Path(__file__).parents[1] / "docs" / "how-to"
PRODUCTION = (HOW_TO / "production.md").read_text()
WATCH = (HOW_TO / "watch.md").read_text()
_ENVIRONMENT = re.compile(r"\b(TASKBRIDGE_[A-Z_]+)\b")
_INSTRUCTIONS = (
    *("FROM", "COPY", "RUN", "USER", "WORKDIR", "VOLUME", "EXPOSE", "ENV", "STOPSIGNAL", "HEALTHCHECK"),
    *("ENTRYPOINT", "CMD"),
)


def samples(page: str, language: str) -> list[str]:
    """The blocks of a language."""
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert found, language
    return found


def options_of(entry: Entry) -> Iterator[typer.core.TyperOption]:
    """All options of a command, and of those below it."""
    todo = [entry.load()]
    while todo:
        command = todo.pop()
        todo += getattr(command, "commands", {}).values()
        yield from (one for one in command.params if isinstance(one, typer.core.TyperOption))


def unit() -> configparser.ConfigParser:
    (text,) = samples(PRODUCTION, "ini")
    parser = configparser.ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # as its documentation has it
    parser.read_string(text)
    return parser


def test_the_unit_starts_a_command_that_there_is() -> None:
    service = unit()["Service"]
    program, command, *options = shlex.split(service["ExecStart"])
    assert Path(program).name == "taskbridge"
    (entry,) = [entry for entry in COMMANDS if entry.name == command]
    known = {word for option in options_of(entry) for word in (*option.opts, *option.secondary_opts)}
    assert {word for word in options if word.startswith("--")} <= known
    drain = int(options[options.index("--drain") + 1])
    assert int(service["TimeoutStopSec"]) > drain + 30


def test_systemd_reads_the_unit(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not on this machine")
    (text,) = samples(PRODUCTION, "ini")
    (tmp_path / "settings.env").touch()
    text = text.replace("/opt/taskbridge/bin/taskbridge", taskbridge()).replace("/etc/taskbridge", str(tmp_path))
    file = tmp_path / "taskbridge.service"
    file.write_text(text)
    done = subprocess.run(
        [verify, "verify", str(file)], capture_output=True, text=True, timeout=patience.SECONDS, check=False
    )
    told = [line for line in (done.stdout + done.stderr).splitlines() if file.name in line]
    assert (done.returncode, told) == (0, [])


def test_every_variable_of_the_pages_is_one_of_the_command() -> None:
    known = {setting.variable for setting in declared()}
    known |= {str(option.envvar) for entry in COMMANDS for option in options_of(entry)}
    named = set(_ENVIRONMENT.findall(PRODUCTION + WATCH))
    assert named
    assert named - known == set()


def test_the_commands_and_options_of_readme_are_there() -> None:
    text = (HOW_TO.parents[1] / "README.md").read_text().partition("\n## The command\n")[2].partition("\n## ")[0]
    known = {
        word for entry in COMMANDS for option in options_of(entry) for word in (*option.opts, *option.secondary_opts)
    }
    named = set(re.findall(r"--[a-z][a-z-]+", text))
    assert named >= {"--apis", "--config", "--drain"}
    assert named - known == {"--help"}
    assert set(re.findall(r"^taskbridge (\w+)", text, re.MULTILINE)) == {entry.name for entry in COMMANDS}


def test_the_container_file_is_one() -> None:
    (text,) = samples(PRODUCTION, "dockerfile")
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    words = [line.split(maxsplit=1)[0] for line in lines]
    assert words[0] == "FROM"
    assert set(words) <= set(_INSTRUCTIONS)
    for line in lines:
        word, rest = line.split(maxsplit=1)
        if word in ("ENTRYPOINT", "VOLUME") or (word == "CMD" and rest.startswith("[")):
            assert yaml.safe_load(rest), line
    assert "http://127.0.0.1:8080/health/live" in text


def test_every_installation_is_constrained_to_the_tested_versions() -> None:
    """The options, the constraints and the package, in the page's commands and in its container file."""
    assert (HOW_TO.parents[1] / "constraints.txt").is_file()
    found = re.findall(r"pip install( --\S+)* -c (\S+)/constraints\.txt (\S+)", PRODUCTION)
    assert len(found) == PRODUCTION.count("pip install") == 2
    assert [(folder, package.removeprefix("./")) for _, folder, package in found] == [
        ("taskbridge", "taskbridge"),
        ("/src/taskbridge", "/src/taskbridge"),
    ]
    assert "\nCOPY taskbridge /src/taskbridge\n" in PRODUCTION


def test_the_proxy_file_is_one(tmp_path: Path) -> None:
    (text,) = samples(PRODUCTION, "nginx")
    bare = "\n".join(line.partition("#")[0].rstrip() for line in text.splitlines())
    depth = 0
    for statement in re.split(r"(?<=[;{}])", bare):
        words = statement.strip()
        if words:
            assert words[-1] in ";{}", words
            depth += (words[-1] == "{") - (words[-1] == "}")
            assert depth >= 0, words
    assert depth == 0
    for header in (
        "Host $host",
        "X-Forwarded-For $remote_addr",
        "X-Forwarded-Proto $scheme",
        "X-Request-ID $request_id",
    ):
        assert f"proxy_set_header {header};" in bare


def test_nginx_reads_the_proxy_file(tmp_path: Path) -> None:
    nginx, openssl = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx is not on this machine, or openssl, which makes it a certificate")
    certify = "req -x509 -nodes -newkey rsa:2048 -subj /CN=tasks.example.org -keyout tasks.key -out tasks.pem"
    subprocess.run([openssl, *certify.split()], cwd=tmp_path, capture_output=True, timeout=patience.SECONDS, check=True)
    (text,) = samples(PRODUCTION, "nginx")
    # A port and folders that need no right of root's.
    text = text.replace("listen 443 ", "listen 127.0.0.1:8443 ").replace("/etc/ssl/", f"{tmp_path}/")
    folders = "".join(f"{name}_temp_path {name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (tmp_path / "nginx.conf").write_text(f"pid pid;\nevents {{}}\nhttp {{\naccess_log off;\n{folders}{text}}}\n")
    done = subprocess.run(
        [nginx, "-t", "-q", "-e", "stderr", "-p", str(tmp_path), "-c", "nginx.conf"],
        capture_output=True,
        text=True,
        timeout=patience.SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_prometheus_and_kubernetes_are_told_is_yaml_and_names_what_there_is() -> None:
    probes, scrape, alerts = [yaml.safe_load(text) for text in samples(WATCH, "yaml")]
    ours = {operation.path for operation in operations(document_of("taskbridge"))}
    assert {probe["httpGet"]["path"] for probe in probes.values()} < ours
    (job,) = scrape["scrape_configs"]
    assert job["job_name"] == "taskbridge"
    for rule in alerts["groups"][0]["rules"]:
        for name in re.findall(r"taskbridge_\w+", rule["expr"]):
            assert f"`{name}`" in WATCH, name


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a node, by the unit and its file; but on a database that is here."""
    (text,) = samples(PRODUCTION, "text")
    for line in shlex.split(text, comments=True):
        name, _, value = line.partition("=")
        monkeypatch.setenv(name, value)
    shutil.copy(sqlite_template, tmp_path / "taskbridge.db")
    monkeypatch.setenv("TASKBRIDGE_DATABASE_URL", f"sqlite:///{tmp_path / 'taskbridge.db'}")
    options = shlex.split(unit()["Service"]["ExecStart"])[2:]
    by_name = zip(options[::2], options[1::2], strict=True)
    return settings_sources.load({name.removeprefix("--").replace("-", "_"): value for name, value in by_name})


def asked_by_the_pages() -> list[tuple[str, str]]:
    """Hosts and paths that Prometheus, Kubernetes and clients behind the proxy ask for, by the samples."""
    probes, scrape, _ = [yaml.safe_load(text) for text in samples(WATCH, "yaml")]
    (proxy,) = samples(PRODUCTION, "nginx")
    targets = [target for job in scrape["scrape_configs"] for one in job["static_configs"] for target in one["targets"]]
    assert re.findall(r"server (\S+:\d+) ", proxy) == targets
    hosts = [
        (header["value"], probe["httpGet"]["path"])
        for probe in probes.values()
        for header in probe["httpGet"]["httpHeaders"]
        if header["name"] == "Host"
    ]
    assert len(hosts) == len(probes)
    names = re.findall(r"server_name (\S+);", proxy)
    return [*hosts, *((target, "/metrics") for target in targets), *((name, "/engine-rest/engine") for name in names)]


@pytest.mark.anyio
async def test_the_nodes_answer_the_hosts_of_scrapes_probes_and_proxy(settings: Settings) -> None:
    assert not settings.loopback
    assert not settings.open
    assert f"--forwarded-allow-ips {settings.forwarded_allow_ips}\n" in PRODUCTION
    async with (
        application(settings.model_copy(update={"access_log": False}), ManualClock()) as (app, _),
        checked_http.checked_async("http://node", transport=httpx.ASGITransport(app)) as http,
    ):
        for host, path in asked_by_the_pages():
            answer = await http.get(path, headers={"Host": host})
            assert answer.status_code == 200, (host, path, answer.text)
        assert (await http.get("/metrics", headers={"Host": "10.0.0.13:8080"})).status_code == 403


def tables(database: URL) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    metadata, engine = MetaData(), create_engine(database)
    try:
        with engine.connect() as connection:
            metadata.reflect(connection)
            return {
                table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                for table in metadata.sorted_tables
            }
    finally:
        engine.dispose()


@contextmanager
def emptied(server: URL, *databases: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection to a server on which these databases do not exist before and after."""
    with psycopg.connect(host=str(server.query["host"]), user=server.username, autocommit=True) as connection:
        statements = [f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode() for name in databases]
        try:
            for statement in statements:
                connection.execute(statement)
            yield connection
        finally:
            for statement in statements:
                connection.execute(statement)


def test_the_commands_for_a_backup_of_postgresql_copy_everything(
    tmp_path: Path, postgresql_server: str, postgresql_template: str
) -> None:
    (commands,) = [text for text in samples(PRODUCTION, "console") if "pg_dump" in text]
    server = make_url(postgresql_server)
    with emptied(server, "taskbridge", "restored") as connection:
        connection.execute(f"CREATE DATABASE taskbridge TEMPLATE {postgresql_template}".encode())
        first, copy = (
            ("--database-url", server.set(database=name).render_as_string(hide_password=False))
            for name in ("taskbridge", "restored")
        )
        (tmp_path / "plan.pdf").write_bytes(bytes(range(256)))
        told(run(tmp_path, "user", "add", "anna", "--password", "Sesame-1", "--group", "managers", *first))
        told(run(tmp_path, "document", "add", "plan.pdf", *first))
        env = {
            "PATH": f"{tools()}:{os.environ['PATH']}",
            "PGHOST": str(server.query["host"]),
            "PGUSER": str(server.username),
        }
        done = subprocess.run(
            ["bash", "-euc", commands],
            cwd=tmp_path,
            env=environment(env),
            capture_output=True,
            text=True,
            timeout=patience.PROGRAM_SECONDS,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        rows = {name: tables(server.set(database=name)) for name in ("taskbridge", "restored")}
        assert rows["restored"] == rows["taskbridge"]
        assert (len(rows["restored"]["user_account"]), len(rows["restored"]["document"])) == (1, 1)
        assert told(run(tmp_path, "migrate", *copy)) == "the schema is up to date\n"
        told(run(tmp_path, "user", "add", "ben", "--password", "Sesame-2", "--group", "managers", *copy))


def test_json_samples_are_json() -> None:
    for text in samples(WATCH, "json"):
        for line in text.splitlines():
            assert isinstance(yaml.safe_load(line), dict)


def described() -> set[str]:
    """The metrics of the table."""
    return set(re.findall(r"`(taskbridge_\w+)`", WATCH.partition("## The log")[0]))


def assert_described(metrics: Metrics) -> None:
    """Every metric that is answered is in the table, and every metric in the table is answered."""
    answered = {
        f"{name}_total" if family.type == "counter" else name
        for name, family in metrics.families.items()
        if name.startswith("taskbridge_")
    }
    assert answered == described()
