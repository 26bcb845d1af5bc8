"""Every operation by every road: routes, predefined routes of several formats, and arrays of requests."""

from typing import Any

import pytest

from tests.digioffice import CHANGE, FINISH, PASSWORD, POSTPONE, TASKS, Office

pytestmark = pytest.mark.anyio
LATER = "2031-05-17T12:00:00.0000000"
CREDENTIALS = {"provider": "credentials", "UserName": "alice", "Password": PASSWORD}
#: Where requests for one task may be sent, by the operation of the request's type.
ROADS = ("/api/json/reply/{}", "/json/reply/{}", "/api/{}", "/api/api/{}")


@pytest.mark.parametrize("road", ROADS)
async def test_an_array_of_requests_by_every_predefined_route(office: Office, road: str) -> None:
    first, second = await office.start(), await office.start()
    about = [{"TaskID": first}, {"TaskID": second}]

    async def sent(operation: str, requests: list[dict[str, Any]]) -> Any:  # noqa: ANN401 - JSON
        answer = await office.client.post(road.format(f"{operation}[]"), requests)
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.content else None

    assert [one["ID"] for one in await sent("GetTaskOperation", about)] == [first, second]
    assert [[task["ID"] for task in one] for one in await sent("GetTasksOperation", [{"TaskIDs": [second]}])] == [
        [second]
    ]
    (both,) = await sent("GetMultiTaskOperation", [{"TaskIDs": [first, second]}])
    assert both["TaskIDs"] == [first, second]
    rest = [{"TaskIDs": [number], "DateTime": LATER, "Reason": "Not yet"} for number in (first, second)]
    assert await sent("PostponeTaskOperation", rest) in (None, [None, None])
    assert await sent("ChangePostponedTaskOperation", rest) in (None, [None, None])
    said = await sent("GetTaskCommentsOperation", about)
    assert [[one["Text"] for one in comments] for comments in said] == [["Not yet", "Not yet"]] * 2
    assert await sent("FinishTaskOperation", [{"TaskIDs": [first]}, {"TaskIDs": [second]}]) in (None, [None, None])
    assert not await office.is_open(first)
    assert not await office.is_open(second)


async def test_a_task_by_a_body(office: Office) -> None:
    number = await office.start()
    assert (await office.client.post(f"{TASKS}/{number}", {})).json()["ID"] == number
    assert (await office.client.post(f"{TASKS}/{number}/comments", {})).json() == []
    rest = {"TaskIDs": [number], "DateTime": LATER, "Reason": "Not yet"}
    for path in (POSTPONE, CHANGE):
        assert (await office.client.post(path, rest)).status_code == 204
    assert (await office.client.post("/api/workflowmultitasks", {"TaskIDs": [number]})).json()["TaskIDs"] == [number]
    assert (await office.client.post(FINISH, {"TaskIDs": [number]})).status_code == 204


@pytest.mark.parametrize("road", ROADS)
async def test_reading_and_signing_out_by_every_predefined_route(office: Office, road: str) -> None:
    number = await office.start()
    shown = await office.client.get(road.format("GetTaskOperation") + f"?TaskID={number}")
    assert shown.json()["ID"] == number
    out = await office.client.delete(road.format("Authenticate"))
    assert (out.status_code, out.json()["ResponseStatus"]) == (200, None)


async def test_one_way_is_answered_as_a_reply_is(office: Office) -> None:
    number = await office.start()
    asked = await office.client.get(f"/api/json/oneway/GetTaskOperation?TaskID={number}")
    finished = await office.client.post("/api/json/oneway/FinishTaskOperation", {"TaskIDs": [number]})
    out = await office.client.delete("/api/json/oneway/Authenticate")
    assert [one.status_code for one in (asked, finished, out)] == [200, 204, 200]
    assert asked.json()["ID"] == number
    assert not await office.is_open(number)


@pytest.mark.parametrize("door", ["auth", "authenticate"])
async def test_signing_in_and_out_by_both_doors(office: Office, door: str) -> None:
    nobody = office.client.by({})
    for path, body in ((f"/api/{door}", CREDENTIALS), (f"/api/{door}/credentials", CREDENTIALS)):
        signed_in = await nobody.post(path, body)
        assert signed_in.json()["UserName"] == "alice"
        assert (await nobody.get(f"/api/{door}")).json()["UserName"] == "alice"
        assert (await nobody.get(f"/api/{door}/credentials")).json()["UserName"] == "alice"
        out = await nobody.delete(path)
        assert (out.status_code, out.json()["ResponseStatus"]) == (200, None)
        assert (await nobody.get(f"/api/{door}")).status_code == 401
    await nobody.close()


async def test_the_types_of_every_language(office: Office) -> None:
    for path, words in (
        ("/api/types", "python"),
        ("/api/types/metadata", "FinishTaskOperation"),
        ("/api/types/python", "class FinishTaskOperation"),
        ("/api/types/typescript", "export class FinishTaskOperation"),
        ("/metadata/app.json", "FinishTaskOperation"),
    ):
        answer = await office.client.get(path)
        assert (answer.status_code, words in answer.text) == (200, True), path
