""".NET's dates and GUIDs."""

from datetime import datetime

import pytest

from taskbridge.dialects.digioffice.values import date, parse_date, parse_guid

MOMENT = 1_767_323_045_678  # 2026-01-02T03:04:05.678Z


@pytest.mark.parametrize(
    "text",
    [
        "/Date(1767323045678)/",
        "/Date(1767323045678-0800)/",
        "\\/Date(1767323045678)\\/",
        "2026-01-02T03:04:05.678",
        "2026-01-02T03:04:05.6780000",
        "2026-01-02T03:04:05.678Z",
        "2026-01-02T04:04:05.678+01:00",
        "2026-01-01T22:34:05.678-0430",
        " 2026-01-02 03:04:05.678Z ",
    ],
)
def test_a_moment_in_every_form(text: str) -> None:
    assert parse_date(text) == MOMENT
    assert date(parse_date(text)) == datetime(2026, 1, 2, 3, 4, 5, 678_000)


@pytest.mark.parametrize("text", ["", "  ", "0001-01-01", "0001-01-01T00:00:00.0000000", "0001-12-31T23:59:59Z"])
def test_an_unset_moment(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "text", ["tomorrow", "2026-13-01", "2026-02-30", "2026-01-02T25:00:00", "/Date(x)/", "/Date(999999999999999)/", "5"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_date(text)


GUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


@pytest.mark.parametrize("text", [GUID, GUID.upper(), GUID.replace("-", ""), f"{{{GUID}}}", f"({GUID})", f" {GUID} "])
def test_a_guid_in_every_form(text: str) -> None:
    assert parse_guid(text) == GUID


@pytest.mark.parametrize("text", ["", "00000000-0000-0000-0000-000000000000", "0" * 32])
def test_an_empty_guid(text: str) -> None:
    assert parse_guid(text) is None


@pytest.mark.parametrize("text", ["x", GUID[:-1], GUID[:9] + GUID[9:].replace("-", ""), f"{{{GUID}", f"{{{GUID})"])
def test_what_is_no_guid(text: str) -> None:
    with pytest.raises(ValueError, match="is not a GUID"):
        parse_guid(text)
