"""The documentation: a site without a warning, whole, from nowhere else; what it says to do is carried out."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
import yaml

from tests import patience
from tests.answers import vendors
from tests.clients.conftest import NODE_FOLDER
from tests.figures import figure
from tests.npm import installed
from tests.reader import blocks, carried_out, made_to_run

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
#: Pages with something to carry out, and what that has to print.
TOLD = {
    "tutorial.md": ["booked 3 days, approved by Alice", '{"count":0}', '"activityDefinitionName":"Book"'],
    "how-to/camunda.md": ['{"version":"7.24.0"}', "npm packed P-1", "asyncio packed P-5"],
    "how-to/alfresco.md": ["activitiReviewPooled", "TICKET_", "1 task of gonzo", "completed: 200"],
    "how-to/worldserver.md": ['"name":"Swedish"', '"name":"hello.txt"', "completed: OK"],
    "how-to/digioffice.md": ['"UserName":"anna"', "finished ", "generated code: 204"],
    "how-to/ci.md": ['{"count":'],
    "how-to/production.md": ["anna"],
    "how-to/people.md": ["ben: added to managers, Surveyor", '"UserName":"ben"', "clara signs in: 401"],
}
#: What a browser would fetch by itself.
_LOADED = re.compile(r"""<(?:script|img|iframe)[^>]*\ssrc="?([^\s">]+)|<link[^>]*\shref="?([^\s">]+)""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=patience.PROGRAM_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def pages_of(nav: object) -> Iterator[str]:
    """The files that a navigation names."""
    match nav:
        case str():
            yield nav
        case list():
            for one in nav:
                yield from pages_of(one)
        case dict():
            yield from pages_of(list(nav.values()))


def test_every_page_is_there_and_loads_nothing_from_elsewhere(site: Path) -> None:
    named = list(pages_of(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]))
    for name in named:
        text = (site / name).with_suffix(".html").read_text()
        loaded = [one or other for one, other in _LOADED.findall(text)]
        assert loaded
        assert [url for url in loaded if "//" in url and not url.startswith("data:")] == [], name
    figure("documentation", f"{len(named)} pages built without a warning")


def test_the_reference_has_every_operation_and_object(site: Path) -> None:
    for vendor in vendors():
        text = (site / "reference" / f"{vendor.name}.html").read_text()
        operations = set(re.findall(r'<h3 id="?(\w+)', text))
        assert operations >= vendor.operations.keys()
        figure(f"reference, {vendor.name}", f"{len(vendor.operations)} operations described")


@pytest.mark.parametrize("page", TOLD)
def test_a_reader_who_does_what_a_page_says_sees_what_it_says(page: str, tmp_path: Path) -> None:
    text = (DOCS / page).read_text()
    todo = blocks(text)
    if any(language == "js" for language, _ in todo):
        installed(NODE_FOLDER)
    with made_to_run(tmp_path) if "make run" in text else nullcontext("") as host:
        printed = carried_out(todo, host=host, folder=tmp_path)
    assert [words for words in TOLD[page] if words not in printed] == []
    figure(f"carried out, {page}", f"{len(todo)} blocks")


def test_the_pages_of_clients_begin_alike() -> None:
    heading = "## Start a server\n"
    begun = {
        (DOCS / "how-to" / f"{vendor.name}.md").read_text().partition(heading)[2].partition("\n## ")[0]
        for vendor in vendors()
    }
    assert len(begun) == 1
    assert "make run" in begun.pop()
