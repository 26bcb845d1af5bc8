"""What a wait says of the job that ends it."""

from collections.abc import Mapping
from typing import NamedTuple


class JobOfWait(NamedTuple):
    """Type and payload of a job. ``due_at`` is in milliseconds, None for at once.

    ``configuration`` names the job definition where a node has several of the type.
    """

    type: str
    due_at: int | None
    payload: Mapping[str, object]
    configuration: str | None = None
