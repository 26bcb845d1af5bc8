"""Many wrong passwords at once, on each API: hashing them neither fills the memory nor keeps others waiting."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import answers
from tests.hostile.exchange import Reply, exchange
from tests.hostile.judging import MEMORY, delays, note
from tests.hostile.server import Attacked

pytestmark = pytest.mark.long

AT_ONCE = 200
JSON = {"Content-Type": "application/json"}
TASKS = "/alfresco/api/-default-/public/workflow/versions/1/tasks"


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def form(user: str, name: str, password: str) -> bytes:
    return json.dumps({user: name, "password": password}).encode()


#: Method, path, headers, body: on two APIs with every request, on two where sessions begin.
ATTEMPTS: dict[str, Callable[[str, str], tuple[str, str, dict[str, str], bytes]]] = {
    "camunda": lambda name, password: ("GET", "/engine-rest/task/count", basic(name, password), b""),
    "alfresco": lambda name, password: ("GET", TASKS, basic(name, password), b""),
    "worldserver": lambda name, password: ("POST", "/ws-api/v2/login", JSON, form("username", name, password)),
    "digioffice": lambda name, password: ("POST", "/api/auth/credentials", JSON, form("userName", name, password)),
}


def attempt(server: Attacked, api: str, number: int) -> tuple[str, str, Reply]:
    """A wrong log-in: method, path and answer."""
    # Each attack comes from an address of its own: one that failed often is answered more slowly.
    address = f"192.0.2.{list(ATTEMPTS).index(api)}"
    # Further attempts at one name would only wait for longer.
    name = "demo" if number < 3 else f"unknown {number}"
    method, path, headers, body = ATTEMPTS[api](name, f"wrong {number}")
    sent: Mapping[str, str] = {**headers, "Connection": "close", "X-Forwarded-For": address}
    return method, path, exchange(server.port, method, path, sent, body)


@pytest.mark.parametrize("api", ATTEMPTS)
def test_others_are_answered_while_200_wrong_passwords_come_in_at_once(server: Attacked, api: str) -> None:
    memory, began = server.forget_peak(), server.now()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        replies = list(pool.map(lambda number: attempt(server, api, number), range(AT_ONCE)))
    failures = list(delays(server, began, f"{AT_ONCE} wrong passwords, {api}"))
    grown = server.memory("VmHWM") - memory
    note("most memory that the server took during wrong passwords (MB)", grown / 1e6, api)
    failures += [
        f"{reply.status}: {problem}"
        for method, path, reply in replies
        for problem in answers.problems(method, path, reply.status, reply.headers, reply.body)
    ]
    statuses = Counter(reply.status for _, _, reply in replies)
    assert set(statuses) <= {401, 403, 503}
    assert statuses[503] > AT_ONCE // 2  # most were not even tried
    assert failures == []
    assert grown < MEMORY
