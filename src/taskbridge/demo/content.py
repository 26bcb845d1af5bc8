"""Puts the demo into an empty database; one that anybody has worked with is left as it is."""

from importlib.resources import files

import anyio.to_thread

from taskbridge.engine.variables import Variable
from taskbridge.service import catalogue, deployments, documents, identity, processes, projects, rights, tasks
from taskbridge.service.projects import Order, Target
from taskbridge.service.unit import Services, Unit
from taskbridge.store import activities, instances
from taskbridge.store import identity as stored_identity
from taskbridge.store.catalogue import CLIENTS, LOCALES, PROJECT_TYPES, Criteria
from taskbridge.store.definitions import DefinitionRow

#: Name, groups, whether an administrator. Everybody's password is the name.
USERS = (("demo", ("managers",), True), ("alice", ("managers",), False), ("bob", (), False))
MODELS = ("contract.bpmn", "translation.bpmn")
PROCESS = "contract"
TOPIC = "typeset-contract"
#: Business keys of the contract that is to be drafted, and of the one that waits for the typesetter.
FRESH, TRANSLATED = "C-1", "C-2"
CATALOGUE = "projects.yaml"
#: The text that the demo's one translation begins with.
ASSET = ("welcome.txt", b"Welcome to our shop. Everything you need is here.\n")


async def fill(services: Services) -> bool:
    """Deploy the models, make the users, start two contracts and a translation.

    False, and nothing is done, where the database has any user or process instance.
    """
    folder = files("taskbridge.demo")
    sources = deployments.read([(name, folder.joinpath(name).read_bytes()) for name in MODELS])
    setup = catalogue.read(folder.joinpath(CATALOGUE).read_bytes())
    if not await services.run(is_empty):
        return False
    hashes = {name: await anyio.to_thread.run_sync(identity.hash_password, name) for name, _, _ in USERS}

    def work(unit: Unit) -> bool:
        if not is_empty(unit):  # another process was faster
            return False
        for name, groups, admin in USERS:
            identity.add_user(unit, name, hashes[name], admin=admin, groups=groups, demo=True)
        made = deployments.deploy(unit, sources, name="demo")
        catalogue.apply(unit, setup)
        _order_translation(unit)
        process = next(row for row in made.definitions if row.key == PROCESS)
        _start_contract(unit, process, FRESH, "Lease of an office")
        number = _start_contract(unit, process, TRANSLATED, "Sale of a bicycle")
        for _ in ("draft", "translate"):
            (step,) = activities.open_of_instance(unit.tx, number)
            tasks.complete(unit, step.id)
        return True

    return await services.run(work, user="demo")


def is_empty(unit: Unit) -> bool:
    """Whether the database has neither users nor process instances."""
    return not stored_identity.has_users(unit.tx) and not instances.has_any(unit.tx)


def is_there(unit: Unit) -> bool:
    """Whether all users of the demo can sign in with the passwords that everybody knows."""
    found = stored_identity.users(unit.tx, [name for name, _, _ in USERS])
    return len([row for row in found if row.demo and row.locked_at is None]) == len(USERS)


def _start_contract(unit: Unit, process: DefinitionRow, business_key: str, title: str) -> int:
    """The id of a new instance."""
    return processes.start(unit, process, {"title": Variable("String", title)}, business_key=business_key).id


def _order_translation(unit: Unit) -> None:
    """One text into every language but its own."""
    person = identity.person(unit, "demo")
    assert person is not None
    text = documents.add(unit, *ASSET)
    client = CLIENTS.find(unit.tx, Criteria())[0]
    (kind,) = PROJECT_TYPES.find(unit.tx, Criteria())
    targets = [Target(row.id) for row in LOCALES.find(unit.tx, Criteria()) if row.id != kind.source_locale_id]
    order = Order("Welcome page", "The first thing that visitors see", client.id, kind.id, [text.id], targets)
    projects.create(unit, rights.doer(unit, person), order)
