"""Files that were deployed before: what a stricter reader would refuse by now does not make them unusable."""

import pytest
from tests.engine.bpmn_snippets import HEAD, element, end, flow, model, path, problems_of, start, user

from taskbridge.engine.bpmn import read_bpmn, read_stored
from taskbridge.engine.errors import EngineError, UnreadableModel

NAME = "stored.bpmn"
PLAIN = (start(), user("a"), end(), path("start", "a", "end"))
REFUSED = {
    "an attribute": (start(), user("a", tomorrow="yes"), end(), path("start", "a", "end")),
    "an attribute of the vendor": (start(), user("a", camunda_formHandlerClass="x"), end(), path("start", "a", "end")),
    "a child": (start(), user("a", "<multiInstanceLoopCharacteristics/>"), end(), path("start", "a", "end")),
    "an extension": (
        start(),
        user("a", "<extensionElements><camunda:taskListener/></extensionElements>"),
        end(),
        path("start", "a", "end"),
    ),
}
UNREADABLE = {
    "a step that cannot be carried out": model(start(), element("callActivity", "a"), end(), path("start", "a", "end")),
    "a condition that cannot be read": model(start(), user("a"), end(), flow("start", "a"), flow("a", "end", "${")),
    "a flow to nowhere": model(start(), user("a"), flow("start", "a"), flow("a", "gone")),
    "no such process": f"{HEAD}</definitions>".encode(),
    "no XML": b"not XML",
    "nothing": b"",
}


@pytest.mark.parametrize("parts", REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused_at_deployment_is_passed_over_in_a_stored_file(parts: tuple[str, ...]) -> None:
    assert problems_of(model(*parts))
    assert read_stored(NAME, model(*parts), "p") == read_stored(NAME, model(*PLAIN), "p")


def test_a_stored_file_reads_as_it_did_at_deployment() -> None:
    (process,) = read_bpmn(NAME, model(*PLAIN))
    assert read_stored(NAME, model(*PLAIN), "p") == process


def test_a_stored_file_may_be_larger_than_what_can_be_deployed_by_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taskbridge.engine.bpmn.MAX_BYTES", 10)
    assert read_stored(NAME, model(*PLAIN), "p").key == "p"


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=list(UNREADABLE))
def test_a_stored_file_that_cannot_be_run_is_an_unreadable_model(content: bytes) -> None:
    with pytest.raises(UnreadableModel, match=r"process 'p' of 'stored\.bpmn' cannot be read by this version"):
        read_stored(NAME, content, "p")
    assert issubclass(UnreadableModel, EngineError)
