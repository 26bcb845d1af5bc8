"""Dates, ids and numbers of the dialect."""

import pytest

from taskbridge.dialects.worldserver.values import as_id, format_date, parse_date, parse_integer

MOMENT = 1_590_302_898_473


def test_a_date_is_written_as_the_one_documented_literal() -> None:
    assert format_date(MOMENT) == "2020-05-24T06:48:18.473Z"
    assert format_date(MOMENT - 473) == "2020-05-24T06:48:18.000Z"
    assert format_date(None) is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00.000Z", "0987-06-05T04:03:02.100Z", "9999-12-31T23:59:59.999Z"])
def test_a_date_of_any_year_is_written_as_it_was_read(text: str) -> None:
    assert format_date(parse_date(text)) == text


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-05-24T06:48:18.473Z", MOMENT),
        ("2020-05-24T06:48:18.4730000Z", MOMENT),
        ("2020-05-24T06:48:18.473", MOMENT),
        ("2020-05-24T08:48:18.473+02:00", MOMENT),
        ("2020-05-24T02:18:18.473-0430", MOMENT),
        ("2020-05-24T06:48:18Z", MOMENT - 473),
        ("2020-05-24T06:48", MOMENT - 18_473),
        ("2020-05-24", 1_590_278_400_000),
    ],
)
def test_dates_are_read_in_the_forms_that_clients_write(text: str, moment: int) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", "tomorrow", "2020-13-01", "2020-02-30T00:00:00Z", "24.05.2020", "2020-05-24T25:00", "0000-01-01"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),  # no moment of the years that can be told
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_date(text)


@pytest.mark.parametrize("text", ["abc", "", "1.5", "2147483648", "-2147483649", "٣", "1e3", "9" * 400])
def test_an_id_is_a_whole_number_of_32_bits(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_integer(text)


def test_ids_in_bodies_are_numbers_or_their_digits() -> None:
    ids: list[object] = [7, "7", 7.0, 2147483647]
    others: list[object] = ["x", None, True, 1.5, [7], {}, "", 2**31]
    assert [as_id(value) for value in ids] == [7, 7, 7, 2147483647]
    assert [as_id(value) for value in others] == [None] * 8
