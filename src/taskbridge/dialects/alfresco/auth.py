"""Who calls (contract 3): a name and a password or a ticket, in one of its forms, within the network of the path.

The dialect asks per request. A ticket in the query goes before the header; one that is not good is overlooked there.
"""

from urllib.parse import unquote

from taskbridge.service import tokens
from taskbridge.service.errors import TokenExpired
from taskbridge.service.identity import Credentials, Person
from taskbridge.service.unit import Services
from taskbridge.spec import CallInfo, Unauthorized, name_and_password

#: The kind of token that tickets are.
TICKETS = "alfresco"
CHALLENGE = {"WWW-Authenticate": 'AlfTicket realm="Alfresco -default- tenant"'}

_MARK = "TICKET_"
#: Names that say that the password is a ticket.
_TICKET_USERS = ("ROLE_TICKET", "")
_OWN, _NONE = "-default-", "-system-"


async def caller(call: CallInfo, credentials: Credentials) -> Person | None:
    """The person whose ticket, or name and password, the request carries; raises Unauthorized.

    None where the request is about its own ticket, and that is not good: the operation has words for it.
    """
    person = await _person(call, credentials)
    if person is not None:
        if not belongs(person, network_of(call)):
            raise Unauthorized
        return person
    if ticket_of(call) is not None and call.operation is not None and "/tickets/" in call.operation.path:
        return None
    raise Unauthorized


async def _person(call: CallInfo, credentials: Credentials) -> Person | None:
    asked = _asked_ticket(call)
    if asked is not None and (person := await owner(call, asked)) is not None:
        return person
    header = call.headers.get("authorization")
    if header is None:
        return None
    name, password = _name_and_password(header)
    if (ticket := _ticket(name, password)) is not None:
        return await owner(call, ticket)
    return await credentials.verify(name, password, call.address) if password is not None else None


async def owner(call: CallInfo, ticket: str) -> Person | None:
    """Whose ticket it is; None when it is not good."""
    services: Services = call.services
    try:
        return await tokens.owner_of(services, TICKETS, token_of(ticket), call.address)
    except TokenExpired:
        return None


def written(token: str) -> str:
    """A token as the ticket that clients are given."""
    return _MARK + token


def token_of(ticket: str) -> str:
    """The token within a ticket."""
    return ticket.removeprefix(_MARK)


def ticket_of(call: CallInfo) -> str | None:
    """The ticket that a request carries, good or not; None where it has none, or a name and a password."""
    if (asked := _asked_ticket(call)) is not None:
        return asked
    header = call.headers.get("authorization")
    return None if header is None else _ticket(*_name_and_password(header))


def network_of(call: CallInfo) -> str:
    """The network that the path names: what stands before ``public``."""
    return unquote(call.base_path.split("/")[-2])


def belongs(person: Person, network: str) -> bool:
    """Whether the network is the person's own."""
    if network == _OWN:
        return True
    return person.tenant is None if network == _NONE else person.tenant == network


def _asked_ticket(call: CallInfo) -> str | None:
    return next((value for name, value in call.query if name == "alf_ticket" and value), None)


def _ticket(name: str, password: str | None) -> str | None:
    """The ticket in what a header says: alone, or as the password of nobody in particular."""
    if password is None:
        return name if name.startswith(_MARK) else None
    return password if name in _TICKET_USERS and password.startswith(_MARK) else None


def _name_and_password(header: str) -> tuple[str, str | None]:
    """What a Basic header holds; without a colon there is no password. Raises Unauthorized."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise Unauthorized(f"Authorization '{scheme}' not supported.")
    try:
        return name_and_password(encoded)
    except ValueError as error:
        raise Unauthorized from error
