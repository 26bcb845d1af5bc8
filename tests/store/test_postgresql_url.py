"""URLs of PostgreSQL: several hosts, time-outs by default, and what is refused in a line."""

import pytest
from sqlalchemy import make_url

from taskbridge.clock import ManualClock
from taskbridge.store.database import Database
from taskbridge.store.errors import InvalidUrl
from taskbridge.store.postgresql_url import connection_arguments

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql+psycopg://user@a:1,b:2/name", r"several hosts are written as .*host=a:5432&host=b:5432"),
        ("postgresql+psycopg://user@a:port/name", "cannot be read"),
        ("postgresql+psycopg://user@a:99999/name", "99999 is no port"),
        ("postgresql+psycopg://user@/name?host=a:x&host=b:2", "cannot be used"),
        ("postgresql+psycopg://user@/name?host=a,b&port=1,70000", "70000 is no port"),
        ("postgresql+psycopg://user@a/name?conect_timeout=3", "conect_timeout"),
        ("postgresql+psycopg://user@a/name?connect_timeout=soon", "connect_timeout must be a number"),
        ("not a url", "cannot be read"),
    ],
)
async def test_a_url_that_cannot_be_used_is_refused(clock: ManualClock, url: str, reason: str) -> None:
    with pytest.raises(InvalidUrl, match=reason) as caught:
        await Database.open(url, clock)
    assert "\n" not in str(caught.value)


def test_a_server_may_not_be_silent_for_ever_unless_the_url_says_so() -> None:
    by_default = connection_arguments(make_url("postgresql+psycopg://user@a/name"))
    assert by_default["connect_timeout"] == "3"
    assert by_default["tcp_user_timeout"] == "10000"
    assert by_default["keepalives_idle"] == "5"
    own = connection_arguments(make_url("postgresql+psycopg://user@a/name?connect_timeout=9&tcp_user_timeout=0"))
    assert (own["connect_timeout"], own["tcp_user_timeout"]) == ("9", "0")


@pytest.mark.parametrize("hosts", ["host=a:1&host=b:2", "host=a,b&port=1,2"])
def test_several_hosts_may_be_named(hosts: str) -> None:
    url = make_url(f"postgresql+psycopg://user@/name?{hosts}&target_session_attrs=read-write")
    arguments = connection_arguments(url)
    assert (arguments["host"], arguments["port"]) == ("a,b", "1,2")
    assert arguments["target_session_attrs"] == "read-write"
