"""Takes the pictures of README and manual, in docs/pictures: of a demo server, with the Chromium that the tests use.

`make screenshots` runs it. The pictures are those of the pages as they are; nothing is drawn into them.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.npm import installed  # noqa: E402 - the tests are no installed package

FOLDER = ROOT / "docs" / "pictures"
BROWSER = ROOT / "tests" / "pages" / "browser"
#: The address that the pictures show; the browser is led to the port that was free.
ADDRESS = "localhost:8080"
MOST_BYTES = 100_000
DESKTOP = {"width": 1180, "height": 820, "scale": 1.5}
PHONE = {"width": 360, "height": 720, "scale": 2}
#: The contract that waits for a worker, and a process list that knows its number.
WAITING = "C-2"
PROCESSES = "/alfresco/api/-default-/public/workflow/versions/1/processes"
PAGES: dict[str, dict[str, Any]] = {
    "start-light": {"path": "/", **DESKTOP},
    "start-dark": {"path": "/", "dark": True, **DESKTOP},
    "start-phone-light": {"path": "/", **PHONE},
    "start-phone-dark": {"path": "/", "dark": True, **PHONE},
    "index": {"path": "/docs", **DESKTOP},
    "api-page": {
        "path": "/docs/camunda#/External%20Task/camunda_fetch_and_lock_external_tasks",
        "first": [".opblock.is-open .try-out__btn", ".opblock.is-open .execute"],
        **DESKTOP,
    },
}
_FONTS = """<fontconfig>
{folders}
<alias binding="same"><family>system-ui</family><prefer><family>Roboto</family></prefer></alias>
<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>"""


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, demo(Path(name)) as port:
        take(Path(name), port)
        for file in Path(name).glob("*.png"):
            write(FOLDER / f"{file.stem}.webp", Image.open(file))
        write(FOLDER / "process.png", Image.open(BytesIO(picture_of_process(port))))


@contextlib.contextmanager
def demo(folder: Path) -> Iterator[int]:
    """A server with the demo, and its port."""
    command = [Path(sys.executable).with_name("taskbridge"), "serve", "--demo", "--port", "0", "--no-access-log"]
    command += ["--database-url", f"sqlite:///{folder}/demo.db"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield int(next(found[1] for line in server.stdout if (found := re.search(r"127\.0\.0\.1:(\d+)", line))))
        finally:
            server.terminate()


def take(folder: Path, port: int) -> None:
    """Has the browser write a file for each page."""
    shots = [
        {"url": f"http://{ADDRESS}{page['path']}", "file": f"{folder}/{name}.png", **page}
        for name, page in PAGES.items()
    ]
    conf = folder / "fonts.conf"
    folders = [files("font_roboto") / "files", "/usr/share/fonts"]
    conf.write_text(_FONTS.format(folders="".join(f"<dir>{one}</dir>" for one in folders)))
    rules = f"--host-resolver-rules=MAP {ADDRESS} 127.0.0.1:{port}"
    environment = {**os.environ, "BROWSER_FONTS": str(conf), "BROWSER_ARGUMENT": rules}
    subprocess.run([installed(BROWSER), BROWSER / "shoot.js", json.dumps(shots)], env=environment, check=True)


def picture_of_process(port: int) -> bytes:
    """The picture that the server draws of a contract, with the step at which it waits."""
    listed = json.loads(fetched(port, PROCESSES))["list"]["entries"]
    number = next(one["entry"]["id"] for one in listed if one["entry"].get("businessKey") == WAITING)
    return fetched(port, f"{PROCESSES}/{number}/image")


def fetched(port: int, path: str) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    request.add_header("Authorization", f"Basic {b64encode(b'demo:demo').decode()}")
    with urllib.request.urlopen(request) as answer:
        return bytes(answer.read())


def write(file: Path, image: Image.Image) -> None:
    """Writes few colours, which is all that pages have, in the fewest bytes."""
    few = image.convert("RGB").quantize(192, dither=Image.Dither.NONE)
    if file.suffix == ".png":
        few.save(file, optimize=True)
    else:
        few.convert("RGB").save(file, lossless=True, quality=100, method=6)
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{file.name} has {size} bytes, more than {MOST_BYTES}")
    print(f"{file.relative_to(ROOT)}: {size} bytes")


if __name__ == "__main__":
    main()
