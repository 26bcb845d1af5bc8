"""Expressions give the values, and the errors, that Camunda's JUEL gives."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from taskbridge.engine.expressions import (
    ExpressionError,
    ExpressionSyntaxError,
    Integer,
    JodaMoment,
    JsonNode,
    UnknownProperty,
    View,
    ViewType,
    compile_bare,
    compile_expression,
)

NOON = datetime(2024, 1, 31, 12, tzinfo=UTC)
VARIABLES: dict[str, object] = {
    "approved": True,
    "amount": Integer(150),
    "price": 99.5,
    "name": "Bob",
    "nothing": None,
    "items": [Integer(1), Integer(2), Integer(3)],
    "order": {"id": Integer(7), "lines": [{"sku": "a", "open": True}], "none": None},
    "doc": JsonNode({"id": Integer(7), "lines": [{"sku": "a", "open": True}]}),
    "huge": 10**30,
    "exact": Decimal("1.50"),
    "due": NOON,
    "now()": NOON,
    "dateTime()": JodaMoment.of(NOON),
}


def value_of(text: str, **variables: object) -> object:
    return compile_expression(text).evaluate((VARIABLES | variables).__getitem__)


def exactly(value: object) -> tuple[type, object]:
    return type(value), value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${approved && amount > 100}", True),
        ("#{approved and amount gt 100}", True),
        ("${not approved or amount le 150}", True),
        ("${amount ge 150 ? 'big' : 'small'}", "big"),
        ("${amount\n  ==\t150 }", True),
        ("${empty name}", False),
        ("${empty items || empty nothing}", True),
        ("${1 + 2 * 3}", 7),
        ("${10 - 3 - 2}", 5),
        ("${7 div 2}", 3.5),
        ("${-7 mod 3}", -1),
        ("${-7.5 % 2}", -1.5),
        ("${-(amount)}", Integer(-150)),
        ("${!!approved}", True),
        ("${1e3}", 1000.0),
        ("${.5 + 1.}", 1.5),
        ("${true ? false ? 1 : 2 : 3}", 2),
        ("${approved ? amount : 1}", Integer(150)),
        ("${'a' < 'b' == true}", True),
        ("${amount == 150.0}", True),
        ("${android}", 5),
    ],
)
def test_operators_follow_the_language(text: str, expected: object) -> None:
    assert exactly(value_of(text, android=5)) == exactly(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'10' > 9", True),
        ("'10' > '9'", False),
        ("'10' + '3'", 13),
        ("'2.5' + 1", 3.5),
        ("'1e2' * 1", 100.0),
        ("' 5 ' / 2", 2.5),
        ("'10f' / '0x1p1'", 5.0),
        ("null + 2", 2),
        ("null + null", 0),
        ("null == 0", False),
        ("null >= null", True),
        ("null < 1", False),
        ("true == 'TRUE'", True),
        ("!null", True),
        ("1 / 2", 0.5),
        ("7 / 0", math.inf),
        ("-7 / 0", -math.inf),
        ("0.0 == -0.0", False),
        ("9223372036854775807 + 1", -(2**63)),
        ("-'7'", -7),
        ("-''", 0),
    ],
)
def test_values_are_converted_as_juel_converts_them(text: str, expected: object) -> None:
    assert exactly(compile_bare(text).evaluate(VARIABLES.__getitem__)) == exactly(expected)


def test_division_of_nothing_by_nothing_is_not_a_number() -> None:
    for text in ("0 / 0", "2.5 % 0", "'' / nothing"):
        result = compile_bare(text).evaluate(VARIABLES.__getitem__)
        assert isinstance(result, float)
        assert math.isnan(result)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("huge + 1", 10**30 + 1),
        ("huge + 0.5", Decimal(f"1{'0' * 30}.5")),
        ("huge > '5'", True),
        ("huge % 7", 10**30 % 7),
        ("-huge", -(10**30)),
        ("exact + 1", Decimal("2.50")),
        ("exact == 1.5", False),
        ("exact >= 1.5", True),
        ("exact / 4", Decimal("0.38")),
        ("-exact", Decimal("-1.50")),
    ],
)
def test_big_numbers_stay_exact(text: str, expected: object) -> None:
    assert exactly(compile_bare(text).evaluate(VARIABLES.__getitem__)) == exactly(expected)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("${!amount}", "Cannot coerce from class java.lang.Integer to class java.lang.Boolean"),
        ("${amount && true}", "Cannot coerce from class java.lang.Integer to class java.lang.Boolean"),
        ("${name + 1}", "Cannot coerce 'Bob' to class java.lang.Long"),
        ("${'1.0' == 1}", "Cannot coerce '1.0' to class java.lang.Long"),
        ("${'1_0' / 2}", "Cannot coerce '1_0' to class java.lang.Double"),
        ("${-approved}", "Cannot negate 'class java.lang.Boolean'"),
        ("${7 % 0}", "/ by zero"),
        ("${exact / 0}", "/ by zero"),
        ("${exact + (1 / 0)}", "Infinite or NaN"),
        ("${items < order}", "Cannot compare 'class java.util.ArrayList' and 'class java.util.LinkedHashMap'"),
        ("${items['x']}", 'For input string: "x"'),
        ("${items[true]}", 'For input string: "true"'),
        ("${items['']}", 'For input string: ""'),
    ],
)
def test_a_failed_conversion_names_the_expression_and_the_cause(text: str, cause: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value_of(text)
    assert str(caught.value) == f"Error while evaluating expression: {text}. Cause: {cause}"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("${stranger}", "Cannot resolve identifier 'stranger'"),
        ("${empty stranger}", "Cannot resolve identifier 'stranger'"),
        ("${amount > 100 and stranger}", "Cannot resolve identifier 'stranger'"),
        ("${name.colour}", "The class 'java.lang.String' does not have the property 'colour'."),
        ("${nothing.trim()}", "Target unreachable, base expression 'nothing' resolved to null"),
        ("${order.none.trim()}", "Target unreachable, base expression '. none' resolved to null"),
    ],
)
def test_what_does_not_exist_is_an_unknown_property(text: str, cause: str) -> None:
    with pytest.raises(UnknownProperty) as caught:
        value_of(text)
    assert str(caught.value) == f"Unknown property used in expression: {text}. Cause: {cause}"


def test_operands_that_do_not_count_are_not_read() -> None:
    assert value_of("${approved || stranger}") is True
    assert value_of("${!approved && stranger}") is False
    assert value_of("${approved ? name : stranger}") == "Bob"
    assert value_of("${nothing[stranger]}") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${order.id}", Integer(7)),
        ("${order['id']}", Integer(7)),
        ("${order.lines[0].open}", True),
        ("${order.missing}", None),
        ("${order.missing.deeper}", None),
        ("${order[0]}", None),
        ("${order[null]}", None),
        ("${items[2]}", Integer(3)),
        ("${items['1']}", Integer(2)),
        ("${items[1.9]}", Integer(2)),
        ("${items[3]}", None),
        ("${items[-1]}", None),
        ("${due.time}", 1_706_702_400_000),
    ],
)
def test_properties_and_indexes_are_read(text: str, expected: object) -> None:
    assert exactly(value_of(text)) == exactly(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${name.equals('Bob')}", True),
        ("${amount.equals(150)}", False),
        ("${amount.equals(amount)}", True),
        ("${amount.equals('150')}", False),
        ("${name.equalsIgnoreCase('bOB')}", True),
        ("${'ß'.equalsIgnoreCase('ss')}", False),
        ("${name.length()}", Integer(3)),
        ("${name.isEmpty()}", False),
        ("${name.contains('ob')}", True),
        ("${name.startsWith('B') && name.endsWith('b')}", True),
        ("${name.toUpperCase().toLowerCase()}", "bob"),
        ("${'  x '.trim()}", "x"),
        ("${name.substring(1)}", "ob"),
        ("${name.substring('0', 2)}", "Bo"),
        ("${name.indexOf('b')}", Integer(2)),
        ("${name.replace('o', 'oo')}", "Boob"),
        ("${name['length']()}", Integer(3)),
        ("${items.size()}", Integer(3)),
        ("${items.contains(2)}", False),
        ("${items.contains(items[1])}", True),
        ("${items.contains('2')}", False),
        ("${items.indexOf(items[2])}", Integer(2)),
        ("${items.get(0)}", Integer(1)),
        ("${order.containsKey('id')}", True),
        ("${order.get('missing')}", None),
        ("${doc.prop('lines').elements().get(0).prop('sku').stringValue()}", "a"),
        ("${doc.prop('id').numberValue()}", Integer(7)),
        ("${doc.prop('lines').elements()[0].prop('open').boolValue()}", True),
        ("${doc.hasProp('missing')}", False),
        ("${price.intValue()}", Integer(99)),
        ("${price.toString()}", "99.5"),
        ("${amount.doubleValue()}", 150.0),
        ("${amount.longValue()}", 150),
    ],
)
def test_methods_of_the_table_can_be_called(text: str, expected: object) -> None:
    assert exactly(value_of(text)) == exactly(expected)


@pytest.mark.parametrize("call", ["name.format(1)", "name.length(1)", "items.append(4)", "order.__class__()"])
def test_methods_outside_the_table_are_unknown(call: str) -> None:
    with pytest.raises(ExpressionError, match=r"Unknown method used in expression: .* Cause: Method not found: class "):
        value_of(f"${{{call}}}")
    assert VARIABLES["items"] == [1, 2, 3]


@pytest.mark.parametrize("text", ["${name.__class__}", "${name['__class__']}", "${execution._properties}"])
def test_python_attributes_cannot_be_reached(text: str) -> None:
    with pytest.raises(UnknownProperty):
        value_of(text, execution=View(ViewType("Execution", {}), None))


@pytest.mark.parametrize("text", ["${doc.prop('missing')}", "${doc.prop('id').stringValue()}"])
def test_json_is_read_strictly_by_spin_methods(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"^org\.camunda\.spin\.json\.SpinJson.*Exception: SPIN/JACKSON-JSON-"):
        value_of(text)


@pytest.mark.parametrize(
    ("text", "thrown"),
    [
        ("${name.substring(9)}", "java.lang.StringIndexOutOfBoundsException: begin 9, end 3, length 3"),
        ("${items.get(3)}", "java.lang.IndexOutOfBoundsException: Index 3 out of bounds for length 3"),
    ],
)
def test_what_a_method_throws_is_told_as_it_is(text: str, thrown: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value_of(text)
    assert str(caught.value) == thrown


def test_moments_move_and_compare() -> None:
    assert value_of("${now()}") == NOON
    assert value_of("${dateTime().plusDays(2).minusHours('1').toDate()}") == datetime(2024, 2, 2, 11, tzinfo=UTC)
    assert value_of("${dateTime().plusMonths(1).toDate()}") == datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert (
        value_of("${dateTime().minusYears(1).toDate() < due && due.after(dateTime().minusWeeks(1).toDate())}") is True
    )
    assert value_of("${due == now()}") is True


@pytest.mark.parametrize("move", ["plusYears(9999)", "plusDays(2147483647)", "minusMonths(999999)"])
def test_moments_outside_the_calendar_are_errors(move: str) -> None:
    with pytest.raises(ExpressionError, match="Error while evaluating expression"):
        value_of(f"${{dateTime().{move}}}")


def test_a_function_the_resolver_does_not_offer_is_an_error_at_run_time() -> None:
    with pytest.raises(ExpressionError, match=r"Could not resolve function 'currentUser'"):
        value_of("${currentUser()}")


class TestViews:
    @pytest.fixture
    def task(self) -> View:
        properties = {"workerId": lambda _: "w1", "errorMessage": lambda _: "boom", "suspended": lambda _: False}
        methods: dict[tuple[str, int], Callable[..., object]] = {
            ("getVariable", 1): lambda _, name: {"x": 1}.get(name),
            ("getTenant", 0): lambda _: "t",
        }
        return View(ViewType("Task", properties, methods), None)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("${externalTask.workerId}", "w1"),
            ("${externalTask['workerId']}", "w1"),
            ("${externalTask.getErrorMessage() == 'boom'}", True),
            ("${externalTask.isSuspended()}", False),
            ("${externalTask.getVariable('x')}", 1),
            ("${externalTask.tenant}", "t"),
            ("${empty externalTask}", False),
            ("${externalTask == externalTask}", True),
        ],
    )
    def test_properties_and_getters_lead_to_the_same_value(self, task: View, text: str, expected: object) -> None:
        assert value_of(text, externalTask=task) == expected

    def test_an_unknown_property_is_an_error(self, task: View) -> None:
        with pytest.raises(UnknownProperty, match="The class 'Task' does not have the property 'variable'"):
            value_of("${externalTask.variable}", externalTask=task)

    @pytest.mark.parametrize("call", ["getVariable()", "workerId()", "getworkerId()", "getErrorMessage(1)", "run()"])
    def test_an_unknown_method_or_a_wrong_number_of_arguments_is_an_error(self, task: View, call: str) -> None:
        with pytest.raises(ExpressionError, match="Method not found: class Task"):
            value_of(f"${{externalTask.{call}}}", externalTask=task)


class TestTemplates:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Order ${order.id} of ${name}", "Order 7 of Bob"),
            ("${name}${name}", "BobBob"),
            (" ${approved}", " true"),
            ("#{amount}-#{nothing}", "150-"),
            ("${items} ${order.lines}", "[1, 2, 3] [{sku=a, open=true}]"),
            ("x${1e10}x${0.00001}x${100.0}x${-0.0}", "x1.0E10x1.0E-5x100.0x-0.0"),
            ("x${1/0}x${0/0}", "xInfinityxNaN"),
            ("on ${due}", "on Wed Jan 31 12:00:00 UTC 2024"),
            ("${'}'}", "}"),
            ("${'it\\'s'}", "it's"),
            ('${"a\\\\b"}', "a\\b"),
        ],
    )
    def test_pieces_are_joined_as_text(self, text: str, expected: str) -> None:
        expression = compile_expression(text)
        assert value_of(text) == expected
        assert not expression.literal

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ""),
            ("plain $ text # {}", "plain $ text # {}"),
            ("\\${name}", "${name}"),
            ("\\\\#{name}", "\\#{name}"),
            ("back\\slash\\\\", "back\\slash\\\\"),
        ],
    )
    def test_text_without_expressions_is_literal(self, text: str, expected: str) -> None:
        expression = compile_expression(text)
        assert expression.literal
        assert value_of(text) == expected

    def test_a_lone_expression_keeps_the_type_of_its_value(self) -> None:
        assert value_of("${items}") is VARIABLES["items"]


@pytest.mark.parametrize(
    "text",
    [
        "${",
        "a ${name",
        "${}",
        "${a b}",
        "${a +}",
        "${(a}",
        "${a.}",
        "${a.and}",
        "${items.0}",
        "${a instanceof b}",
        "${9223372036854775808}",
        "${'open}",
        "${'\\n'}",
        "${“name”}",
        "${foo()}",
        "${now(1)}",
        "${a = 1}",
        "${a}#{b}",
        "${{a}}",
    ],
)
def test_what_is_no_expression_is_refused_when_compiling(text: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        compile_expression(text)
    assert str(caught.value).startswith(f"Error parsing '{text}': ")


def test_a_syntax_error_tells_its_place_in_the_whole_text() -> None:
    with pytest.raises(ExpressionSyntaxError, match="syntax error at position 10, encountered 'name'"):
        compile_expression("Dear ${my name}")


class TestConditions:
    def condition(self, text: str) -> bool:
        return compile_expression(text).condition(VARIABLES.__getitem__)

    def test_a_condition_gives_its_boolean(self) -> None:
        assert self.condition("${amount > 100}") is True
        assert self.condition("${empty name}") is False

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("${amount}", "java.lang.Integer"),
            ("${2147483647 + 1}", "java.lang.Long"),
            ("${price}", "java.lang.Double"),
            ("${'true'}", "java.lang.String"),
            ("true", "java.lang.String"),
            ("${due}", "java.util.Date"),
            ("${huge}", "java.math.BigInteger"),
        ],
    )
    def test_any_other_value_is_an_error(self, text: str, found: str) -> None:
        with pytest.raises(ExpressionError) as caught:
            self.condition(text)
        expected = f"condition expression returns non-Boolean: result has class {found} and not java.lang.Boolean"
        assert str(caught.value) == expected

    def test_null_is_an_error(self) -> None:
        with pytest.raises(ExpressionError, match="condition expression returns null: result is null"):
            self.condition("${nothing}")


def test_an_expression_tells_which_names_it_reads() -> None:
    assert compile_expression("${a.b && now() > c[d].e(f)} ${empty g ? a : -h}").names == set("acdfgh")
    assert compile_expression("text").names == frozenset()


def test_equal_texts_are_compiled_once() -> None:
    assert compile_expression("${amount > 1}") is compile_expression("${amount > 1}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x.length()", Integer(4)),
        ("x.indexOf('b')", Integer(3)),
        ("x.indexOf('b', 3)", Integer(3)),
        ("x.lastIndexOf('b')", Integer(3)),
        ("x.substring(3)", "b"),
        ("x.substring(0, 3)", "a😀"),
        ("x.codePointAt(1)", Integer(0x1F600)),
        ("x.codePointAt(2)", Integer(0xDE00)),
        ("x.substring(0, 2).concat(x.substring(2))", "a😀b"),
        ("x.charAt(3).toString()", "b"),
        ("x.startsWith('b', 3)", True),
        ("x.replace('😀', '!')", "a!b"),
    ],
)
def test_texts_are_counted_in_units_of_utf_16(text: str, expected: object) -> None:
    assert exactly(value_of(f"${{{text}}}", x="a😀b")) == exactly(expected)


@pytest.mark.parametrize("path", ["$[?(@.t size 2)]", "$[?(@.s empty false)]", "$[?(@.t subsetof [1])]", "$.max()"])
def test_operators_of_filters_that_are_missing_are_errors(path: str) -> None:
    with pytest.raises(ExpressionError, match="SPIN/JACKSON-JSON-01012 Unable to compile"):
        value_of("${x.jsonPath(p).element()}", x=JsonNode([{"s": "a", "t": [1, 2]}]), p=path)
