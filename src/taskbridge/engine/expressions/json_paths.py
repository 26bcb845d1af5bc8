"""JSON paths, as the vendor's `jsonPath` reads them: members, indexes, slices, unions, wildcards, descents and filters.

A path that may mean several values gives the list of them, any other the value itself.
Calls `java_types`.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import TypeVar

from taskbridge.engine.expressions.java_types import Integer

MISSING = object()
_Select = Callable[[object], Iterator[object]]
_One = TypeVar("_One")
_MAX_VALUES = 100_000

_NAME = re.compile(r"[^\s.\[\]()]+")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_SLICE = re.compile(r"(-?\d+)?\s*:\s*(-?\d+)?")
_INDEX = re.compile(r"-?\d{1,9}")
_COMPARISON = re.compile(r"\s*(==|!=|<=|>=|<|>)\s*")
_LITERAL = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b")
_LITERALS: dict[str, object] = {"true": True, "false": False, "null": None}


class JsonPath:
    """A compiled path; raises ValueError for a text that is none."""

    __slots__ = ("_steps", "definite")

    def __init__(self, text: str) -> None:
        text = text.strip()
        reader = _Reader(text if text.startswith("$") else f"$.{text}")
        reader.take("$")
        self._steps = reader.steps()
        self.definite = reader.definite
        if reader.rest:
            raise ValueError(text)

    def find(self, value: object) -> object:
        """Give the value at the path, the list of values where the path may mean several, or MISSING."""
        found = self.all(value)
        if self.definite:
            return found[0] if found else MISSING
        return found

    def all(self, value: object) -> list[object]:
        """Give every value that the path leads to."""
        return _followed(self._steps, value)


class _Reader:
    """Reads a path from left to right."""

    def __init__(self, text: str) -> None:
        self.rest = text
        self.definite = True

    def take(self, mark: str) -> bool:
        if self.rest.startswith(mark):
            self.rest = self.rest[len(mark) :]
            return True
        return False

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.rest)
        if found is not None:
            self.rest = self.rest[found.end() :]
        return found

    def steps(self) -> list[_Select]:
        steps: list[_Select] = []
        while self.rest:
            if self.take(".."):
                self.definite = False
                steps += (_descend, self._bracket() if self.take("[") else self._member())
            elif self.take("."):
                steps.append(self._member())
            elif self.take("["):
                steps.append(self._bracket())
            else:
                break
        return steps

    def _member(self) -> _Select:
        if self.take("*"):
            return self._every()
        found = self.match(_NAME)
        if found is None:
            raise ValueError(self.rest)
        if found[0] == "length" and self.take("()"):
            return _length
        return _members([found[0]])

    def _every(self) -> _Select:
        self.definite = False
        return _every

    def _bracket(self) -> _Select:
        self.rest = self.rest.lstrip()
        if self.take("*"):
            step = self._every()
        elif self.take("?("):
            self.definite = False
            step = _filtered(self._either())
            self._expect(")")
        elif self.rest[:1] in ("'", '"'):
            definite = self.definite
            step = _members(self._several(_QUOTED, lambda found: found[1] if found[1] is not None else found[2]))
            self.definite = definite
        elif _SLICE.match(self.rest):
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
                raise ValueError(self.rest)
            found.append(read(one))
            self.rest = self.rest.lstrip()
            if not self.take(","):
                break
            self.rest = self.rest.lstrip()
        self.definite = self.definite and len(found) == 1
        return found

    def _expect(self, mark: str) -> None:
        self.rest = self.rest.lstrip()
        if not self.take(mark):
            raise ValueError(self.rest)

    # filters

    def _either(self) -> Callable[[object], bool]:
        parts = [self._both()]
        while self._take_spaced("||"):
            parts.append(self._both())
        return lambda value: any(part(value) for part in parts)

    def _both(self) -> Callable[[object], bool]:
        parts = [self._test()]
        while self._take_spaced("&&"):
            parts.append(self._test())
        return lambda value: all(part(value) for part in parts)

    def _take_spaced(self, mark: str) -> bool:
        self.rest = self.rest.lstrip()
        return self.take(mark)

    def _test(self) -> Callable[[object], bool]:
        if self._take_spaced("!"):
            negated = self._test()
            return lambda value: not negated(value)
        if self.take("("):
            inner = self._either()
            self._expect(")")
            return inner
        left = self._operand()
        found = self.match(_COMPARISON)
        if found is None:
            return lambda value: left(value) is not MISSING
        symbol, right = found[1], self._operand()
        return lambda value: _compared(symbol, left(value), right(value))

    def _operand(self) -> Callable[[object], object]:
        self.rest = self.rest.lstrip()
        if self.take("@"):
            definite, steps = self.definite, self.steps()
            self.definite = definite
            return lambda value: next(iter(_followed(steps, value)), MISSING)
        quoted = self.match(_QUOTED)
        if quoted is not None:
            text = quoted[1] if quoted[1] is not None else quoted[2]
            return lambda _value: text
        literal = self.match(_LITERAL)
        if literal is None:
            raise ValueError(self.rest)
        constant = _LITERALS[literal[0]] if literal[0] in _LITERALS else float(literal[0])
        return lambda _value: constant


def _followed(steps: list[_Select], value: object) -> list[object]:
    values = [value]
    for step in steps:
        reached = chain.from_iterable(map(step, values))
        values = list(islice(reached, _MAX_VALUES))
    return values


def _compared(symbol: str, left: object, right: object) -> bool:
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
        if len(names) > 1:  # several names give an object of these
            yield {name: value[name] for name in names if name in value}
        elif names[0] in value:
            yield value[names[0]]

    return select


def _items(indexes: list[int]) -> _Select:
    def select(value: object) -> Iterator[object]:
        if isinstance(value, list):
            yield from (value[index] for index in indexes if -len(value) <= index < len(value))

    return select


def _every(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _length(value: object) -> Iterator[object]:
    if isinstance(value, list | dict | str):
        yield Integer(len(value))


def _descend(value: object) -> Iterator[object]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(list(_every(one)))


def _filtered(test: Callable[[object], bool]) -> _Select:
    def select(value: object) -> Iterator[object]:
        candidates = value if isinstance(value, list) else [value]
        return (one for one in candidates if test(one))

    return select
