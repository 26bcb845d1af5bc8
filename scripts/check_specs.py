"""Checks every OpenAPI document of the project: one line per document, then its problems. Fails when there is any."""

import sys
from pathlib import Path

from taskbridge.spec.checks import check_document

DOCUMENTS = Path(__file__).resolve().parent.parent / "openapi"


def main() -> int:
    found = 0
    for path in sorted(DOCUMENTS.glob("*.yaml")):
        problems = check_document(path)
        found += len(problems)
        print(f"{path.name}: {len(problems)} problems" if problems else f"{path.name}: ok")
        for problem in problems:
            print(f"  {problem}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
