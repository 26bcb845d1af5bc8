"""Signing in and out, and telling who is signed in (contract 3.5). Called by the spec layer.

Sessions are tokens of the services: random, kept hashed, with an expiry. Their ids change whenever somebody signs in.
"""

from typing import TYPE_CHECKING, Any, cast

from taskbridge.dialects.digioffice import auth
from taskbridge.dialects.digioffice.errors import DigiOfficeError, not_empty, not_found, unauthorized
from taskbridge.dialects.digioffice.formats.dto import Dto
from taskbridge.dialects.digioffice.requests import request_of
from taskbridge.service import tokens
from taskbridge.service.identity import Credentials, Person
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call, CallInfo

if TYPE_CHECKING:
    from taskbridge.dialects.digioffice.dialect import DigiOfficeDialect

_WEEK = 7 * 24 * 3600
#: Seconds that a session lives: one that ends with the client, and one that is kept.
_LIFETIMES = {False: 2 * _WEEK, True: 4 * _WEEK}
_PROVIDERS = ("credentials", "basic")
_LOGOUT = "logout"


async def digioffice_authenticate(call: Call) -> Answer:
    """Sign in, sign out, or tell who is signed in."""
    request = request_of(call)
    provider = (request.get("provider") or "").lower()
    if provider == _LOGOUT:
        return await _sign_out(call)
    if provider not in ("", *_PROVIDERS):
        raise not_found(f"No configuration was added for OAuth provider '{request['provider']}'")
    if not provider and not request.get("UserName"):
        return await _who_is_there(call, request)
    return await _sign_in(call, request)


async def digioffice_get_authentication(call: Call) -> Answer:
    """Tell who is signed in, or sign out; a password has no place in a URL."""
    request = request_of(call)
    if (request.get("provider") or "").lower() == _LOGOUT:
        return await _sign_out(call)
    if request.get("Password"):
        raise DigiOfficeError(405, "NotSupportedException", "GET Authenticate requests are not allowed, use POST")
    return await _who_is_there(call, request)


async def digioffice_end_authentication(call: Call) -> Answer:
    """Sign out."""
    return await _sign_out(call)


HANDLERS = {
    "digioffice_authenticate_by_provider": digioffice_authenticate,
    "digioffice_get_authentication_by_provider": digioffice_get_authentication,
    "digioffice_end_authentication_by_provider": digioffice_end_authentication,
}


async def _sign_in(call: Call, request: dict[str, Any]) -> Answer:
    missing = [name for name in ("UserName", "Password") if not request.get(name)]
    if missing:
        raise not_empty(missing)
    name, password = request["UserName"], request["Password"]
    person = await _credentials(call.info).verify(name, password, call.info.address)
    if person is None:
        raise unauthorized(auth.INVALID_LOGIN)
    keep = bool(request.get("RememberMe"))

    def work(unit: Unit) -> tuple[str, str]:
        _end(unit, call.info)
        issued = [tokens.issue_base64(unit, auth.SESSIONS, person, _LIFETIMES[kept] * 1000) for kept in (False, keep)]
        return issued[0], issued[1]

    session, permanent = await call.services.run(work, person.name)
    cookies = {
        auth.SESSION: (session, None),
        auth.PERMANENT: (permanent, _LIFETIMES[True]),
        auth.OPTIONS: (auth.KEEP if keep else "temp", _LIFETIMES[True]),
    }
    answer = Answer(200, _authenticated(person, permanent if keep else session, request))
    answer.cookies = tuple(_cookie(call.info, name, *value) for name, value in cookies.items())
    return answer


async def _who_is_there(call: Call, request: dict[str, Any]) -> Answer:
    person = await auth.known_caller(call.info, _credentials(call.info))
    if person is None:
        raise unauthorized("Not Authenticated")
    return Answer(200, _authenticated(person, auth.session_of(call.info), request))


async def _sign_out(call: Call) -> Answer:
    await call.services.run(lambda unit: _end(unit, call.info))
    answer = Answer(200, Dto("AuthenticateResponse", {"ResponseStatus": None}, both=True))
    answer.cookies = tuple(_cookie(call.info, name, "", 0) for name in (auth.SESSION, auth.PERMANENT, auth.OPTIONS))
    return answer


def _end(unit: Unit, call: CallInfo) -> None:
    for session in auth.sessions_of(call):
        tokens.revoke(unit, auth.SESSIONS, session)


def _credentials(call: CallInfo) -> Credentials:
    return cast("DigiOfficeDialect", call.dialect).credentials


def _cookie(call: CallInfo, name: str, value: str, seconds: int | None) -> str:
    lifetime = "" if seconds is None else f"; max-age={seconds}"
    secure = "; secure" if call.scope.get("scheme") == "https" else ""
    return f"{name}={value}; path=/; httponly; samesite=lax{lifetime}{secure}"


def _authenticated(person: Person, session: str | None, request: dict[str, Any]) -> Dto:
    names = " ".join(part for part in (person.first_name, person.last_name) if part)
    return Dto(
        "AuthenticateResponse",
        {
            "UserId": str(person.number),
            "SessionId": session,
            "UserName": person.name,
            "DisplayName": names or person.name,
            "ReferrerUrl": request.get("ReturnUrl"),
            "BearerToken": None,
            "RefreshToken": None,
            "ProfileUrl": None,
            "Roles": [*person.groups, *(["Admin"] if person.admin else [])],
            "Permissions": [],
            "ResponseStatus": None,
            "Meta": None,
        },
        both=True,
    )
