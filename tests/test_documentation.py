"""The documentation: a site without a warning, whole, from nowhere else; what it says to do is carried out."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.answers import vendors
from tests.clients.conftest import NODE_FOLDER
from tests.clients.programs import ANSWERS, checking
from tests.figures import figure
from tests.npm import installed
from tests.reader import blocks, carried_out

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
#: Pages with something to carry out, and what that has to print.
TOLD = {
    "tutorial.md": ["booked 3 days, approved by Alice", '{"count":0}', '"activityDefinitionName":"Book"'],
    "how-to/camunda.md": ['{"version":"7.24.0"}', "npm packed P-1", "asyncio packed P-5"],
    "how-to/alfresco.md": ["activitiReviewPooled", "TICKET_", "1 task of gonzo", "completed: 200"],
    "how-to/worldserver.md": ['"name":"Swedish"', '"name":"hello.txt"', "completed: OK"],
    "how-to/digioffice.md": ['"UserName":"anna"', "finished "],
    "how-to/ci.md": ['{"count":'],
    "how-to/production.md": ["anna"],
}
#: What a browser would fetch by itself.
_LOADED = re.compile(r"""<(?:script|img|iframe)[^>]*\ssrc="?([^\s">]+)|<link[^>]*\shref="?([^\s">]+)""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
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


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Scheme, host and port of a server that was started with some options, and the URL of its database."""
    folder = tmp_path_factory.mktemp("documented")
    database = f"sqlite:///{folder}/taskbridge.db"
    with checking(folder, *request.param, database_url=database) as (_, url):
        yield url.removesuffix("/engine-rest"), database


@pytest.mark.parametrize(
    ("page", "served"), [(page, ("--demo",) if page == "tutorial.md" else ()) for page in TOLD], indirect=["served"]
)
def test_a_reader_who_does_what_a_page_says_sees_what_it_says(
    page: str, served: tuple[str, str], tmp_path: Path
) -> None:
    todo = blocks((DOCS / page).read_text())
    if any(language == "js" for language, _ in todo):
        installed(NODE_FOLDER)
    (tmp_path / "src").symlink_to(ROOT / "src")
    host, database = served
    printed = carried_out(todo, host=host, database_url=database, folder=tmp_path)
    assert ANSWERS.read() == []
    assert [words for words in TOLD[page] if words not in printed] == []
    figure(f"carried out, {page}", f"{len(todo)} blocks")
