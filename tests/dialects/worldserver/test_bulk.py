"""Lists of elements: entries in order, failures beside successes, and what a failure leaves behind."""

import asyncio
from pathlib import Path

import pytest

from tests.worldserver import Office, WorldServerClient, message

pytestmark = pytest.mark.anyio


async def test_some_elements_may_fail_beside_others(office: Office, mona: WorldServerClient) -> None:
    first, second = await office.order("a.txt", "b.txt")
    answer = await mona.post("/tasks/claim", [{"id": first}, {"id": 1}, {"id": "x"}, {"id": second}])
    assert answer.status_code == 200
    told = answer.json()
    assert told["status"] == "PARTIAL_SUCCESS"
    assert [entry["status"] for entry in told["response"]] == ["OK", "ERROR", "ERROR", "OK"]
    assert [entry.get("response") for entry in told["response"]] == [first, None, None, second]
    messages = [entry["errors"][0]["message"] for entry in told["response"] if "errors" in entry]
    assert messages == ["Resource TASK (1) not found", "Task Id is not valid"]
    assert told["response"][1]["errors"][0]["code"] == 404


async def test_where_all_fail_the_first_error_stands_on_top(office: Office, mona: WorldServerClient) -> None:
    answer = await mona.post("/tasks/claim", [{"id": 1}, {"id": 2}])
    told = answer.json()
    assert (answer.status_code, told["status"]) == (200, "ERROR")
    assert told["errors"] == told["response"][0]["errors"]


async def test_no_elements_are_no_mistake(mona: WorldServerClient) -> None:
    answer = await mona.post("/tasks/claim", [])
    assert (answer.status_code, answer.json()) == (200, {"status": "OK", "response": []})


@pytest.mark.parametrize("path", ["/tasks/claim", "/tasks/complete", "/projects/cancel", "/projects/redo"])
async def test_a_list_of_more_than_a_thousand_elements_is_refused(
    office: Office, mona: WorldServerClient, path: str
) -> None:
    (number,) = await office.order()
    before = await office.served.dump()
    answer = await mona.post(path, [{"id": number}] * 1001)
    assert answer.status_code == 400
    assert len(message(answer)) < 300
    assert await office.served.dump() == before


async def test_a_list_of_a_thousand_elements_is_carried_out(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    assert len((await mona.post("/tasks/claim", [{"id": number}] * 1000)).json()["response"]) == 1000


async def test_one_task_named_twice_moves_once(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    told = {"id": number, "transitionId": await mona.transition(number)}
    answer = (await mona.post("/tasks/complete", [told, told])).json()
    assert [entry["status"] for entry in answer["response"]] == ["OK", "ERROR"]
    assert await mona.step(number) == "Review"


async def test_an_element_that_fails_changes_nothing_and_the_others_do(office: Office, mona: WorldServerClient) -> None:
    first, second = await office.order("a.txt", "b.txt")
    stranger = office.users["outsider"]
    answer = await mona.post(
        "/tasks/changeAssignees",
        [
            {"id": first, "assignedUserIds": [office.users["mona"]]},
            {"id": second, "assignedUserIds": [stranger]},
        ],
    )
    assert answer.json()["status"] == "PARTIAL_SUCCESS"
    shown = [[who["name"] for who in (await mona.task(one, "assignees"))["assignees"]] for one in (first, second)]
    assert shown == [["mona"], ["translators"]]


async def test_one_element_that_fails_is_the_answer_and_leaves_nothing(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    before = await office.served.dump()
    for path, body, status in (
        ("/tasks/claim", [{"id": 1}], 404),
        ("/tasks/complete", [{"id": number, "transitionId": 1}], 400),
        ("/tasks/cancel", [{"id": number}], 400),
        ("/tasks/redo", [{"id": number}], 404),
        ("/projects/cancel", [{"id": 1, "comment": "x"}], 404),
        ("/projectGroups/create", [{"name": "x"}], 400),
    ):
        assert (await mona.post(path, body)).status_code == status
    assert await office.served.dump() == before


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/json;charset=UTF-8"])
async def test_a_body_is_json_whatever_its_type_says(
    office: Office, mona: WorldServerClient, content_type: str | None
) -> None:
    (number,) = await office.order()
    headers = {"Content-Type": content_type} if content_type else {}
    content = b'[{"id": %d}]' % number
    assert (await mona.request("POST", "/tasks/claim", content=content, headers=headers)).status_code == 200


async def test_ids_may_be_texts(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    way = str(await mona.transition(number))
    assert (await mona.post("/tasks/complete", [{"id": str(number), "transitionId": way}])).status_code == 200


async def test_unknown_parameters_are_ignored(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    told = [{"id": number, "transitionId": await mona.transition(number), "comment": "by a tool"}]
    assert (await mona.post("/tasks/complete?recalculateAutoError=false", told)).status_code == 200


async def test_a_body_that_is_too_deep_is_not_json(mona: WorldServerClient) -> None:
    answer = await mona.request("POST", "/tasks/claim", content=b"[" * 5000)
    assert (answer.status_code, message(answer)) == (400, "Not valid JSON body sent")


async def test_a_comment_is_a_text(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    told = {"id": number, "transitionId": await mona.transition(number)}
    comments: list[object] = [[], {}, "a\0b"]
    for comment in comments:
        answer = await mona.post("/tasks/complete", [{**told, "comment": comment}])
        assert (answer.status_code, message(answer)) == (400, "Not valid JSON body sent")
    assert await mona.step(number) == "Translate"
    assert (await mona.post("/tasks/complete", [{**told, "comment": 5}])).status_code == 200
    assert (await mona.task(number, "comment"))["comment"] == "5"
    told = {"id": number, "transitionId": await mona.transition(number), "comment": True}
    assert (await mona.post("/tasks/complete", [told])).status_code == 200
    assert (await mona.task(number, "comment"))["comment"] == "true"


async def test_of_many_who_claim_at_once_one_succeeds(office: Office) -> None:
    (number,) = await office.order()
    clients = [await office.sign_in(name) for name in ("mona", "tina", "tom")] * 3
    answers = await asyncio.gather(*(client.post("/tasks/claim", [{"id": number}]) for client in clients))
    (claimant,) = {client.token for client, answer in zip(clients, answers, strict=True) if answer.is_success}
    assert sum(answer.is_success for answer in answers) == 3
    assert claimant


async def test_of_many_who_complete_at_once_one_succeeds(office: Office, mona: WorldServerClient) -> None:
    first, second = await office.order("a.txt", "b.txt")
    way = await mona.transition(first)
    told = [{"id": number, "transitionId": way} for number in (first, second)]
    answers = await asyncio.gather(
        *(mona.post("/tasks/complete", told if place % 2 else told[::-1]) for place in range(8))
    )
    entries = [entry["status"] for answer in answers for entry in answer.json()["response"]]
    assert (entries.count("OK"), entries.count("ERROR")) == (2, 14)
    assert [await mona.step(number) for number in (first, second)] == ["Review", "Review"]


async def test_a_way_that_the_process_cannot_go_is_its_fault(office: Office, mona: WorldServerClient) -> None:
    await office.deploy(("dead_end.bpmn", Path(__file__).with_name("dead_end.bpmn").read_bytes()))
    number = await office.start("dead-end")
    (other,) = await office.order()
    told = [{"id": one, "transitionId": await mona.transition(one)} for one in (number, other)]
    before = await office.served.dump()
    answer = await mona.post("/tasks/complete", told[:1])
    assert (answer.status_code, message(answer)) == (500, "no outgoing sequence flow of 'fork' can be taken")
    assert await office.served.dump() == before
    both = await mona.post("/tasks/complete", told)
    assert [entry["status"] for entry in both.json()["response"]] == ["ERROR", "OK"]
    assert (await mona.step(number), await mona.step(other)) == ("Work", "Review")


ACTIONS = (
    *("/tasks/claim", "/tasks/unclaim", "/tasks/complete", "/tasks/cancel", "/tasks/redo", "/tasks/changeAssignees"),
    *("/tasks/includeCost", "/tasks/excludeCost", "/projects/complete", "/projects/cancel", "/projects/redo"),
    *("/projectGroups/create", "/tasks/search", "/projects/search", "/projectGroups/search", "/login"),
)
STRANGE: tuple[bytes, ...] = (
    *(b"null", b"5", b'"x"', b"true", b"{}", b"[null]", b"[[]]", b"[5]", b'["x"]', b"[{}, null]", b"[{}]"),
    *(
        b'[{"id": null}]',
        b'[{"id": {}}]',
        b'[{"id": 1e300}]',
        b'[{"id": -1}]',
        b'[{"id": true}]',
        b'[{"id": 2147483648}]',
    ),
    b'[{"id": 1' + b"0" * 300 + b"}]",
    b'[{"id": "\xff"}]',
    b'[{"id": "\\ud800"}]',
    b'{"operator": null, "filters": null}',
    b'[{"name": "x", "clientId": 1, "projectTypeId": 1, "systemFiles": {}, "locales": {}}]',
    b'[{"id": 1, "transitionId": [], "comment": {}, "includeCostInProject": "x", "assignedUserIds": [null]}]',
)


@pytest.mark.parametrize("path", ACTIONS)
async def test_strange_bodies_are_refused_and_change_nothing(
    office: Office, mona: WorldServerClient, path: str
) -> None:
    await office.order()
    before = await office.served.dump()
    for content in STRANGE:
        answer = await mona.request("POST", path, content=content)
        searched = path.endswith("search") and answer.is_success
        assert searched or 400 <= answer.status_code < 500, (content, answer.text)
    assert await office.served.dump() == before
