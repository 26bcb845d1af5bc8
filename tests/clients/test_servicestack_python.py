"""PyPI ``servicestack``, unmodified: with the DTOs of the vendor's page, and with those that Taskbridge generates."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from servicestack import Authenticate, JsonServiceClient, WebServiceException

from tests import checked_http
from tests.clients.conftest import PASSWORD, USER
from tests.clients.office import SEED, Office

FINISH = "/api/workflowtasks/finish"
Load = Callable[[str, str], ModuleType]


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Save a module to a file and import it, as a user of it would."""
    loaded: list[str] = []

    def load_module(name: str, text: str) -> ModuleType:
        file = tmp_path / f"{name}.py"
        file.write_text(text)
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        loaded.append(name)
        spec.loader.exec_module(module)
        return module

    yield load_module
    for name in loaded:
        del sys.modules[name]


@pytest.fixture
def page(load: Load) -> ModuleType:
    """The DTOs that the vendor's page shows."""
    if not SEED.exists():
        pytest.skip(f"the vendor's page is not there: {SEED.name}")
    text = SEED.read_text()
    return load("page_dtos", text[text.index("import datetime") : text.index("Python FinishTaskOperation DTOs")])


@pytest.fixture
def dtos(office: Office, load: Load) -> ModuleType:
    """The DTOs that the server generates."""
    return load("generated_dtos", checked_http.get(f"{office.host}/types/python").text)


@pytest.fixture
def client(office: Office) -> JsonServiceClient:
    return JsonServiceClient(office.host).set_credentials(USER, PASSWORD)


def test_the_pages_dtos_finish_a_task(office: Office, client: JsonServiceClient, page: Any) -> None:  # noqa: ANN401
    """Contract 31."""
    task = office.start()
    rejected = office.way(task, "Afgekeurd")
    entry = page.WorkflowTransitionDTO(
        id=rejected, is_next=True, user_i_ds=[], defer_until=datetime(2030, 1, 2), deferral_note="no parts"
    )
    request = page.FinishTaskOperation(task_i_ds=[task], transitions=[entry], reason="worn", comment="\u00e9 ok")
    assert client.post_url(FINISH, request, response_as=type(None)) is None
    assert (office.task(task)["Status"], office.task(task)["Reason"]) == ("Finished", "worn")
    following = office.open_tasks()[-1]
    assert (following["Name"], following["DeferReason"]) == ("Repair", "no parts")


def test_the_pages_dtos_read_an_error(office: Office, client: JsonServiceClient, page: Any) -> None:  # noqa: ANN401
    """Contract 37. Contract 38."""
    task = office.start()
    request = page.FinishTaskOperation(task_i_ds=[task])
    client.post_url(FINISH, request, response_as=type(None))
    with pytest.raises(WebServiceException) as raised:
        client.post_url(FINISH, request, response_as=type(None))
    error = raised.value
    assert (error.status_code, error.status_description) == (409, "WorkflowTaskAlreadyFinished")
    assert error.response_status.error_code == "WorkflowTaskAlreadyFinished"
    assert error.response_status.message == f"Workflow task {task} is already finished"


def test_the_pages_request_byte_for_byte(office: Office) -> None:
    if not SEED.exists():
        pytest.skip(f"the vendor's page is not there: {SEED.name}")
    request = SEED.read_bytes().splitlines()[-1]
    assert request.startswith(b'{"TaskIDs":[0],')
    headers = {"Accept": "text/jsonl", "Content-Type": "text/jsonl"}

    def post(content: bytes) -> httpx.Response:
        return checked_http.post(office.host + FINISH, content=content, headers=headers, auth=(USER, PASSWORD))

    nobodys = post(request)
    assert (nobodys.status_code, nobodys.reason_phrase) == (404, "NotFound")
    assert nobodys.headers["content-type"] == "text/jsonl; charset=utf-8"
    assert nobodys.text.startswith(
        '{"ResponseStatus":{"ErrorCode":"NotFound","Message":"Workflow task 0 does not exist"'
    )
    task = office.start()
    done = post(request.replace(b"[0]", b"[%d]" % task))
    assert (done.status_code, done.content) == (204, b"")
    assert office.task(task)["Reason"] == "String"


@pytest.mark.parametrize("base", ["", "/api"], ids=["host", "host with prefix"])
@pytest.mark.parametrize("path", ["", "api"], ids=["json/reply", "api"])
def test_generated_dtos_are_posted_by_themselves(office: Office, dtos: Any, base: str, path: str) -> None:  # noqa: ANN401
    client = JsonServiceClient(office.host + base).set_base_path(path).set_credentials(USER, PASSWORD)
    task = office.start()
    request = dtos.FinishTaskOperation(task_i_ds=[task], ws_verbinding_i_d=office.way(task, "Akkoord"))
    assert client.post(request) is None
    assert office.is_finished(task)
    assert office.engine.task(_instance(office))["activityId"] == "pack"
    with pytest.raises(WebServiceException) as raised:
        client.post(request)
    assert raised.value.response_status.error_code == "WorkflowTaskAlreadyFinished"


def _instance(office: Office) -> str:
    found = office.engine.instances(office.inspection)
    return str(found[-1]["id"])


def test_generated_dtos_read_tasks(office: Office, client: JsonServiceClient, dtos: Any) -> None:  # noqa: ANN401
    task = office.start()
    one = client.get(dtos.GetTaskOperation(task_i_d=task))
    assert (one.id, one.name, one.active, one.finished_date) == (task, "Inspect", True, None)
    assert isinstance(one.offered_date, datetime)
    assert [way.name for way in one.transitions] == ["Akkoord", "Afgekeurd"]
    (listed,) = client.get(dtos.GetTasksOperation(task_i_ds=[task]))
    assert (type(listed).__name__, listed.workflow_i_d) == ("WorkflowTaskDTO", one.workflow_i_d)
    many = client.post(dtos.GetMultiTaskOperation(task_i_ds=[task, office.start()]))
    assert (many.name, many.id, len(many.tasks)) == ("Inspect", 0, 2)


def test_generated_dtos_postpone_and_tell_what_is_missing(
    office: Office,
    client: JsonServiceClient,
    dtos: Any,  # noqa: ANN401
) -> None:
    task = office.start()
    with pytest.raises(WebServiceException) as raised:
        client.post(dtos.PostponeTaskOperation(task_i_ds=[task]))
    fields = [error.field_name for error in raised.value.response_status.errors]
    assert (raised.value.status_description, fields) == ("NotEmpty", ["DateTime", "Reason"])
    until = datetime(2031, 2, 3, 4, 5, 6)
    client.post(dtos.PostponeTaskOperation(task_i_ds=[task], date_time=until, reason="no light"))
    assert office.task(task)["DeferDate"] == "2031-02-03T04:05:06.0000000"
    (said,) = client.get(dtos.GetTaskCommentsOperation(task_i_d=task))
    assert (said.type, said.text, said.user_name) == ("deferral", "no light", USER)


def test_several_requests_at_once(office: Office, client: JsonServiceClient, dtos: Any) -> None:  # noqa: ANN401
    tasks = [office.start(), office.start()]
    client.send_all([dtos.FinishTaskOperation(task_i_ds=[task]) for task in tasks])
    assert all(office.is_finished(task) for task in tasks)


def test_a_session(office: Office, dtos: Any) -> None:  # noqa: ANN401
    client = JsonServiceClient(office.host)
    with pytest.raises(WebServiceException) as raised:
        client.post(dtos.FinishTaskOperation(task_i_ds=[1]))
    assert (raised.value.status_code, raised.value.response_status.error_code) == (401, "401")
    with pytest.raises(WebServiceException) as raised:
        client.post(Authenticate(provider="credentials", user_name=USER, password="wrong"))
    assert raised.value.response_status.message == "Invalid Username or Password"
    answer = client.post(Authenticate(provider="credentials", user_name=USER, password=PASSWORD, remember_me=True))
    assert (answer.user_name, bool(answer.session_id)) == (USER, True)
    task = office.start()
    client.post(dtos.FinishTaskOperation(task_i_ds=[task]))
    assert office.is_finished(task)
    client.post(Authenticate(provider="logout"))
    with pytest.raises(WebServiceException):
        client.post(dtos.FinishTaskOperation(task_i_ds=[task]))


def test_an_api_key(office: Office, dtos: Any) -> None:  # noqa: ANN401
    task = office.start()
    client = JsonServiceClient(office.host).set_bearer_token(office.key)
    client.post(dtos.FinishTaskOperation(task_i_ds=[task]))
    assert office.is_finished(task)
