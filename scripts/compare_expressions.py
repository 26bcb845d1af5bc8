"""Compares our evaluation of expressions with recorded results of the real JUEL and lists the differences.

Usage: compare_expressions.py [PATH]; PATH holds lines of expression, tab, result. Exits with 1 when any row differs.
"""

import sys
from pathlib import Path
from typing import NamedTuple

from taskbridge.engine.expressions import ExpressionError, ExpressionSyntaxError, compile_bare

RECORDED = Path(__file__).resolve().parents[1].parent / "shared" / "models" / "juel-results.tsv"

# The variables that the recorded results were made with.
CONTEXT: dict[str, object] = {
    "approved": True,
    "amount": 150,
    "price": 99.5,
    "name": "Bob",
    "s1": "true",
    "n": "5",
    "nul": None,
    "lst": [1, 2, 3],
    "mp": {"a": 1, "b": "x"},
    "es": "",
}


class Difference(NamedTuple):
    """An expression whose result is not the recorded one."""

    expression: str
    expected: str
    got: str


def result_of(expression: str) -> str:
    """Evaluate and write the result the way the recording does."""
    try:
        value = compile_bare(expression).evaluate(CONTEXT.__getitem__)
    except (ExpressionError, ExpressionSyntaxError):
        return "ERR"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"boo:{str(value).lower()}"
    if isinstance(value, int | float):
        return _number(value)
    return f"str:{value}"


def compare(path: Path) -> tuple[int, list[Difference]]:
    """Give the number of recorded rows and those that we evaluate differently."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]
    compared = (Difference(expression, _normal(expected), result_of(expression)) for expression, expected in rows)
    return len(rows), [row for row in compared if row.expected != row.got]


def _number(value: float) -> str:
    return f"num:{float(value)!r}"


def _normal(expected: str) -> str:
    kind, _, value = expected.partition(":")
    return _number(float(value)) if kind == "num" else expected


def main() -> int:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDED
    if not path.is_file():
        print(f"{path} is missing: nothing to compare with")
        return 1
    total, differences = compare(path)
    for row in differences:
        print(f"{row.expression}\n  recorded {row.expected}\n  ours     {row.got}")
    print(f"{total - len(differences)} of {total} agree, {len(differences)} differ")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
