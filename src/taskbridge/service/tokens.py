"""Tickets, sessions and keys: random texts that stand for a user, kept as hashes, with an expiry.

A session is good for the password that it was begun with: a new password and a lock end it, whoever began it at the
same moment on whatever node. A key belongs to the user: it outlives a password, rests while he is locked, and goes with
him or when it is revoked.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass

from taskbridge.service import identity
from taskbridge.service.errors import NotFound, TokenExpired
from taskbridge.service.identity import Person
from taskbridge.service.unit import Services, Unit
from taskbridge.store import identity as stored_identity
from taskbridge.store import tokens
from taskbridge.store.tokens import KeptRow, TokenRow

#: The kind of token that a key to DigiOffice's API is; an operator makes it, and not the API.
API_KEYS = "digioffice key"
_BYTES = 20
#: Digits of a key's hash that name the key.
_ID = 12
#: Milliseconds that an expired token is kept on, so that its user can be told that it has expired.
_KEPT_EXPIRED = 24 * 3600 * 1000


def issue(unit: Unit, kind: str, user: str | Person, lifetime: int | None) -> str:
    """A new token of a kind (one per dialect) for a user; ``lifetime`` in milliseconds, None for ever.

    Who has just shown a password is given as a Person: the token is then worthless if the password has changed
    meanwhile. A name is for who needs no password.
    """
    token = secrets.token_hex(_BYTES)
    keep(unit, kind, user, token, lifetime)
    return token


def issue_base64(unit: Unit, kind: str, user: str | Person, lifetime: int | None, size: int = 15) -> str:
    """The same in letters and digits of base64, ``size`` random bytes long."""
    token = ""
    while not token.isalnum():
        token = base64.b64encode(secrets.token_bytes(size)).decode()
    keep(unit, kind, user, token, lifetime)
    return token


def keep(unit: Unit, kind: str, user: str | Person, token: str, lifetime: int | None) -> None:
    """Let a random text stand for a user; for a user who is gone it stands for nobody."""
    now = unit.tx.now
    tokens.remove_expired(unit.tx, now - _KEPT_EXPIRED)
    name = user.name if isinstance(user, Person) else user
    row = stored_identity.get_user(unit.tx, name)
    if row is None:
        return
    version = user.credential_version if isinstance(user, Person) else row.credential_version
    expires_at = None if lifetime is None else now + lifetime
    kept = TokenRow(kind, name, now, expires_at, None if kind == API_KEYS else version)
    tokens.insert(unit.tx, _hashed(kind, token), kept)


def owner(unit: Unit, kind: str, token: str) -> Person | None:
    """Whom a token stands for; None when it is unknown, its user is locked, or his password has changed since.

    Raises TokenExpired.
    """
    row = find(unit, kind, token)
    person = None if row is None else identity.active(unit, row.user_name)
    if row is None or person is None or row.credential_version not in (None, person.credential_version):
        return None
    return person


async def owner_of(services: Services, kind: str, token: str, address: str) -> Person | None:
    """The same in a transaction of its own, for what came in from an address; who sends many wrong ones waits.

    Raises TokenExpired; TooManyAttempts for a wrong one while many wait.
    """
    person = await services.run(lambda unit: owner(unit, kind, token))
    if person is None:
        await services.guesses.wrong_token(address)
    return person


def find(unit: Unit, kind: str, token: str) -> TokenRow | None:
    """What is known of a token; None when it is unknown. Raises TokenExpired."""
    row = tokens.get(unit.tx, _hashed(kind, token))
    if row is not None and row.expires_at is not None and row.expires_at <= unit.tx.now:
        raise TokenExpired(kind)
    return row


def revoke(unit: Unit, kind: str, token: str) -> bool:
    """Make a token worthless; tells whether it was known."""
    return tokens.remove(unit.tx, _hashed(kind, token))


def end_sessions(unit: Unit, user: str) -> None:
    """Forget everything that a user signed in for; his keys stay."""
    tokens.remove_of_user(unit.tx, user, but=API_KEYS)


# keys


@dataclass(frozen=True, slots=True)
class Key:
    """A key as its user may know it. ``id`` names it, and is of no use to sign in; moments are epoch milliseconds."""

    id: str
    created_at: int
    expires_at: int | None


def keys_of(unit: Unit, user: str) -> list[Key]:
    """The keys of a user, the oldest first, expired ones included until they are forgotten. Raises NotFound."""
    return [Key(row.hash[:_ID], row.created_at, row.expires_at) for row in _kept_keys(unit, user)]


def revoke_key(unit: Unit, user: str, key_id: str) -> None:
    """Make one key of a user worthless. Raises NotFound."""
    found = [row.hash for row in _kept_keys(unit, user) if row.hash[:_ID] == key_id]
    if not found:
        raise NotFound("key", key_id)
    for hashed in found:
        tokens.remove(unit.tx, hashed)


def revoke_keys(unit: Unit, user: str) -> int:
    """Make all keys of a user worthless; how many there were. Raises NotFound."""
    _kept_keys(unit, user)
    return tokens.remove_of_user(unit.tx, user, only=API_KEYS)


def _kept_keys(unit: Unit, user: str) -> list[KeptRow]:
    if stored_identity.get_user(unit.tx, user) is None:
        raise NotFound("user", user)
    return [row for row in tokens.of_user(unit.tx, user) if row.kind == API_KEYS]


def _hashed(kind: str, token: str) -> str:
    return hashlib.sha256(f"{kind}:{token}".encode()).hexdigest()
