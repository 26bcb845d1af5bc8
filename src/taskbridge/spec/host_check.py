"""Whether a request is meant for this server, by its Host, Origin and Sec-Fetch-Site headers.

A server on loopback that asks for no credentials trusts whoever can reach it, and a browser on the same machine reaches
it on behalf of any page: by a name that resolves to 127.0.0.1 (DNS rebinding), or by a form that is sent across sites.
Called by the router for every request, before anything else is looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from starlette.types import Scope

from taskbridge.loopback import is_loopback
from taskbridge.spec.failures import Refused

_HOST = re.compile(rb"(?:([A-Za-z0-9._-]{1,253})|\[([0-9A-Fa-f:.]{2,45})\])(?::[0-9]{0,5})?")
_ORIGIN = re.compile(rb"[a-z][a-z0-9+.-]*://(.+)")
_HARMLESS = ("GET", "HEAD", "OPTIONS", "TRACE")
_FROM_ELSEWHERE = (b"cross-site", b"same-site")
_MOST_KNOWN = 1000
"""Verdicts that are remembered; each costs a header's bytes, and anybody can make up more."""
_DESKTOP = b"file://"
"""The origin of desktop programs made with Electron, as Camunda Modeler. A local file in a browser has "null"."""


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """What is asked of a request.

    `names` are those under which the server is reached beside loopback; one that begins with a dot stands for all names
    below it. `checked`: no other name is answered. `open`: requests from other sites that could change something are
    refused, since they need no credentials.
    """

    names: Sequence[str] = ()
    checked: bool = False
    open: bool = False


class _Verdict(NamedTuple):
    """Why a request with some host is refused; an exception of its own is made of it each time."""

    status: int
    reason: str


class HostCheck:
    """Applies a policy."""

    def __init__(self, policy: HostPolicy) -> None:
        self._names = frozenset(name.lower() for name in policy.names if not name.startswith("."))
        self._domains = tuple(name.lower() for name in policy.names if name.startswith("."))
        self._checked = policy.checked
        self._open = policy.open
        self._known: dict[bytes, _Verdict | None] = {}

    def refusal(self, scope: Scope, by_name: dict[bytes, bytes] | None = None) -> Refused | None:
        """Why a request is refused; None when it is not. ``by_name`` are its headers, for who has them so already."""
        headers = scope["headers"]
        by_name = dict(headers) if by_name is None else by_name
        if len(by_name) < len(headers) and sum(name == b"host" for name, _ in headers) > 1:
            return Refused(400, "There is more than one Host header")
        host = by_name.get(b"host")
        if host is None:
            # HTTP/1.1 demands it (RFC 9112, 3.2); older clients have no name that could be wrong.
            return Refused(400, "There is no Host header") if scope.get("http_version") == "1.1" else None
        try:
            verdict = self._known[host]
        except KeyError:
            verdict = self._remembered(host)
        if verdict is not None:
            return Refused(*verdict)
        if self._open and (b"origin" in by_name or b"sec-fetch-site" in by_name) and scope["method"] not in _HARMLESS:
            return self._cross_site(scope, host)
        return None

    def _remembered(self, host: bytes) -> _Verdict | None:
        name = _name(host)
        if name is None:
            # Not remembered: it may be of any length, while what is a host has 259 bytes at most.
            return _Verdict(400, "The Host header is not a host with or without a port")
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[host] = verdict = self._judge(name)
        return verdict

    def _judge(self, name: str) -> _Verdict | None:
        if self._checked and not self._ours(name):
            return _Verdict(403, f"This server is not reached as {name}; --allowed-host allows it")
        return None

    def _cross_site(self, scope: Scope, host: bytes) -> Refused | None:
        """Judges by Origin, which names the page's site; by Sec-Fetch-Site only where there is no Origin."""
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        if origins:
            if all(self._is_own(origin, host) for origin in origins):
                return None
            return Refused(403, "Requests from another origin are refused while an API needs no credentials")
        if any(name == b"sec-fetch-site" and value in _FROM_ELSEWHERE for name, value in scope["headers"]):
            return Refused(403, "Requests from other sites are refused while an API needs no credentials")
        return None

    def _is_own(self, origin: bytes, host: bytes) -> bool:
        if origin == _DESKTOP:
            return True
        found = _ORIGIN.fullmatch(origin)
        name = _name(found[1]) if found else None
        return name is not None and (self._ours(name) or name == _name(host))

    def _ours(self, name: str) -> bool:
        return is_loopback(name) or name in self._names or (bool(self._domains) and name.endswith(self._domains))


def _name(host: bytes) -> str | None:
    """The host without its port, in lower case; None where it is none."""
    found = _HOST.fullmatch(host)
    return (found[1] or found[2]).decode().lower().removesuffix(".") if found else None
