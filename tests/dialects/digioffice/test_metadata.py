"""What is generated from the document: it says what the vendor's page says, and knows every operation."""

import re
from pathlib import Path
from typing import Any

import pytest

from taskbridge.app import document_of
from taskbridge.dialects.digioffice.catalogue import Catalogue
from taskbridge.dialects.digioffice.dialect import HANDLERS
from taskbridge.dialects.digioffice.metadata import python, typescript
from taskbridge.dialects.digioffice.metadata.python import field_name
from taskbridge.dialects.digioffice.requests import Use
from taskbridge.dialects.digioffice.task_lists import USES as READING
from taskbridge.dialects.digioffice.tasks import USES as DOING
from tests.digioffice import FINISH, DigiOfficeClient, Office

pytestmark = pytest.mark.anyio

SEED = Path(__file__).parents[4] / "shared" / "seeds" / "004_04903c9d469e3c56.txt"
OPERATIONS = {
    "FinishTaskOperation",
    "PostponeTaskOperation",
    "ChangePostponedTaskOperation",
    "GetMultiTaskOperation",
    "GetTasksOperation",
    "GetTaskOperation",
    "GetTaskCommentsOperation",
    "Authenticate",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(document_of("digioffice"))


def classes(source: str) -> dict[str, list[str]]:
    """The fields of the classes of a Python module, line by line."""
    found: dict[str, list[str]] = {}
    for name, body in re.findall(r"^class (\w+).*:\n((?:    .*\n)+)", source, re.MULTILINE):
        found[name] = [line.strip() for line in body.splitlines() if "#" not in line]
    return found


def test_the_python_types_are_those_of_the_vendors_page(catalogue: Catalogue) -> None:
    if not SEED.exists():
        pytest.skip(f"the vendor's page is not there: {SEED.name}")
    page, ours = classes(SEED.read_text()), classes(python.source(catalogue, ""))
    assert set(page) == {"WorkflowTransitionDTO", "FinishTaskOperation"}
    for name, fields in page.items():
        assert ours[name] == fields


def test_what_must_be_given_cannot_be_none_in_python(catalogue: Catalogue) -> None:
    assert classes(python.source(catalogue, ""))["PostponeTaskOperation"] == [
        "task_i_ds: List[int] = field(default_factory=list)",
        "date_time: datetime.datetime = datetime.datetime(1, 1, 1)",
        'reason: str = ""',
    ]


@pytest.mark.parametrize(
    ("name", "field"),
    [("TaskIDs", "task_i_ds"), ("WSVerbindingID", "ws_verbinding_i_d"), ("ID", "id"), ("provider", "provider")],
)
def test_fields_of_python(name: str, field: str) -> None:
    assert field_name(name) == field


def test_every_operation_is_known_with_its_routes(catalogue: Catalogue) -> None:
    assert set(catalogue.services) == OPERATIONS
    assert catalogue.services["GetTaskOperation"].routes == {"/workflowtasks/{TaskID}": ["GET", "POST"]}
    assert set(catalogue.services["Authenticate"].routes) == {
        "/auth",
        "/authenticate",
        "/auth/{provider}",
        "/authenticate/{provider}",
    }
    for name in OPERATIONS - {"Authenticate"}:
        assert catalogue.operation_ids(name.upper())
        assert catalogue.operation_ids(f"{name}[]")
    assert catalogue.operation_ids("Nothing") is None


def test_every_type_is_generated(catalogue: Catalogue) -> None:
    made = typescript.source(catalogue, "")
    assert set(re.findall(r"export class (\w+)", made)) == set(catalogue.types)
    order = [one.name for one in catalogue.answer_types()]
    assert order.index("WorkflowTransitionDTO") < order.index("WorkflowTaskDTO") < order.index("WorkflowMultiTaskDTO")


def test_what_the_operations_demand_is_what_the_document_says(catalogue: Catalogue) -> None:
    uses: dict[str, Use[Any]] = {**DOING, **READING}
    assert {f"digioffice_{name}" for name in uses} <= set(HANDLERS)
    for service in catalogue.services.values():
        required = tuple(member.name for member in service.request.members if member.required)
        for name in (operation_id.removeprefix("digioffice_") for operation_id in service.ids()):
            # The vendor's page calls no member of a finish required; finishing nothing is refused all the same.
            if name in uses:
                assert uses[name].required == (("TaskIDs",) if name == "finish_tasks" else required)


@pytest.fixture
def stranger(office: Office) -> DigiOfficeClient:
    return office.client.by({})


@pytest.mark.parametrize("prefix", ["", "/api"])
async def test_the_pages_need_no_credentials(stranger: DigiOfficeClient, prefix: str) -> None:
    page = await stranger.get(f"{prefix}/metadata")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for name in OPERATIONS:
        assert f'href="http://taskbridge.test{prefix}/json/metadata?op={name}"' in page.text
    assert (await stranger.get(f"{prefix}/operations/metadata")).text == page.text
    assert (await stranger.get(f"{prefix}/xml/metadata")).text == page.text
    assert f'href="http://taskbridge.test{prefix}/types/python"' in (await stranger.get(f"{prefix}/types")).text
    python_types = await stranger.get(f"{prefix}/types/python")
    assert python_types.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"BaseUrl: http://taskbridge.test{prefix}\n" in python_types.text


async def test_the_page_of_an_operation(stranger: DigiOfficeClient) -> None:
    page = (await stranger.get("/api/jsonl/metadata?op=finishtaskoperation")).text
    assert "Requires Authentication" in page
    assert f"<th>POST</th><td>{FINISH}</td>" in page
    assert "class FinishTaskOperation(IReturnVoid, IPost)" in page
    assert "class WorkflowTransitionDTO" in page
    assert "class WorkflowTaskDTO" not in page
    sample = "{&quot;TaskIDs&quot;:[0],&quot;WSVerbindingID&quot;:&quot;00000000-0000-0000-0000-000000000000&quot;"
    assert sample in page
    assert "export class" in (await stranger.get("/api/xml/metadata?op=GetTaskOperation&lang=typescript")).text
    nothing = await stranger.get("/api/json/metadata?op=Nothing")
    assert (nothing.status_code, nothing.text) == (404, "404")


async def test_the_sample_of_the_page_is_the_vendors(stranger: DigiOfficeClient) -> None:
    if not SEED.exists():
        pytest.skip(f"the vendor's page is not there: {SEED.name}")
    page = (await stranger.get("/api/jsonl/metadata?op=FinishTaskOperation")).text
    vendors = SEED.read_text().splitlines()[-1]
    assert vendors.replace('"', "&quot;") in page


async def test_the_description_for_tools(stranger: DigiOfficeClient) -> None:
    app = (await stranger.get("/api/metadata/app.json")).json()
    assert app["app"] == {"baseUrl": "http://taskbridge.test/api", "serviceName": "DigiOffice API Services"}
    found = {one["request"]["name"]: one for one in app["api"]["operations"]}
    assert set(found) == OPERATIONS
    finish = found["FinishTaskOperation"]
    assert (finish["method"], finish["returnsVoid"], finish["requiresAuth"]) == ("POST", True, True)
    assert finish["routes"] == [{"path": "/workflowtasks/finish", "verbs": "POST"}]
    properties = {one["name"]: one for one in finish["request"]["properties"]}
    assert (properties["TaskIDs"]["type"], properties["TaskIDs"]["genericArgs"]) == ("List`1", ["Int32"])
    assert (properties["DeferTo"]["type"], properties["DeferTo"]["genericArgs"]) == ("Nullable`1", ["DateTime"])
    assert found["GetTasksOperation"]["returnType"] == {"name": "List`1", "genericArgs": ["WorkflowTaskDTO"]}
    assert found["Authenticate"]["requiresAuth"] is False
    types = (await stranger.get("/types/metadata")).json()
    assert types == app["api"]
    (multi,) = [one for one in types["types"] if one["name"] == "WorkflowMultiTaskDTO"]
    assert multi["inherits"]["name"] == "WorkflowTaskDTO"
