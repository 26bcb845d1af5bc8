"""The web server's HTTP protocol with what uvicorn's own lacks: bounds, overlooked upgrades, reason phrases.

Each module adds one of them to the class of the module before; ``serving`` uses the last.
"""

from taskbridge.http_protocol.reasons import ReasonProtocol

__all__ = ["ReasonProtocol"]
