"""Ids that tests of the engine can read: what they are of, and the number."""


class PlainIds:
    """The ids of an instance of version 1 of a definition without a tenant."""

    definition_version = 1
    definition_id = "definition"
    tenant: str | None = None

    def process_instance(self, number: int) -> str:
        """The id of a process instance."""
        return f"instance {number}"

    def execution(self, number: int) -> str:
        """The id of the execution of an activity instance."""
        return f"execution {number}"

    def task(self, number: int) -> str:
        """The id of a task."""
        return f"task {number}"

    def activity_instance(self, node_id: str, number: int) -> str:
        """The id of an activity instance."""
        return f"{node_id} {number}"
