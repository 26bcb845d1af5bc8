"""Users, groups and passwords, shared by all dialects. Passwords are kept as Argon2 hashes.

A verified name and password is remembered, so that Basic on every call stays cheap: for half a second without a look at
the user, and then for as long as the user has that very hash and is not locked. So every node sees a new password, a
lock, and another group, rank or network within that time.
"""

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from taskbridge.service.errors import AlreadyThere
from taskbridge.service.passwords import hash_password
from taskbridge.service.unit import Services, Unit
from taskbridge.store import identity
from taskbridge.store.identity import GroupRow, UserRow

__all__ = [
    "Credentials",
    "Person",
    "active",
    "add_group",
    "add_user",
    "hash_password",
    "person",
]

#: Milliseconds for which a look at a user counts. Two looks a second and credential cost next to nothing.
_REMEMBERED_FOR = 500
_REMEMBERED_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: a user and the groups he is in. ``tenant`` is his network, None for the default one.

    ``credential_version`` is the user's at the moment of the look: a session that he begins is good for that one only.
    """

    name: str
    groups: tuple[str, ...]
    admin: bool
    number: int = 0
    tenant: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    credential_version: int = 0


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
    """Make a user; groups that are missing are made. Raises AlreadyThere, and changes nothing then."""
    if identity.get_user(unit.tx, name) is not None:
        raise AlreadyThere("user", name)
    row: dict[str, object] = {
        "name": name,
        "number": unit.tx.new_id(),
        "tenant": tenant,
        "first_name": first_name,
        "last_name": last_name,
        "email": email,
        "password_hash": password_hash,
        "admin": int(admin),
        "demo": int(demo),
        "created_at": unit.tx.now,
        "locked_at": None,
        "credential_version": unit.tx.new_id(),
    }
    identity.insert_user(unit.tx, row)
    for group in dict.fromkeys(groups):
        add_group(unit, group)
        identity.add_membership(unit.tx, name, group)


def add_group(unit: Unit, name: str, *, label: str | None = None, type_: str | None = None) -> GroupRow:
    """The group of that name, made where it is missing."""
    row = identity.get_group(unit.tx, name)
    if row is None:
        row = GroupRow(name, unit.tx.new_id(), label or name, type_)
        identity.insert_group(unit.tx, row)
    return row


def person(unit: Unit, name: str) -> Person | None:
    """A user with his groups, locked or not; None where there is none."""
    row = identity.get_user(unit.tx, name)
    return None if row is None else _person(unit, row)


def active(unit: Unit, name: str) -> Person | None:
    """The same, None for a user who is locked."""
    row = identity.get_user(unit.tx, name)
    return None if row is None or row.locked_at is not None else _person(unit, row)


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
        credential_version=row.credential_version,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A user as he was when he was looked at. That counts until ``Clock.elapsed`` shows ``good_until``."""

    good_until: int
    password_hash: str
    person: Person


class Credentials:
    """Verifies names and passwords. Lives on the event loop."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._salt = secrets.token_bytes(16)
        self._verified: OrderedDict[bytes, _Seen] = OrderedDict()
        self._under_way: dict[bytes, asyncio.Task[Person | None]] = {}

    async def verify(self, name: str, password: str, address: str) -> Person | None:
        """The person, when the password is right; None otherwise, after the same time for unknown names.

        What was verified before is answered from memory, after a look at the user when half a second has passed:
        neither a hash nor a delay, whatever others try at the same time. Everything else waits as ``guesses`` says for
        the name and the address that it comes from; equal attempts at the same moment are verified once.
        Raises TooManyAttempts.
        """
        key = hashlib.blake2b(f"{len(name)}:{name}:{password}".encode(errors="replace"), key=self._salt).digest()
        known = self._verified.get(key)
        if known is not None and known.good_until > self._services.clock.elapsed():
            return known.person
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(self._verify(key, name, password, address))
            task.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(task)

    async def _verify(self, key: bytes, name: str, password: str, address: str) -> Person | None:
        known = self._verified.get(key)
        if known is not None and (who := await self._unchanged(key, name, known.password_hash)) is not None:
            return who
        async with self._services.guesses.attempt(name, address) as attempt:
            user = await self._look_up(name)
            matches = await self._services.passwords.match(user.password_hash if user else None, password)
            # Hashing may have waited for its turn: what was seen of the user counts from before it.
            who = await self._unchanged(key, name, user.password_hash, user) if user is not None and matches else None
            attempt.succeeded = who is not None
        return who

    async def _unchanged(self, key: bytes, name: str, password_hash: str, seen: _Seen | None = None) -> Person | None:
        """The person as he is now, when his password still has the hash that was verified; he is remembered then.

        ``seen`` is a look at him that was taken before, and is enough while it counts.
        """
        if seen is None or seen.good_until <= self._services.clock.elapsed():
            seen = await self._look_up(name)
        if seen is None or seen.password_hash != password_hash:
            self._verified.pop(key, None)
            return None
        self._verified[key] = seen
        self._verified.move_to_end(key)
        while len(self._verified) > _REMEMBERED_MOST:
            self._verified.popitem(last=False)
        return seen.person

    async def _look_up(self, name: str) -> _Seen | None:
        """The user of a name as he is now; None where there is none, or none who may sign in with a password."""
        good_until = self._services.clock.elapsed() + _REMEMBERED_FOR

        def look(unit: Unit) -> _Seen | None:
            row = identity.get_user(unit.tx, name)
            if row is None or row.locked_at is not None or not row.password_hash:
                return None
            return _Seen(good_until, row.password_hash, _person(unit, row))

        return await self._services.run(look)

    def _ended(self, key: bytes, task: "asyncio.Task[Person | None]") -> None:
        del self._under_way[key]
        if not task.cancelled():
            task.exception()  # it is for those who wait; when all of them have gone, it is for nobody
