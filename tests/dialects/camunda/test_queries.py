"""Sorting and conditions on variables (contract 0.4, 1.2, 1.6)."""

import pytest

from taskbridge.dialects.camunda.errors import CamundaError
from taskbridge.dialects.camunda.queries import (
    Rules,
    condition,
    conditions_from_text,
    exact_condition,
    sorting_from_body,
)
from taskbridge.store.lists import Sorting

ORDERS = {"createTime": "created_at", "id": "id"}


@pytest.mark.parametrize(
    ("value", "types"),
    [
        (5, ("Short", "Integer", "Long", "Double")),
        (5.0, ("Short", "Integer", "Long", "Double")),
        (2**15, ("Integer", "Long", "Double")),
        (2**31, ("Long", "Double")),
        (2**53 + 1, ("Long",)),
        (5.5, ("Double",)),
        ("5", ("String",)),
        (True, ("Boolean",)),
    ],
)
def test_a_number_matches_the_types_that_hold_it_without_loss(value: object, types: tuple[str, ...]) -> None:
    assert condition("v", "eq", value).types == types


def test_a_text_that_is_a_date_compares_as_date() -> None:
    found = condition("v", "lt", "2013-01-23T14:42:45.000+0200")
    assert (found.value, found.types) == (1358944965000, ("Date",))


def test_a_pattern_is_text_whatever_it_was() -> None:
    found = condition("v", "like", 5)
    assert (found.value, found.types) == ("5", ("String",))


@pytest.mark.parametrize(
    ("operator", "words"),
    [
        ("gt", "greater than"),
        ("gteq", "greater than or equal"),
        ("lt", "less than"),
        ("lteq", "less than or equal"),
        ("like", "like"),
        ("notLike", "not like"),
    ],
)
@pytest.mark.parametrize("value", [None, True])
def test_nothing_and_booleans_have_no_order(operator: str, words: str, value: object) -> None:
    with pytest.raises(CamundaError) as refused:
        condition("v", operator, value)
    assert (refused.value.status, refused.value.type, refused.value.message) == (
        500,
        "ProcessEngineException",
        f"Booleans and null cannot be used in '{words}' condition",
    )


@pytest.mark.parametrize("value", [[], {}, 2**63])
def test_what_no_variable_holds_as_a_scalar_cannot_be_asked_for(value: object) -> None:
    with pytest.raises(CamundaError, match="Object values cannot be used to query"):
        condition("v", "eq", value)
    with pytest.raises(CamundaError, match="Object values cannot be used to query"):
        exact_condition("v", value)


def test_an_unknown_operator_is_refused_by_the_lists_own_noun() -> None:
    with pytest.raises(CamundaError, match=r"^Invalid process variable comparator specified: above$"):
        condition("v", "above", 1, Rules("process variable"))


def test_a_condition_in_a_url_has_three_parts() -> None:
    (found,) = conditions_from_text(["v_eq_5"], "processVariables")
    assert (found.name, found.operator, found.value, found.types) == ("v", "eq", "5", ("String",))
    with pytest.raises(CamundaError) as refused:
        conditions_from_text(["v_eq_5", "a_b_eq_1"], "processVariables")
    assert refused.value.message == (
        "Cannot set query parameter 'processVariables' to value 'v_eq_5,a_b_eq_1': "
        "variable query parameter has to have format KEY_OPERATOR_VALUE."
    )


@pytest.mark.parametrize(
    ("value", "types"),
    [
        (5, ("Integer",)),
        (2**31, ("Long",)),
        (5.0, ("Double",)),
        ("2013-01-23T14:42:45.000+0200", ("String",)),
        (False, ("Boolean",)),
    ],
)
def test_a_fetch_filter_has_one_type(value: object, types: tuple[str, ...]) -> None:
    assert exact_condition("v", value).types == types


def test_sorting_has_several_levels() -> None:
    body = {"sorting": [{"sortBy": "createTime", "sortOrder": "desc"}, {"sortBy": "id", "sortOrder": "asc"}]}
    assert sorting_from_body(body, ORDERS) == [Sorting("created_at", descending=True), Sorting("id")]


def test_a_key_that_comes_again_orders_nothing_more() -> None:
    clauses = [
        {"sortBy": by, "sortOrder": order} for by, order in (("id", "asc"), ("createTime", "asc"), ("id", "desc"))
    ]
    assert sorting_from_body({"sorting": clauses}, ORDERS) == [Sorting("id"), Sorting("created_at")]


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        (
            {"sortBy": "colour", "sortOrder": "asc"},
            "You should call any of the orderBy methods first before specifying a direction: "
            "currentOrderingProperty is null",
        ),
        (
            {"sortBy": "id", "sortOrder": None},
            "Invalid query: call asc() or desc() after using orderByXX(): direction is null",
        ),
        (
            {"sortBy": "id", "sortOrder": "ASC"},
            "Invalid query: call asc() or desc() after using orderByXX(): direction is null",
        ),
    ],
)
def test_half_a_sorting_clause_is_refused(clause: dict[str, str], message: str) -> None:
    with pytest.raises(CamundaError) as refused:
        sorting_from_body({"sorting": [clause]}, ORDERS)
    assert (refused.value.status, refused.value.type, refused.value.message) == (400, "NotValidException", message)


def test_one_sorting_parameter_needs_the_other() -> None:
    with pytest.raises(CamundaError, match=r"Only a single sorting parameter specified. sortBy and sortOrder required"):
        sorting_from_body({"sortBy": "id"}, ORDERS)
