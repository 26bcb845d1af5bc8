"""Deployments: reading BPMN files into definitions, and keeping and removing them (Camunda contract 4.2)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from taskbridge.engine import notes
from taskbridge.engine.bpmn import NO_MODEL, Model, read_model
from taskbridge.engine.bpmn_xml import HandedOver
from taskbridge.engine.deployment_files import Files
from taskbridge.engine.errors import BpmnError
from taskbridge.engine.graph import Process
from taskbridge.engine.notes import Note
from taskbridge.kinds import Handling
from taskbridge.service import delayed_suspensions, elements, processes, start_events, timer_starts
from taskbridge.service.errors import InvalidModels, ModelProblem, NotFound
from taskbridge.service.handling import with_hint
from taskbridge.service.unit import Unit
from taskbridge.store import definitions
from taskbridge.store.definitions import (
    DefinitionFilter,
    DefinitionRow,
    DeploymentFilter,
    DeploymentRow,
    ResourceRow,
)
from taskbridge.store.lists import Page, Sorting

log = logging.getLogger("taskbridge.engine")

#: Only files with these endings are processes; everything else is kept as it is.
BPMN_ENDINGS = (".bpmn", ".bpmn20.xml")
#: Files of so many bytes together take some 30 ms to store: mostly the numbers of their nodes and flows.
LARGE_FILES = 200_000


@dataclass(frozen=True, slots=True)
class Source:
    """A file to deploy, the processes read from it, and what became of what would run elsewhere.

    ``handling`` is what of the way of reading matters to it.
    """

    name: str
    content: bytes
    processes: tuple[Process, ...]
    handling: Handling = Handling.PLAIN
    workers: tuple[HandedOver, ...] = ()
    left_out: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment and the definitions it made; none when it was found to be there already."""

    row: DeploymentRow
    definitions: list[DefinitionRow]


def read(files: Sequence[tuple[str, bytes]], handling: Handling = Handling.PLAIN) -> list[Source]:
    """Read the BPMN among the files; raises InvalidModels with every problem found, and with the settings that help.

    The log names what the files hold that is ignored or left out. Needs no transaction, so it may run in a thread.
    """
    problems: dict[str, list[ModelProblem]] = {}
    sources: list[Source] = []
    owners: dict[str, str] = {}
    beside = dict(files).get
    for name, content in files:
        try:
            model = _model(name, content, handling, beside) if name.endswith(BPMN_ENDINGS) else NO_MODEL
        except BpmnError as error:
            problems[name] = [
                ModelProblem(
                    with_hint(problem.message, problem.remedy), problem.line, problem.column, problem.element_id
                )
                for problem in error.problems
            ]
            continue
        for process in model.processes:
            if process.key in owners:
                text = f"The deployment contains definitions with the same key '{process.key}' (id attribute)"
                problems.setdefault(name, []).append(ModelProblem(f"{text}, this is not allowed", 1, 1, process.key))
            owners[process.key] = name
        made = tuple(model.processes), model.used, tuple(model.workers), tuple(model.left_out)
        sources.append(Source(name, content, *made))
    if problems:
        raise InvalidModels(problems)
    return sources


def _model(name: str, content: bytes, handling: Handling, files: Files) -> Model:
    model = read_model(name, content, handling=handling, files=files)
    for line in notes.lines(name, model.notes):
        log.info(line)
    for line in notes.each(name, model.left_out):
        log.info(line)
    return model


def deploy(
    unit: Unit,
    sources: Sequence[Source],
    *,
    name: str | None = None,
    source: str | None = None,
    tenant: str | None = None,
    filter_duplicates: bool = False,
    changed_only: bool = False,
    active_from: int | None = None,
) -> Deployed:
    """Keep the files and make a new version of every process in them.

    Each file is held against the latest of its name in the deployments of this name, source and tenant. With
    ``filter_duplicates`` nothing happens when none differs; with ``changed_only`` just those that differ are deployed.
    Until ``active_from``, a moment in milliseconds, the new definitions are suspended.
    """
    if sum(len(one.content) for one in sources) > LARGE_FILES:
        unit.tx.expect_long_work()
    definitions.serialise(unit.tx)
    if filter_duplicates or changed_only:
        alike = DeploymentFilter(
            name=name,
            source=source or None,
            without_source=not source,
            tenants=[tenant] if tenant else None,
            without_tenant=tenant is None,
        )
        changed = [one for one in sources if name is None or _differs(unit, one, alike)]
        if not changed:
            return Deployed(_latest(unit, alike), [])
        sources = changed if changed_only else sources
    row = DeploymentRow(unit.tx.new_id(), name, source, tenant, unit.tx.now)
    ids = {one.name: unit.tx.new_id() for one in sources}
    definitions.insert_deployment(
        unit.tx,
        row._asdict(),
        [
            {
                "id": ids[one.name],
                "deployment_id": row.id,
                "name": one.name,
                "content": one.content,
                "handling": int(one.handling),
            }
            for one in sources
        ],
    )
    made = [_define(unit, row, process, one.name, ids[one.name]) for one in sources for process in one.processes]
    if active_from is not None and active_from > unit.tx.now:
        made = _suspended_until(unit, made, active_from)
    return Deployed(row, made)


def _suspended_until(unit: Unit, made: list[DefinitionRow], moment: int) -> list[DefinitionRow]:
    chosen = [row.id for row in made]
    processes.set_definitions_suspended(unit, chosen, suspended=True, with_instances=False)
    delayed_suspensions.set_definitions_suspended(unit, chosen, suspended=False, with_instances=False, moment=moment)
    return [row._replace(suspended=True) for row in made]


def _differs(unit: Unit, source: Source, alike: DeploymentFilter) -> bool:
    return definitions.latest_model(unit.tx, source.name, alike) != (source.content, source.handling)


def _latest(unit: Unit, alike: DeploymentFilter) -> DeploymentRow:
    return definitions.find_deployments(unit.tx, alike, [Sorting("id", descending=True)], Page(0, 1))[0]


def _define(unit: Unit, deployment: DeploymentRow, process: Process, resource: str, resource_id: int) -> DefinitionRow:
    tenant = deployment.tenant or ""
    latest = definitions.latest(unit.tx, process.key, tenant)
    row = DefinitionRow(
        id=unit.tx.new_id(),
        key=process.key,
        version=latest.version + 1 if latest else 1,
        tenant=tenant,
        name=process.name,
        description=process.description,
        category=process.category,
        version_tag=process.version_tag,
        history_time_to_live=process.history_time_to_live,
        startable_in_tasklist=process.startable_in_tasklist,
        suspended=False,
        deployment_id=deployment.id,
        resource_id=resource_id,
        resource_name=resource,
    )
    values = row._asdict()
    values |= {"startable_in_tasklist": int(row.startable_in_tasklist), "suspended": 0}
    definitions.insert(unit.tx, values)
    starters: list[tuple[str | None, str | None]] = [(user, None) for user in process.candidate_starter_users]
    starters += [(None, group) for group in process.candidate_starter_groups]
    definitions.add_starters(unit.tx, row.id, starters)
    elements.number_elements(unit, row.id, process)
    timer_starts.declare(unit, row, process)
    start_events.replace(unit, latest, row, process)
    return row


def get(unit: Unit, deployment_id: int) -> DeploymentRow:
    """One deployment; raises NotFound."""
    row = definitions.deployment(unit.tx, deployment_id)
    if row is None:
        raise NotFound("deployment", deployment_id)
    return row


def resources(unit: Unit, deployment_id: int) -> list[ResourceRow]:
    """The files of a deployment, in the order they came; raises NotFound."""
    get(unit, deployment_id)
    return definitions.resources(unit.tx, deployment_id)


def resource(unit: Unit, deployment_id: int, resource_id: int) -> ResourceRow:
    """One file of a deployment; raises NotFound, for the deployment or for the file."""
    for row in resources(unit, deployment_id):
        if row.id == resource_id:
            return row
    raise NotFound("resource", resource_id)


def content(unit: Unit, resource_id: int) -> bytes:
    """What a file holds; raises NotFound."""
    found = definitions.content(unit.tx, resource_id)
    if found is None:
        raise NotFound("resource", resource_id)
    return found


def delete(unit: Unit, deployment_id: int, *, cascade: bool) -> None:
    """Remove a deployment and its definitions; raises NotFound, and what ``processes.delete_definition`` raises."""
    definitions.serialise(unit.tx)
    if not definitions.hold_deployment(unit.tx, deployment_id):
        raise NotFound("deployment", deployment_id)
    for row in definitions.find(unit.tx, DefinitionFilter(deployment_id=deployment_id)):
        processes.delete_definition(unit, row, cascade=cascade)
    definitions.remove_deployment(unit.tx, deployment_id)
