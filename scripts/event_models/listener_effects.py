"""Models in which listeners change what happens next, task listeners change their task, and expressions do the work."""

from bpmn_writing import boundary, document, element, end, external, flow, gateway, message, path, start, timer, user
from event_models.definitions import Models

_ASYNC = {"camunda_asyncBefore": "true", "camunda_asyncAfter": "true"}


def models() -> Models:
    """All of them."""
    return _executions() | _tasks() | _expressions() | _scripts()


def listeners(*pairs: tuple[str, str], kind: str = "executionListener") -> str:
    """Listeners: events and expressions."""
    written = "".join(f'<camunda:{kind} event="{event}" expression="{text}"/>' for event, text in pairs)
    return f"<extensionElements>{written}</extensionElements>"


def _put(name: str, value: str) -> str:
    return f"${{execution.setVariable('{name}', {value})}}"


def _executions() -> Models:
    way = [listeners(("start", _put("way", "'none'")), ("end", _put("late", "1"))), start()]
    fork = [
        gateway("exclusive", "fork"),
        flow("fork", "left", "${way == 'left'}"),
        flow("fork", "right", "${way == 'right'}"),
    ]
    work = element(
        "userTask",
        "work",
        listeners(("start", _put("who", "'ann'")), ("end", _put("way", "'left'"))),
        camunda_assignee="${who}",
    )
    take = element(
        "sequenceFlow", "go", listeners(("take", _put("way", "'right'"))), sourceRef="work", targetRef="fork"
    )
    ends = [user("left"), user("right"), end(), path("left", "end"), path("right", "end")]
    own = element(
        "userTask",
        "own",
        listeners(
            ("start", "${execution.setVariableLocal('mine', 1)}"), ("end", "${execution.removeVariable('mine')}")
        ),
    )
    views = "execution.eventName.concat(' ').concat(execution.currentActivityId).concat(' ').concat(execution.canceled)"
    seen = element("userTask", "seen", listeners(("start", _put("seen", views)), ("end", _put("seen", views))))
    taken = _put("taken", "execution.currentTransitionId.concat(' ').concat(execution.currentActivityId)")
    flow_ = element("sequenceFlow", "on", listeners(("take", taken)), sourceRef="seen", targetRef="after")
    guard = boundary("guard", "seen", message("news")) + path("guard", "after")
    key = "${execution.setProcessBusinessKey('key')}"
    return {
        "listener-sets-what-follows": document(
            "listener-sets-what-follows", *way, work, take, *fork, *ends, path("start", "work")
        ),
        "listener-sets-own-variable": document(
            "listener-sets-own-variable", start(), own, user("after"), end(), path("start", "own", "after", "end")
        ),
        "listener-sees-execution": document(
            "listener-sees-execution",
            start(),
            seen,
            user("after"),
            end(),
            guard,
            flow_,
            path("start", "seen"),
            path("after", "end"),
        ),
        "listener-sets-business-key": document(
            "listener-sets-business-key",
            start(),
            element("userTask", "work", listeners(("end", key))),
            element("userTask", "after", name="${execution.processBusinessKey}"),
            path("start", "work", "after"),
        ),
    }


def _tasks() -> Models:
    changes = {
        "assignee": "${task.setAssignee('zoe')}",
        "owner": "${task.setOwner('zoe')}",
        "priority": "${task.setPriority(80)}",
        "name": "${task.setName('renamed')}",
        "description": "${task.setDescription(task.name.concat(task.eventName))}",
        "candidate": "${task.addCandidateGroup('staff')}",
        "variable": "${task.setVariableLocal('own', task.assignee)}",
        "delegation": "${task.delegate('bob')}",
        "completion": "${task.complete()}",
    }
    found: Models = {}
    for event in ("create", "assignment"):
        for name, text in changes.items():
            key = f"task-listener-{event}-{name}"
            work = element(
                "userTask",
                "work",
                listeners((event, text), kind="taskListener"),
                name="work",
                camunda_assignee="ann",
                camunda_candidateUsers="cu",
            )
            parts = [start(), work, user("after"), end(), path("start", "work", "after", "end")]
            found[key] = document(key, *parts)
    for kind, when in (("duration", "<timeDuration>PT1H</timeDuration>"), ("cycle", "<timeCycle>R3/PT1H</timeCycle>")):
        for name in ("priority", "completion"):
            key = f"task-listener-timeout-{kind}-{name}"
            timeout = (
                f'<extensionElements><camunda:taskListener id="late" event="timeout" expression="{changes[name]}">'
                f"<timerEventDefinition>{when}</timerEventDefinition></camunda:taskListener></extensionElements>"
            )
            work = element("userTask", "work", timeout, name="work")
            guard = boundary("guard", "work", timer("PT2H"), beside=True) + path("guard", "guarded", "end")
            parts = [start(), work, guard, user("guarded"), user("after"), end(), path("start", "work", "after", "end")]
            found[key] = document(key, *parts)
    return found


def _expressions() -> Models:
    found: Models = {}
    for kind in ("serviceTask", "sendTask", "businessRuleTask"):
        for style, attributes in (("", {}), ("-async", _ASYNC)):
            key = f"expression-{kind}{style}"
            work = element(
                kind, "work", camunda_expression="${amount + 1}", camunda_resultVariable="result", **attributes
            )
            parts = [start(), work, user("after"), end(), path("start", "work", "after", "end")]
            found[key] = document(key, *parts)
    mapping = (
        '<extensionElements><camunda:inputOutput><camunda:inputParameter name="result">1</camunda:inputParameter>'
        '<camunda:outputParameter name="out">${result}</camunda:outputParameter>'
        "</camunda:inputOutput></extensionElements>"
    )
    work = element("serviceTask", "work", mapping, camunda_expression="${result}2", camunda_resultVariable="result")
    guard = boundary("guard", "work", message("news")) + path("guard", "after")
    parts = [start(), work, guard, user("after"), end(), path("start", "work", "after", "end")]
    found["expression-mapped"] = document("expression-mapped", *parts)
    sent = message("news", camunda_expression=_put("sent", "true"), camunda_resultVariable="result")
    thrown = element("intermediateThrowEvent", "thrown", sent)
    parts = [start(), thrown, user("after"), end("end", sent), user("other"), path("start", "thrown", "after", "end")]
    fork = [
        gateway("parallel", "fork"),
        external("ship"),
        path("start", "fork", "thrown"),
        path("fork", "ship", "other"),
    ]
    parts = [start(), thrown, user("after"), end("end", sent), user("other"), *fork, path("thrown", "after", "end")]
    found["expression-message"] = document("expression-message", *parts)
    return found


def _scripts() -> Models:
    """Listeners that are scripts."""
    written = "<camunda:{0} event='{1}'><camunda:script scriptFormat='{2}'>{3}</camunda:script></camunda:{0}>"

    def listener(event: str, text: str, kind: str = "executionListener", language: str = "javascript") -> str:
        return written.format(kind, event, language, text)

    held = "<extensionElements>{}</extensionElements>".format
    noted = "execution.setVariable('log', (execution.getVariable('log') || '') + ' {}');".format
    task = "task.setVariable('log', log + ' {0}'); task.{1}".format
    work = element(
        "userTask",
        "work",
        held(
            listener("start", noted("start"))
            + listener("start", "${execution.setVariable('log', log.concat(' juel'))}", language="juel")
            + listener("end", noted("end"))
            + listener("create", task("create", "setPriority(70);"), "taskListener")
            + listener("complete", task("complete", "setName('done');"), "taskListener")
        ),
    )
    taken = element("sequenceFlow", "go", held(listener("take", noted("take"))), sourceRef="work", targetRef="after")
    own = held(listener("start", noted("begin")) + listener("end", noted("over")))
    parts = [own, start(), work, taken, user("after"), end(), path("start", "work"), path("after", "end")]
    return {"listener-scripts": document("listener-scripts", *parts)}
