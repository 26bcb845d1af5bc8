"""The sockets that the server listens on, and the reason why an address cannot be used."""

import errno
import os
import socket
from typing import Any

_REASONS = {
    errno.EADDRINUSE: "is in use",
    errno.EADDRNOTAVAIL: "is no address of this machine",
    errno.EACCES: "may not be used: ports below 1024 need special rights",
    errno.EAFNOSUPPORT: "is of a kind that this machine does not support",
}
_ABSENT = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
_WAITING = 2048  # connections that the system accepts before the server does


class CannotListen(Exception):
    """The address cannot be used; the message names it and the reason."""


def bound(host: str, port: int) -> list[socket.socket]:
    """Sockets at all addresses of a host, not listening yet; with port 0 at one free port. Raises CannotListen.

    An address that a host has by name, but this machine has not, is left out where it has another one.
    """
    made: list[socket.socket] = []
    failed: OSError | None = None
    try:
        for family, address in _addresses(host, port):
            try:
                # Where a host has several addresses, the port that is free at the first is wanted at the others too.
                made.append(_bound(family, address, port or (made[0].getsockname()[1] if made else 0)))
            except OSError as error:
                if error.errno not in _ABSENT:
                    raise
                failed = error
        if failed is not None and not made:
            raise failed
    except OSError as error:
        close(made)
        raise CannotListen(_reason(host, port, error)) from error
    return made


def listen(sockets: list[socket.socket]) -> None:
    """Accept connections from now on. Raises CannotListen where another program was faster."""
    for one in sockets:
        try:
            one.listen(_WAITING)
        except OSError as error:
            host, port = one.getsockname()[:2]
            raise CannotListen(_reason(host, port, error)) from error


def close(sockets: list[socket.socket]) -> None:
    """Close them all."""
    for one in sockets:
        one.close()


def _addresses(host: str, port: int) -> dict[tuple[socket.AddressFamily, Any], None]:
    """What a host's name stands for, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return {(family, address): None for family, _, _, _, address in found}


def _bound(family: socket.AddressFamily, address: tuple[Any, ...], port: int) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two programs share a port
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind((address[0], port, *address[2:]))
    except OSError:
        one.close()
        raise
    return one


def _reason(host: str, port: int, error: OSError) -> str:
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if isinstance(error, socket.gaierror):
        return f"{shown}: no machine is known by the name of {host}"
    return f"{shown} {_REASONS.get(error.errno or 0, f'cannot be used: {error.strerror}')}"
