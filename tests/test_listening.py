"""Addresses that the server can listen on, and what is said of those that it cannot."""

import re
import socket

import pytest

from taskbridge import listening


def test_a_host_with_several_addresses_has_one_port_at_all_of_them() -> None:
    sockets = listening.bound("localhost", 0)
    try:
        listening.listen(sockets)
        assert len({one.getsockname()[1] for one in sockets}) == 1
        assert {one.getsockname()[0] for one in sockets} <= {"127.0.0.1", "::1"}
    finally:
        listening.close(sockets)


def test_a_port_that_another_program_took_meanwhile_is_told() -> None:
    """Two programs may have the same port until one of them listens."""
    first = listening.bound("127.0.0.1", 0)
    port = first[0].getsockname()[1]
    second = listening.bound("127.0.0.1", port)
    try:
        listening.listen(first)
        with pytest.raises(listening.CannotListen, match=f"127.0.0.1:{port} is in use"):
            listening.listen(second)
    finally:
        listening.close([*first, *second])


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("192.0.2.1", "192.0.2.1:8080 is no address of this machine"),
        ("nowhere.invalid", "nowhere.invalid:8080: no machine is known by the name of nowhere.invalid"),
        ("2001:db8::1", "[2001:db8::1]:8080 "),
    ],
)
def test_an_address_that_cannot_be_used_is_told(host: str, reason: str) -> None:
    with pytest.raises(listening.CannotListen, match=re.escape(reason)):
        listening.bound(host, 8080)


def test_a_port_that_is_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(listening.CannotListen, match=f"127.0.0.1:{port} is in use"):
            listening.bound("127.0.0.1", port)
