"""Contract 6, binding: what a request may look like. Every case finishes a task, or is refused and finishes none."""

import json
from typing import Any

import pytest

from tests.digioffice import FINISH, Office, error_of

pytestmark = pytest.mark.anyio

XML = "application/xml"


async def finished(office: Office, task: int, path: str = FINISH, **request: Any) -> None:  # noqa: ANN401 - passed on
    """A POST that finishes a task without an answer."""
    response = await office.client.request("POST", path, **request)
    assert (response.status_code, response.content) == (204, b""), response.text
    assert not await office.is_open(task)


async def test_pascal_case(office: Office) -> None:
    """Contract 1."""
    task = await office.start()
    await finished(office, task, json={"TaskIDs": [task], "Reason": "r"})
    assert (await office.task(task))["Reason"] == "r"


async def test_camel_case_as_the_python_client_sends_it(office: Office) -> None:
    """Contract 2. Contract 17."""
    task = await office.start()
    akkoord = await office.way(task, "Akkoord")
    entry = {
        "id": akkoord,
        "name": "Akkoord",
        "assignmentAtStartWorkflowIsAdHoc": False,
        "assignmentIsAdHocRequired": False,
        "deferAtStartWorkflowIsAdHoc": False,
        "isNext": True,
        "userIDs": [office.users["carol"]],
        "groupIDs": [],
        "deferUntil": "2026-01-02T03:04:05",
    }
    body = {
        "taskIDs": [task],
        "wsVerbindingID": akkoord,
        "transitions": [entry],
        "deferTo": "2026-01-02T03:04:05.678901",
        "reason": "because",
        "comment": "\u00e9 ok",
    }
    await finished(office, task, content=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    following = await office.following(task)
    assert (following["Name"], following["UserID"]) == ("Sign", office.users["carol"])
    assert following["DeferDate"] == "2026-01-02T03:04:05.0000000"
    comments = (await office.client.get(f"/api/workflowtasks/{task}/comments")).json()
    assert [one["Text"] for one in comments] == ["because", "\u00e9 ok"]


async def test_an_unknown_member_is_ignored(office: Office) -> None:
    """Contract 4."""
    task = await office.start()
    await finished(office, task, json={"TaskIDs": [task], "Colour": "red", "task_ids": [1]})


async def test_an_object_without_members_is_bound(office: Office) -> None:
    """Contract 5."""
    for content in (b"{}", b"", b"null"):
        response = await office.client.post(FINISH, content=content, headers={"Content-Type": "application/json"})
        assert response.status_code == 400
        (field,) = error_of(response)["Errors"]
        assert (field["ErrorCode"], field["FieldName"]) == ("NotEmpty", "TaskIDs")


@pytest.mark.parametrize("body", ["[1]", "x", "12", '"text"'])
async def test_what_is_no_object_is_refused(office: Office, body: str) -> None:
    """Contract 7."""
    response = await office.client.post(FINISH, content=body.encode(), headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    error = error_of(response)
    assert error["ErrorCode"] == "SerializationException"
    assert error["Message"].startswith("Could not deserialize 'application/json' request using FinishTaskOperation'\n")
    expected = "Type definitions should start with a '{', expecting serialized type 'FinishTaskOperation'"
    assert f"{expected}, got string starting with: {body}" in error["Message"]


async def test_json_lines(office: Office) -> None:
    """Contract 8."""
    task = await office.start()
    sample = (
        '{"TaskIDs":[%d],"WSVerbindingID":"00000000-0000-0000-0000-000000000000","Transitions":null,'
        '"DeferTo":"0001-01-01T00:00:00.0000000","Reason":"String","Comment":"String"}'
    )
    headers = {"Content-Type": "text/jsonl", "Accept": "text/jsonl"}
    await finished(office, task, content=(sample % task).encode(), headers=headers)
    assert (await office.following(task))["DeferDate"] is None


async def test_jsv(office: Office) -> None:
    """Contract 10."""
    first, second = await office.start(), await office.start()
    body = f"{{TaskIDs:[{first},{second}],Reason:x}}"
    await finished(office, first, content=body.encode(), headers={"Content-Type": "text/jsv"})
    assert not await office.is_open(second)
    assert (await office.task(second))["Reason"] == "x"


@pytest.mark.parametrize("written", ["{},{}", "[{},{}]"])
async def test_a_form(office: Office, written: str) -> None:
    """Contract 11."""
    first, second = await office.start(), await office.start()
    body = f"TaskIDs={written.format(first, second)}&Reason=two+words"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    await finished(office, first, content=body.encode(), headers=headers)
    assert (await office.task(second))["Reason"] == "two words"


async def test_a_form_of_parts(office: Office) -> None:
    task = await office.start()
    response = await office.client.request("POST", FINISH, files=[("TaskIDs", (None, str(task).encode()))])
    assert response.status_code == 204


async def test_xml(office: Office) -> None:
    task = await office.start()
    body = (
        '<FinishTaskOperation xmlns="http://schemas.datacontract.org/2004/07/IDB.Workflow.API.Operations"'
        ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Comment i:nil="true"/><Reason>r &amp; s</Reason>'
        '<TaskIDs xmlns:d2p1="http://schemas.microsoft.com/2003/10/Serialization/Arrays">'
        f"<d2p1:int>{task}</d2p1:int></TaskIDs></FinishTaskOperation>"
    )
    await finished(office, task, content=body.encode(), headers={"Content-Type": XML})
    assert (await office.task(task))["Reason"] == "r & s"


async def test_csv(office: Office) -> None:
    task = await office.start()
    body = f'TaskIDs,Reason\r\n"[{task}]","a ""quoted"" word"\r\n'
    await finished(office, task, content=body.encode(), headers={"Content-Type": "text/csv"})
    assert (await office.task(task))["Reason"] == 'a "quoted" word'


@pytest.mark.parametrize("form", ["{}", "{{{}}}", "({})"])
async def test_a_guid_in_any_form(office: Office, form: str) -> None:
    """Contract 13."""
    dashed, plain = await office.start(), await office.start()
    guid = await office.way(dashed, "Seal")
    await finished(office, dashed, json={"TaskIDs": [dashed], "WSVerbindingID": form.format(guid.upper())})
    await finished(office, plain, json={"TaskIDs": [plain], "WSVerbindingID": guid.replace("-", "")})
    for task in (dashed, plain):
        assert (await office.following(task))["Name"] == "Seal"


async def test_an_empty_guid_is_none(office: Office) -> None:
    """Contract 13."""
    task = await office.start()
    await finished(office, task, json={"TaskIDs": [task], "WSVerbindingID": "00000000-0000-0000-0000-000000000000"})
    assert (await office.following(task))["Name"] == "Sign"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("/Date(1767323045000)/", "2026-01-02T03:04:05.0000000"),
        ("/Date(1767323045000+0100)/", "2026-01-02T03:04:05.0000000"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.0000000"),
        ("2026-01-02T03:04:05.6789012+02:00", "2026-01-02T01:04:05.6780000"),
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05.0000000"),
        ("2026-01-02 03:04:05Z", "2026-01-02T03:04:05.0000000"),
        ("2026-01-02", "2026-01-02T00:00:00.0000000"),
        ("20260102", "2026-01-02T00:00:00.0000000"),
        ("0001-01-01T00:00:00", None),
        ("", None),
        ("tomorrow", None),
    ],
)
async def test_a_date_in_any_form(office: Office, written: str, meant: str | None) -> None:
    """Contract 14."""
    task = await office.start()
    await finished(office, task, json={"TaskIDs": [task], "DeferTo": written})
    assert (await office.following(task))["DeferDate"] == meant


async def test_null_and_absent_are_the_same(office: Office) -> None:
    """Contract 16."""
    told, untold = await office.start(), await office.start()
    nothing = {"WSVerbindingID": None, "Transitions": None, "DeferTo": None, "Reason": None, "Comment": None}
    await finished(office, told, json={"TaskIDs": [told], **nothing})
    await finished(office, untold, json={"TaskIDs": [untold]})
    rows = [await office.following(task) for task in (told, untold)]
    assert {row["Name"] for row in rows} == {"Sign"}
    assert (await office.task(told))["NumberOfComments"] == 0


async def test_a_value_of_the_wrong_type_is_left_out(office: Office) -> None:
    task = await office.start()
    response = await office.client.post(FINISH, {"TaskIDs": "abc", "Reason": "r"})
    assert error_of(response)["Errors"][0]["FieldName"] == "TaskIDs"
    body = {"TaskIDs": [str(task)], "DeferTo": 5, "WSVerbindingID": "none", "Transitions": {"a": 1}, "Reason": 12}
    await finished(office, task, json=body)
    assert (await office.task(task))["Reason"] == "12"


@pytest.mark.parametrize("entry", [{"IsNext": 1}, {"IsNext": True}, {"IsNext": "1"}])
async def test_null_in_a_list_is_nothing(office: Office, entry: dict[str, object]) -> None:
    task = await office.start()
    way, carol = await office.way(task, "Afgekeurd"), office.users["carol"]
    chosen = {"ID": way, "UserIDs": [carol, None], **entry}
    await finished(office, task, json={"TaskIDs": [None, task], "Transitions": [chosen, None]})
    following = await office.following(task)
    assert (following["Name"], following["UserID"]) == ("Rework", carol)


@pytest.mark.parametrize(
    "wrong",
    [
        {"Transitions": [{"IsNext": True}, 7]},
        {"Transitions": [{"IsNext": True, "UserIDs": ["nobody"]}]},
        {"TaskIDs": [1, "abc"]},
    ],
)
async def test_a_wrong_element_of_a_list_refuses_the_request(office: Office, wrong: dict[str, object]) -> None:
    task = await office.start()
    response = await office.client.post(FINISH, {"TaskIDs": [task], **wrong})
    assert (response.status_code, error_of(response)["ErrorCode"]) == (400, "SerializationException")
    assert await office.is_open(task)


@pytest.mark.parametrize("kind", ["text/jsonl", "text/csv"])
async def test_several_records_are_no_single_request(office: Office, kind: str) -> None:
    tasks = [await office.start() for _ in range(2)]
    lines = [f'{{"TaskIDs":[{task}]}}' for task in tasks] if kind == "text/jsonl" else ["TaskIDs", *map(str, tasks)]
    response = await office.client.post(
        FINISH, content="\n".join(lines).encode(), headers={"Content-Type": kind, "Accept": "application/json"}
    )
    assert (response.status_code, error_of(response)["ErrorCode"]) == (400, "SerializationException")
    assert all([await office.is_open(task) for task in tasks])


async def test_a_text_of_a_form_may_begin_with_a_quote(office: Office) -> None:
    task = await office.start()
    form = f"TaskIDs={task}&Reason=%22hello%22+he+said"
    response = await office.client.post(
        FINISH, content=form.encode(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert response.status_code == 204
    assert (await office.task(task))["Reason"] == '"hello" he said'


async def test_the_formats_name_of_the_page(office: Office) -> None:
    task = await office.start()
    line = f'{{"TaskIDs":[{task}]}}'.encode()
    kind = {"Content-Type": "text/jsonl"}
    response = await office.client.post(f"{FINISH}.other", content=line, headers=kind, documented=False)
    assert response.status_code == 204, response.text
    again = await office.client.post(f"{FINISH}?format=other", content=line, headers=kind)
    assert (again.status_code, again.headers["content-type"]) == (409, "text/jsonl; charset=utf-8")


async def test_the_query_fills_what_the_body_leaves_out(office: Office) -> None:
    task = await office.start()
    await finished(office, task, f"{FINISH}?taskids={task}&Reason=query&Comment=query", json={"Reason": "body"})
    comments = (await office.client.get(f"/api/workflowtasks/{task}/comments")).json()
    assert [(one["Type"], one["Text"]) for one in comments] == [("reason", "body"), ("comment", "query")]


async def test_a_name_that_comes_several_times_is_one_value_with_commas(office: Office) -> None:
    tasks = [await office.start() for _ in range(2)]
    numbers = "&".join(f"TaskIDs={task}" for task in tasks)
    response = await office.client.post(f"{FINISH}?{numbers}&Comment=a&Comment=b", {})
    assert response.status_code == 204, response.text
    assert not any([await office.is_open(task) for task in tasks])
    signed_in = await office.client.get("/api/authenticate/credentials?nc=a&nc=b&State=x&State=y")
    assert signed_in.status_code < 500


async def test_a_body_of_an_unknown_type_is_not_read(office: Office) -> None:
    task = await office.start()
    body = b'{"TaskIDs":[%d]}' % task
    response = await office.client.post(FINISH, content=body, headers={"Content-Type": "application/octet-stream"})
    assert error_of(response)["Errors"][0]["FieldName"] == "TaskIDs"
    await finished(office, task, content=body)


async def test_texts_are_kept_as_far_as_they_can_be(office: Office) -> None:
    task = await office.start()
    text = "\u20ac \U0001f600 <b> ' \" \\ \n\t"
    await finished(office, task, json={"TaskIDs": [task], "Reason": text, "Comment": "a\0b"})
    comments = (await office.client.get(f"/api/workflowtasks/{task}/comments")).json()
    assert [one["Text"] for one in comments] == [text, "a\ufffdb"]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/api/json/reply/FinishTaskOperation", id="Contract 19."),
        pytest.param("/json/reply/FinishTaskOperation", id="Contract 20."),
        "/api/FinishTaskOperation",
        "/api/api/FinishTaskOperation",
        "/json/oneway/FinishTaskOperation",
        "/api/xml/oneway/finishtaskoperation",
        "/api/FinishTaskOperation.jsv",
        "/api/workflowtasks/finish/",
    ],
)
async def test_a_predefined_route(office: Office, path: str) -> None:
    """Contract 19. Contract 20."""
    task = await office.start()
    await finished(office, task, path, json={"TaskIDs": [task]})


@pytest.mark.parametrize("path", ["/api/FinishTaskOperation%5B%5D", "/api/json/reply/FinishTaskOperation[]"])
async def test_an_array_of_requests(office: Office, path: str) -> None:
    """Contract 22."""
    first, second = await office.start(), await office.start()
    response = await office.client.post(path, [{"taskIDs": [first]}, {"TaskIDs": [second]}])
    assert (response.status_code, response.json()) == (200, [None, None])
    assert not await office.is_open(first)
    third = await office.start()
    response = await office.client.post(path, [{"TaskIDs": [third]}, {"TaskIDs": [second]}])
    assert response.status_code == 409
    assert error_of(response)["Meta"] == {"AutoBatchIndex": "1"}
    assert await office.is_open(third)


@pytest.mark.parametrize("path", [f"{FINISH}.json", f"{FINISH}?format=json", f"{FINISH}.xml"])
async def test_a_suffix_or_the_query_names_the_format(office: Office, path: str) -> None:
    """Contract 23."""
    task = await office.start()
    response = await office.client.post(path, {"TaskIDs": [task]}, documented="." not in path)
    assert response.status_code == 204
    response = await office.client.post(path, {"TaskIDs": [task]}, documented="." not in path)
    expected = "application/xml" if path.endswith("xml") else "application/json"
    assert response.headers["content-type"] == f"{expected}; charset=utf-8"


async def test_an_array_of_requests_a_line_each(office: Office) -> None:
    first, second = await office.start(), await office.start()
    headers = {"Content-Type": "text/jsonl", "Accept": "text/jsonl"}
    path = "/jsonl/reply/FinishTaskOperation[]"
    for tasks in ([first, second], [await office.start()]):
        lines = "\n".join(f'{{"TaskIDs":[{task}]}}' for task in tasks)
        response = await office.client.post(path, content=lines.encode(), headers=headers)
        assert (response.status_code, response.text) == (200, "null\n" * len(tasks))
        assert not any([await office.is_open(task) for task in tasks])


async def test_a_method_that_the_operation_has_not(office: Office) -> None:
    """Contract 25."""
    for path in ("/api/json/reply/FinishTaskOperation", "/json/oneway/FinishTaskOperation"):
        response = await office.client.get(path)
        assert (response.status_code, error_of(response)["ErrorCode"]) == (405, "NotImplementedException")
        text = "Could not find method named Get(FinishTaskOperation) or Any(FinishTaskOperation) on Service"
        assert error_of(response)["Message"].startswith(text)
    response = await office.client.put("/api/json/reply/FinishTaskOperation", {}, documented=False)
    assert (response.status_code, error_of(response)["ErrorCode"]) == (405, "NotImplementedException")
    response = await office.client.post("/api/json/reply/Nothing", {})
    assert (response.status_code, error_of(response)["ErrorCode"]) == (405, "NotImplementedException")


@pytest.mark.parametrize(("method", "path"), [("POST", "/api/nothing/here"), ("GET", "/api/nothing"), ("GET", FINISH)])
async def test_an_unknown_path(office: Office, method: str, path: str) -> None:
    """Contract 26."""
    response = await office.client.request(method, path, documented=False)
    assert (response.status_code, response.text) == (404, "404")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


async def test_a_route_in_any_letter_case(office: Office) -> None:
    """Contract 28."""
    task = await office.start()
    await finished(office, task, "/api/WORKFLOWTASKS/FINISH", json={"TaskIDs": [task]}, documented=False)
