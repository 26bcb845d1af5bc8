"""Workflows, their steps and transitions, as WorldServer shows them (contract 5)."""

from collections.abc import Sequence

from taskbridge.dialects.worldserver import reading
from taskbridge.dialects.worldserver.reading import Loaded
from taskbridge.dialects.worldserver.views.shapes import Member, Shape, fixed, plain, unusual
from taskbridge.engine.elements import external_task
from taskbridge.service.workflows import Step, Way
from taskbridge.store.definitions import DefinitionRow

HUMAN, AUTO, WAIT, FINISH = "HUMAN", "AUTO", "WAIT", "FINISH"
TYPE_NAMES = {HUMAN: "Human step", AUTO: "Automatic step", WAIT: "Waiting step", FINISH: "Finish step"}

TRANSITION: Shape = {"id": plain("id"), "index": plain("index"), "text": plain("text")}


def kind_of(step: Step) -> str:
    """Whether people do it, a worker does, an event is waited for, or all is over."""
    if step.human:
        return HUMAN
    if step.waits:
        return WAIT
    return AUTO if step.node.behaviour.for_workers else FINISH


def _ways(ways: Sequence[Way]) -> list[Way]:
    return list(ways)


def _action(step: Step, loaded: Loaded) -> Step | None:
    return step if step.node.behaviour.for_workers else None


def _topic(step: Step) -> str | None:
    settings = external_task.settings_of(step.node)
    return None if settings is None else settings.topic.text


ACTION: Shape = {
    "id": plain("id"),
    "name": Member(lambda step, loaded: _topic(step)),
    "scope": fixed(0),
    "isDeprecated": fixed(False),
    "returns": Member(lambda step, loaded: [way.text for way in step.outbound]),
}
STEP: Shape = {
    "id": plain("id"),
    "type": Member(lambda step, loaded: kind_of(step)),
    "name": plain("name"),
    "outboundTransitions": Member(lambda step, loaded: _ways(step.outbound), shape=TRANSITION),
    "inboundTransitions": Member(lambda step, loaded: _ways(step.inbound), shape=TRANSITION),
    "idInWorkflow": plain("place"),
    "expectedDuration": fixed(0),
    "workflowStepAttributes": fixed([]),
    "updatable": plain("human"),
    "stepType": Member(lambda step, loaded: kind_of(step)),
    "action": Member(_action, shape=ACTION),
}


def _steps(row: DefinitionRow, loaded: Loaded) -> list[Step]:
    return list(loaded.workflows[row.id].steps.values())


#: Steps are many: within other objects they are shown only when they are asked for.
WORKFLOW: Shape = {
    "id": plain("id"),
    "name": Member(lambda row, loaded: row.name or row.key),
    "description": plain("description"),
    "type": fixed("BPMN"),
    "expectedDuration": fixed(0),
    "invalidateAssetOnCompletion": fixed(False),
    "steps": Member(_steps, (reading.steps_of_workflows,), STEP),
    "finishStep": Member(lambda row, loaded: loaded.workflows[row.id].finish, (reading.steps_of_workflows,), STEP),
}
SHORT_WORKFLOW = unusual(WORKFLOW, "steps", "finishStep")
