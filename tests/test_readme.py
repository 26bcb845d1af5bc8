"""The README's guided tour, done by a reader who copies every line of it."""

import re
from pathlib import Path

from tests.figures import figure
from tests.reader import carried_out, made_to_run

README = Path(__file__).parents[1] / "README.md"


def shell_blocks(page: str, heading: str) -> list[tuple[str, str]]:
    """The shell commands of a section, a block each."""
    section = page.partition(f"\n## {heading}")[2].partition("\n## ")[0]
    return [("sh", text) for text in re.findall(r"^```\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)]


def test_the_guided_tour_takes_the_contract_to_its_end(tmp_path: Path) -> None:
    blocks = shell_blocks(README.read_text(), "A guided tour")
    assert len(blocks) == 6
    with made_to_run(tmp_path) as host:
        printed = carried_out(blocks, host=host, folder=tmp_path)
    for told in (
        '"name":"C-1","currentTaskStep":{"name":"Translate"',
        '{"status":"OK"',
        '{"count":0}',
        '"endActivityId":"done","completed":true',
        '"status":{"status":"COMPLETED"',
        '"Status":"Finished"',
    ):
        assert told in printed
    figure("README's guided tour", f"{len(blocks)} blocks of commands carried out")
