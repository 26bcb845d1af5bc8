"""Where settings come from, which source is the strongest, and what is said of values that make no sense."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from taskbridge.settings import Declared, declared
from tests import checked_http
from tests.cli.command import assert_told_in_one_line, run
from tests.clients.programs import running, taskbridge

SETTINGS = {setting.key: setting for setting in declared()}


def bounds(setting: Declared) -> dict[str, float]:
    """The bounds of a number; nothing for anything else."""
    return {name: getattr(one, name) for one in setting.field.metadata for name in ("ge", "le") if hasattr(one, name)}


def numbers() -> Iterator[Declared]:
    """The settings that are numbers."""
    return (setting for setting in declared() if setting.field.annotation in {int, float})


def test_the_strongest_source_wins(tmp_path: Path) -> None:
    """The database that is missing is the one that was chosen."""
    (tmp_path / "settings.toml").write_text('database_url = "sqlite:///of_the_file.db"\n')
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "database_url").write_text("sqlite:///of_the_secret.db\n")
    config, secrets = ["--config", "settings.toml"], ["--secrets-dir", "secrets"]
    variable = {"TASKBRIDGE_DATABASE_URL": "sqlite:///of_the_variable.db"}
    named = {"TASKBRIDGE_CONFIG": "settings.toml", "TASKBRIDGE_SECRETS_DIR": "secrets"}
    option = ["--database-url", "sqlite:///of_the_option.db"]
    tried: dict[str, tuple[list[str], dict[str, str]]] = {
        "of_the_option": ([*config, *secrets, *option], variable),
        "of_the_variable": ([*config, *secrets], variable),
        "of_the_secret": ([*config, *secrets], {}),
        "of_the_file": (config, {"TASKBRIDGE_DATABASE_URL": ""}),
        "taskbridge": ([], {}),
    }
    for name, (options, env) in tried.items():
        for command in (["start", "order"], ["document", "add", "settings.toml"]):
            assert_told_in_one_line(run(tmp_path, *command, *options, env=env), f"{name}.db does not exist")
    assert_told_in_one_line(run(tmp_path, "start", "order", env=named), "of_the_secret.db does not exist")


def test_a_server_is_set_up_by_a_file_and_a_folder_of_secrets(tmp_path: Path, database: str) -> None:
    (tmp_path / "taskbridge.toml").write_text(
        """
        port = 0
        docs = false
        access_log = false
        camunda_auth = "basic"
        apis = ["camunda", "worldserver"]
        allowed_host = ["tasks.example.org"]
        max_plain_body = {every = 100000, camunda = 1000}
        client_timeout = 12.5
        """
    )
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "database_url").write_text(database)
    (tmp_path / "secrets" / "of_another_program").write_text("not looked at")
    given = ["--config", "taskbridge.toml", "--secrets-dir", "secrets", "--no-bundled"]
    with running([taskbridge(), "serve", *given], tmp_path) as program:
        url = program.wait_for(r"http://\S+/engine-rest").group(0)
        program.wait_for("Ctrl-C")
        assert checked_http.get(f"{url}/task/count").status_code == 401
    assert "Alfresco" not in program.output
    assert "/docs" not in program.output
    assert program.errors == ""


@pytest.mark.parametrize("key", [setting.key for setting in numbers()])
def test_numbers_have_bounds_whatever_source_they_come_from(tmp_path: Path, key: str) -> None:
    setting = SETTINGS[key]
    least, most = bounds(setting)["ge"], bounds(setting)["le"]
    file = tmp_path / "settings.toml"
    for value, reason in (
        (f"{least - 1:.15g}", f"must be at least {least:.15g}"),
        (f"{most + 1:.15g}", f"must be at most {most:.15g}"),
    ):
        sources: dict[str, tuple[list[str], dict[str, str]]] = {
            setting.option: ([setting.option, value], {}),
            setting.variable: ([], {setting.variable: value}),
            f"settings.toml: {key}": (["--config", "settings.toml"], {}),
        }
        file.write_text(f"{key} = {value}\n")
        for label, (options, env) in sources.items():
            done = run(tmp_path, "serve", *options, env=env)
            assert_told_in_one_line(done, f"taskbridge: {label}: {reason}, not ", status=2)
    done = run(tmp_path, "serve", f"{setting.option}=many")
    assert_told_in_one_line(done, f"{setting.option}: must be a ", status=2)
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--host", "", "must not be empty"),
        ("--database-url", "", "must not be empty"),
        ("--apis", "", "must be one or more of camunda, alfresco, worldserver, digioffice"),
        ("--apis", "camunda,nuxeo", "must be one or more of camunda, alfresco, worldserver, digioffice, not nuxeo"),
        ("--camunda-auth", "oauth", "must be 'off' or 'basic', not oauth"),
        ("--client-timeout", "nan", "must be at "),
        ("--read-timeout", "inf", "must be at most 86400, not inf"),
        ("--max-plain-body", "nothing=5", "must name one of camunda, alfresco, worldserver, digioffice or every"),
        ("--max-plain-body", "camunda=", "must be a whole number"),
        ("--max-plain-body", "camunda=-1", "must be at least 0"),
        ("--max-plain-body", "1.5", "must be a whole number"),
        ("--allowed-host", "http://tasks.example.org", "must be names of hosts, without scheme and port, not http:"),
        ("--allowed-host", "tasks.example.org:8080", "must be names of hosts, without scheme and port"),
        (
            "--forwarded-allow-ips",
            "10.0.0.1/8",
            "must be addresses and networks with commas between them, * or none, not ",
        ),
        ("--forwarded-allow-ips", "proxy.example.org", "must be addresses and networks"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_line(tmp_path: Path, option: str, value: str, reason: str) -> None:
    done = run(tmp_path, "serve", option, value)
    assert_told_in_one_line(done, f"taskbridge: {option}: {reason}", status=2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("prot = 8080", ["settings.toml: prot: is unknown; did you mean port?"]),
        ("database-url = 'x'", ["settings.toml: database-url: is unknown; did you mean database_url?"]),
        ("[serve]\nport = 1", ["settings.toml: serve: is unknown"]),
        ("zzz = 1\nport = 99999", ["settings.toml: zzz: is unknown"]),
        (
            "port = 99999\ndocs = 'perhaps'",
            [
                "settings.toml: port: must be at most 65535, not 99999",
                "settings.toml: docs: must be true or false, not perhaps",
            ],
        ),
        ("port = ", ["settings.toml: is no TOML: Invalid value (at end of document)"]),
    ],
)
def test_what_is_wrong_in_a_file_is_told_in_a_line_each(tmp_path: Path, content: str, said: list[str]) -> None:
    (tmp_path / "settings.toml").write_text(content)
    for command in (["serve"], ["start", "order"]):
        done = run(tmp_path, *command, "--config", "settings.toml")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.splitlines() == [f"taskbridge: {line}" for line in said]


def test_sources_that_are_not_there_are_told(tmp_path: Path) -> None:
    for option, reason in (("--config", "No such file or directory"), ("--secrets-dir", "no such folder of secrets")):
        assert_told_in_one_line(run(tmp_path, "serve", option, "missing"), f"missing: {reason}", status=2)
    assert_told_in_one_line(run(tmp_path, "serve", "--config", "."), "Is a directory", status=2)


def test_a_secret_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("Sesame-1")
    done = run(tmp_path, "serve", "--secrets-dir", ".")
    assert_told_in_one_line(done, "./port: must be a whole number".removeprefix("./"), status=2)
    assert "Sesame" not in done.stderr


def test_a_secret_that_lies_elsewhere_is_told(tmp_path: Path) -> None:
    """What is not read must not leave the default in its place."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "elsewhere").write_text("sqlite:///x.db")
    (tmp_path / "secrets" / "database_url").symlink_to(tmp_path / "elsewhere")
    done = run(tmp_path, "start", "order", "--secrets-dir", "secrets")
    assert_told_in_one_line(done, "resolves outside of", status=2)
