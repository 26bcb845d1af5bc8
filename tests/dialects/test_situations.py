"""What a dialect has no words of its own for is logged; what it foresees, the vendors' own 500 included, is not."""

from collections.abc import Callable

import pytest

from taskbridge.dialects.alfresco import errors as alfresco
from taskbridge.dialects.camunda import errors as camunda
from taskbridge.dialects.digioffice import errors as digioffice
from taskbridge.dialects.worldserver import wordings as worldserver
from taskbridge.engine import errors as engine
from taskbridge.engine.expressions import UnknownProperty
from taskbridge.engine.scripts.errors import BpmnErrorThrown, MissingScript, ScriptError
from taskbridge.service import errors as service
from taskbridge.store import errors as store

Translate = Callable[[Exception], object]

DIALECTS: dict[str, Translate] = {
    "alfresco": lambda error: alfresco.translate(error, {}),
    "camunda": lambda error: camunda.translate(error, {}),
    "digioffice": digioffice.translate,
    "worldserver": worldserver.translate,
}
FORESEEN = [
    service.NotFound("task", 7),
    service.Suspended("task", 7),
    service.AlreadyClaimed(7, "kermit"),
    service.DelegationPending(7),
    engine.NoConditionHolds("gateway"),
    engine.NotANumber("task"),
    engine.InvalidDate("task", "soon"),
    engine.NameTooLong("task", 255),
    engine.TooManySteps(10),
    engine.TransientConflict("v"),
    engine.UnreadableModel("file.bpmn", "key", "no such process"),
    UnknownProperty("no such property"),
    ScriptError("no script"),
    MissingScript("deployment://it.js"),
    BpmnErrorThrown("code", "why"),
    store.Conflict("changed"),
    store.LockTimeout("slow"),
    store.MissingReference("no such row"),
    store.DatabaseClosed("closed"),
    # The store says once a second that the database is away.
    store.DatabaseUnavailable("gone"),
    store.QueueTimeout("full"),
    store.ReadTimeout("slow"),
    store.WriteTimeout("slow"),
]


class OfService(service.ServiceError):
    pass


class OfEngine(engine.EngineError):
    pass


class OfStore(store.StoreError):
    pass


@pytest.fixture(params=DIALECTS.values(), ids=list(DIALECTS))
def translate(request: pytest.FixtureRequest) -> Translate:
    """How a dialect puts an error into its words."""
    found: Translate = request.param
    return found


@pytest.mark.parametrize(
    "error", [OfService("odd"), OfEngine("odd"), OfStore("odd")], ids=lambda one: type(one).__name__
)
def test_what_a_dialect_does_not_foresee_is_logged(
    translate: Translate, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    assert translate(error) is not None
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert record.exc_info is not None
    assert record.exc_info[1] is error


@pytest.mark.parametrize("error", FORESEEN, ids=lambda one: type(one).__name__)
def test_what_a_dialect_foresees_is_not_logged(
    translate: Translate, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    assert translate(error) is not None
    assert caplog.records == []
