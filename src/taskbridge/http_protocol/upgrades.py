"""The web server's HTTP protocol, that overlooks offers to go on in another one, as RFC 9110 (7.8) has it.

Java's own HTTP client offers HTTP/2 with its requests (``Upgrade: h2c``). The server's parser takes that for the end of
the request and loses its body; so the request is read once more, without the offer.
"""

import sys

import httptools

from taskbridge.http_protocol.bounds import BoundedProtocol

_ABOUT_UPGRADES = (b"upgrade", b"http2-settings")


class _Offered(Exception):
    """A request offers another protocol. What follows its head begins at ``position`` of what was read."""

    def __init__(self, position: int) -> None:
        super().__init__()
        self.position = position


class NoUpgradeProtocol(BoundedProtocol):
    """HTTP/1.1, and nothing else: no other protocol, and no tunnel."""

    def data_received(self, data: bytes) -> None:
        """Read what came, each request with an offer once more."""
        while (rest := self._rest_of_offer(data)) is not None:
            if self.parser.get_method() == b"CONNECT":  # which is an offer whatever its headers are
                self.send_400_response("CONNECT is for proxies.")
                return
            data = self._head() + rest
            self.parser = httptools.HttpRequestParser(self)
            # As the server's own: what comes after the last request of a connection must not spoil its answer.
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)

    def _rest_of_offer(self, data: bytes) -> bytes | None:
        """Read up to the first offer; what follows its head, None where there is none."""
        try:
            super().data_received(data)
        except _Offered as offer:
            return data[offer.position :]
        return None

    def on_headers_complete(self) -> None:
        """Begin to answer a request, unless it is to be read once more."""
        if not self.parser.should_upgrade():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request has come to its end, unless it is to be read once more."""
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def _unsupported_upgrade_warning(self) -> None:
        """The parser has stopped, and told where."""
        stopped = sys.exception()
        assert isinstance(stopped, httptools.HttpParserUpgrade)
        raise _Offered(stopped.args[0])

    def _head(self) -> bytes:
        """The first lines of the request without the offer."""
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        for name, value in self.headers:
            if name == b"connection":
                words = [word.strip() for word in value.split(b",")]
                lines.append(b"connection: " + b", ".join(w for w in words if w.lower() not in _ABOUT_UPGRADES))
            elif name not in _ABOUT_UPGRADES:
                lines.append(name + b": " + value)
        return b"\r\n".join([*lines, b"", b""])
