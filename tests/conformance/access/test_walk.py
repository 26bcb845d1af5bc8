"""Every operation that takes or lists a thing, asked by its owner and others: each gets what the policy says.

The answers are the table of ``docs/explanation/access.md``; ``pytest --write-access`` writes it anew.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from taskbridge.service.access import Policy
from tests.conformance.access import page
from tests.conformance.access.asking import problem
from tests.conformance.access.walk import APIS, HOMES, Walk, World, asks, concerns, documented, walking, world
from tests.conformance.access.world import Caller

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("api", APIS)
def test_the_walk_knows_every_operation(api: str) -> None:
    not_asked = set(APIS[api][0].NOT_ASKED)
    asked = {name for name in documented(api) if name not in not_asked}
    assert not_asked <= set(documented(api))
    for name in asked:
        assert asks(api, name), name


@pytest.fixture(scope="module")
async def worlds(database_for: Callable[[str], str], anyio_backend: str) -> AsyncIterator[list[World]]:
    """An application for each home network of the owner."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(world(home, database_for("of_access"))) for home in HOMES]


@pytest.mark.parametrize("api", APIS)
async def test_everybody_gets_of_every_operation_what_the_policy_says(
    api: str, worlds: list[World], request: pytest.FixtureRequest
) -> None:
    policy = APIS[api][1]
    rows: dict[str, page.Row] = {}
    wrong: list[str] = []
    for one in worlds:
        async with walking(api, one) as walk:
            for name, row in [(name, row) async for name, row in _rows(api, walk)]:
                wrong += _problems(policy, row, f"{name}, at home in {one.home}")
                if rows.setdefault(name, row).answers != row.answers:
                    wrong.append(f"{name}: {row} at home in {one.home}, {rows[name]} elsewhere")
    assert not wrong, "\n".join(wrong)
    if request.config.option.write_access and worlds[0].services.database.dialect == "sqlite":
        page.write(api, policy, list(rows.values()))
    written = page.PAGE.read_text()
    assert [name for name, row in rows.items() if f"\n{row}\n" not in written] == [], "pytest --write-access writes it"
    if worlds[0].services.database.dialect == "sqlite":
        assert page.section(api, policy, list(rows.values())) in written


async def _rows(api: str, walk: Walk) -> AsyncIterator[tuple[str, page.Row]]:
    """Every operation as everybody asked it, by its name and what it was asked for."""
    for name, operation in documented(api).items():
        if name in APIS[api][0].NOT_ASKED:
            continue
        for place, ask in enumerate(asks(api, name)):
            if concerns(api, ask, walk.world):
                answers = {caller: await walk.answer(operation, ask, caller) for caller in Caller}
                yield f"{operation.operation_id}, {ask.about}, {place}", page.Row(operation, ask, answers)


def _problems(policy: Policy, row: page.Row, name: str) -> list[str]:
    return [
        f"{name}: {caller.name} gets {answer}, {found}"
        for caller, answer in row.answers.items()
        if (found := problem(policy, row.ask, caller, answer)) is not None
    ]


def test_policies_have_names_of_their_own() -> None:
    names = [policy.name for _, policy in APIS.values()]
    assert len(set(names)) == len(names)
    assert all(isinstance(policy, Policy) for _, policy in APIS.values())
    assert Path(page.PAGE).exists()
