"""Hashes of passwords: Argon2, whose cost is wanted, and bounded, so that nobody can exhaust the machine with it.

A hash takes 64 MiB and some ten milliseconds of up to four cores. Only as many as there are cores are computed at the
same time, in threads that nothing else uses; a bounded number waits for its turn.
"""

import os
import secrets
from functools import cache

import anyio.to_thread
from anyio import CapacityLimiter
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from taskbridge.service.errors import EmptyPassword, TooManyAttempts

#: Hashes that are computed at the same time: with more of them than cores, or than these, all only become slower.
AT_ONCE = min(os.cpu_count() or 1, 3)
#: Verifications that may wait or be computed at the same time.
MOST_PENDING = 32
#: Milliseconds after which there is room again.
_SOON = 1_000


def hash_password(password: str) -> str:
    """The Argon2 hash of a password; takes some ten milliseconds on purpose. Raises EmptyPassword."""
    if not password:
        raise EmptyPassword
    return PasswordHasher().hash(password)


@cache
def _hash_for_unknown_names() -> str:
    return hash_password(secrets.token_hex())


class Passwords:
    """Verifies passwords against their hashes beside the event loop. Lives on the event loop."""

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(AT_ONCE)
        self._hasher = PasswordHasher()
        self._pending = 0

    async def match(self, known: str | None, password: str) -> bool:
        """Whether a hash is the password's; False, after the same time, without a hash and for an empty password.

        Raises TooManyAttempts.
        """
        if self._pending >= MOST_PENDING:
            raise TooManyAttempts(_SOON)
        self._pending += 1
        try:
            sought = known if password else None  # older versions made hashes of empty passwords
            return await anyio.to_thread.run_sync(self._matches, sought, password, limiter=self._limiter)
        finally:
            self._pending -= 1

    def _matches(self, known: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(known or _hash_for_unknown_names(), password) and known is not None
        except VerificationError:
            return False
