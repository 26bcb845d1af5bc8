"""The variables of one place over HTTP: the same operations at four kinds of places."""

from typing import NamedTuple

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.models import deploy_model

pytestmark = pytest.mark.anyio


class Place(NamedTuple):
    """Where variables are: what is called what, and the path of the variables there and at a place that is none."""

    noun: str
    path: str
    unknown_path: str
    unknown: str
    local: bool


@pytest.fixture(params=["process-instance", "execution", "task", "local task"])
async def place(request: pytest.FixtureRequest, camunda: CamundaClient) -> Place:
    await deploy_model(camunda, "UserTask")
    instance = await camunda.start("UserTask", {"variables": {"outer": {"value": 1}}})
    (task,) = (await camunda.get("/task")).json()
    no_execution, no_task = "execution nope doesn't exist: execution is null", "task nope doesn't exist: task is null"
    paths = {
        "process-instance": ("process instance", "/process-instance/{}/variables", instance, no_execution),
        "execution": ("execution", "/execution/{}/localVariables", task["executionId"], no_execution),
        "task": ("task", "/task/{}/variables", task["id"], no_task),
        "local task": ("task", "/task/{}/localVariables", task["id"], no_task),
    }
    noun, path, shown, unknown = paths[request.param]
    return Place(noun, path.format(shown), path.format("nope"), unknown, path.endswith("localVariables"))


async def test_a_variable_is_put_got_and_deleted(camunda: CamundaClient, place: Place) -> None:
    value = {"value": "2024-02-29T10:00:00.000+0000", "type": "date"}
    assert (await camunda.put(f"{place.path}/when", value)).status_code == 204
    shown = {"type": "Date", "value": value["value"], "valueInfo": {}}
    assert (await camunda.get(f"{place.path}/when")).json() == shown
    assert (await camunda.get(place.path)).json()["when"] == shown
    for _ in range(2):
        assert (await camunda.delete(f"{place.path}/when")).status_code == 204
    answer = await camunda.get(f"{place.path}/when")
    text = f"{place.noun} variable with name when does not exist"
    assert (answer.status_code, answer.json()["message"]) == (404, text)


async def test_local_places_leave_outer_variables_out(camunda: CamundaClient, place: Place) -> None:
    assert ("outer" in (await camunda.get(place.path)).json()) is not place.local
    assert (await camunda.get(f"{place.path}/outer")).status_code == (404 if place.local else 200)


async def test_deletions_win_over_modifications(camunda: CamundaClient, place: Place) -> None:
    body = {"modifications": {"a": {"value": 1}, "b": {"value": 2}}, "deletions": ["b", "absent"]}
    assert (await camunda.post(place.path, body)).status_code == 204
    names = set((await camunda.get(place.path)).json())
    assert names == ({"a"} if place.local else {"a", "outer"})


async def test_an_object_comes_back_nested_or_as_text(camunda: CamundaClient, place: Place) -> None:
    await camunda.put(f"{place.path}/map", {"value": {"a": [1, 2]}})
    assert (await camunda.get(f"{place.path}/map")).json()["value"] == {"a": [1, 2]}
    assert (await camunda.get(f"{place.path}/map?deserializeValue=false")).json()["value"] == '{"a":[1,2]}'
    serialised = (await camunda.get(f"{place.path}?deserializeValues=false")).json()["map"]
    assert serialised["value"] == '{"a":[1,2]}'


@pytest.mark.parametrize(
    ("value", "status", "type_", "text"),
    [
        (
            {"value": "abc", "type": "Integer"},
            400,
            "InvalidRequestException",
            "Cannot convert value 'abc' of type 'Integer' to java type java.lang.Integer",
        ),
        ({"value": 1, "type": "Colour"}, 400, "InvalidRequestException", "Unsupported value type 'Colour'"),
        (
            {"value": "{}", "type": "Object", "valueInfo": {"serializationDataFormat": "application/json"}},
            500,
            "RestException",
            "Cannot write serialized value for variable 'x': no 'objectTypeName' provided for non-null value.",
        ),
    ],
)
async def test_a_refused_value_tells_place_and_name(
    camunda: CamundaClient, place: Place, value: object, status: int, type_: str, text: str
) -> None:
    answer = await camunda.put(f"{place.path}/x", value)
    assert (answer.status_code, answer.json()["type"]) == (status, type_)
    assert answer.json()["message"] == f"Cannot put {place.noun} variable x: {text}"
    assert (await camunda.get(f"{place.path}/x")).status_code == 404


async def test_one_refused_value_keeps_all_from_being_set(camunda: CamundaClient, place: Place) -> None:
    body = {"modifications": {"good": {"value": 1}, "bad": {"value": 1, "type": "Colour"}}}
    answer = await camunda.post(place.path, body)
    text = f"Cannot modify variables for {place.noun}: Unsupported value type 'Colour'"
    assert (answer.status_code, answer.json()["message"]) == (400, text)
    assert (await camunda.get(f"{place.path}/good")).status_code == 404


async def test_an_unknown_place_is_an_error_of_each_operations_own(camunda: CamundaClient, place: Place) -> None:
    path = place.unknown_path
    listed = await camunda.get(path)
    assert (listed.status_code, listed.json()["type"], listed.json()["message"]) == (
        500,
        "NullValueException",
        place.unknown,
    )
    for answer, prefix in (
        (await camunda.get(f"{path}/x"), f"Cannot get {place.noun} variable x"),
        (await camunda.put(f"{path}/x", {"value": 1}), f"Cannot put {place.noun} variable x"),
        (await camunda.delete(f"{path}/x"), f"Cannot delete {place.noun} variable x"),
        (await camunda.post(path, {}), f"Cannot modify variables for {place.noun} nope"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (500, "RestException")
        assert answer.json()["message"] == f"{prefix}: {place.unknown}"


async def test_a_file_is_kept_with_its_name(camunda: CamundaClient, place: Place) -> None:
    path = f"{place.path}/letter/data"
    files = [("data", ("große.txt", b"\x00\xffhello")), ("valueType", (None, b"file"))]
    assert (await camunda.post(path, files=files)).status_code == 204
    shown = (await camunda.get(f"{place.path}/letter")).json()
    assert shown == {"type": "File", "value": None, "valueInfo": {"filename": "große.txt", "mimeType": "text/plain"}}
    answer = await camunda.get(path)
    assert (answer.content, answer.headers["content-type"]) == (b"\x00\xffhello", "text/plain")
    assert "filename*=UTF-8''gro%C3%9Fe.txt" in answer.headers["content-disposition"]


async def test_bytes_are_the_default_of_an_upload(camunda: CamundaClient, place: Place) -> None:
    path = f"{place.path}/raw/data"
    assert (await camunda.post(path, files=[("data", (None, b"\x00\x01"))])).status_code == 204
    assert (await camunda.get(f"{place.path}/raw")).json() == {"type": "Bytes", "value": "AAE=", "valueInfo": {}}
    answer = await camunda.get(path)
    assert (answer.content, answer.headers["content-type"]) == (b"\x00\x01", "application/octet-stream")


async def test_content_that_is_not_binary_is_refused(camunda: CamundaClient, place: Place) -> None:
    await camunda.put(f"{place.path}/x", {"value": 1})
    answer = await camunda.get(f"{place.path}/x/data")
    shown = place.path.split("/")[2]
    text = f"Value of variable with id {shown} is not a binary value."
    assert (answer.status_code, answer.json()["message"]) == (400, text)
    assert (await camunda.get(f"{place.path}/absent/data")).status_code == 404


@pytest.mark.parametrize(
    ("files", "status", "message"),
    [
        ([("valueType", (None, b"Bytes"))], 500, None),
        (
            [("data", (None, b"x")), ("valueType", (None, b"File"))],
            500,
            "Cannot create file without filename! Please set a name into ValueInfo with key filename",
        ),
        ([("data", ("a", b"x")), ("valueType", (None, b"Colour"))], 400, "Unsupported value type 'Colour'"),
        (
            [("data", ("a.txt", b"{}")), ("type", (None, b"java.util.HashMap"))],
            400,
            "Unrecognized content type for serialized java type: text/plain",
        ),
    ],
)
async def test_an_upload_that_is_none_is_refused(
    camunda: CamundaClient,
    place: Place,
    files: list[tuple[str, tuple[str | None, bytes]]],
    status: int,
    message: str | None,
) -> None:
    answer = await camunda.post(f"{place.path}/x/data", files=files)
    assert (answer.status_code, answer.json()["message"]) == (status, message)


async def test_json_of_a_java_type_becomes_an_object(camunda: CamundaClient, place: Place) -> None:
    files = [("data", ("a.json", b'{"a": 1}')), ("type", (None, b"java.util.HashMap"))]
    assert (await camunda.post(f"{place.path}/x/data", files=files)).status_code == 204
    shown = (await camunda.get(f"{place.path}/x")).json()
    assert (shown["value"], shown["valueInfo"]["objectTypeName"]) == ({"a": 1}, "java.util.HashMap")


async def test_an_execution_of_an_instance_will_do_for_the_instance(camunda: CamundaClient) -> None:
    await deploy_model(camunda, "UserTask")
    instance = await camunda.start("UserTask", {"variables": {"outer": {"value": 1}}})
    (task,) = (await camunda.get("/task")).json()
    path = f"/process-instance/{task['executionId']}/variables"
    assert (await camunda.get(f"{path}/outer")).json()["value"] == 1
    await camunda.put(f"{path}/outer", {"value": 2})
    await camunda.put(f"{path}/fresh", {"value": 3})
    of_instance = (await camunda.get(f"/process-instance/{instance}/variables")).json()
    assert {name: entry["value"] for name, entry in of_instance.items()} == {"outer": 2, "fresh": 3}


async def test_transient_and_stored_do_not_mix(camunda: CamundaClient) -> None:
    await deploy_model(camunda, "UserTask")
    instance = await camunda.start("UserTask", {"variables": {"n": {"value": 1}}})
    value = {"value": 2, "valueInfo": {"transient": True}}
    answer = await camunda.put(f"/process-instance/{instance}/variables/n", value)
    assert answer.status_code == 500
    assert "ENGINE-17006 Cannot set transient variable with name n" in answer.json()["message"]
    assert (await camunda.put(f"/process-instance/{instance}/variables/m", value)).status_code == 204
    assert (await camunda.get(f"/process-instance/{instance}/variables/m")).status_code == 404
