"""What the tests of WorldServer's clients share: a served translation office."""

from dataclasses import dataclass
from functools import cached_property

from tests import checked_http

TOPIC = "publish-translation"


@dataclass
class Place:
    """Where a server with the demo's people, locales and processes is found."""

    engine: str

    @property
    def host(self) -> str:
        """Scheme, host and port."""
        return self.engine.removesuffix("/engine-rest")

    @property
    def base(self) -> str:
        """The base URL of the current version."""
        return f"{self.host}/ws-api/v2"

    @cached_property
    def ids(self) -> dict[str, int]:
        """The ids of locales, clients and project types by the first word of their names."""
        found: dict[str, int] = {}
        with checked_http.checked(base_url=self.base) as http:
            token = http.post("/login", json={"username": "demo", "password": "demo"}).json()["sessionId"]
            for path in ("locales", "clients", "projectTypes"):
                items = http.get(f"/{path}", headers={"token": token}).json()["items"]
                found |= {item["name"].partition(" ")[0]: item["id"] for item in items}
        return found

    def work(self) -> bool:
        """Let an unmodified worker of the other vendor do one automatic step; tells whether there was one."""
        # Its package makes a noise while it is imported; by now that has been done, without a sound.
        from camunda.external_task.external_task_worker import (  # noqa: PLC0415
            ExternalTaskWorker,
            NoExternalTaskFound,
        )

        worker = ExternalTaskWorker(worker_id="w", base_url=self.engine, config={"asyncResponseTimeout": 0})
        try:
            worker.fetch_and_execute(TOPIC, lambda task: task.complete({"published": True}))
        except NoExternalTaskFound:
            return False
        return True
