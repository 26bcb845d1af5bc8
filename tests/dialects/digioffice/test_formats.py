"""The formats by themselves: what is written is read again, what cannot be read is refused."""

import random
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taskbridge.dialects.digioffice.binding import BINDING
from taskbridge.dialects.digioffice.formats import csv_text, forms, html, json_text, jsv, xml_text
from taskbridge.dialects.digioffice.formats.dto import Dto, camel_case
from taskbridge.dialects.digioffice.formats.json_text import Spelling
from taskbridge.dialects.digioffice.formats.jsv import FormValue, Jsv
from taskbridge.dialects.digioffice.formats.unread import Records
from taskbridge.spec.binding import BindingCompiler, CoercionError

THING = {
    "type": "object",
    "properties": {
        "ID": {"type": "integer", "format": "int32", "nullable": True},
        "Name": {"type": "string", "nullable": True},
        "Done": {"type": "boolean"},
        "IDs": {"type": "array", "items": {"type": "integer"}, "nullable": True},
        "Names": {"type": "array", "items": {"type": "string"}, "nullable": True},
        "Things": {"type": "array", "items": {"$ref": "#/thing"}, "nullable": True},
    },
}
DOCUMENT: dict[str, Any] = {"thing": THING}
_BIND = BindingCompiler(DOCUMENT, BINDING).compile({"$ref": "#/thing"})


def bound_to_thing(tree: Any) -> Any:  # noqa: ANN401 - JSON
    """A tree as the object that it is to be."""
    assert _BIND is not None
    return _BIND(tree)


#: What XML can hold, and no carriage return, which every XML reader makes a line feed.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"))
NUMBERS = st.integers(-(2**31), 2**31 - 1)


def things(inner: st.SearchStrategy[Dto]) -> st.SearchStrategy[Dto]:
    members = st.fixed_dictionaries(
        {"ID": NUMBERS, "Name": TEXTS, "Done": st.booleans()},
        optional={"IDs": st.lists(NUMBERS), "Names": st.lists(TEXTS), "Things": st.lists(inner, max_size=3)},
    )
    return members.map(lambda one: Dto("Thing", one))


ANY_THING = st.recursive(things(st.builds(Dto, st.just("Thing"), st.just({"Done": True}))), things, max_leaves=5)


@given(ANY_THING)
@example(Dto("Thing", {"ID": 0, "Name": "", "Done": False, "Names": [" "]}))
def test_what_is_written_is_read_again(thing: Dto) -> None:
    texts = {
        "json": json_text.read(json_text.write(thing, Spelling()), ""),
        "json, other spelling": json_text.read(json_text.write(thing, Spelling(camel=True)), ""),
        "jsonl": json_text.read_lines(json_text.write_lines([thing], Spelling()), ""),
        "jsv": jsv.read(jsv.write(thing).encode(), ""),
        "csv": csv_text.read(csv_text.write([thing]).encode(), ""),
        "xml": xml_text.read(xml_text.write(thing, {}), ""),
    }
    for name, tree in texts.items():
        bound = bound_to_thing(tree)
        if name == "csv":  # an empty text and nothing are the same in a cell
            assert {"Name": ""} | bound == thing
        else:
            assert bound == thing, name


@given(st.lists(ANY_THING, min_size=2, max_size=4))
def test_a_list_is_a_line_for_each(many: list[Dto]) -> None:
    lines = json_text.write_lines(many, Spelling())
    assert len(lines.splitlines()) == len(many)
    assert json_text.read_lines(lines, "") == many
    assert len(csv_text.read(csv_text.write(many).encode(), "")) == len(many)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for value in (Jsv(text), FormValue(text)):
        for read in (value.text, value.elements, value.members):
            try:
                read()
            except ValueError:
                continue


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("[1,2]", ["1", "2"]),
        ("1,2", ["1", "2"]),
        ("[]", []),
        ("", []),
        ('["a,b",c]', ["a,b", "c"]),
        ("[{A:[1,2]},{B:x}]", ["{A:[1,2]}", "{B:x}"]),
        ('["say ""x"""]', ['say "x"']),
    ],
)
def test_lists_in_jsv(text: str, elements: list[str]) -> None:
    assert [one.text() for one in Jsv(text).elements()] == elements


def test_objects_in_jsv() -> None:
    members = Jsv('{Name:"a: {b}",IDs:[1,2],"odd name":x:y,Empty:}').members()
    assert {name: value.raw for name, value in members.items()} == {
        "Name": '"a: {b}"',
        "IDs": "[1,2]",
        "odd name": "x:y",
        "Empty": "",
    }


@pytest.mark.parametrize("text", ["[1", "{A:1", '{A:"x}', "{A:1}}", "{A}", "[1,{]}", "x", "[{A:1]"])
def test_broken_jsv_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Jsv(text).members()


def test_a_form_holds_jsv_or_json() -> None:
    fields = forms.read(b"Things=%5B%7B%22ID%22%3A1%2C%22Name%22%3A%22a%5C%22b%22%7D%5D&IDs=1&IDs=2&Done=True", "")
    assert bound_to_thing({name.lower(): value for name, value in fields.items()}) == {
        "Things": [{"ID": 1, "Name": 'a"b'}],
        "IDs": [1, 2],
        "Done": True,
    }


def test_a_text_in_a_cell_is_as_it_is() -> None:
    things = [Dto("Thing", {"Name": name}) for name in ('"', '"a"', "{b}", "[1", 'c""d')]
    tree = csv_text.read(csv_text.write(things).encode(), "text/csv")
    assert [bound_to_thing(one) for one in tree] == things


def test_the_vendors_page_has_json_under_the_name_of_csv() -> None:
    assert bound_to_thing(csv_text.read(b'{"ID":7}', "text/csv")) == {"ID": 7}
    assert bound_to_thing(csv_text.read(b"ID,Name\r\n1,a\r\n", "text/csv")) == {"ID": 1, "Name": "a"}
    with pytest.raises(CoercionError, match="several records"):
        bound_to_thing(csv_text.read(b"ID,Name\r\n1,a\r\n2,b\r\n", "text/csv"))


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><Thing><Name>&b;</Name></Thing>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><Thing/>',
        b"<Thing>",
        b"not xml",
        b"<Thing><Name>\xff</Name></Thing>",
    ],
)
def test_hostile_and_broken_xml_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        xml_text.read(body, "application/xml")


def test_xml_in_any_namespace_order_and_case() -> None:
    body = (
        b'<a:x xmlns:a="urn:a"><a:name> n </a:name><ids><int>1</int><anything>2</anything></ids><!-- c --><ID/></a:x>'
    )
    assert bound_to_thing(xml_text.read(body, "")) == {"Name": " n ", "IDs": [1, 2]}


def test_xml_holds_what_it_cannot_hold_as_a_replacement() -> None:
    written = xml_text.write(
        Dto("Thing", {"Name": "a\x00b\x1f", "At": datetime(1, 1, 1), "None": None}), {"Thing": "N"}
    )
    assert "<Name>a\ufffdb\ufffd</Name>" in written.decode()
    assert "<At>0001-01-01T00:00:00</At>" in written.decode()
    assert '<None i:nil="true"/>' in written.decode()
    assert 'xmlns="http://schemas.datacontract.org/2004/07/N"' in written.decode()


def test_dates_as_each_format_has_them() -> None:
    midnight, later = datetime(1, 1, 1), datetime(2026, 1, 2, 3, 4, 5, 678_000)
    assert json_text.write([midnight, later], Spelling()) == (
        b'["0001-01-01T00:00:00.0000000","2026-01-02T03:04:05.6780000"]'
    )
    assert jsv.write([midnight, later]) == "[0001-01-01,2026-01-02T03:04:05.6780000]"


def test_a_page_shows_markup_as_text() -> None:
    page = html.write(Dto("<b>", {"Name": "<script>"}))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_both_spellings_of_one_object() -> None:
    inner = Dto("Inner", {"WSVerbindingID": 1, "None": None})
    assert json_text.write(Dto("Outer", {"IsNext": inner}, both=True), Spelling(nulls=False)) == (
        b'{"IsNext":{"WSVerbindingID":1},"isNext":{"wsVerbindingID":1}}'
    )


@pytest.mark.parametrize(
    ("name", "camel"),
    [("TaskIDs", "taskIDs"), ("WSVerbindingID", "wsVerbindingID"), ("ID", "id"), ("IsNext", "isNext"), ("a", "a")],
)
def test_camel_case(name: str, camel: str) -> None:
    assert camel_case(name) == camel


@pytest.mark.parametrize("reader", BINDING.readers.values())
def test_bytes_of_any_kind_are_read_or_refused(reader: Any) -> None:  # noqa: ANN401 - a reader
    dice = random.Random(7)
    for _ in range(200):
        content = dice.randbytes(dice.randrange(30))
        try:
            value = reader(content, "text/x; boundary=b; charset=utf-8")
        except ValueError:
            continue
        assert value is None or isinstance(
            value, dict | list | Records | str | int | float | bool | Jsv | xml_text.Node
        )


def test_an_unknown_charset_is_refused() -> None:
    for read in (json_text.read, json_text.read_lines, jsv.read, csv_text.read, forms.read):
        with pytest.raises(ValueError, match="unknown charset"):
            read(b"{}", "x/y; charset=klingon")
    assert json_text.read('{"a":"\u20ac"}'.encode("utf-16"), "application/json; charset=utf-16") == {"a": "\u20ac"}
