"""Every way to come in with a name and a password, or with a token: for tests of who guesses."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_ALFRESCO = "/alfresco/api/-default-/public"


@dataclass(frozen=True)
class Login:
    """One way: where, the status of who is not let in, and the members that a body has for the two; None: a header."""

    method: str
    path: str
    refused: int
    members: tuple[str, str] | None = None

    def content(self, name: str, password: str) -> dict[str, Any]:
        """What an httpx request is given."""
        if self.members is None:
            return {"headers": basic(name, password)}
        return {"json": dict(zip(self.members, (name, password), strict=True))}


def basic(name: str, password: str) -> dict[str, str]:
    """The header of HTTP Basic."""
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


LOGINS = {
    "camunda": Login("GET", "/engine-rest/version", 401),
    "alfresco": Login("GET", f"{_ALFRESCO}/workflow/versions/1/tasks", 401),
    "alfresco-ticket": Login("POST", f"{_ALFRESCO}/authentication/versions/1/tickets", 403, ("userId", "password")),
    "worldserver": Login("POST", "/ws-api/v2/login", 401, ("username", "password")),
    "digioffice": Login("POST", "/api/auth/credentials", 401, ("UserName", "Password")),
    "digioffice-basic": Login("GET", "/api/workflowtasks", 401),
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
