"""JSON text to values and back, where the fast library alone would be wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskbridge.spec import parse_leading, parse_strict
from taskbridge.spec.json_text import dump
from taskbridge.spec.model import Model

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON_VALUES)
def test_every_json_value_survives_the_way_there_and_back(value: object) -> None:
    assert parse_strict(dump(value), "utf-8") == value


@given(JSON_VALUES, st.sampled_from([b" ", b"}", b" 1 2", b"]]", b",", b" \xc3\xa4"]))
def test_a_leading_value_is_read_whatever_follows_it(value: object, rest: bytes) -> None:
    text = b" [" + dump(value) + b"]" + rest
    assert parse_leading(text, "utf-8") == [value]


class Problem(Model):
    code: int | None = None
    inner: "Problem | None" = None


@pytest.mark.parametrize(
    "text", [b"", b" ", b"{", b"{'a': 1}", b'{"a": 1,}', b"NaN", b"[Infinity] x", b"\xff", b"[" * 300]
)
def test_a_leading_value_must_still_be_json(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - that it is refused is all that counts
        parse_leading(text, "utf-8")


@pytest.mark.parametrize("value", [[float("inf"), 2**70], object()])
def test_what_is_no_json_value_is_not_written(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        dump(value)


def test_a_lone_surrogate_is_escaped() -> None:
    assert dump("\ud800") == b'"\\ud800"'


def test_of_a_model_goes_out_what_was_set() -> None:
    assert dump({"error": Problem(code=None, inner=Problem())}) == b'{"error":{"code":null,"inner":{}}}'
    assert dump([Problem(code=2**70)]) == b'[{"code":%d}]' % 2**70
