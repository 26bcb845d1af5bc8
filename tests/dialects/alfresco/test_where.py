"""The grammar of filters, and what lists can be asked with it."""

import pytest

from taskbridge.dialects.alfresco.errors import INVALID_PROPERTY, INVALID_QUERY, AlfrescoError
from taskbridge.dialects.alfresco.values import moment, truth, whole
from taskbridge.dialects.alfresco.where import TEXT, VARIABLES, Predicate, Property, filtered, parse_where
from taskbridge.store.variable_filters import VariableCondition

TABLE = {
    "status": Property(),
    "name": TEXT,
    "priority": Property(("=", ">=", "<="), whole),
    "startedAt": Property(("=", ">", "<"), moment),
    "flag": Property(read=truth),
    VARIABLES: Property(()),
}


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("(status='any')", [("status", "=", "any")]),
        ("( status = any )", [("status", "=", "any")]),
        ("(status='any' AND name='x')", [("status", "=", "any"), ("name", "=", "x")]),
        ("(a=1 and b=2 and c=3)", [("a", "=", "1"), ("b", "=", "2"), ("c", "=", "3")]),
        ("(priority>=2)", [("priority", ">=", "2")]),
        ("(priority <= '2')", [("priority", "<=", "2")]),
        ("(startedAt > '2024-01-01')", [("startedAt", ">", "2024-01-01")]),
        ("(name matches('x%'))", [("name", "matches", "x%")]),
        ("(name MATCHES ( 'x%' ))", [("name", "matches", "x%")]),
        (r"(name='it\'s')", [("name", "=", r"it\'s")]),
        ("(name='')", [("name", "=", "")]),
        ("(name='a) OR (b')", [("name", "=", "a) OR (b")]),
        ("(name=wf:adhocTask)", [("name", "=", "wf:adhocTask")]),
        ("(variables/local/x = 'd:int 5')", [("variables/local/x", "=", "d:int 5")]),
        ("(status=any) and what follows is not looked at", [("status", "=", "any")]),
    ],
)
def test_a_clause_is_read(clause: str, expected: list[tuple[str, str, str]]) -> None:
    found = parse_where(clause)
    assert [(one.name, one.operator, one.value) for one in found.predicates] == expected
    assert not found.disjunction


def test_a_predicate_may_be_negated() -> None:
    assert parse_where("(NOT name='x')").predicates == (Predicate("name", "=", "x", negated=True),)


@pytest.mark.parametrize(
    ("clause", "place"),
    [
        ("", 0),
        ("status='any'", 0),
        ("()", 1),
        ("(status=", 8),
        ("(status='any'", 13),
        ("(status='any'AND name='x')", 13),
        ("(status='any' And name='x')", 14),
        ("(status='any' AND name='x' OR name='y')", 26),
        ("((status='any'))", 1),
        ('(status="any")', 8),
        ("(priority=-1)", 10),
        ("(priority=1.5)", 11),
        ("(name=a@b)", 7),
        ("(name=a-b)", 7),
        ("(status='any' name='x')", 14),
        ("(name matchEs('x'))", 6),
        ("(status='any)", 8),
    ],
)
def test_a_clause_that_cannot_be_read_tells_where(clause: str, place: int) -> None:
    with pytest.raises(AlfrescoError) as caught:
        parse_where(clause)
    assert (caught.value.status, caught.value.key) == (400, INVALID_QUERY)
    assert caught.value.text == f"An invalid WHERE query was received. {clause}, Error at char position {place}"


def test_values_are_read_as_their_property_says() -> None:
    wanted = filtered(parse_where("(priority>='7' AND flag=yes AND startedAt<'2024-01-01' AND name='x')"), TABLE)
    assert wanted.get("priority", None, ">=") == 7
    assert wanted.get("flag", False) is True
    assert wanted.get("startedAt", None, "<") == 1_704_067_200_000
    assert wanted.get("name", "") == "x"
    assert wanted.get("name", "nothing", "matches") == "nothing"
    assert wanted.get("status", "active") == "active"


def test_text_that_is_no_number_counts_as_zero() -> None:
    assert filtered(parse_where("(priority='high')"), TABLE).get("priority", None) == 0


def test_the_last_of_two_equal_predicates_counts() -> None:
    assert filtered(parse_where("(name='a' AND name='b')"), TABLE).get("name", None) == "b"


@pytest.mark.parametrize(
    ("clause", "key", "text"),
    [
        ("(a='x' OR b='y')", INVALID_QUERY, "Unsupported Predicate"),
        ("(name in('a','b'))", INVALID_QUERY, "Unsupported Predicate"),
        ("(priority between(1,2))", INVALID_QUERY, "Unsupported Predicate"),
        ("(exists(name))", INVALID_QUERY, "Unsupported Predicate"),
        (
            "(colour='red')",
            INVALID_PROPERTY,
            "The property 'colour' with value 'red' isn't supported for EQUALS comparison",
        ),
        (
            "(name>'x')",
            INVALID_PROPERTY,
            "The property 'name' with value 'x' isn't supported for GREATERTHAN comparison",
        ),
        ("(name>='x')", INVALID_PROPERTY, "isn't supported for GREATERTHANOREQUALS comparison"),
        ("(name<'x')", INVALID_PROPERTY, "isn't supported for LESSTHAN comparison"),
        ("(name<='x')", INVALID_PROPERTY, "isn't supported for LESSTHANOREQUALS comparison"),
        (
            "(status matches('x'))",
            "Cannot use matching for property: status",
            "Cannot use matching for property: status",
        ),
        ("(NOT name='x')", "Cannot use NOT for EQUALS comparison.", "Cannot use NOT for EQUALS comparison."),
        (
            "(NOT priority>=1)",
            "Cannot use NOT for GREATERTHANOREQUALS comparison.",
            "Cannot use NOT for GREATERTHANOREQUALS comparison.",
        ),
        (
            "(NOT name matches('x'))",
            "Cannot use negated matching for property: name",
            "Cannot use negated matching for property: name",
        ),
        (
            "(variables/nowhere/x='1')",
            INVALID_PROPERTY,
            "The property 'variables/nowhere/x' with value '1' isn't supported",
        ),
    ],
)
def test_what_a_list_cannot_do_is_refused(clause: str, key: str, text: str) -> None:
    with pytest.raises(AlfrescoError) as caught:
        filtered(parse_where(clause), TABLE)
    assert (caught.value.status, caught.value.key) == (400, key)
    assert text in caught.value.text


def test_a_filter_by_a_date_that_is_none_is_a_fault_of_the_server() -> None:
    with pytest.raises(AlfrescoError) as caught:
        filtered(parse_where("(startedAt > 'tomorrow')"), TABLE)
    assert (caught.value.status, caught.value.text) == (500, "Failed to parse date tomorrow")


@pytest.mark.parametrize(
    ("clause", "scope", "condition"),
    [
        ("(variables/x = 'a b')", "global", VariableCondition("x", "eq", "a b", ("String",))),
        ("(variables/local/x > 'd:int 5')", "local", VariableCondition("x", "gt", 5, ("Integer",))),
        ("(variables/global/x <= 'd_long 5')", "global", VariableCondition("x", "lteq", 5, ("Long",))),
        ("(variables/x < 'd:double 1.5')", "global", VariableCondition("x", "lt", 1.5, ("Double",))),
        ("(variables/x = 'd:boolean true')", "global", VariableCondition("x", "eq", True, ("Boolean",))),
        (
            "(variables/x >= 'd:datetime 2013-09-15T12:22:31.866+0000')",
            "global",
            VariableCondition("x", "gteq", 1_379_247_751_866, ("Date",)),
        ),
        ("(variables/x matches('a%'))", "global", VariableCondition("x", "like", "a%", ("String",))),
        (
            "(variables/x matches('(?i)a%'))",
            "global",
            VariableCondition("x", "like", "a%", ("String",), ignore_value_case=True),
        ),
        ("(NOT variables/x = 'a')", "global", VariableCondition("x", "eq", "a", ("String",))),
    ],
)
def test_a_condition_on_a_variable_has_a_scope_and_a_type(
    clause: str, scope: str, condition: VariableCondition
) -> None:
    (found,) = filtered(parse_where(clause), TABLE).variables
    assert (found.scope, found.condition) == (scope, condition)


@pytest.mark.parametrize(
    ("clause", "status", "text"),
    [
        ("(variables/x = 'ddm:text a')", 500, "Namespace prefix ddm is not mapped to a namespace URI"),
        ("(variables/x = 'd:colour a')", 400, "Unsupported type of variable: 'd:colour'."),
        ("(variables/x = 'd:int a')", 400, 'For input string: "a"'),
        ("(variables/x = 'd:datetime soon')", 500, "Failed to parse date soon"),
        (
            "(variables/x matches('d:int 5'))",
            400,
            "the matches operator can only be used with a String value for property variables/x",
        ),
    ],
)
def test_a_typed_value_that_cannot_be_read_is_refused(clause: str, status: int, text: str) -> None:
    with pytest.raises(AlfrescoError) as caught:
        filtered(parse_where(clause), TABLE)
    assert (caught.value.status, caught.value.text) == (status, text)
