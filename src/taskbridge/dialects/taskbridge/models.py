"""The objects of `openapi/taskbridge.yaml`; made by `make generate`, never edited."""

from typing import Literal

from taskbridge.spec.model import Model


class Liveness(Model):
    """That the process lives."""

    status: Literal["alive"]
    """
    Always the same
    """


class Checks(Model):
    """What was looked at."""

    database: Literal["available", "unavailable", "slow"]
    """
    Whether the database did its part; `slow` when it did not answer within a second
    """
    process: Literal["serving", "stopping"]
    """
    Whether a signal to stop has come
    """


class Message(Model):
    """What was wrong with a request."""

    message: str
    """
    One line for people
    """


class Readiness(Model):
    """Whether requests should be sent to the server, and why not."""

    status: Literal["ready", "not ready"]
    """
    Whether all checks are passed
    """
    checks: Checks
