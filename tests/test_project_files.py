"""The files for people who work on the project: what they name is there."""

import re
from pathlib import Path

import pytest

from tests.figures import figure

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
#: Where recipes look for a file that they name.
_FOLDERS = (ROOT, ROOT / "src" / "taskbridge", ROOT / "tests" / "engine")


def links(text: str) -> list[str]:
    """The files that a page links to."""
    return [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]


def files(text: str) -> list[str]:
    """The files that a page names in code."""
    return re.findall(r"`((?:\w+/)*[\w.-]+\.(?:py|yaml|txt))`", text)


def named(text: str) -> list[str]:
    """The tests that a page names."""
    return re.findall(r"`(test_\w+)`", text)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_links_to_is_there(page: str) -> None:
    found = links((ROOT / page).read_text())
    assert [link for link in found if not (ROOT / link).exists()] == []


def test_what_recipes_name_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert len(files(text)) > 20
    assert [name for name in files(text) if not any(found(folder, name) for folder in _FOLDERS)] == []
    sources = "\n".join(file.read_text() for file in (ROOT / "tests").glob("**/test_*.py"))
    assert [name for name in named(text) if f"def {name}(" not in sources] == []
    figure("recipes", f"{len(files(text))} files and {len(named(text))} tests named, all there")


def found(folder: Path, name: str) -> bool:
    """Whether a folder has a file of that name; one without a folder may be the migration of a recipe."""
    return (folder / name).exists() or (folder / "store" / "migrations" / "versions" / name).exists()


def test_a_page_that_names_what_is_not_there_is_seen() -> None:
    text = "See [here](nothing/at_all.md#part), `store/nothing.py` and `test_nothing_at_all`, [there](http://x)."
    assert (links(text), files(text), named(text)) == (
        ["nothing/at_all.md"],
        ["store/nothing.py"],
        ["test_nothing_at_all"],
    )
