"""What bodies may be made of, when credentials are asked for, and where large ones are parsed."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from starlette.types import ASGIApp

from taskbridge.spec import (
    Binding,
    BodyBudget,
    BodyLimits,
    Mount,
    answering,
    build_app,
    parse_leading,
    parse_multipart,
    parse_strict,
)
from taskbridge.spec.json_text import Json
from taskbridge.spec.limits import (
    BEFORE_CREDENTIALS,
    MAX_DEPTH,
    MAX_PART_HEADERS,
    MAX_PARTS,
    MAX_VALUES,
    TooComplex,
    check_json,
)
from taskbridge.spec.threads import LARGE, LARGE_FOR_PYTHON
from tests.spec.toys import LENIENT, TOY_DOCUMENT, ToyDialect, changed_document, send

JSON = "application/json"
GOOD = {"Authorization": "me"}


class BindingFirst(ToyDialect):
    binds_first = True


def guarded(dialect: ToyDialect, limits: BodyLimits | None = None) -> ASGIApp:
    """The toys, every operation of which asks for credentials."""
    document = changed_document(lambda d: d.update(security=[{"basicAuth": []}]))
    return build_app([Mount(document, ("/box",), dialect, limits or BodyLimits())], None)


@pytest.mark.parametrize("body", [b"[" * BEFORE_CREDENTIALS, [b"[" * 40_000, b"["]], ids=["told", "counted"])
def test_a_small_body_is_bound_before_credentials_where_the_dialect_has_it_so(body: bytes | Sequence[bytes]) -> None:
    answer = send(guarded(BindingFirst()), "POST", "/box/toys/play", body)
    assert (answer.status, answer.json["toy"]) == (400, "MalformedBody")


def test_a_larger_body_is_not_read_before_credentials() -> None:
    answer = send(guarded(BindingFirst()), "POST", "/box/toys/play", b"[" * (BEFORE_CREDENTIALS + 1))
    assert (answer.status, answer.read) == (401, 0)


def test_a_body_that_proves_larger_is_not_read_on_before_credentials() -> None:
    answer = send(guarded(BindingFirst()), "POST", "/box/toys/play", [b"[" * 40_000] * 100)
    assert (answer.status, answer.read) == (401, 2)


def test_the_last_piece_may_be_what_makes_it_larger() -> None:
    answer = send(guarded(BindingFirst()), "POST", "/box/toys/play", [b"[" * 40_000] * 2)
    assert (answer.status, answer.read) == (401, 2)


@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize("size", [100, BEFORE_CREDENTIALS + 10])
def test_with_credentials_it_is_parsed_as_any_other(size: int, chunked: bool) -> None:
    dialect = BindingFirst()
    body = b'{"name": "%s"}' % (b"a" * size)
    sent = [body[: size // 2], body[size // 2 :]] if chunked else body
    assert send(guarded(dialect), "POST", "/box/toys/play", sent, headers=GOOD).status == 200
    assert dialect.calls[0].user == "somebody"


def test_bodies_with_files_have_a_bound_of_their_own() -> None:
    app = guarded(ToyDialect(), BodyLimits(files=2000, plain=100))
    assert send(app, "POST", "/box/toys/play", b" " * 101, headers=GOOD).status == 413
    form = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n%s\r\n--b--\r\n' % (b"a" * 1000)
    kind = "multipart/form-data; boundary=b"
    assert send(app, "POST", "/box/toys/upload", form, headers=GOOD, content_type=kind).json == ["a"]
    assert send(app, "POST", "/box/toys/upload", form * 2, headers=GOOD, content_type=kind).status == 413


def test_the_log_tells_of_bodies_that_are_too_large_now_and_then(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(answering, "_too_large", type(answering._too_large)())
    app = guarded(ToyDialect(), BodyLimits(plain=100))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert send(app, "POST", "/box/toys/play", b" " * 101, headers=GOOD).status == 413
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith("toy_play: a body with more than 100 bytes was refused; --max-plain-body")


def test_large_bodies_have_a_bound_together() -> None:
    budget = BodyBudget(3 << 20)
    app = guarded(ToyDialect(), BodyLimits(plain=20 << 20, budget=budget))
    megabyte = b" " * (1 << 20)
    answer = send(app, "POST", "/box/toys/play", [megabyte] * 6, headers=GOOD)
    assert (answer.status, answer.json, answer.read) == (503, {"toy": "TooManyBodies"}, 5)
    assert answer.headers["connection"] == "close"
    assert budget.taken == 0
    for _ in range(3):
        assert send(app, "POST", "/box/toys/play", [megabyte] * 3 + [b"{}"], headers=GOOD).status == 200
    send(app, "POST", "/box/toys/play", [megabyte] * 3, headers=GOOD, then="leave in the middle")
    assert budget.taken == 0


def test_small_bodies_are_read_whatever_large_ones_take() -> None:
    budget = BodyBudget(0)
    app = guarded(ToyDialect(), BodyLimits(plain=20 << 20, budget=budget))
    assert send(app, "POST", "/box/toys/play", [b" " * (1 << 19), b"{}"], headers=GOOD).status == 200
    assert send(app, "POST", "/box/toys/play", [b" " * (1 << 20), b" ", b"{}"], headers=GOOD).status == 503


def test_an_operation_without_credentials_takes_small_bodies_only() -> None:
    app = build_app([Mount(TOY_DOCUMENT, ("/box",), ToyDialect(), BodyLimits(sign_in=20))], None)
    assert send(app, "POST", "/box/toys/play", b'{"name": "a"}').status == 200
    assert send(app, "POST", "/box/toys/play", b'{"name": "abcdefghijk"}').status == 413


@pytest.mark.parametrize(
    ("own_format", "size", "apart"),
    [
        (False, LARGE, False),
        (False, LARGE + 1, True),
        (True, LARGE_FOR_PYTHON, False),
        (True, LARGE_FOR_PYTHON + 1, True),
    ],
)
def test_a_large_body_is_parsed_in_a_thread(own_format: bool, size: int, apart: bool) -> None:
    threads = []

    def read(content: bytes, about: str) -> Json:
        threads.append(threading.current_thread())
        return {}

    binding: Binding = replace(LENIENT, readers={JSON: read}) if own_format else replace(LENIENT, parse=read)
    assert send(guarded(ToyDialect(binding)), "POST", "/box/toys/play", b" " * size, headers=GOOD).status == 200
    assert (threads[0] is not threading.main_thread()) is apart


def listed(number: int, element: bytes = b"1") -> bytes:
    return b"[" + b",".join([element] * number) + b"]"


@pytest.mark.parametrize("parse", [parse_strict, parse_leading])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
@pytest.mark.parametrize("element", [b"1", b'"a"', b"{}", b"[1]"])
def test_too_many_values_are_refused(parse: object, charset: str, element: bytes) -> None:
    assert callable(parse)
    few, many = listed(30_000, element), listed(MAX_VALUES + 1, element)
    encoded = [text if charset == "utf-8" else text.decode().encode(charset) for text in (few, many)]
    assert len(parse(encoded[0], charset)) == 30_000
    with pytest.raises(TooComplex, match="100000 values"):
        parse(encoded[1], charset)


@pytest.mark.parametrize(
    "text",
    [
        b'["' + b"," * MAX_VALUES + b'"]',
        b'["' + rb"\"," * MAX_VALUES + b'"]',
        b'["\\\\", "' + b"[" * MAX_VALUES + b'"]',
    ],
    ids=["commas", "quotes", "brackets"],
)
def test_separators_within_texts_are_no_values(text: bytes) -> None:
    check_json(text)


@pytest.mark.parametrize("text", [b'"', b'["', b'"\\', rb'"\"' * 100_000, b'"a",' * 50_000 + b'"'])
def test_texts_without_an_end_cost_no_more_than_others(text: bytes) -> None:
    check_json(text + b"," * (MAX_VALUES // 2) * (len(text) < 10))


def test_nesting_is_bounded() -> None:
    assert parse_strict(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, "utf-8")
    for depth in (MAX_DEPTH + 1, 1000, 90_000):
        with pytest.raises(TooComplex, match="nested too deeply"):
            parse_leading(b"[" * depth + b"]" * depth, "utf-8")


def form(parts: int, headers: bytes = b"") -> bytes:
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n' + headers + b"\r\nx\r\n"
    return part * parts + b"--b--\r\n"


def test_parts_and_their_headers_are_bounded() -> None:
    kind = "multipart/form-data; boundary=b"
    assert len(parse_multipart(form(MAX_PARTS), kind).parts) == MAX_PARTS
    assert parse_multipart(form(1, b"a: b\r\n" * (MAX_PART_HEADERS - 1)), kind).parts
    for hostile in (
        form(MAX_PARTS + 1),
        form(1, b"a: b\r\n" * MAX_PART_HEADERS),
        form(1, b"a: " + b"b" * 5000 + b"\r\n"),
    ):
        with pytest.raises(ValueError, match=r"more than|exceeded"):
            parse_multipart(hostile, kind)
