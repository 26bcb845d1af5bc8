"""Makes the pydantic models of every dialect from its OpenAPI document: `src/taskbridge/dialects/<vendor>/models.py`.

Run without arguments it writes them; tests ask for the text alone and compare.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIALECTS = ROOT / "src" / "taskbridge" / "dialects"
VENDORS = ("alfresco", "camunda", "digioffice", "taskbridge", "worldserver")
_HEADER = '"""The objects of `openapi/{vendor}.yaml`; made by `make generate`, never edited."""'
#: The types of formats that the generator does not know, and of those that are texts here. A date of DigiOffice is
#: epoch milliseconds once a request is bound.
_TYPES = (
    "string+date-time=string",
    "string+uuid=string",
    "string+password=string",
    "string+java-date-time=string",
    "string+dotnet-date-time=integer",
    "string+element=string",
    "integer+element=integer",
    "boolean+lenient=boolean",
    "integer+lenient=integer",
)
_OPTIONS = (  # noqa: SIM905 - options as a person writes them
    "--input-file-type openapi --openapi-scopes schemas --output-model-type pydantic_v2.BaseModel "
    "--target-python-version 3.11 --base-class taskbridge.spec.model.Model --use-standard-collections "
    "--use-union-operator --use-annotated --use-double-quotes --use-schema-description --use-field-description "
    "--enum-field-as-literal all --strict-nullable "
    "--collapse-root-models --naming-strategy parent-prefixed --disable-future-imports --formatters ruff-format"
).split()


def generated(vendor: str) -> str:
    """The module of a dialect, as it has to be. RuntimeError with the generator's words when it fails or warns."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "models.py"
        source = ROOT / "openapi" / f"{vendor}.yaml"
        header = _HEADER.format(vendor=vendor)
        _run(
            # That a date of DigiOffice is a number leaves no use for the pattern of its text.
            [sys.executable, "-W", "ignore:Pydantic does not take pattern on int", "-m", "datamodel_code_generator"],
            ["--input", str(source), "--output", str(output), "--custom-file-header", header],
            [*_OPTIONS, "--type-mappings", *_TYPES],
        )
        settings = ["--config", str(ROOT / "pyproject.toml"), str(output)]
        ruff = [sys.executable, "-m", "ruff"]
        _run(ruff, ["check", "--quiet", "--select", "D2,F401,I,UP", "--unsafe-fixes", "--fix-only"], settings)
        _run(ruff, ["format", "--quiet"], settings)
        return output.read_text()


def target(vendor: str) -> Path:
    """Where the module of a dialect stands."""
    return DIALECTS / vendor / "models.py"


def main() -> None:
    for vendor in VENDORS:
        target(vendor).write_text(generated(vendor))
        print(f"{target(vendor).relative_to(ROOT)}: written")


def _run(*parts: list[str]) -> None:
    command = [word for part in parts for word in part]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    told = (done.stdout + done.stderr).strip()
    if done.returncode or told:
        raise RuntimeError(f"{' '.join(command)}\n{told}")


if __name__ == "__main__":
    main()
