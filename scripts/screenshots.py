"""Takes the pictures of README and manual, in docs/pictures: of a demo server, with the Chromium that the tests use.

`make screenshots` runs it. The pictures are those of the pages as they are; nothing is drawn into them.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from base64 import b64encode
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.clients.programs import serving
from tests.npm import installed

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
BROWSER = ROOT / "tests" / "pages" / "browser"
#: The address that the pictures show; the browser is led to the port that was free.
ADDRESS = "localhost:8080"
MOST_BYTES = 100_000
DESKTOP = {"width": 1180, "height": 820, "scale": 1.5}
PHONE = {"width": 360, "height": 900, "scale": 2}
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
        "path": "/docs/camunda",
        "first": ["#operations-tag-External_Task .expand-operation"],
        **DESKTOP,
    },
}
#: The letters in the pictures are those in the pictures of processes, whatever fonts the machine has.
_FONTS = """<fontconfig>
{folders}
<match target="pattern"><edit name="family" mode="append_last"><string>Roboto</string></edit></match>
{aliases}
</fontconfig>"""
_ALIAS = '<alias binding="same"><family>{name}</family><prefer><family>{font}</family></prefer></alias>'
_FAMILIES = {
    "system-ui": "Roboto",
    "sans-serif": "Roboto",
    "sans": "Roboto",
    "ui-monospace": "DejaVu Sans Mono",
    "monospace": "DejaVu Sans Mono",
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(folder, "--demo", "--no-access-log", database_url=f"sqlite:///{folder}/demo.db") as (_, url):
            address = urlsplit(url).netloc
            take(folder, address)
            for file in sorted(folder.glob("*.png")):
                write(FOLDER / f"{file.stem}.webp", Image.open(file))
            write(FOLDER / "process.png", Image.open(BytesIO(picture_of_process(address))))


def take(folder: Path, address: str) -> None:
    """Has the browser write a file for each page."""
    shots = [
        {"url": f"http://{ADDRESS}{page['path']}", "file": f"{folder}/{name}.png", **page}
        for name, page in PAGES.items()
    ]
    conf = folder / "fonts.conf"
    folders = [files("font_roboto") / "files", "/usr/share/fonts"]
    aliases = (_ALIAS.format(name=name, font=font) for name, font in _FAMILIES.items())
    conf.write_text(_FONTS.format(folders="".join(f"<dir>{one}</dir>" for one in folders), aliases="".join(aliases)))
    rules = f"--host-resolver-rules=MAP {ADDRESS} {address}"
    environment = {**os.environ, "BROWSER_FONTS": str(conf), "BROWSER_ARGUMENT": rules}
    subprocess.run([installed(BROWSER), BROWSER / "shoot.js", json.dumps(shots)], env=environment, check=True)


def picture_of_process(address: str) -> bytes:
    """The picture that the server draws of a contract, with the step at which it waits."""
    listed = json.loads(fetched(address, PROCESSES))["list"]["entries"]
    number = next(one["entry"]["id"] for one in listed if one["entry"].get("businessKey") == WAITING)
    return fetched(address, f"{PROCESSES}/{number}/image")


def fetched(address: str, path: str) -> bytes:
    request = urllib.request.Request(f"http://{address}{path}")
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
