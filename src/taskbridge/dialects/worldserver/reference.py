"""Clients, project types, locales and users (contract 6). Called by the spec layer."""

from taskbridge.dialects.worldserver.errors import not_found
from taskbridge.dialects.worldserver.listing import one_of, page_of, path_id, read_listing, show_page
from taskbridge.dialects.worldserver.sources import CLIENT_SOURCE, LOCALE_SOURCE, TYPE_SOURCE, USER_SOURCE
from taskbridge.dialects.worldserver.values import as_id
from taskbridge.service import access
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call
from taskbridge.store.catalogue import GROUPS, USERS, Criteria


async def worldserver_list_clients(call: Call) -> Answer:
    """Clients; on request only those that the caller belongs to."""
    mine = call.user.name if call.query.get("onlyMine") else None
    return await page_of(call, CLIENT_SOURCE, Criteria(user=mine))


async def worldserver_get_client(call: Call) -> Answer:
    """One client."""
    number = path_id(call, "clientId")
    return await one_of(call, CLIENT_SOURCE, Criteria(ids=[number]), "CLIENT", number)


async def worldserver_list_project_types(call: Call) -> Answer:
    """Project types; on request only those for a client."""
    return await page_of(call, TYPE_SOURCE, Criteria(client_id=call.query.get("clientId")))


async def worldserver_get_project_type(call: Call) -> Answer:
    """One project type."""
    number = path_id(call, "projectTypeId")
    return await one_of(call, TYPE_SOURCE, Criteria(ids=[number]), "PROJECT_TYPE", number)


async def worldserver_list_locales(call: Call) -> Answer:
    """Locales; every client has all of them."""
    return await page_of(call, LOCALE_SOURCE, Criteria())


async def worldserver_get_locale(call: Call) -> Answer:
    """One locale."""
    number = path_id(call, "localeId")
    return await one_of(call, LOCALE_SOURCE, Criteria(ids=[number]), "LOCALE", number)


async def worldserver_list_users(call: Call) -> Answer:
    """Users; on request only those of a locale or a workgroup, which is told by its name or id."""
    listing, query = read_listing(call), call.query

    def work(unit: Unit) -> dict[str, object]:
        workgroup = _workgroup(unit, query.get("workgroup"))
        criteria = Criteria(locale_id=query.get("localeId"), workgroup=workgroup, network=access.network(call.user))
        return show_page(unit, USER_SOURCE, criteria, listing)

    return Answer(200, await call.services.read(work))


def _workgroup(unit: Unit, told: str | None) -> str | None:
    """The name of a workgroup that is told by name or id."""
    number = None if told is None else as_id(told)
    if number is None:
        return told if told is None or "\0" not in told else ""  # no name can have it
    found = GROUPS.find(unit.tx, Criteria(ids=[number]))
    return found[0].name if found else told


async def worldserver_get_user(call: Call) -> Answer:
    """One user."""
    number = path_id(call, "userId")
    return await one_of(call, USER_SOURCE, Criteria(ids=[number], network=access.network(call.user)), "USER", number)


async def worldserver_user_exists(call: Call) -> Answer:
    """302 when there is such a user (contract 2.4)."""
    number = path_id(call, "userId")
    criteria = Criteria(ids=[number], network=access.network(call.user))
    found = await call.services.run(lambda unit: USERS.number(unit.tx, criteria))
    if not found:
        raise not_found("USER", number)
    return Answer(302)
