"""The processes that the tests of this dialect run, and the ways to run them as somebody."""

from taskbridge.engine.variables import Variable
from taskbridge.service import deployments, processes, tasks
from taskbridge.service.unit import Services, Unit
from tests.bpmn import definitions

#: Two tasks: one for whom the start names, one for who started it.
ERRAND = """<process id="errand" name="An errand" isExecutable="true"><documentation>Do it, look at it</documentation>
<startEvent id="start" name="New errand" camunda:formKey="wf:submitAdhocTask" camunda:initiator="starter"/>
<sequenceFlow id="f0" sourceRef="start" targetRef="work"/>
<userTask id="work" name="Do it" camunda:assignee="${worker}" camunda:priority="2" camunda:formKey="wf:adhocTask"/>
<sequenceFlow id="f1" sourceRef="work" targetRef="gate"/><exclusiveGateway id="gate"/>
<sequenceFlow id="f2" sourceRef="gate" targetRef="check"/>
<userTask id="check" name="Look at it" camunda:assignee="${starter}"/>
<sequenceFlow id="f3" sourceRef="check" targetRef="theEnd"/><endEvent id="theEnd"/>
</process>"""
#: One task that is offered to a user and a group.
POOL = """<process id="pool" name="Offered" isExecutable="true"><startEvent id="start"/>
<sequenceFlow id="f0" sourceRef="start" targetRef="take"/>
<userTask id="take" name="Take it" camunda:candidateUsers="fozzie" camunda:candidateGroups="bears"/>
<sequenceFlow id="f1" sourceRef="take" targetRef="end"/><endEvent id="end"/></process>"""

#: One task that two people do.
REVIEW = """<process id="review" name="Review" isExecutable="true"><startEvent id="start"/>
<sequenceFlow id="f0" sourceRef="start" targetRef="look"/><userTask id="look" name="Look" camunda:assignee="kermit">
<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></userTask>
<sequenceFlow id="f1" sourceRef="look" targetRef="end"/><endEvent id="end"/></process>"""


async def deploy(services: Services, *models: str, tenant: str | None = None, name: str = "tests") -> None:
    """Deploy models, each as a file of its own."""
    files = [(f"model{number}.bpmn", definitions(model)) for number, model in enumerate(models)]
    sources = deployments.read(files)
    await services.run(lambda unit: deployments.deploy(unit, sources, name=name, tenant=tenant))


async def begin(services: Services, user: str, key: str, *, tenant: str | None = None, **variables: object) -> int:
    """Start the newest version of a key as somebody; the id of the process."""
    given = {name: one if isinstance(one, Variable) else Variable("String", one) for name, one in variables.items()}
    business_key = variables.get("business_key")
    given.pop("business_key", None)

    def work(unit: Unit) -> int:
        row = processes.latest_definition(unit, key, tenant or "")
        return processes.start(unit, row, given, None if business_key is None else str(business_key), tenant=tenant).id

    return await services.run(work, user)


async def complete(services: Services, user: str, task: str) -> None:
    """Complete a task as somebody."""
    await services.run(lambda unit: tasks.complete(unit, int(task)), user)
