"""``taskbridge user`` and ``taskbridge group``: what they print, refuse and leave in the database."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from taskbridge.cli import users
from taskbridge.service import deployments, identity, people, processes, tasks, tokens
from taskbridge.service.people import Changes
from taskbridge.service.unit import Unit, opened
from taskbridge.settings import Settings
from taskbridge.store import identity as stored
from taskbridge.store import user_task_lists
from taskbridge.store.identity import UserRow
from taskbridge.store.user_task_lists import UserTaskFilter
from tests import checked_http
from tests.bpmn import model
from tests.cli.command import assert_told_in_one_line, run, told
from tests.clients import programs
from tests.clients.programs import serving
from tests.clients.waiting import until
from tests.passwords import hashed

T = TypeVar("T")
LAST = "taskbridge: warning: no administrator is left who may sign in"


def by_service(url: str, work: Callable[[Unit], T]) -> T:
    """What a work on the database gives."""

    async def carried_out() -> T:
        async with opened(Settings(database_url=url)) as services:
            return await services.run(work)

    return asyncio.run(carried_out())


def stored_user(url: str, name: str = "eve") -> UserRow:
    """A user as the database has him."""
    row = by_service(url, lambda unit: stored.get_user(unit.tx, name))
    assert row is not None
    return row


def shown(folder: Path, url: str, name: str = "eve") -> Any:  # noqa: ANN401 - JSON
    """A user as the command shows him."""
    return json.loads(told(run(folder, "user", "show", name, "--json", "--database-url", url)))


@pytest.fixture
def eve(sqlite_url: str) -> str:
    """URL of a database with eve, who has a value everywhere, and with an administrator."""

    def work(unit: Unit) -> None:
        changes = Changes(None, False, "north", "Eve", "Adams", "eve@example.org", ("clerks",), ("Surveyor",))
        people.add(unit, "eve", hashed("old"), changes)
        people.add(unit, "root", hashed("old"), Changes(admin=True))

    by_service(sqlite_url, work)
    return sqlite_url


def test_a_name_that_exists_is_refused_and_nothing_changes(tmp_path: Path, database_url: str) -> None:
    where = ("--database-url", database_url)
    add = ("user", "add", "eve", "--password", "old", "--admin", "--group", "managers")
    assert told(run(tmp_path, *add, *where)) == "eve: added to managers\n"
    before = stored_user(database_url), shown(tmp_path, database_url)
    for more in ((), ("--group", "others"), ("--network", "north")):
        again = run(tmp_path, "user", "add", "eve", "--password", "new", *more, *where)
        assert_told_in_one_line(again, "user eve is there already")
    assert_told_in_one_line(run(tmp_path, "user", "add", "eve", *where, typed=""), "user eve is there already")
    assert (stored_user(database_url), shown(tmp_path, database_url)) == before
    assert json.loads(told(run(tmp_path, "group", "list", "--json", *where)))[0]["members"] == ["eve"]
    assert before[1]["admin"]


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        (["--admin"], {"admin": True}),
        (["--first-name", "Eva", "--last-name", "Smith"], {"firstName": "Eva", "lastName": "Smith"}),
        (["--first-name", "", "--last-name", ""], {"firstName": None, "lastName": None}),
        (["--email", "e@example.org", "--network", "south"], {"email": "e@example.org", "network": "south"}),
        (["--email", "", "--network", ""], {"email": None, "network": None}),
        (["--no-group", "clerks", "--no-group", "Surveyor"], {"groups": []}),
        (
            ["--group", "chiefs", "--role", "Painter", "--no-group", "clerks"],
            {"groups": [{"name": "Surveyor", "type": "role"}, {"name": "Painter", "type": "role"}, None]},
        ),
        (["--group", "clerks"], {}),
        (["--password", "new"], {}),
    ],
)
def test_set_changes_what_is_given_and_nothing_else(
    tmp_path: Path, eve: str, options: list[str], changed: dict[str, Any]
) -> None:
    before, password = shown(tmp_path, eve), stored_user(eve).password_hash
    assert told(run(tmp_path, "user", "set", "eve", *options, "--database-url", eve)) == "eve: changed\n"
    after = shown(tmp_path, eve)
    if None in changed.get("groups", ()):
        changed["groups"][-1] = {"name": "chiefs", "type": None}
    assert after == before | changed
    assert (stored_user(eve).password_hash == password) is ("--password" not in options)


def test_set_overlooks_the_environment(tmp_path: Path, eve: str) -> None:
    before = stored_user(eve)
    env = {"TASKBRIDGE_DATABASE_URL": eve, "TASKBRIDGE_PASSWORD": "new", "TASKBRIDGE_ADMIN": "1"}
    told(run(tmp_path, "user", "set", "eve", "--group", "clerks", env=env))
    assert stored_user(eve) == before


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        (["add", "adam", "--password", "right"], None),
        (["add", "adam", "--password-stdin"], "right\n"),
        (["add", "adam", "--password-stdin"], "right\r\n"),
        (["add", "adam", "--password-stdin"], "right"),
        (["set", "eve", "--password", "right"], None),
        (["set", "eve", "--password-stdin"], "right\n"),
    ],
)
def test_a_password_is_given_or_read(tmp_path: Path, eve: str, arguments: list[str], typed: str | None) -> None:
    assert_sets_the_password(tmp_path, eve, arguments, typed)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command finds on stdin is typed on a terminal."""
    if programs.tested_apart():
        pytest.skip("the command of another environment has a pipe for its stdin")
    monkeypatch.setattr(users, "_on_terminal", lambda: True)


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        (["add", "adam"], "right\nright\n"),
        (["add", "adam"], "righd\nright\nright\nright\n"),
        (["set", "eve", "--ask-password"], "right\nright\n"),
    ],
)
def test_a_password_is_asked_for(tmp_path: Path, eve: str, arguments: list[str], typed: str) -> None:
    assert_sets_the_password(tmp_path, eve, arguments, typed)


@pytest.mark.parametrize("arguments", [["add", "dora"], ["set", "eve", "--ask-password"]], ids=" ".join)
def test_a_password_is_not_asked_for_without_a_terminal(tmp_path: Path, eve: str, arguments: list[str]) -> None:
    done = run(tmp_path, "user", *arguments, "--database-url", eve, typed="right\nright\n")
    assert_told_in_one_line(done, "password: can only be asked for on a terminal; give --password-stdin", status=2)


def assert_sets_the_password(tmp_path: Path, eve: str, arguments: list[str], typed: str | None) -> None:
    done = run(tmp_path, "user", *arguments, "--database-url", eve, typed=typed)
    assert done.returncode == 0, done.stderr
    assert "right" not in done.stdout + done.stderr

    async def matches() -> bool:
        async with opened(Settings(database_url=eve)) as services:
            return await identity.Credentials(services).verify(arguments[1], "right", "127.0.0.1") is not None

    assert asyncio.run(matches())


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        (["add", "adam", "--password", ""], None),
        (["add", "adam", "--password-stdin"], ""),
        (["add", "adam", "--password-stdin"], "\n"),
        (["set", "eve", "--password", ""], None),
        (["set", "eve", "--password-stdin"], "\n"),
    ],
)
def test_an_empty_password_is_refused(tmp_path: Path, eve: str, arguments: list[str], typed: str | None) -> None:
    before = by_service(eve, lambda unit: stored.all_users(unit.tx))
    done = run(tmp_path, "user", *arguments, "--database-url", eve, typed=typed)
    assert_told_in_one_line(done, "a password must not be empty")
    env = {"TASKBRIDGE_PASSWORD": ""}
    assert run(tmp_path, "user", "add", "adam", "--database-url", eve, env=env, typed="").returncode == 2
    assert by_service(eve, lambda unit: stored.all_users(unit.tx)) == before


@pytest.mark.parametrize("name", ["", " ", "a:b", "a\nb", " a", "a" * 256])
def test_a_name_that_nobody_can_sign_in_with_is_refused(tmp_path: Path, eve: str, name: str) -> None:
    done = run(tmp_path, "user", "add", name, "--password", "p", "--database-url", eve)
    assert_told_in_one_line(done, "cannot be the name of a user")


def test_a_group_that_does_not_fit_is_refused(tmp_path: Path, eve: str) -> None:
    done = run(tmp_path, "user", "set", "eve", "--role", "clerks", "--database-url", eve)
    assert_told_in_one_line(done, "'clerks' cannot be the name of a role")
    done = run(tmp_path, "user", "set", "eve", "--no-group", "none", "--database-url", eve)
    assert_told_in_one_line(done, "group none does not exist")
    done = run(tmp_path, "user", "set", "eve", "--no-group", "", "--database-url", eve)
    assert_told_in_one_line(done, "'' cannot be the name of a group: it must not be empty")


def test_a_name_may_have_255_characters(tmp_path: Path, eve: str) -> None:
    told(run(tmp_path, "user", "add", "ä" * 255, "--password", "p", "--database-url", eve))


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ("abc", "must be a whole number, not abc"),
        ("", "must be a whole number\n"),
        ("1.5", "must be a whole number, not 1.5"),
        ("7.0", "must be a whole number, not 7.0"),
        ("0", "must be 1 to 36500, not 0"),
        ("36501", "must be 1 to 36500, not 36501"),
    ],
)
def test_days_that_make_no_sense_are_told(tmp_path: Path, eve: str, days: str, reason: str) -> None:
    done = run(tmp_path, "user", "api-key", "add", "eve", "--days", days, "--database-url", eve)
    assert_told_in_one_line(done, f"taskbridge: --days: {reason}", status=2)


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "adam"],
        ["set", "adam", "--admin"],
        ["lock", "adam"],
        ["unlock", "adam"],
        ["remove", "adam"],
        ["api-key", "add", "adam"],
        ["api-key", "list", "adam"],
        ["api-key", "revoke", "adam", "--all"],
        ["api-key", "revoke", "adam", "0"],
    ],
)
def test_an_unknown_name_is_told_in_one_line(tmp_path: Path, eve: str, arguments: list[str]) -> None:
    assert_told_in_one_line(run(tmp_path, "user", *arguments, "--database-url", eve), "user adam does not exist")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["set", "eve"], "nothing is given"),
        (["set", "eve", "--revoke-keys"], "goes with a new password"),
        (["set", "eve", "--password", "a", "--password-stdin"], "give one of --ask-password"),
        (["add", "adam", "--password", "a", "--password-stdin"], "either --password or --password-stdin"),
        (["api-key", "revoke", "eve"], "the id of a key or --all"),
        (["api-key", "revoke", "eve", "1", "--all"], "the id of a key or --all"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, eve: str, arguments: list[str], reason: str) -> None:
    done = run(tmp_path, "user", *arguments, "--database-url", eve, typed="b\n")
    assert done.returncode == 2
    assert reason in " ".join(done.stderr.replace("│", " ").split())


def test_people_and_groups_are_listed(tmp_path: Path, eve: str) -> None:
    where = ("--database-url", eve)
    told(run(tmp_path, "user", "lock", "eve", *where))
    head, first, second = told(run(tmp_path, "user", "list", *where)).splitlines()
    assert head.split() == ["NAME", "FULL", "NAME", "RANK", "STATE", "NETWORK", "GROUPS"]
    assert first.split() == ["eve", "Eve", "Adams", "locked", "north", "Surveyor,", "clerks"]
    assert second.split() == ["root", "administrator"]
    assert [one["name"] for one in json.loads(told(run(tmp_path, "user", "list", "--json", *where)))] == ["eve", "root"]
    head, first, second = told(run(tmp_path, "group", "list", *where)).splitlines()
    assert (first.split()[:2], first.split()[-1]) == (["Surveyor", "role"], "eve")
    assert (second.split()[0], second.split()[-1]) == ("clerks", "eve")
    details = dict(line.split(maxsplit=1) for line in told(run(tmp_path, "user", "show", "eve", *where)).splitlines())
    assert details.items() >= {"name": "eve", "admin": "no", "network": "north", "openTasks": "0"}.items()
    assert "password" not in json.dumps(shown(tmp_path, eve)).lower()


def test_keys_are_listed_and_revoked_one_by_one_and_all_at_once(tmp_path: Path, eve: str) -> None:
    where = ("--database-url", eve)
    keys = [
        told(run(tmp_path, "user", "api-key", "add", "eve", *more, *where)).strip() for more in ((), ("--days", "7"))
    ]

    def good() -> list[bool]:
        return by_service(eve, lambda unit: [tokens.owner(unit, tokens.API_KEYS, key) is not None for key in keys])

    def listed() -> Any:  # noqa: ANN401 - JSON
        return json.loads(told(run(tmp_path, "user", "api-key", "list", "eve", "--json", *where)))

    assert good() == [True, True]
    by_expiry = {one["expires"] is None: one["id"] for one in listed()}
    assert len(by_expiry) == 2
    assert not any(one["id"] in key for one in listed() for key in keys)
    assert told(run(tmp_path, "user", "api-key", "list", "eve", *where)).count("never") == 1
    assert_told_in_one_line(run(tmp_path, "user", "api-key", "revoke", "eve", "0", *where), "key 0 does not exist")
    revoke = run(tmp_path, "user", "api-key", "revoke", "eve", by_expiry[True], *where)
    assert told(revoke) == "eve: 1 key revoked\n"
    assert good() == [False, True]
    told(run(tmp_path, "user", "set", "eve", "--password", "new", *where))
    assert good() == [False, True]
    told(run(tmp_path, "user", "set", "eve", "--password", "new", "--revoke-keys", *where))
    assert (good(), listed()) == ([False, False], [])
    assert told(run(tmp_path, "user", "api-key", "revoke", "eve", "--all", *where)) == "eve: 0 keys revoked\n"


@pytest.mark.parametrize("end", [["lock", "root"], ["remove", "root"], ["set", "root", "--no-admin"]])
def test_the_last_administrator_goes_with_a_warning(tmp_path: Path, eve: str, end: list[str]) -> None:
    where = ("--database-url", eve)
    told(run(tmp_path, "user", "set", "eve", "--admin", *where))
    first = run(tmp_path, "user", end[0], "eve", *end[2:], *where)
    assert (first.returncode, first.stderr) == (0, "")
    last = run(tmp_path, "user", *end, *where)
    assert last.returncode == 0
    assert last.stderr.startswith(LAST)
    again = run(tmp_path, "user", "set", "root", "--group", "a", *where)
    assert LAST not in again.stderr


def test_a_user_who_is_locked_or_removed_leaves_his_work_as_it_is(tmp_path: Path, database_url: str) -> None:
    def begin(unit: Unit) -> None:
        people.add(unit, "eve", hashed("old"), Changes(groups=("clerks",)))
        deployments.deploy(unit, deployments.read([model("UserTask")]))
        processes.start(unit, processes.latest_definition(unit, "UserTask"))
        tasks.assign(unit, find(unit)[0].id, "eve")

    def find(unit: Unit) -> list[Any]:
        return user_task_lists.find(unit.tx, UserTaskFilter())

    by_service(database_url, begin)
    where = ("--database-url", database_url)
    assert told(run(tmp_path, "user", "lock", "eve", *where)) == "eve: locked\n"
    locked = shown(tmp_path, database_url)
    assert told(run(tmp_path, "user", "lock", "eve", *where)) == "eve: locked\n"
    assert shown(tmp_path, database_url) == locked
    assert (locked["openTasks"], [one["name"] for one in locked["groups"]]) == (1, ["clerks"])
    removed = run(tmp_path, "user", "remove", "eve", *where)
    assert (removed.returncode, removed.stdout) == (0, "eve: removed\n")
    assert removed.stderr == "taskbridge: warning: 1 open tasks are still assigned to eve\n"
    assert [row.assignee for row in by_service(database_url, find)] == ["eve"]
    assert json.loads(told(run(tmp_path, "user", "list", "--json", *where))) == []
    assert json.loads(told(run(tmp_path, "group", "list", "--json", *where)))[0]["members"] == []


def test_who_was_added_signs_in_to_a_server_until_he_is_locked(tmp_path: Path, database: str) -> None:
    where = ("--database-url", database)
    told(run(tmp_path, "user", "add", "eve", "--password-stdin", "--role", "Surveyor", *where, typed="old\n"))
    told(run(tmp_path, "user", "set", "eve", "--password-stdin", *where, typed="new\n"))
    key = told(run(tmp_path, "user", "api-key", "add", "eve", "--days", "1", *where)).strip()
    with serving(tmp_path, "--camunda-auth", "basic", database_url=database) as (server, url):

        def status(password: str) -> int:
            return checked_http.get(f"{url}/external-task/count", auth=("eve", password)).status_code

        assert (status("old"), status("new")) == (401, 200)
        assert f"DigiOffice  {url.removesuffix('/engine-rest')}/api\n" in server.output
        office, headers = url.replace("/engine-rest", "/api/auth"), {"Authorization": f"Bearer {key}"}
        asked = checked_http.get(office, headers=headers)
        assert (asked.json()["UserName"], asked.json()["Roles"]) == ("eve", ["Surveyor"])
        told(run(tmp_path, "user", "lock", "eve", *where))
        assert checked_http.get(office, headers=headers).status_code == 401
        assert until(lambda: status("new") == 401)
