"""What lenient dialects ask of the spec layer: stand-ins, other readings of paths and bodies, misfits."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from taskbridge.spec import (
    REASON,
    Answer,
    Binding,
    Call,
    CallInfo,
    CoercionError,
    Dialect,
    Failure,
    Mount,
    NoValue,
    SpecError,
    Unauthorized,
    UnknownPath,
    build_app,
    load_document,
)
from taskbridge.spec.checks import check_document
from taskbridge.spec.conformance import ResponseChecker
from tests.spec.toys import STATUSES, Json, send

FILE = Path(__file__).with_name("gadgets.yaml")
DOCUMENT = load_document(FILE)
KEY = {"authorization": "Bearer key"}


def integer_of(value: Json) -> Json:
    if value is None:
        raise NoValue("null")
    try:
        return int(value)
    except (TypeError, ValueError):
        raise CoercionError("no integer") from None


def list_of(value: Json) -> Json:
    if isinstance(value, str):
        return value.split("+")
    if not isinstance(value, list):
        raise CoercionError("no list")
    return value


def pairs(content: bytes, content_type: str) -> Json:
    """``size=1;name=x``."""
    text = content.decode()
    if "=" not in text:
        raise ValueError(f"{content_type}: no pairs")
    return dict(pair.split("=") for pair in text.split(";"))


BINDING = Binding(
    coercers={("integer", None): integer_of, ("array", None): list_of},
    misfits="drop",
    validated=False,
    unknown_members="drop",
    ignore_member_case=True,
    readers={"text/pairs": pairs},
)


class GadgetDialect(Dialect):
    """Answers with what was bound."""

    name = "gadget"
    binding = BINDING

    def __init__(self, *, binds_first: bool = False, binding: Binding = BINDING) -> None:
        self.binds_first = binds_first
        self.binding = binding
        self.handlers = {"gadget_make": self.make, "gadget_use": self.use}

    async def authenticate(self, call: CallInfo) -> str:
        if call.headers.get("authorization") is None:
            raise Unauthorized
        return "somebody"

    def failure(self, failure: Failure, call: CallInfo) -> Answer:
        return Answer(STATUSES.get(type(failure).__name__, 400), {"failed": type(failure).__name__})

    def error(self, error: Exception, call: CallInfo) -> Answer | None:
        return None

    def other_path(self, path: str) -> str | None:
        return path.lower().removesuffix(".txt") if path.startswith("/lab") else None

    def meant(self, call: CallInfo) -> str:
        if call.parameters["name"] != "make":
            raise UnknownPath(call.path)
        return "gadget_make"

    async def make(self, call: Call) -> Answer:
        told = {"body": call.body, "query": call.query, "path": call.path, "user": call.user}
        return Answer(200, told, cookies=("a=1", "b=2"), reason="Made")

    async def use(self, call: Call) -> Answer:
        return Answer(200, {"id": call.path["id"], "operation": call.operation.operation_id})


def app(*, binds_first: bool = False) -> ASGIApp:
    return build_app([Mount(DOCUMENT, ("/lab",), GadgetDialect(binds_first=binds_first))], services=None)


def test_the_document_is_fit_to_be_published() -> None:
    assert check_document(FILE) == []


@pytest.mark.parametrize("path", ["/lab/fast/run/make", "/lab/slow/run/make", "/fast/run/make"])
def test_a_stand_in_runs_the_operation_that_is_meant(path: str) -> None:
    made = send(app(), "POST", path, b'{"size": 1}', headers=KEY)
    assert made.json["body"] == {"size": 1}
    speed = "slow" if "slow" in path else "fast"
    assert made.json["path"] == {"speed": speed, "name": "make"}
    assert made.json["user"] == "somebody"


def test_a_stand_in_asks_for_the_credentials_of_what_is_meant() -> None:
    assert send(app(), "POST", "/fast/run/make", b"{}").status == 401
    assert send(app(), "POST", "/fast/run/other", b"{}").status == 404


def test_only_listed_values_make_a_path() -> None:
    assert send(app(), "POST", "/idle/run/make", b"{}", headers=KEY).json == {"message": "nothing is at this path"}
    assert send(app(), "POST", "/lab/idle/run/make", b"{}", headers=KEY).json == {"failed": "UnknownPath"}


def test_operations_with_servers_of_their_own_leave_other_paths_alone() -> None:
    assert send(app(), "POST", "/gadgets/make", b"{}", headers=KEY).json == {"message": "nothing is at this path"}
    assert send(app(), "POST", "/nothing").json == {"message": "nothing is at this path"}


def test_a_stand_in_has_no_handler() -> None:
    dialect = GadgetDialect()
    dialect.handlers["gadget_run"] = dialect.make
    with pytest.raises(SpecError, match="handler gadget_run has no operation"):
        build_app([Mount(DOCUMENT, ("/lab",), dialect)], services=None)


def test_a_path_is_read_in_another_way_where_that_fits_better() -> None:
    assert send(app(), "POST", "/lab/GADGETS/MAKE", b"{}", headers=KEY).status == 200
    assert send(app(), "POST", "/lab/gadgets/make.txt", b"{}", headers=KEY).json["body"] == {}
    assert send(app(), "POST", "/lab/gadgets/Other.txt").json == {"id": "Other.txt", "operation": "gadget_use"}
    assert send(app(), "POST", "/lab/gizmos/make").json == {"failed": "UnknownPath"}


def test_credentials_may_come_after_the_binding() -> None:
    for first, status in ((False, 401), (True, 400)):
        assert send(app(binds_first=first), "POST", "/lab/gadgets/make", b"{").status == status
        assert send(app(binds_first=first), "POST", "/lab/gadgets/make", b"{}").status == 401
    assert send(app(binds_first=True), "POST", "/lab/gadgets/7").status == 200


def test_a_reader_makes_a_value_of_another_media_type() -> None:
    made = send(app(), "POST", "/lab/gadgets/make", b"SIZE=2;parts=1+2;other=x", content_type="text/pairs", headers=KEY)
    assert made.json["body"] == {"size": 2, "parts": [1, 2]}
    assert send(app(), "POST", "/lab/gadgets/make", b"x", content_type="text/pairs", headers=KEY).status == 400


def test_a_value_that_does_not_fit_is_left_out() -> None:
    body = b'{"size": "big", "name": "n", "parts": [1, null]}'
    assert send(app(), "POST", "/lab/gadgets/make", body, headers=KEY).json["body"] == {"name": "n", "parts": [1]}
    wrong = send(app(), "POST", "/lab/gadgets/make", b'{"parts": [1, "x"]}', headers=KEY)
    assert wrong.json == {"failed": "InvalidBody"}
    refusing = GadgetDialect(binding=replace(BINDING, misfits="refuse", validated=True))
    strict = build_app([Mount(DOCUMENT, ("/lab",), refusing)], services=None)
    assert send(strict, "POST", "/lab/gadgets/make", body, headers=KEY).json == {"failed": "InvalidBody"}
    assert send(strict, "POST", "/lab/gadgets/make", b"{}", headers=KEY).json == {"failed": "InvalidBody"}
    assert send(strict, "POST", "/lab/gadgets/make?size=x", b'{"size":1}', headers=KEY).json == {
        "failed": "InvalidParameter"
    }


def test_a_schema_may_refuse_a_value_that_does_not_fit_but_not_one_that_is_none() -> None:
    document = deepcopy(DOCUMENT)
    document["components"]["schemas"]["Gadget"]["x-taskbridge"] = {"misfits": "refuse"}
    strict = build_app([Mount(document, ("/lab",), GadgetDialect())], services=None)
    for query, body in (("", b'{"size": "big"}'), ("?size=big", b"{}")):
        failed = send(strict, "POST", f"/lab/gadgets/make{query}", body, headers=KEY).json["failed"]
        assert failed == ("InvalidParameter" if query else "InvalidBody")
    made = send(strict, "POST", "/lab/gadgets/make", b'{"size": null, "name": "n"}', headers=KEY)
    assert made.json["body"] == {"name": "n"}


def test_an_exploded_object_takes_its_members_from_the_query() -> None:
    made = send(app(), "POST", "/lab/gadgets/make?Size=3&parts=1&parts=2&colour=red&x=y", b"{}", headers=KEY)
    assert made.json["query"] == {"colour": "red", "gadget": {"size": 3, "parts": [1, 2]}}
    assert send(app(), "POST", "/lab/gadgets/make?size=big", b"{}", headers=KEY).json["query"] == {"gadget": {}}


def test_every_cookie_has_a_header_of_its_own_and_a_reason_needs_a_server_that_offers_it() -> None:
    made = send(app(), "POST", "/lab/gadgets/make", b"{}", headers=KEY)
    assert made.headers["set-cookie"] == "b=2"
    assert made.start["headers"].count((b"set-cookie", b"a=1")) == 1
    assert "reason" not in made.start
    offered = send(app(), "POST", "/lab/gadgets/make", b"{}", headers=KEY, extensions={REASON: {}})
    assert offered.start["reason"] == "Made"


def test_the_checker_knows_all_paths_of_an_operation() -> None:
    checker = ResponseChecker(DOCUMENT, ("/lab",))
    json = {"content-type": "application/json"}
    for path in ("/lab/fast/run/make", "/slow/run/make", "/lab/gadgets/make"):
        assert checker.check("POST", path, 200, json, b"{}") == []
    assert checker.check("POST", "/gadgets/make", 200, json, b"{}") != []
