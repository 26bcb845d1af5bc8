"""Puts the demo into an empty database; an existing one is left as it is."""

from importlib.resources import files

import anyio.to_thread

from taskbridge.engine.variables import Variable
from taskbridge.service import deployments, identity, processes
from taskbridge.service.errors import NotFound
from taskbridge.service.unit import Services, Unit

#: Name, groups, whether an administrator. Everybody's password is the name.
USERS = (("demo", ("managers",), True), ("alice", ("managers",), False), ("bob", (), False))
MODEL = "order.bpmn"
PROCESS = "order"


async def fill(services: Services) -> bool:
    """Deploy the model, make the users and start one order; False when that was done before."""
    sources = deployments.read([(MODEL, files("taskbridge.demo").joinpath(MODEL).read_bytes())])
    if await services.run(_is_there):
        return False
    hashes = {name: await anyio.to_thread.run_sync(identity.hash_password, name) for name, _, _ in USERS}

    def work(unit: Unit) -> None:
        for name, groups, admin in USERS:
            identity.add_user(unit, name, hashes[name], admin=admin, groups=groups, demo=True)
        made = deployments.deploy(unit, sources, name="demo")
        order = {"orderNumber": Variable("String", "A-1"), "amount": Variable("Integer", 150)}
        processes.start(unit, made.definitions[0], order, business_key="A-1")

    await services.run(work, user="demo")
    return True


def _is_there(unit: Unit) -> bool:
    try:
        processes.latest_definition(unit, PROCESS)
    except NotFound:
        return False
    return True
