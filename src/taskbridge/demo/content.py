"""Puts the demo into an empty database; an existing one is left as it is."""

from importlib.resources import files

import anyio.to_thread

from taskbridge.engine.variables import Variable
from taskbridge.service import catalogue, deployments, documents, identity, processes, projects, rights
from taskbridge.service.errors import NotFound
from taskbridge.service.projects import Order, Target
from taskbridge.service.unit import Services, Unit
from taskbridge.store.catalogue import CLIENTS, LOCALES, PROJECT_TYPES, Criteria

#: Name, groups, whether an administrator. Everybody's password is the name.
USERS = (("demo", ("managers",), True), ("alice", ("managers",), False), ("bob", (), False))
MODELS = ("order.bpmn", "translation.bpmn")
PROCESS = "order"
CATALOGUE = "projects.yaml"
#: The text that the demo's one translation begins with.
ASSET = ("welcome.txt", b"Welcome to our shop. Everything you need is here.\n")


async def fill(services: Services) -> bool:
    """Deploy the models, make the users, start an order and a translation; False when that was done before."""
    folder = files("taskbridge.demo")
    sources = deployments.read([(name, folder.joinpath(name).read_bytes()) for name in MODELS])
    setup = catalogue.read(folder.joinpath(CATALOGUE).read_bytes())
    if await services.run(_is_there):
        return False
    hashes = {name: await anyio.to_thread.run_sync(identity.hash_password, name) for name, _, _ in USERS}

    def work(unit: Unit) -> None:
        for name, groups, admin in USERS:
            identity.add_user(unit, name, hashes[name], admin=admin, groups=groups, demo=True)
        made = deployments.deploy(unit, sources, name="demo")
        catalogue.apply(unit, setup)
        _order_translation(unit)
        order = {"orderNumber": Variable("String", "A-1"), "amount": Variable("Integer", 150)}
        process = next(row for row in made.definitions if row.key == PROCESS)
        processes.start(unit, process, order, business_key="A-1")

    await services.run(work, user="demo")
    return True


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


def _is_there(unit: Unit) -> bool:
    try:
        processes.latest_definition(unit, PROCESS)
    except NotFound:
        return False
    return True
