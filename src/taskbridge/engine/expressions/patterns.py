"""Regular expressions, as java.util.regex reads them: what `matches`, `replaceAll` and `split` of a text do.

The library bounds the time of a match: a pattern may be made so that it takes for ever. Calls `errors` and `texts`.
"""

import re
from functools import lru_cache

import regex

from taskbridge.engine.expressions.errors import Fault, Thrown
from taskbridge.engine.expressions.texts import bounded

#: Seconds that one match may take.
_TIMEOUT = 0.25
# Java's classes are those of ASCII unless a flag says otherwise.
_CLASSES = {
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[a-zA-Z0-9_]",
    "W": "[^a-zA-Z0-9_]",
    "s": r"[ \t\n\x0B\f\r]",
    "S": r"[^ \t\n\x0B\f\r]",
}
_ESCAPE = re.compile(r"\\(Q.*?(?:\\E|$)|.)", re.DOTALL)
_REPLACED = re.compile(r"\\(.)|\$(\d)|\$\{(\w+)\}|([\\$])", re.DOTALL)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> regex.Pattern[str]:
    translated = _ESCAPE.sub(_translated, pattern)
    try:
        return regex.compile(translated, regex.VERSION1)
    except (regex.error, RecursionError) as error:
        raise Thrown(f"java.util.regex.PatternSyntaxException: {error}") from error


def _translated(found: re.Match[str]) -> str:
    escaped = found[1]
    if escaped.startswith("Q"):
        return re.escape(escaped[1:].removesuffix("\\E"))
    return _CLASSES.get(escaped, found[0])


def matches(text: str, pattern: str) -> bool:
    """Tell whether the whole text matches; raises Fault."""
    try:
        return _compiled(pattern).fullmatch(text, timeout=_TIMEOUT) is not None
    except TimeoutError as error:
        raise _too_long(pattern) from error


def replace(text: str, pattern: str, replacement: str, count: int = 0) -> str:
    """Replace every match; `$1` and `${name}` in the replacement are groups; raises Fault."""
    size = 0

    def replaced(found: regex.Match[str]) -> str:
        nonlocal size
        expanded = _expanded(found, replacement)
        size += len(expanded)
        bounded(size)
        return expanded

    try:
        result: str = _compiled(pattern).sub(replaced, text, count, timeout=_TIMEOUT)
    except TimeoutError as error:
        raise _too_long(pattern) from error
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
    try:
        for found in _compiled(pattern).finditer(text, timeout=_TIMEOUT):
            if limit > 0 and len(parts) == limit - 1:
                break
            if found.end() == 0 or (found.start() == found.end() == len(text)):
                continue
            parts.append(text[start : found.start()])
            start = found.end()
    except TimeoutError as error:
        raise _too_long(pattern) from error
    if not parts:
        return [text]
    parts.append(text[start:])
    while limit == 0 and parts and not parts[-1]:
        parts.pop()
    return parts


def _too_long(pattern: str) -> Fault:
    return Fault(f"the regular expression '{pattern[:100]}' takes longer than {_TIMEOUT} seconds")
