"""JSON paths, as the vendor's `jsonPath` reads them: members, indexes, slices, unions, wildcards, descents and filters.

A path that may mean several values gives the list of them, any other the value itself.
The work is counted in steps, whatever becomes of them. Calls `effort`,
`errors`, `java_types` and `patterns`.
"""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from taskbridge.engine.expressions.effort import take, weigh
from taskbridge.engine.expressions.errors import Fault
from taskbridge.engine.expressions.java_types import Integer
from taskbridge.engine.expressions.patterns import matches

MISSING = object()
_One = TypeVar("_One")

#: Characters that a path may have.
MAX_PATH = 2_000

_NAME = re.compile(r"[^\s.\[\]()]+")
# Within a filter a comparison ends a name; `&&` and `||` do so only behind a space, as at the vendor's.
_NAME_TESTED = re.compile(r"[^\s.\[\]()=!<>]+")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_SLICE = re.compile(r"(-?\d{1,9})?\s*:\s*(-?\d{1,9})?")
_INDEX = re.compile(r"-?\d{1,9}")
_COMPARISON = re.compile(r"\s*(==|!=|<=|>=|=~|<|>|n?in\b)\s*", re.IGNORECASE)
_PATTERN = re.compile(r"/((?:[^/\\]|\\.)*)/([imsxu]*)")
_LITERAL = re.compile(r"-?\d{1,300}(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b")
_LITERALS: dict[str, object] = {"true": True, "false": False, "null": None}
_SPACES = re.compile(r"\s*")


_Select = Callable[[object], Iterator[object]]
_Test = Callable[[object], bool]
_Operand = Callable[[object], object]


class JsonPath:
    """A compiled path; raises ValueError for a text that is none, and Fault for one that is too long."""

    __slots__ = ("_reader", "_steps", "definite")

    def __init__(self, text: str) -> None:
        if len(text) > MAX_PATH:
            raise Fault(f"the JSON path is longer than {MAX_PATH} characters")
        text = text.strip()
        reader = _Reader(text if text.startswith("$") else f"$.{text}")
        reader.take("$")
        self._reader = reader
        self._steps = reader.steps()
        self.definite = reader.definite
        if not reader.ended:
            raise ValueError(text)

    def find(self, value: object) -> object:
        """Give the value at the path, the list of values where the path may mean several, or MISSING."""
        found = self.all(value)
        if self.definite:
            return found[0] if found else MISSING
        return found

    def all(self, value: object) -> list[object]:
        """Give every value that the path leads to."""
        self._reader.root = value
        return list(_followed(self._steps, value))


class _Reader:
    """Reads a path from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._in_filter = False
        self.definite = True
        # What `$` means in a filter: the value that the path is asked of.
        self.root: object = None

    @property
    def ended(self) -> bool:
        """Whether all was read."""
        return self._at >= len(self._text)

    def _here(self) -> ValueError:
        return ValueError(self._text[self._at :])

    def _space(self) -> None:
        self.match(_SPACES)

    def take(self, mark: str) -> bool:
        if self._text.startswith(mark, self._at):
            self._at += len(mark)
            return True
        return False

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return found

    def steps(self) -> list[_Select]:
        steps: list[_Select] = []
        while not self.ended:
            if self.take(".."):
                self.definite = False
                steps += (_descend, self._bracket() if self.take("[") else self._member())
            elif self.take("."):
                steps.append(self._bracket() if self.take("[") else self._member())
            elif self.take("["):
                steps.append(self._bracket())
            else:
                break
        return steps

    def _member(self) -> _Select:
        if self.take("*"):
            return self._every()
        found = self.match(_NAME_TESTED if self._in_filter else _NAME)
        if found is None:
            raise self._here()
        if found[0] == "length" and self.take("()"):
            return _length
        return _members([found[0]])

    def _every(self) -> _Select:
        self.definite = False
        return _every

    def _bracket(self) -> _Select:
        self._space()
        if self.take("*"):
            step = self._every()
        elif self.take("?("):
            self.definite = False
            around, self._in_filter = self._in_filter, True
            step = _filtered(self._either())
            self._in_filter = around
            self._expect(")")
        elif self._text[self._at : self._at + 1] in ("'", '"'):
            definite = self.definite
            step = _members(self._several(_QUOTED, lambda found: found[1] if found[1] is not None else found[2]))
            self.definite = definite
        elif _SLICE.match(self._text, self._at):
            step = self._slice()
        else:
            step = _items(self._several(_INDEX, lambda found: int(found[0])))
        self._expect("]")
        return step

    def _slice(self) -> _Select:
        self.definite = False
        found = self.match(_SLICE)
        start, end = (None if part is None else int(part) for part in found.groups()) if found else (None, None)
        return lambda value: iter(value[start:end]) if isinstance(value, list) else iter(())

    def _several(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], _One]) -> list[_One]:
        found: list[_One] = []
        while True:
            one = self.match(pattern)
            if one is None:
                raise self._here()
            found.append(read(one))
            self._space()
            if not self.take(","):
                break
            self._space()
        self.definite = self.definite and len(found) == 1
        return found

    def _expect(self, mark: str) -> None:
        self._space()
        if not self.take(mark):
            raise self._here()

    # filters

    def _either(self) -> _Test:
        parts = [self._both()]
        while self._take_spaced("||"):
            parts.append(self._both())
        return _counted(lambda value: any(part(value) for part in parts))

    def _both(self) -> _Test:
        parts = [self._test()]
        while self._take_spaced("&&"):
            parts.append(self._test())
        return _counted(lambda value: all(part(value) for part in parts))

    def _take_spaced(self, mark: str) -> bool:
        self._space()
        return self.take(mark)

    def _test(self) -> _Test:
        if self._take_spaced("!"):
            negated = self._test()
            return _counted(lambda value: not negated(value))
        if self.take("("):
            inner = self._either()
            self._expect(")")
            return inner
        left = self._operand()
        found = self.match(_COMPARISON)
        if found is None:
            return _counted(lambda value: left(value) is not MISSING)
        if found[1] == "=~":
            return self._matching(left)
        if found[1].lower() in ("in", "nin"):
            within, among = found[1].lower() == "in", self._operand()
            return _counted(lambda value: _is_among(left(value), among(value)) is within)
        symbol, right = found[1], self._operand()
        return _counted(lambda value: _compared(symbol, left(value), right(value)))

    def _listed(self) -> _Operand:
        items: list[_Operand] = []
        self._space()
        while not self.take("]"):
            items.append(self._operand())
            self._space()
            if not self.take(",") and not self._text.startswith("]", self._at):
                raise self._here()
            self._space()
        return lambda value: [item(value) for item in items]

    def _matching(self, left: _Operand) -> _Test:
        found = self.match(_PATTERN)
        if found is None:
            raise self._here()
        pattern = f"(?{found[2]}){found[1]}" if found[2] else found[1]

        def test(value: object) -> bool:
            text = left(value)
            return isinstance(text, str) and matches(text, pattern)

        return _counted(test)

    def _operand(self) -> _Operand:
        self._space()
        if self.take("@"):
            definite, path = self.definite, self.steps()
            self.definite = definite
            return lambda value: next(_followed(path, value), MISSING)
        if self.take("$"):
            definite, path = self.definite, self.steps()
            self.definite = definite
            return lambda _value: next(_followed(path, self.root), MISSING)
        if self.take("["):
            return self._listed()
        quoted = self.match(_QUOTED)
        if quoted is not None:
            text = quoted[1] if quoted[1] is not None else quoted[2]
            return lambda _value: text
        literal = self.match(_LITERAL)
        if literal is None:
            raise self._here()
        constant = _LITERALS[literal[0]] if literal[0] in _LITERALS else float(literal[0])
        return lambda _value: constant


def _counted(test: _Test) -> _Test:
    def counted(value: object) -> bool:
        take()
        return test(value)

    return counted


def _is_among(one: object, values: object) -> bool:
    if not isinstance(values, list):
        return False
    take(len(values))
    return any(_compared("==", one, value) for value in values)


def _followed(path: list[_Select], value: object) -> Iterator[object]:
    values: Iterator[object] = iter((value,))
    for select in path:
        values = _reached(select, values)
    return values


def _reached(select: _Select, values: Iterator[object]) -> Iterator[object]:
    for value in values:
        take()
        for reached in select(value):
            take()
            yield reached


def _compared(symbol: str, left: object, right: object) -> bool:
    if isinstance(left, dict | list) or isinstance(right, dict | list):
        weigh(left)
    if symbol in ("==", "!="):
        equal = isinstance(left, bool) == isinstance(right, bool) and left == right
        return bool(equal if symbol == "==" else not equal)
    numbers = all(isinstance(side, int | float) and not isinstance(side, bool) for side in (left, right))
    if not numbers and not (isinstance(left, str) and isinstance(right, str)):
        return False
    less, more = left < right, left > right  # type: ignore[operator]  # numbers or texts both
    return bool({"<": less, "<=": not more, ">": more, ">=": not less}[symbol])


def _members(names: list[str]) -> _Select:
    def select(value: object) -> Iterator[object]:
        if not isinstance(value, dict):
            return
        take(len(names))
        if len(names) > 1:  # several names give an object of these
            yield {name: value[name] for name in names if name in value}
        elif names[0] in value:
            yield value[names[0]]

    return select


def _items(indexes: list[int]) -> _Select:
    def select(value: object) -> Iterator[object]:
        take(len(indexes))
        if isinstance(value, list):
            yield from (value[index] for index in indexes if -len(value) <= index < len(value))

    return select


def _every(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _length(value: object) -> Iterator[object]:
    yield Integer(len(value)) if isinstance(value, list | dict) else None


def _descend(value: object) -> Iterator[object]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        yield one
        inner = list(_every(one))
        take(len(inner))
        waiting += reversed(inner)


def _filtered(test: _Test) -> _Select:
    def select(value: object) -> Iterator[object]:
        candidates = value if isinstance(value, list) else [value]
        for one in candidates:
            take()
            if test(one):
                yield one

    return select
