"""Every way to come in with a name and a password, or with a token: for tests of who guesses."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_ALFRESCO = "/alfresco/api/-default-/public"


@dataclass(frozen=True)
class Login:
    """One way: where, with what headers and body, and the status of who is not let in."""

    method: str
    path: str
    refused: int
    headers: Callable[[str, str], Mapping[str, str]]
    body: Callable[[str, str], object] = lambda name, password: None


def basic(name: str, password: str) -> dict[str, str]:
    """The header of HTTP Basic."""
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


def nothing(name: str, password: str) -> dict[str, str]:
    """No header."""
    return {}


LOGINS = {
    "camunda": Login("GET", "/engine-rest/version", 401, basic),
    "alfresco": Login("GET", f"{_ALFRESCO}/workflow/versions/1/tasks", 401, basic),
    "alfresco-ticket": Login(
        "POST",
        f"{_ALFRESCO}/authentication/versions/1/tickets",
        403,
        nothing,
        lambda name, password: {"userId": name, "password": password},
    ),
    "worldserver": Login(
        "POST", "/ws-api/v2/login", 401, nothing, lambda name, password: {"username": name, "password": password}
    ),
    "digioffice": Login(
        "POST",
        "/api/auth/credentials",
        401,
        nothing,
        lambda name, password: {"UserName": name, "Password": password},
    ),
    "digioffice-basic": Login("GET", "/api/workflowtasks", 401, basic),
}

#: Where a token goes -> a path, and the headers with the token.
TOKENS: dict[str, tuple[str, Callable[[str], Mapping[str, str]]]] = {
    "alfresco": (
        f"{_ALFRESCO}/workflow/versions/1/tasks",
        lambda token: {"Authorization": f"Basic {base64.b64encode(f'TICKET_{token}'.encode()).decode()}"},
    ),
    "worldserver": ("/ws-api/v2/tasks", lambda token: {"token": token}),
    "digioffice-key": ("/api/workflowtasks", lambda token: {"Authorization": f"Bearer {token}"}),
    "digioffice-session": ("/api/workflowtasks", lambda token: {"x-ss-id": token}),
}
