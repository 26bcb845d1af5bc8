"""Ctrl-C, from the first moment of a command on: it ends quietly, as shells expect it."""

import getpass
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from taskbridge.cli import program, users
from tests.clients.programs import finished

#: Sends itself SIGINT when a module is loaded, which is a moment of the command that is always the same.
_AT_AN_IMPORT = """
import os, signal, sys

# A shell starts what runs in the background with SIGINT ignored, and what that starts inherits it.
signal.signal(signal.SIGINT, signal.default_int_handler)

class Moment:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            {how}

def press():
    os.kill(os.getpid(), signal.SIGINT)

class Dying:
    def __del__(self):
        press()

sys.meta_path.insert(0, Moment())
sys.argv = ["taskbridge", *{arguments!r}]
from taskbridge.__main__ import run
run()
"""


#: The same, when the database is opened.
_AT_THE_DATABASE = """
import os, signal, sys

signal.signal(signal.SIGINT, signal.default_int_handler)  # as above
from taskbridge.store import database

prepare = database._prepare

def pressed(*arguments, **more):
    os.kill(os.getpid(), signal.SIGINT)
    prepare(*arguments, **more)

database._prepare = pressed
sys.argv = ["taskbridge", *{arguments!r}]
from taskbridge.__main__ import run
run()
"""


@pytest.mark.parametrize("arguments", [["serve", "--port", "0"], ["migrate"]], ids=" ".join)
def test_while_the_database_is_opened(tmp_path: Path, arguments: list[str]) -> None:
    done = finished([sys.executable, "-c", _AT_THE_DATABASE.format(arguments=arguments)], tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize(
    ("arguments", "module"),
    [
        (["--help"], "taskbridge.cli"),
        (["--help"], "typer"),
        (["start", "order"], "taskbridge.cli.processes"),
        (["migrate"], "sqlalchemy"),
        (["serve", "--port", "0"], "uvicorn"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else str(given),
)
def test_while_the_program_is_loaded(tmp_path: Path, arguments: list[str], module: str) -> None:
    script = _AT_AN_IMPORT.format(module=module, arguments=arguments, how="press()")
    done = finished([sys.executable, "-c", script], tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
    assert list(tmp_path.iterdir()) == []


def test_where_python_can_only_print_an_exception(tmp_path: Path) -> None:
    """Callbacks of the garbage collector and of the import system are such places."""
    script = _AT_AN_IMPORT.format(module="typer", arguments=["--help"], how="Dying()")
    done = finished([sys.executable, "-c", script], tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_while_a_password_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database: str
) -> None:
    def pressed(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(users, "_on_terminal", lambda: True)
    monkeypatch.setattr(getpass, "getpass", pressed)
    with pytest.raises(KeyboardInterrupt):
        program.run(["user", "add", "eve", "--database-url", database])
    assert capsys.readouterr().err.strip() == ""
