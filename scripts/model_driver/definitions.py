"""What a process definition shows after it was deployed: its job definitions, and the jobs that will start it."""

from model_driver import entries
from model_driver.rest import Server
from model_driver.values import JsonObject


async def observe_definition(server: Server, definition: str) -> JsonObject:
    """The job definitions and start jobs of a definition; empty where the server has no jobs. Refused, Unusable."""
    if "jobs" not in server.has:
        return {}
    query = {"processDefinitionId": definition}
    definitions = {each["id"]: each for each in await server.get("/job-definition", query)}
    jobs = [job for job in await server.get("/job", query) if job["processInstanceId"] is None]
    shown = [entries.job_definition_entry(each) for each in definitions.values()]
    started = [entries.job_entry(job, definitions.get(job["jobDefinitionId"], {})) for job in jobs]
    return {"job_definitions": sorted(shown, key=_place), "start_jobs": sorted(started, key=_place)}


def _place(entry: JsonObject) -> tuple[str, ...]:
    return tuple(str(entry[member]) for member in ("activity", "type", "configuration"))
