"""Sends the same requests to the real Camunda 7 server and to this one: ``compare_camunda.py --help``.

Uses the differential tool beside the checkout (`../shared/oracle/differential.py`): its pair of servers, which matches
ids by the place where they are first seen and compares status, content type, keys and values. The scenarios are the
modules of `scripts/camunda_differential/`, one per resource:

    def run(servers: Servers, rng: random.Random) -> None:
        servers.begin("filters: made and changed")
        servers("POST", "/filter/create", json={…}, keep={"F": "id"})
        servers("GET", "/filter/<F>")

A difference that `docs/fidelity.md` declares is named in the module's ``DECLARED``: a list of (kind, pattern of method
and path, pattern of the place within the answer). All others are printed and counted.
"""

import argparse
import importlib
import importlib.util
import json
import pkgutil
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, Protocol

import camunda_differential

ROOT = Path(__file__).resolve().parent.parent
TOOL = ROOT.parent / "shared" / "oracle" / "differential.py"


class Servers(Protocol):
    """Both servers: the interface of the tool's ``Pair`` that scenarios use."""

    def begin(self, scenario: str, clean: bool = True) -> None:
        """Begin a sequence; all deployments go, unless ``clean`` is false."""

    def __call__(self, method: str, path: str, **options: Any) -> list[Any]:  # noqa: ANN401 - options of a request
        """Send one request to both, compare, and keep what ``keep`` names."""


def main() -> int:
    options = _options()
    tool = _tool()
    scenarios = options.only.split(",") if options.only else _names()
    asked = agreed = 0
    for name in scenarios:
        module = importlib.import_module(f"camunda_differential.{name}")
        with tempfile.NamedTemporaryFile("w+", suffix=".jsonl") as out:
            servers = tool.Pair(options.oracle, options.subject, out)
            for seed in range(options.seed, options.seed + options.seeds):
                module.run(servers, random.Random(f"{seed} {name}"))
            undeclared = _undeclared(Path(out.name), getattr(module, "DECLARED", []))
        for record, differences in undeclared[: options.show]:
            _show(record, differences)
        print(f"{name}: {_share(servers.asked - len(undeclared), servers.asked)} agree or are declared")
        asked, agreed = asked + servers.asked, agreed + servers.asked - len(undeclared)
    print(f"all: {_share(agreed, asked)} agree or are declared")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracle", required=True, help="the real server, …/engine-rest")
    parser.add_argument("--subject", required=True, help="this server, …/engine-rest")
    parser.add_argument("--only", help=f"with commas, of: {', '.join(_names())}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds, from --seed on")
    parser.add_argument("--show", type=int, default=20, help="how many differences of a scenario are printed")
    return parser.parse_args()


def _names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(camunda_differential.__path__))


def _tool() -> Any:  # noqa: ANN401 - a module without types
    spec = importlib.util.spec_from_file_location("differential", TOOL)
    if spec is None or spec.loader is None or not TOOL.exists():
        sys.exit(f"There is no {TOOL}")
    module = importlib.util.module_from_spec(spec)
    sys.modules["differential"] = module
    spec.loader.exec_module(module)
    return module


def _undeclared(found: Path, declared: list[tuple[str, str, str]]) -> list[tuple[dict[str, Any], list[Any]]]:
    """The requests with a difference that is not declared, and those differences; headers do not count."""
    records = []
    for line in found.read_text().splitlines():
        record = json.loads(line)
        left = [
            difference
            for difference in record["differences"]
            if not difference["kind"].startswith("header ") and not _is_declared(record, difference, declared)
        ]
        records += [(record, left)] if left else []
    return records


def _is_declared(record: dict[str, Any], difference: dict[str, Any], declared: list[tuple[str, str, str]]) -> bool:
    request = f"{record['method']} {record['path']}"
    return any(
        kind == difference["kind"] and re.search(path, request) and re.search(place, difference["place"])
        for kind, path, place in declared
    )


def _show(record: dict[str, Any], differences: list[dict[str, Any]]) -> None:
    print(f"  {record['scenario']}: {record['method']} {record['path']} {json.dumps(record['request'])[:200]}")
    for difference in differences[:4]:
        there, here = (json.dumps(difference[side])[:200] for side in ("oracle", "subject"))
        print(f"    {difference['kind']} {difference['place']}: there {there}, here {here}")


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} requests ({100 * part / max(whole, 1):.1f} %)"


if __name__ == "__main__":
    sys.exit(main())
