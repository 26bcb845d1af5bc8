"""The page about fidelity as the manual shows it: the tests of a row are folded below what Taskbridge does.

The file keeps them in a column of their own, which a test reads. MkDocs calls ``on_page_markdown``.
"""

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

PAGE = "fidelity.md"
_COLUMN = "test"
_CELLS = re.compile(r"(?<!\\)\|")


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Rewrites the tables of one page."""
    return folded(markdown) if page.file.src_uri == PAGE else markdown


def folded(markdown: str) -> str:
    """The text with every table that ends in a column of tests one column narrower."""
    lines = []
    within = False
    for line in markdown.splitlines():
        cells = _cells(line)
        within = bool(cells) and (within or cells[-1] == _COLUMN)
        lines.append(_folded(cells) if within else line)
    return "\n".join(lines)


def _cells(line: str) -> list[str]:
    """The cells of a row of a table; none for any other line."""
    return [cell.strip() for cell in _CELLS.split(line)[1:-1]] if line.startswith("|") else []


def _folded(cells: list[str]) -> str:
    *kept, tests = cells
    if tests != _COLUMN and not set(tests) <= set("-: "):
        kept[-1] += f" <details><summary>{_count(tests)}</summary>{tests}</details>"
    return f"| {' | '.join(kept)} |"


def _count(tests: str) -> str:
    number = len(re.findall(r"`test_\w+`|“.+?”", tests))
    return f"{number} test" if number == 1 else f"{number} tests"
