"""Who calls: the user whose session token the request carries, in query or header ``token`` (contract 1, 3)."""

from taskbridge.service import tokens
from taskbridge.service.identity import Person
from taskbridge.spec import CallInfo, Unauthorized

SESSION = "worldserver"
#: A client of the vendor uses a session for an hour without asking; it must not end under its hands.
LIFETIME = 2 * 60 * 60 * 1000


async def session_user(call: CallInfo) -> Person:
    """The user of the session; raises Unauthorized, TokenExpired."""
    token = token_of(call)
    if not token or "\0" in token:
        raise Unauthorized
    person = await tokens.owner_of(call.services, SESSION, token, call.address)
    if person is None:
        raise Unauthorized
    return person


def token_of(call: CallInfo) -> str | None:
    """The token that a request carries; that of the query counts where there are two."""
    in_query = next((value for name, value in call.query if name == "token"), None)
    return call.headers.get("token") if in_query is None else in_query
