"""Regular expressions mean what they mean in Java, and what Java does not have is an error."""

import pytest

from taskbridge.engine.expressions import ExpressionError, compile_bare


def matches(text: str, pattern: str) -> object:
    return compile_bare("text.matches(pattern)").evaluate({"text": text, "pattern": pattern}.__getitem__)


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("abc", "a.c", True),
        ("a\u2028c", "a.c", False),
        ("a\nc", "a.c", False),
        ("a\nc", "(?s)a.c", True),
        ("É", "(?i)é", False),
        ("É", "(?iu)é", True),
        ("aA", r"(?i)(a)\1", True),
        ("aA", r"(?i:a)a", False),
        ("aa", r"(?<x>a)\k<x>", True),
        ("A", r"\x{41}", True),
        ("\x01", r"\cA", True),
        ("\x1b", r"\e", True),
        ("A", r"\0101", True),
        ("\n", r"\v", True),
        ("é", r"\p{Alpha}", False),
        ("é", r"\p{L}", True),
        ("é", r"\w", False),
        ("٣", r"\d", False),
        ("é1", r"\D\d", True),
        ("b", "[a-c&&[^a]]", True),
        ("a", "[a-c&&[^a]]", False),
        ("-", "[a-]", True),
        ("|", "[a||b]", True),
        ("~", "[a~~a]", True),
        ("a", "[[:alpha:]]", True),
        ("z", "[[:alpha:]]", False),
        ("x}", "x}", True),
        ("a.b", r"\Qa.b\E", True),
        ("B", "(?i)[a-c]", True),
        ("@", "(?i)[Z-a]", False),
        ("ab\n", "ab$", False),
        ("]", "[]a]", True),
        ("a b", "(?x)a\\ b # c", True),
        ("2024-02-29", r"\d{4}-\d{2}-\d{2}", True),
        ("x@y.org", r"[\w.+-]+@[\w-]+\.[a-z]{2,}", True),
    ],
)
def test_patterns_mean_what_java_means(text: str, pattern: str, expected: bool) -> None:
    assert matches(text, pattern) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "(?:abc){e<=1}",
        "(?R)",
        "(?P<x>a)",
        "(?|a)",
        "(?#a)",
        "(?&x)",
        r"\m",
        r"\N{SPACE}",
        r"\p{Nope}",
        "a**",
        "{2}",
        "a{,2}",
        "(a",
        "a)",
        "[a",
        "[b-a]",
        "\\",
        "(?<x>a)(?<x>b)",
        r"\k<x>",
        "(*FAIL)",
    ],
)
def test_what_java_does_not_have_is_an_error(pattern: str) -> None:
    with pytest.raises(ExpressionError, match="PatternSyntaxException"):
        matches("abd", pattern)


def test_a_negative_limit_keeps_the_empty_text_at_the_end() -> None:
    assert list(compile_bare("'abc'.split('', -1)").evaluate(dict[str, object]().__getitem__)) == [  # type: ignore[call-overload]  # a list
        "a",
        "b",
        "c",
        "",
    ]
