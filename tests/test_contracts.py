"""What cites a contract ("contract 3.7") leads to a section or a case of `docs/contracts/`."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.figures import figure

ROOT = Path(__file__).parents[1]
CONTRACTS = ROOT / "docs" / "contracts"
VENDORS = ("alfresco", "camunda", "digioffice", "worldserver")
#: Where the contract is not named, and neither is its vendor in the path.
DEFAULT = "camunda"
#: Files of tests that have the name of a vendor's framework.
ALSO = {"servicestack": "digioffice"}

_NUMBER = r"\d+(?:\.\d+)*"
_NUMBERS = rf"{_NUMBER}(?:(?:,\s(?:case\s)?|\sand\s|\sto\s|\s-\s){_NUMBER})*"
_CITED = re.compile(rf"(?:\b(\w+)\s)?\bcontract:?\s(?:sections?\s)?\[?({_NUMBERS})", re.IGNORECASE)
_OF_FIDELITY = re.compile(rf"\(({_NUMBER}(?:,\s{_NUMBER})*)\)")
_SECTION = re.compile(rf"^(?:#+ |- \*\*)({_NUMBER})", re.MULTILINE)
_CASES = re.compile(r"^## \d+\. Conformance cases\n(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
_CASE = re.compile(r"^\| (\d+)\b", re.MULTILINE)


class Citation(NamedTuple):
    """A number, and whose contract it is of."""

    where: str
    vendor: str
    number: str


@cache
def numbers(vendor: str) -> frozenset[str]:
    """Every number of a contract that can be cited."""
    text = (CONTRACTS / f"{vendor}.md").read_text()
    cases = _CASES.search(text)
    assert cases, f"{vendor}.md has no conformance cases"
    return frozenset(_SECTION.findall(text)) | frozenset(_CASE.findall(cases.group(1)))


def vendor_of(path: str) -> str:
    """Whose contract a file cites."""
    words = {**{vendor: vendor for vendor in VENDORS}, **ALSO}
    return next((vendor for word, vendor in words.items() if word in path), DEFAULT)


def cited(path: str, text: str) -> Iterator[Citation]:
    """The citations of a file."""
    for named, found in _CITED.findall(text):
        vendor = named.lower() if named.lower() in VENDORS else vendor_of(path)
        for number in re.findall(_NUMBER, found):
            yield Citation(path, vendor, number)


def cited_by_fidelity(text: str) -> Iterator[Citation]:
    """The citations in the rows of the page, by the headings of vendors."""
    for section in text.split("\n## ")[1:]:
        heading = section.partition("\n")[0].lower()
        for vendor in (vendor for vendor in VENDORS if vendor in heading):
            yield from (citation._replace(vendor=vendor) for citation in cited("docs/fidelity.md", section))
            for row in re.findall(r"^\|.*$", section, re.MULTILINE):
                for found in _OF_FIDELITY.findall(row):
                    yield from (Citation("docs/fidelity.md", vendor, number) for number in re.findall(_NUMBER, found))


def files() -> Iterator[Path]:
    """Everything that cites by words."""
    for folder in ("src", "tests", "scripts", "openapi"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".yaml"} and "node_modules" not in path.parts and path != Path(__file__):
                yield path


def untrue(citations: Iterator[Citation] | list[Citation]) -> list[Citation]:
    """Those that lead nowhere."""
    return [citation for citation in citations if citation.number not in numbers(citation.vendor)]


def test_every_citation_of_a_contract_leads_to_a_section_or_case() -> None:
    citations = [one for path in files() for one in cited(str(path.relative_to(ROOT)), path.read_text())]
    citations += cited_by_fidelity((ROOT / "docs" / "fidelity.md").read_text())
    assert untrue(citations) == []
    for vendor in VENDORS:
        count = sum(citation.vendor == vendor for citation in citations)
        assert count
        figure(f"contract, {vendor}", f"{len(numbers(vendor))} sections and cases, cited {count} times")


def test_a_citation_is_read_by_its_file_and_by_its_words() -> None:
    text = "Waits (contract 1.6, 98.1 and 3). Contract 9999. DigiOffice contract 2.1.7; the other contract says C-1."
    found = list(cited("src/taskbridge/dialects/alfresco/x.py", text))
    assert [(one.vendor, one.number) for one in found] == [
        ("alfresco", "1.6"),
        ("alfresco", "98.1"),
        ("alfresco", "3"),
        ("alfresco", "9999"),
        ("digioffice", "2.1.7"),
    ]
    assert [one.number for one in untrue(found)] == ["1.6", "98.1", "9999"]
    assert {one.vendor for one in cited("tests/service/x.py", "contract: [73, 4]")} == {DEFAULT}
    rows = "# F\n\n## Camunda 7\n\n| a (97.3) | b (0.4, 1) |\n\n## All four\n\n| c (RFC 9112, 3.2) | d (5.55) |\n"
    assert [one.number for one in cited_by_fidelity(rows)] == ["97.3", "0.4", "1"]
