"""Classes of characters in regular expressions, as java.util.regex reads them: `[a-z&&[^q]]`, `\\d`, `\\p{Alpha}`.

Those of POSIX and the short ones are of ASCII only. Gives sets in the language of the library `regex`. Calls `errors`.
"""

import re
from dataclasses import dataclass, field

from taskbridge.engine.expressions.errors import Thrown

LINE_ENDS = r"\n\r\x85\u2028\u2029"
_SPACES = r"\x20\t\n\x0b\x0c\r"
_WIDE_SPACES = r"\x20\t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000"
_LINES = r"\n\x0b\x0c\r\x85\u2028\u2029"
#: What stands in brackets for an escape of one letter.
NAMED = {
    "d": "0-9",
    "D": "^0-9",
    "w": "a-zA-Z0-9_",
    "W": "^a-zA-Z0-9_",
    "s": _SPACES,
    "S": f"^{_SPACES}",
    "h": _WIDE_SPACES,
    "H": f"^{_WIDE_SPACES}",
    "v": _LINES,
    "V": f"^{_LINES}",
}
_PUNCTUATION = r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e"
_POSIX = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": r"\x00-\x7f",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Punct": _PUNCTUATION,
    "Graph": rf"a-zA-Z0-9{_PUNCTUATION}",
    "Print": r"\x20-\x7e",
    "Blank": r"\x20\t",
    "Cntrl": r"\x00-\x1f\x7f",
    "XDigit": "0-9a-fA-F",
    "Space": _SPACES,
}
_CATEGORY = re.compile("L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfon]?")
_LETTERS_WITH_CASE = frozenset({"Lu", "Ll", "Lt"})
_OTHER = re.compile(
    "Alphabetic|Ideographic|Lowercase|Uppercase|White_Space|Latin|Greek|Cyrillic|Han|Hiragana|Katakana|Arabic|Hebrew|Thai"
)
_PROPERTY = re.compile(r"\{([A-Za-z_]{1,40})\}|([A-Z])")
_HEX = re.compile(r"x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})|u([0-9a-fA-F]{4})")
_OCTAL = re.compile(r"0([0-3]?[0-7]{1,2})")
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}


def _fault(reason: str, pattern: str) -> Thrown:
    return Thrown(f"java.util.regex.PatternSyntaxException: {reason} near '{pattern[:100]}'")


def character(text: str) -> str:
    """Write one character so that it means nothing but itself, within brackets and outside."""
    if text.isascii() and text.isalnum():
        return text
    code = ord(text)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def either_case(text: str) -> str:
    """Write a letter of ASCII in both its forms, any other character as itself."""
    if text.isascii() and text.isalpha():
        return f"[{text.lower()}{text.upper()}]"
    return character(text)


def property_set(pattern: str, at: int, ignoring_case: bool) -> tuple[str, int]:
    """Give the set of `p{...}` or `P{...}` at a place, and where it ends; raises Thrown for an unknown name."""
    found = _PROPERTY.match(pattern, at + 1)
    if found is None:
        raise _fault("Unknown character property", pattern)
    name = found[1] or found[2]
    negated = "^" if pattern[at] == "P" else ""
    if name in _POSIX:
        inner = "a-zA-Z" if ignoring_case and name in ("Lower", "Upper") else _POSIX[name]
        return f"[{negated}{inner}]", found.end()
    short = name.removeprefix("Is")
    if _CATEGORY.fullmatch(short):
        names = sorted(_LETTERS_WITH_CASE) if ignoring_case and short in _LETTERS_WITH_CASE else [short]
        inner = "".join(f"\\p{{{one}}}" for one in names)
        return f"[{negated}{inner}]", found.end()
    if name.startswith("Is") and _OTHER.fullmatch(short):
        return rf"[{negated}\p{{{short}}}]", found.end()
    raise _fault(f"Unsupported character property name {{{name}}}", pattern)


@dataclass(slots=True)
class Characters:
    """Reads a class from the place behind its opening bracket; `at` is then behind the closing one."""

    pattern: str
    at: int
    ignoring_case: bool
    spaced: bool
    depth: int = 0
    written: list[str] = field(default_factory=list)

    def read(self) -> str:
        """Give the set; raises Thrown for what Java does not read."""
        self.depth += 1
        if self.depth > 20:
            raise _fault("Classes nested too deep", self.pattern)
        negated = "^" if self._take("^") else ""
        operands: list[list[str]] = [[]]
        while not (self._peek() == "]" and (operands[-1] or len(operands) > 1)):
            if self._take("&&"):
                operands.append([])
            elif self._take("["):
                operands[-1].append(self.read())
            else:
                self._items(operands[-1])
        self.at += 1
        self.depth -= 1
        if not all(operands):
            raise _fault("Unsupported empty part of a class", self.pattern)
        sets = [f"[{''.join(items)}]" for items in operands]
        return f"[{negated}{'&&'.join(sets)}]"

    def _peek(self) -> str:
        if self.at >= len(self.pattern):
            raise _fault("Unclosed character class", self.pattern)
        return self.pattern[self.at]

    def _take(self, mark: str) -> bool:
        if self.pattern.startswith(mark, self.at):
            self.at += len(mark)
            return True
        return False

    def _items(self, items: list[str]) -> None:
        first = self._peek()
        if self.spaced and first in " \t\n\x0b\f\r#":
            raise _fault("Unsupported space or comment in a class", self.pattern)
        following = self.pattern[self.at + 1 : self.at + 2] if first == "\\" else ""
        if following and following in NAMED:
            items.append(f"[{NAMED[following]}]")
            self.at += 2
        elif following in ("p", "P"):
            text, self.at = property_set(self.pattern, self.at + 1, self.ignoring_case)
            items.append(text)
        elif following == "Q":
            end = self.pattern.find("\\E", self.at)
            stop = len(self.pattern) if end < 0 else end
            items += map(self._span, self.pattern[self.at + 2 : stop], self.pattern[self.at + 2 : stop])
            self.at = stop + 2
        else:
            low = self._character()
            high = self._character() if self._is_range() else low
            if high < low:
                raise _fault("Illegal character range", self.pattern)
            items.append(self._span(low, high))

    def _is_range(self) -> bool:
        after = self.pattern[self.at + 1 : self.at + 2]
        if self._peek() == "-" and after not in ("", "]", "["):
            self.at += 1
            return True
        return False

    def _span(self, low: str, high: str) -> str:
        text = f"{character(low)}-{character(high)}" if low != high else character(low)
        if not self.ignoring_case:
            return text
        for first, last, shift in (("a", "z", -32), ("A", "Z", 32)):
            start, end = max(low, first), min(high, last)
            if start <= end:
                text += f"{chr(ord(start) + shift)}-{chr(ord(end) + shift)}"
        return text

    def _character(self) -> str:
        if self._peek() == "\\":
            return self.escaped()
        self.at += 1
        return self.pattern[self.at - 1]

    def escaped(self) -> str:
        """Read the character that an escape stands for; raises Thrown for an unknown one."""
        self.at += 1
        following = self.pattern[self.at : self.at + 1]
        if found := _HEX.match(self.pattern, self.at):
            self.at = found.end()
            return self._coded(int(found[1] or found[2] or found[3], 16))
        if found := _OCTAL.match(self.pattern, self.at):
            self.at = found.end()
            return chr(int(found[1], 8))
        self.at += 1
        if following == "c" and self.at < len(self.pattern):
            self.at += 1
            return self._coded(ord(self.pattern[self.at - 1]) ^ 64)
        if following in _CONTROLS:
            return _CONTROLS[following]
        if not following or (following.isascii() and following.isalnum()):
            raise _fault("Illegal/unsupported escape sequence", self.pattern)
        return following

    def _coded(self, code: int) -> str:
        if code > 0x10FFFF:
            raise _fault("Hexadecimal codepoint is too big", self.pattern)
        return chr(code)
