"""Which names and addresses mean this very machine."""

from ipaddress import ip_address


def is_loopback(name: str) -> bool:
    """Whether a name in lower case, or an address without brackets, is of the loopback interface (RFC 6761, 6.3)."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
