"""The ways in which a stock Connexion answers wrongly, in foreign words, or not at all; none of them may come back."""

import asyncio

import pytest

from taskbridge.spec import Answer, BodyLimits, Call, CallInfo, Failure, Mount, SpecError, build_app
from taskbridge.spec.document import operations
from tests import patience
from tests.spec.toys import TOY_DOCUMENT, ToyDialect, changed_document, send, toy_app

JSON = "application/json"


def test_an_operation_id_used_twice_is_refused_at_start_up() -> None:
    document = changed_document(lambda d: d["paths"]["/toys/count"]["get"].update(operationId="toy_put"))
    with pytest.raises(SpecError, match="toy_put is used 2 times"):
        build_app([Mount(document, ("/box",), ToyDialect())], None)


def test_every_secured_operation_without_credentials_ends_in_the_dialects_401() -> None:
    document = changed_document(lambda d: d.update(security=[{"basicAuth": []}]))
    app = build_app([Mount(document, ("/box",), ToyDialect())], None)
    for operation in operations(document):
        response = send(app, operation.method, f"/box{operation.path.replace('{id}', '1')}", b"{}")
        assert (response.status, response.json["toy"], response.read) == (401, "Unauthorized", 0)


def test_credentials_are_asked_for_where_only_the_operation_names_them() -> None:
    app = toy_app()
    assert send(app, "PUT", "/box/toys/1", b"{}").status == 401
    assert send(app, "PUT", "/box/toys/1", b"{}", headers={"Authorization": "x"}).status == 204
    assert send(app, "GET", "/box/toys/1").status == 200


def test_a_literal_path_comes_before_a_parameter_whatever_the_order_in_the_document() -> None:
    app = toy_app()
    assert send(app, "GET", "/box/toys/count").json["count"] == 2
    assert send(app, "GET", "/box/toys/counted").json == {"name": "counted"}


def test_every_path_resolves_to_its_own_operation() -> None:
    dialect = ToyDialect()
    seen: list[str] = []

    async def note(call: Call) -> Answer:
        seen.append(call.operation.operation_id)
        return Answer(204)

    dialect.handlers = dict.fromkeys(dialect.handlers, note)
    app = toy_app(dialect)
    for operation in operations(TOY_DOCUMENT):
        kind = "application/octet-stream" if operation.operation_id == "toy_upload" else JSON
        path = f"/box{operation.path.replace('{id}', 'x')}"
        send(app, operation.method, path, b"{}", content_type=kind, headers={"Authorization": "x"})
    assert seen == [operation.operation_id for operation in operations(TOY_DOCUMENT)]


def test_a_chunked_body_counts_like_any_other() -> None:
    response = send(toy_app(), "POST", "/box/toys/play", [b'{"na', b"", b'me": "bear"}', b""])
    assert (response.status, response.json) == (200, {"name": "bear"})


def test_an_empty_json_body_is_what_the_document_says_it_is() -> None:
    response = send(toy_app(), "POST", "/box/toys/play", b"")
    assert (response.status, response.json) == (200, {})


def test_an_optional_body_may_be_empty() -> None:
    document = changed_document(lambda d: d["paths"]["/toys/play"]["post"].pop("x-taskbridge"))
    app = build_app([Mount(document, ("/box",), ToyDialect())], None)
    assert send(app, "POST", "/box/toys/play", b"").status == 204


def test_a_required_body_may_not_be_empty() -> None:
    response = send(toy_app(), "PUT", "/box/toys/1", b"", headers={"Authorization": "x"})
    assert (response.status, response.json["toy"]) == (400, "MissingBody")


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/jsonp", "application/octet-stream"])
@pytest.mark.parametrize("body", [b"", b"{}"])
def test_a_missing_or_foreign_content_type_is_refused_unread(content_type: str | None, body: bytes) -> None:
    response = send(toy_app(), "POST", "/box/toys/play", body, content_type=content_type)
    assert response.status == 415
    assert response.json == {"toy": "UnsupportedMediaType", "content_type": content_type}
    assert response.read == 0


@pytest.mark.parametrize(
    "content_type", ["Application/JSON", "application/json; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_a_content_type_is_the_same_in_any_case_and_with_parameters(content_type: str) -> None:
    assert send(toy_app(), "POST", "/box/toys/play", b"{}", content_type=content_type).status == 200


def test_a_body_that_is_to_be_ignored_may_be_anything() -> None:
    app = toy_app()
    for content_type, body in ((None, b""), (JSON, b"{"), (JSON, b"null"), (JSON, b""), ("text/plain", b"\xff")):
        assert send(app, "POST", "/box/toys/1/release", body, content_type=content_type).status == 204


def test_a_raw_body_is_handed_over_as_it_came_whatever_it_claims_to_be() -> None:
    dialect = ToyDialect()
    raw = changed_document(
        lambda document: document["paths"]["/toys/{id}"]["put"].update({"x-taskbridge": {"body": "raw"}})
    )
    app, signed = (
        build_app([Mount(raw, ("/box",), dialect, BodyLimits(plain=10))], services=None),
        {"Authorization": "me"},
    )
    for content_type, body in ((None, b"{"), (JSON, b"\xff"), ("text/plain", b"[1]"), (JSON, b"")):
        assert send(app, "PUT", "/box/toys/1", body, content_type=content_type, headers=signed).status == 204
    assert [(call.body, call.has_body) for call in dialect.calls] == [
        (b"{", True),
        (b"\xff", True),
        (b"[1]", True),
        (b"", False),
    ]
    assert send(app, "PUT", "/box/toys/1", b"12345678901", headers=signed).json["toy"] == "BodyTooLarge"


def test_a_get_may_carry_a_body() -> None:
    assert send(toy_app(), "GET", "/box/toys/1", b"{}", headers={"Content-Type": JSON}).status == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"name": "\xff"}', JSON),
        (b'{"name": "b\xe4r"}', JSON),
        (b"{}", "application/json; charset=klingon"),
        (b"{}", "application/json; charset=unicode_escape"),
        (b'{"weight": NaN}', JSON),
        (b'{"weight": Infinity}', JSON),
        (b"{'name': 1}", JSON),
        (b'{"name": 1,}', JSON),
        (b"{} {}", JSON),
        (b'{"anything": ' + b"[" * 400 + b"]" * 400 + b"}", JSON),
        (b'{"friend": ' * 80 + b"{}" + b"}" * 79, JSON),
        (b'{"anything": 1' + b"0" * 900 + b".}", JSON),
    ],
)
def test_text_that_is_not_json_is_malformed_in_the_dialects_words(body: bytes, content_type: str) -> None:
    response = send(toy_app(), "POST", "/box/toys/play", body, content_type=content_type)
    assert (response.status, response.json["toy"]) == (400, "MalformedBody")


def test_deep_nesting_is_refused_before_anything_can_run_out_of_stack() -> None:
    app = toy_app(max_body=1 << 20)
    bombs = (b"[" * 500_000, b'{"friend":' * 201 + b"{}" + b"}" * 201, b'{"parts":[' * 101 + b"]}" * 101)
    for bomb in bombs:
        assert send(app, "POST", "/box/toys/play", bomb).json["toy"] == "MalformedBody"


def test_nesting_within_reason_is_bound_to_its_end() -> None:
    body = b'{"friend":' * 150 + b'{"name": 7}' + b"}" * 150
    response = send(toy_app(max_body=10_000), "POST", "/box/toys/play", body)
    assert response.body == body.replace(b'{"name": 7}', b'{"name":"7"}')


def test_known_charsets_other_than_utf_8_are_read() -> None:
    app = toy_app()
    for charset in ("iso-8859-1", "utf-16"):
        body = '{"name": "Bär"}'.encode(charset)
        response = send(app, "POST", "/box/toys/play", body, content_type=f"{JSON}; charset={charset}")
        assert response.json == {"name": "Bär"}


@pytest.mark.parametrize("number", [2**63, 2**64, -(2**63) - 1, 10**40])
def test_an_integer_beyond_64_bits_stays_exact_both_ways(number: int) -> None:
    response = send(toy_app(), "POST", "/box/toys/play", b'{"anything": %d}' % number)
    assert response.json == {"anything": number}


def test_a_date_is_never_judged_by_the_validator() -> None:
    response = send(toy_app(), "POST", "/box/toys/play", b'{"born": "2013-01-23T13:42:42.000+0100"}')
    assert response.status == 200
    assert send(toy_app(), "POST", "/box/toys/play", b'{"born": "yesterday"}').status == 200


def test_nullable_beside_a_reference_lets_null_through() -> None:
    assert send(toy_app(), "POST", "/box/toys/play", b'{"friend": null}').json == {"friend": None}
    assert send(toy_app(), "POST", "/box/toys/play", b'{"tags": null}').json["keyword"] == "type"


def test_the_literal_null_is_told_apart_from_no_body() -> None:
    assert send(toy_app(), "POST", "/box/toys/play", b"null").json == {"toy": "NullBody"}


@pytest.mark.parametrize(
    "path", ["/box", "/box/", "/box/nothing", "/box/toys/1/nothing", "/box//toys/1", "/box/toys//release"]
)
def test_an_unknown_path_below_a_mount_is_a_404_in_the_dialects_words(path: str) -> None:
    response = send(toy_app(), "GET", path)
    assert (response.status, response.json) == (404, {"toy": "UnknownPath", "path": path})


@pytest.mark.parametrize("path", ["/", "/boxes/toys/1", "/toys/1", "/openapi.json"])
def test_a_path_outside_every_mount_is_a_404_in_our_own_words(path: str) -> None:
    response = send(toy_app(), "GET", path)
    assert (response.status, response.headers["content-type"]) == (404, JSON)
    assert response.json == {"message": "nothing is at this path"}


def test_a_wrong_method_is_a_405_with_allow_in_the_dialects_words() -> None:
    response = send(toy_app(), "DELETE", "/box/toys/1")
    assert (response.status, response.json["toy"]) == (405, "WrongMethod")
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, PUT"
    assert send(toy_app(), "GET", "/box/toys/play").headers["allow"] == "OPTIONS, POST"


def test_options_names_the_methods_of_a_path() -> None:
    response = send(toy_app(), "OPTIONS", "/box/toys/play")
    assert (response.status, response.headers["allow"], response.body) == (200, "OPTIONS, POST", b"")
    assert send(toy_app(), "OPTIONS", "/box/nothing").status == 404


def test_head_answers_as_get_without_the_body() -> None:
    full, head = send(toy_app(), "GET", "/box/toys/1"), send(toy_app(), "HEAD", "/box/toys/1")
    assert (head.status, head.headers, head.body) == (full.status, full.headers, b"")
    assert send(toy_app(), "HEAD", "/box/toys/play").status == 405


def test_a_slash_too_many_never_redirects() -> None:
    strict, tolerant = toy_app(), toy_app(ToyDialect(trailing_slash=True))
    for path in ("/box/toys/1/", "/box/toys/count/"):
        assert send(strict, "GET", path).status == 404
        assert send(tolerant, "GET", path).status == 200
    assert send(tolerant, "GET", "/box/toys/1//").status == 404


@pytest.mark.parametrize(
    ("sent", "seen"), [("a%2Fb", "a/b"), ("%C3%A4", "ä"), ("a%20b", "a b"), ("a+b", "a+b"), ("%FF", "\ufffd")]
)
def test_a_path_parameter_is_decoded_within_its_segment(sent: str, seen: str) -> None:
    assert send(toy_app(), "GET", f"/box/toys/{sent}").json == {"name": seen}


def test_a_body_told_too_large_is_refused_unread() -> None:
    response = send(toy_app(max_body=10), "POST", "/box/toys/play", b"x" * 11)
    assert (response.status, response.json, response.read) == (413, {"toy": "BodyTooLarge", "limit": 10}, 0)
    assert response.headers["connection"] == "close"


def test_reading_a_chunked_body_stops_at_the_limit() -> None:
    response = send(toy_app(max_body=10), "POST", "/box/toys/play", [b"x" * 6] * 50)
    assert (response.status, response.json["toy"], response.read) == (413, "BodyTooLarge", 2)


def test_a_body_of_exactly_the_limit_is_read() -> None:
    assert send(toy_app(max_body=2), "POST", "/box/toys/play", b"{}").status == 200
    assert send(toy_app(max_body=2), "POST", "/box/toys/play", [b"{", b"}"]).status == 200


def test_a_client_that_leaves_while_its_body_is_read_is_not_answered_nor_served() -> None:
    dialect = ToyDialect()
    response = send(toy_app(dialect), "POST", "/box/toys/play", [b"{}"], then="leave in the middle")
    assert (response.status, dialect.calls) == (0, [])


@pytest.mark.parametrize(("then", "gone"), [("wait", False), ("leave", True)])
def test_a_handler_sees_whether_the_client_has_gone_without_waiting(then: str, gone: bool) -> None:
    dialect = ToyDialect()
    seen: list[bool] = []

    async def look(call: Call) -> Answer:
        seen.extend([await call.disconnected(), await call.disconnected()])
        return Answer(204)

    dialect.handlers |= {"toy_play": look, "toy_release": look}
    send(toy_app(dialect), "POST", "/box/toys/play", [b"{", b"}"], then=then)
    send(toy_app(dialect), "POST", "/box/toys/1/release", [b"{", b"}"], then=then)
    assert seen == [gone] * 4


def test_a_handler_can_wait_for_the_client_to_go() -> None:
    dialect = ToyDialect()

    async def wait(call: Call) -> Answer:
        await asyncio.wait_for(call.wait_disconnected(), timeout=patience.SECONDS)
        return Answer(204)

    dialect.handlers |= {"toy_release": wait}
    assert send(toy_app(dialect), "POST", "/box/toys/1/release", [b"{}"], then="leave").status == 204


def test_two_documents_on_one_base_path_are_refused() -> None:
    mounts = [Mount(TOY_DOCUMENT, ("/box", "/chest"), ToyDialect()), Mount(TOY_DOCUMENT, ("/chest/",), ToyDialect())]
    with pytest.raises(SpecError, match="base path /chest"):
        build_app(mounts, None)


def test_what_nobody_foresaw_is_logged_and_answered_in_the_dialects_words(caplog: pytest.LogCaptureFixture) -> None:
    for path in ("/box/toys/bug", "/box/toys/unsendable"):
        response = send(toy_app(), "GET", path)
        assert (response.status, response.json) == (500, {"toy": "UnexpectedError"})
    assert [record.exc_info is not None for record in caplog.records] == [True, True]


def test_a_situation_of_the_service_is_answered_by_the_dialect() -> None:
    assert send(toy_app(), "GET", "/box/toys/broken").json == {"toy": "Broken"}


def test_a_dialect_without_words_still_ends_in_a_plain_answer(caplog: pytest.LogCaptureFixture) -> None:
    class Mute(ToyDialect):
        def failure(self, failure: Failure, call: CallInfo) -> Answer:
            raise RuntimeError("no words")

    response = send(toy_app(Mute()), "GET", "/box/nothing")
    assert (response.status, response.json) == (500, {"message": "unexpected error"})
    assert "failed outside every dialect" in caplog.text


def test_a_header_with_a_line_break_is_not_sent() -> None:
    dialect = ToyDialect()

    async def inject(call: Call) -> Answer:
        return Answer(200, {}, headers={"X-Name": "a\r\nSet-Cookie: b"})

    dialect.handlers |= {"toy_get": inject}
    response = send(toy_app(dialect), "GET", "/box/toys/1")
    assert (response.status, "x-name" in response.headers) == (500, False)


def test_json_has_exactly_the_plain_content_type_and_no_body_has_none() -> None:
    app = toy_app()
    assert send(app, "GET", "/box/toys/1").headers["content-type"] == "application/json"
    empty = send(app, "POST", "/box/toys/1/release")
    assert not {"content-type", "content-length"} & set(empty.headers)


def test_the_dialect_has_a_last_look_at_every_answer() -> None:
    app = toy_app()
    for method, path in (
        ("GET", "/box/toys/1"),
        ("GET", "/box/nothing"),
        ("OPTIONS", "/box/toys/1"),
        ("PUT", "/box/toys/1"),
    ):
        assert send(app, method, path).headers["x-toy"] == "yes"


def test_a_dialect_may_ask_for_credentials_before_it_says_what_exists() -> None:
    app = toy_app(ToyDialect(guards_unknown_paths=True))
    for method, path in (("GET", "/box/nothing"), ("DELETE", "/box/toys/1"), ("OPTIONS", "/box/toys/1")):
        assert send(app, method, path).status == 401
    assert send(app, "GET", "/box/nothing", headers={"Authorization": "x"}).status == 404
