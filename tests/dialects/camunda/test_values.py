"""Dates as Java reads and writes them (contract 0.6)."""

import pytest

from taskbridge.dialects.camunda.values import EARLIEST, LATEST, format_date, java_text, parse_date

MOMENT = 1358944965000  # 2013-01-23T12:42:45Z


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2013-01-23T14:42:45.000+0200", MOMENT),
        ("2013-01-23T12:42:45.000UTC", MOMENT),
        ("2013-01-23T14:42:45.000GMT+02:00", MOMENT),
        ("2013-1-23T12:42:45.000+0000", MOMENT),
        ("2012-13-23T12:42:45.000+0000", MOMENT),
        ("2013-01-22T36:42:45.000+0000", MOMENT),
        ("2013-01-23T12:42:45.000+0000 and more", MOMENT),
        ("2013-01-23T12:42:45.5+0000", MOMENT + 5),
        ("2013-01-23T12:42:45.123456+0000", MOMENT + 123_456),
        ("2013-01-23T12:42:45.000Z", MOMENT),
        ("2013-01-23T14:42:45.000+02:00", MOMENT),
        ("2013-01-23T12:42:45Z", MOMENT),
        ("2013-01-23T12:42:45.5Z", MOMENT + 500),
        ("2013-01-23T14:42:45.123456+02:00", MOMENT + 123),
        ("2013-01-23T14:42:45.5GMT+02:00", MOMENT + 5),
        ("2013-01-23T07:12:45.000-0530", MOMENT),
        ("1969-12-31T23:59:59.999+0000", -1),
    ],
)
def test_a_date_is_read_as_leniently_as_java_does(text: str, moment: int) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2013-01-23",
        "2013-01-23T12:42:45.000",
        "2013-01-23T12:42:45.000 0000",
        "2013-01-23T12:42:45.000+02",
        "1358944965000",
        "yesterday",
        "999999999-01-01T00:00:00.000+0000",
        "0000-01-01T00:00:00.000+0000",
        "٢٠١٣-01-23T12:42:45.000+0000",
    ],
)
def test_a_text_that_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|years"):
        parse_date(text)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (MOMENT + 7, "2013-01-23T12:42:45.007+0000"),
        (-1, "1969-12-31T23:59:59.999+0000"),
        (EARLIEST, "0001-01-01T00:00:00.000+0000"),
        (LATEST, "9999-12-31T23:59:59.999+0000"),
        (None, None),
    ],
)
def test_a_moment_is_written_with_milliseconds_and_offset(moment: int | None, text: str | None) -> None:
    assert format_date(moment) == text


@pytest.mark.parametrize("moment", [EARLIEST, -1, 0, MOMENT, LATEST])
def test_what_is_written_reads_back(moment: int) -> None:
    assert parse_date(format_date(moment) or "") == moment


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "null"), (True, "true"), (7, "7"), ([1, 2], "[1, 2]"), ({"a": 1, "b": [False]}, "{a=1, b=[false]}")],
)
def test_values_become_text_as_in_java(value: object, text: str) -> None:
    assert java_text(value) == text
