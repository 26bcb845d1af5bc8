"""Evaluating scripts beside an execution that keeps variables in a dictionary."""

from collections.abc import Mapping
from functools import cache

from taskbridge.engine.expressions import View, ViewType
from taskbridge.engine.scripts.running import Allowance, CommandScripts
from taskbridge.engine.scripts.sandbox import Sandbox
from taskbridge.engine.scripts.script import VISIBLE
from taskbridge.engine.variables import Variable, from_expression

MEMORY = 32_000_000
#: Seconds that are enough for whatever has an end.
_ENOUGH = 60.0
#: The moment of all scripts, in epoch milliseconds.
NOW = 1_700_000_000_000


class Execution:
    """The variables that a script sees, and what it did to them."""

    def __init__(self, variables: Mapping[str, object]) -> None:
        self.variables = dict(variables)

    def resolve(self, name: str) -> object:
        """The value of a name; raises KeyError."""
        if name == VISIBLE:
            return {"execution": None, **{known: _variable(value) for known, value in self.variables.items()}}
        return View(_VIEW, self) if name == "execution" else self.variables[name]

    def put(self, name: object, value: object) -> None:
        """Set a variable."""
        self.variables[str(name)] = value


def _variable(value: object) -> Variable | None:
    return from_expression(value, "it") if isinstance(value, str | int | float | None) else None


_VIEW = ViewType(
    "test.Execution",
    {
        "id": lambda _one: "4711",
        "currentActivityId": lambda _one: "task",
        "processDefinitionId": lambda _one: "p:1:2",
        "variableNames": lambda one: list(one.variables),
    },
    {
        ("getVariable", 1): lambda one, name: one.variables.get(name),
        ("setVariable", 2): Execution.put,
    },
)


@cache
def sandbox(memory: int = MEMORY) -> Sandbox:
    """What runs scripts here."""
    return Sandbox(memory)


def evaluate(
    source: str,
    variables: Mapping[str, object] | None = None,
    *,
    seconds: float = _ENOUGH,
    into: Execution | None = None,
) -> object:
    """The value of a script."""
    execution = into or Execution(variables or {})
    command = CommandScripts(Allowance(sandbox(), seconds), now=NOW, hurried=False, expect_long_work=lambda: None)
    return command.run(source, execution.resolve, wanted=True)
