"""The conformance cases of WorldServer contract 8, by their numbers."""

import re
from datetime import datetime

import pytest

from tests.serving import Served
from tests.worldserver import OLD_BASE, PASSWORD, Office, WorldServerClient, message

pytestmark = pytest.mark.anyio

NO_TOKEN = "No session token provided or invalid token"
CREDENTIALS = {"username": "mona", "password": PASSWORD}


@pytest.mark.parametrize("base", ["/ws-api/v2", "/ws-api/v1"])
async def test_cases_1_and_2_a_login_begins_a_session_on_both_versions(office: Office, base: str) -> None:
    client = WorldServerClient(office.served.app, base=base)
    session = await client.post("/login", CREDENTIALS)
    assert session.status_code == 200
    told = session.json()
    assert isinstance(told["sessionId"], str)
    assert told["sessionId"]
    assert told["lastUpdateTime"] == office.served.clock.now()
    assert told["userDetails"]["username"] == "mona"
    assert told["userDetails"]["userType"] == "Manager"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["expirationTime"])
    await client.close()


async def test_a_wrong_password_is_refused(office: Office) -> None:
    client = WorldServerClient(office.served.app)
    for wrong in ({**CREDENTIALS, "password": "no"}, {**CREDENTIALS, "username": "nobody"}, {}, {"username": 5}):
        answer = await client.post("/login", wrong)
        assert (answer.status_code, message(answer)) == (401, "BAD_CREDENTIALS")
    await client.close()


@pytest.mark.parametrize(
    ("body", "text"),
    [(b"", "Required request body is missing"), (b"{", "Invalid JSON"), (b"[1]", "Invalid JSON")],
)
async def test_cases_4_and_5_a_login_needs_a_body_of_json(office: Office, body: bytes, text: str) -> None:
    client = WorldServerClient(office.served.app)
    answer = await client.request("POST", "/login", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, message(answer)) == (400, text)
    await client.close()


async def test_case_7_without_a_known_token_nothing_is_told(office: Office) -> None:
    for token in (None, "", "unknown"):
        client = WorldServerClient(office.served.app, token)
        answer = await client.get("/tasks" if token is None else f"/tasks?token={token}")
        assert (answer.status_code, message(answer)) == (401, NO_TOKEN)
        await client.close()


async def test_case_8_a_token_counts_in_a_header_and_in_the_query(office: Office, mona: WorldServerClient) -> None:
    bare = WorldServerClient(office.served.app)
    assert (await bare.get("/tasks", headers={"token": mona.token or ""})).status_code == 200
    assert (await bare.get(f"/tasks?token={mona.token}")).status_code == 200
    await bare.close()


async def test_case_10_two_sessions_of_one_user_work_together(office: Office) -> None:
    client = WorldServerClient(office.served.app)
    tokens = [(await client.post("/login", CREDENTIALS)).json()["sessionId"] for _ in range(2)]
    assert len(set(tokens)) == 2
    for token in tokens:
        assert (await client.get(f"/tasks?token={token}")).status_code == 200
        checked = await client.post(f"/login/checkToken?token={token}")
        assert checked.json()["sessionId"] == token
    await client.close()


async def test_cases_11_to_17_a_list_is_paged(office: Office, mona: WorldServerClient) -> None:
    numbers = await office.order(*(f"{place:02}.txt" for place in range(45)))
    first = await mona.json("/tasks?fields=id")
    assert ([one["id"] for one in first["items"]], first["total"]) == (numbers[:30], 45)
    second = await mona.json("/tasks?fields=id&offset=30")
    assert ([one["id"] for one in second["items"]], second["total"]) == (numbers[30:], 45)
    assert await mona.json("/tasks?fields=id&offset=45") == {"items": [], "total": 45}
    beyond = await mona.get("/tasks?offset=46")
    assert (beyond.status_code, message(beyond)) == (400, "Offset out of range. Collection has only 45 items")
    for query, text in (
        ("limit=0", "The limit is not valid"),
        ("limit=-5", "The limit is not valid"),
        ("limit=many", "The limit is not valid"),
        ("offset=-1", "Offset not provided, or invalid"),
        ("offset=", "Offset not provided, or invalid"),
        ("sortBy=name&sortDirection=up", "Sort direction not provided, or invalid"),
        ("sortBy=name", "Sort direction not provided, or invalid"),
    ):
        answer = await mona.get(f"/tasks?{query}")
        assert (answer.status_code, message(answer)) == (400, text), query


async def test_cases_19_and_20_tasks_are_chosen_by_their_ids(office: Office, mona: WorldServerClient) -> None:
    numbers = await office.order("a.txt", "b.txt", "c.txt")
    chosen = await mona.json(f"/tasks?fields=id&ids={numbers[2]},{numbers[0]},1")
    assert chosen == {"items": [{"id": numbers[0]}, {"id": numbers[2]}], "total": 2}
    for ids in (f"{numbers[0]},x", "x", "7.5"):
        answer = await mona.get(f"/tasks?ids={ids}")
        wrong = ids.rpartition(",")[2]
        assert (answer.status_code, message(answer)) == (500, f'For input string: "{wrong}"')
    assert (await mona.json(f"/tasks?fields=id&ids=%20{numbers[0]}"))["total"] == 1


async def test_cases_22_and_23_members_are_chosen_or_left_out(office: Office, mona: WorldServerClient) -> None:
    await office.order()
    (task,) = (await mona.json("/tasks?fields=id,project(id,name)"))["items"]
    assert set(task) == {"id", "project"}
    assert set(task["project"]) == {"id", "name"}
    (whole,) = (await mona.json("/tasks"))["items"]
    (without,) = (await mona.json("/tasks?excludedFields=name"))["items"]
    assert set(whole) - set(without) == {"name"}
    assert without["project"] == whole["project"]


async def test_sorting_by_a_member_that_is_not_shown_sorts_nothing(office: Office, mona: WorldServerClient) -> None:
    numbers = await office.order("b.txt", "a.txt")
    down = "sortDirection=desc"
    for query, expected in (
        (f"fields=id,name&sortBy=name&{down}", numbers),
        ("fields=id,name&sortBy=name&sortDirection=asc", numbers[::-1]),
        ("fields=id&sortBy=name&sortDirection=asc", numbers),
        (f"fields=id&sortBy=colour&{down}", numbers),
        (f"fields=id&sortBy=id&{down}", numbers[::-1]),
    ):
        assert [one["id"] for one in (await mona.json(f"/tasks?{query}"))["items"]] == expected, query


async def test_case_25_a_filter_may_be_a_header(office: Office, mona: WorldServerClient) -> None:
    await office.order("a.txt", "b.txt")
    answer = await mona.get("/tasks", headers={"limit": "1", "fields": "id"})
    assert (len(answer.json()["items"]), answer.json()["total"]) == (1, 2)
    assert list(answer.json()["items"][0]) == ["id"]
    refused = await mona.get("/tasks", headers={"limit": "0"})
    assert (refused.status_code, message(refused)) == (400, "The limit is not valid")


async def test_cases_26_to_29_a_task_and_its_workflow_fit_together(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    task = await mona.task(number)
    assert isinstance(task["status"], dict)
    current = task["currentTaskStep"]
    (step,) = [step for step in task["steps"] if step["id"] == current["id"]]
    assert step["workflowTransitions"] == current["workflowTransitions"]
    assert [set(way) for way in step["workflowTransitions"]] == [{"id", "index", "text"}]
    assert datetime.fromisoformat(task["creationDate"])
    workflow = await mona.json(f"/workflows/{task['workflow']['id']}")
    outbound = {way["id"] for step in workflow["steps"] for way in step["outboundTransitions"]}
    assert {way["id"] for way in step["workflowTransitions"]} <= outbound
    assert workflow["finishStep"]["outboundTransitions"] == []
    for path in ("/tasks/1", "/workflows/1"):
        assert (await mona.get(path)).status_code == 404
    for path in ("/tasks/abc", "/workflows/abc"):
        answer = await mona.get(path)
        assert (answer.status_code, message(answer)) == (500, 'For input string: "abc"')
    missing = await mona.get("/tasks/1")
    assert message(missing) == "Resource TASK (1) not found"


async def test_cases_31_to_34_claiming(office: Office, tina: WorldServerClient) -> None:
    (number,) = await office.order()
    tom = await office.sign_in("tom")
    assert (await tina.post("/tasks/unclaim", [{"id": number}])).json()["errors"][0]["message"] == "Task is not claimed"
    claimed = await tina.post("/tasks/claim", [{"id": number}])
    assert claimed.json() == {"status": "OK", "response": [{"status": "OK", "response": number}]}
    refused = await tom.post("/tasks/claim", [{"id": number}])
    assert (refused.status_code, message(refused)) == (400, "No rights to CLAIM for resource type TASK")
    unknown = await tina.post("/tasks/claim", [{"id": 1}])
    assert (unknown.status_code, message(unknown)) == (404, "Resource TASK (1) not found")
    assert (await tina.post("/tasks/unclaim", [{"id": number}])).status_code == 200
    assert (await tom.post("/tasks/claim", [{"id": number}])).status_code == 200


async def test_cases_35_37_and_41_completing_follows_the_transition(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    first = await mona.transition(number)
    done = await mona.post("/tasks/complete", [{"id": number, "transitionId": first, "comment": "Done"}])
    assert done.json() == {"status": "OK", "response": [{"status": "OK", "response": number}]}
    assert await mona.step(number) == "Review"
    again = await mona.post("/tasks/complete", [{"id": number, "transitionId": first}])
    text = "The supplied completion transition is not one of the valid options"
    assert (again.status_code, message(again)) == (400, text)
    assert (await mona.complete(number, "Rework")).status_code == 200
    assert await mona.step(number) == "Translate"


async def test_the_steps_tell_the_way_that_was_taken(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    for text in ("Complete", "Rework", "Complete", "Complete"):
        await mona.complete(number, text)
    task = await mona.task(number)
    assert [step["name"] for step in task["steps"]] == ["Translate", "Review", "Translate", "Review", "Publish"]
    assert task["currentTaskStep"]["name"] == "Publish"
    assert task["currentTaskStep"]["type"] == "AUTO"


async def test_case_38_completions_of_wrong_form_are_refused(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    for body, text in (
        ([{"id": "abc", "transitionId": 1}], "Task Id is not valid"),
        ([{"transitionId": 1}], "Task Id is not valid"),
        ([{"id": number, "transitionId": "x"}], "Transition Id is not valid"),
        ([{"id": number}], "Transition Id is not valid"),
        ({"id": number, "transitionId": 1}, "Not valid JSON body sent"),
        ([number], "Not valid JSON body sent"),
        (None, "Not valid JSON body sent"),
    ):
        answer = await mona.post("/tasks/complete", body)
        assert (answer.status_code, message(answer)) == (400, text), body
    for content in (b"", b"[{", b"\xff"):
        answer = await mona.request("POST", "/tasks/complete", content=content)
        assert (answer.status_code, message(answer)) == (400, "Not valid JSON body sent")


async def test_case_40_a_comment_is_kept_and_may_be_missing(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    assert (await mona.complete(number)).status_code == 200
    assert "comment" not in await mona.task(number)
    told = {"id": number, "transitionId": await mona.transition(number), "comment": "Well done"}
    assert (await mona.post("/tasks/complete", [told])).status_code == 200
    task = await mona.task(number)
    assert (task["comment"], task["detailedComment"]) == ("Well done", "mona: Well done")


async def test_case_43_a_healthy_task_has_nothing_to_redo(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    answer = await mona.post("/tasks/redo", [{"id": number, "comment": "x"}])
    assert (answer.status_code, message(answer)) == (404, "Resource WorkflowTransition (Redo) not found")


async def test_case_44_cancelling(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    whole = {"id": number, "includeCostInProject": False, "comment": "Not needed"}
    for without, text in (
        ("includeCostInProject", "IncludeCostInProject is not set"),
        ("comment", "Field comment not set"),
        ("id", "Task Id is not valid"),
    ):
        told = {name: value for name, value in whole.items() if name != without}
        answer = await mona.post("/tasks/cancel", [told])
        assert (answer.status_code, message(answer)) == (400, text)
    answer = await mona.post("/tasks/cancel", [{**whole, "includeCostInProject": "maybe"}])
    assert (answer.status_code, message(answer)) == (400, "IncludeCostInProject is not valid")
    assert (await mona.post("/tasks/cancel", [whole])).status_code == 200
    task = await mona.task(number)
    assert task["status"] == {"status": "CANCELED", "displayText": "Canceled"}
    assert (task["includeInCost"], task["comment"]) == (False, "Not needed")
    assert "currentTaskStep" not in task
    twice = await mona.post("/tasks/cancel", [whole])
    assert (twice.status_code, message(twice)) == (400, "Task is already canceled")


async def test_case_46_an_update_takes_what_the_page_names_only(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    answer = await mona.patch("/tasks", [{"id": number, "colour": "red"}])
    assert (answer.status_code, message(answer)) == (400, 'Field "colour" is not allowed')


async def test_case_47_a_search_lists_all_or_what_fits(office: Office, mona: WorldServerClient) -> None:
    first = await office.order("a.txt", "b.txt")
    second = await office.order("c.txt")
    everything = await mona.post("/tasks/search?fields=id&limit=2", {"operator": "and", "filters": []})
    assert everything.json() == {"items": [{"id": number} for number in first], "total": 3}
    project = (await mona.task(second[0], "project(id)"))["project"]["id"]
    chosen = {"operator": "and", "filters": [{"field": "project.id", "operator": "eq", "value": str(project)}]}
    assert (await mona.post("/tasks/search?fields=id", chosen)).json() == {"items": [{"id": second[0]}], "total": 1}


async def test_case_49_the_connection_test_of_a_real_client(office: Office, mona: WorldServerClient) -> None:
    assert await mona.json("/projects?limit=1") == {"items": [], "total": 0}
    await office.order(locales=("German", "French"))
    answer = await mona.json("/projects?limit=1")
    assert (len(answer["items"]), answer["total"]) == (1, 2)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/tasks", 405),
        ("PUT", "/tasks/7", 405),
        ("GET", "/tasks/complete", 405),
        ("PATCH", "/projects/7", 405),
    ],
)
async def test_case_50_every_refusal_has_errors(mona: WorldServerClient, method: str, path: str, status: int) -> None:
    answer = await mona.request(method, path, documented=False)
    assert answer.status_code in (status, 500)
    (error,) = answer.json()["errors"]
    assert set(error) == {"code", "type", "message"}
    assert error["code"] == answer.status_code


async def test_the_older_version_has_every_path(served: Served, office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    assert (await mona.at(OLD_BASE).task(number)) == await mona.task(number)
