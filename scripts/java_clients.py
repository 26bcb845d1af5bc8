"""Makes a Java client out of each document, and has it do what its vendor's page is about on a server with the demo.

Needs Java 17, Maven and the extra ``java`` (``pip install -e '.[test,java]'``). Ends with 2 where one is missing, with
1 when the generator warns of something new, a client does not compile, or one does not do its work.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from taskbridge.app import document_path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.clients.programs import serving
from tests.clients.work import order_project, reach_approval, start_adhoc, start_order

PROGRAMS = Path(__file__).with_name("java")
_SETTINGS = [
    "--generator-name=java",
    "--library=native",
    "--additional-properties=apiPackage=client.api,modelPackage=client.model,invokerPackage=client,openApiNullable=false",
    "--global-property=apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
]
#: What the generator lacks, not the documents: it says so of sound OpenAPI.
_KNOWN = (
    "Failed to get the schema name: null",  # of a schema that is not a reference
    "Ignoring complex example on request body",  # it has no use for examples that are objects
    "(reserved word) cannot be used as model name",  # File and Configuration are Java's
    "Form parameters with additionalProperties are not supported",  # a deployment's files have names of their own
)
#: Bodies that are one object or a list of them, for which its code does not compile.
_ONE_OR_SOME = ("add_process_items", "create_process_variables", "create_task_variables", "start_processes")
_MORE = {
    "alfresco": [f"--schema-mappings={','.join(f'alfresco_{one}_request=Object' for one in _ONE_OR_SOME)}"],
    # In Java, a name in both spellings is the same name twice.
    "digioffice": ["--name-mappings=responseStatus=responseStatusInCamelCase"],
}


@dataclass(frozen=True)
class Errand:
    """What the program of a vendor is given beside the server's address, and what it has to print."""

    prepared: Callable[[str], object]
    told: str


ERRANDS = {
    "alfresco": Errand(start_adhoc, "activitiAdhoc alice claimed completed 405"),
    "camunda": Errand(lambda host: start_order(host, "J-1"), "check-stock 400 404"),
    "digioffice": Errand(lambda host: reach_approval(host, start_order(host, "J-2")), "Finished 409"),
    "worldserver": Errand(order_project, "typed.txt Complete OK Review"),
}


def generate(document: str, folder: Path) -> list[str]:
    """Make the client in a folder; what the generator complained about, that is not known of it."""
    source, program = document_path(document), f"{document.capitalize()}.java"
    done = _run("openapi-generator-cli", "generate", f"-i{source}", f"-o{folder}", *_SETTINGS, *_MORE.get(document, []))
    shutil.copy(PROGRAMS / program, folder / "src" / "main" / "java")
    lines = re.findall(r"^.*(?:WARN|ERROR).*$", done, re.MULTILINE)
    return [line for line in lines if not any(known in line for known in _KNOWN)]


def compiled(folder: Path) -> int:
    """Compile a client; the number of its classes."""
    _run("mvn", "-q", "-B", "-f", str(folder / "pom.xml"), "compile", "dependency:copy-dependencies")
    return len(list((folder / "target" / "classes").rglob("*.class")))


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def main() -> None:
    """All four, one after another."""
    missing = [tool for tool in ("java", "mvn", "openapi-generator-cli") if shutil.which(tool) is None]
    if missing:
        print(f"cannot be done here, because these are not installed: {', '.join(missing)}", file=sys.stderr)
        sys.exit(2)
    with tempfile.TemporaryDirectory(prefix="java-") as place:
        database = f"sqlite:///{place}/taskbridge.db"
        with serving(Path(place), "--demo", database_url=database) as (_, url):
            failed = [document for document in ERRANDS if not _done(document, Path(place), url)]
    sys.exit(bool(failed))


def _done(document: str, place: Path, url: str) -> bool:
    folder, host, errand = place / document, url.removesuffix("/engine-rest"), ERRANDS[document]
    complaints = generate(document, folder)
    classes = compiled(folder)
    path = f"{folder}/target/classes:{folder}/target/dependency/*"
    told = _run("java", "-cp", path, document.capitalize(), host, str(errand.prepared(host))).strip()
    print(f"{document:<12} {classes} classes compiled; told: {told}", *complaints, sep="\n  ", flush=True)
    return told == errand.told and not complaints


if __name__ == "__main__":
    main()
