"""Contract 6, answers and errors: formats, headers, and how errors are told."""

import csv
import io

import pytest
from lxml import etree

from tests.digioffice import FINISH, POSTPONE, TASKS, Office, error_of

pytestmark = pytest.mark.anyio

DTOS = "{http://schemas.datacontract.org/2004/07/IDB.Workflow.API.DTOs}"


async def test_success_has_no_body(office: Office) -> None:
    """Contract 29."""
    task = await office.start()
    response = await office.client.post(FINISH, {"TaskIDs": [task]})
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers.get("content-length", "0") == "0"
    assert "content-type" not in response.headers


@pytest.mark.parametrize("accept", [None, "*/*", "image/png", "application/json", "text/html;q=0.1, application/json"])
async def test_json_is_what_is_left_over(office: Office, accept: str | None) -> None:
    """Contract 34. Contract 35."""
    response = await office.client.get(TASKS, headers={} if accept is None else {"Accept": accept})
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    ("path", "accept", "content_type"),
    [
        (TASKS, "text/jsv", "text/jsv"),
        (TASKS, "text/csv;q=0.4, application/xml;q=0.5", "application/xml"),
        (TASKS, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        (f"{TASKS}?format=csv", "application/json", "text/csv"),
        (f"{TASKS}?FORMAT=JSONL", "application/json", "text/jsonl"),
        (f"{TASKS}.xml", "application/json", "application/xml"),
        ("/xml/reply/GetTasksOperation", "application/json", "application/xml"),
        ("/api/jsv/reply/GetTasksOperation", "application/json", "text/jsv"),
        ("/api/GetTasksOperation.csv", "application/json", "text/csv"),
        ("/csv/reply/GetTasksOperation?format=json", "text/xml", "application/json"),
    ],
)
async def test_the_format_of_the_answer(office: Office, path: str, accept: str, content_type: str) -> None:
    await office.start()
    response = await office.client.get(path, headers={"Accept": accept}, documented=path != f"{TASKS}.xml")
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{content_type}; charset=utf-8"


async def test_a_task_in_every_format(office: Office) -> None:
    task = await office.start()
    xml = etree.fromstring((await office.client.get(f"{TASKS}/{task}.xml")).content)
    assert (xml.tag, xml.findtext(f"{DTOS}ID")) == (f"{DTOS}WorkflowTaskDTO", str(task))
    names = [child.tag for child in xml]
    assert names == sorted(names)
    (row,) = csv.DictReader(io.StringIO((await office.client.get(f"{TASKS}?format=csv")).text))
    assert (row["ID"], row["Name"], row["Active"]) == (str(task), "Review", "True")
    jsv = (await office.client.get(f"{TASKS}/{task}?format=jsv")).text
    assert jsv.startswith(f"{{ID:{task},Name:Review,WorkflowID:")
    (line,) = (await office.client.get(f"{TASKS}?format=jsonl")).text.splitlines()
    assert line.startswith(f'{{"ID":{task},"Name":"Review",')
    page = await office.client.get(f"{TASKS}/{task}?format=html")
    assert "<h1>WorkflowTaskDTO</h1>" in page.text


async def test_members_are_spelt_as_the_client_can_read_them(office: Office) -> None:
    task = await office.start()
    plain = (await office.client.get(f"{TASKS}/{task}")).json()
    assert plain["Transitions"][0]["UserIDs"] == []
    assert plain["FinishedDate"] is None
    python = (await office.client.get(f"{TASKS}/{task}", headers={"User-Agent": "python-requests/2.34.2"})).json()
    assert (python["id"], python["workflowID"], python["transitions"][0]["userIDs"]) == (task, plain["WorkflowID"], [])
    asked = (await office.client.get(f"{TASKS}/{task}?jsconfig=eccn,inv:false")).json()
    assert asked["id"] == task
    assert "finishedDate" not in asked
    pascal = {"User-Agent": "python-requests/2.34.2"}
    assert (await office.client.get(f"{TASKS}/{task}?jsconfig=epcn", headers=pascal)).json() == plain


async def test_an_argument_that_makes_no_sense(office: Office) -> None:
    """Contract 37."""
    task = await office.start()
    response = await office.client.post(FINISH, {"TaskIDs": [task], "WSVerbindingID": f"{1:032x}"})
    assert (response.status_code, error_of(response)["ErrorCode"]) == (400, "ArgumentException")
    assert response.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ({}, ["TaskIDs", "DateTime", "Reason"]),
        ({"TaskIDs": [], "DateTime": "0001-01-01T00:00:00", "Reason": ""}, ["TaskIDs", "DateTime", "Reason"]),
        ({"TaskIDs": [1], "Reason": "r"}, ["DateTime"]),
        ({"TaskIDs": [1], "DateTime": "2030-01-01"}, ["Reason"]),
    ],
)
async def test_what_a_postponement_needs(office: Office, body: object, missing: list[str]) -> None:
    """Contract 40."""
    for path in (POSTPONE, "/api/workflowtasks/changepostponed"):
        response = await office.client.post(path, body)
        assert response.status_code == 400
        error = error_of(response)
        assert [one["FieldName"] for one in error["Errors"]] == missing
        assert (error["ErrorCode"], error["Message"]) == ("NotEmpty", error["Errors"][0]["Message"])


async def test_an_error_in_every_format(office: Office) -> None:
    body = {"TaskIDs": [999_999]}
    texts = {
        name: (await office.client.post(f"{FINISH}?format={name}", body)).text
        for name in ("xml", "jsv", "csv", "jsonl", "html")
    }
    xml = etree.fromstring(texts["xml"].encode())
    types = "{http://schemas.servicestack.net/types}"
    assert xml.findtext(f"{types}ResponseStatus/{types}ErrorCode") == "NotFound"
    message = "Workflow task 999999 does not exist"
    assert texts["jsv"] == f"{{ResponseStatus:{{ErrorCode:NotFound,Message:{message},Errors:[]}}}}"
    assert texts["csv"].splitlines()[1].startswith(f"NotFound,{message},")
    assert texts["jsonl"].startswith('{"ResponseStatus":{"ErrorCode":"NotFound",')
    assert message in texts["html"]


async def test_one_spelling_of_errors_when_it_is_asked_for(office: Office) -> None:
    camel = (await office.client.post(f"{FINISH}?jsconfig=eccn", {})).json()
    assert set(camel) == {"responseStatus"}
    pascal = (await office.client.post(f"{FINISH}?jsconfig=EmitCamelCaseNames:false", {})).json()
    assert set(pascal) == {"ResponseStatus"}


async def test_the_answer_does_not_pretend(office: Office) -> None:
    assert (await office.client.get(TASKS)).headers["x-powered-by"] == "Taskbridge"


async def test_there_is_no_jsonp(office: Office) -> None:
    response = await office.client.get(f"{TASKS}?callback=run")
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.json() == []
