"""The query parameters that every operation understands (contract 1.4, 5.1, 5.4)."""

from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest

from taskbridge.dialects.alfresco.errors import INVALID_QUERY, INVALID_SELECT, AlfrescoError
from taskbridge.dialects.alfresco.parameters import Order, Parameters, read
from taskbridge.store.lists import Page


def given(query: str) -> Parameters:
    info = SimpleNamespace(query=parse_qsl(query, keep_blank_values=True))
    return read(SimpleNamespace(info=info))  # type: ignore[arg-type]  # only the query is read


def test_without_parameters_a_list_is_cut_after_a_hundred() -> None:
    parameters = given("")
    assert parameters == Parameters()
    assert parameters.page == Page(0, 100)


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("skipCount=2", Page(2, 100)),
        ("maxItems=3", Page(0, 3)),
        ("skipCount=%2B2&maxItems=3", Page(2, 3)),
        ("maxItems=3&maxItems=x", Page(0, 3)),
    ],
)
def test_a_page_is_asked_for(query: str, page: Page) -> None:
    assert given(query).page == page


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("skipCount=-1", "Negative values not supported for skipCount."),
        ("maxItems=0", "Only positive values supported for maxItems."),
        ("maxItems=-1", "Only positive values supported for maxItems."),
        ("skipCount=-1&maxItems=0", "Negative values not supported for skipCount."),
        ("skipCount=A", "Invalid paging parameter skipCount:A"),
        ("skipCount=", "Invalid paging parameter skipCount:"),
        ("maxItems=A", "Invalid paging parameter maxItems:A"),
        ("maxItems=2147483648", "Invalid paging parameter maxItems:2147483648"),
        ("maxItems=9999999999999999999999", "Invalid paging parameter maxItems:9999999999999999999999"),
        ("skipCount=A&maxItems=1", "Invalid paging parameters skipCount: A, maxItems:1"),
        ("skipCount=1&maxItems=B", "Invalid paging parameters skipCount: 1, maxItems:B"),
        ("orderBy=name+ASC2", "Unknown sort order direction 'ASC2', expected asc or desc"),
        (
            "orderBy=a+b+c",
            "Unknown sort order definition 'a b c', expected 'field1,field2' or 'field1 asc,field2 desc' or similar",
        ),
    ],
)
def test_a_parameter_that_cannot_be_read_is_refused(query: str, text: str) -> None:
    with pytest.raises(AlfrescoError) as caught:
        given(query)
    assert (caught.value.status, caught.value.key, caught.value.text) == (400, text, text)


def test_the_first_fault_in_the_vendors_order_is_told() -> None:
    for query, key in (
        ("select=&where=&orderBy=a+b+c&maxItems=0", "Only positive values supported for maxItems."),
        ("select=&where=", INVALID_QUERY),
        ("select=&include=,", INVALID_SELECT),
    ):
        with pytest.raises(AlfrescoError) as caught:
            given(query)
        assert caught.value.key == key


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("orderBy=name", (Order("name"),)),
        ("orderBy=name+asc", (Order("name"),)),
        ("orderBy=name+DESC", (Order("name", descending=True),)),
        ("orderBy=name+desc,id", (Order("name", descending=True), Order("id"))),
        ("orderBy=", ()),
    ],
)
def test_an_order_is_read(query: str, order: tuple[Order, ...]) -> None:
    assert given(query).order == order


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("fields=id,+name", {"id", "name"}),
        ("properties=id", {"id"}),
        ("fields=id&properties=name", {"id"}),
        ("fields=", None),
        ("properties=id&properties=name", {"id"}),
    ],
)
def test_fields_are_chosen(query: str, fields: set[str] | None) -> None:
    assert given(query).fields == fields


def test_other_parameters_are_kept_as_they_are() -> None:
    parameters = given("status=any&includeSource=true&relations=variables,items&select=state")
    assert (parameters.status, parameters.include_source) == ("any", True)
    assert parameters.relations == ("variables", "items")
    assert parameters.select == ("state",)
