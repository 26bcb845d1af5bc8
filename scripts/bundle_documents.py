"""Makes `openapi/{name}.yaml` of the folder `openapi/{name}/`: ``bundle_documents.py [--check]``.

A folder holds `root.yaml` (everything before the paths) and one file per tag of it, named after the tag
(`Process Instance` is `process-instance.yaml`), and `shared.yaml` with what several of them use. A file has any of

    paths:             as in OpenAPI
    parameterGroups:   name: list of parameters; `- $group: name` in an operation of the file stands for that list
    components:        as in OpenAPI; references are those of the bundle (`#/components/…`), in whichever file it stands

The bundle has the files' own lines, comments included: it is read by people too. With ``--check`` nothing is written,
and the exit status is 1 where a bundle is not what its folder makes.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

DOCUMENTS = Path(__file__).resolve().parent.parent / "openapi"

_HEADER = "# Made from the files in `openapi/{name}/` by `make generate`, never edited.\n"
_GROUP = re.compile(r"^( *)- \$group: (\w+)$")
_COMPONENTS = ("securitySchemes", "parameters", "headers", "responses", "requestBodies", "schemas", "examples")

Lines = list[str]


class BundleError(Exception):
    """A folder from which no document can be made."""


def bundle(folder: Path) -> str:
    """The document of a folder. Raises BundleError for a file or group that is missing, or a file that no tag has."""
    root = (folder / "root.yaml").read_text(encoding="utf-8")
    names = [re.sub(r"[^a-z]+", "-", tag["name"].lower()) for tag in yaml.safe_load(root)["tags"]]
    if unknown := {path.stem for path in folder.glob("*.yaml")} ^ {"root", "shared", *names}:
        raise BundleError(f"{folder.name}: files and tags differ: {', '.join(sorted(unknown))}")
    parts = [_sections((folder / f"{name}.yaml").read_text(encoding="utf-8").splitlines(), 0) for name in names]
    shared = _sections((folder / "shared.yaml").read_text(encoding="utf-8").splitlines(), 0)
    components = [_sections(part.get("components", []), 2) for part in (shared, *parts)]
    lines = ["", "paths:", *(line for part in parts for line in (*_paths(part), ""))]
    lines += ["components:"]
    for section in _COMPONENTS:
        found = [line for part in components for line in part.get(section, [])]
        lines += [f"  {section}:", *found] if found else []
    return _HEADER.format(name=folder.name) + root + "\n".join(lines) + "\n"


def _sections(lines: Lines, indent: int) -> dict[str, Lines]:
    """What stands below each key that is indented so far."""
    sections: dict[str, Lines] = {}
    key = re.compile(rf"^ {{{indent}}}(\w+):$")
    current: Lines = []
    for line in lines:
        if named := key.match(line):
            current = sections.setdefault(named[1], [])
        else:
            current.append(line)
    return {name: _trimmed(found) for name, found in sections.items()}


def _paths(part: dict[str, Lines]) -> Iterator[str]:
    """The paths of a file, with the parameters of a group where it is named."""
    groups = _sections(part.get("parameterGroups", []), 2)
    for line in part.get("paths", []):
        if not (named := _GROUP.match(line)):
            yield line
        elif named[2] in groups:
            yield from (named[1] + parameter.strip() for parameter in groups[named[2]])
        else:
            raise BundleError(f"There is no group {named[2]}")


def _trimmed(lines: Lines) -> Lines:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def main() -> int:
    stale = 0
    for folder in sorted(path for path in DOCUMENTS.iterdir() if path.is_dir()):
        target = DOCUMENTS / f"{folder.name}.yaml"
        made = bundle(folder)
        if "--check" not in sys.argv[1:]:
            target.write_text(made, encoding="utf-8")
        elif target.read_text(encoding="utf-8") != made:
            stale += 1
            print(f"{target.name} is not what {folder.name}/ makes: run `make generate`")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
