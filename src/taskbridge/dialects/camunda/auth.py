"""Who calls: nobody in particular, or who the HTTP Basic header names (contract 0.8). The dialect asks per request."""

from taskbridge.service.identity import Credentials
from taskbridge.spec import CallInfo, Unauthorized, name_and_password

_SCHEME = "Basic "
CHALLENGE = {"WWW-Authenticate": 'Basic realm="default"'}


async def basic_user(call: CallInfo, credentials: Credentials) -> str:
    """The name of the user whose name and password the request carries; raises Unauthorized."""
    name, password = _name_and_password(call.headers.get("authorization") or "")
    person = await credentials.verify(name, password, call.address)
    if person is None:
        raise Unauthorized
    return person.name


def _name_and_password(header: str) -> tuple[str, str]:
    if not header.startswith(_SCHEME):
        raise Unauthorized
    try:
        name, password = name_and_password(header.removeprefix(_SCHEME))
    except ValueError as error:
        raise Unauthorized from error
    if password is None:
        raise Unauthorized
    return name, password
