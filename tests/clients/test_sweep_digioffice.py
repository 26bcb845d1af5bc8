"""Every operation of DigiOffice's document, called by the client that `openapi-python-client` makes out of it."""

import json
from collections.abc import Callable

import pytest

from tests.clients.sweep import Sweep
from tests.clients.work import reach_approval, start_order
from tests.figures import figure

LATER = {"DateTime": "2031-05-17T12:00:00.0000000", "Reason": "Not yet"}
CREDENTIALS = {"provider": "credentials", "UserName": "demo", "Password": "demo"}
#: The predefined routes that every operation has, as the names of the document's operations begin, and what their paths
#: have before the name of a request's type.
ROADS = {"reply": ("json",), "oneway": ("json",), "api": (), "api_api": ()}


@pytest.fixture(scope="module")
def office(sweep: Callable[[str], Sweep]) -> Sweep:
    return sweep("digioffice")


@pytest.fixture
def task(demo_service: str) -> int:
    """An order that waits for its approval; the number of the task."""
    return reach_approval(demo_service, start_order(demo_service, "S-1"))


def format_of(office: Sweep, name: str) -> object:
    """JSON, as the format in the path of an operation."""
    return office.choice(f"Digioffice{name}Format", "json")


def test_tasks_are_found(office: Sweep, task: int) -> None:
    shown = office("get_task", str(task))
    assert (shown.id, shown.name, shown.workflow_description) == (task, "Approve order S-1", "Order S-1")
    assert office("query_task", str(task), body={"TaskID": task}) == shown
    assert shown in office("list_tasks")
    assert office("query_tasks", body={"TaskIDs": [task]}) == [shown]
    both = office("get_multi_task", body={"TaskIDs": [task]})
    assert (both.task_i_ds, both.tasks) == ([task], [shown])


def test_tasks_are_done(office: Sweep, task: int) -> None:
    office("postpone_tasks", body={"TaskIDs": [task], **LATER})
    office("change_postponed_tasks", body={"TaskIDs": [task], **LATER, "Reason": "Still not"})
    office("finish_tasks", body={"TaskIDs": [task], "Comment": "Fine"})
    assert office("get_task", str(task)).status == "Finished"
    comments = office("list_comments", str(task))
    assert {"Fine", "Still not"} <= {one.text for one in comments}
    assert office("query_comments", str(task), body={"TaskID": task}) == comments


def test_batches(office: Sweep, task: int) -> None:
    (shown,) = office("query_task_batch", body=[{"TaskID": task}])
    assert shown["ID"] == task
    assert office("query_tasks_batch", body=[{"TaskIDs": [task]}]) == [[shown]]
    (both,) = office("get_multi_task_batch", body=[{"TaskIDs": [task]}])
    assert both["Tasks"] == [shown]
    for name in ("postpone_tasks", "change_postponed_tasks"):
        assert office(f"{name}_batch", body=[{"TaskIDs": [task], **LATER}]) == [None]
    assert office("finish_tasks_batch", body=[{"TaskIDs": [task], "Comment": "Fine"}]) == [None]
    (comments,) = office("query_comments_batch", body=[{"TaskID": task}])
    assert "Fine" in {one["Text"] for one in comments}


def test_signing_in_and_out(office: Sweep) -> None:
    def door(name: str) -> object:
        return office.choice(f"Digioffice{name}Door", "auth")

    assert office("authenticate", door("Authenticate"), body=CREDENTIALS).user_name == "demo"
    assert office("get_authentication", door("GetAuthentication")).user_name == "demo"
    told = office("authenticate_by_provider", door("AuthenticateByProvider"), "credentials", body=CREDENTIALS)
    assert (told.user_name, bool(told.session_id)) == ("demo", True)
    told = office("get_authentication_by_provider", door("GetAuthenticationByProvider"), "credentials")
    assert told.user_name == "demo"
    assert office("end_authentication", door("EndAuthentication")).response_status is None
    out = office("end_authentication_by_provider", door("EndAuthenticationByProvider"), "logout")
    assert out.response_status is None


@pytest.mark.parametrize("road", ROADS)
def test_predefined_routes(office: Sweep, task: int, road: str) -> None:
    """As documented, they have no parameters and no bodies but the name: requests that need none are sent."""

    def sent(method: str, request: str) -> object:
        name = f"{road}_{method}"
        before = [format_of(office, name.title().replace("_", "")) for _ in ROADS[road]]
        return office(name, *before, request, expected=200)

    for method in ("get", "post"):
        listed = sent(method, "GetTasksOperation")
        assert isinstance(listed, list)
        assert task in {one["ID"] for one in listed}
    sent("delete", "Authenticate")


def test_pages(office: Sweep) -> None:
    assert "FinishTaskOperation" in office("metadata") == office("operations_metadata")
    page = office("operation_metadata", format_of(office, "OperationMetadata"), op="FinishTaskOperation")
    assert "TaskIDs" in page
    assert office("metadata_app").additional_properties
    assert "FinishTaskOperation" in json.dumps(office("types_metadata").to_dict())
    assert "python" in office("types")
    assert "class FinishTaskOperation" in office("types_python")
    assert "class FinishTaskOperation" in office("types_typescript")


def test_every_operation_was_called(office: Sweep) -> None:
    assert office.missing() == []
    figure("sweep, digioffice", f"{len(office.called)} operations called by a generated client")
