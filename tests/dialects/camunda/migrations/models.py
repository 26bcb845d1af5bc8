"""The models of the migrations, by name. All are versions of one process; `q` and `q2` are called by some."""

from tests.dialects.camunda.migrations.drawing import (
    association,
    boundary,
    catch,
    compensation,
    condition,
    cycle,
    element,
    end,
    error,
    escalation,
    event_sub,
    extensions,
    external,
    flows,
    gateway,
    inputs,
    listener,
    message,
    model,
    several,
    signal,
    start,
    sub,
    throw,
    timer,
    user,
)

_LINE = flows("s>t>e")


def _task(*more: str, **attributes: str) -> str:
    return model(start(), user("t", **attributes), end(), _LINE, *more)


def _in_sub(*more: str, id_: str = "sp", inner: str = "t", **attributes: str) -> str:
    inside = sub(id_, start("is"), user(inner), end("ie"), flows(f"is>{inner}>ie"), *more, **attributes)
    return model(start(), inside, end(), flows(f"s>{id_}>e"))


def _with_event_sub(definition: str, *, stays: bool = False, id_: str = "es", begin: str = "ess") -> str:
    more = {"isInterrupting": "false"} if stays else {}
    return event_sub(id_, start(begin, definition, **more), user("et"), end("ee"), flows(f"{begin}>et>ee"))


def _several(*inner: str, number: int = 3, sequential: bool = False, **attributes: str) -> str:
    return model(start(), user("t", *inner, several(number, sequential=sequential), **attributes), end(), _LINE)


def _fork(kind: str = "parallel", *, more: str = "", wrapped: bool = False, a: str = "a", b: str = "b") -> str:
    inside = (
        gateway(kind, "fork")
        + user(a)
        + user(b)
        + gateway(kind, "join")
        + flows(f"fork>{a}>join, fork>{b}>join")
        + more
    )
    if wrapped:
        inner = sub("sp", start("is"), inside, end("ie"), flows("is>fork, join>ie"))
        return model(start(), inner, end(), flows("s>sp>e"))
    return model(start(), inside, end(), flows("s>fork, join>e"))


def _caught(*definition: str, id_: str = "c", **attributes: str) -> str:
    return model(start(), catch(id_, *definition, **attributes), user("t"), end(), flows(f"s>{id_}>t>e"))


def _gate(a: str, b: str, id_: str = "g") -> str:
    return model(
        start(),
        gateway("eventBased", id_),
        catch("c1", a),
        catch("c2", b),
        user("t"),
        flows(f"s>{id_}>c1>t, {id_}>c2>t"),
    )


def _call(key: str = "q", id_: str = "t", *more: str, **attributes: str) -> str:
    return model(
        start(), element("callActivity", id_, *more, calledElement=key, **attributes), end(), flows(f"s>{id_}>e")
    )


def _compensated(*, wrapped: bool = False, task: str = "t", handler: str = "undo") -> str:
    inside = (
        user(task)
        + boundary("bc", task, compensation())
        + element("userTask", handler, isForCompensation="true")
        + user("after")
        + throw("th", compensation())
    )
    tie = association("bc", handler)
    if wrapped:
        inner = sub("sp", start("is"), inside, end("ie"), flows(f"is>{task}>after>th>ie"), tie)
        return model(start(), inner, end(), flows("s>sp>e"))
    return model(start(), inside, end(), flows(f"s>{task}>after>th>e"), tie)


_LISTENED = extensions(listener("start", "${execution.setVariable('began', execution.currentActivityId)}"))
MODELS = {
    "one": _task(),
    "renamed": _task().replace('"t"', '"t2"').replace(">t<", ">t2<"),
    "other start": model(start("s0"), user("t"), end("e0"), flows("s0>t>e0")),
    "two": model(start(), user("t"), user("u"), end(), flows("s>t>u>e")),
    "external": model(start(), external("t"), end(), _LINE),
    "external other": model(start(), external("t", topic="other", c_taskPriority="7"), end(), _LINE),
    "manual": model(start(), element("manualTask", "t"), user("u"), flows("s>t>u")),
    "plain": model(start(), element("task", "t"), user("u"), flows("s>t>u")),
    "script": model(start(), element("serviceTask", "t", c_expression="${1}"), user("u"), flows("s>t>u")),
    "send": model(start(), element("sendTask", "t", c_type="external", c_topic="work"), user("u"), flows("s>t>u")),
    "rule": model(start(), element("businessRuleTask", "t", c_type="external", c_topic="r"), user("u"), flows("s>t>u")),
    "receive": model(start(), element("receiveTask", "t", messageRef="m1"), end(), _LINE),
    "receive other": model(start(), element("receiveTask", "t", messageRef="m2"), end(), _LINE),
    "before": _task(c_asyncBefore="true"),
    "after": _task(c_asyncAfter="true"),
    "before and after": _task(c_asyncBefore="true", c_asyncAfter="true"),
    "start async": model(start(c_asyncBefore="true"), user("t"), end(), _LINE),
    "start async other": model(start("s0", c_asyncBefore="true"), user("t"), end(), flows("s0>t>e")),
    "start after": model(start(c_asyncAfter="true"), user("t"), end(), _LINE),
    "script before": model(
        start(), element("serviceTask", "t", c_expression="${1}", c_asyncBefore="true"), user("u"), flows("s>t>u")
    ),
    "script after": model(
        start(), element("serviceTask", "t", c_expression="${1}", c_asyncAfter="true"), user("u"), flows("s>t>u")
    ),
    "end async": model(start(), user("t"), element("endEvent", "e", c_asyncBefore="true"), _LINE),
    "sub": _in_sub(),
    "sub other": _in_sub(id_="sq"),
    "sub renamed": _in_sub(inner="t2"),
    "sub before": _in_sub(c_asyncBefore="true"),
    "sub inner before": model(
        start(), sub("sp", start("is"), user("t", c_asyncBefore="true"), flows("is>t")), end(), flows("s>sp>e")
    ),
    "sub listened": model(start(), sub("sp", _LISTENED, start("is"), user("t"), flows("is>t")), end(), flows("s>sp>e")),
    "sub mapped": model(
        start(),
        sub("sp", extensions(inputs(y="${1 + 1}")), start("is"), user("t"), flows("is>t")),
        end(),
        flows("s>sp>e"),
    ),
    "nested": model(
        start(),
        sub("sp", start("is"), sub("sq", start("js"), user("t"), flows("js>t")), flows("is>sq")),
        end(),
        flows("s>sp>e"),
    ),
    "nested other way": model(
        start(),
        sub("sq", start("is"), sub("sp", start("js"), user("t"), flows("js>t")), flows("is>sp")),
        end(),
        flows("s>sq>e"),
    ),
    "transaction": model(
        start(),
        element("transaction", "sp", start("is"), user("t"), end("ie"), flows("is>t>ie")),
        end(),
        flows("s>sp>e"),
    ),
    "sub and task": model(
        start(), sub("sp", start("is"), user("u"), flows("is>u")), user("t"), end(), flows("s>sp>t>e")
    ),
    "timer": _task(boundary("b", "t", timer())),
    "timer later": _task(boundary("b", "t", timer("PT5H"))),
    "timer stays": _task(boundary("b", "t", timer(), stays=True), user("x"), flows("b>x")),
    "timer cycle": _task(boundary("b", "t", cycle("R3/PT1H"), stays=True), user("x"), flows("b>x")),
    "timer x": _task(boundary("b", "t", timer("PT${x}H"))),
    "two timers": _task(boundary("b", "t", timer()), boundary("b2", "t", timer("PT2H"))),
    "timer renamed": _task(boundary("b2", "t", timer())),
    "message": _task(boundary("b", "t", message())),
    "message other": _task(boundary("b", "t", message("m2"))),
    "message x": _task(boundary("b", "t", message("mx"))),
    "message stays": _task(boundary("b", "t", message(), stays=True), user("x"), flows("b>x")),
    "two messages": _task(boundary("b", "t", message()), boundary("b2", "t", message("m2"))),
    "signal": _task(boundary("b", "t", signal())),
    "condition": _task(boundary("b", "t", condition())),
    "condition other": _task(boundary("b", "t", condition("${x == 3}"))),
    "error": _task(boundary("b", "t", error())),
    "escalation": _task(boundary("b", "t", escalation())),
    "two hosts": model(
        start(),
        user("t"),
        boundary("b", "t", timer()),
        user("u"),
        boundary("d", "u", message()),
        end(),
        flows("s>t>u>e"),
    ),
    "two hosts crossed": model(
        start(),
        user("t"),
        boundary("d", "t", message()),
        user("u"),
        boundary("b", "u", timer()),
        end(),
        flows("s>t>u>e"),
    ),
    "sub timer": model(
        start(), sub("sp", start("is"), user("t"), flows("is>t")), boundary("b", "sp", timer()), end(), flows("s>sp>e")
    ),
    "sub message": model(
        start(),
        sub("sp", start("is"), user("t"), flows("is>t")),
        boundary("b", "sp", message()),
        end(),
        flows("s>sp>e"),
    ),
    "sub condition": model(
        start(),
        sub("sp", start("is"), user("t"), flows("is>t")),
        boundary("b", "sp", condition()),
        end(),
        flows("s>sp>e"),
    ),
    "sub condition inside": model(
        start(),
        sub("sp", start("is"), user("t"), flows("is>t"), _with_event_sub(condition())),
        end(),
        flows("s>sp>e"),
    ),
    "sub task timer": model(
        start(), sub("sp", start("is"), user("t"), boundary("b", "t", timer()), flows("is>t")), end(), flows("s>sp>e")
    ),
    "event sub": _task(_with_event_sub(message())),
    "event sub stays": _task(_with_event_sub(message(), stays=True)),
    "event sub other": _task(_with_event_sub(message("m2"))),
    "event sub renamed": _task(_with_event_sub(message(), id_="es2", begin="ess2")),
    "event sub start renamed": _task(_with_event_sub(message(), begin="ess2")),
    "event sub timer": _task(_with_event_sub(timer())),
    "event sub timer later": _task(_with_event_sub(timer("PT5H"))),
    "event sub signal": _task(_with_event_sub(signal())),
    "event sub condition": _task(_with_event_sub(condition())),
    "event sub error": _task(_with_event_sub(error())),
    "event sub escalation": _task(_with_event_sub(escalation())),
    "event sub in sub": _in_sub(_with_event_sub(message())),
    "event sub as sub": model(
        start(), user("t"), sub("es", start("ess"), user("et"), end("ee"), flows("ess>et>ee")), flows("s>t>es")
    ),
    "parallel": _fork(),
    "parallel renamed": _fork(a="a2"),
    "parallel in sub": _fork(wrapped=True),
    "parallel half in sub": model(
        start(),
        gateway("parallel", "fork"),
        sub("sp", start("is"), user("a"), end("ie"), flows("is>a>ie")),
        user("b"),
        gateway("parallel", "join"),
        end(),
        flows("s>fork>sp>join>e, fork>b>join"),
    ),
    "parallel three": _fork(more=user("c") + flows("fork>c>join")),
    "parallel other join": _fork().replace('"join"', '"joined"'),
    "inclusive": _fork("inclusive"),
    "join async": _fork().replace('id="join"', 'id="join" camunda:asyncBefore="true"'),
    "exclusive": model(
        start(),
        gateway("exclusive", "x"),
        user("a"),
        user("b"),
        '<sequenceFlow id="x-a" sourceRef="x" targetRef="a"/>',
        flows("s>x"),
    ),
    "join two": model(
        start(),
        gateway("parallel", "fork"),
        user("a"),
        user("b"),
        user("c"),
        gateway("parallel", "join"),
        gateway("parallel", "join2"),
        end(),
        flows("s>fork>a>join>join2>e, fork>b>join, fork>c>join2"),
    ),
    "several": _several(),
    "several four": _several(number=4),
    "several in turn": _several(sequential=True),
    "several before": _several(c_asyncBefore="true"),
    "several timer": model(start(), user("t", several()), boundary("b", "t", timer()), end(), _LINE),
    "several subs": model(start(), sub("sp", several(), start("is"), user("t"), flows("is>t")), end(), flows("s>sp>e")),
    "several subs in turn": model(
        start(), sub("sp", several(sequential=True), start("is"), user("t"), flows("is>t")), end(), flows("s>sp>e")
    ),
    "several in sub": model(
        start(), sub("sp", start("is"), user("t", several()), flows("is>t")), end(), flows("s>sp>e")
    ),
    "catch message": _caught(message()),
    "catch message other": _caught(message("m2")),
    "catch signal": _caught(signal()),
    "catch timer": _caught(timer()),
    "catch timer later": _caught(timer("PT5H")),
    "catch condition": _caught(condition()),
    "catch condition other": _caught(condition("${x == 3}")),
    "gate": _gate(message(), timer()),
    "gate other": _gate(message("m2"), timer("PT5H")),
    "gate signal": _gate(signal(), timer()),
    "gate renamed": _gate(message(), timer(), "g2"),
    "call": _call(),
    "call other": _call("q2"),
    "call renamed": _call(id_="t2"),
    "call timer": _call("q", "t").replace("</process>", boundary("b", "t", timer()) + "</process>"),
    "several calls": _call("q", "t", several(2)),
    "call in sub": model(
        start(),
        sub("sp", start("is"), element("callActivity", "t", calledElement="q"), flows("is>t")),
        end(),
        flows("s>sp>e"),
    ),
    "compensated": _compensated(),
    "compensated renamed": _compensated(handler="undo2"),
    "compensated in sub": _compensated(wrapped=True),
    "not compensated": model(start(), user("t"), user("after"), end(), flows("s>t>after>e")),
    "done sub": model(
        start(),
        sub(
            "sp",
            start("is"),
            user("t"),
            boundary("bc", "t", compensation()),
            element("userTask", "undo", isForCompensation="true"),
            end("ie"),
            flows("is>t>ie"),
            association("bc", "undo"),
        ),
        user("after"),
        throw("th", compensation()),
        end(),
        flows("s>sp>after>th>e"),
    ),
    "compensating sub": model(
        start(),
        sub(
            "sp",
            start("is"),
            user("t"),
            end("ie"),
            flows("is>t>ie"),
            event_sub("ces", start("cs", compensation()), user("undo"), end("ce"), flows("cs>undo>ce")),
        ),
        user("after"),
        throw("th", compensation()),
        end(),
        flows("s>sp>after>th>e"),
    ),
    "message start": model(start("s", message()), user("t"), end(), _LINE),
    "timeout": model(
        start(),
        user(
            "t",
            extensions(
                '<camunda:taskListener id="tl" event="timeout" expression="${1}">' + timer() + "</camunda:taskListener>"
            ),
        ),
        end(),
        _LINE,
    ),
    "timeout to fire": model(
        start(),
        user(
            "t",
            extensions(
                '<camunda:taskListener id="tl" event="timeout" expression="${1}">' + timer() + "</camunda:taskListener>"
            ),
        ),
        end(),
        _LINE,
    ),
    "timeout later": model(
        start(),
        user(
            "t",
            extensions(
                '<camunda:taskListener id="tl" event="timeout" expression="${1}">'
                + timer("PT5H")
                + "</camunda:taskListener>"
            ),
        ),
        end(),
        _LINE,
    ),
    "timeout much later": model(
        start(),
        user(
            "t",
            extensions(
                '<camunda:taskListener id="tl" event="timeout" expression="${1}">'
                + timer("PT6H")
                + "</camunda:taskListener>"
            ),
        ),
        end(),
        _LINE,
    ),
    "timeout renamed": model(
        start(),
        user(
            "t",
            extensions(
                '<camunda:taskListener id="tl2" event="timeout" expression="${1}">'
                + timer()
                + "</camunda:taskListener>"
            ),
        ),
        end(),
        _LINE,
    ),
    "sub ends": model(
        start(),
        sub(
            "sp",
            extensions(
                listener("end", "${execution.setVariable('ended', execution.currentActivityId)}"),
                '<camunda:inputOutput><camunda:outputParameter name="out">${1 + 2}</camunda:outputParameter>'
                "</camunda:inputOutput>",
            ),
            start("is"),
            user("t"),
            flows("is>t"),
        ),
        end(),
        flows("s>sp>e"),
    ),
    "local": model(start(), user("t", extensions(inputs(y="${x + 1}"))), end(), _LINE),
    "parallel local": model(
        start(),
        gateway("parallel", "fork"),
        sub("sp", extensions(inputs(y="${1}")), start("is"), user("a", extensions(inputs(y="${2}"))), flows("is>a")),
        user("b"),
        flows("s>fork>sp, fork>b"),
    ),
    "after two ways": model(start(), user("t", c_asyncAfter="true"), user("u"), user("v"), flows("s>t>u, t>v")),
    "after other way": model(start(), user("t", c_asyncAfter="true"), user("w"), flows("s>t>w")),
    "after no way": model(start(), user("t", c_asyncAfter="true"), flows("s>t")),
    "several inner before": model(
        start(), user("t", several().replace("isSequential", 'camunda:asyncBefore="true" isSequential')), end(), _LINE
    ),
    "start in sub": model(
        start("s0"), sub("sp", start("s", c_asyncBefore="true"), user("t"), flows("s>t")), end(), flows("s0>sp>e")
    ),
    "event sub task": model(
        start(),
        user("t"),
        event_sub("es", start("ess", message()), user("et"), boundary("b", "et", timer()), flows("ess>et")),
        end(),
        _LINE,
    ),
    "failing": model(
        start(), element("serviceTask", "t", c_expression="${x}", c_asyncBefore="true"), user("u"), flows("s>t>u")
    ),
    "call failing": _call("q3"),
    "other key": model(start(), user("t"), end(), _LINE, key="p2"),
}
CALLED = {
    "q": model(start(), user("qt"), end(), flows("s>qt>e"), key="q"),
    "q3": model(start(), external("qt3"), end(), flows("s>qt3>e"), key="q3"),
    "q2": model(start(), user("qt2"), end(), flows("s>qt2>e"), key="q2"),
}
