"""Every API x every format of bodies x hostile bodies, without and with credentials, against a real server.

Meanwhile an innocent client asks each API: it is always answered in time, the server's memory does not grow by more
than `MEMORY`, and every answer is one that the vendor's document has.
"""

from dataclasses import dataclass

import pytest

from tests import answers
from tests.hostile import bodies
from tests.hostile.bodies import Format, hostile
from tests.hostile.exchange import exchange
from tests.hostile.judging import MEMORY, delays, note
from tests.hostile.server import Attacked

pytestmark = pytest.mark.long

ALFRESCO = "/alfresco/api/-default-/public"


@dataclass(frozen=True)
class Door:
    """An operation with a body. ``open`` ones need no credentials."""

    api: str
    method: str
    path: str
    form: Format
    open: bool = False


#: What is sent to those who judge credentials before they read a body: they do not look into any.
UNREAD = ("20 MB of elements", "20 MB of elements in chunks", "200 levels", "a million records", "a compressed bomb")
DOORS = {
    "camunda JSON": Door("camunda", "POST", "/engine-rest/external-task/1/complete", bodies.CAMUNDA_JSON),
    "camunda alternatives of tasks": Door("camunda", "POST", "/engine-rest/task", bodies.CAMUNDA_ALTERNATIVES),
    "camunda conditions on tasks": Door("camunda", "POST", "/engine-rest/task", bodies.CAMUNDA_CONDITIONS),
    "camunda alternatives of instances": Door(
        "camunda", "POST", "/engine-rest/process-instance", bodies.CAMUNDA_ALTERNATIVES
    ),
    "camunda selection": Door("camunda", "PUT", "/engine-rest/process-instance/suspended", bodies.CAMUNDA_SELECTION),
    "camunda topics": Door("camunda", "POST", "/engine-rest/external-task/fetchAndLock", bodies.CAMUNDA_TOPICS),
    "camunda multipart": Door("camunda", "POST", "/engine-rest/deployment/create", bodies.FILES),
    "camunda part headers": Door("camunda", "POST", "/engine-rest/deployment/create", bodies.PART_HEADERS),
    "alfresco JSON": Door("alfresco", "POST", f"{ALFRESCO}/workflow/versions/1/processes", bodies.ALFRESCO_JSON),
    "alfresco sign-in": Door(
        "alfresco", "POST", f"{ALFRESCO}/authentication/versions/1/tickets", bodies.ALFRESCO_ITEMS, open=True
    ),
    "worldserver JSON": Door("worldserver", "POST", "/ws-api/v2/tasks/claim", bodies.WORLDSERVER_JSON),
    "worldserver sign-in": Door("worldserver", "POST", "/ws-api/v2/login", bodies.LOGIN_JSON, open=True),
    "worldserver multipart": Door("worldserver", "POST", "/ws-api/v2/files", bodies.FORM),
    "digioffice sign-in": Door("digioffice", "POST", "/api/auth", bodies.LOGIN_JSON, open=True),
    "digioffice multipart": Door("digioffice", "POST", "/api/workflowtasks/finish", bodies.FORM),
    **{
        f"digioffice {name}": Door("digioffice", "POST", "/api/workflowtasks/finish", form)
        for name, form in bodies.DIGIOFFICE.items()
    },
}


@pytest.mark.parametrize("signed_in", [False, True], ids=["without credentials", "with credentials"])
@pytest.mark.parametrize("door", DOORS)
def test_a_hostile_body_delays_nobody_else(server: Attacked, door: str, signed_in: bool) -> None:
    asked = DOORS[door]
    credentials = server.credentials[asked.api] if signed_in else {}
    memory, failures = server.forget_peak(), []
    unread = not signed_in and not asked.open and asked.api != "digioffice"
    for name, body in hostile(asked.form, UNREAD if unread else None):
        began = server.now()
        reply = exchange(
            server.port,
            asked.method,
            asked.path,
            {**body.headers, **credentials},
            body.content,
            chunked=body.chunked,
        )
        wrong = answers.problems(asked.method, asked.path, reply.status, reply.headers, reply.body)
        failures += [f"{name}: {reply.status} {problem}" for problem in wrong]
        if not signed_in and not asked.open and reply.status != 401 and not _bound_first(asked, len(body.content)):
            failures.append(f"{name}: {reply.status} {reply.body[:200]!r} without credentials")
        if reply.status >= 500:
            failures.append(f"{name}: {reply.status} {reply.body[:200]!r}")
        failures += [f"{name}: {problem}" for problem in delays(server, began, f"{door}, {name}")]
    grown = server.memory("VmHWM") - memory
    note("most memory that the server took during hostile bodies (MB)", grown / 1e6, door)
    assert grown < MEMORY
    assert failures == []


def _bound_first(door: Door, size: int) -> bool:
    """DigiOffice binds small bodies before it asks who calls."""
    return door.api == "digioffice" and size <= 1 << 16
