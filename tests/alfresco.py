"""A client for tests that speaks Alfresco: signs in on every call, and knows what every answer has in common."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from starlette.types import ASGIApp

from taskbridge.dialects.alfresco.errors import DESCRIPTION_URL, STACK_TRACE
from tests.client import Client

PUBLIC = "/alfresco/api/-default-/public"
WORKFLOW = "/workflow/versions/1"
TICKETS = "/authentication/versions/1/tickets"
_APIS = ("/authentication/", "/workflow/", "/alfresco/")
_ERROR = {"errorKey", "statusCode", "briefSummary", "stackTrace", "descriptionURL", "logId"}


def basic(text: str) -> dict[str, str]:
    """An Authorization header that holds this text."""
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


class AlfrescoClient(Client):
    """Requests to the Alfresco dialect, as one user, whose password is his name; None sends no credentials.

    Paths are those of the workflow API, or begin with the name of another.
    """

    def __init__(self, app: ASGIApp, user: str | None, base: str = PUBLIC) -> None:
        super().__init__(app, base, headers=basic(f"{user}:{user}") if user else {})
        self.user = user or ""

    def at(self, base: str) -> "AlfrescoClient":
        """The same user on another base path."""
        return AlfrescoClient(self.app, self.user or None, base)

    async def request(self, method: str, path: str, *args: Any, **more: Any) -> httpx.Response:  # noqa: ANN401
        """Send a request; see ``Client``."""
        return await super().request(method, path if path.startswith(_APIS) else WORKFLOW + path, *args, **more)

    def common_problems(self, method: str, response: httpx.Response) -> list[str]:
        """What every answer of the dialect has in common (contract 1.3, 2.1)."""
        problems = [
            f"header {name} is {response.headers.get(name)}"
            for name in ("cache-control", "pragma")
            if response.headers.get(name) != "no-cache"
        ]
        kind = response.headers.get("content-type", "")
        if response.status_code == 204:
            return [*problems, *(["204 has a body or a content type"] if response.content or kind else [])]
        if kind != "application/json;charset=UTF-8" and not (kind.startswith("image/") and response.is_success):
            problems.append(f"content type {kind}")
        elif response.status_code >= 400 and method != "HEAD":
            problems += _error_problems(response)
        return problems

    async def listed(self, path: str, **query: object) -> Any:  # noqa: ANN401 - JSON
        """The entries of a list that must be there."""
        response = await self.get(path + asked(query))
        assert response.status_code == 200, response.text
        return [one["entry"] for one in response.json()["list"]["entries"]]

    async def entry(self, path: str, **query: object) -> Any:  # noqa: ANN401 - JSON
        """An entry that must be there."""
        response = await self.get(path + asked(query))
        assert response.status_code == 200, response.text
        return response.json()["entry"]

    async def refused(self, path: str, **query: object) -> tuple[int, str, str]:
        """Status, key and text (without its number) of the error that a GET gives."""
        return refusal(await self.get(path + asked(query)))


def asked(query: Mapping[str, object]) -> str:
    """A query string, with its question mark."""
    return "?" + urlencode(query, quote_via=quote) if query else ""


def refusal(response: httpx.Response) -> tuple[int, str, str]:
    """Status, key and text (without its number) of an error."""
    assert response.status_code >= 400, response.text
    error = response.json()["error"]
    number, _, text = error["briefSummary"].partition(" ")
    numbered = len(number) == 8 and number.isdigit()
    return response.status_code, error["errorKey"], text if numbered else error["briefSummary"]


def _error_problems(response: httpx.Response) -> list[str]:
    error = response.json().get("error", {})
    expected = {"statusCode": response.status_code, "stackTrace": STACK_TRACE, "descriptionURL": DESCRIPTION_URL}
    wrong = [name for name, value in expected.items() if error.get(name) != value]
    return [
        *(["an error without its six members"] if set(error) != _ERROR else []),
        *(f"{name} is off" for name in wrong),
    ]
