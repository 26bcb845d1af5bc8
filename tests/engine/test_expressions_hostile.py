"""Hostile expressions are refused or bounded: length, depth, sizes of results, and never another exception."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskbridge.engine.expressions import (
    Character,
    Expression,
    ExpressionError,
    ExpressionSyntaxError,
    JsonNode,
    View,
    ViewType,
    compile_bare,
    compile_expression,
)
from taskbridge.engine.variables import from_expression

VARIABLES: dict[str, object] = {
    "a": 1,
    "b": "text",
    "c": [1, "x", None, {"k": 2.5}],
    "d": {"k": [True], "s": "10"},
    "e": None,
    "f": 2.5,
    "g": 10**25,
    "t": True,
    "v": View(ViewType("V", {"p": lambda _subject: 1}, {("m", 1): lambda _subject, x: x}), None),
}
CHARACTERS = "abcdefgtvxkpm()[]?:,.!'\"\\{}$# \n-+*/%<>="
SYMBOLS = ["==", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/", "%", "eq", "mod", "div", "and", "or"]
LITERALS = ["1", "0", "-7", "2.5", "1e308", "'s'", "''", "'10'", "'2.5'", "'NaN'", "'1e400'", "null", "true"]
WORDS = ["${", "#{", "not", "empty", "instanceof", "size()", "get(", "replace(", "substring(", "now()", "9" * 20, "é"]

FRAGMENTS = st.sampled_from([*CHARACTERS, *SYMBOLS, *LITERALS, *WORDS])
OPERANDS = st.sampled_from([*VARIABLES, *LITERALS, "c[0]", "d.k", "v.p"])
OPERATORS = st.sampled_from(SYMBOLS)


def fails_only_as_declared(compiler: Callable[[str], Expression], text: str) -> None:
    """Let every exception through but the declared ones."""
    with contextlib.suppress(ExpressionSyntaxError, ExpressionError):
        compiler(text).evaluate(VARIABLES.__getitem__)


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_random_text_fails_only_as_declared(text: str) -> None:
    fails_only_as_declared(compile_expression, text)
    fails_only_as_declared(compile_bare, text)


@given(st.lists(FRAGMENTS, max_size=14).map("".join))
@settings(max_examples=400)
def test_random_fragments_fail_only_as_declared(text: str) -> None:
    fails_only_as_declared(compile_expression, f"${{{text}}}")
    fails_only_as_declared(compile_bare, text)


@given(st.lists(st.tuples(OPERANDS, OPERATORS), min_size=1, max_size=4), OPERANDS)
@settings(max_examples=400)
def test_operators_on_any_values_fail_only_as_declared(steps: list[tuple[str, str]], last: str) -> None:
    fails_only_as_declared(compile_bare, " ".join(f"{operand} {symbol}" for operand, symbol in steps) + f" {last}")


@pytest.mark.parametrize(
    "body",
    [
        "(" * 4_900 + "1" + ")" * 4_900,
        "(" * 9_000,
        "!" * 9_000 + "t",
        "-" * 9_000 + "a",
        "t?" * 1_000 + "a" + ":b" * 1_000,
        "c[" * 2_000 + "0" + "]" * 2_000,
        "b.replace(" * 500 + "b,b" + ")" * 500,
    ],
)
def test_deep_nesting_is_refused(body: str) -> None:
    with pytest.raises(ExpressionSyntaxError):
        compile_expression(f"${{{body}}}")


def test_nesting_is_counted_exactly() -> None:
    assert compile_bare("(" * 100 + "a" + ")" * 100).evaluate(VARIABLES.__getitem__) == 1
    with pytest.raises(ExpressionSyntaxError, match="nested deeper than 100"):
        compile_bare("(" * 101 + "a" + ")" * 101)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("+".join(["a"] * 4_900), 4_900), ("&&".join(["t"] * 3_000), True), ("d" + ".z" * 4_900, None)],
)
def test_long_chains_are_not_deep(text: str, expected: object) -> None:
    assert compile_bare(text).evaluate(VARIABLES.__getitem__) == expected


def test_text_over_the_limit_is_refused() -> None:
    compile_expression("x" * 10_000)
    for compiler in (compile_expression, compile_bare):
        with pytest.raises(ExpressionSyntaxError, match="longer than 10000 characters"):
            compiler("x" * 10_001)


@pytest.mark.parametrize(
    "text", ["\\" * 9_999 + "$", "${" * 4_999, "${'" + "a" * 9_990, "${'" + "\\'" * 4_990, "${" + "9" * 9_990]
)
def test_texts_made_to_trap_scanners_end_at_once(text: str) -> None:
    fails_only_as_declared(compile_expression, text)


def test_results_that_would_grow_without_bound_are_refused() -> None:
    long_text = {"b": "x" * 999_999}
    bombs = ["${b.replace('x', b)}", "${b}${b}", "${b.replace('', b)}"]
    for bomb in bombs:
        with pytest.raises(ExpressionError, match="longer than 1000000 characters"):
            compile_expression(bomb).evaluate(long_text.__getitem__)


def test_numbers_that_would_grow_without_bound_are_refused() -> None:
    with pytest.raises(ExpressionError, match="BigInteger would overflow supported range"):
        compile_bare("*".join(["g"] * 4_000)).evaluate(VARIABLES.__getitem__)


def test_values_nested_without_end_are_an_error() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(ExpressionError, match="nested too deep"):
        compile_expression("x${a}").evaluate({"a": endless}.__getitem__)


@pytest.mark.parametrize("call", ["b.matches(p)", "b.replaceAll(p, '')", "b.split(p)"])
def test_a_regular_expression_cannot_take_for_ever(call: str) -> None:
    names = {"b": "a" * 5_000 + "!", "p": "(?:(?:a|aa)+)+(?<=b)$"}
    fails_only_as_declared(compile_expression, f"${{{call}}}")
    with pytest.raises(ExpressionError, match="takes longer than"):
        compile_expression(f"${{{call}}}").evaluate(names.__getitem__)


def error_of(text: str, **variables: object) -> str:
    with pytest.raises(ExpressionError) as raised:
        compile_expression(text).evaluate(variables.__getitem__)
    return str(raised.value)


@pytest.mark.parametrize("call", ["x.matches(x)", "x.replaceAll(x, '')", "x.replaceFirst(x, '')", "x.split(x)"])
@pytest.mark.parametrize(
    ("pattern", "bound"),
    [
        ("(?i)" + "x" * 900_000, "longer than 1000 characters"),
        ("((((a{1000}){1000}){1000}){1000})", "repeats more than 20000 characters"),
        ("(?:a?b){0,10001}", "repeats more than 20000 characters"),
    ],
)
def test_a_regular_expression_that_would_need_much_to_be_compiled_is_refused(
    call: str, pattern: str, bound: str
) -> None:
    assert bound in error_of(f"${{{call}}}", x=pattern)


def test_a_replacement_cannot_take_for_ever() -> None:
    assert "takes longer than" in error_of("${x.replaceAll('()', y)}", x="a" * 900_000, y="$1" * 1_000)


def test_all_regular_expressions_of_an_evaluation_share_their_time() -> None:
    names = {"b": "a" * 5_000 + "!", "p": "(?:(?:a|aa)+)+(?<=b)$"}
    with pytest.raises(ExpressionError, match="takes longer than"):
        compile_bare("b.matches('a*!') && b.matches(p)").evaluate(names.__getitem__)
    assert compile_bare("b.matches('a*!')").evaluate(names.__getitem__) is True  # with all of its time again


STEPS = "takes more than 200000 steps"


@pytest.mark.parametrize(
    ("document", "path", "bound"),
    [
        ([[1] * 400] * 400, "$" + "..*" * 6, STEPS),
        ([[1] * 400] * 400, "$[*][*]" + "[?(@.b)]" * 3, STEPS),
        ([[1] * 1_000] * 300, "$..x", STEPS),
        (list(range(90_000)), "$[?(@..b)]", STEPS),
        ([1] * 10_000, "$[?(" + "&&".join(["1==1"] * 250) + ")]", STEPS),
        ([1] * 10_000, "$[?(" + "!" * 100 + "@)]", STEPS),
        ([1] * 10_000, "$[?(1 in [" + "2," * 500 + "3])]", STEPS),
        ([1] * 250_000, "$[*]", STEPS),  # nothing is left out without an error
        ([[[1] * 400] * 400] * 3, "$[?(@ == @)]", STEPS),
        ({"a": 1}, "$" + ".a" * 1_000, "longer than 2000 characters"),
        ([1], "$[?(" + "(" * 3_000, "longer than 2000 characters"),
    ],
)
def test_the_steps_of_json_paths_are_bounded(document: object, path: str, bound: str) -> None:
    assert bound in error_of("${x.jsonPath(p).elementList()}", x=JsonNode(document), p=path)


def test_json_is_counted_while_it_is_written_and_appended() -> None:
    shared: list[object] = []
    for _ in range(40):  # 2 to the power of 40 lists
        shared = [shared, shared]
    assert "longer than 1000000 characters" in error_of("${x.toString()}", x=JsonNode(shared))
    assert STEPS in error_of("${S('[]').append(x)}", x=JsonNode(shared))
    large = JsonNode([1] * 9_000)
    assert STEPS in error_of("${S('[]')" + ".append(x)" * 60 + ".isArray()}", x=large)


def test_xml_is_counted_while_it_is_written() -> None:
    text = "<a>" * 200 + "<b/>" * 10_000 + "</a>" * 200  # every line is indented by 400 spaces
    assert "longer than 1000000 characters" in error_of("${XML(x).toString()}", x=text)


def test_lists_are_not_compared_item_by_item() -> None:
    names: dict[str, object] = {"a": [str(n) for n in range(50_000)], "b": [str(n) for n in range(50_000)][::-1]}
    assert compile_bare("a.containsAll(b)").evaluate(names.__getitem__) is True
    doubles = [n + 0.5 for n in range(5_000)]
    assert STEPS in error_of("${a.containsAll(b)}", a=doubles, b=doubles[::-1])


MANY = "would look at more than 4000000 nodes"


@pytest.mark.parametrize(
    ("text", "path", "bound"),
    [
        (f"<r>{'<a><b/></a>' * 1_500}</r>", path, MANY)
        for path in (
            "//a//b",
            "//a/..",
            "//a | //b",
            "//a = //b",
            "//a[count(//b) > 1]",
            "//a[../a[../a]]",
            "/r/a[//b]",
            "/r/a[2*/r/a > 1]",
            "/r/a[1 and (/r/a)]",
            "/r/a/following::a",
            "//b[ancestor::a]",
            "//*[. = concat(., /r)]",
        )
    ]
    + [
        (f"<r>{'<a/>' * 200_000}</r>", "//a" + "[1=1]" * 90, MANY),
        ("<a>" * 250 + "x" * 900_000 + "</a>" * 250, "//*[" + ".+" * 200 + ".>1]", MANY),
        ("<a>" * 250 + "x" * 900_000 + "</a>" * 250, "//*[contains(., '" + "x" * 300 + "y')]", MANY),
        ("<r/>", "a[namespace::x]", "asks for namespaces"),
        ("<r/>", "a" + "/a" * 250, "longer than 500 characters"),
    ],
)
def test_the_work_of_an_xpath_is_bounded_before_it_begins(text: str, path: str, bound: str) -> None:
    assert bound in error_of("${XML(x).xPath(p).bool()}", x=text, p=path)


@pytest.mark.parametrize(
    "path", ["//a[@x='1']/b", "//a[b='k']", "//a[contains(b, 'k')]", "//a[last()]", "//a[not(@y)]", "/r/a[2]/b/text()"]
)
def test_a_plain_xpath_is_evaluated_in_a_large_document(path: str) -> None:
    text = "<r>" + '<a x="1"><b>k</b></a>' * 30_000 + "</r>"
    assert compile_bare("XML(x).xPath(p).bool()").evaluate({"x": text, "p": path}.__getitem__) is True


def test_xml_with_very_many_namespaces_is_refused() -> None:
    spaces = "".join(f' xmlns:n{number}="urn:{number}"' for number in range(2_000))
    assert "too many namespaces" in error_of("${XML(x).toString()}", x=f"<r{spaces}>{'<a/>' * 2_000}</r>")


def test_json_cannot_contain_itself() -> None:
    for text in ("x.append(x)", "x.append(S('[]').append(x))", "x.elements()[0].prop('a', x)"):
        assert "it would contain itself" in error_of(f"${{{text}}}", x=JsonNode([{}]))
    both = {"x": JsonNode([]), "y": JsonNode([])}
    assert str(compile_bare("x.append(y)").evaluate(both.__getitem__)) == "[[]]"
    assert "it would contain itself" in error_of("${y.append(x)}", **both)


def test_json_that_doubles_with_every_expression_has_a_bound() -> None:
    grown = {"x": JsonNode([1])}
    double = compile_bare("x.append(S('[]').append(S(x.toString())).elements()[0])")

    def grow() -> None:
        for _ in range(60):
            double.evaluate(grown.__getitem__)

    with pytest.raises(ExpressionError, match=r"too long|steps"):
        grow()


@pytest.mark.parametrize("text", ['["\\ud800"]', "[1e999]", "[-1e999]", '{"\\udfff": 1}'])
def test_json_that_no_text_can_hold_is_refused(text: str) -> None:
    assert "SPIN/JACKSON-JSON-01001" in error_of("${S(x)}", x=text)


def test_json_with_pairs_of_escapes_is_read() -> None:
    assert compile_bare("S(x).elements()[0].stringValue()").evaluate({"x": '["\\ud83d\\ude00"]'}.__getitem__) == "😀"


def test_texts_that_cannot_be_stored_are_errors() -> None:
    assert "U+0000" in error_of("${x}", x="a\0")
    assert "U+D83D" in error_of("${x.charAt(0)}b", x="😀")
    for value in (["a\ud800"], {"a": "\udfff"}, JsonNode("\ud800"), Character("\ud800")):
        with pytest.raises(ExpressionError, match="Cannot serialize object in variable 'v'"):
            from_expression(value, "v")


def test_results_nested_without_end_are_errors() -> None:
    endless: list[object] = []
    endless.append(endless)
    for value in (JsonNode(endless), endless):
        with pytest.raises(ExpressionError, match="Cannot serialize object in variable 'v'"):
            from_expression(value, "v")


def test_json_and_xml_that_would_trap_readers_are_refused_or_bounded() -> None:
    texts = {
        "json": "[" * 100_000,
        "number": "9" * 100_000,
        "xml": "<a>" * 100_000,
        "entities": '<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
        "outside": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "path": "$" + "[0]" * 3_000,
        "filter": "$[?(" + "(" * 3_000,
    }
    for text in ("JSON(json)", "JSON(number)", "XML(xml)", "XML(entities)", "XML(outside)"):
        with pytest.raises(ExpressionError):
            compile_expression(f"${{{text}}}").evaluate(texts.__getitem__)
    for text in ("path", "filter"):
        with pytest.raises(ExpressionError):
            compile_expression(f"${{JSON('[]').jsonPath({text}).element()}}").evaluate(texts.__getitem__)
