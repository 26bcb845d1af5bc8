"""The settings of the program; the command line fills them in, from options or ``TASKBRIDGE_…`` variables."""

from enum import StrEnum
from ipaddress import ip_address

from pydantic import BaseModel, ConfigDict


class Auth(StrEnum):
    """Who may use a dialect: everybody, or who signs in with HTTP Basic."""

    OFF = "off"
    BASIC = "basic"


class UnsafeSettings(Exception):
    """The settings would let everybody do everything."""


DEFAULT_DATABASE = "sqlite:///taskbridge.db"


class Settings(BaseModel):
    """What can be set from outside. The defaults are safe on a machine of one's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str = DEFAULT_DATABASE
    camunda_auth: Auth = Auth.OFF
    bundled: bool = True  # deploy the processes that come with the program
    allow_open: bool = False  # serve beyond loopback although a dialect is open or a demo password exists
    docs: bool = True  # interactive pages of the APIs at /docs
    access_log: bool = True
    max_body: int = 20_000_000  # bytes of a request's body
    waiting_polls: int = 10_000  # long polls that may wait at the same time
    slow_guesses: bool = True  # attempts wait after wrong passwords, answers to many wrong tokens come late
    database_threads: int = 4  # PostgreSQL connections of this process

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False
