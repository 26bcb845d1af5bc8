"""Liveness of the process, and its readiness for requests."""

from taskbridge.dialects.taskbridge.models import Liveness, Readiness
from taskbridge.service.unit import Services
from taskbridge.service.watching import DatabaseState, Watch
from taskbridge.spec import Answer, Call, Handler

#: No proxy may cache the answers, which are true for a moment.
_NOT_KEPT = {"Cache-Control": "no-store"}


async def liveness(call: Call) -> Answer:
    """The event loop runs, or this would not be answered. Neither the database nor a coming end matters."""
    return Answer(200, Liveness(status="alive").model_dump(), headers=_NOT_KEPT)


def readiness_handler(services: Services, watch: Watch) -> Handler:
    """A handler for readiness: 200 while no signal to stop has come and the database answers, else 503."""

    async def readiness(call: Call) -> Answer:
        database = await watch.database()
        ready = database is DatabaseState.AVAILABLE and not services.leaving
        checks = {"database": database, "process": "stopping" if services.leaving else "serving"}
        body = Readiness.model_validate({"status": "ready" if ready else "not ready", "checks": checks})
        return Answer(200 if ready else 503, body.model_dump(), headers=_NOT_KEPT)

    return readiness
