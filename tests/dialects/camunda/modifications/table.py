"""The table of cases."""

from typing import Any, NamedTuple

Json = Any
#: What is done, and with what.
Step = tuple[str, Json]


class Case(NamedTuple):
    """A process, further processes that are deployed with it, and what is done."""

    title: str
    key: str
    steps: list[Step]
    more: tuple[str, ...] = ()


def before(activity: str, **more: Json) -> Json:
    """An instruction to start before an activity."""
    return {"type": "startBeforeActivity", "activityId": activity, **more}


def after(activity: str, **more: Json) -> Json:
    """An instruction to start after an activity."""
    return {"type": "startAfterActivity", "activityId": activity, **more}


def take(flow: str, **more: Json) -> Json:
    """An instruction to take a flow."""
    return {"type": "startTransition", "transitionId": flow, **more}


def cancel(activity: str | None = None, **more: Json) -> Json:
    """An instruction to cancel."""
    named = {} if activity is None else {"activityId": activity}
    return {"type": "cancel", **named, **more}


def modify(*instructions: Json, **more: Json) -> Step:
    """Modify the instance."""
    return "modify", {"instructions": list(instructions), **more}


def create(*instructions: Json, **more: Json) -> Step:
    """Start an instance at other places."""
    return "create", {"startInstructions": list(instructions), **more}


def start(**variables: Json) -> Step:
    """Start an instance."""
    return "start", {"variables": values(**variables)}


def done(task: str) -> Step:
    """Complete the first task of an activity."""
    return "done", task


def job(activity: str) -> Step:
    """Carry the job of an activity out."""
    return "job", activity


def values(**variables: Json) -> Json:
    """Variables as the API has them."""
    return {name: {"value": value} for name, value in variables.items()}


def local(**variables: Json) -> Json:
    """Local variables as the API has them."""
    return {name: {"value": value, "local": True} for name, value in variables.items()}


_LOG = values(log="")


def _starts() -> list[Case]:
    return [
        Case("start before", "line", [create(before("B")), done("B")]),
        Case("start before the start event", "line", [create(before("s"))]),
        Case("start before the end event", "line", [create(before("e"))]),
        Case("start before two", "line", [create(before("A"), before("B")), done("A"), done("B"), done("B")]),
        Case("start before the same twice", "line", [create(before("B"), before("B")), done("B"), done("B")]),
        Case("start after", "line", [create(after("A"))]),
        Case("start after the last", "line", [create(after("B"))]),
        Case("start after and before", "line", [create(after("B"), before("A"))]),
        Case("start on a flow", "line", [create(take("A_B"))]),
        Case("start after one without flows", "bare", [create(after("A"))]),
        Case("start after one with two flows", "choice", [create(after("A"))]),
        Case("start in a scope", "scoped", [create(before("J")), done("J")]),
        Case("start at a scope", "scoped", [create(before("P"))]),
        Case("start after a scope", "scoped", [create(after("P"))]),
        Case("start twice in a scope", "scoped", [create(before("I"), before("J"))]),
        Case("start two scopes", "scoped", [create(before("P"), before("P"))]),
        Case("start in an ambiguous scope", "scoped", [create(before("P"), before("P"), before("I"))]),
        Case("start deep inside", "deep", [create(before("I")), done("I")]),
        Case("start deep inside after outside", "deep", [create(before("J"), before("I"), after("Q"))]),
        Case("start with variables", "line", [create(before("B", variables=values(a=1)), variables=values(b=2))]),
        Case("start with local variables", "line", [create(before("B", variables=local(a=1)))]),
        Case(
            "start two with local variables",
            "line",
            [create(before("A", variables=local(a=1)), before("B", variables=local(a=2) | values(c=3)))],
        ),
        Case("start in a scope with local variables", "scoped", [create(before("I", variables=local(a=1)))]),
        Case("start at a scope with local variables", "scoped", [create(before("P", variables=local(a=1)))]),
        Case(
            "start with variables in return",
            "line",
            [
                create(
                    before("B", variables=values(a=1)),
                    variables=values(b=2),
                    withVariablesInReturn=True,
                    businessKey="k",
                ),
            ],
        ),
        Case(
            "start without waiting with variables in return",
            "auto",
            [
                create(before("T", variables=values(a=1)), variables=values(b=2), withVariablesInReturn=True),
            ],
        ),
        Case("start before a job", "before", [create(before("B")), job("B"), done("B")]),
        Case("start on a flow to a job", "before", [create(take("A_B"))]),
        Case("start after a job after", "before", [create(after("C"))]),
        Case("start at a scope before a job", "beforescope", [create(before("P")), job("P")]),
        Case("start in a scope with jobs", "beforescope", [create(before("I")), done("I"), done("J"), job("P")]),
        Case("start before a late start event", "late", [create(before("s")), job("s")]),
        Case("start with listeners", "heard", [create(before("I"), variables=_LOG), done("I")]),
        Case("start on a flow with listeners", "heard", [create(take("A_P"), variables=_LOG)]),
        Case("start after with listeners", "heard", [create(after("A"), variables=_LOG)]),
        Case("start at the start event with listeners", "heard", [create(before("s"), variables=_LOG), done("A")]),
        Case(
            "start without listeners",
            "heard",
            [create(before("I"), variables=_LOG, skipCustomListeners=True), done("I")],
        ),
        Case("start with mappings", "mapped", [create(before("B"), before("I")), done("B")]),
        Case("start without mappings", "mapped", [create(before("B"), before("I"), skipIoMappings=True), done("B")]),
        Case("start with an initiator", "initiated", [create(before("A"))]),
        Case("start at the initiator", "initiated", [create(before("s"))]),
        Case("start at a message start event", "timed", [create(before("t"))]),
        Case("start at an event", "wait", [create(before("c"), before("g"), before("w"))]),
        Case("start behind a gateway", "wait", [create(before("d"))]),
        Case("start at what fails", "fails", [create(before("w"))]),
        Case("start at a fork", "forked", [create(before("g")), done("A")]),
        Case("start at a join", "forked", [create(before("h"))]),
        Case("start twice at a join", "forked", [create(before("h"), before("h"))]),
        Case("start on both flows to a join", "forked", [create(take("A_h"), take("B_h")), done("C")]),
        Case("start at an inclusive join", "inclusive", [create(before("h"), before("A")), done("A")]),
        Case("start in several", "loop", [create(before("x")), done("x")]),
        Case("start two of several", "loop", [create(before("x"), before("x")), done("x"), done("x")]),
        Case("start the body of several", "loop", [create(before("x#multiInstanceBody")), done("x")]),
        Case("start after several", "loop", [create(after("x"))]),
        Case("start after the body of several", "loop", [create(after("x#multiInstanceBody"))]),
        Case("start in a sequence", "turn", [create(before("x")), done("x")]),
        Case("start two in a sequence", "turn", [create(before("x"), before("x"))]),
        Case("start the body of a sequence", "turn", [create(before("x#multiInstanceBody")), done("x")]),
        Case("start in scopes of several", "loopscope", [create(before("J")), done("J")]),
        Case("start in a scope of a sequence", "turnscope", [create(before("J")), done("J")]),
        Case("start one of several with local variables", "loop", [create(before("x", variables=local(a=1)))]),
        Case("start an event subprocess", "beside", [create(before("P"))]),
        Case("start in an event subprocess", "beside", [create(before("L"))]),
        Case("start at the start of an event subprocess", "beside", [create(before("es"))]),
        Case("start an interrupting event subprocess", "inter", [create(before("A"), before("P"))]),
        Case("start in an interrupting event subprocess", "inter", [create(before("A"), before("L"))]),
        Case("start at an interrupting start", "inter", [create(before("A"), before("es"))]),
        Case("start at a boundary event", "edge", [create(before("b"))]),
        Case("start beside a boundary event", "edge", [create(before("A"), before("b"))]),
        Case("start a call", "calls", [create(before("K")), done("V"), done("W")], ("called",)),
        Case("start at a terminate end", "stops", [create(before("A"), before("z"))]),
        Case("start at no activity", "line", [create(before("nowhere"))]),
        Case("start at no flow", "line", [create(take("nowhere"))]),
        Case("start after no activity", "line", [create(after("nowhere"))]),
        Case("start at no activity as the second", "line", [create(before("A"), before("nowhere"))]),
        Case("start without an activity", "line", [create({"type": "startBeforeActivity"})]),
        Case("start after without an activity", "line", [create({"type": "startAfterActivity"})]),
        Case("start without a flow", "line", [create({"type": "startTransition"})]),
        Case("start with both", "line", [create(before("A", transitionId="A_B"))]),
        Case("start on a flow with an activity", "line", [create(take("A_B", activityId="A"))]),
        Case("start without a type", "line", [create({"activityId": "A"})]),
        Case("start with another type", "line", [create({"type": "jump", "activityId": "A"})]),
        Case("start by cancelling", "line", [create(cancel("A"))]),
        Case("start by cancelling what has begun", "line", [create(before("A"), cancel("A"))]),
        Case("start with an ancestor", "line", [create(before("A", ancestorActivityInstanceId="none"))]),
        Case(
            "start with an unreadable variable",
            "line",
            [
                create(before("A", variables={"a": {"value": "x", "type": "Integer"}})),
            ],
        ),
        Case("start with no instructions", "line", [create()]),
        Case("start with null instructions", "line", [("create", {"startInstructions": None})]),
        Case(
            "start skipping without instructions",
            "heard",
            [
                ("create", {"variables": _LOG, "skipCustomListeners": True, "skipIoMappings": True}),
            ],
        ),
        Case("start with the process as activity", "line", [create(before("line"))]),
    ]


def _moves() -> list[Case]:
    s = start()
    return [
        Case("cancel and start", "line", [s, modify(cancel("A"), before("B")), done("B")]),
        Case("start and cancel", "line", [s, modify(before("B"), cancel("A"))]),
        Case("cancel everything", "line", [s, modify(cancel("A"))]),
        Case("cancel by instance", "line", [s, modify(cancel(activityInstanceId="{A}"), after("A"))]),
        Case("cancel the instance", "line", [s, modify(cancel(activityInstanceId="{i}"))]),
        Case("cancel the instance and start", "line", [s, modify(cancel(activityInstanceId="{i}"), before("B"))]),
        Case("cancel and pass to the end", "line", [s, modify(cancel("A"), after("B"))]),
        Case("pass to the end and cancel", "line", [s, modify(after("B"), cancel("A"))]),
        Case("start beside", "line", [s, modify(before("B")), done("A"), done("B")]),
        Case("start the same again", "line", [s, modify(before("A")), done("A")]),
        Case("cancel what is there twice", "line", [s, modify(before("A")), modify(cancel("A"))]),
        Case("cancel what was started", "line", [s, modify(before("A"), cancel("A"))]),
        Case(
            "cancel what is there and not what was started",
            "line",
            [s, modify(cancel("A", cancelCurrentActiveActivityInstances=True), before("A"))],
        ),
        Case(
            "start and cancel only what was there",
            "line",
            [s, modify(before("A"), cancel("A", cancelCurrentActiveActivityInstances=True))],
        ),
        Case("cancel what is not there", "line", [s, modify(cancel("B"))]),
        Case("cancel no activity", "line", [s, modify(cancel("nowhere"))]),
        Case("cancel no activity instance", "line", [s, modify(cancel(activityInstanceId="nowhere"))]),
        Case("cancel no transition instance", "line", [s, modify(cancel(transitionInstanceId="nowhere"))]),
        Case("cancel nothing", "line", [s, modify(cancel())]),
        Case("cancel two things", "line", [s, modify(cancel("A", activityInstanceId="{A}"))]),
        Case("cancel a flow", "line", [s, modify(cancel(transitionId="A_B"))]),
        Case("start before nothing", "line", [s, modify({"type": "startBeforeActivity"})]),
        Case("start after nothing", "line", [s, modify({"type": "startAfterActivity"})]),
        Case("take nothing", "line", [s, modify({"type": "startTransition"})]),
        Case("take and cancel", "line", [s, modify(take("A_B", activityInstanceId="{A}"))]),
        Case("start before an instance", "line", [s, modify(before("A", activityInstanceId="{A}"))]),
        Case("no type", "line", [s, modify({"activityId": "A"})]),
        Case("another type", "line", [s, modify({"type": "jump", "activityId": "A"})]),
        Case("no instructions", "line", [s, modify()]),
        Case("null instructions", "line", [s, ("modify", {"instructions": None})]),
        Case("null instruction", "line", [s, ("modify", {"instructions": [None]})]),
        Case("an empty body", "line", [s, ("modify", {})]),
        Case("start at no activity in it", "line", [s, modify(before("nowhere"))]),
        Case("start after no activity in it", "line", [s, modify(after("nowhere"))]),
        Case("take no flow in it", "line", [s, modify(take("nowhere"))]),
        Case("start after one without flows in it", "bare", [s, modify(after("A"))]),
        Case("start after one with two flows in it", "choice", [s, modify(after("A"))]),
        Case("an error undoes everything", "line", [s, modify(cancel("A"), before("B"), before("nowhere"))]),
        Case("no ancestor", "line", [s, modify(before("A", ancestorActivityInstanceId="nowhere"))]),
        Case("another ancestor", "scoped", [s, modify(before("B", ancestorActivityInstanceId="{A}"))]),
        Case(
            "the instance as ancestor",
            "scoped",
            [
                s,
                done("A"),
                modify(before("J", ancestorActivityInstanceId="{i}")),
            ],
        ),
        Case(
            "a scope as ancestor",
            "scoped",
            [
                s,
                done("A"),
                modify(before("P")),
                modify(before("J", ancestorActivityInstanceId="{P}")),
            ],
        ),
        Case(
            "a scope as ancestor of what is outside",
            "scoped",
            [
                s,
                done("A"),
                modify(before("B", ancestorActivityInstanceId="{P}")),
            ],
        ),
        Case("an ambiguous ancestor", "scoped", [s, done("A"), modify(before("P")), modify(before("J"))]),
        Case("into a scope", "scoped", [s, modify(cancel("A"), before("J")), done("J"), done("B")]),
        Case("into a scope that is there", "scoped", [s, done("A"), modify(before("J")), done("I"), done("J")]),
        Case("within a scope", "scoped", [s, done("A"), modify(cancel("I"), before("J"))]),
        Case("within a scope, started first", "scoped", [s, done("A"), modify(before("J"), cancel("I"))]),
        Case("cancel the last in a scope", "scoped", [s, done("A"), modify(cancel("I"))]),
        Case("cancel the last in a scope beside others", "scoped", [s, modify(before("I")), modify(cancel("I"))]),
        Case("cancel a scope", "scoped", [s, done("A"), modify(cancel("P"), before("B"))]),
        Case("cancel two scopes", "scoped", [s, modify(before("P"), before("P")), modify(cancel("P"), cancel("A"))]),
        Case("cancel one of two scopes", "scoped", [s, modify(before("P"), before("P")), modify(cancel("I"))]),
        Case("deep into scopes", "deep", [s, modify(cancel("A"), before("I")), done("I")]),
        Case("deep in scopes", "deep", [s, done("A"), modify(before("J"), cancel("I"))]),
        Case("cancel deep in scopes", "deep", [s, done("A"), modify(cancel("I"))]),
        Case("cancel deep in scopes and start outside", "deep", [s, done("A"), modify(cancel("I"), before("J"))]),
        Case("one branch of two", "forked", [s, modify(cancel("A"))]),
        Case("one branch of two to the join", "forked", [s, modify(cancel("A"), take("A_h")), done("B")]),
        Case("the join when one is there", "forked", [s, done("A"), modify(before("h")), done("B")]),
        Case("cancel what waits at the join", "forked", [s, done("A"), modify(cancel("h")), done("B")]),
        Case(
            "cancel what waits at the join by instance",
            "forked",
            [
                s,
                done("A"),
                modify(cancel(activityInstanceId="{h}")),
            ],
        ),
        Case("cancel what the join waits for", "forked", [s, done("A"), modify(cancel("B"))]),
        Case("cancel what an inclusive join waits for", "inclusive", [s, done("A"), modify(cancel("B"))]),
        Case("an inclusive join", "inclusive", [s, done("A"), modify(before("h")), done("B")]),
        Case("cancel both branches", "forked", [s, modify(cancel("A"), cancel("B"), before("C"))]),
        Case("fork again", "forked", [s, modify(before("g")), done("A"), done("A"), done("B")]),
        Case("one more of several", "loop", [s, done("A"), modify(before("x")), done("x")]),
        Case(
            "one less of several",
            "loop",
            [s, done("A"), modify(cancel(activityInstanceId="{x:1}")), done("x"), done("x")],
        ),
        Case(
            "one less of several when one has ended",
            "loop",
            [
                s,
                done("A"),
                done("x"),
                modify(cancel(activityInstanceId="{x:1}")),
                done("x"),
            ],
        ),
        Case("none of several", "loop", [s, done("A"), modify(cancel("x"))]),
        Case("none of several beside another", "loop", [s, modify(before("x")), modify(cancel("x"))]),
        Case(
            "the last of several when some have ended",
            "loop",
            [
                s,
                done("A"),
                done("x"),
                done("x"),
                modify(cancel("x")),
            ],
        ),
        Case("the body of several again", "loop", [s, done("A"), modify(before("x#multiInstanceBody"))]),
        Case("cancel the body of several", "loop", [s, done("A"), modify(cancel("x#multiInstanceBody"), before("B"))]),
        Case(
            "one of several with a counter",
            "loop",
            [
                s,
                done("A"),
                modify(before("x", variables=local(loopCounter=7, a=1))),
            ],
        ),
        Case("another in a sequence", "turn", [s, done("A"), modify(before("x"))]),
        Case("cancel in a sequence", "turn", [s, done("A"), modify(cancel("x"))]),
        Case("cancel in a sequence and start", "turn", [s, done("A"), modify(cancel("x"), before("x")), done("x")]),
        Case("scopes of several", "loopscope", [s, done("A"), modify(before("x")), done("I")]),
        Case("in scopes of several", "loopscope", [s, done("A"), modify(before("J"))]),
        Case(
            "in one of several scopes",
            "loopscope",
            [
                s,
                done("A"),
                modify(before("J", ancestorActivityInstanceId="{x:1}")),
            ],
        ),
        Case(
            "in a further of several scopes",
            "loopscope",
            [
                s,
                done("A"),
                modify(before("J", ancestorActivityInstanceId="{x#multiInstanceBody}")),
            ],
        ),
        Case("in a scope of a sequence", "turnscope", [s, done("A"), modify(before("J")), done("I"), done("J")]),
        Case("an event subprocess", "beside", [s, modify(before("P")), done("K")]),
        Case("in an event subprocess", "beside", [s, modify(before("L"))]),
        Case("its start event", "beside", [s, modify(before("es"))]),
        Case("an interrupting event subprocess", "inter", [s, modify(before("P"))]),
        Case("in an interrupting event subprocess", "inter", [s, modify(before("L")), done("A")]),
        Case("its interrupting start event", "inter", [s, modify(before("es")), done("K"), done("L")]),
        Case("an interrupting event subprocess in a scope", "innerinter", [s, done("A"), modify(before("es"))]),
        Case("an interrupting event subprocess in no scope", "innerinter", [s, modify(before("es"))]),
        Case("in an event subprocess in a scope", "innerinter", [s, done("A"), modify(before("L"))]),
        Case("cancel in an event subprocess", "inter", [s, modify(before("es")), modify(cancel("K"))]),
        Case("cancel all and keep the event subprocess", "beside", [s, modify(cancel("A"), before("B"))]),
        Case("the boundary event", "edge", [s, modify(before("b")), done("C")]),
        Case("the boundary event of nothing", "edge", [s, done("A"), modify(before("b"))]),
        Case("the boundary event of two", "edge", [s, modify(before("A")), modify(before("b"))]),
        Case("the boundary event beside", "edgebeside", [s, modify(before("b"))]),
        Case("the boundary event of a scope", "edgescope", [s, done("A"), modify(before("b"))]),
        Case("the boundary event of a scope that comes", "edgescope", [s, modify(before("J"))]),
        Case("after a boundary event", "edge", [s, modify(after("b"))]),
        Case("a job before", "before", [s, modify(cancel("A"), before("B")), job("B")]),
        Case("cancel a job before", "before", [s, done("A"), modify(cancel("B"), before("A"))]),
        Case(
            "cancel a job before by instance",
            "before",
            [
                s,
                done("A"),
                modify(cancel(transitionInstanceId="{B~}"), before("C")),
            ],
        ),
        Case("cancel a job after", "before", [s, modify(before("C")), done("C"), modify(cancel("C"))]),
        Case(
            "cancel a transition as an activity",
            "before",
            [
                s,
                done("A"),
                modify(cancel(activityInstanceId="{B~}")),
            ],
        ),
        Case("cancel an activity as a transition", "before", [s, modify(cancel(transitionInstanceId="{A}"))]),
        Case("a scope with jobs", "beforescope", [s, done("A"), modify(before("I")), job("P")]),
        Case("cancel a job before a scope", "beforescope", [s, done("A"), modify(cancel("P"), before("A"))]),
        Case(
            "cancel a job after a scope",
            "beforescope",
            [
                s,
                modify(before("J"), cancel("A")),
                done("J"),
                modify(cancel("P"), before("A")),
            ],
        ),
        Case("into a call", "calls", [s, modify(cancel("A"), before("K")), done("V")], ("called",)),
        Case("cancel a call", "calls", [s, done("A"), modify(cancel("K"), before("B"))], ("called",)),
        Case("cancel a call and all", "calls", [s, done("A"), modify(cancel("K"))], ("called",)),
        Case("beside a call", "calls", [s, done("A"), modify(before("B")), done("V"), done("W")], ("called",)),
        Case("in a call no activity of the called", "calls", [s, done("A"), modify(before("V"))], ("called",)),
        Case("listeners", "heard", [start(log=""), modify(cancel("A"), before("I"))]),
        Case("listeners of a flow", "heard", [start(log=""), modify(cancel("A"), take("A_P"))]),
        Case(
            "listeners are left out",
            "heard",
            [
                start(log=""),
                modify(cancel("A"), before("I"), skipCustomListeners=True),
                done("I"),
            ],
        ),
        Case("listeners at the end", "heard", [start(log=""), modify(before("I"), cancel("I"))]),
        Case("mappings", "mapped", [s, modify(cancel("A"), before("B")), modify(cancel("B"), before("I"))]),
        Case(
            "mappings are left out",
            "mapped",
            [
                s,
                modify(cancel("A"), before("B"), skipIoMappings=True),
                modify(cancel("B"), before("I"), skipIoMappings=True),
                done("I"),
            ],
        ),
        Case("outputs are left out", "mapped", [s, done("A"), modify(cancel("B"), before("A"), skipIoMappings=True)]),
        Case("task listeners", "told", [start(log=""), modify(cancel("A"), before("A"))]),
        Case(
            "task listeners are left out",
            "told",
            [
                start(log=""),
                modify(cancel("A"), before("A"), skipCustomListeners=True),
            ],
        ),
        Case("variables", "line", [s, modify(before("B", variables=values(a=1)))]),
        Case("local variables", "line", [s, modify(before("B", variables=local(a=1)))]),
        Case("local variables of the only one", "line", [s, modify(cancel("A"), before("B", variables=local(a=1)))]),
        Case("local variables of a scope", "scoped", [s, modify(cancel("A"), before("J", variables=local(a=1)))]),
        Case("local variables in a scope", "scoped", [s, done("A"), modify(before("J", variables=local(a=1)))]),
        Case("local variables at a scope", "scoped", [s, modify(before("P", variables=local(a=1)))]),
        Case(
            "variables in a scope that has them",
            "mapped",
            [
                s,
                modify(before("I")),
                modify(before("J", variables=values(**{"in": 9}))),
            ],
        ),
        Case("local variables of a flow", "line", [s, modify(take("A_B", variables=local(a=1)))]),
        Case(
            "an unreadable variable",
            "line",
            [
                s,
                modify(before("A", variables={"a": {"value": "x", "type": "Integer"}})),
            ],
        ),
        Case(
            "events",
            "wait",
            [s, modify(before("c"), before("d"), before("g"), before("w")), modify(cancel("g"), cancel("w"))],
        ),
        Case("what fails", "fails", [s, modify(before("w"))]),
        Case("a terminate end", "stops", [s, modify(before("z"))]),
        Case("a terminate end and more", "stops", [s, modify(before("z"), before("B"))]),
        Case(
            "what was done is kept",
            "undone",
            [
                s,
                done("A"),
                done("I"),
                modify(before("I")),
                done("J"),
                done("I"),
                done("J"),
                done("B"),
            ],
        ),
        Case(
            "what was done is cancelled",
            "undone",
            [s, done("A"), done("I"), modify(cancel("J"), before("B")), done("B")],
        ),
        Case("with an annotation", "line", [s, modify(cancel("A"), before("B"), annotation="because")]),
        Case("an unknown member", "line", [s, modify(cancel("A", nothing=1), before("B"), more=2)]),
    ]


def message(name: str = "M") -> Step:
    """Correlate a message to everything that waits for it."""
    return "/message", {"messageName": name, "all": True}


def modify_called(*instructions: Json, **more: Json) -> Step:
    """Modify the instance that the instance has called."""
    return "/process-instance/{sub}/modification", {"instructions": list(instructions), **more}


def _events() -> list[Case]:
    s, gate, calls = start(), [start(), done("A"), message()], ("called",)
    return [
        Case(
            "the start event of an event subprocess that has begun",
            "beside",
            [
                s,
                modify(before("P")),
                modify(before("es")),
            ],
        ),
        Case(
            "an interrupting start of an event subprocess that has begun",
            "inter",
            [
                s,
                modify(before("L")),
                modify(before("es")),
            ],
        ),
        Case("an interrupting event subprocess once more", "inter", [s, modify(before("es")), modify(before("P"))]),
        Case(
            "an event subprocess of several scopes",
            "innerinter",
            [
                s,
                modify(before("Q"), before("Q")),
                modify(before("P")),
            ],
        ),
        Case(
            "an interrupting event subprocess of one of several scopes",
            "innerinter",
            [
                s,
                modify(before("Q")),
                modify(before("Q")),
                modify(before("P", ancestorActivityInstanceId="{Q}")),
            ],
        ),
        Case("what waited for the instance waits still", "inter", [s, modify(before("es")), message()]),
        Case(
            "what waited for the instance is there after all was cancelled",
            "inter",
            [
                s,
                modify(cancel("A"), before("B")),
                message(),
            ],
        ),
        Case("an event behind a gateway", "wait", [*gate, modify(before("d"))]),
        Case("an event behind a gateway that waits twice", "wait", [*gate, modify(before("g")), modify(before("d"))]),
        Case("a gateway is cancelled", "wait", [*gate, modify(cancel("g"), before("A"))]),
        Case(
            "an ambiguous scope around the one that is missing",
            "deep",
            [
                s,
                modify(before("J")),
                modify(before("P")),
                modify(before("I")),
            ],
        ),
        Case("a condition that fails after a gateway", "choosy", [s, modify(before("x"))]),
        Case("a gateway", "choosy", [start(v=2), modify(before("x"), variables=values(v=1))]),
        Case("a gateway by a variable of the instruction", "choosy", [s, modify(before("x", variables=values(v=1)))]),
        Case("a terminate end in a scope", "ended", [s, done("A"), modify(before("z"))]),
        Case("an error end in a scope", "ended", [s, done("A"), modify(before("y"))]),
        Case("an error end in a scope that is not there", "ended", [s, modify(before("y"))]),
        Case("an escalation in a scope", "ended", [s, done("A"), modify(before("w"))]),
        Case("a join in a scope", "joined", [s, done("A"), done("I"), modify(cancel("J"))]),
        Case("what waits at a join in a scope", "joined", [s, done("A"), done("I"), modify(cancel("h"), cancel("J"))]),
        Case("a join twice", "joined", [s, done("A"), modify(before("h"), before("h"))]),
        Case("a timer", "timers", [s, modify(before("P"), cancel("A")), job("tb")]),
        Case("a timer is cancelled", "timers", [s, modify(before("P")), modify(cancel("I"))]),
        Case("a scope with a timer goes on", "timers", [s, modify(before("P")), modify(cancel("I"), before("A"))]),
        Case("a body with a boundary event", "edgeloop", [s, modify(before("x")), modify(before("b"))]),
        Case("a body with a boundary event is cancelled", "edgeloop", [s, modify(before("x")), modify(cancel("x"))]),
        Case("after a body", "edgeloop", [s, modify(after("x#multiInstanceBody"))]),
        Case("jobs of several", "jobloop", [s, modify(before("x")), modify(before("x")), job("x"), done("x")]),
        Case("a job of several is cancelled", "jobloop", [s, modify(before("x"), before("x")), modify(cancel("x"))]),
        Case("several calls", "callloop", [s, modify(before("K")), done("V"), done("W")], calls),
        Case("one of several calls", "callloop", [s, done("A"), modify(before("K")), done("V")], calls),
        Case("the called", "calls", [s, done("A"), modify_called(cancel("V"), before("W")), done("W")], calls),
        Case("the called to its end", "calls", [s, done("A"), modify_called(cancel("V"), before("e"))], calls),
        Case("the called is cancelled", "calls", [s, done("A"), modify_called(cancel("V"))], calls),
        Case(
            "the called is cancelled beside another",
            "calls",
            [
                s,
                modify(before("K")),
                modify_called(cancel("V")),
            ],
            calls,
        ),
        Case(
            "listeners of what is called are left out",
            "hears",
            [
                start(log=""),
                modify(before("K"), skipCustomListeners=True),
            ],
            ("heard",),
        ),
        Case("listeners of what is called", "hears", [start(log=""), modify(before("K"))], ("heard",)),
        Case(
            "listeners of a called instance that is cancelled are left out",
            "hears",
            [
                start(log=""),
                modify(before("K")),
                modify(cancel("K"), skipCustomListeners=True),
            ],
            ("heard",),
        ),
        Case(
            "listeners of the process and a late start event",
            "lateheard",
            [
                create(before("s"), variables=_LOG),
                job("s"),
            ],
        ),
        Case(
            "listeners at the end of the process",
            "heard",
            [
                start(log=""),
                modify(cancel("A"), after("P")),
            ],
        ),
        Case("a condition", "conditional", [s, modify(before("B", variables=values(v=1)))]),
        Case("start with a condition that holds", "conditional", [create(before("B"), variables=values(v=1))]),
        Case(
            "start with a condition that comes to hold",
            "conditional",
            [
                create(before("I", variables=values(v=1))),
                done("I"),
            ],
        ),
        Case(
            "a condition that comes to hold in a scope",
            "conditional",
            [
                s,
                modify(before("I", variables=values(v=1))),
                modify(before("I", variables=values(v=1))),
            ],
        ),
        Case("a condition of a scope that begins", "conditional", [start(v=1), modify(before("I"))]),
        Case("a signal", "signals", [s, modify(before("t"))]),
        Case(
            "a business key and variables of an instance that begins and ends",
            "line",
            [
                create(before("B", variables=values(a=1)), take("B_e"), variables=values(b=2), businessKey="k"),
                done("B"),
            ],
        ),
        Case("a transition to a scope", "scoped", [s, modify(take("P_B"), take("A_P"), cancel("A"))]),
        Case("a transition in a scope", "scoped", [s, modify(take("I_J")), modify(take("J_ie")), done("J")]),
        Case("the end of a scope", "scoped", [s, done("A"), modify(before("ie")), modify(cancel("I"))]),
        Case("the end of a scope that is not there", "scoped", [s, modify(before("ie"))]),
        Case("the start event of a scope", "scoped", [s, done("A"), modify(before("is")), modify(cancel("I"))]),
        Case(
            "two scopes by ancestors",
            "scoped",
            [
                s,
                modify(
                    before("I", ancestorActivityInstanceId="{i}"),
                    before("J", ancestorActivityInstanceId="{i}"),
                    cancel("A"),
                ),
                done("J"),
            ],
        ),
        Case("several of several", "loopscope", [s, modify(before("J"), before("I")), done("J"), done("I")]),
        Case("a body beside a body", "loop", [s, modify(before("x")), done("A"), modify(before("x"))]),
        Case(
            "a boundary event that waits after a modification", "edge", [s, modify(before("A"), cancel("A")), message()]
        ),
        Case("a boundary event of what was started", "edge", [s, modify(cancel("A"), before("A")), message()]),
        Case("a link", "links", [s, modify(before("lt"))]),
        Case("a link that is caught", "links", [s, modify(before("lc"))]),
        Case("a handler in its scope", "undone", [s, done("A"), done("I"), modify(before("U"))]),
        Case("the event of a handler", "undone", [s, done("A"), modify(before("cb"))]),
        Case("throwing compensation", "undone", [s, done("A"), done("I"), modify(before("ct"))]),
        Case(
            "cancelling compensation",
            "undone",
            [
                s,
                done("A"),
                done("I"),
                done("J"),
                done("B"),
                modify(cancel("U"), before("B")),
            ],
        ),
        Case(
            "cancelling what throws compensation",
            "undone",
            [
                s,
                done("A"),
                done("I"),
                done("J"),
                done("B"),
                modify(cancel("ct"), before("B")),
            ],
        ),
        Case("a transaction", "transacted", [s, modify(before("I")), modify(before("x"))]),
        Case("local variables before a job", "before", [s, modify(before("B", variables=local(a=1))), job("B")]),
        Case(
            "local variables are gone with their activity",
            "line",
            [
                s,
                modify(before("B", variables=local(a=1))),
                done("B"),
            ],
        ),
        Case("local variables of what is passed", "auto", [s, modify(before("T", variables=local(a=1)))]),
        Case(
            "a variable that an instance holds already",
            "line",
            [
                start(a=1),
                modify(before("B", variables=values(a=2))),
            ],
        ),
        Case(
            "a local variable beside one of the instance",
            "line",
            [
                start(a=1),
                modify(before("B", variables=local(a=2))),
            ],
        ),
        Case("many at once", "line", [s, modify(*[before("B")] * 5, cancel("A")), modify(cancel("B"), after("A"))]),
        Case(
            "all instructions in one",
            "deep",
            [
                s,
                modify(before("I"), take("Q_J"), after("Q"), cancel("A"), before("B"), cancel("J"), before("Q")),
            ],
        ),
    ]


CASES = [*_starts(), *_moves(), *_events()]
