"""Every operation that takes or lists a thing, asked by its owner and others: each gets what the policy says.

The answers are the table of ``docs/explanation/access.md``; ``pytest --write-access`` writes it anew.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from taskbridge.service.access import Policy
from tests.conformance.access import page
from tests.conformance.access.asking import problem
from tests.conformance.access.walk import APIS, HOMES, asks, documented, walking
from tests.conformance.access.world import Caller

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("api", APIS)
def test_the_walk_knows_every_operation(api: str) -> None:
    not_asked = set(APIS[api][0].NOT_ASKED)
    asked = {name for name in documented(api) if name not in not_asked}
    assert not_asked <= set(documented(api))
    for name in asked:
        assert asks(api, name), name


@pytest.mark.parametrize("api", APIS)
async def test_everybody_gets_of_every_operation_what_the_policy_says(
    api: str, database_for: Callable[[str], str], request: pytest.FixtureRequest
) -> None:
    module, policy = APIS[api]
    seen: dict[str, page.Row] = {}
    wrong: list[str] = []
    for home in HOMES[api]:
        async with walking(api, home, database_for(f"of_access_{api}")) as walk:
            for name, operation in documented(api).items():
                if name in module.NOT_ASKED:
                    continue
                for ask in asks(api, name):
                    if home is None and ask.about in ("definition", "deployment"):
                        continue  # what is of no network belongs to all
                    row = {caller: await walk.answer(operation, ask, caller) for caller in Caller}
                    told = f"{operation.operation_id}, {ask.about}"
                    wrong += [
                        f"{told}, at home in {home}: {caller.name} gets {answer}, {found}"
                        for caller, answer in row.items()
                        if (found := problem(policy, ask, caller, answer)) is not None
                    ]
                    if seen.setdefault(told, page.Row(operation, ask.about, row)).answers != row:
                        wrong.append(f"{told}: {row} at home in {home}, {seen[told].answers} elsewhere")
    assert not wrong, "\n".join(wrong)
    if request.config.option.write_access:
        page.write(api, policy, list(seen.values()))
    assert page.section(api, policy, list(seen.values())) in page.PAGE.read_text(), "pytest --write-access writes it"


def test_policies_have_names_of_their_own() -> None:
    names = [policy.name for _, policy in APIS.values()]
    assert len(set(names)) == len(names)
    assert all(isinstance(policy, Policy) for _, policy in APIS.values())
    assert Path(page.PAGE).exists()
