"""Accounts: who may sign in, what he is, and how that is taken away. Called by the command.

What a person did stays readable when the account is gone: tasks, comments and documents hold names, not accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from taskbridge.service import identity, tokens
from taskbridge.service.errors import AlreadyThere, NotFound, UnfitName
from taskbridge.service.finishing import ROLE
from taskbridge.service.unit import Unit
from taskbridge.store import catalogue, user_task_lists
from taskbridge.store import identity as stored
from taskbridge.store import tokens as stored_tokens
from taskbridge.store.identity import GroupRow, UserRow
from taskbridge.store.user_task_lists import UserTaskFilter

#: Characters. Lists and pages show names whole, and every request carries one.
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to change of a user. None leaves a value as it is, an empty text clears it.

    ``groups`` and ``roles`` are those to be in, made where they are missing; ``not_groups`` those to be out of.
    """

    password_hash: str | None = None
    admin: bool | None = None
    tenant: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    groups: Sequence[str] = ()
    roles: Sequence[str] = ()
    not_groups: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """A user and his groups."""

    row: UserRow
    groups: list[GroupRow]


@dataclass(frozen=True, slots=True)
class Details:
    """Everything about an account; ``open_tasks`` are assigned to the user and not done yet."""

    account: Account
    user_type: str | None
    keys: int
    sessions: int
    open_tasks: int


def require_new(unit: Unit, name: str) -> None:
    """Go on only with a name that a new user can have. Raises UnfitName, AlreadyThere."""
    if not name or name != name.strip():
        raise UnfitName("user", name, "it must not be empty, nor begin or end with a blank")
    if ":" in name or not name.isprintable():
        raise UnfitName("user", name, "HTTP Basic can carry neither colons nor control characters")
    if len(name) > _LONGEST_NAME:
        raise UnfitName("user", name[:20] + "…", f"it has {len(name)} characters, {_LONGEST_NAME} are the most")
    if stored.get_user(unit.tx, name) is not None:
        raise AlreadyThere("user", name)


def add(unit: Unit, name: str, password_hash: str, changes: Changes) -> None:
    """Make a user. Raises UnfitName, AlreadyThere."""
    require_new(unit, name)
    identity.add_user(
        unit,
        name,
        password_hash,
        admin=bool(changes.admin),
        tenant=changes.tenant or None,
        first_name=changes.first_name or None,
        last_name=changes.last_name or None,
        email=changes.email or None,
    )
    _join(unit, name, changes)


def change(unit: Unit, name: str, changes: Changes) -> None:
    """Change what is given, and nothing else. A new password ends all sessions of the user; keys stay.

    Raises NotFound, also for a group to be out of that does not exist; UnfitName for a role that is another group, and
    for a group without a name.
    """
    _held(unit, name)
    told = {field: getattr(changes, field) for field in ("tenant", "first_name", "last_name", "email")}
    values: dict[str, object] = {field: text or None for field, text in told.items() if text is not None}
    if changes.admin is not None:
        values["admin"] = int(changes.admin)
    if changes.password_hash is not None:
        # A user of the demo is not one with a known password any more.
        values |= {"password_hash": changes.password_hash, "demo": 0} | _sessions_ended(unit, name)
    if values:
        stored.change_user(unit.tx, name, **values)
    if not all(changes.not_groups):
        raise UnfitName("group", "", "it must not be empty")
    for group in changes.not_groups:
        if stored.get_group(unit.tx, group) is None:
            raise NotFound("group", group)
        stored.remove_membership(unit.tx, name, group)
    _join(unit, name, changes)


def lock(unit: Unit, name: str) -> None:
    """Let a user sign in no more: his sessions end, his password and keys rest. His work stays his. Raises NotFound."""
    if _held(unit, name).locked_at is None:
        stored.change_user(unit.tx, name, locked_at=unit.tx.now, **_sessions_ended(unit, name))


def unlock(unit: Unit, name: str) -> None:
    """Let a user sign in again; his keys are good again, his former sessions are not. Raises NotFound."""
    _held(unit, name)
    stored.change_user(unit.tx, name, locked_at=None)


def remove(unit: Unit, name: str) -> None:
    """Remove a user with his memberships, type, locales, clients, sessions and keys; what he did keeps his name.

    Raises NotFound.
    """
    _held(unit, name)
    stored_tokens.remove_of_user(unit.tx, name)
    stored.remove_memberships(unit.tx, name)
    catalogue.remove_links(unit.tx, name)
    stored.remove_user(unit.tx, name)


def has_administrator(unit: Unit) -> bool:
    """Whether an administrator may sign in."""
    return stored.administrators(unit.tx) > 0


def everybody(unit: Unit) -> list[Account]:
    """All users with their groups, by name."""
    known = {row.name: row for row in stored.all_groups(unit.tx)}
    found: dict[str, list[GroupRow]] = {}
    for user, group in stored.all_memberships(unit.tx):
        found.setdefault(user, []).append(known[group])
    return [Account(row, found.get(row.name, [])) for row in stored.all_users(unit.tx)]


def details(unit: Unit, name: str) -> Details:
    """One user. Raises NotFound."""
    row = stored.get_user(unit.tx, name)
    if row is None:
        raise NotFound("user", name)
    groups = [group for _, group in catalogue.memberships(unit.tx, [name])]
    user_types = catalogue.profiles(unit.tx, [name])
    kinds = [kept.kind for kept in stored_tokens.of_user(unit.tx, name)]
    keys = kinds.count(tokens.API_KEYS)
    open_tasks = open_tasks_of(unit, name)
    user_type = user_types[0].name if user_types else None
    return Details(Account(row, groups), user_type, keys, len(kinds) - keys, open_tasks)


def open_tasks_of(unit: Unit, name: str) -> int:
    """How many tasks that are not done yet are assigned to a name, whether a user has it or not."""
    return user_task_lists.number(unit.tx, UserTaskFilter(assignees=[name]))


def groups(unit: Unit) -> list[tuple[GroupRow, list[str]]]:
    """All groups with the names of their members, both by name."""
    members: dict[str, list[str]] = {}
    for user, group in stored.all_memberships(unit.tx):
        members.setdefault(group, []).append(user)
    return [(row, members.get(row.name, [])) for row in stored.all_groups(unit.tx)]


def _held(unit: Unit, name: str) -> UserRow:
    row = stored.hold_user(unit.tx, name)
    if row is None:
        raise NotFound("user", name)
    return row


def _sessions_ended(unit: Unit, name: str) -> dict[str, object]:
    """The new values of a user whose sessions are over; one that is begun at this very moment is worthless too."""
    tokens.end_sessions(unit, name)
    return {"credential_version": unit.tx.new_id()}


def _join(unit: Unit, name: str, changes: Changes) -> None:
    if not all((*changes.groups, *changes.roles)):
        raise UnfitName("group", "", "it must not be empty")
    for role in changes.roles:
        if identity.add_group(unit, role, type_=ROLE).type != ROLE:
            raise UnfitName("role", role, "a group that is no role has it")
    present = stored.groups_of(unit.tx, name)
    for group in dict.fromkeys([*changes.groups, *changes.roles]):
        identity.add_group(unit, group)
        if group not in present:
            stored.add_membership(unit.tx, name, group)
