"""Lists of names in a query string (contract 7.2)."""

import pytest

from taskbridge.dialects.alfresco.errors import INVALID_SELECT, AlfrescoError
from taskbridge.dialects.alfresco.select import parse_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("state", ("state",)),
        ("state,variables", ("state", "variables")),
        ("state, variables", ("state", "variables")),
        (" state , variables ", ("state", "variables")),
        ("state,state", ("state",)),
        ("state variables", ("state",)),
        ("state variables,name 12", ("state",)),
        ("bpm:priority,variables/x", ("bpm:priority", "variables/x")),
    ],
)
def test_names_are_read(text: str, names: tuple[str, ...]) -> None:
    assert parse_names(text) == names


@pytest.mark.parametrize(
    ("text", "place"),
    [("", 0), (" ", 1), ("state,", 6), (",state", 0), ("1abc", 0), ("'state'", 0), ("a-b", 1), ("a;b", 1), ("a b;", 3)],
)
def test_what_is_no_list_of_names_is_refused(text: str, place: int) -> None:
    with pytest.raises(AlfrescoError) as caught:
        parse_names(text)
    assert (caught.value.status, caught.value.key) == (400, INVALID_SELECT)
    assert caught.value.text == f"An invalid SELECT query was received. {text}, Error at char position {place}"


def test_include_is_refused_by_its_own_name() -> None:
    with pytest.raises(AlfrescoError, match="An invalid INCLUDE query was received"):
        parse_names("a,,b", "INCLUDE")
