"""What tests ask a server by, over HTTP: httpx, with every answer held against its document.

`checked` is an httpx client in place of `httpx.Client`, `checked_async` of `httpx.AsyncClient`; `get`, `post`, `put`,
`delete` stand for those of httpx.
"""

import os
from typing import Any

import httpx

from tests import answers, patience

_PATIENCE = patience.SECONDS


def current_test() -> str:
    """The module of the test that runs now, by its path; "" outside of tests."""
    return os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[0]


def answer_problems(response: httpx.Response) -> list[str]:
    """What is wrong with an answer by its document; the running test is noted to have got it."""
    request = response.request
    path = request.url.raw_path.decode().partition("?")[0]
    answers.note(request.method, path, response.status_code, current_test())
    return answers.problems(request.method, path, response.status_code, dict(response.headers), response.content)


def checked(base_url: str = "", *, timeout: float = _PATIENCE, **more: Any) -> httpx.Client:  # noqa: ANN401 - passed on
    """A client that refuses answers which the documents do not announce."""
    http = httpx.Client(base_url=base_url, timeout=timeout, event_hooks={"response": [_check]}, **more)
    http.headers[answers.BY_TEST] = current_test()
    return http


def checked_async(base_url: str = "", **more: Any) -> httpx.AsyncClient:  # noqa: ANN401 - passed on
    """The same for asynchronous tests."""
    hooks = {"response": [_check_async]}
    return httpx.AsyncClient(
        base_url=base_url, timeout=_PATIENCE, event_hooks=hooks, headers={answers.BY_TEST: current_test()}, **more
    )


def get(url: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
    """GET once."""
    return _once("GET", url, **more)


def post(url: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
    """POST once."""
    return _once("POST", url, **more)


def put(url: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
    """PUT once."""
    return _once("PUT", url, **more)


def delete(url: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
    """DELETE once."""
    return _once("DELETE", url, **more)


def _once(method: str, url: str, *, timeout: float = _PATIENCE, **more: Any) -> httpx.Response:  # noqa: ANN401
    with checked(timeout=timeout) as http:
        return http.request(method, url, **more)


def _check(response: httpx.Response) -> None:
    response.read()
    _assert_documented(response)


async def _check_async(response: httpx.Response) -> None:
    await response.aread()
    _assert_documented(response)


def _assert_documented(response: httpx.Response) -> None:
    told = f"{response.request.method} {response.request.url} -> {response.status_code} {response.text[:500]}"
    found = answer_problems(response)
    assert not found, f"{told}: {found}"
