"""A process that waits for events, for tests of dialects that know nothing of events, and the ways to let them come."""

from taskbridge.service import events
from taskbridge.service.unit import Services, Unit
from taskbridge.store import instances, jobs, subscriptions
from taskbridge.store.jobs import JobRow
from taskbridge.store.subscriptions import SubscriptionRow
from tests.bpmn import definitions

HOUR = 3_600_000
#: The work of ``ann`` throws an escalation, which begins ``note`` beside it; then the process waits for a message or an
#: hour, and after ``read`` for another message. A third message begins ``tidy`` in the place of everything else.
WAITING = definitions(
    """<message id="m1" name="answered"/><message id="m2" name="delivered"/><message id="m3" name="stopped"/>
<escalation id="e" escalationCode="E"/>
<process id="waiting" name="Waiting" isExecutable="true"><startEvent id="start"/>
<userTask id="ask" name="Ask" camunda:assignee="ann"/>
<intermediateThrowEvent id="raise"><escalationEventDefinition escalationRef="e"/></intermediateThrowEvent>
<eventBasedGateway id="first" name="An answer, or an hour"/>
<intermediateCatchEvent id="answered" name="Answered"><messageEventDefinition messageRef="m1"/></intermediateCatchEvent>
<intermediateCatchEvent id="late" name="Late">
<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
<userTask id="read" name="Read" camunda:assignee="ann"/>
<receiveTask id="parcel" name="Wait for the parcel" messageRef="m2"/><endEvent id="end"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="ask"/><sequenceFlow id="f2" sourceRef="ask" targetRef="raise"/>
<sequenceFlow id="f3" sourceRef="raise" targetRef="first"/>
<sequenceFlow id="f4" sourceRef="first" targetRef="answered"/>
<sequenceFlow id="f5" sourceRef="first" targetRef="late"/><sequenceFlow id="f6" sourceRef="answered" targetRef="read"/>
<sequenceFlow id="f7" sourceRef="late" targetRef="read"/><sequenceFlow id="f8" sourceRef="read" targetRef="parcel"/>
<sequenceFlow id="f9" sourceRef="parcel" targetRef="end"/>
<subProcess id="noting" triggeredByEvent="true"><startEvent id="raised" isInterrupting="false">
<escalationEventDefinition escalationRef="e"/></startEvent><userTask id="note" name="Note" camunda:assignee="ann"/>
<sequenceFlow id="n1" sourceRef="raised" targetRef="note"/><endEvent id="noted"/>
<sequenceFlow id="n2" sourceRef="note" targetRef="noted"/></subProcess>
<subProcess id="stopping" triggeredByEvent="true"><startEvent id="stopped">
<messageEventDefinition messageRef="m3"/></startEvent><userTask id="tidy" name="Tidy up" camunda:assignee="ann"/>
<sequenceFlow id="s1" sourceRef="stopped" targetRef="tidy"/><endEvent id="tidied"/>
<sequenceFlow id="s2" sourceRef="tidy" targetRef="tidied"/></subProcess></process>"""
)


async def happens(services: Services, instance: int, message: str) -> None:
    """Let the instance receive a message that it waits for."""

    def work(unit: Unit) -> None:
        instances.lock_roots(unit.tx, [instance])
        (row,) = [one for one in subscriptions.of_instance(unit.tx, instance) if one.name == message]
        events.receive(unit, row)

    await services.run(work)


async def awaited(services: Services, instance: int) -> list[str]:
    """The names of the messages, and the nodes of the timers, that the instance waits for."""

    def work(unit: Unit) -> tuple[list[SubscriptionRow], list[JobRow]]:
        return subscriptions.of_instance(unit.tx, instance), jobs.find(unit.tx, jobs.of_instances([instance]))

    messages, timers = await services.run(work)
    return sorted([one.name or "" for one in messages] + [one.node_id or "" for one in timers])
