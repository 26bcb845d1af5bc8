"""A bounded run of the fuzzer against every document; `scripts/fuzz.py` makes long ones."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.figures import figure
from tests.fuzzing.runs import DOCUMENTS, Effort, Outcome, fuzz

SEED = 1
EFFORT = Effort(examples=3, head=6, stride=80)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Outcome]]]:
    """All runs, two at a time: each waits for its own server most of the time."""
    with ThreadPoolExecutor(2) as pool:
        yield {
            document: pool.submit(fuzz, document, tmp_path_factory.mktemp(document), seed=SEED, effort=EFFORT)
            for document in DOCUMENTS
        }


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_answer_is_one_that_the_document_does_not_announce(
    document: str, outcomes: dict[str, Future[Outcome]]
) -> None:
    outcome = outcomes[document].result()
    figure(f"fuzzing {document}", str(outcome))
    assert not outcome.problems, outcome.problems
    assert outcome.tally.phases["stateful"] > 0
