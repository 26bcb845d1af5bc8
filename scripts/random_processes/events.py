"""Event definitions of a random process: what waits has a name of its own, so that one action triggers one event."""

import re
from dataclasses import dataclass, field

from bpmn_writing import condition, error, escalation, message, signal, timer
from random_processes.chance import Chance

#: Kinds that wait; the others are thrown within the process, or by those who do its tasks.
WAITING = ("message", "signal", "timer", "conditional")
_SIGNAL = r'<signalEventDefinition signalRef="'
_CAUGHT = re.compile(rf'<(?:startEvent|boundaryEvent|intermediateCatchEvent)[^>]*>{_SIGNAL}([^"]*)')
_THROWN = re.compile(rf'(<(?:endEvent|intermediateThrowEvent)[^>]*>{_SIGNAL})([^"]*)')
CODE = "oops"
ESCALATION = "help"


@dataclass(slots=True)
class Events:
    """Makes definitions. ``prefix`` is in the names of messages and signals, so that processes do not meet."""

    prefix: str
    chance: Chance
    _signals: list[str] = field(default_factory=list)
    _count: int = 0

    def caught(self, kind: str) -> str:
        """A definition that is waited for, or caught.

        A condition looks at one variable only, which nothing within the process sets: the vendor's engine judges a
        condition that stays true after every change again, and would come to no end where its event sets a variable.
        """
        self._count += 1
        if kind == "message":
            return message(f"{self.prefix}m{self._count}")
        if kind == "signal":
            self._signals.append(f"{self.prefix}s{self._count}")
            return signal(self._signals[-1])
        if kind == "timer":
            return timer(f"PT{self._count}H")
        if kind == "conditional":
            name = f"c{self._count}"
            return condition(f"${{{name} == true}}", camunda_variableName=name)
        if kind == "error":
            return error(CODE if self.chance.under(0.7) else "")
        return escalation(ESCALATION if self.chance.under(0.7) else "")

    def silence(self, content: str) -> str:
        """What is there several times at once: signals that it waits for are thrown neither by it nor by what follows.

        No order is promised among those who receive one signal.
        """
        own = set(_CAUGHT.findall(content))
        self._signals = [name for name in self._signals if name not in own]
        return _THROWN.sub(lambda found: found[1] + (self.unheard if found[2] in own else found[2]), content)

    @property
    def unheard(self) -> str:
        """The name of a signal that nothing waits for."""
        return f"{self.prefix}nobody"

    def thrown_signal(self) -> str:
        """A signal that something may wait for."""
        known = [*self._signals, self.unheard]
        return signal(self.chance.one_of(known))
