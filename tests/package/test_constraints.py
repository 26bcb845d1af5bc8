"""`constraints.txt` is what the tests run with: a name and a version for everything that the project needs."""

import re
from importlib.metadata import distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.figures import figure
from tests.package.environments import CONSTRAINTS


def pinned() -> dict[str, str]:
    """The versions of the file."""
    lines = [line for line in CONSTRAINTS.read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.!+]+", line)] == []
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def needed(name: str, extras: frozenset[str], found: dict[str, str]) -> None:
    """Collect the installed versions of what a package needs with these extras, and so on."""
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        wanted = (
            [requirement.marker.evaluate({"extra": extra}) for extra in (extras or {""})]
            if requirement.marker
            else [True]
        )
        key = canonicalize_name(requirement.name)
        if any(wanted) and key not in found:
            found[key] = distribution(key).version
            needed(key, frozenset(requirement.extras), found)


def test_everything_that_the_tests_run_with_is_pinned_to_its_version() -> None:
    found: dict[str, str] = {}
    needed("taskbridge-server", frozenset({"test"}), found)
    versions = pinned()
    other = {name: (version, versions.get(name)) for name, version in found.items() if versions.get(name) != version}
    assert other == {}, "make constraints writes the file anew"
    figure("constraints", f"{len(versions)} packages pinned, {len(found)} of them needed on this Python")
