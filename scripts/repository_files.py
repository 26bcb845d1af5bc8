"""Files of the repository that pages link to: the manual has a copy of each, beside its pages.

In the repository the links lead to the files themselves. MkDocs calls ``on_files`` and ``on_page_markdown``, and checks
the links that are left.
"""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
#: Where the copies lie in the manual.
_FOLDER = "files"
#: A link that leaves the folder of the pages for that of the tests.
_LINK = re.compile(r"\]\((?P<up>(?:\.\./)+)(?P<file>tests/[^)#\s]+)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds what the pages link to; a file that is not there is left out, and its link found broken."""
    linked = {found["file"] for page in files.documentation_pages() for found in _LINK.finditer(page.content_string)}
    for file in sorted(linked):
        if (ROOT / file).is_file():
            files.append(File.generated(config, f"{_FOLDER}/{file}", abs_src_path=str(ROOT / file)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lets the links of a page lead to the copies."""
    above = "../" * page.file.src_uri.count("/")
    return _LINK.sub(rf"]({above}{_FOLDER}/\g<file>)", markdown)
