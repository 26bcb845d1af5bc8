"""Running the scripts of one command: with how much time, and with which errors. Made by services."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from taskbridge.engine.expressions import Fault, Resolver, View, begin_effort
from taskbridge.engine.scripts.bridge import POLYGLOT, Bridge, Failed
from taskbridge.engine.scripts.errors import OutOfStack, OutOfTime, ScriptError, ScriptsOff, Stopped

#: Seconds that all scripts of a command may take where others would wait for it.
_SHORT = 0.02
_OFF = "scripts in JavaScript are switched off (--scripts javascript)"
#: Seconds below which nothing is begun.
_LEAST = 0.001


class Interpreter(Protocol):
    """What runs the prelude (``sandbox.Sandbox``)."""

    def run(self, answer: Callable[[bytes], bytes], *, now: int, seconds: float) -> None:
        """Run it with ``answer`` at the other end of its requests. Raises Stopped, and what ``answer`` raises."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What scripts may take. ``interpreter`` None: they are switched off; ``seconds`` count for one command."""

    interpreter: Interpreter | None
    seconds: float

    @property
    def switched_on(self) -> bool:
        """Whether models with scripts in JavaScript may be deployed."""
        return self.interpreter is not None


class CommandScripts:
    """The scripts of one command.

    ``hurried``: others wait for the command as long as it runs. Its scripts have little time then; where that is not
    enough, ``expect_long_work`` ends the command, and it is run anew where nothing waits for it.
    """

    def __init__(self, allowance: Allowance, *, now: int, hurried: bool, expect_long_work: Callable[[], None]) -> None:
        self._allowance = allowance
        self._now = now
        self._hurried = hurried
        self._expect_long_work = expect_long_work
        self._left = _SHORT if hurried else allowance.seconds

    def run(self, source: str, resolve: Resolver, *, wanted: bool) -> object:
        """The value of a script. Raises ScriptError, BpmnErrorThrown."""
        interpreter = self._allowance.interpreter
        if interpreter is None:
            raise ScriptsOff(_said(resolve, _OFF))
        bridge = Bridge(source, resolve, wanted=wanted)
        begin_effort()
        began = monotonic()
        try:
            if self._left < _LEAST:
                raise OutOfTime
            interpreter.run(bridge.answer, now=self._now, seconds=self._left)
        except OutOfTime as error:
            if self._hurried:
                self._expect_long_work()
            text = f"the scripts of one transaction take longer than {self._allowance.seconds:g} seconds"
            raise ScriptError(_said(resolve, text)) from error
        except OutOfStack as error:
            raise ScriptError(_said(resolve, f"{POLYGLOT}: RangeError: Maximum call stack size exceeded")) from error
        except Stopped as error:
            if not bridge.ended:
                raise ScriptError(_said(resolve, f"the script was ended: {error}")) from error
        finally:
            self._left -= monotonic() - began
        return _outcome(bridge, resolve)


def _outcome(bridge: Bridge, resolve: Resolver) -> object:
    try:
        return bridge.outcome()
    except Failed as error:
        raise ScriptError(_said(resolve, str(error))) from error
    except LookupError as error:
        raise ScriptError(_said(resolve, "the script needs more memory than it may have")) from error


def _said(resolve: Resolver, reason: str) -> str:
    """The vendor's text of an error."""
    where = ""
    with suppress(KeyError, Fault):
        execution = resolve("execution")
        if isinstance(execution, View) and (activity := execution.read("currentActivityId")) is not None:
            definition = execution.read("processDefinitionId")
            where = f" while executing activity '{activity}' in the process definition with id '{definition}'"
    return f"Unable to evaluate script{where}:{reason}"
