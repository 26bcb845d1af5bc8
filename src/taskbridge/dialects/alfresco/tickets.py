"""Tickets: signing in, looking whether a ticket is good, signing out (contract 3). Called by the spec layer."""

from typing import TYPE_CHECKING, cast

from taskbridge.dialects.alfresco import auth, bodies
from taskbridge.dialects.alfresco.errors import entity_not_found, invalid, literal
from taskbridge.dialects.alfresco.paging import entry
from taskbridge.dialects.alfresco.parameters import Parameters
from taskbridge.service import tokens
from taskbridge.spec import Answer, Call, Unauthorized

if TYPE_CHECKING:
    from taskbridge.dialects.alfresco.dialect import AlfrescoDialect

#: How long a ticket is good, in milliseconds.
LIFETIME = 60 * 60 * 1000
_ME = "-me-"


async def alfresco_create_ticket(call: Call) -> Answer:
    """A ticket for a name and a password."""
    logins = await bodies.some(call, bodies.LOGIN)
    if len(logins) > 1:
        raise invalid("Please specify one login request only.")
    name, password = logins[0].get("userId"), logins[0].get("password")
    if name is None or password is None:
        raise invalid("Invalid login details.")
    person = await cast("AlfrescoDialect", call.info.dialect).credentials.verify(name, password, call.info.address)
    if person is None or not auth.belongs(person, auth.network_of(call.info)):
        raise literal(403, "Login failed")
    token = await call.services.run(lambda unit: tokens.issue(unit, auth.TICKETS, person, LIFETIME), person.name)
    return entry(Parameters(), {"id": auth.written(token), "userId": person.name}, 201)


async def alfresco_get_ticket(call: Call) -> Answer:
    """The ticket of the request, when it is good."""
    return entry(Parameters(), {"id": await _good(call)})


async def alfresco_delete_ticket(call: Call) -> Answer:
    """The ticket of the request is worthless from now on."""
    token = auth.token_of(await _good(call))
    await call.services.run(lambda unit: tokens.revoke(unit, auth.TICKETS, token))
    return Answer(204)


async def _good(call: Call) -> str:
    """The ticket that the request carries; raises AlfrescoError when it has none or it is not good."""
    if call.path["ticketId"] != _ME:
        raise invalid(f"Invalid parameter: {call.path['ticketId']}")
    ticket = auth.ticket_of(call.info)
    if ticket is None:
        raise invalid("Ticket base authentication required.")
    person = await auth.owner(call.info, ticket)
    if person is None:
        raise entity_not_found(ticket)
    if not auth.belongs(person, auth.network_of(call.info)):
        raise Unauthorized
    return ticket
