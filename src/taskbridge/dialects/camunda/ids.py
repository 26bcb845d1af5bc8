"""Camunda's ids: UUIDs of rows, with key, version or activity before them where the vendor has it so."""

from taskbridge.service.uuids import UNKNOWN, Kind, decode, encode

__all__ = [
    "UNKNOWN",
    "Kind",
    "activity_instance",
    "decode",
    "decode_activity_instance",
    "decode_definition",
    "definition",
    "encode",
]


def definition(key: str, version: int, number: int) -> str:
    """The id of a process definition: ``key:version:uuid``."""
    return f"{key}:{version}:{encode(Kind.DEFINITION, number)}"


def decode_definition(text: str | None) -> int:
    """The integer behind a process definition id; UNKNOWN for any other text. The caller checks key and version."""
    return decode((text or "").rpartition(":")[2], Kind.DEFINITION)


def activity_instance(node_id: str, number: int) -> str:
    """The id of an activity instance: ``activityId:uuid``."""
    return f"{node_id}:{encode(Kind.ACTIVITY_INSTANCE, number)}"


def decode_activity_instance(text: str | None) -> int:
    """The integer behind an activity instance id; UNKNOWN for any other text."""
    return decode((text or "").rpartition(":")[2], Kind.ACTIVITY_INSTANCE)
