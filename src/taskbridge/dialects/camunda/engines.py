"""The engine and its version (contract 4.1)."""

from taskbridge.dialects.camunda.failures import ENGINE
from taskbridge.spec import Answer, Call

#: The vendor's version whose behaviour this is.
VERSION = "7.24.0"


async def camunda_list_engines(call: Call) -> Answer:
    """The one engine there is. Needs no credentials."""
    return Answer(200, [{"name": ENGINE}])


async def camunda_get_version(call: Call) -> Answer:
    """The version that is spoken."""
    return Answer(200, {"version": VERSION})
