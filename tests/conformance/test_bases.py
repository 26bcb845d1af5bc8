"""The two base paths, and engines that are none (contract 0.1)."""

import pytest

from tests.bpmn import model
from tests.client import BASE, NAMED_BASE, CamundaClient

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("base", [BASE, NAMED_BASE])
async def test_a_task_is_worked_off_under_either_base(camunda: CamundaClient, base: str) -> None:
    client = camunda.at(base)
    deployed = await client.deploy(model("P1"))
    assert deployed["links"][0]["href"] == f"http://taskbridge.test{base}/deployment/{deployed['id']}"
    started = (await client.post("/process-definition/key/P1/start", {})).json()
    assert started["links"][0]["href"] == f"http://taskbridge.test{base}/process-instance/{started['id']}"
    (task,) = await client.fetch()
    completed = await client.post(f"/external-task/{task['id']}/complete", {"workerId": "w"})
    assert completed.status_code == 204
    await client.close()


async def test_both_bases_show_the_same(camunda: CamundaClient) -> None:
    named = camunda.at(NAMED_BASE)
    await camunda.deploy(model("P1"))
    await named.start("P1")
    assert (await named.get("/external-task")).json() == (await camunda.get("/external-task")).json()
    await named.close()


async def test_every_path_of_the_document_leads_to_its_own_operation_under_both_bases(camunda: CamundaClient) -> None:
    """A list and a count beside an id: neither base takes a literal for an id."""
    named = camunda.at(NAMED_BASE)
    for path in ("/external-task", "/process-instance", "/task", "/process-definition", "/deployment", "/incident"):
        for client in (camunda, named):
            assert (await client.get(f"{path}/count")).json() == {"count": 0}
            assert (await client.get(path)).json() == []
    await named.close()


@pytest.mark.parametrize("path", ["/external-task", "/external-task/count", "/version", "/nowhere"])
async def test_an_unknown_engine_is_told(camunda: CamundaClient, path: str) -> None:
    answer = await camunda.get(f"/engine/other{path}", documented=False)
    assert answer.status_code == 400
    assert answer.json() == {
        "type": "InvalidRequestException",
        "message": "No process engine available",
        "code": None,
    }


async def test_an_unknown_path_of_the_known_engine_is_a_path_not_found(camunda: CamundaClient) -> None:
    answer = await camunda.get("/engine/default/nowhere", documented=False)
    assert (answer.status_code, answer.json()["type"]) == (404, "NotFoundException")
