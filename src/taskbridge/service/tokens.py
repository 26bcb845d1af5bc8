"""Tickets, sessions and keys: random texts that stand for a user, kept as hashes, with an expiry."""

import base64
import hashlib
import secrets

from taskbridge.service import identity
from taskbridge.service.errors import TokenExpired
from taskbridge.service.identity import Person
from taskbridge.service.unit import Services, Unit
from taskbridge.store import tokens
from taskbridge.store.tokens import TokenRow

#: The kind of token that a key to DigiOffice's API is; an operator makes it, and not the API.
API_KEYS = "digioffice key"
_BYTES = 20
#: Milliseconds that an expired token is kept on, so that its user can be told that it has expired.
_KEPT_EXPIRED = 24 * 3600 * 1000


def issue(unit: Unit, kind: str, user: str, lifetime: int | None) -> str:
    """A new token of a kind (one per dialect) for a user; ``lifetime`` in milliseconds, None for ever."""
    token = secrets.token_hex(_BYTES)
    keep(unit, kind, user, token, lifetime)
    return token


def issue_base64(unit: Unit, kind: str, user: str, lifetime: int | None, size: int = 15) -> str:
    """The same in letters and digits of base64, ``size`` random bytes long."""
    token = ""
    while not token.isalnum():
        token = base64.b64encode(secrets.token_bytes(size)).decode()
    keep(unit, kind, user, token, lifetime)
    return token


def keep(unit: Unit, kind: str, user: str, token: str, lifetime: int | None) -> None:
    """Let a random text stand for a user."""
    now = unit.tx.now
    tokens.remove_expired(unit.tx, now - _KEPT_EXPIRED)
    expires_at = None if lifetime is None else now + lifetime
    tokens.insert(unit.tx, _hashed(kind, token), TokenRow(kind, user, now, expires_at))


def owner(unit: Unit, kind: str, token: str) -> Person | None:
    """Whom a token stands for; None when it is unknown. Raises TokenExpired."""
    row = find(unit, kind, token)
    return None if row is None else identity.person(unit, row.user_name)


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


def _hashed(kind: str, token: str) -> str:
    return hashlib.sha256(f"{kind}:{token}".encode()).hexdigest()
