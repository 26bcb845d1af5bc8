"""The sources mean the same on every Python that is supported.

From Python 3.12 on a comprehension is part of the function that it stands in. Where the function takes a name from a
function around it, and a comprehension in it binds the same name, the two are mixed up, in 3.14 too: the closure is
empty (NameError), or has the value of the comprehension (https://github.com/python/cpython/issues/121377). Python 3.11
does it right, so that no other test that runs on it can see this.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSION = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def inside(scope: ast.AST) -> Iterator[ast.AST]:
    """What stands in a scope, and the scopes in it, but not what stands in those."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, (*_FUNCTION, *_COMPREHENSION, ast.ClassDef)):
            yield from inside(child)


def bound(scope: ast.AST) -> set[str]:
    """The names that a function or a comprehension binds for itself."""
    found = set()
    for node in inside(scope):
        match node:
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.partition(".")[0])
    return found


def mixed_up(scope: ast.AST, around: frozenset[str] = frozenset(), own: frozenset[str] = frozenset()) -> Iterator[str]:
    """The comprehensions that bind a name of a function around theirs."""
    for node in inside(scope):
        match node:
            case ast.Lambda() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.GeneratorExp():
                yield from mixed_up(node, around | own, frozenset(bound(node)))
            case ast.ListComp() | ast.SetComp() | ast.DictComp():
                yield from (f"{node.lineno}: {name}" for name in sorted(bound(node) & (around - own)))
                yield from mixed_up(node, around, own)
            case ast.ClassDef():
                yield from mixed_up(node, around, own)


@pytest.mark.parametrize("folder", ["src", "scripts", "tests"])
def test_no_comprehension_binds_a_name_of_a_function_around_its_own(folder: str) -> None:
    files = [file for file in (ROOT / folder).rglob("*.py") if "node_modules" not in file.parts]
    assert files
    found = [f"{file.relative_to(ROOT)}:{place}" for file in files for place in mixed_up(ast.parse(file.read_text()))]
    assert found == [], "give the name in the comprehension another one"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(x):\n def g():\n  h(lambda: x)\n  return {x: 1 for x in y}", ["4: x"]),
        ("def f():\n for x in y:\n  def g():\n   return [(lambda: x) for x in y]", ["4: x"]),
        ("def f(x):\n class C:\n  async def g(self):\n   return h({x async for x in y}, x)", ["4: x"]),
        ("def f(x):\n return lambda: [z for z in [[x for x in y]]]", ["2: x"]),
        ("def f(x):\n return [x for x in y]", []),
        ("def f(x):\n return any([x for x in y] for z in y)", ["2: x"]),
        ("def f(x):\n def g():\n  return list(x for x in y)", []),
        ("def f(x):\n def g(x):\n  return [x for x in y]", []),
        ("def f():\n z = [x for x in y]\n def g():\n  return [x for x in y]", []),
    ],
)
def test_such_a_comprehension_is_found(source: str, found: list[str]) -> None:
    assert list(mixed_up(ast.parse(source))) == found
