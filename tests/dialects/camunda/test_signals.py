"""Signals over HTTP: thrown from outside and by events, at every position that may wait for one."""

import pytest

from taskbridge.service import signals
from tests.client import CamundaClient
from tests.dialects.camunda.signal_models import (
    RECEIVER,
    STARTED,
    THROWER,
    boundary,
    catch,
    definition,
    deployed,
    done,
    event_subprocess,
    multiplying,
    process,
    started_in,
    tasks,
    throw,
    throw_signal,
    variables,
    waiting,
)
from tests.engine.bpmn_snippets import element, end, mapping, parallel, path, start, subprocess, timer, user
from tests.serving import Served

pytestmark = pytest.mark.anyio
_UNKNOWN = "0192f7a0-0000-7000-8000-000000000021"
_NO_NAME = (400, ("InvalidRequestException", "No signal name given"))
_TENANT = (
    400,
    (
        "BadUserRequestException",
        "ENGINE-13027 Cannot specify a tenant-id when deliver a signal to a single execution.",
    ),
)


async def _tree(camunda: CamundaClient, instance: str) -> list[tuple[str, str]]:
    """What stands directly in an instance: activities and their types."""
    tree = (await camunda.get(f"/process-instance/{instance}/activity-instances")).json()
    return sorted((one["activityId"], one["activityType"]) for one in tree["childActivityInstances"])


# from outside


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": None, "executionId": _UNKNOWN, "tenantId": "north"}, _NO_NAME),
        (
            {"executionId": _UNKNOWN, "tenantId": "north", "variables": {"a": {"value": 1, "type": "Colour"}}},
            (400, ("RestException", "Unsupported value type 'Colour'")),
        ),
        ({"executionId": _UNKNOWN, "tenantId": "north"}, _TENANT),
        ({"executionId": _UNKNOWN, "withoutTenantId": True}, _TENANT),
        (
            {"executionId": _UNKNOWN, "withoutTenantId": False},
            (500, ("NullValueException", f"Cannot find execution with id '{_UNKNOWN}': execution is null")),
        ),
        ({"name": None, "variables": {"a": None}}, _NO_NAME),
        ({"variables": {"a": None}}, (500, ("NullPointerException", None))),
        (
            {"executionId": _UNKNOWN, "tenantId": "north", "variables": {"a": None}},
            (500, ("NullPointerException", None)),
        ),
        ({"executionId": None}, (204, None)),
        ({"name": ""}, (204, None)),
    ],
)
async def test_what_is_wrong_with_a_signal_is_told_in_the_vendors_order(
    camunda: CamundaClient, body: dict[str, object], expected: tuple[int, object]
) -> None:
    assert await throw_signal(camunda, **body) == expected


async def test_a_body_may_be_missing(camunda: CamundaClient) -> None:
    answer = await camunda.request("POST", "/signal", content=b"", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["message"]) == (400, "No signal name given")


async def test_a_signal_reaches_what_waits_and_starts_the_latest_version(camunda: CamundaClient) -> None:
    await deployed(camunda, RECEIVER, STARTED.replace("begun", "before"), STARTED)
    instance = await camunda.start("receiver")
    await camunda.start("receiver")
    given = {"v": {"value": 3}, "t": {"value": "x", "valueInfo": {"transient": True}}}
    assert await throw_signal(camunda, variables=given) == (204, None)
    assert await tasks(camunda) == ["begun", "got", "got"]
    assert await variables(camunda, instance) == {"v": 3}
    (begun,) = (await camunda.get("/process-instance?processDefinitionKey=started")).json()
    assert (begun["businessKey"], await variables(camunda, begun["id"])) == (None, {"v": 3})
    assert await throw_signal(camunda) == (204, None)
    assert await tasks(camunda) == ["begun", "begun", "got", "got"]


async def test_where_one_receiver_fails_nobody_has_got_the_signal(camunda: CamundaClient, served: Served) -> None:
    failing = process(
        "failing", start(), catch("c"), user("never", camunda_assignee="${nobody}"), path("start", "c", "never")
    )
    await deployed(camunda, RECEIVER, failing, STARTED, THROWER)
    for key in ("receiver", "failing", "thrower"):
        await camunda.start(key)
    before = await served.dump()
    status, error = await throw_signal(camunda)
    assert (status, error[0]) == (500, "ProcessEngineException")
    assert await done(camunda, "go") == 500
    assert await served.dump() == before


async def test_suspended_instances_and_definitions_get_no_signals(camunda: CamundaClient, served: Served) -> None:
    await deployed(camunda, RECEIVER, STARTED, THROWER)
    instance = await camunda.start("receiver")
    await camunda.start("thrower")
    await camunda.put(f"/process-instance/{instance}/suspended", {"suspended": True})
    body = {"processDefinitionKey": "started", "suspended": True}
    await camunda.put("/process-definition/suspended", body)
    assert await throw_signal(camunda) == (204, None)
    assert await done(camunda, "go") == 204
    assert await tasks(camunda) == ["after"]
    ((_, _, execution),) = await waiting(served, instance)
    suspended = f"ENGINE-03043 Execution with id '{execution}' is suspended."
    assert await throw_signal(camunda, executionId=execution) == (
        400,
        ("SuspendedEntityInteractionException", suspended),
    )


@pytest.mark.parametrize(
    ("body", "reached"),
    [
        ({}, [None, "north", "south"]),
        ({"tenantId": "north"}, ["north"]),
        ({"withoutTenantId": True}, [None]),
        ({"tenantId": "north", "withoutTenantId": True}, ["north"]),
        ({"tenantId": "west"}, []),
        ({"tenantId": ""}, []),
    ],
)
async def test_a_signal_may_be_for_one_tenant(
    camunda: CamundaClient, body: dict[str, object], reached: list[str | None]
) -> None:
    await deployed(camunda, STARTED)
    for tenant in ("north", "south"):
        await deployed(camunda, RECEIVER, STARTED, tenant=tenant)
        await started_in(camunda, "receiver", tenant)
    assert await throw_signal(camunda, **body) == (204, None)
    found = [(one["taskDefinitionKey"], one["tenantId"]) for one in (await camunda.get("/task")).json()]
    expected = [("begun", tenant) for tenant in reached]
    expected += [("got", tenant) for tenant in reached if tenant is not None]
    assert sorted(found, key=str) == sorted(expected, key=str)


async def test_a_signal_may_be_for_one_execution(camunda: CamundaClient, served: Served) -> None:
    inner = start("s1") + catch("c") + user("got") + end("e1") + path("s1", "c", "got", "e1")
    model = process(
        "several", start(), subprocess("sub", mapping({"w": "1"}), inner), end(), path("start", "sub", "end"),
        boundary("b", "sub", "s2", interrupting=False), user("beside"), path("b", "beside", "end"),
        event_subprocess("es", interrupting=False),
    )  # fmt: skip
    await deployed(camunda, model)
    instance, other = await camunda.start("several"), await camunda.start("several")
    executions = {event: execution for _, event, execution in await waiting(served, instance)}
    assert executions["esStart"] == instance
    for event in ("c", "b"):
        name = "stop" if event == "b" else "again"
        text = f"Execution '{executions[event]}' has not subscribed to a signal event with name '{name}'. is empty"
        answer = await throw_signal(camunda, name=name, executionId=executions[event])
        assert answer == (500, ("RestException", text))
    given = {"w": {"value": 2}, "x": {"value": 3}}
    assert await throw_signal(camunda, name="again", executionId=executions["b"], variables=given) == (204, None)
    assert await tasks(camunda) == ["beside"]
    assert await variables(camunda, instance) == {"x": 3}
    assert await throw_signal(camunda, executionId=executions["c"]) == (204, None)
    assert await throw_signal(camunda, executionId=instance) == (204, None)
    assert await tasks(camunda) == ["beside", "esWork", "got"]
    assert len(await waiting(served, other)) == 3


# thrown by events


async def test_a_thrown_signal_reaches_other_instances_and_starts_some(camunda: CamundaClient) -> None:
    await deployed(camunda, RECEIVER, STARTED, THROWER)
    for key in ("receiver", "receiver", "thrower"):
        await camunda.start(key)
    assert await done(camunda, "go") == 204
    assert await tasks(camunda) == ["after", "begun", "got", "got"]


async def test_a_thrown_signal_reaches_its_tenant_and_what_is_of_none(camunda: CamundaClient) -> None:
    for tenant in ("north", "south"):
        await deployed(camunda, RECEIVER, THROWER, tenant=tenant)
        await started_in(camunda, "receiver", tenant)
    await deployed(camunda, RECEIVER, THROWER)
    await camunda.start("receiver")
    await camunda.start("thrower")
    assert await done(camunda, "go") == 204
    assert await tasks(camunda) == ["after", "got"]
    await camunda.start("receiver")
    await started_in(camunda, "thrower", "north")
    assert await done(camunda, "go") == 204
    assert await tasks(camunda) == ["after", "after", "got", "got", "got"]


async def test_an_end_event_throws_too(camunda: CamundaClient) -> None:
    ending = process(
        "ending", start(), user("go"), element("endEvent", "end", definition()), path("start", "go", "end")
    )
    await deployed(camunda, ending, STARTED)
    await camunda.start("ending")
    assert await done(camunda, "go") == 204
    assert await tasks(camunda) == ["begun"]


async def test_the_name_is_evaluated_where_the_event_stands(camunda: CamundaClient, served: Served) -> None:
    with_input = element("intermediateCatchEvent", "c", mapping({"x": "7"}) + definition("named"))
    waits = process("waits", start(), with_input, user("got"), path("start", "c", "got"))
    with_input = element("intermediateThrowEvent", "t", mapping({"x": "1"}) + definition("named"))
    throws = process("throws", start(), with_input, end(), path("start", "t", "end"))
    await deployed(camunda, waits, throws)
    instance = await camunda.start("waits", {"variables": {"x": {"value": 1}}})
    assert [name for name, _, _ in await waiting(served, instance)] == ["stop-1"]
    await camunda.start("throws", {"variables": {"x": {"value": 5}}})
    assert await tasks(camunda) == ["got"]


@pytest.mark.parametrize(
    ("inner", "given", "business_key"),
    [
        ("", {}, None),
        ('<camunda:in source="a" target="b"/>', {"b": 1}, None),
        ('<camunda:in source="none" target="b"/>', {"b": None}, None),
        ('<camunda:in sourceExpression="${a + 1}" target="b"/>', {"b": 2}, None),
        ('<camunda:in variables="all"/>', {"a": 1, "outer": "o", "own": "i"}, None),
        ('<camunda:in variables="all" local="true"/>', {"own": "i"}, None),
        (
            '<camunda:in variables="all"/><camunda:in source="a" target="outer"/>',
            {"a": 1, "outer": 1, "own": "i"},
            None,
        ),
        ('<camunda:in businessKey="${a}-key"/>', {}, "1-key"),
        ('<camunda:in source="a" target="b" businessKey="one"/><camunda:in businessKey="two"/>', {}, "two"),
    ],
)
async def test_a_signal_brings_what_its_definition_says(
    camunda: CamundaClient, inner: str, given: dict[str, object], business_key: str | None
) -> None:
    throws = element("intermediateThrowEvent", "t", mapping({"own": "i"}) + definition(inner=inner))
    await deployed(camunda, RECEIVER, STARTED, process("throws", start(), throws, end(), path("start", "t", "end")))
    instance = await camunda.start("receiver")
    await camunda.start("throws", {"variables": {"a": {"value": 1}, "outer": {"value": "o"}}, "businessKey": "theirs"})
    assert await variables(camunda, instance) == given
    (begun,) = (await camunda.get("/process-instance?processDefinitionKey=started")).json()
    assert (begun["businessKey"], await variables(camunda, begun["id"])) == (business_key, given)


async def test_a_file_that_is_passed_on_belongs_to_who_gets_it(camunda: CamundaClient) -> None:
    throws = process(
        "throws", start(), throw("t", inner='<camunda:in source="f" target="g"/>'), end(), path("start", "t", "end")
    )
    await deployed(camunda, RECEIVER, throws)
    instance = await camunda.start("receiver")
    file = {"value": "YWJj", "type": "File", "valueInfo": {"filename": "a.txt"}}
    await camunda.start("throws", {"variables": {"f": file}})
    (definition_,) = (await camunda.get("/process-definition?key=throws")).json()
    await camunda.delete(f"/process-definition/{definition_['id']}?cascade=true")
    answer = await camunda.get(f"/process-instance/{instance}/variables/g/data")
    assert (answer.status_code, answer.content) == (200, b"abc")


async def test_only_what_waits_at_that_moment_gets_a_signal(camunda: CamundaClient) -> None:
    twice = process(
        "twice", start(), user("go"), throw("t"), throw("t2", "s2"), user("after"),
        path("start", "go", "t", "t2", "after"),
    )  # fmt: skip
    both = process("both", start(), catch("c"), catch("c2", "s2"), user("got"), path("start", "c", "c2", "got"))
    await deployed(camunda, both, twice)
    instance = await camunda.start("both")
    await camunda.start("twice")
    assert await done(camunda, "go") == 204
    assert await _tree(camunda, instance) == [("c2", "intermediateSignalCatch")]


async def test_instances_that_answer_each_other_come_to_an_end_in_one_transaction(camunda: CamundaClient) -> None:
    asks = process(
        "asks", start(), parallel("fork"), throw("t"), user("asked"), catch("c2", "s2"), user("answered"),
        path("start", "fork", "t", "asked"), path("fork", "c2", "answered"),
    )  # fmt: skip
    answers = process("answers", start(), catch("c"), throw("t2", "s2"), end(), path("start", "c", "t2", "end"))
    await deployed(camunda, asks, answers)
    await camunda.start("answers")
    await camunda.start("asks")
    assert await tasks(camunda) == ["answered", "asked"]


async def test_conditions_are_judged_by_what_a_signal_brings_before_it_takes_effect(camunda: CamundaClient) -> None:
    condition = "<conditionalEventDefinition><condition>${x == 1}</condition></conditionalEventDefinition>"
    begins = element("startEvent", "esStart", condition)
    inner = begins + user("esWork") + path("esStart", "esWork")
    judged = RECEIVER.replace("</process>", element("subProcess", "es", inner, triggeredByEvent="true") + "</process>")
    given = '<camunda:in sourceExpression="${1}" target="x"/>'
    throws = process("throws", start(), throw("t", inner=given), end(), path("start", "t", "end"))
    await deployed(camunda, judged, throws)
    await camunda.start("receiver", {"variables": {"x": {"value": 0}}})
    assert await throw_signal(camunda, variables={"x": {"value": 1}}) == (204, None)
    await camunda.start("receiver", {"variables": {"x": {"value": 0}}})
    await camunda.start("throws")
    assert await tasks(camunda) == ["esWork", "esWork"]


async def test_signals_that_go_in_circles_come_to_an_end(camunda: CamundaClient, served: Served) -> None:
    begins = element("startEvent", "start", definition())
    await deployed(camunda, process("circle", begins, throw("t"), user("after"), path("start", "t", "after")))
    before = await served.dump()
    status, error = await throw_signal(camunda)
    assert (status, error) == (500, ("ProcessEngineException", "more than 1000 steps without a wait state"))
    assert await served.dump() == before


async def test_signals_that_multiply_come_to_an_end(
    camunda: CamundaClient, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "MOST_RECEIVERS", 60, raising=False)
    await camunda.deploy(("multiplying.bpmn", multiplying(6)))
    before = await served.dump()
    status, error = await throw_signal(camunda, name="g0")
    assert (status, error) == (500, ("ProcessEngineException", "more than 60 steps without a wait state"))
    assert await served.dump() == before
    assert await throw_signal(camunda, name="g1") == (204, None)  # to 2, 4 ... 32 receivers, 62 in all
    monkeypatch.setattr(signals, "MOST_RECEIVERS", 59)
    assert (await throw_signal(camunda, name="g1"))[0] == 500


async def test_one_signal_may_have_any_number_of_receivers(
    camunda: CamundaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "MOST_RECEIVERS", 1)
    again = process("again", start(), catch("c"), throw("t", "s2"), user("thrown"), path("start", "c", "t", "thrown"))
    twice = process("twice", element("startEvent", "start", definition("s2")), user("begun"), path("start", "begun"))
    await deployed(camunda, THROWER, RECEIVER, again, twice)
    await camunda.start("again")
    for _ in range(2):
        for _ in range(5):
            await camunda.start("receiver")
        await camunda.start("thrower")
        assert await throw_signal(camunda) == (204, None)
    for _ in range(5):
        await camunda.start("receiver")
    assert await done(camunda, "go") == 204
    assert await tasks(camunda) == sorted(["after", "begun", "go", "thrown", *["got"] * 15])
    for _ in range(2):
        await camunda.start("again")
    assert (await throw_signal(camunda))[0] == 500


# positions, in the instance that throws


_INSIDE = start("s1") + user("go") + throw("t") + user("after") + end("e1") + path("s1", "go", "t", "after", "e1")
_SUBPROCESS = start() + subprocess("sub", _INSIDE) + user("next") + end() + path("start", "sub", "next", "end")
_PLAIN = start() + user("go") + throw("t") + user("after") + end() + path("start", "go", "t", "after", "end")
_BESIDE = (
    start() + parallel("fork") + user("go") + throw("t") + user("after") + user("other")
    + path("start", "fork", "go", "t", "after") + path("fork", "other")
)  # fmt: skip
_GATEWAY = (
    start() + parallel("fork") + element("eventBasedGateway", "first") + catch("c") + user("got")
    + element("intermediateCatchEvent", "later", timer("timeDuration", "PT1H"))
    + user("go") + throw("t") + user("after")
    + path("start", "fork", "first", "c", "got") + path("first", "later") + path("fork", "go", "t", "after")
)  # fmt: skip
_BORDER = user("caught") + path("b", "caught")


@pytest.mark.parametrize(
    ("parts", "left"),
    [
        pytest.param([_SUBPROCESS, boundary("b", "sub"), _BORDER], ["caught"], id="boundary around the thrower"),
        pytest.param(
            [_SUBPROCESS, boundary("b", "sub", interrupting=False), _BORDER],
            ["after", "caught"],
            id="boundary beside the thrower",
        ),
        pytest.param([_BESIDE, boundary("b", "other"), _BORDER], ["after", "caught"], id="boundary elsewhere"),
        pytest.param(
            [_SUBPROCESS, event_subprocess("es")], ["esWork"], id="event subprocess that interrupts a scope inside"
        ),
        pytest.param([_BESIDE, event_subprocess("es")], ["esWork"], id="event subprocess that interrupts branches"),
        pytest.param(
            [_PLAIN, event_subprocess("es", interrupting=False)], ["after", "esWork"], id="event subprocess beside"
        ),
        pytest.param([_GATEWAY], ["after", "got"], id="event-based gateway"),
    ],
)
async def test_what_waits_in_the_throwers_instance_is_reached(
    camunda: CamundaClient, parts: list[str], left: list[str]
) -> None:
    await deployed(camunda, process("own", *parts))
    await camunda.start("own")
    assert await done(camunda, "go") == 204
    assert await tasks(camunda) == left


async def test_an_event_subprocess_is_lost_that_the_only_token_of_its_scope_sets_off(camunda: CamundaClient) -> None:
    """As in the vendor's engine, which leaves the scope with the throwing event."""
    inner = _INSIDE + event_subprocess("es")
    scoped = process("scoped", start(), subprocess("sub", inner), user("next"), path("start", "sub", "next"))
    await deployed(camunda, process("own", _PLAIN, event_subprocess("es")), scoped)
    instance = await camunda.start("own")
    assert await done(camunda, "go") == 204
    assert (await camunda.get(f"/process-instance/{instance}")).status_code == 404
    await camunda.start("scoped")
    assert await done(camunda, "go") == 204
    assert await tasks(camunda) == ["next"]


async def test_a_signal_does_not_begin_what_was_interrupted_before(camunda: CamundaClient) -> None:
    """Unlike the vendor's engine, which still finds the subscription in the database."""
    begins = element("startEvent", "begin", definition("s2"))
    over = element("subProcess", "over", begins + throw("t") + path("begin", "t"), triggeredByEvent="true")
    inner = start("in") + user("work") + path("in", "work") + event_subprocess("es", interrupting=False) + over
    scoped = process("scoped", start(), subprocess("sub", inner), user("next"), path("start", "sub", "next"))
    await deployed(camunda, scoped)
    await camunda.start("scoped")
    assert (await throw_signal(camunda, name="again"))[0] == 204
    assert await tasks(camunda) == ["next"]


async def test_events_have_the_vendors_types_and_scopes_the_variables(camunda: CamundaClient, served: Served) -> None:
    inner = '<camunda:in sourceExpression="new" target="w"/>'
    throws = start("s1") + user("go") + throw("t", inner=inner) + user("after") + path("s1", "go", "t", "after")
    beside = event_subprocess("es", interrupting=False)
    scope = subprocess("sub", mapping({"w": "1"}), throws, beside)
    model = process("types", start(), catch("c"), scope, path("start", "c", "sub"))
    await deployed(camunda, model)
    instance = await camunda.start("types")
    assert await _tree(camunda, instance) == [("c", "intermediateSignalCatch")]
    assert await throw_signal(camunda) == (204, None)
    assert await done(camunda, "go") == 204
    assert await tasks(camunda) == ["after", "esWork"]
    found = (await camunda.get(f"/variable-instance?processInstanceIdIn={instance}")).json()
    assert [(one["name"], one["value"], one["activityInstanceId"].partition(":")[0]) for one in found] == [
        ("w", "new", "sub")
    ]
    assert [event for _, event, _ in await waiting(served, instance)] == ["esStart"]
