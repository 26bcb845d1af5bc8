"""Logging in, checking a token, and what server this is (contract 3). Called by the spec layer."""

from taskbridge import __version__
from taskbridge.dialects.worldserver.auth import LIFETIME, SESSION, token_of
from taskbridge.dialects.worldserver.errors import BAD_CREDENTIALS, INVALID_JSON, bad_request, unauthorized
from taskbridge.dialects.worldserver.models import Info, Language, Session, UserDetails
from taskbridge.dialects.worldserver.values import format_date
from taskbridge.service import rights, tokens
from taskbridge.service.identity import Credentials, Person
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call, Handler, Unauthorized
from taskbridge.store.tokens import TokenRow

#: The version whose pages this dialect follows.
SPOKEN_VERSION = "11.8.0"
_LANGUAGE = Language(languageCode="en", countryCode="US", isoCode="en-US", locale="en_US")


def login_handler(credentials: Credentials) -> Handler:
    """The handler of logins, which verifies names and passwords by these credentials."""

    async def worldserver_login(call: Call) -> Answer:
        """Start a session."""
        if not isinstance(call.body, dict):
            raise bad_request(INVALID_JSON)
        name, password = call.body.get("username"), call.body.get("password")
        if not isinstance(name, str) or not isinstance(password, str) or "\0" in name:
            raise unauthorized(BAD_CREDENTIALS)
        person = await credentials.verify(name, password, call.info.address)
        if person is None:
            raise unauthorized(BAD_CREDENTIALS)
        return Answer(200, await call.services.run(lambda unit: _begun(unit, person)))

    return worldserver_login


async def worldserver_check_token(call: Call) -> Answer:
    """Tell whose session a token stands for."""
    token = token_of(call.info) or ""

    def work(unit: Unit) -> Session:
        row = tokens.find(unit, SESSION, token)
        if row is None:
            raise Unauthorized
        return _session(unit, call.user, token, row)

    return Answer(200, await call.services.run(work))


async def worldserver_info(call: Call) -> Answer:
    """Tell the version."""
    return Answer(200, Info(name="Taskbridge", version=SPOKEN_VERSION, buildVersion=__version__))


def _begun(unit: Unit, person: Person) -> Session:
    token = tokens.issue(unit, SESSION, person, LIFETIME)
    now = unit.tx.now
    return _session(unit, person, token, TokenRow(SESSION, person.name, now, now + LIFETIME))


def _session(unit: Unit, person: Person, token: str, row: TokenRow) -> Session:
    return Session(
        sessionId=token,
        instanceId=1,
        expirationTime=format_date(row.expires_at),
        lastUpdateTime=row.created_at,
        loginOutcome="SUCCESS",
        userDetails=UserDetails(
            userType=_user_type(unit, person),
            username=person.name,
            fullName=" ".join(name for name in (person.first_name, person.last_name) if name) or person.name,
            regionalSettingsLocale=_LANGUAGE.locale,
            language=_LANGUAGE,
        ),
    )


def _user_type(unit: Unit, person: Person) -> str:
    user_type = rights.doer(unit, person).user_type
    if user_type is not None:
        return user_type.name
    return "Administrator" if person.admin else "User"
