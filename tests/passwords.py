"""Hashes of passwords for tests: quick ones, since nobody attacks them and hundreds are verified."""

from functools import cache

from argon2 import PasswordHasher

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def hashed(password: str) -> str:
    """The hash of a password; how costly it is to verify stands in it."""
    return _QUICK.hash(password)
