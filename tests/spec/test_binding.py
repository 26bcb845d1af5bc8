"""How JSON values and query texts become what a handler gets."""

import json
from dataclasses import replace

import pytest

from taskbridge.spec import Answer, Binding, Call, Coercers, CoercionError, Mount, build_app
from tests.spec.toys import LENIENT, Json, ToyDialect, changed_document, send, text_of, toy_app


def played(body: Json, binding: Binding = LENIENT) -> Json:
    response = send(toy_app(ToyDialect(binding)), "POST", "/box/toys/play", json.dumps(body).encode())
    return response.json


def counted(query: str, binding: Binding = LENIENT) -> Json:
    return send(toy_app(ToyDialect(binding)), "GET", f"/box/toys/count?{query}").json


def test_values_are_coerced_by_type_and_format_wherever_the_schema_reaches() -> None:
    body = {
        "name": 1.5,
        "age": "7",
        "friend": {"name": True},
        "parts": [{"age": "1"}, {"parts": [{"name": 2}]}],
        "tags": {"a": 1},
    }
    assert played(body) == {
        "name": "1.5",
        "age": 7,
        "friend": {"name": "true"},
        "parts": [{"age": 1}, {"parts": [{"name": "2"}]}],
        "tags": {"a": "1"},
    }


def test_schemas_without_a_type_leave_their_values_alone() -> None:
    value = [1, "1", None, {"name": 1}]
    assert played({"anything": value}) == {"anything": value}


def test_null_passes_only_where_the_schema_allows_it() -> None:
    assert played({"name": None, "age": None, "friend": None}) == {"name": None, "age": None, "friend": None}
    assert played({"born": None}) == {"born": "null"}


@pytest.mark.parametrize(
    ("body", "pointer", "value", "kind"),
    [
        ({"age": "old"}, "/age", "old", ("integer", "int32")),
        ({"name": {}}, "/name", {}, ("string", None)),
        ({"parts": [{}, {"friend": {"age": "x"}}]}, "/parts/1/friend/age", "x", ("integer", "int32")),
        ({"tags": {"a/b~c": []}}, "/tags/a~1b~0c", [], ("string", None)),
    ],
)
def test_a_failed_coercion_tells_where_and_what(
    body: Json, pointer: str, value: Json, kind: tuple[str, str | None]
) -> None:
    told = played(body)
    assert (told["toy"], told["pointer"], told["keyword"], told["value"]) == ("InvalidBody", pointer, "type", value)
    assert (told["facts"]["type"], told["facts"]["format"]) == kind


@pytest.mark.parametrize(
    ("body", "pointer", "keyword"),
    [
        ([], "", "type"),
        ("text", "", "type"),
        ({"parts": {}}, "/parts", "type"),
        ({"parts": [[]]}, "/parts/0", "type"),
        ({"weight": 0}, "/weight", "exclusiveMinimum"),
        ({"friend": {"weight": -1}}, "/friend/weight", "exclusiveMinimum"),
    ],
)
def test_what_coercion_leaves_wrong_the_schema_refuses(body: Json, pointer: str, keyword: str) -> None:
    told = played(body)
    assert (told["toy"], told["pointer"], told["keyword"]) == ("InvalidBody", pointer, keyword)


def test_without_coercers_the_schema_is_taken_literally() -> None:
    assert played({"age": 7}, Binding()) == {"age": 7}
    assert played({"age": "7"}, Binding())["keyword"] == "type"


def test_a_coercer_may_give_another_type_where_the_dialect_says_so() -> None:
    born: Coercers = {("string", "date-time"): len}
    assert played({"born": "long ago"}, Binding(coercers=born, retyped_formats=frozenset(["date-time"]))) == {"born": 8}
    assert played({"born": "long ago"}, Binding(coercers=born))["pointer"] == "/born"


def test_unknown_members_are_kept_or_dropped_but_free_objects_stay_whole() -> None:
    body = {
        "name": "bear",
        "colour": "brown",
        "friend": {"colour": "white"},
        "tags": {"colour": "grey"},
        "anything": {"x": 1},
    }
    assert played(body) == body
    dropped = {"name": "bear", "friend": {}, "tags": {"colour": "grey"}, "anything": {"x": 1}}
    assert played(body, Binding(unknown_members="drop")) == dropped


def test_member_names_match_in_any_case_where_the_dialect_says_so() -> None:
    binding = Binding(coercers={("string", None): text_of}, ignore_member_case=True)
    assert played({"NAME": 1, "Friend": {"nAme": 2}}, binding) == {"name": "1", "friend": {"name": "2"}}
    assert played({"NAME": 1}) == {"NAME": 1}


def test_members_of_an_all_of_are_bound_together() -> None:
    schema = {
        "allOf": [
            {"$ref": "#/components/schemas/Toy"},
            {"type": "object", "properties": {"name": {}, "size": {"type": "string"}}},
        ]
    }
    document = changed_document(
        lambda d: d["paths"]["/toys/play"]["post"]["requestBody"]["content"]["application/json"].update(schema=schema)
    )
    app = build_app([Mount(document, ("/box",), ToyDialect())], None)
    assert send(app, "POST", "/box/toys/play", b'{"age": "7", "size": 5}').json == {"age": 7, "size": "5"}


def test_a_member_that_must_not_be_sent_is_not_required_of_a_request() -> None:
    def change(document: Json) -> None:
        toy = document["components"]["schemas"]["Toy"]
        toy["properties"]["id"] = {"type": "string", "readOnly": True}
        toy["required"] = ["id", "name"]

    app = build_app([Mount(changed_document(change), ("/box",), ToyDialect())], None)
    assert send(app, "POST", "/box/toys/play", b'{"name": "bear"}').status == 200
    assert send(app, "POST", "/box/toys/play", b"{}").json["facts"] == {"property": "name"}


def test_only_the_declared_query_parameters_that_were_given_are_there() -> None:
    assert counted("")["query"] == {}
    query = counted("maxAge=5&soft=true&order=asc&names=a,b&colour=brown")["query"]
    assert query == {"maxAge": 5, "soft": True, "order": "asc", "names": ["a", "b"]}


@pytest.mark.parametrize(
    ("text", "names"), [("a%2Cb", ["a", "b"]), ("%C3%A4+b", ["ä b"]), ("", [""]), ("%FF", ["\ufffd"])]
)
def test_query_values_are_decoded_before_they_are_bound(text: str, names: list[str]) -> None:
    assert counted(f"names={text}")["query"] == {"names": names}


@pytest.mark.parametrize(
    ("query", "name", "value", "keyword"),
    [
        ("maxAge=old", "maxAge", "old", "type"),
        ("soft=yes", "soft", "yes", "type"),
        ("order=up", "order", "up", "enum"),
    ],
)
def test_a_wrong_query_parameter_is_named_with_its_text(query: str, name: str, value: str, keyword: str) -> None:
    told = counted(query)
    assert (told["toy"], told["location"]) == ("InvalidParameter", "query")
    assert (told["name"], told["value"], told["keyword"]) == (name, value, keyword)


@pytest.mark.parametrize("text", ["1_000", "٣", "", " 5", "0x1", "5.0"])
def test_without_a_coercer_an_integer_in_a_query_is_digits_only(text: str) -> None:
    assert counted(f"maxAge={text}", Binding())["toy"] == "InvalidParameter"
    assert counted("maxAge=-5", Binding())["query"] == {"maxAge": -5}


def test_of_a_repeated_parameter_the_chosen_value_counts() -> None:
    assert counted("maxAge=1&maxAge=2")["query"] == {"maxAge": 1}
    assert counted("maxAge=1&maxAge=2", Binding(repeated_parameter="last"))["query"] == {"maxAge": 2}


def test_an_exploded_array_collects_its_repetitions() -> None:
    document = changed_document(lambda d: d["paths"]["/toys/count"]["get"]["parameters"][3].update(explode=True))
    app = build_app([Mount(document, ("/box",), ToyDialect())], None)
    assert send(app, "GET", "/box/toys/count?names=a,b&names=c").json["query"] == {"names": ["a,b", "c"]}


def test_a_required_query_parameter_may_not_be_missing() -> None:
    document = changed_document(lambda d: d["paths"]["/toys/count"]["get"]["parameters"][0].update(required=True))
    app = build_app([Mount(document, ("/box",), ToyDialect())], None)
    told = send(app, "GET", "/box/toys/count").json
    assert (told["name"], told["value"], told["keyword"]) == ("maxAge", None, "required")


def test_unknown_query_parameters_are_refused_where_the_dialect_says_so() -> None:
    told = counted("colour=brown", Binding(unknown_parameters="refuse"))
    assert (told["toy"], told["name"], told["value"]) == ("InvalidParameter", "colour", "brown")


def test_query_parameters_match_in_any_case_where_the_dialect_says_so() -> None:
    assert counted("MAXAGE=5", Binding(ignore_member_case=True))["query"] == {"maxAge": 5}
    assert counted("MAXAGE=5")["query"] == {}


def test_a_query_parameter_may_stand_in_a_header_where_the_dialect_says_so() -> None:
    in_headers = replace(LENIENT, query_in_headers=True)
    app, plain = toy_app(ToyDialect(in_headers)), toy_app(ToyDialect(LENIENT))
    sent = {"Authorization": "x", "maxAge": "5"}
    assert send(app, "GET", "/box/toys/count", headers=sent).json["query"] == {"maxAge": 5}
    assert send(app, "GET", "/box/toys/count?maxAge=6", headers=sent).json["query"] == {"maxAge": 6}
    assert send(plain, "GET", "/box/toys/count", headers=sent).json["query"] == {}
    refused = send(app, "GET", "/box/toys/count", headers={**sent, "maxAge": "old"}).json
    assert (refused["toy"], refused["name"], refused["value"]) == ("InvalidParameter", "maxAge", "old")


def test_text_may_be_coerced_by_other_rules_than_json() -> None:
    def strict(text: Json) -> Json:
        raise CoercionError(f"no {text}")

    binding = Binding(
        coercers=LENIENT.coercers, text_coercers={("integer", None): strict, ("integer", "int32"): strict}
    )
    assert counted("maxAge=5", binding)["reason"] == "no 5"
    assert played({"age": "5"}, binding) == {"age": 5}


def test_a_body_without_content_type_is_what_the_dialect_assumes() -> None:
    app = toy_app(ToyDialect(Binding(assumed_content_type="application/json")))
    assert send(app, "POST", "/box/toys/play", b'{"age": 7}', content_type=None).json == {"age": 7}


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded; charset=utf-8"])
def test_a_body_of_another_type_is_json_where_the_dialect_says_so(content_type: str | None) -> None:
    app = toy_app(ToyDialect(Binding(any_body_is_json=True)))
    assert send(app, "POST", "/box/toys/play", b'{"age": 7}', content_type=content_type).json == {"age": 7}
    assert (
        send(app, "POST", "/box/toys/upload", b"abc", content_type=content_type).json["toy"] == "UnsupportedMediaType"
    )


def test_the_dialect_may_parse_json_its_own_way() -> None:
    binding = Binding(parse=lambda content, charset: {"name": f"{charset} {content.decode()}"})
    assert send(toy_app(ToyDialect(binding)), "POST", "/box/toys/play", b"*").json == {"name": "utf-8 *"}


def multipart(*parts: bytes) -> bytes:
    return b"".join(b"--B\r\n" + part + b"\r\n" for part in parts) + b"--B--\r\n"


def test_a_multipart_body_comes_as_its_parts_in_order() -> None:
    dialect = ToyDialect()
    body = multipart(
        b'Content-Disposition: form-data; name="data"; filename="\xc3\xa4.bpmn"\r\nContent-Type: text/xml\r\n\r\n'
        b"<a\r\n/>\x00\xff",
        b'content-disposition: form-data; name="title"\r\n\r\n',
    )
    response = send(toy_app(dialect), "POST", "/box/toys/upload", body, content_type="multipart/form-data; boundary=B")
    assert response.json == ["data", "title"]
    data, title = dialect.calls[0].body
    assert (data.filename, data.content_type, data.content) == ("ä.bpmn", "text/xml", b"<a\r\n/>\x00\xff")
    assert (title.filename, title.content_type, title.content) == (None, None, b"")
    assert dialect.calls[0].body.first("title") is title
    assert dialect.calls[0].body.first("other") is None


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (multipart(b"Content-Disposition: form-data; name=a\r\n\r\n1"), "multipart/form-data"),
        (multipart(b"Content-Disposition: form-data; name=a\r\n\r\n1")[:-6], "multipart/form-data; boundary=B"),
        (multipart(b"Content-Disposition: form-data\r\n\r\n1"), "multipart/form-data; boundary=B"),
        (multipart(*[b"Content-Disposition: form-data; name=a\r\n\r\n"] * 1001), "multipart/form-data; boundary=B"),
        (b"junk", "multipart/form-data; boundary=B"),
        (b"--B--", "multipart/form-data; boundary=" + "B" * 400),
    ],
)
def test_a_broken_multipart_body_is_malformed(body: bytes, content_type: str) -> None:
    response = send(toy_app(max_body=1 << 20), "POST", "/box/toys/upload", body, content_type=content_type)
    assert (response.status, response.json["toy"]) == (400, "MalformedBody")


def test_other_media_types_come_as_bytes() -> None:
    response = send(toy_app(), "POST", "/box/toys/upload", b"abc", content_type="application/octet-stream")
    assert response.json == ["abc"]


def test_a_media_range_of_the_document_takes_what_falls_into_it() -> None:
    def change(document: Json) -> None:
        content = document["paths"]["/toys/upload"]["post"]["requestBody"]["content"]
        content["image/*"] = {"schema": {"type": "string", "format": "binary"}}

    app = build_app([Mount(changed_document(change), ("/box",), ToyDialect())], None)
    assert send(app, "POST", "/box/toys/upload", b"abc", content_type="image/png").status == 200
    assert send(app, "POST", "/box/toys/upload", b"abc", content_type="video/png").status == 415


def test_a_handler_gets_all_that_the_call_brought() -> None:
    dialect = ToyDialect()
    send(toy_app(dialect), "PUT", "/box/toys/1", b'{"age": 7}', headers={"Authorization": "x", "X-More": "ä"})
    (call,) = dialect.calls
    assert (call.operation.operation_id, call.operation.method, call.operation.path) == ("toy_put", "PUT", "/toys/{id}")
    assert (call.path, call.query, call.body, call.has_body) == ({"id": "1"}, {}, {"age": 7}, True)
    assert (call.user, call.services, call.base_url) == ("somebody", "the services", "http://toys.example:8080/box")
    assert (call.headers.get("x-MORE"), call.headers.get_all("X-More"), "x-less" in call.headers) == ("ä", ["ä"], False)


def test_bytes_are_sent_as_they_are() -> None:
    dialect = ToyDialect()

    async def picture(call: Call) -> Answer:
        return Answer(200, b"\x00\xff", "image/png")

    dialect.handlers |= {"toy_get": picture}
    response = send(toy_app(dialect), "GET", "/box/toys/1")
    assert (response.headers["content-type"], response.body) == ("image/png", b"\x00\xff")
