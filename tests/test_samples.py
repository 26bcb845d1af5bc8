"""The samples of the documentation that the reader cannot carry out: each is read by a program or by its grammar."""

import configparser
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import yaml

from taskbridge.app import document_of
from taskbridge.cli.program import main
from taskbridge.spec import operations
from tests import patience
from tests.clients.programs import taskbridge
from tests.metrics import Metrics

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


def commands() -> Iterator[typer.core.TyperOption]:
    """All options of the command."""
    todo = [typer.main.get_command(main)]
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
    known = {word for option in commands() for word in (*option.opts, *option.secondary_opts)}
    assert (Path(program).name, command) == ("taskbridge", "serve")
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
    known = {str(option.envvar) for option in commands()}
    named = set(_ENVIRONMENT.findall(PRODUCTION + WATCH))
    assert named
    assert named - known == set()


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


def test_what_prometheus_and_kubernetes_are_told_is_yaml_and_names_what_there_is() -> None:
    probes, scrape, alerts = [yaml.safe_load(text) for text in samples(WATCH, "yaml")]
    ours = {operation.path for operation in operations(document_of("taskbridge"))}
    assert {probe["httpGet"]["path"] for probe in probes.values()} < ours
    (job,) = scrape["scrape_configs"]
    assert job["job_name"] == "taskbridge"
    for rule in alerts["groups"][0]["rules"]:
        for name in re.findall(r"taskbridge_\w+", rule["expr"]):
            assert f"`{name}`" in WATCH, name


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
