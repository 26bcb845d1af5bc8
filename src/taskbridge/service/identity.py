"""Users, groups and passwords, shared by all dialects. Passwords are kept as Argon2 hashes.

A verified name and password is remembered, so that Basic on every call stays cheap: for some seconds without a look at
the user, and then for as long as the user has that very hash.
"""

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from taskbridge.service.passwords import hash_password
from taskbridge.service.unit import Services, Unit
from taskbridge.store import identity
from taskbridge.store.identity import GroupRow, UserRow

__all__ = [
    "Credentials",
    "Person",
    "add_group",
    "add_user",
    "hash_password",
    "person",
    "person_by_number",
]

_REMEMBERED_FOR = 30_000  # milliseconds
_REMEMBERED_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: a user and the groups he is in. ``tenant`` is his network, None for the default one."""

    name: str
    groups: tuple[str, ...]
    admin: bool
    number: int = 0
    tenant: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None


def add_user(
    unit: Unit,
    name: str,
    password_hash: str,
    *,
    admin: bool = False,
    groups: Sequence[str] = (),
    demo: bool = False,
    tenant: str | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
    email: str | None = None,
) -> None:
    """Make a user, or give an existing one this password and rank, and the network and names that are told.

    Groups that are missing are made.
    """
    told = {"tenant": tenant, "first_name": first_name, "last_name": last_name, "email": email}
    rank: dict[str, object] = {"password_hash": password_hash, "admin": int(admin), "demo": int(demo)}
    if identity.get_user(unit.tx, name) is None:
        new = {"name": name, "number": unit.tx.new_id(), "created_at": unit.tx.now}
        identity.insert_user(unit.tx, new | rank | told)
    else:
        identity.change_user(unit.tx, name, **rank, **{key: value for key, value in told.items() if value is not None})
    present = identity.groups_of(unit.tx, name)
    for group in dict.fromkeys(groups):
        add_group(unit, group)
        if group not in present:
            identity.add_membership(unit.tx, name, group)


def add_group(unit: Unit, name: str, *, label: str | None = None, type_: str | None = None) -> GroupRow:
    """The group of that name, made where it is missing."""
    row = identity.get_group(unit.tx, name)
    if row is None:
        row = GroupRow(name, unit.tx.new_id(), label or name, type_)
        identity.insert_group(unit.tx, row)
    return row


def person(unit: Unit, name: str) -> Person | None:
    """A user with his groups, or None."""
    row = identity.get_user(unit.tx, name)
    return None if row is None else _person(unit, row)


def person_by_number(unit: Unit, number: int) -> Person | None:
    """The same by the user's number."""
    rows = identity.users_by_number(unit.tx, [number])
    return _person(unit, rows[0]) if rows else None


def _person(unit: Unit, row: UserRow) -> Person:
    return Person(
        name=row.name,
        groups=tuple(identity.groups_of(unit.tx, row.name)),
        admin=bool(row.admin),
        number=row.number,
        tenant=row.tenant,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
    )


@dataclass(frozen=True, slots=True)
class _Verified:
    """A password that was right for a hash. The user is looked at again once ``Clock.elapsed`` shows ``good_until``."""

    good_until: int
    password_hash: str
    person: Person


class Credentials:
    """Verifies names and passwords. Lives on the event loop."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._salt = secrets.token_bytes(16)
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()
        self._under_way: dict[bytes, asyncio.Task[Person | None]] = {}

    async def verify(self, name: str, password: str, address: str) -> Person | None:
        """The person, when the password is right; None otherwise, after the same time for unknown names.

        What was verified before is answered from memory, after a look at the user when 30 seconds have passed: neither
        a hash nor a delay, whatever others try at the same time. Everything else waits as ``guesses`` says for the name
        and the address that it comes from; equal attempts at the same moment are verified once.
        Raises TooManyAttempts.
        """
        key = hashlib.blake2b(f"{len(name)}:{name}:{password}".encode(errors="replace"), key=self._salt).digest()
        known = self._verified.get(key)
        if known is not None:
            if known.good_until > self._services.clock.elapsed():
                return known.person
            if (person := await self._unchanged(key, name, known)) is not None:
                return person
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(self._attempt(key, name, password, address))
            task.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(task)

    async def _unchanged(self, key: bytes, name: str, known: _Verified) -> Person | None:
        """The person as he is now, when his password is still the one that was verified."""
        stored, who = await self._look_up(name)
        if who is None or stored != known.password_hash:
            self._verified.pop(key, None)
            return None
        self._remember(key, known.password_hash, who)
        return who

    async def _attempt(self, key: bytes, name: str, password: str, address: str) -> Person | None:
        async with self._services.guesses.attempt(name, address) as attempt:
            stored, who = await self._look_up(name)
            attempt.succeeded = await self._services.passwords.match(stored, password) and who is not None
        if not attempt.succeeded or who is None or stored is None:
            return None
        self._remember(key, stored, who)
        return who

    async def _look_up(self, name: str) -> tuple[str | None, Person | None]:
        """The hash of a user's password, and the user; None where there is none."""
        row, who = await self._services.run(lambda unit: (identity.get_user(unit.tx, name), person(unit, name)))
        return (row.password_hash or None) if row else None, who

    def _remember(self, key: bytes, password_hash: str, who: Person) -> None:
        self._verified[key] = _Verified(self._services.clock.elapsed() + _REMEMBERED_FOR, password_hash, who)
        self._verified.move_to_end(key)
        while len(self._verified) > _REMEMBERED_MOST:
            self._verified.popitem(last=False)

    def _ended(self, key: bytes, task: "asyncio.Task[Person | None]") -> None:
        del self._under_way[key]
        if not task.cancelled():
            task.exception()  # it is for those who wait; when all of them have gone, it is for nobody
