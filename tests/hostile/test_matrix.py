"""Every API x every format of bodies x hostile bodies, without and with credentials, against a real server.

Meanwhile an innocent client asks each API: it is always answered in time, the server's memory does not grow by more
than `MEMORY`, and every answer is one that the vendor's document has.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests import answers
from tests.figures import figure
from tests.hostile import bodies
from tests.hostile.bodies import Format, hostile
from tests.hostile.exchange import exchange
from tests.hostile.server import CONTROL, Attacked, attacked

SECONDS = 0.5
"""What others may wait, as long as the machine itself is not busy with something else."""
PATIENCE = 30.0
"""What they may wait when it is."""
IDLE = 0.05
"""A control that is answered within this time shows a machine that is not busy."""
MEMORY = 200_000_000
ALFRESCO = "/alfresco/api/-default-/public"


@dataclass(frozen=True)
class Door:
    """An operation with a body. ``open`` ones need no credentials."""

    api: str
    method: str
    path: str
    form: Format
    open: bool = False


DOORS = {
    "camunda JSON": Door("camunda", "POST", "/engine-rest/external-task/1/complete", bodies.CAMUNDA_JSON),
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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    with attacked(tmp_path_factory.mktemp("hostile"), "--camunda-auth", "basic") as found:
        yield found


@pytest.mark.parametrize("signed_in", [False, True], ids=["without credentials", "with credentials"])
@pytest.mark.parametrize("door", DOORS)
def test_a_hostile_body_delays_nobody_else(server: Attacked, door: str, signed_in: bool) -> None:
    asked = DOORS[door]
    credentials = server.credentials[asked.api] if signed_in else {}
    memory, failures = server.memory("VmRSS"), []
    for name, body in hostile(asked.form):
        began = time.monotonic()
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
        failures += [f"{name}: {problem}" for problem in _delays(server, began, f"{door}, {name}")]
    grown = server.memory("VmHWM") - memory
    _note("most memory that the server took during hostile bodies (MB)", grown / 1e6, door)
    assert grown < MEMORY
    assert failures == []


def _bound_first(door: Door, size: int) -> bool:
    """DigiOffice binds small bodies before it asks who calls."""
    return door.api == "digioffice" and size <= 1 << 16


def _delays(server: Attacked, since: float, told: str) -> Iterator[str]:
    waited = server.waited(since)
    control = waited.pop(CONTROL).seconds
    worst = max(waited.values(), key=lambda sample: sample.seconds)
    _note("longest that others waited during hostile bodies (ms)", worst.seconds * 1000, f"{told}; {worst.name}")
    limit = SECONDS if control < IDLE else PATIENCE
    if worst.seconds > limit:
        yield f"{worst.name} waited {worst.seconds:.2f} s, the control {control:.3f} s"
    if refused := [sample for sample in waited.values() if sample.status != 200]:
        yield f"others were not answered: {refused}"


_WORST: dict[str, float] = {}


def _note(name: str, value: float, where: str) -> None:
    if value >= _WORST.get(name, 0):
        _WORST[name] = value
        figure(name, f"{value:.0f} ({where})")
