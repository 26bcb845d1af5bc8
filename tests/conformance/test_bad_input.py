"""Input that is junk: each piece gets the documented answer, and not a row of the database changes (contract 0.4)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

import pytest

from taskbridge.clock import ManualClock
from tests.bpmn import model
from tests.client import JSON, CamundaClient, fetch_body

pytestmark = pytest.mark.anyio

FETCH = "/external-task/fetchAndLock"
Dump = Callable[[], Awaitable[object]]


class Bad(NamedTuple):
    """A request that must be refused. ``{task}`` in the path is a task that worker w has locked."""

    name: str
    path: str
    content: bytes
    status: int = 400
    type: str = "InvalidRequestException"
    message: str | None = ""
    content_type: str = JSON
    method: str = "POST"


COMPLETE = "/external-task/{task}/complete"
START = "/process-definition/key/P2/start"
BODIES = [
    Bad("an open brace", COMPLETE, b"{"),
    Bad("nothing but blanks", COMPLETE, b"  "),
    Bad("single quotes", COMPLETE, b"{'workerId': 'w'}"),
    Bad("a comma too many", COMPLETE, b'{"workerId": "w",}'),
    Bad("a name without quotes", COMPLETE, b'{workerId: "w"}'),
    Bad("a comment", COMPLETE, b'/* */ {"workerId": "w"}'),
    Bad("NaN", COMPLETE, b'{"workerId": "w", "variables": {"v": {"value": NaN}}}'),
    Bad("Infinity", COMPLETE, b'{"workerId": "w", "variables": {"v": {"value": -Infinity}}}'),
    Bad("a number with a leading zero", COMPLETE, b'{"workerId": "w", "variables": {"v": {"value": 01}}}'),
    Bad("a raw line break in a text", COMPLETE, b'{"workerId": "w\n"}'),
    Bad("bytes that are no UTF-8", COMPLETE, b'{"workerId": "\xff\xfe"}'),
    Bad("a cut UTF-8 character", COMPLETE, b'{"workerId": "\xc3"}'),
    Bad("half of a surrogate pair", COMPLETE, b'{"workerId": "\\ud800"}'),
    Bad("UTF-16 that says it is UTF-8", COMPLETE, '{"workerId": "w"}'.encode("utf-16")),
    Bad("an unknown charset", COMPLETE, b'{"workerId": "w"}', content_type="application/json; charset=klingon"),
    Bad("a codec that is no charset", COMPLETE, b'{"workerId": "w"}', content_type="application/json; charset=zlib"),
    Bad("a list for an object", COMPLETE, b"[]"),
    Bad("a text for an object", COMPLETE, b'"w"'),
    Bad("a number for an object", COMPLETE, b"5"),
    Bad("a truth for an object", COMPLETE, b"true"),
    Bad("an object for a text", COMPLETE, b'{"workerId": {"a": 1}}'),
    Bad("a list for a map", COMPLETE, b'{"workerId": "w", "variables": []}'),
    Bad("a text for a variable", COMPLETE, b'{"workerId": "w", "variables": {"v": "text"}}'),
    Bad("a list for a variable", COMPLETE, b'{"workerId": "w", "variables": {"v": []}}'),
    Bad("a list for a type", COMPLETE, b'{"workerId": "w", "variables": {"v": {"type": ["String"]}}}'),
    Bad("a text for a value info", COMPLETE, b'{"workerId": "w", "variables": {"v": {"valueInfo": "x"}}}'),
    Bad("lists in lists, a thousand deep", COMPLETE, b"[" * 1_000 + b"]" * 1_000),
    Bad("lists that never end", COMPLETE, b"[" * 200_000),
    Bad("objects in objects, many deep", COMPLETE, b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    Bad(
        "a variable that is nested too deeply",
        COMPLETE,
        b'{"workerId": "w", "variables": {"v": {"value": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}}",
    ),
    Bad("a number too large for its type", FETCH, b'{"workerId": "w", "maxTasks": 99999999999999999999}'),
    Bad("a number with ten thousand digits", FETCH, b'{"workerId": "w", "maxTasks": ' + b"9" * 10_000 + b"}"),
    Bad("a number beyond all numbers", FETCH, b'{"workerId": "w", "maxTasks": 1e999}'),
    Bad("a fraction in a text", FETCH, b'{"workerId": "w", "maxTasks": "1.9"}'),
    Bad("a list for a number", FETCH, b'{"workerId": "w", "maxTasks": [1]}'),
    Bad("a truth for a number", FETCH, b'{"workerId": "w", "maxTasks": true}'),
    Bad("a text for a list", FETCH, b'{"workerId": "w", "maxTasks": 1, "topics": "T"}'),
    Bad("a word for a truth", FETCH, b'{"workerId": "w", "maxTasks": 1, "usePriority": "yes"}'),
    Bad("an object for a list", FETCH, b'{"workerId": "w", "maxTasks": 1, "sorting": {}}'),
    Bad("NUL in a name", FETCH, b'{"workerId": "w\\u0000", "maxTasks": 1}'),
    Bad("a number for a list", "/external-task", b'{"externalTaskIdIn": 5}'),
    Bad("no date", "/external-task", b'{"lockExpirationBefore": "soon"}'),
    Bad("the literal null", COMPLETE, b"null", 500, "NullPointerException", None),
    Bad(
        "null for a variable",
        COMPLETE,
        b'{"workerId": "w", "variables": {"v": null}}',
        500,
        "NullPointerException",
        None,
    ),
    Bad("plain text", COMPLETE, b"{}", 415, "NotSupportedException", None, "text/plain"),
    Bad("a form", COMPLETE, b"a=1", 415, "NotSupportedException", None, "application/x-www-form-urlencoded"),
    Bad("XML", COMPLETE, b"<a/>", 415, "NotSupportedException", None, "application/xml"),
    Bad("a content type that is none", COMPLETE, b"{}", 415, "NotSupportedException", None, ";;"),
    Bad("a retry number in words", "/external-task/{task}/retries", b'{"retries": "two"}', method="PUT"),
    Bad("a priority in words", "/external-task/{task}/priority", b'{"priority": "high"}', method="PUT"),
    Bad("a duration in words", "/external-task/{task}/lock", b'{"workerId": "w", "lockDuration": "long"}'),
    Bad("a truth for a start's variables", START, b'{"variables": true}'),
    Bad(
        "a form that is none",
        "/deployment/create",
        b"hello",
        400,
        "InvalidRequestException",
        None,
        "multipart/form-data",
    ),
    Bad(
        "a form that breaks off",
        "/deployment/create",
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.bpmn"\r\n\r\n<defi',
        400,
        "InvalidRequestException",
        None,
        "multipart/form-data; boundary=x",
    ),
]


@pytest.fixture
async def task(camunda: CamundaClient) -> str:
    """A task that worker w has locked."""
    await camunda.deploy(model("P2"))
    await camunda.start("P2")
    (task,) = await camunda.fetch()
    held: str = task["id"]
    return held


@pytest.mark.parametrize("bad", BODIES, ids=lambda bad: bad.name)
async def test_a_body_that_is_junk_changes_nothing(camunda: CamundaClient, dump: Dump, task: str, bad: Bad) -> None:
    before = await dump()
    answer = await camunda.request(
        bad.method,
        bad.path.replace("{task}", task),
        content=bad.content,
        headers={"Content-Type": bad.content_type},
    )
    assert (answer.status_code, answer.json()["type"], answer.json()["code"]) == (bad.status, bad.type, None)
    if bad.message is not None:
        assert answer.json()["message"] == bad.message
    assert await dump() == before


@pytest.mark.parametrize("told", [True, False], ids=["told beforehand", "counted on the way"])
async def test_a_body_that_is_too_large_changes_nothing(
    camunda: CamundaClient, dump: Dump, task: str, told: bool
) -> None:
    before = await dump()
    chunk, chunks = b" " * 1_000_000, 21

    async def body() -> AsyncIterator[bytes]:
        for _ in range(chunks):
            yield chunk

    content = chunk * chunks if told else body()
    answer = await camunda.request(
        "POST", f"/external-task/{task}/complete", content=content, headers={"Content-Type": JSON}
    )
    assert answer.status_code == 413
    assert answer.json()["code"] is None
    assert await dump() == before


async def test_a_body_in_chunks_is_a_body(camunda: CamundaClient, task: str) -> None:
    async def body() -> AsyncIterator[bytes]:
        for part in (b'{"worker', b"", b'Id": "w"', b"}"):
            yield part

    answer = await camunda.request(
        "POST", f"/external-task/{task}/complete", content=body(), headers={"Content-Type": JSON}
    )
    assert answer.status_code == 204


#: Path segments that no row has as its id.
JUNK_IDS = [
    *("anId", "0", "-1", "null", "%00", "%FF", "%C3%28", "%ED%A0%80", "..%2F..", "%2F", "a;b=c", "'%20OR%201=1--", "*"),
    *("x" * 5_000, "7a5cb21d-0004-8fff-8000-ffffffffffff", "7A5CB21D-0004-8000-8000-000000000001", "%E2%82%AC"),
]
#: How Camunda says that an id is unknown. 500 is one of its ways; an unexpected error of the server is not.
UNKNOWN_TYPES = {"RestException", "InvalidRequestException", "NullValueException", "NotFoundException"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/external-task/{id}", None),
        ("POST", "/external-task/{id}/complete", b'{"workerId": "w"}'),
        ("POST", "/external-task/{id}/unlock", None),
        ("GET", "/process-instance/{id}", None),
        ("GET", "/process-instance/{id}/variables/{id}", None),
        ("DELETE", "/process-instance/{id}", None),
        ("GET", "/process-definition/{id}", None),
        ("GET", "/process-definition/key/{id}", None),
        ("DELETE", "/process-definition/{id}", None),
        ("GET", "/deployment/{id}/resources/{id}", None),
        ("GET", "/task/{id}", None),
        ("POST", "/task/{id}/complete", b"{}"),
        ("GET", "/execution/{id}", None),
        ("GET", "/incident/{id}", None),
        ("GET", "/batch/{id}", None),
        ("GET", "/variable-instance/{id}/data", None),
    ],
)
async def test_an_id_that_is_junk_is_unknown(
    camunda: CamundaClient, method: str, path: str, body: bytes | None
) -> None:
    headers = {"Content-Type": JSON} if body else {}
    for junk in JUNK_IDS:
        answer = await camunda.request(method, path.replace("{id}", junk), content=body, headers=headers)
        assert (answer.status_code in (404, 500), answer.json()["type"] in UNKNOWN_TYPES) == (True, True), (
            junk,
            answer.text,
        )


JUNK_QUERIES = [
    *("maxResults=-1", "firstResult=-1", "maxResults=0", "maxResults=99999999999999999999", "maxResults="),
    *("firstResult=2147483647&maxResults=2147483647", "maxResults=1&maxResults=x", "firstResult=%FF"),
    *("sortBy=id%00&sortOrder=asc", "sortBy=%FF&sortOrder=asc", "processInstanceId=%00", "processInstanceId=%FF"),
    *("processInstanceId=" + "x" * 10_000, "&&&===", "%", "%zz=1", "active=%FF", "tenantIdIn=,,,", "tenantIdIn=%00"),
    *("processInstanceId=%ED%A0%80", "tenantIdIn=%ED%A0%80", "processDefinitionKey=%F0%9F%98%80"),
]


@pytest.mark.parametrize("kind", ["external-task", "process-instance", "task", "process-definition", "incident"])
async def test_a_query_that_is_junk_is_answered_in_the_vendors_words(camunda: CamundaClient, kind: str) -> None:
    for query in JUNK_QUERIES:
        for path in (f"/{kind}", f"/{kind}/count"):
            answer = await camunda.get(f"{path}?{query}")
            assert answer.status_code in (200, 400, 404), (query, answer.text)


@pytest.mark.parametrize("value", ["a_b_c", "_eq_", "v_eq_%00", "v_eq_%FF", "v_like_%25_%25", "v_gt_true", "%00_eq_1"])
async def test_a_variable_filter_that_is_junk_is_answered_in_the_vendors_words(
    camunda: CamundaClient, task: str, value: str
) -> None:
    answer = await camunda.get(f"/external-task?processVariables={value}")
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("text", ["\\u0000", "a\\u0000b", "\\ud83d\\ude00", "\\ufffe", "\\u2028", "\\u0001"])
async def test_any_text_in_a_variable_can_be_stored_listed_and_searched(
    camunda: CamundaClient, task: str, text: str
) -> None:
    """Or it is refused as a whole: what is stored never makes a later request fail."""
    body = f'{{"workerId": "w", "variables": {{"v": {{"value": "{text}"}}, "n": {{"value": 1}}}}}}'.encode()
    completed = await camunda.request(
        "POST", f"/external-task/{task}/complete", content=body, headers={"Content-Type": JSON}
    )
    assert completed.status_code in (204, 400)
    for path in ("/process-instance?variables=n_eq_1", "/process-instance?variables=n_like_%25", "/variable-instance"):
        assert (await camunda.get(path)).status_code == 200


async def test_names_of_variables_are_only_names(camunda: CamundaClient, task: str) -> None:
    names = ["", " ", "a.b", "a'b", 'a"b', "$.a", "a[0]", "ä", "x" * 4_000, "%", "_"]
    body = {"workerId": "w", "variables": {name: {"value": name} for name in names}}
    assert (await camunda.post(f"/external-task/{task}/complete", body)).status_code == 204
    (instance,) = (await camunda.get("/process-instance")).json()
    stored = (await camunda.get(f"/process-instance/{instance['id']}/variables")).json()
    assert {name: variable["value"] for name, variable in stored.items()} == {name: name for name in names}
    for name in ("a'b", 'a"b', "$.a", "a[0]", "%"):
        found = await camunda.post(
            "/process-instance", {"variables": [{"name": name, "operator": "eq", "value": name}]}
        )
        assert len(found.json()) == 1, name


async def test_large_numbers_stay_what_they_are_or_are_refused(camunda: CamundaClient, task: str) -> None:
    body = b'{"workerId": "w", "variables": {"v": {"value": 123456789012345678901234567890}}}'
    answer = await camunda.request(
        "POST", f"/external-task/{task}/complete", content=body, headers={"Content-Type": JSON}
    )
    assert answer.status_code in (204, 400, 500)
    if answer.status_code == 204:
        (instance,) = (await camunda.get("/process-instance")).json()
        text = (await camunda.get(f"/process-instance/{instance['id']}/variables")).text
        assert "123456789012345678901234567890" in text
    else:
        assert answer.json()["type"] in {"InvalidRequestException", "ProcessEngineException"}


@pytest.mark.parametrize("duration", [9_223_372_036_854_775_807, 10**15])
async def test_a_lock_can_be_wished_for_ever(camunda: CamundaClient, clock: ManualClock, duration: int) -> None:
    await camunda.deploy(model("P1"))
    await camunda.start("P1")
    (task,) = await camunda.fetch(topics=[{"topicName": "T", "lockDuration": duration}])
    assert (await camunda.get(f"/external-task/{task['id']}")).status_code == 200
    extended = await camunda.post(f"/external-task/{task['id']}/extendLock", {"workerId": "w", "newDuration": duration})
    assert extended.status_code == 204
    failed = await camunda.post(
        f"/external-task/{task['id']}/failure", {"workerId": "w", "retries": 1, "retryTimeout": duration}
    )
    assert failed.status_code == 204
    assert len((await camunda.get("/external-task")).json()) == 1


async def test_many_topics_and_many_ids_are_no_hazard(camunda: CamundaClient, task: str) -> None:
    topics = [{"topicName": f"t{number}", "lockDuration": 1_000} for number in range(300)]
    fetched = await camunda.post(FETCH, fetch_body(topics=topics))
    assert fetched.json() == []
    many = [f"no-{number}" for number in range(2_000)]
    found = await camunda.post("/external-task", {"processInstanceIdIn": many, "externalTaskIdIn": [*many, task]})
    assert found.json() == []
    found = await camunda.post("/external-task", {"externalTaskIdIn": [*many, task]})
    assert [one["id"] for one in found.json()] == [task]
