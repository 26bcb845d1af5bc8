"""How situations of the layers below become Camunda's errors (contract 0.3, 2.4)."""

from string import Formatter

import orjson
import pytest

from taskbridge.app import document_of
from taskbridge.dialects.camunda.dialect import HANDLERS
from taskbridge.dialects.camunda.errors import (
    CamundaError,
    error_answer,
    illegal_argument,
    invalid_request,
    prefixed,
    rest_exception,
    translate,
)
from taskbridge.dialects.camunda.wordings import BY_OPERATION, GENERAL, Wording, facts
from taskbridge.engine import errors as engine
from taskbridge.engine.expressions import ExpressionError, UnknownProperty
from taskbridge.engine.migrating.checking import Fault, Standing
from taskbridge.engine.variables import Variable
from taskbridge.service import errors as service
from taskbridge.service import processes
from taskbridge.service.unit import Unit
from taskbridge.spec.document import operations
from taskbridge.store import errors as store
from taskbridge.store.definitions import DefinitionRow
from tests.bpmn import model
from tests.client import CamundaClient

DOCUMENT = document_of("camunda")
SITUATIONS = [
    service.NotFound("task", 7),
    service.LockedByAnother(7, "w", None),
    service.LockExpired(7, 1000),
    service.Suspended("external task", 7),
    service.AlreadyClaimed(7, "kermit"),
    service.DelegationPending(7),
    service.RunningInstances("order:2:42", 3),
    service.NoStart("order"),
    service.NotModifiable("anId"),
    service.NotEnded("anId"),
    service.OtherDefinition("modification", "anId", "order:1:7", "order:2:8"),
    service.OtherDefinition("restart", "anId", "order:1:7", "order:2:8"),
    service.MessageTaken("order", "ordered", "order.bpmn"),
    service.NoReceiver("ordered"),
    service.NotSubscribed(7, "ordered"),
    service.AmbiguousMessage("ordered", 2),
    service.SeveralSubscriptions(7, None),
    service.NotATimer(7, "async-continuation", {}),
    service.ShuttingDown(),
    service.TooManyWaiting(),
    service.TooManyAttempts(30_000),
    engine.NoDefaultFlow("x", "otherwise"),
    engine.NotAnInteger("x#multiInstanceBody", "many"),
    engine.NoOutgoingFlow("gateway"),
    engine.UncaughtEscalation("task", "E"),
    engine.UnknownTransition("task", "flow"),
    engine.NotANumber("task"),
    engine.InvalidDate("task", "soon"),
    engine.NameTooLong("task", 255),
    engine.TooManySteps(10),
    engine.UnknownProcess("call", "'p' and tenant-id 'null'"),
    engine.NotAVersion("call", "1.5"),
    engine.UnreadableVersion("call", "one"),
    service.CallerSuspended("execution", 7),
    engine.TransientConflict("v"),
    ExpressionError("Unknown property"),
    UnknownProperty("Unknown property"),
    store.Conflict("changed"),
    store.LockTimeout("slow"),
    store.DatabaseUnavailable("gone"),
    store.DatabaseBusy("locked"),
    store.ReadTimeout("slow"),
    store.WriteTimeout("slow"),
    store.MissingReference("gone"),
    store.QueryTooLarge("too many values"),
    store.StatementFailed("wrong"),
    service.NothingToMigrate(1),
    service.NotOfDefinition(1, "p:3:a", "p:1:b"),
    service.OfOtherTenant("north", "south"),
    service.WithoutTenant(1, "north"),
    service.CannotMigrate(1, "p:1:b", [Fault(Standing.ACTIVITY, 2, "t", None, ("It cannot.",))]),
    store.DatabaseClosed("closed"),
]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: type(situation).__name__)
def test_every_situation_has_words(situation: Exception) -> None:
    error = translate(situation, {"id": "anId"})
    assert error.status in (400, 404, 500, 503)
    assert error.message
    assert "{" not in error.message


def test_no_words_name_a_fact_that_nobody_knows() -> None:
    known = {name for situation in SITUATIONS for name in facts(situation)}
    paths = {operation.operation_id: operation.path for operation in operations(DOCUMENT)}
    named = [(wording, set[str]()) for wording in GENERAL.values()]
    named += [(wording, fields(paths[name])) for name, own in BY_OPERATION.items() for wording in own.values()]
    assert [wording for wording, parameters in named if fields(wording.text or "") - parameters - known] == []


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_words_are_kept_for_operations_that_exist() -> None:
    assert set(BY_OPERATION) <= set(HANDLERS)


@pytest.mark.parametrize(
    ("situation", "status", "type_", "code", "message"),
    [
        (
            engine.NoOutgoingFlow("g"),
            500,
            "ProcessEngineException",
            0,
            "ENGINE-02004 No outgoing sequence flow for the element with id 'g' could be selected "
            "for continuing the process.",
        ),
        (
            engine.TransientConflict("v"),
            500,
            "ProcessEngineException",
            0,
            "ENGINE-17006 Cannot set transient variable with name v to non-transient variable and vice versa.",
        ),
        (
            store.LockTimeout("slow"),
            500,
            "OptimisticLockingException",
            1,
            "ENGINE-03005 Execution of 'UPDATE anId' failed. Entity was updated by another transaction concurrently.",
        ),
        (
            service.RunningInstances("order:2:42", 3),
            500,
            "ProcessEngineException",
            0,
            "ENGINE-03076 Deletion of process definition without cascading failed. Process definition with id: "
            "order:2:7a5cb21d-000c-8000-8000-00000000002a can't be deleted, because there are 3 dependent process "
            "instances.",
        ),
        (
            service.TooManyWaiting(),
            500,
            "InvalidRequestException",
            None,
            "At the moment the server has to handle too many requests at the same time. Please try again later.",
        ),
    ],
)
def test_a_situation_goes_out_in_the_vendors_words(
    situation: Exception, status: int, type_: str, code: int | None, message: str
) -> None:
    error = translate(situation, {"id": "anId"})
    assert (error.status, error.type, error.code, error.message) == (status, type_, code, message)


def test_an_operations_own_words_go_before_the_general_ones_and_a_kinds_before_any() -> None:
    own: dict[object, Wording] = {service.NotFound: Wording(404, "RestException", "no {id}")}
    assert translate(service.NotFound("task", 7), {"id": "x"}, own).message == "no x"
    assert translate(service.NotFound("task", 7), {"id": "x"}).message == "Cannot find task with id x: task is null"


def test_text_of_clients_is_never_read_as_a_template() -> None:
    error = translate(service.LockedByAnother(7, "{worker}{0}", "{owner!r}"), {"id": "{id}"}, BY_OPERATION[COMPLETE])
    assert error.message == (
        "External Task {id} cannot be completed by worker '{worker}{0}'. It is locked by worker '{owner!r}'."
    )


COMPLETE = "camunda_complete_external_task"


@pytest.mark.parametrize(
    ("inner", "status", "type_", "code", "message"),
    [
        (invalid_request("no"), 400, "InvalidRequestException", None, "Cannot do it: no"),
        (rest_exception("no", 400, None), 400, "InvalidRequestException", None, "Cannot do it: no"),
        (
            service.NotFound("task", 0),
            500,
            "RestException",
            0,
            "Cannot do it: Cannot find task with id x: task is null",
        ),
        (
            engine.NotANumber("n"),
            500,
            "RestException",
            0,
            "Cannot do it: n: Priority value is not an Integer",
        ),
        (illegal_argument("no"), 500, "IllegalArgumentException", None, "no"),
    ],
)
def test_a_prefix_rewraps_what_goes_wrong_inside(
    inner: Exception, status: int, type_: str, code: int | None, message: str
) -> None:
    with pytest.raises(CamundaError) as raised, prefixed("Cannot do it", id="x"):
        raise inner
    error = raised.value
    assert (error.status, error.type, error.code, error.message) == (status, type_, code, message)


def test_problems_of_models_are_listed_in_the_text_and_by_resource() -> None:
    problems = [service.ModelProblem("wrong", 3, 5, "task"), service.ModelProblem("worse", 4, 1, None)]
    error = translate(service.InvalidModels({"a.bpmn": problems}), {})
    body = orjson.loads(orjson.dumps(error_answer(error).body))
    assert (error.status, body["type"], body["code"]) == (400, "ParseException", 0)
    assert body["message"] == (
        "ENGINE-09005 Could not parse BPMN process. Errors: \n"
        "* wrong | resource a.bpmn | line 3 | column 5\n"
        "* worse | resource a.bpmn | line 4 | column 1"
    )
    first, second = body["details"]["a.bpmn"]["errors"]
    assert (first["mainElementId"], first["\u0435lementIds"], first["elementIds"]) == ("task", ["task"], ["task"])
    assert (second["mainElementId"], second["\u0435lementIds"]) == (None, [])


@pytest.mark.anyio
async def test_a_conflict_in_a_work_whose_errors_are_prefixed_has_it_run_again(
    camunda: CamundaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[str | None] = []
    start = processes.start

    def meeting_another(
        unit: Unit, definition: DefinitionRow, given: dict[str, Variable], key: str | None
    ) -> processes.Started:
        attempts.append(key)
        if len(attempts) == 1:
            raise store.Conflict("another one was faster")
        return start(unit, definition, given, key)

    monkeypatch.setattr(processes, "start", meeting_another)
    await camunda.deploy(model("P1"))
    assert (await camunda.post("/process-definition/key/P1/start", {})).status_code == 200
    assert len(attempts) == 2
