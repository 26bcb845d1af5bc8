"""Camunda's ids: UUIDs of rows, with key, version or activity before them where the vendor has it so."""

from taskbridge.service.shown_ids import activity_instance_id as activity_instance
from taskbridge.service.shown_ids import definition_id as definition
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


def decode_definition(text: str | None) -> int:
    """The integer behind a process definition id; UNKNOWN for any other text. The caller checks key and version."""
    return decode((text or "").rpartition(":")[2], Kind.DEFINITION)


def decode_activity_instance(text: str | None) -> int:
    """The integer behind an activity instance id; UNKNOWN for any other text."""
    return decode((text or "").rpartition(":")[2], Kind.ACTIVITY_INSTANCE)
