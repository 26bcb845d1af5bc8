"""Writes docs/explanation/events.md: what each event definition does at each position, with the models that show it.

It is made out of the models of tests/models and of what the real server did with them (recorded.jsonl).
``tests/test_event_table.py`` compares the page with a new one.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lxml import etree

from model_driver.reporting import problems

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "tests" / "models"
PAGE = ROOT / "docs" / "explanation" / "events.md"
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_SUFFIX = "EventDefinition"
#: Definitions as the page calls them, in its order; the first is an event without one.
_TITLES = {
    "none": "None",
    "message": "Message",
    "signal": "Signal",
    "conditional": "Conditional",
    "timer": "Timer",
    "error": "Error",
    "escalation": "Escalation",
    "link": "Link",
    "terminate": "Terminate",
    "cancel": "Cancel",
    "compensate": "Compensation",
}
#: How many models a row names; of the others it has the number.
_NAMED = 8
_HEAD = """# Events

An event is a definition (what is waited for, or thrown) at a position (where it stands). Every definition and position
that go together have models, which ran on the real Camunda 7 by several policies: tasks first, events first, jobs
first, all by their names from either end, errors and escalations thrown in tasks.
[`tests/test_own_models.py`](../../tests/test_own_models.py) runs them here, and compares every state:
activities, tasks, jobs, subscriptions, variables, errors. The models are files of `tests/models`;
`scripts/write_event_models.py` writes them, and `scripts/event_table.py` this page.

- *runs*: there are models, and they run as on the real server;
- *as none*: the vendor's engine does not look at the definition there, and neither does this one;
- *refused*: the model is not deployed, as the vendor's is not.

"""


class Place(StrEnum):
    """Where an event stands: the value is part of the names of models that are refused, or ignored, there."""

    START = "start"
    EVENT_SUBPROCESS = "event-subprocess-interrupting"
    EVENT_SUBPROCESS_BESIDE = "event-subprocess-beside"
    CATCH = "catch"
    CHOICE = "event-based-gateway"
    THROW = "throw"
    BOUNDARY = "boundary-interrupting"
    BOUNDARY_BESIDE = "boundary-beside"
    END = "end"


_PLACES = {
    Place.START: "start of a process",
    Place.EVENT_SUBPROCESS: "start of an event subprocess",
    Place.EVENT_SUBPROCESS_BESIDE: "start of one, not interrupting",
    Place.CATCH: "intermediate catch",
    Place.CHOICE: "behind an event-based gateway",
    Place.THROW: "intermediate throw",
    Place.BOUNDARY: "boundary",
    Place.BOUNDARY_BESIDE: "boundary, not interrupting",
    Place.END: "end",
}
#: What waits and is no event, and what chooses among events: elements with what they are called.
_OTHERS = {
    "receiveTask": "receive task",
    "sendTask": "send task",
    "eventBasedGateway": "event-based gateway",
}
Cell = tuple[str, Place]


@dataclass(slots=True)
class Shown:
    """What the models show: which have an event at a place, or an element, and how often each was recorded to run."""

    cells: dict[Cell, list[str]] = field(default_factory=dict)
    elements: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    runs: Counter[str] = field(default_factory=Counter)


def shown() -> Shown:
    """Read the models and the recordings."""
    found = Shown()
    for line in (MODELS / "recorded.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if "refused" in record:
            found.refused[_name(record["model"])] = problems(record["refused"]["message"])[0].strip(" *")
        elif "as" not in record:
            found.runs[_name(record["model"])] += 1
    for name in sorted(found.runs):
        root = etree.parse(MODELS / f"{name}.bpmn").getroot()
        for element in root.iter(f"{_BPMN}*"):
            for cell in _cells(element):
                _add(found.cells.setdefault(cell, []), name)
            if (tag := etree.QName(element).localname) in _OTHERS:
                _add(found.elements.setdefault(tag, []), name)
    return found


def _name(model: str) -> str:
    return model.removesuffix(".bpmn")


def _link(name: str) -> str:
    """A model as a link to its file."""
    return f"[`{name}`](../../tests/models/{name}.bpmn)"


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def _cells(element: etree._Element) -> Iterator[Cell]:
    """The definitions of an event, each with its place; none for what is no event."""
    places = list(_places(element))
    tags = [etree.QName(child).localname for child in element.iterchildren(f"{_BPMN}*")]
    definitions = [tag.removesuffix(_SUFFIX) for tag in tags if tag.endswith(_SUFFIX)] or ["none"]
    return ((definition, place) for definition in definitions for place in places)


def _places(element: etree._Element) -> Iterator[Place]:
    around = element.getparent()
    match etree.QName(element).localname:
        case "startEvent" if around is not None and around.get("triggeredByEvent") == "true":
            yield Place.EVENT_SUBPROCESS_BESIDE if element.get("isInterrupting") == "false" else Place.EVENT_SUBPROCESS
        case "startEvent":
            yield Place.START
        case "intermediateCatchEvent":
            yield Place.CHOICE if _is_chosen(element) else Place.CATCH
        case "intermediateThrowEvent":
            yield Place.THROW
        case "boundaryEvent":
            yield Place.BOUNDARY_BESIDE if element.get("cancelActivity") == "false" else Place.BOUNDARY
        case "endEvent":
            yield Place.END


def _is_chosen(event: etree._Element) -> bool:
    around = event.getparent()
    if around is None:
        return False
    gateways = {one.get("id") for one in around.iterfind(f"{_BPMN}eventBasedGateway")}
    flows = around.iterfind(f"{_BPMN}sequenceFlow")
    return any(flow.get("targetRef") == event.get("id") and flow.get("sourceRef") in gateways for flow in flows)


def written() -> str:
    """The page. ValueError for a definition at a position that no model shows."""
    found = shown()
    sections = [_overview(found), *(_section(name, title, found) for name, title in _TITLES.items()), _others(found)]
    return _HEAD + "\n".join(sections)


def _state(cell: Cell, found: Shown) -> str:
    definition, place = cell
    name = f"{definition}-{place}"
    if f"events/{name}-ignored" in found.runs:
        return "as none"
    if found.cells.get(cell):
        return "runs"
    if f"refused/{name}" in found.refused:
        return "refused"
    raise ValueError(f"no model shows {definition} at {place}")


def _overview(found: Shown) -> str:
    lines = [f"| definition | {' | '.join(_PLACES.values())} |", "|---" * (len(_PLACES) + 1) + "|"]
    for definition, title in _TITLES.items():
        states = [_state((definition, place), found) for place in Place]
        lines.append(f"| [{title}](#{title.lower()}) | {' | '.join(states)} |")
    return "\n".join(lines) + "\n"


def _section(definition: str, title: str, found: Shown) -> str:
    rows = (f"| {_PLACES[place]} | {_told((definition, place), found)} |" for place in Place)
    return "\n".join([f"## {title}", "", "| position | what is done, and shown by |", "|---|---|", *rows]) + "\n"


def _told(cell: Cell, found: Shown) -> str:
    definition, place = cell
    name, state = f"{definition}-{place}", _state(cell, found)
    if state == "runs":
        return f"runs: {_models(found.cells[cell], definition, found)}"
    if state == "as none":
        return f"as none: {_link(f'events/{name}-ignored')}"
    if state == "refused":
        return f"refused, “{found.refused[f'refused/{name}']}”: {_link(f'refused/{name}')}"
    return state


def _models(names: list[str], definition: str, found: Shown) -> str:
    """Models by name, those first that are called after the definition; and how many more there are."""
    own = [name for name in names if name.rpartition("/")[2].startswith(f"{definition}-")]
    chosen = [name for name in (*own, *(name for name in names if name not in own)) if not name.endswith("-ignored")]
    listed = ", ".join(_link(name) for name in chosen[:_NAMED])
    more = f" and {len(chosen) - _NAMED} more" if len(chosen) > _NAMED else ""
    runs = sum(found.runs[name] for name in chosen)
    return f"{listed}{more}; {runs} ways recorded"


def _others(found: Shown) -> str:
    lines = ["## Tasks and gateways", "", "| element | shown by |", "|---|---|"]
    for tag, title in _OTHERS.items():
        name = title.replace(" ", "-")
        lines.append(f"| {title} | {_models(found.elements.get(tag, []), name.removesuffix('-task'), found)} |")
    cells = [(definition, place) for definition in _TITLES for place in Place]
    shown_there = {f"refused/{cell[0]}-{cell[1]}" for cell in cells if _state(cell, found) == "refused"}
    pairs = sorted(set(found.refused) - shown_there)
    lines += ["", "## Also refused", "", "| model | what the vendor says of it |", "|---|---|"]
    lines += [f"| {_link(name)} | {found.refused[name]} |" for name in pairs]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page."""
    PAGE.write_text(written(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
