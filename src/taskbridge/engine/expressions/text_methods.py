"""Methods of texts, as those of java.lang.String.

Calls `contents`, `errors`, `java_types`, `method`, `patterns`, `texts` and `values`.
"""

from collections.abc import Callable

from taskbridge.engine.expressions import patterns
from taskbridge.engine.expressions.contents import ByteArray
from taskbridge.engine.expressions.errors import Thrown
from taskbridge.engine.expressions.java_types import Array, Character, Integer, hash_code
from taskbridge.engine.expressions.method import Method, Methods, NotConvertible, chars, counted, itself, text_or_unit
from taskbridge.engine.expressions.texts import bounded, in_units, joined, to_string, without_pairs
from taskbridge.engine.expressions.values import java_class, to_integer

_TRIMMED = "".join(map(chr, range(0x21)))
_OUT_OF_BOUNDS = "java.lang.StringIndexOutOfBoundsException"


def _counting(function: Callable[..., object]) -> Callable[..., object]:
    """Let a function count the UTF-16 units of the texts that it is given, as Java does."""

    def counting(*given: object) -> object:
        result = function(*(in_units(one) if type(one) is str else one for one in given))
        return without_pairs(result) if type(result) is str else result

    return counting


def _equals_ignoring_case(base: str, other: object) -> bool:
    # Java compares character by character: a letter whose capital form is two letters is not those two.
    text = None if other is None else to_string(other)
    return text is not None and len(base) == len(text) and all(map(_same_letter, base, text))


def _same_letter(one: str, other: str) -> bool:
    return one == other or one.upper() == other.upper() or one.lower() == other.lower()


def _substring(base: str, start: int, end: int | None = None) -> str:
    stop = len(base) if end is None else end
    if not 0 <= start <= stop <= len(base):
        raise Thrown(f"{_OUT_OF_BOUNDS}: begin {start}, end {stop}, length {len(base)}")
    return base[start:stop]


def _char_at(base: str, index: int) -> Character:
    if not 0 <= index < len(base):
        raise Thrown(f"{_OUT_OF_BOUNDS}: String index out of range: {index}")
    return Character(base[index])


def _replaced(base: str, old: object, new: object) -> str:
    # Java has replace(CharSequence, CharSequence), and replace(char, char) for all else.
    plain = all(isinstance(part, str) and not isinstance(part, Character) for part in (old, new))
    return _replaced_text(base, *(map(to_string, (old, new)) if plain else map(_unit, (old, new))))


def _unit(value: object) -> str:
    return to_string(value)[:1] or "\0" if isinstance(value, str) else chr(to_integer(value) & 0xFFFF)


def _replaced_text(base: str, old: str, new: str) -> str:
    bounded(len(base) + base.count(old) * (len(new) - len(old)))
    return base.replace(old, new)


def _repeated(base: str, count: int) -> str:
    if count < 0:
        raise Thrown(f"java.lang.IllegalArgumentException: count is negative: {count}")
    bounded(len(base) * count)
    return base * count


def _concatenated(base: str, other: str) -> str:
    return joined([base, other])


def _index_of(base: str, part: str, start: int = 0) -> Integer:
    return Integer(base.find(part, max(start, 0)) if start <= len(base) or not part else -1)


def _last_index_of(base: str, part: str, start: int | None = None) -> Integer:
    if start is None:
        return Integer(base.rfind(part))
    return Integer(-1 if start < 0 else base.rfind(part, 0, start + len(part)))


def _starts_at(base: str, part: str, start: int) -> bool:
    return 0 <= start <= len(base) and base.startswith(part, start)


def _compared(base: str, other: str) -> Integer:
    for one, two in zip(_units(base), _units(other), strict=False):
        if one != two:
            return Integer(one - two)
    return Integer(len(_units(base)) - len(_units(other)))


def _units(text: str) -> list[int]:
    encoded = text.encode("utf-16-be", "surrogatepass")
    return [high << 8 | low for high, low in zip(encoded[::2], encoded[1::2], strict=True)]


def _compared_ignoring_case(base: str, other: str) -> Integer:
    return _compared(base.upper().lower(), other.upper().lower())


def _compared_with(base: str, other: object) -> Integer:
    if not isinstance(other, str) or isinstance(other, Character):
        raise Thrown(
            f"java.lang.ClassCastException: class {java_class(other)} cannot be cast to class java.lang.String"
        )
    return _compared(base, other)


def _split(base: str, pattern: str, limit: int = 0) -> Array:
    return Array(list(patterns.split(base, pattern, limit)))


def _joined_by(_base: str, separator: str, *parts: object) -> str:
    if len(parts) == 1 and isinstance(parts[0], list) and not isinstance(parts[0], Array):
        parts = tuple(parts[0])
        wrong = next((part for part in parts if part is not None and not isinstance(part, str)), None)
        if wrong is not None:
            raise Thrown("java.lang.ClassCastException: an element cannot be cast to class java.lang.CharSequence")
    elif not all(isinstance(part, str) for part in parts):
        raise NotConvertible
    return joined(["null" if part is None else to_string(part) for part in parts], separator)


def _code_at(base: str, index: int) -> Integer:
    _char_at(base, index)
    return Integer(ord(without_pairs(base[index : index + 2])[0]))


def _value_of(_base: str, value: object) -> str:
    return "null" if value is None else to_string(value)


TEXTS: Methods = {
    ("equalsIgnoreCase", 1): Method(_equals_ignoring_case, (itself,)),
    ("isEmpty", 0): Method(lambda base: not base),
    ("isBlank", 0): Method(lambda base: not base.strip()),
    ("length", 0): Method(_counting(counted(len))),
    ("contains", 1): Method(lambda base, part: part in base, (chars,)),
    ("contentEquals", 1): Method(lambda base, other: base == other, (chars,)),
    ("startsWith", 1): Method(str.startswith, (to_string,)),
    ("startsWith", 2): Method(_counting(_starts_at), (to_string, to_integer)),
    ("endsWith", 1): Method(str.endswith, (to_string,)),
    ("toLowerCase", 0): Method(str.lower),
    ("toUpperCase", 0): Method(str.upper),
    ("trim", 0): Method(lambda base: base.strip(_TRIMMED)),
    ("strip", 0): Method(str.strip),
    ("stripLeading", 0): Method(str.lstrip),
    ("stripTrailing", 0): Method(str.rstrip),
    ("substring", 1): Method(_counting(_substring), (to_integer,)),
    ("substring", 2): Method(_counting(_substring), (to_integer, to_integer)),
    ("charAt", 1): Method(_counting(_char_at), (to_integer,)),
    ("codePointAt", 1): Method(_counting(_code_at), (to_integer,)),
    ("indexOf", 1): Method(_counting(_index_of), (text_or_unit,)),
    ("indexOf", 2): Method(_counting(_index_of), (text_or_unit, to_integer)),
    ("lastIndexOf", 1): Method(_counting(_last_index_of), (text_or_unit,)),
    ("lastIndexOf", 2): Method(_counting(_last_index_of), (text_or_unit, to_integer)),
    ("replace", 2): Method(_counting(_replaced), (itself, itself)),
    ("replaceAll", 2): Method(patterns.replace, (to_string, to_string)),
    ("replaceFirst", 2): Method(patterns.replace_first, (to_string, to_string)),
    ("matches", 1): Method(patterns.matches, (to_string,)),
    ("split", 1): Method(_split, (to_string,)),
    ("split", 2): Method(_split, (to_string, to_integer)),
    ("concat", 1): Method(_concatenated, (to_string,)),
    ("repeat", 1): Method(_repeated, (to_integer,)),
    ("intern", 0): Method(str.__str__),
    ("compareTo", 1): Method(_compared_with, (itself,)),
    ("compareToIgnoreCase", 1): Method(_compared_ignoring_case, (to_string,)),
    ("hashCode", 0): Method(hash_code),
    ("getBytes", 0): Method(lambda base: ByteArray(base.encode(errors="replace"))),
    ("valueOf", 1): Method(_value_of, (itself,)),
    **{("join", count): Method(_joined_by, (chars, *(itself,) * (count - 1))) for count in range(2, 8)},
}
CHARACTERS: Methods = {
    ("charValue", 0): Method(Character),
    ("compareTo", 1): Method(lambda base, other: Integer(ord(base) - ord(other)), (chars,)),
    ("hashCode", 0): Method(counted(ord)),
}
