"""Writes the models of ``multi_instance_models`` into their folder of tests, and removes what is not among them."""

import sys
from pathlib import Path

from multi_instance_models import models

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "multi_instance_models"


def main() -> int:
    """Write the folder anew."""
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.bpmn"):
        file.unlink()
    for name, content in models().items():
        (FOLDER / f"{name}.bpmn").write_bytes(content)
    print(f"{len(models())} models in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
