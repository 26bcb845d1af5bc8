"""Regular expressions, as java.util.regex reads them: what `matches`, `replaceAll` and `split` of a text do.

The library bounds the time of a match: a pattern may be made so that it takes for ever. Calls `effort`, `errors`,
`java_patterns` and `texts`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from time import monotonic

import regex

from taskbridge.engine.expressions import effort
from taskbridge.engine.expressions.errors import Fault, Thrown
from taskbridge.engine.expressions.java_patterns import syntax_fault, translate
from taskbridge.engine.expressions.texts import bounded

# Texts from this length on are matched without holding the interpreter, so that other requests go on.
_LONG = 10_000
_REPLACED = re.compile(r"\\(.)|\$(\d)|\$\{(\w+)\}|([\\$])", re.DOTALL)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> regex.Pattern[str]:
    translated = translate(pattern)
    try:
        return regex.compile(translated, regex.VERSION1)
    except (regex.error, RecursionError) as error:
        raise syntax_fault(str(error), pattern) from error


@contextmanager
def _timed(pattern: str) -> Iterator[float]:
    """Give the seconds that are left, and count those that are used; raises Fault when there are none."""
    left = effort.seconds_left()
    if left <= 0:
        raise _too_long(pattern)
    begun = monotonic()
    try:
        yield left
    except TimeoutError as error:
        raise _too_long(pattern) from error
    finally:
        effort.spend(monotonic() - begun)


def matches(text: str, pattern: str) -> bool:
    """Tell whether the whole text matches; raises Fault."""
    compiled = _compiled(pattern)
    with _timed(pattern) as seconds:
        return compiled.fullmatch(text, timeout=seconds, concurrent=len(text) > _LONG) is not None


def replace(text: str, pattern: str, replacement: str, count: int = 0) -> str:
    """Replace every match; `$1` and `${name}` in the replacement are groups; raises Fault."""
    size = 0

    def replaced(found: regex.Match[str]) -> str:
        nonlocal size
        if monotonic() > end:  # the library counts the time of its matches only
            raise TimeoutError
        expanded = _expanded(found, replacement)
        size += len(expanded)
        bounded(size)
        return expanded

    compiled = _compiled(pattern)
    with _timed(pattern) as seconds:
        end = monotonic() + seconds
        result: str = compiled.sub(replaced, text, count, timeout=seconds, concurrent=len(text) > _LONG)
    bounded(len(result))
    return result


def replace_first(text: str, pattern: str, replacement: str) -> str:
    """Replace the first match; raises Fault."""
    return replace(text, pattern, replacement, 1)


def _expanded(found: regex.Match[str], replacement: str) -> str:
    def part(mark: re.Match[str]) -> str:
        if mark[1] is not None:
            return mark[1]
        if mark[4] is not None:
            raise Thrown("java.lang.IllegalArgumentException: Illegal group reference")
        try:
            return found[int(mark[2]) if mark[2] else mark[3]] or ""
        except IndexError as error:
            raise Thrown(f"java.lang.IndexOutOfBoundsException: No group {mark[2] or mark[3]}") from error

    return _REPLACED.sub(part, replacement)


def split(text: str, pattern: str, limit: int = 0) -> list[str]:
    """Cut a text at the matches, as Java does: no empty text for a match of nothing at the start; raises Fault."""
    parts: list[str] = []
    start = 0
    compiled = _compiled(pattern)
    with _timed(pattern) as seconds:
        for found in compiled.finditer(text, timeout=seconds, concurrent=len(text) > _LONG):
            if limit > 0 and len(parts) == limit - 1:
                break
            if found.end() == 0 or (found.start() == found.end() == len(text) and limit >= 0):
                continue
            parts.append(text[start : found.start()])
            start = found.end()
    if not parts:
        return [text]
    parts.append(text[start:])
    while limit == 0 and parts and not parts[-1]:
        parts.pop()
    return parts


def _too_long(pattern: str) -> Fault:
    return Fault(f"the regular expression '{pattern[:100]}' takes longer than {effort.MAX_SECONDS} seconds")
