"""The ids that expressions show. The engine knows integers; what clients are shown for them is the services' matter."""

from typing import Protocol


class Shown(Protocol):
    """The texts by which clients know what an instance is made of."""

    @property
    def definition_version(self) -> int:
        """The version of the instance's process definition."""

    @property
    def definition_id(self) -> str:
        """The id of the instance's process definition."""

    @property
    def tenant(self) -> str | None:
        """The tenant of the instance."""

    def process_instance(self, number: int) -> str:
        """The id of a process instance."""

    def execution(self, number: int) -> str:
        """The id of the execution of an activity instance."""

    def task(self, number: int) -> str:
        """The id of the task that a user task's activity instance is."""

    def activity_instance(self, node_id: str, number: int) -> str:
        """The id of an activity instance."""
