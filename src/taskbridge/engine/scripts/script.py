"""Scripts: what computes a value in a model as expressions do, in another language; they have the same methods.

Reading a script is pure. It is compiled when it is evaluated, as at the vendor's, by what the environment of a command
lends for it (``SCRIPTS``).
"""

from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from taskbridge.engine.expressions import Expression, Resolver, java_class, to_string
from taskbridge.engine.scripts.errors import BpmnErrorThrown, MissingScript, ScriptError

#: The name by which a resolver gives the ``Runner``. No expression can ask for it.
SCRIPTS = "<scripts>"
#: The name by which a resolver gives what a script finds as globals: the visible variables by their names, and None for
#: each name that is no variable. Without it there are none.
VISIBLE = "<visible>"


@runtime_checkable
class Runner(Protocol):
    """What evaluates the scripts of a command."""

    def run(self, source: str, resolve: Resolver, *, wanted: bool) -> object:
        """The value of a script; without ``wanted`` it is not used. Raises ScriptError, BpmnErrorThrown."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script. ``text`` is what the file has of it.

    ``source`` is the text itself, or an expression that yields it; None for a file of the deployment that is not there.
    """

    text: str
    source: str | Expression | None

    def evaluate(self, resolve: Resolver) -> object:
        """Give the value of the last statement. Raises ScriptError, BpmnErrorThrown, and what expressions raise."""
        return self._run(resolve, wanted=True)

    def execute(self, resolve: Resolver) -> None:
        """Run it for what it does. Raises as ``evaluate`` does."""
        self._run(resolve, wanted=False)

    def condition(self, resolve: Resolver) -> bool:
        """Give the value of a condition; raises ScriptError when it is no boolean, and what evaluate raises."""
        result = self.evaluate(resolve)
        if result is None:
            raise ScriptError("condition script returns null: result is null")
        if not isinstance(result, bool):
            raise ScriptError(
                f"condition script returns non-Boolean: result has class {java_class(result)} and not java.lang.Boolean"
            )
        return result

    def _run(self, resolve: Resolver, *, wanted: bool) -> object:
        source = self.source
        if isinstance(source, Expression):
            source = to_string(source.evaluate(resolve))
        if source is None:
            raise MissingScript(self.text)
        runner = resolve(SCRIPTS)
        if not isinstance(runner, Runner):
            raise ScriptError("no scripts can be evaluated here")
        return runner.run(source, resolve, wanted=wanted)


#: What computes a value in a model.
Computed: TypeAlias = Expression | Script


def execute(computed: Computed, resolve: Resolver) -> None:
    """Evaluate what a listener is, for what it does. Raises as ``evaluate`` does, and no BpmnErrorThrown."""
    if not isinstance(computed, Script):
        computed.evaluate(resolve)
        return
    try:
        computed.execute(resolve)
    except BpmnErrorThrown as thrown:
        raise ScriptError(f"a listener cannot throw the BPMN error '{thrown.code}' here") from thrown
