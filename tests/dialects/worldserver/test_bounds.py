"""Filters that are too much for a database are refused in the same words on both; each filter is honoured."""

import pytest

from tests.worldserver import Office, WorldServerClient, message

pytestmark = pytest.mark.anyio

LONG = "a" * 60_000
FIELDS = {
    "tasks": ("name", "assets", "creator.username", "project.name", "currentTaskStep.name"),
    "projects": ("name", "description", "creator.username"),
    "projectGroups": ("name", "description", "creator.username", "projects.name"),
}


@pytest.mark.parametrize("collection", FIELDS)
async def test_texts_of_searches_are_honoured_and_bounded(
    office: Office, mona: WorldServerClient, collection: str
) -> None:
    await office.order("a.txt")
    for field in FIELDS[collection]:
        for operator, value, status in (("eq", LONG, 200), ("like", "b" * 9_998, 200), ("like", LONG, 400)):
            body = {"filters": [{"field": field, "operator": operator, "value": value}]}
            answer = await mona.post(f"/{collection}/search", body)
            assert answer.status_code == status, field
            if status == 200:
                assert answer.json() == {"items": [], "total": 0}
            else:
                assert message(answer) == "Filter is not valid"


async def test_lists_of_ids_are_honoured_and_bounded(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order("a.txt")
    for path, name in (("tasks", "ids"), ("projects", "resourceIds")):
        answer = await mona.get(f"/{path}?{name}={','.join(['1'] * 30_000)}")
        assert (answer.status_code, message(answer)) == (400, "Filter is not valid")
        assert (await mona.get(f"/{path}?{name}=1")).json() == {"items": [], "total": 0}
    listed = await mona.get(f"/tasks?ids={number},{','.join(['1'] * 19_999)}&fields=id")
    assert listed.json()["items"] == [{"id": number}]


@pytest.mark.parametrize("action", ["claim", "unclaim", "complete", "cancel", "redo", "includeCost", "excludeCost"])
async def test_more_elements_than_one_request_may_have_are_refused(mona: WorldServerClient, action: str) -> None:
    answer = await mona.post(f"/tasks/{action}", [{"id": number} for number in range(20_001)])
    assert (answer.status_code, message(answer)) == (400, "Not valid JSON body sent")
    element = {"id": 1, "transitionId": 1, "includeCostInProject": True, "comment": "c"}
    one = await mona.post(f"/tasks/{action}", [element])
    assert one.status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "tasks?projectId=1",
        "projectTypes?clientId=1",
        "projects?localeId=1",
        "users?workgroup=none",
        "tasks?offset=1",
        "tasks?view=nosuch",
    ],
)
async def test_every_filter_is_honoured(office: Office, mona: WorldServerClient, query: str) -> None:
    await office.order("a.txt")
    path = query.partition("?")[0]
    everything = (await mona.get(f"/{path}")).json()
    assert everything["items"]
    assert (await mona.get(f"/{query}")).json() != everything
