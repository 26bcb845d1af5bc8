"""A bounded run of the fuzzer against every document; `scripts/fuzz.py` makes long ones."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from schemathesis.checks import CHECKS, load_all_checks

from taskbridge.app import document_of
from taskbridge.spec.document import operations
from tests.figures import figure
from tests.fuzzing import checks
from tests.fuzzing.breadth import PHASES, shortcomings
from tests.fuzzing.plan import Tally
from tests.fuzzing.runs import DOCUMENTS, Effort, Outcome, fuzz

pytestmark = pytest.mark.long

SEED = 1
EFFORT = Effort(examples=2, head=4, stride=120)


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


def test_a_run_that_is_turned_away_at_the_door_is_none() -> None:
    asked = Tally(phases=Counter(PHASES))
    for operation in operations(document_of("alfresco")):
        asked.add(operation.operation_id, 401)
    assert list(shortcomings("alfresco", asked)) == [
        "only 0 of 37 operations reached success; 33% are wanted",
        "only 0 of 36 operations with credentials reached success; 20% are wanted",
    ]


def test_success_of_public_operations_is_not_enough() -> None:
    asked = Tally(phases=Counter(PHASES))
    for operation in operations(document_of("digioffice")):
        asked.add(operation.operation_id, 401 if operation.secured else 200)
    assert "only 0 of 29 operations with credentials reached success; 20% are wanted" in shortcomings(
        "digioffice", asked
    )


def test_a_run_that_asks_nothing_is_none() -> None:
    assert [told.partition(":")[0] for told in shortcomings("alfresco", Tally())][:2] == [
        "never asked",
        "phases without a case",
    ]


def test_every_check_that_the_fuzzer_offers_is_used_or_has_a_reason() -> None:
    load_all_checks()
    offered = Counter([*CHECKS.get_all_names(), checks.UNFORESEEN])
    assert Counter([*checks.USED, *checks.NOT_USED]) == offered


def test_exceptions_are_from_checks_that_are_used() -> None:
    assert set(checks.EXCEPTIONS) <= set(DOCUMENTS)
    assert {check for excepted in checks.EXCEPTIONS.values() for check in excepted} <= set(checks.USED)
