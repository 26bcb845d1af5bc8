"""Who calls (contract 3.5): an API key, a name and a password, or the session that signing in opened.

The dialect asks per request. What stands in ``Authorization`` goes before a session, a session's header before cookies.
"""

from taskbridge.dialects.digioffice.errors import unauthorized
from taskbridge.service import tokens
from taskbridge.service.errors import TokenExpired
from taskbridge.service.identity import Credentials, Person
from taskbridge.spec import CallInfo, Unauthorized, name_and_password

#: The kind of token that a session is.
SESSIONS = "digioffice session"
CHALLENGE = {"WWW-Authenticate": 'credentials realm="/auth/credentials"'}

SESSION, PERMANENT, OPTIONS = "ss-id", "ss-pid", "ss-opt"
#: The value of ``ss-opt`` that makes ``ss-pid`` the session.
KEEP = "perm"
INVALID_LOGIN = "Invalid Username or Password"


async def caller(call: CallInfo, credentials: Credentials) -> Person:
    """The person who calls; raises Unauthorized when it is nobody, DigiOfficeError when credentials are not good."""
    person = await known_caller(call, credentials)
    if person is None:
        raise Unauthorized
    return person


async def known_caller(call: CallInfo, credentials: Credentials) -> Person | None:
    """The same, None when it is nobody."""
    scheme, _, given = (call.headers.get("authorization") or "").partition(" ")
    if scheme.lower() == "bearer":
        return await _owner_of_key(call, given.strip())
    if scheme.lower() == "basic":
        return await _by_password(call, credentials, given)
    session = session_of(call)
    return None if session is None else await _owner_of_session(call, session)


async def _by_password(call: CallInfo, credentials: Credentials, given: str) -> Person:
    try:
        name, password = name_and_password(given)
    except ValueError:
        raise unauthorized(INVALID_LOGIN) from None
    person = await credentials.verify(name, password, call.address) if password else await _owner_of_key(call, name)
    if person is None:
        raise unauthorized(INVALID_LOGIN)
    return person


async def _owner_of_key(call: CallInfo, key: str) -> Person | None:
    try:
        return await tokens.owner_of(call.services, tokens.API_KEYS, key, call.address)
    except TokenExpired:
        raise unauthorized("Token has expired", "TokenException") from None


async def _owner_of_session(call: CallInfo, session: str) -> Person | None:
    try:
        return await tokens.owner_of(call.services, SESSIONS, session, call.address)
    except TokenExpired:
        return None


def session_of(call: CallInfo) -> str | None:
    """The session that a request names; None when it names none."""
    jar = _cookies(call)
    given = {name: call.headers.get(f"x-{name}") or jar.get(name) for name in (SESSION, PERMANENT, OPTIONS)}
    return given[PERMANENT] if given[OPTIONS] == KEEP and given[PERMANENT] else given[SESSION]


def sessions_of(call: CallInfo) -> list[str]:
    """Every session id that a request carries."""
    jar = _cookies(call)
    given = [call.headers.get(f"x-{name}") or jar.get(name) for name in (SESSION, PERMANENT)]
    return [session for session in given if session]


def _cookies(call: CallInfo) -> dict[str, str]:
    pairs = (part.partition("=") for header in call.headers.get_all("cookie") for part in header.split(";"))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}
