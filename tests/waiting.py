"""A process that waits for events, for tests of dialects that know nothing of events, and the ways to let them come."""

from starlette.types import ASGIApp

from taskbridge.service.uuids import Kind, encode
from tests.bpmn import definitions
from tests.client import CamundaClient

HOUR = 3_600_000
#: The work of ``ann`` throws a signal, and an escalation, which begins ``note`` beside it; then the process waits for a
#: message or an hour, and after ``read`` for another message. A third message begins ``tidy`` in the place of all else.
WAITING = definitions(
    """<message id="m1" name="answered"/><message id="m2" name="delivered"/><message id="m3" name="stopped"/>
<escalation id="e" escalationCode="E"/><signal id="s" name="asked"/>
<process id="waiting" name="Waiting" isExecutable="true"><startEvent id="start"/>
<userTask id="ask" name="Ask" camunda:assignee="ann"/>
<intermediateThrowEvent id="shout"><signalEventDefinition signalRef="s"/></intermediateThrowEvent>
<intermediateThrowEvent id="raise"><escalationEventDefinition escalationRef="e"/></intermediateThrowEvent>
<eventBasedGateway id="first" name="An answer, or an hour"/>
<intermediateCatchEvent id="answered" name="Answered"><messageEventDefinition messageRef="m1"/></intermediateCatchEvent>
<intermediateCatchEvent id="late" name="Late">
<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
<userTask id="read" name="Read" camunda:assignee="ann"/>
<receiveTask id="parcel" name="Wait for the parcel" messageRef="m2"/><endEvent id="end"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="ask"/><sequenceFlow id="f2" sourceRef="ask" targetRef="shout"/>
<sequenceFlow id="f2b" sourceRef="shout" targetRef="raise"/>
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
#: A process that begins with waiting for that signal; after it there is work.
LISTENING = definitions(
    """<signal id="s" name="asked"/><process id="listening" name="Listening" isExecutable="true">
<startEvent id="start"/><intermediateCatchEvent id="asked" name="Wait for a question">
<signalEventDefinition signalRef="s"/></intermediateCatchEvent>
<userTask id="heard" name="Heard" camunda:assignee="ann"/><endEvent id="end"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="asked"/><sequenceFlow id="f2" sourceRef="asked" targetRef="heard"/>
<sequenceFlow id="f3" sourceRef="heard" targetRef="end"/></process>"""
)


async def happens(app: ASGIApp, instance: int, message: str) -> None:
    """Let the instance receive a message that it waits for."""
    camunda = CamundaClient(app)
    told = {"messageName": message, "processInstanceId": encode(Kind.PROCESS_INSTANCE, instance)}
    answer = await camunda.post("/message", told)
    assert answer.status_code == 204, answer.text
    await camunda.close()


async def awaited(app: ASGIApp, instance: int) -> list[str]:
    """The names of the messages, and the nodes of the timers, that the instance waits for."""
    camunda, shown = CamundaClient(app), encode(Kind.PROCESS_INSTANCE, instance)
    subscriptions = (await camunda.get(f"/event-subscription?processInstanceId={shown}")).json()
    jobs = (await camunda.get(f"/job?processInstanceId={shown}")).json()
    declared = {one["id"]: one["activityId"] for one in (await camunda.get("/job-definition")).json()}
    await camunda.close()
    return sorted([one["eventName"] for one in subscriptions] + [declared[one["jobDefinitionId"]] for one in jobs])
