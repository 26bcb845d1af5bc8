"""Points in time in a state: relative to something that happened, because no two servers do it at the same moment."""

from datetime import UTC, datetime

from model_driver.values import Json, JsonObject

#: Seconds by which two runs may differ: servers round, and one of them may be slow.
_TOLERANCE = 60
_MEMBERS = {"after", "at"}


def moment(text: str | None, since: str | datetime | None) -> JsonObject | None:
    """A date of a server, in whole seconds ``after`` another one and ``at`` a time of UTC; None for no date."""
    if text is None:
        return None
    at = parsed(text)
    begun = parsed(since) if isinstance(since, str) else since
    after = None if begun is None else round((at - begun).total_seconds())
    return {"after": after, "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def parsed(text: str) -> datetime:
    """A date as the API writes it, with milliseconds and an offset."""
    return datetime.fromisoformat(text)


def is_moment(value: Json) -> bool:
    """Whether a value was made by ``moment``."""
    return isinstance(value, dict) and value.keys() == _MEMBERS


def same_moment(one: JsonObject, other: JsonObject) -> bool:
    """Whether two are equally long after what they are relative to, or at the same time."""
    if None not in (one["after"], other["after"]) and abs(one["after"] - other["after"]) <= _TOLERANCE:
        return True
    return abs((parsed(one["at"]) - parsed(other["at"])).total_seconds()) <= _TOLERANCE
