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

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
#: Pages with something to carry out, and what that has to print.
TOLD = {
    "tutorial.md": ["booked 3 days, approved by Alice", '{"count":0}', '"activityDefinitionName":"Book"'],
    "how-to/camunda.md": [
        '{"version":"7.24.0"}',
        "npm packed P-1",
        "asyncio packed P-5",
        '"retries":5',
        '{"count":0}',
        '"eventName":"Paid"',
        '"resultType":"Execution"',
        '"taskDefinitionKey":"split"',
    ],
    "how-to/migrate-from-camunda.md": [
        "models/loan.bpmn: runs with settings: delegates=workers java-listeners=ignore",
        "  14:5: decision: Unsupported attribute 'camunda:decisionRef' of businessRuleTask 'rate' (delegates=workers)",
        "Left out taskListener for create of userTask 'decide': class 'org.example.loans.NotifyListener'",
        "org.example.loans.ScoreDelegate did score",
        "loan-risk did rate",
        '"name":"Decide a loan of low risk"',
    ],
    "how-to/alfresco.md": ["activitiReviewPooled", "TICKET_", "1 task of gonzo", "completed: 200"],
    "how-to/worldserver.md": ['"name":"Swedish"', '"name":"hello.txt"', "completed: OK"],
    "how-to/digioffice.md": ['"UserName":"anna"', "finished ", "generated code: 204"],
    "how-to/ci.md": ['{"count":'],
    "how-to/watch.md": ['{"status":"alive"}', '"database":"available"', "taskbridge_build_info{"],
    "how-to/production.md": ["anna", "copy: ok"],
    "how-to/people.md": ["ben: added to managers, Surveyor", '"UserName":"ben"', "clara signs in: 401"],
    "how-to/settings.md": [
        "taskbridge: wrong.toml: prot: is unknown; did you mean port?",
        "made taskbridge.db",
        "taskbridge: taksbridge.db does not exist; `taskbridge migrate` makes it",
        "exit status 1",
        "exit status 2",
    ],
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


def test_the_tests_of_a_choice_are_folded_below_it(site: Path) -> None:
    rows = [line for line in (DOCS / "fidelity.md").read_text().splitlines() if re.match(r"\| (?!situation)", line)]
    page = (site / "fidelity.html").read_text()
    folded = re.findall(r"<details><summary>(\d+) tests?</summary>(.*?)</details>", page, re.DOTALL)
    assert len(folded) == len(rows) > 100
    assert "<th>test</th>" not in page
    for row, (count, names) in zip(rows, folded, strict=True):
        named = re.findall(r"`(test_\w+)`", row.split("|")[-2])
        assert [name for name in named if f"<code>{name}</code>" not in names] == []
        assert int(count) >= len(named)


def test_files_of_the_repository_that_a_page_links_to_are_in_the_manual(site: Path) -> None:
    page = (site / "explanation" / "events.html").read_text()
    models = set(re.findall(r'href="?\.\./(files/tests/models/[^">\s]+\.bpmn)', page))
    assert len(models) > 100
    for file in (*models, "files/tests/test_own_models.py"):
        assert f"../{file}" in page
        assert (site / file).read_bytes() == (ROOT / file.removeprefix("files/")).read_bytes()


def test_names_of_settings_stay_whole(site: Path) -> None:
    page = (site / "reference" / "commands.html").read_text()
    assert re.search(
        r'<td><code class="name">--port</code><br ?/?><code class="name">TASKBRIDGE_PORT</code></td>', page
    )
    assert ".md-typeset td code.name { white-space: nowrap; }" in (site / "stylesheets" / "manual.css").read_text()


def test_pictures_are_small_and_described(site: Path) -> None:
    pictures = list((DOCS / "pictures").iterdir())
    sizes = [picture.stat().st_size for picture in pictures]
    assert max(sizes) < 100_000
    assert sum(sizes) < 600_000
    texts = {page: page.read_text() for page in [ROOT / "README.md", *DOCS.glob("**/*.md")]}
    for picture in pictures:
        assert [page for page, text in texts.items() if f"pictures/{picture.name}" in text], picture.name
    for page, text in texts.items():
        for described, link in re.findall(r"!\[(.*?)\]\(([^)#]+)", text):
            assert len(described) > 20, (page, link)
            assert (page.parent / link).exists(), (page, link)
    assert (site / "pictures" / "logo.svg").exists()
    figure("pictures", f"{len(pictures)} in README and manual, {sum(sizes) // 1000} kB")


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
        if vendor.name != "taskbridge"  # which has no clients; docs/how-to/watch.md is about it
    }
    assert len(begun) == 1
    assert "make run" in begun.pop()
