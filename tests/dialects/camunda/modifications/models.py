"""The models of the cases: elements as they stand in a file, and flows as pairs of ids."""

_LISTEN = """<extensionElements><camunda:executionListener event="start" expression="${execution.setVariable('log',
log.concat(' +ID'))}"/><camunda:executionListener event="end" expression="${execution.setVariable('log',
log.concat(' -ID'))}"/></extensionElements>"""


def flows(pairs: str) -> str:
    """Sequence flows: ``a>b`` is one from a to b, with the id ``a_b``."""
    found = [one.split(">") for one in pairs.split()]
    return "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in found)


def users(ids: str) -> str:
    """User tasks."""
    return "".join(f'<userTask id="{one}"/>' for one in ids.split())


def ends(ids: str) -> str:
    """A start event ``s`` of the process, and end events."""
    return '<startEvent id="s"/>' + "".join(f'<endEvent id="{one}"/>' for one in ids.split())


def scope(id_: str, content: str, more: str = "") -> str:
    """An embedded subprocess."""
    return f'<subProcess id="{id_}" {more}>{content}</subProcess>'


def listening(id_: str) -> str:
    """Execution listeners that write when something begins and ends."""
    return _LISTEN.replace("ID", id_)


def _process(key: str, content: str) -> str:
    return f'<process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">{content}</process>'


_EVENTS = (
    '<message id="m" name="M"/><message id="n" name="N"/><signal id="sig" name="S"/>'
    '<error id="er" errorCode="E"/><escalation id="esc" escalationCode="X"/>'
)
_CATCH_M = '<messageEventDefinition messageRef="m"/>'
_SEVERAL = "multiInstanceLoopCharacteristics"
_LOOP = f"<{_SEVERAL}><loopCardinality>3</loopCardinality></{_SEVERAL}>"
_IN_TURN = f'<{_SEVERAL} isSequential="true"><loopCardinality>3</loopCardinality></{_SEVERAL}>'
_INSIDE = '<startEvent id="is"/>' + users("I J") + '<endEvent id="ie"/>' + flows("is>I I>J J>ie")
_INPUT = """<extensionElements><camunda:inputOutput><camunda:inputParameter name="in">${1 + 1}</camunda:inputParameter>
<camunda:outputParameter name="out">${in}</camunda:outputParameter></camunda:inputOutput></extensionElements>"""


def _event_scope(id_: str, start: str, inside: str, more: str = "") -> str:
    return scope(id_, start + inside, f'triggeredByEvent="true" {more}')


def _models() -> dict[str, str]:
    line = ends("e") + users("A B") + flows("s>A A>B B>e")
    nested = '<startEvent id="is"/>' + users("I") + '<endEvent id="ie"/>'
    deep = scope(
        "P", '<startEvent id="ps"/>' + scope("Q", nested + flows("is>I I>ie")) + users("J") + flows("ps>Q Q>J")
    )
    beside = (
        "<startEvent id='es' isInterrupting='false'>" + _CATCH_M + "</startEvent>" + users("K L") + flows("es>K K>L")
    )
    inter = beside.replace("false", "true")
    boundary = f'<boundaryEvent id="b" attachedToRef="A">{_CATCH_M}</boundaryEvent>'
    forked = (
        ends("e")
        + '<parallelGateway id="g"/><parallelGateway id="h"/>'
        + users("A B C")
        + flows("s>g g>A g>B A>h B>h h>C C>e")
    )
    called = users("V W") + ends("e") + flows("s>V V>W W>e")
    return {
        "line": line,
        "bare": ends("e") + users("A") + flows("s>A"),
        "choice": ends("e") + users("A B C") + flows("s>A A>B A>C"),
        "auto": ends("e") + users("A") + '<task id="T"/>' + flows("s>A A>T T>e"),
        "scoped": ends("e") + users("A B") + scope("P", _INSIDE) + flows("s>A A>P P>B B>e"),
        "deep": ends("e") + users("A B") + deep + flows("s>A A>P P>B B>e"),
        "forked": forked,
        "inclusive": forked.replace("parallelGateway", "inclusiveGateway"),
        "loop": ends("e") + users("A B") + f'<userTask id="x">{_LOOP}</userTask>' + flows("s>A A>x x>B B>e"),
        "turn": ends("e") + users("A B") + f'<userTask id="x">{_IN_TURN}</userTask>' + flows("s>A A>x x>B B>e"),
        "loopscope": ends("e") + users("A") + scope("x", _LOOP + _INSIDE) + flows("s>A A>x x>e"),
        "turnscope": ends("e") + users("A") + scope("x", _IN_TURN + _INSIDE) + flows("s>A A>x x>e"),
        "beside": ends("e") + users("A B") + _event_scope("P", beside, "") + flows("s>A A>B B>e"),
        "inter": ends("e") + users("A B") + _event_scope("P", inter, "") + flows("s>A A>B B>e"),
        "innerinter": ends("e")
        + users("A")
        + scope("Q", _INSIDE + _event_scope("P", inter, ""))
        + flows("s>A A>Q Q>e"),
        "edge": ends("e f") + users("A B C") + boundary + flows("s>A A>B B>e b>C C>f"),
        "edgebeside": ends("e f")
        + users("A B C")
        + boundary.replace("<boundaryEvent", '<boundaryEvent cancelActivity="false"')
        + flows("s>A A>B B>e b>C C>f"),
        "edgescope": ends("e f")
        + users("A C")
        + scope("P", _INSIDE)
        + boundary.replace('"A"', '"P"')
        + flows("s>A A>P P>e b>C C>f"),
        "before": ends("e")
        + users("A")
        + '<userTask id="B" camunda:asyncBefore="true"/>'
        + '<userTask id="C" camunda:asyncAfter="true"/><userTask id="D"/>'
        + flows("s>A A>B B>C C>D D>e"),
        "beforescope": ends("e")
        + users("A")
        + scope("P", _INSIDE, 'camunda:asyncBefore="true" camunda:asyncAfter="true"')
        + flows("s>A A>P P>e"),
        "late": '<startEvent id="s" camunda:asyncBefore="true"/><endEvent id="e"/>' + users("A") + flows("s>A A>e"),
        "calls": ends("e") + users("A B") + '<callActivity id="K" calledElement="called"/>' + flows("s>A A>K K>B B>e"),
        "called": called,
        "heard": _heard(),
        "mapped": ends("e")
        + users("A")
        + f'<userTask id="B">{_INPUT}</userTask>'
        + scope("P", _INPUT + _INSIDE)
        + flows("s>A A>B B>P P>e"),
        "told": ends("e") + f'<userTask id="A">{_TASK_LISTENERS}</userTask>' + users("B") + flows("s>A A>B B>e"),
        "timed": ends("e")
        + '<startEvent id="t"><messageEventDefinition messageRef="n"/></startEvent>'
        + users("A B")
        + flows("s>A t>B A>e B>e"),
        "wait": ends("e")
        + users("A")
        + f'<intermediateCatchEvent id="c">{_CATCH_M}</intermediateCatchEvent>'
        + '<eventBasedGateway id="g"/>'
        + f'<intermediateCatchEvent id="d">{_CATCH_M}</intermediateCatchEvent>'
        + '<serviceTask id="w" camunda:type="external" camunda:topic="T"/>'
        + flows("s>A A>c c>g g>d d>w w>e"),
        "fails": ends("e")
        + users("A")
        + '<serviceTask id="w" camunda:expression="${missing}"/>'
        + flows("s>A A>w w>e"),
        "stops": ends("e")
        + users("A B")
        + '<endEvent id="z"><terminateEventDefinition/></endEvent>'
        + flows("s>A A>B B>z"),
        "initiated": '<startEvent id="s" camunda:initiator="who"/><endEvent id="e"/>' + users("A") + flows("s>A A>e"),
        "undone": ends("e")
        + users("A B")
        + scope(
            "P",
            _INSIDE
            + '<boundaryEvent id="cb" attachedToRef="I"><compensateEventDefinition/></boundaryEvent>'
            + '<userTask id="U" isForCompensation="true"/>'
            + '<association id="as" sourceRef="cb" targetRef="U" associationDirection="One"/>',
        )
        + '<intermediateThrowEvent id="ct"><compensateEventDefinition/></intermediateThrowEvent>'
        + flows("s>A A>P P>B B>ct ct>e"),
    } | _more(called)


def _event(kind: str, id_: str, definition: str, more: str = "") -> str:
    return f'<{kind} id="{id_}" {more}>{definition}</{kind}>'


def _condition(id_: str, flow: str, text: str) -> str:
    source, target = flow.split(">")
    return (
        f'<sequenceFlow id="{id_}" sourceRef="{source}" targetRef="{target}"><conditionExpression>{text}'
        "</conditionExpression></sequenceFlow>"
    )


def _more(called: str) -> dict[str, str]:
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    inside = '<startEvent id="is"/>' + users("I") + flows("is>I")
    joined = (
        '<startEvent id="is"/><parallelGateway id="g"/><parallelGateway id="h"/>'
        + users("I J M")
        + flows("is>g g>I g>J I>h J>h h>M")
    )
    when = "<conditionalEventDefinition><condition>${v == 1}</condition></conditionalEventDefinition>"
    triggered = _event("startEvent", "cs", when, 'isInterrupting="false"') + users("K") + flows("cs>K")
    link = '<linkEventDefinition name="L"/>'
    return {
        "choosy": ends("e")
        + users("A B C")
        + '<exclusiveGateway id="x"/>'
        + flows("s>A A>x")
        + _condition("x_B", "x>B", "${v == 1}")
        + _condition("x_C", "x>C", "${v == 2}"),
        "ended": ends("e")
        + users("A B C")
        + scope(
            "P",
            inside
            + _event("endEvent", "z", "<terminateEventDefinition/>")
            + _event("endEvent", "y", '<errorEventDefinition errorRef="er"/>')
            + _event("endEvent", "w", '<escalationEventDefinition escalationRef="esc"/>'),
        )
        + _event("boundaryEvent", "b", '<errorEventDefinition errorRef="er"/>', 'attachedToRef="P"')
        + _event(
            "boundaryEvent",
            "d",
            '<escalationEventDefinition escalationRef="esc"/>',
            'attachedToRef="P" cancelActivity="false"',
        )
        + flows("s>A A>P P>e b>B d>C"),
        "joined": ends("e") + users("A") + scope("P", joined) + flows("s>A A>P P>e"),
        "timers": ends("e")
        + users("A B")
        + scope("P", inside)
        + _event("boundaryEvent", "tb", timer, 'attachedToRef="P"')
        + flows("s>A A>P P>e tb>B"),
        "edgeloop": ends("e")
        + users("A B C")
        + f'<userTask id="x">{_LOOP}</userTask>'
        + _event("boundaryEvent", "b", _CATCH_M, 'attachedToRef="x"')
        + flows("s>A A>x x>B b>C"),
        "jobloop": ends("e")
        + users("A B")
        + '<userTask id="x">'
        + _LOOP.replace("Characteristics>", 'Characteristics camunda:asyncBefore="true">', 1)
        + "</userTask>"
        + flows("s>A A>x x>B"),
        "callloop": ends("e")
        + users("A B")
        + f'<callActivity id="K" calledElement="called">{_LOOP}</callActivity>'
        + flows("s>A A>K K>B"),
        "hears": ends("e")
        + users("A")
        + '<callActivity id="K" calledElement="heard"><extensionElements><camunda:in variables="all"/>'
        + "</extensionElements></callActivity>"
        + flows("s>A A>K K>e"),
        "lateheard": listening("p")
        + f'<startEvent id="s" camunda:asyncBefore="true">{listening("s")}</startEvent>'
        + users("A")
        + flows("s>A"),
        "conditional": ends("e")
        + users("A B")
        + scope("P", inside + _event_scope("Q", triggered, ""))
        + _event_scope("R", triggered.replace("cs", "rs").replace("K", "L"), "")
        + flows("s>A A>B B>P P>e"),
        "signals": ends("e")
        + users("A")
        + _event("intermediateThrowEvent", "t", '<signalEventDefinition signalRef="sig"/>')
        + users("B C")
        + _event("boundaryEvent", "b", '<signalEventDefinition signalRef="sig"/>', 'attachedToRef="A"')
        + flows("s>A A>t t>B b>C"),
        "links": ends("e")
        + users("A B")
        + _event("intermediateThrowEvent", "lt", link)
        + _event("intermediateCatchEvent", "lc", link)
        + flows("s>A A>lt lc>B"),
        "transacted": ends("e")
        + users("A B")
        + '<transaction id="P">'
        + inside
        + _event("endEvent", "x", "<cancelEventDefinition/>")
        + flows("I>x")
        + "</transaction>"
        + _event("boundaryEvent", "cb", "<cancelEventDefinition/>", 'attachedToRef="P"')
        + flows("s>A A>P P>e cb>B"),
    }


def _heard() -> str:
    """A process that writes down what begins and ends."""
    inside = f'<startEvent id="is">{listening("is")}</startEvent><userTask id="I">{listening("I")}</userTask>'
    taken = _TAKE.replace("ID", "A_P")
    return (
        listening("p")
        + f'<startEvent id="s">{listening("s")}</startEvent><endEvent id="e">{listening("e")}</endEvent>'
        + f'<userTask id="A">{listening("A")}</userTask>'
        + scope("P", listening("P") + inside + users("J") + flows("is>I I>J"))
        + flows("s>A P>e")
        + f'<sequenceFlow id="A_P" sourceRef="A" targetRef="P">{taken}</sequenceFlow>'
    )


_TAKE = """<extensionElements><camunda:executionListener event="take"
expression="${execution.setVariable('log', log.concat(' >ID'))}"/></extensionElements>"""
_TASK_LISTENERS = """<extensionElements><camunda:taskListener event="create"
expression="${task.execution.setVariable('log', log.concat(' create'))}"/><camunda:taskListener event="delete"
expression="${task.execution.setVariable('log', log.concat(' delete'))}"/></extensionElements>"""
MODELS = {key: _EVENTS + _process(key, content) for key, content in _models().items()}
