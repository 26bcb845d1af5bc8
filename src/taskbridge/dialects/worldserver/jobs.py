"""Work in the background, as those see it who asked for it (contract 1, 4.13, 6). Called by the spec layer."""

from taskbridge.dialects.worldserver.errors import bad_request, parameter_missing
from taskbridge.dialects.worldserver.listing import path_id, projection_of
from taskbridge.dialects.worldserver.reading import Loaded
from taskbridge.dialects.worldserver.values import format_date, parse_date
from taskbridge.dialects.worldserver.views.shapes import Member, Shape, fixed, plain, show
from taskbridge.dialects.worldserver.views.tasks import date
from taskbridge.service import access, project_jobs
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call

LINK: Shape = {
    "rel": Member(lambda row, loaded: row["rel"]),
    "href": Member(lambda row, loaded: row["href"]),
}
JOB: Shape = {
    "id": plain("id"),
    "name": plain("name"),
    "type": plain("type"),
    "status": plain("status"),
    "creationDate": date(lambda row: row.created_at),
    "startDate": date(lambda row: row.started_at),
    "lastModifiedDate": date(lambda row: row.changed_at),
    "completionDate": date(lambda row: row.ended_at),
    "engine": fixed("taskbridge"),
    "links": Member(lambda row, loaded: [], shape=LINK),
}


async def worldserver_get_job(call: Call) -> Answer:
    """One job."""
    number, projection = path_id(call, "jobId"), projection_of(call)

    def work(unit: Unit) -> dict[str, object]:
        return show(JOB, access.job(unit, call.user, number), projection, Loaded(unit))

    return Answer(200, await call.services.run(work))


async def worldserver_job_exists(call: Call) -> Answer:
    """302 when there is such a job (contract 2.4)."""
    number = path_id(call, "jobId")
    await call.services.run(lambda unit: access.job(unit, call.user, number))
    return Answer(302)


async def worldserver_tail_job(call: Call) -> Answer:
    """What a job has said since a moment."""
    number, told = path_id(call, "jobId"), call.query.get("date")
    if told is None:
        raise parameter_missing("LocalDateTime", "date")
    try:
        since = parse_date(told)
    except ValueError as error:
        raise bad_request("Date is not valid") from error
    found = await call.services.read(lambda unit: project_jobs.messages(unit, call.user, number, since))
    items = [{"date": format_date(row.said_at), "message": row.text} for row in found]
    return Answer(200, {"items": items, "total": len(items)})
