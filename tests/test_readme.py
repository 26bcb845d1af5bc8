"""The README's guided tour, done by a reader who copies every line of it."""

import re
import subprocess
from pathlib import Path

from tests.clients.programs import checking
from tests.figures import figure

README = Path(__file__).parents[1] / "README.md"


def shell_blocks(page: str, heading: str) -> list[str]:
    """The shell commands of a section, a block each."""
    section = page.partition(f"\n## {heading}")[2].partition("\n## ")[0]
    return re.findall(r"^```\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def test_the_guided_tour_takes_the_contract_to_its_end(tmp_path: Path) -> None:
    blocks = shell_blocks(README.read_text(), "A guided tour")
    assert len(blocks) == 6
    with checking(tmp_path, "--demo", database_url=f"sqlite:///{tmp_path}/demo.db") as (_, url):
        host = url.removesuffix("/engine-rest")
        script = "set -eu\n" + "\n".join(blocks).replace("http://127.0.0.1:8080", host)
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for told in (
        '"name":"C-1","currentTaskStep":{"name":"Translate"',
        '{"status":"OK"',
        '{"count":0}',
        '"endActivityId":"done","completed":true',
        '"status":{"status":"COMPLETED"',
        '"Status":"Finished"',
    ):
        assert told in done.stdout
    figure("README's guided tour", f"{len(blocks)} blocks of commands carried out")
