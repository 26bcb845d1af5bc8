"""The command as a whole: what it says of itself, and how little it needs for that."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from taskbridge import __version__
from taskbridge.cli.options import default_of
from taskbridge.cli.program import COMMANDS
from taskbridge.settings import declared
from tests.cli.command import assert_told_in_one_line, run, told
from tests.clients.programs import environment, finished

NAMES = [entry.name for entry in COMMANDS]
SETTINGS = {setting.name: setting for setting in declared()}


def leaves(command: Any, *words: str) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401 - Typer's
    """Every command below one that can be run, with what is typed for it."""
    inner = getattr(command, "commands", {})
    if not inner:
        yield words, command
    for name, one in inner.items():
        yield from leaves(one, *words, name)


LEAVES = [
    pytest.param(words, command, id=" ".join(words))
    for entry in COMMANDS
    for words, command in leaves(entry.load(), entry.name)
]


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    for asked in (["version"], ["--version"]):
        assert told(run(tmp_path, *asked)) == f"{__version__}\n"


def test_the_package_runs_as_a_module(tmp_path: Path) -> None:
    done = finished([sys.executable, "-m", "taskbridge", "--help"], tmp_path)
    assert told(done).startswith("Usage: taskbridge ")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_command_explains_itself(tmp_path: Path, option: str) -> None:
    overview = told(run(tmp_path, option))
    for entry in COMMANDS:
        assert f"  {entry.name} " in overview
    assert "--install-completion" in overview


def test_what_is_said_of_a_command_is_what_it_says_itself() -> None:
    assert {entry.name: entry.help for entry in COMMANDS} == {entry.name: entry.load().short_help for entry in COMMANDS}


@pytest.mark.parametrize(("words", "command"), LEAVES)
def test_nothing_is_cut_off_in_help_at_80_columns(tmp_path: Path, words: tuple[str, ...], command: Any) -> None:  # noqa: ANN401
    for option in ("-h", "--help"):
        shown = told(run(tmp_path, *words, option, env={"COLUMNS": "80"}))
        assert max(map(len, shown.splitlines())) <= 80
        assert not re.search(r"[A-Za-z,;]…|\w\.\.\.$", shown, re.MULTILINE)  # as Typer's panels and click's lists cut
        for param in command.params:
            assert all(whole in shown for whole in looked_for(param)), param.name


def looked_for(param: Any) -> list[str]:  # noqa: ANN401 - Typer's
    """What somebody may look for in the help of an option: its names, its variable, its default."""
    setting = SETTINGS.get(param.name) if param.envvar is None else None
    if setting is not None:
        return [*param.opts, *param.secondary_opts, setting.variable, default_of(setting)]
    default = param.default if isinstance(param.default, str) else ""
    return [*(word for word in param.opts if word.startswith("-")), param.envvar or "", default]


def test_groups_tell_of_their_commands_whole(tmp_path: Path) -> None:
    for entry in COMMANDS:
        command = entry.load()
        if inner := getattr(command, "commands", {}):
            shown = " ".join(told(run(tmp_path, entry.name, "--help", env={"COLUMNS": "80"})).split())
            assert all(f"{name} {one.short_help}" in shown for name, one in inner.items())


#: What takes long to load, and is needed for work only.
HEAVY = ("alembic", "connexion", "lxml", "pydantic_settings", "rich", "sqlalchemy", "sqlmodel", "uvicorn")


def test_help_the_version_and_typing_errors_need_no_engine_and_no_database(tmp_path: Path) -> None:
    """Loaded modules are what makes a command slow; a measure of time would be one of the machine."""
    asked = [["version"], ["--version"], ["--help"], ["nothing"], ["--nothing"], ["serve", "--port", "x"]]
    asked += [[name, option] for name in NAMES for option in ("--help", "--nothing")]
    script = (
        "import sys\n"
        "from taskbridge.cli import program\n"
        f"statuses = [program.run(one) for one in {asked!r}]\n"
        f"print(statuses, sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)\n"
    )
    done = finished([sys.executable, "-c", script], tmp_path)
    statuses = [2 if {"nothing", "--nothing", "x"} & set(one) else 0 for one in asked]
    assert done.stderr.splitlines()[-1] == f"{statuses} []"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["migrat"], "no such command 'migrat'. Did you mean 'migrate'?; see taskbridge --help"),
        (["serve", "--prot", "1"], "no such option: --prot (Possible options: --host, --port); see taskbridge serve"),
        (["serve", "--port"], "option '--port' requires an argument"),
        (["deploy"], "missing argument"),
        (["deploy", "nothing.bpmn"], "FILES: 'nothing.bpmn' does not exist"),
        (["deploy", ""], "FILES: '' does not exist"),
        (["document", "add", "nothing.pdf"], "FILES: 'nothing.pdf' does not exist"),
        (["document", "add", "."], "FILES: '.' is a folder"),
        (["catalogue", ""], "FILE: '' does not exist"),
        (["catalogue", "."], "FILE: '.' is a folder"),
        (["document", "ad"], "no such command 'ad'. Did you mean 'add'?; see taskbridge document --help"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else None,
)
def test_what_is_typed_wrongly_is_told_in_one_line(tmp_path: Path, typed: list[str], said: str) -> None:
    assert_told_in_one_line(run(tmp_path, *typed), said, status=2)


def test_a_variable_that_is_wrong_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").touch()
    done = run(tmp_path, "deploy", "a.bpmn", env={"TASKBRIDGE_IF_CHANGED": "perhaps"})
    assert_told_in_one_line(done, "TASKBRIDGE_IF_CHANGED: must be true or false, not perhaps", status=2)


def test_a_shell_completes_commands_and_options(tmp_path: Path) -> None:
    def completed(typed: str) -> list[str]:
        words = typed.split(" ")
        env = {"_TASKBRIDGE_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
        return told(finished([sys.executable, "-m", "taskbridge"], tmp_path, env=env)).split()

    assert completed("taskbridge se") == ["serve"]
    assert completed("taskbridge serve --por") == ["--port"]


def test_a_reader_who_goes_away_leaves_no_traceback(tmp_path: Path) -> None:
    """As in `taskbridge --help | head -n 1`."""
    read, write = os.pipe()
    os.close(read)
    with open(write, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "taskbridge", "--help"],
            cwd=tmp_path,
            env=environment(),
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a file that is always full")
def test_output_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "taskbridge", "--help"]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    reason = "taskbridge: the output cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, reason)
