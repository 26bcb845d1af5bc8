"""The settings of the program, each declared once: its name, type, bounds, default, and what it is for.

Options of ``taskbridge serve`` (``cli/options``), ``TASKBRIDGE_…`` variables, keys of a file and names of secrets
(``settings_sources``), and the reference page are made from these declarations. A new setting is one more field.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from taskbridge.loopback import is_loopback


class Auth(StrEnum):
    """Who may use a dialect: everybody, or who signs in with HTTP Basic."""

    OFF = "off"
    BASIC = "basic"


class Delegates(StrEnum):
    """What becomes of work that a model leaves to Java: the model is refused, or workers do it."""

    REFUSE = "refuse"
    WORKERS = "workers"


class JavaListeners(StrEnum):
    """What becomes of listeners in Java: the model is refused, or they are left out."""

    REFUSE = "refuse"
    IGNORE = "ignore"


class LogFormat(StrEnum):
    """How events and requests are written to stderr. AUTO stands for text on a terminal, and else for JSON."""

    AUTO = "auto"
    JSON = "json"
    TEXT = "text"


class UnsafeSettings(Exception):
    """The settings would let everybody do everything."""


DEFAULT_DATABASE = "sqlite:///taskbridge.db"
APIS = ("camunda", "alfresco", "worldserver", "digioffice")
"""The names of the APIs in settings."""
LANGUAGES = ("javascript",)
"""The languages of scripts that can be switched on."""
EVERY = "every"
"""Stands for all APIs in settings that may differ between them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How a setting is shown to people.

    `group` is the heading that it stands under in ``--help``; `metavar` stands for its value, where the type does not
    tell. A switch that is `only_on` has no ``--no-…`` beside it.
    """

    group: str
    help: str
    metavar: str | None = None
    only_on: bool = False


def _parts(value: Any, separators: str = " ") -> Any:  # noqa: ANN401 - whatever was given; pydantic judges the rest
    """A list that may be given as a text, or as several of them."""
    if isinstance(value, str):
        for other in separators:
            value = value.replace(other, " ")
        return value.split()
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return [part for one in value for part in _parts(one, separators)]
    return value


def _names(value: Any) -> Any:  # noqa: ANN401 - as above
    return _parts(value, ",")


def _known_apis(given: tuple[str, ...]) -> tuple[str, ...]:
    """The APIs in their usual order, each once."""
    strange = [name for name in given if name not in APIS]
    if strange or not given:
        raise ValueError(f"must be one or more of {', '.join(APIS)}" + (f", not {strange[0]}" if strange else ""))
    return tuple(name for name in APIS if name in given)


def _known_languages(given: tuple[str, ...]) -> tuple[str, ...]:
    if strange := [name for name in given if name not in LANGUAGES]:
        raise ValueError(f"must be one or more of {', '.join(LANGUAGES)}, not {strange[0]}")
    return tuple(dict.fromkeys(given))


def _by_api(value: Any) -> Any:  # noqa: ANN401 - as above
    """Numbers by API, out of ``8000000``, ``camunda=8000000``, several of them, or a table."""
    if isinstance(value, Mapping):
        return value
    given = _parts([value] if isinstance(value, str) else value)
    found: dict[str, Any] = {}
    for one in given if isinstance(given, list | tuple) else [given]:
        name, _, number = str(one).rpartition("=")
        found[name or EVERY] = number
    return found


def _every_api(given: Mapping[str, int]) -> Mapping[str, int]:
    if strange := [name for name in given if name not in (*APIS, EVERY)]:
        raise ValueError(f"must name one of {', '.join(APIS)} or {EVERY}, not {strange[0]}")
    return {EVERY: _PLAIN_BODY} | dict(given)


def _hosts(given: tuple[str, ...]) -> tuple[str, ...]:
    """Names as they stand in a Host header, without a port."""
    for name in given:
        if not name.removeprefix(".").replace("-", "a").replace("_", "a").replace(".", "a").isalnum():
            try:
                ip_address(name)
            except ValueError:
                raise ValueError(f"must be names of hosts, without scheme and port, not {name}") from None
    return given


def _proxies(given: str) -> str:
    """Addresses and networks that can be compared with a client's address; empty for none."""
    if given.strip().lower() in {"", "none"}:
        return ""
    for one in given.split(","):
        name = one.strip()
        if name != "*":
            try:
                ip_network(name)
            except ValueError:
                reason = f"must be addresses and networks with commas between them, * or none, not {name}"
                raise ValueError(reason) from None
    return given


_PLAIN_BODY = 1_000_000
_Name = Annotated[str, Field(min_length=1)]
_Port = Annotated[int, Field(ge=0, le=65_535)]
_Bytes = Annotated[int, Field(ge=0, le=1_000_000_000_000)]
_Count = Annotated[int, Field(ge=0, le=1_000_000)]
_Threads = Annotated[int, Field(ge=1, le=1_000)]
_Seconds = Annotated[float, Field(ge=0.1, le=86_400)]

_LISTENING, _APIS, _DATABASE = "Listening", "APIs", "Database"
_ACCESS, _BOUNDS, _LOGS = "Who may use it", "Bounds", "Metrics and logs"


class Settings(BaseModel):
    """What can be set from outside. The defaults are safe on a machine of one's own."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    host: Annotated[_Name, Shown(_LISTENING, "Address to listen on")] = "127.0.0.1"
    port: Annotated[_Port, Shown(_LISTENING, "Port to listen on; 0 picks a free one")] = 8080
    drain: Annotated[
        float,
        Field(ge=0, le=86_400),
        Shown(_LISTENING, "Seconds that requests are still accepted after SIGTERM, while /health/ready says no"),
    ] = 0.0
    forwarded_allow_ips: Annotated[
        str,
        AfterValidator(_proxies),
        Shown(
            _LISTENING,
            "Proxies whose X-Forwarded-… headers are believed: addresses and networks, with commas; * for all, none",
            metavar="ADDRESSES",
        ),
    ] = "127.0.0.1"
    apis: Annotated[
        tuple[str, ...],
        BeforeValidator(_names),
        AfterValidator(_known_apis),
        Shown(_APIS, "The APIs that are served, with commas; the others are not there", metavar="NAMES"),
    ] = APIS
    docs: Annotated[bool, Shown(_APIS, "A start page at / and interactive pages of the APIs at /docs")] = True
    bundled: Annotated[
        bool,
        Shown(_APIS, "Deploy the processes that come with the program (ad-hoc task, reviews) where they are missing"),
    ] = True
    deploy: Annotated[
        _Name | None,
        Shown(_APIS, "Folder of process models; those that have changed are deployed at the start", metavar="FOLDER"),
    ] = None
    delegates: Annotated[
        Delegates,
        Shown(
            _APIS,
            "What becomes of work that a model leaves to Java, connectors, decisions, or scripts that do not run here: "
            "refuse the model, or make external tasks of it for workers",
        ),
    ] = Delegates.REFUSE
    java_listeners: Annotated[
        JavaListeners,
        Shown(_APIS, "What becomes of listeners in Java: refuse the model, or ignore them (the log names each)"),
    ] = JavaListeners.REFUSE
    scripts: Annotated[
        tuple[str, ...],
        BeforeValidator(_names),
        AfterValidator(_known_languages),
        Shown(
            _APIS,
            "Languages that models may have scripts in; there is javascript, which needs further packages",
            metavar="NAMES",
        ),
    ] = ()
    demo: Annotated[bool, Shown(_APIS, "Fill an empty database with a demo process and users", only_on=True)] = False
    database_url: Annotated[
        _Name,
        Shown(
            _DATABASE,
            "Where everything is kept: sqlite:///file.db or postgresql+psycopg://user:password@host/name",
            metavar="URL",
        ),
    ] = DEFAULT_DATABASE
    database_threads: Annotated[_Threads, Shown(_DATABASE, "PostgreSQL connections for everything but long lists")] = 4
    database_read_threads: Annotated[_Threads, Shown(_DATABASE, "PostgreSQL connections for lists")] = 2
    read_timeout: Annotated[_Seconds, Shown(_DATABASE, "Seconds that a list or another large read may take")] = 10.0
    write_timeout: Annotated[_Seconds, Shown(_DATABASE, "Seconds that any other statement on PostgreSQL may take")] = (
        30.0
    )
    queue_timeout: Annotated[_Seconds, Shown(_DATABASE, "Seconds that a request waits for a PostgreSQL connection")] = (
        10.0
    )
    camunda_auth: Annotated[Auth, Shown(_ACCESS, "Who may use /engine-rest: off (everybody) or basic")] = Auth.OFF
    allow_open: Annotated[
        bool,
        Shown(
            _ACCESS,
            "Serve beyond this machine although an API needs no credentials or demo users exist",
            only_on=True,
        ),
    ] = False
    allowed_hosts: Annotated[
        tuple[str, ...],
        BeforeValidator(_parts),
        AfterValidator(_hosts),
        Field(alias="allowed_host"),
        Shown(
            _ACCESS,
            "A name under which clients reach the server; .example.org is every name below it. Other names are then "
            "refused, as they are on loopback while an API is open. Can be given several times; in the environment "
            "blanks separate",
            metavar="NAME",
        ),
    ] = ()
    slow_guesses: Annotated[bool, Shown(_ACCESS, "Delay further attempts after wrong passwords, tokens and keys")] = (
        True
    )
    max_body: Annotated[_Bytes, Shown(_BOUNDS, "Largest request body that carries files, in bytes")] = 20_000_000
    max_plain_body: Annotated[
        Mapping[str, _Bytes],
        BeforeValidator(_by_api),
        AfterValidator(_every_api),
        Shown(
            _BOUNDS,
            "Largest request body of any other kind, in bytes; camunda=8000000 is for one API. Can be given several "
            "times; in the environment blanks separate",
            metavar="[API=]BYTES",
        ),
    ] = {EVERY: _PLAIN_BODY}
    max_bodies: Annotated[
        _Bytes,
        Shown(_BOUNDS, "Bytes of all request bodies in memory at the same time; the first MiB of each is not counted"),
    ] = 200_000_000
    client_timeout: Annotated[
        _Seconds, Shown(_BOUNDS, "Seconds that the head of a request may take, and that its body may stall")
    ] = 30.0
    script_timeout: Annotated[
        float,
        Field(ge=0.05, le=60),
        Shown(_BOUNDS, "Seconds that all scripts of one transaction may take together; on SQLite writers wait as long"),
    ] = 0.3
    script_memory: Annotated[
        int,
        Field(ge=8_000_000, le=1_000_000_000),
        Shown(_BOUNDS, "Bytes of memory that one script may use", metavar="BYTES"),
    ] = 64_000_000
    job_execution: Annotated[
        bool,
        Shown(_BOUNDS, "Carry out jobs as they fall due; without it they wait for another node, or to be asked for"),
    ] = True
    waiting_polls: Annotated[_Count, Shown(_BOUNDS, "Long polls that may wait at the same time")] = 10_000
    metrics: Annotated[bool, Shown(_LOGS, "Metrics for Prometheus at /metrics")] = True
    access_log: Annotated[bool, Shown(_LOGS, "A line on stderr for every request")] = True
    log_format: Annotated[
        LogFormat, Shown(_LOGS, "How stderr is written: json, text, or auto (text on a terminal, else json)")
    ] = LogFormat.AUTO

    @property
    def open(self) -> bool:
        """Whether some API that is served needs no credentials."""
        return "camunda" in self.apis and self.camunda_auth is Auth.OFF

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host.lower())

    def plain_body_of(self, api: str) -> int:
        """How many bytes a body without files may have."""
        return self.max_plain_body.get(api, self.max_plain_body[EVERY])


class Declared(NamedTuple):
    """A setting as its field declares it."""

    name: str
    field: FieldInfo
    shown: Shown

    @property
    def key(self) -> str:
        """What it is called in files; the option is the same with hyphens."""
        return self.field.alias or self.name

    @property
    def option(self) -> str:
        """The option of ``taskbridge serve``."""
        return "--" + self.key.replace("_", "-")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.key.upper()


PREFIX = "TASKBRIDGE_"


def declared() -> Iterator[Declared]:
    """Every setting, in the order that they are shown in."""
    for name, field in Settings.model_fields.items():
        (shown,) = (one for one in field.metadata if isinstance(one, Shown))
        yield Declared(name, field, shown)
