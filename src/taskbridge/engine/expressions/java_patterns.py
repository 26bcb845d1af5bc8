"""Reads regular expressions as java.util.regex does and writes them for the library `regex`, or refuses them.

What Java does not have is refused, and so is what would need much memory to compile. Nothing of the pattern reaches the
library as it stands: every character is written anew. Calls `errors` and `java_classes`.
"""

import re
from dataclasses import dataclass, field

from taskbridge.engine.expressions.errors import Fault, Thrown
from taskbridge.engine.expressions.java_classes import (
    LINE_ENDS,
    NAMED,
    Characters,
    character,
    either_case,
    property_set,
)

#: Characters that a pattern may have, and characters that it may stand for when its counts are written out.
MAX_PATTERN = 1_000
MAX_EXPANDED = 20_000

_COUNT = re.compile(r"\{(\d{1,5})(,(\d{1,5})?)?\}", re.ASCII)
_FLAGS = re.compile(r"\(\?([idmsuxU]*)(?:-([idmsuxU]+))?([:)])")
_NAME = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)>")
_GROUPS = ("(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>")
_AT_END = r"(?=(?:\r\n|(?<!\r)\n|[\r\x85\u2028\u2029])?\Z)"
_ANCHORS = {
    "A": r"\A",
    "b": r"\b",
    "B": r"\B",
    "G": r"\G",
    "X": r"\X",
    "z": r"\Z",
    "Z": _AT_END,
    "R": rf"(?:\r\n|[{LINE_ENDS}\x0b\x0c])",
}
_LINE_START = r"(?:\A|(?<=[\n\x85\u2028\u2029])|(?<=\r)(?!\n))(?!\Z)"
_LINE_END = r"(?=[\r\x85\u2028\u2029]|(?<!\r)\n|\Z)"


def syntax_fault(reason: str, pattern: str) -> Thrown:
    """The exception of Java for a pattern that it does not read."""
    return Thrown(f"java.util.regex.PatternSyntaxException: {reason} near '{pattern[:100]}'")


def translate(pattern: str) -> str:
    """Write a pattern of Java for the library; raises Fault for one that is too long, too large or not supported."""
    if len(pattern) > MAX_PATTERN:
        raise Fault(f"the regular expression is longer than {MAX_PATTERN} characters")
    return _Translator(pattern).translated()


@dataclass(slots=True)
class _Group:
    """An open group: the flags outside of it, and how many characters stand before it."""

    flags: frozenset[str]
    size: int


@dataclass(slots=True)
class _Translator:
    pattern: str
    at: int = 0
    written: list[str] = field(default_factory=list)
    flags: frozenset[str] = frozenset()
    open: list[_Group] = field(default_factory=list)
    size: int = 0
    # The size of what a count would repeat; None where there is nothing to repeat.
    last: int | None = None
    groups: int = 0
    names: set[str] = field(default_factory=set)

    def translated(self) -> str:
        while self.at < len(self.pattern):
            self._one(self.pattern[self.at])
        if self.open:
            raise syntax_fault("Unclosed group", self.pattern)
        return "".join(self.written)

    def _one(self, mark: str) -> None:
        match mark:
            case "\\":
                self._escape()
            case "[":
                reader = Characters(self.pattern, self.at + 1, "i" in self.flags, "x" in self.flags)
                self._atom(reader.read(), reader.at)
            case "(":
                self._open()
            case ")":
                self._close()
            case "|":
                self.written.append("|")
                self.at, self.last = self.at + 1, None
            case "*" | "+" | "?" | "{":
                self._repeat(mark)
            case "." | "^" | "$":
                self._atom(self._special(mark), self.at + 1)
            case _ if "x" in self.flags and mark in " \t\n\x0b\f\r#":
                end = self.pattern.find("\n", self.at) if mark == "#" else self.at
                self.at = len(self.pattern) if end < 0 else end + 1
            case _:
                self._literal(mark, self.at + 1)

    def _atom(self, text: str, end: int) -> None:
        self.written.append(text)
        self._count(1)
        self.at = end

    def _count(self, size: int) -> None:
        self.size += size
        self.last = size
        if self.size > MAX_EXPANDED:
            raise Fault(f"the regular expression repeats more than {MAX_EXPANDED} characters")

    def _literal(self, text: str, end: int) -> None:
        if "i" not in self.flags:
            shown = character(text)
        elif "u" in self.flags:
            shown = f"(?i-f:{character(text)})"
        else:
            shown = either_case(text)
        self._atom(shown, end)

    def _special(self, mark: str) -> str:
        if mark == ".":
            return r"[\s\S]" if "s" in self.flags else f"[^{LINE_ENDS}]"
        if mark == "^":
            return _LINE_START if "m" in self.flags else r"\A"
        return _LINE_END if "m" in self.flags else _AT_END

    # groups

    def _open(self) -> None:
        outside = _Group(self.flags, self.size)
        flags = _FLAGS.match(self.pattern, self.at)
        if flags is not None:
            self._set(flags[1], flags[2] or "")
            self.at = flags.end()
            if flags[3] == ")":
                self.last = None
                return
            opening = "(?:"
        else:
            opening = self._opening()
        self.written.append(opening)
        self.open.append(outside)
        self.last = None

    def _set(self, on: str, off: str) -> None:
        if unsupported := {"d", "U"}.intersection(on + off):
            raise syntax_fault(f"Unsupported flag '{min(unsupported)}'", self.pattern)
        self.flags = (self.flags | frozenset(on)) - frozenset(off)

    def _opening(self) -> str:
        known = next((known for known in _GROUPS if self.pattern.startswith(known, self.at)), None)
        if known is not None:
            self.at += len(known)
            return known
        self.groups += 1
        if not self.pattern.startswith("(?", self.at):
            self.at += 1
            return "("
        name = _NAME.match(self.pattern, self.at + 2)
        if name is None or name[1] in self.names:
            raise syntax_fault("Unsupported group", self.pattern)
        self.names.add(name[1])
        self.at = name.end()
        return f"(?P<{name[1]}>"

    def _close(self) -> None:
        if not self.open:
            raise syntax_fault("Unmatched closing ')'", self.pattern)
        outside = self.open.pop()
        self.flags = outside.flags
        self.written.append(")")
        self.at += 1
        self.last = self.size - outside.size

    # counts

    def _repeat(self, mark: str) -> None:
        if self.last is None:
            raise syntax_fault(f"Dangling meta character '{mark}'", self.pattern)
        counted = _COUNT.match(self.pattern, self.at) if mark == "{" else None
        if mark == "{" and counted is None:
            raise syntax_fault("Illegal repetition", self.pattern)
        text, times = mark, 1
        if counted is not None:
            text, least, most = counted[0], int(counted[1]), int(counted[3] or counted[1])
            if most < least:
                raise syntax_fault("Illegal repetition range", self.pattern)
            times = max(most, 1)
        self.at += len(text)
        if self.pattern[self.at : self.at + 1] in ("?", "+"):
            text += self.pattern[self.at]
            self.at += 1
        self.written.append(text)
        self._count(max(self.last, 1) * (times - 1))
        self.last = None

    # escapes

    def _escape(self) -> None:
        rest = self.pattern[self.at + 1 : self.at + 2]
        if rest == "Q":
            self._quoted()
        elif rest == "E":
            self.at += 2
        elif rest in _ANCHORS and rest:
            self._atom(_ANCHORS[rest], self.at + 2)
        elif rest in NAMED and rest:
            self._atom(f"[{NAMED[rest]}]", self.at + 2)
        elif rest == "k":
            self._named_reference()
        elif rest in "123456789" and rest:
            self._reference()
        elif rest in ("p", "P"):
            text, end = property_set(self.pattern, self.at + 1, "i" in self.flags)
            self._atom(text, end)
        else:
            reader = Characters(self.pattern, self.at, False, False)
            text = reader.escaped()
            self._literal(text, reader.at)

    def _quoted(self) -> None:
        end = self.pattern.find("\\E", self.at + 2)
        stop = len(self.pattern) if end < 0 else end
        for place in range(self.at + 2, stop):
            self._literal(self.pattern[place], place + 1)
        self.at = stop if end < 0 else stop + 2

    def _reference(self) -> None:
        end = self.at + 2
        while self.pattern[end : end + 1].isdecimal() and int(self.pattern[self.at + 1 : end + 1]) <= self.groups:
            end += 1
        number = int(self.pattern[self.at + 1 : end])
        self._refer(f"\\g<{number}>" if number <= self.groups else "(?!)", end)

    def _named_reference(self) -> None:
        name = _NAME.match(self.pattern, self.at + 2)
        if name is None or name[1] not in self.names:
            raise syntax_fault("No such group", self.pattern)
        self._refer(f"(?P={name[1]})", name.end())

    def _refer(self, text: str, end: int) -> None:
        self._atom(f"(?i-f:{text})" if "i" in self.flags else f"(?:{text})", end)
