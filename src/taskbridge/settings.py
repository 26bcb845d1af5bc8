"""The settings of the program; the command line fills them in, from options or ``TASKBRIDGE_…`` variables."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from taskbridge.loopback import is_loopback


class Auth(StrEnum):
    """Who may use a dialect: everybody, or who signs in with HTTP Basic."""

    OFF = "off"
    BASIC = "basic"


class UnsafeSettings(Exception):
    """The settings would let everybody do everything."""


DEFAULT_DATABASE = "sqlite:///taskbridge.db"
APIS = ("camunda", "alfresco", "worldserver", "digioffice")
"""The names of the APIs in settings."""


class Settings(BaseModel):
    """What can be set from outside. The defaults are safe on a machine of one's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str = DEFAULT_DATABASE
    camunda_auth: Auth = Auth.OFF
    bundled: bool = True  # deploy the processes that come with the program
    allow_open: bool = False  # serve beyond loopback although a dialect is open or a demo password exists
    docs: bool = True  # a start page at / and interactive pages of the APIs at /docs
    demo: bool = False  # the start page shows the demo's users and what to try
    access_log: bool = True
    max_body: int = 20_000_000  # bytes of a request's body that carries files
    max_bodies: int = 200_000_000  # bytes beyond the first MiB of each, of all bodies at the same time
    max_plain_body: int = 1_000_000  # bytes of any other body
    max_plain_body_of: Mapping[str, int] = {}  # the same for single APIs, by name
    allowed_hosts: tuple[str, ...] = ()  # names under which the server is reached; ".example.org" stands for all below
    client_timeout: float = 30  # seconds that a request's head may take, and that its body may stall
    waiting_polls: int = 10_000  # long polls that may wait at the same time
    slow_guesses: bool = True  # attempts wait after wrong passwords, answers to many wrong tokens come late
    database_threads: int = 4  # PostgreSQL connections for works that may write
    database_read_threads: int = 2  # PostgreSQL connections for lists
    read_timeout: float = 10.0  # seconds that a list may take
    write_timeout: float = 30.0  # seconds that a statement of any other work may take on PostgreSQL
    queue_timeout: float = 10.0  # seconds that a work waits for a PostgreSQL connection
    forwarded_allow_ips: str = "127.0.0.1"  # proxies whose X-Forwarded-… headers are believed

    @property
    def open(self) -> bool:
        """Whether some API needs no credentials."""
        return self.camunda_auth is Auth.OFF

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host.lower())
