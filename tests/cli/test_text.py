"""What is given to a command and is no text in UTF-8: it is refused in one line, whatever the command."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.command import ORDER, assert_told_in_one_line, run
from tests.clients.programs import environment, taskbridge

#: What Python makes of a byte that is no text.
STRANGE = "\udcff"


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["user", "set", "ann", "--first-name", STRANGE], "--first-name"),
        (["user", "add", "zed", "--password", STRANGE], "--password"),
        (["user", "add", "zed", f"--password=x{STRANGE}"], "--password"),
        (["user", "show", STRANGE], "argument 3"),
        (["start", STRANGE], "argument 2"),
        (["start", "order", "--var", f"a={STRANGE}"], "--var"),
        (["start", "--", STRANGE], "argument 3"),
        (["deploy", str(ORDER), STRANGE], "argument 3"),
        (["serve", "--host", STRANGE], "--host"),
        (["serve", f"--{STRANGE}=1"], "argument 2"),
        ([STRANGE], "argument 1"),
    ],
    ids=ascii,
)
def test_an_argument_that_is_no_text_is_refused(tmp_path: Path, arguments: list[str], place: str) -> None:
    done = run(tmp_path, *arguments)
    assert_told_in_one_line(done, f"taskbridge: {place}: is no text in UTF-8\n", status=2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["TASKBRIDGE_PASSWORD", "TASKBRIDGE_HOST", "TASKBRIDGE_NOTHING"])
@pytest.mark.parametrize("command", [["serve"], ["user", "add", "zed"], ["start", "order"]], ids=" ".join)
def test_a_variable_that_is_no_text_is_named(tmp_path: Path, command: list[str], name: str) -> None:
    done = run(tmp_path, *command, env={name: STRANGE})
    assert_told_in_one_line(done, f"taskbridge: {name}: is no text in UTF-8\n", status=2)
    assert list(tmp_path.iterdir()) == []


def test_variables_of_other_programs_are_not_looked_at(tmp_path: Path) -> None:
    assert run(tmp_path, "version", env={"OTHER": STRANGE}).returncode == 0


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
@pytest.mark.parametrize(
    ("arguments", "typed", "place"),
    [
        (["user", "set", "ann", "--password-stdin"], b"\xff", "--password-stdin: stdin"),
        (["user", "show", STRANGE], None, "argument 3:"),
    ],
    ids=ascii,
)
def test_bytes_that_are_no_text_are_refused_in_every_locale(
    tmp_path: Path, database: str, arguments: list[str], typed: bytes | None, place: str, locale: str
) -> None:
    """Python reads stdin strictly in some locales, and not in others."""
    done = subprocess.run(
        [taskbridge(), *arguments, "--database-url", database],
        cwd=tmp_path,
        env=environment({"LC_ALL": locale}),
        input=typed,
        capture_output=True,
        check=False,
    )
    said = f"taskbridge: {place} is no text in UTF-8\n".encode()
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", said)
