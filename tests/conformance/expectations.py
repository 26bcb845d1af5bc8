"""What a case expects of a value: plain YAML means that very value, tags mean a condition. Called by the story runner.

An object is expected to have at least the members that are named; a list to have exactly these elements.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import yaml

from taskbridge.clock import ManualClock


@dataclass(frozen=True)
class Condition:
    """A value that is not known beforehand: the tag and what stands behind it."""

    tag: str
    given: Any


Check = Callable[[Any, Any], bool]

#: tag -> whether the value (first) meets what stands behind the tag (second).
CHECKS: dict[str, Check] = {
    "!anything": lambda value, _: True,
    "!number": lambda value, _: isinstance(value, int) and not isinstance(value, bool),
    "!text": lambda value, _: isinstance(value, str) and value != "",
    "!starts": lambda value, given: isinstance(value, str) and value.startswith(given),
    "!has": lambda value, given: isinstance(value, str) and given in value,
    "!matches": lambda value, given: isinstance(value, str) and re.fullmatch(given, value) is not None,
    "!size": lambda value, given: isinstance(value, list | dict) and len(value) == given,
    "!without": lambda value, given: isinstance(value, dict) and not set(given) & set(value),
}


class CaseLoader(yaml.SafeLoader):
    """YAML with the tags of this module."""


def _condition(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Condition:
    if isinstance(node, yaml.MappingNode):
        return Condition("!" + suffix, loader.construct_mapping(node, deep=True))
    if isinstance(node, yaml.SequenceNode):
        return Condition("!" + suffix, loader.construct_sequence(node, deep=True))
    # A number behind a tag is a number: the tag took the place of YAML's own guess.
    text = str(node.value)
    return Condition("!" + suffix, int(text) if re.fullmatch(r"[+-]?\d+", text) else text)


CaseLoader.add_multi_constructor("!", _condition)


def date_text(moment: int) -> str:
    """A moment (epoch milliseconds) as the vendor writes it (contract 0.6)."""
    return f"{datetime.fromtimestamp(moment // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{moment % 1000:03}+0000"


def differences(value: Any, expected: Any, clock: ManualClock, place: str = "") -> list[str]:  # noqa: ANN401 - JSON
    """Where a value is not as expected; one line each."""
    if isinstance(expected, Condition):
        return _unmet(value, expected, clock, place)
    if isinstance(expected, dict) and isinstance(value, dict):
        missing = [f"{place}.{name} is missing" for name in expected if name not in value]
        return missing + [
            line
            for name, inner in expected.items()
            if name in value
            for line in differences(value[name], inner, clock, f"{place}.{name}")
        ]
    if isinstance(expected, list) and isinstance(value, list):
        if len(expected) != len(value):
            return [f"{place} has {len(value)} elements, not {len(expected)}: {value}"]
        pairs = enumerate(zip(value, expected, strict=True))
        return [line for number, (one, other) in pairs for line in differences(one, other, clock, f"{place}[{number}]")]
    same = type(value) is type(expected) and value == expected
    return [] if same else [f"{place} is {value!r}, not {expected!r}"]


def _unmet(value: Any, condition: Condition, clock: ManualClock, place: str) -> list[str]:  # noqa: ANN401 - JSON
    tag, given = condition.tag, condition.given
    if tag == "!now":
        return differences(value, date_text(clock.now() + (given or 0)), clock, place)
    if tag == "!exactly":
        found = differences(value, given, clock, place)
        extra = set(value) - set(given) if isinstance(value, dict) else ()
        return found + [f"{place}.{name} was not expected" for name in sorted(extra)]
    if tag == "!any-order":
        return _unmet_in_any_order(value, given, clock, place)
    if tag not in CHECKS:
        raise ValueError(f"{tag} is no condition")
    return [] if CHECKS[tag](value, given) else [f"{place} is {value!r}, expected {tag[1:]} {given!r}"]


def _unmet_in_any_order(value: Any, given: list[Any], clock: ManualClock, place: str) -> list[str]:  # noqa: ANN401
    if not isinstance(value, list) or len(value) != len(given):
        return [f"{place} is {value!r}, expected {len(given)} elements"]
    left = list(value)
    for expected in given:
        match = next((one for one in left if not differences(one, expected, clock)), None)
        if match is None and not any(one is None and expected is None for one in left):
            return [f"{place} has nothing like {expected!r} in {value!r}"]
        left.remove(match)
    return []
