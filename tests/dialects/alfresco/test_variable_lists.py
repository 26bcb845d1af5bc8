"""Variables in lists of tasks, which may have tasks that the caller may not read: whose he gets (contract 6.4)."""

import pytest

from taskbridge.engine.variables import Variable
from taskbridge.service import variables
from taskbridge.service.unit import Services, Unit
from tests.alfresco import AlfrescoClient, asked
from tests.dialects.alfresco.conftest import People
from tests.dialects.alfresco.models import ERRAND, POOL, begin, complete, deploy

pytestmark = pytest.mark.anyio

BOTH = " AND includeTaskVariables=true AND includeProcessVariables=true"


@pytest.fixture
async def kermit(person: People, services: Services) -> AlfrescoClient:
    """Who starts things; the processes are deployed."""
    await deploy(services, ERRAND, POOL)
    return await person("kermit")


async def _names(client: AlfrescoClient, where: str) -> list[str]:
    return [one["name"] for one in await client.listed("/tasks", where=where, orderBy="id")]


async def _keep_secret(services: Services, task: str) -> None:
    """Give an open task a variable of its own."""

    def work(unit: Unit) -> None:
        variables.change(unit, variables.task(unit, int(task)), {"own": Variable("String", "secret")}, local_only=True)

    await services.run(work)


async def _variables(client: AlfrescoClient, where: str) -> list[set[tuple[str, str]]]:
    """The scopes and names of the variables of each task: as they are included, which is as related ones are."""
    included = await client.listed("/tasks", where=f"({where}{BOTH})", orderBy="id")
    response = await client.get("/tasks" + asked({"where": f"({where})", "relations": "variables", "orderBy": "id"}))
    related = [one["relations"]["variables"]["list"]["entries"] for one in response.json()["list"]["entries"]]
    found = [{(one["scope"], one["name"]) for one in task["variables"]} for task in included]
    assert found == [{(one["entry"]["scope"], one["entry"]["name"]) for one in task} for task in related]
    return [{(scope, name) for scope, name in task if name in ("own", "worker", "starter")} for task in found]


async def test_a_list_gives_variables_of_what_the_caller_may_read_only(
    kermit: AlfrescoClient, person: People, services: Services
) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    gonzo, stranger, admin = await person("gonzo"), await person("stranger"), await person("ada", admin=True)
    (done,) = await kermit.listed("/tasks")
    await _keep_secret(services, done["id"])
    await complete(services, "gonzo", done["id"])
    (task,) = await kermit.listed("/tasks")
    await _keep_secret(services, task["id"])
    local, shared = {("local", "own")}, {("global", "worker"), ("global", "starter")}
    whole = f"processId='{process}' AND status='any'"
    assert (await stranger.get(f"/processes/{process}")).status_code == 403
    assert await _names(stranger, f"({whole})") == ["Do it", "Look at it"]
    assert await _variables(stranger, whole) == [set(), set()]
    assert await _variables(gonzo, whole) == [local | shared, shared]  # he took part in the process
    for client in (kermit, admin):
        assert await _variables(client, whole) == [local | shared] * 2
    of_process = await gonzo.get(f"/processes/{process}/tasks?relations=variables&status=any&orderBy=id")
    scopes = [
        {held["entry"]["scope"] for held in one["relations"]["variables"]["list"]["entries"]}
        for one in of_process.json()["list"]["entries"]
    ]
    assert scopes == [{"local", "global"}, {"global"}]


async def test_members_of_a_group_get_the_variables_of_what_is_offered_to_it(
    kermit: AlfrescoClient, person: People, services: Services
) -> None:
    await begin(services, "kermit", "pool", worker="x")
    bear, stranger = await person("bear", groups=["bears"]), await person("stranger")
    for where in ("candidateGroup='bears'", "candidateUser='fozzie'"):
        assert await _variables(bear, where) == [{("global", "worker")}]
        assert await _variables(stranger, where) == [set()]


async def test_a_condition_on_variables_finds_what_the_caller_may_read_only(
    kermit: AlfrescoClient, person: People, services: Services
) -> None:
    process = await begin(services, "kermit", "errand", worker="gonzo")
    await begin(services, "kermit", "pool", worker="x")
    bear, stranger = await person("bear", groups=["bears"]), await person("stranger")
    for where in (
        f"processId='{process}' AND variables/worker='gonzo'",
        "candidateGroup='bears' AND variables/worker='x'",
    ):
        assert await _names(stranger, f"({where})") == []
        assert len(await _names(kermit, f"({where})")) == 1
    assert await _names(bear, "(candidateGroup='bears' AND variables/worker='x')") == ["Take it"]
