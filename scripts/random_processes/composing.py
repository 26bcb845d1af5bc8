"""Random processes whose activities are carried out several times, and call other processes: those of ``compensating``
with these in them.

Every process may be called from several places and by several instances at once. Its ids are of its own, so that an
action names one activity; which instance of it is meant goes by the order of creation.

Left out is what no order is promised for: signals that are thrown to what is there several times. So is what the real
engine is known to do otherwise (docs/fidelity.md): an instance with events of its own waits for them until its
continuation after it; timers stay behind of a body whose activity can be compensated; and input parameters of a scope
are computed once more as it is left, if something in it can be compensated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpmn_writing import call, element, end, handler, mapping, passed, path, start, user
from random_processes.chance import Chance
from random_processes.compensating import CompensatingWriter
from random_processes.events import WAITING, Events
from random_processes.writing import DEPTH, GUARDS, Block, Writer

_MORE_LARGE = {"call": 8}
_MORE_SMALL = {"call": 2, "compute": 2}
#: How deep processes call one another, how many are called, and how many blocks each of those has room for.
_LEVELS = 2
_CALLED = 4
_SIZE = 8
_CALLED_SIZE = 3
_GIVEN = ("approved", "input", "amount")
_CHANGED = {"approved": "${!approved}", "input": "${input + 1}", "amount": "${amount - 149}"}
_CONDITIONS = (
    "${nrOfCompletedInstances == 1}",
    "${nrOfCompletedInstances / nrOfInstances &gt;= 0.5}",
    "${nrOfActiveInstances == 1}",
    "${loopCounter == 1}",
    "${false}",
)
_RESULTS = ("${input + 1}", "${amount}", "${execution.processBusinessKey}")
_LOOP = "multiInstanceLoopCharacteristics"
_HELD = "<extensionElements>"
_SCOPES = ("<subProcess", "<transaction")


def composed(key: str, events: str, *, compensates: bool) -> dict[str, str]:
    """A process and those that it calls, by their keys: the first draw that has both a loop and a call."""
    attempt = 0
    while True:
        draw = f"{key} {attempt}"
        chance = Chance(draw)
        writer = ComposingWriter(
            chance, Events(events, Chance(f"{draw} events")), _SIZE, compensates=compensates, key=key
        )
        main = "".join(writer.scope(0))
        if f"<{_LOOP}" in main and "<callActivity" in main:
            return {key: main, **writer.called}
        attempt += 1


@dataclass(slots=True)
class ComposingWriter(CompensatingWriter):
    """Makes blocks as its base does, and more of them; ``called`` are the processes that it calls, by their keys."""

    key: str = ""
    called: dict[str, str] = field(default_factory=dict)
    _levels: dict[str, int] = field(default_factory=dict)
    _level: int = 0

    def kinds(self, *, large: bool) -> Mapping[str, int]:
        """The blocks that there are, with their weights."""
        return {**Writer.kinds(self, large=large), **(_MORE_LARGE if large else _MORE_SMALL)}

    def waits(self) -> dict[str, str]:
        """The attributes of an element that may be continued by a job: more often than in other processes."""
        names = [name for name in ("camunda_asyncBefore", "camunda_asyncAfter") if self.chance.under(0.07)]
        return dict.fromkeys(names, "true")

    def repeated(self, content: str) -> str:
        """An activity, perhaps carried out several times. What has such in it seldom is, and fewer times."""
        within = content.count(f"<{_LOOP}")
        if within > 1 or not self.chance.under(0.2 if within else 0.35):
            return content
        numbers = {0: 1, 1: 1, 2: 4} if within else {0: 1, 1: 2, 2: 5, 3: 2}
        return self._several(self.events.silence(content), self.chance.weighted(numbers))

    def awaited(self, content: str, kind: str) -> str:
        """What a boundary event waits for; no timer where several instances may be compensated (see the module)."""
        avoided = self.compensates and kind == "timer" and _is_repeated(content)
        return Writer.awaited(self, content, "message" if avoided else kind)

    def undoing(self, identifier: str) -> str:
        """What compensates an activity; sometimes it is done several times, or by another process."""
        kind = self.chance.weighted({"one": 6, "several": 1, "call": 1})
        if kind == "several":
            return self._several(handler(identifier), 2)
        if kind == "call":
            return call(identifier, self._undoing_process(), isForCompensation="true")
        return CompensatingWriter.undoing(self, identifier)

    def _several(self, content: str, number: int) -> str:
        """An activity with its loop, which stands before what is in the activity and behind its extensions."""
        in_turn = self.chance.under(0.5)
        parts, more = self._number(number, "item" if in_turn else "each")
        if self.chance.under(0.35):
            parts += (
                f"<completionCondition>{self.chance.one_of(_CONDITIONS).replace('>', '&gt;')}</completionCondition>"
            )
        waits = [name for name in ("asyncBefore", "asyncAfter") if self.chance.under(0.12)]
        later = "".join(
            f' camunda:{name}="true"' for name in waits if name == "asyncBefore" or not _has_events(content)
        )
        loop = f'<{_LOOP} isSequential="{str(in_turn).lower()}"{later}{more}>{parts}</{_LOOP}>'
        opening, _, inside = content.partition(">")
        if inside.startswith(_HELD):
            held, closing, inside = inside.partition("</extensionElements>")
            if more:
                held += passed("in", source="item" if in_turn else "each", target="got")
            return f"{opening}>{held}{closing}{loop}{inside}"
        own = mapping({"own": self._own(opening, in_turn=in_turn)}) if self.chance.under(0.2) else ""
        return f"{opening}>{_HELD}{own}</extensionElements>{loop}{inside}" if own else f"{opening}>{loop}{inside}"

    def _own(self, opening: str, *, in_turn: bool) -> str:
        """An input parameter of an activity; not all of them see their own loop variables."""
        sees = "camunda:topic" in opening or (opening.startswith(_SCOPES) and not self.compensates)
        return "${loopCounter}" if sees and not in_turn else "${input + 1}"

    def _number(self, number: int, name: str) -> tuple[str, str]:
        """How often: a number, or a collection whose elements are variables; parts and attributes of the loop."""
        if self.chance.under(0.5):
            return f"<loopCardinality>{number}</loopCardinality>", ""
        texts = ", ".join(f"&quot;{text}&quot;" for text in "abc"[:number])
        collection = f' camunda:collection="${{S(\'[{texts}]\').elements()}}" camunda:elementVariable="{name}"'
        return "", collection

    def _compute(self, _depth: int) -> Block:
        """A task that sets a variable by an expression."""
        identifier = self.new("compute")
        attributes = {
            "camunda_expression": self.chance.one_of(_RESULTS),
            "camunda_resultVariable": f"r{self.chance.number(1, 3)}",
        }
        content = self.repeated(element("serviceTask", identifier, **attributes, **self.waits()))
        return Block((content,), identifier, identifier)

    def _call(self, depth: int) -> Block:
        key = self._process()
        if key is None:
            return self._user(depth)
        identifier = self.new("call")
        attributes = {"camunda_calledElementBinding": "deployment"} if self.chance.under(0.3) else {}
        called = f"${{'{key}'}}" if self.chance.under(0.2) else key
        content = call(identifier, called, *self._handed_over(), **attributes, **self.waits())
        kinds = tuple(GUARDS) if self.chance.under(0.8) else WAITING
        return self.guarded(identifier, content, kinds, depth)

    def _handed_over(self) -> list[str]:
        """What goes in and comes out; what conditions need goes in always.

        All in and all out would hand counters of loops back to where they are counted.
        """
        way = self.chance.weighted({"all": 4, "named": 3, "changed": 2, "local": 1})
        made = [passed("in", variables="all")] if way == "all" else []
        if way == "local":
            made.append(passed("in", variables="all", local="true"))
        if way in ("named", "local"):
            made += [passed("in", source=name, target=name) for name in _GIVEN]
        if way == "changed":
            made += [passed("in", sourceExpression=value, target=name) for name, value in _CHANGED.items()]
        if self.chance.under(0.3):
            made.append(passed("in", businessKey=self.chance.one_of(("key", "${execution.processBusinessKey}"))))
        out = self.chance.weighted({"none": 3, "one": 4, "all": 0 if way == "all" else 2})
        if out == "all":
            made.append(passed("out", variables="all"))
        elif out == "one":
            made.append(passed("out", source=f"r{self.chance.number(1, 3)}", target="came"))
        return made

    def _process(self) -> str | None:
        """The key of a process that can be called here: one that there is, or a new one; None when there is none.

        Processes call those of the next level only, so that nothing calls itself.
        """
        known = [key for key, level in self._levels.items() if level == self._level + 1]
        if self._level == _LEVELS:
            return None
        if len(self._levels) >= _CALLED or (known and self.chance.under(0.3)):
            return self.chance.one_of(known) if known else None
        key = f"{self.key}-{self.new('called')}"
        room, self.room = self.room, min(self.room, _CALLED_SIZE)
        self._level += 1
        content = self.events.silence("".join(self.scope(DEPTH - 2)))
        self._level -= 1
        self.room = room - 2
        self.called[key] = content
        self._levels[key] = self._level + 1
        return key

    def _undoing_process(self) -> str:
        key = f"{self.key}-undo"
        self.called[key] = start("undo") + user("undoes") + end("undone") + path("undo", "undoes", "undone")
        return key


def _is_repeated(content: str) -> bool:
    """Whether an activity itself is carried out several times, not only what is in it."""
    inside = content.partition(">")[2]
    if inside.startswith(_HELD):
        inside = inside.partition("</extensionElements>")[2]
    return inside.startswith(f"<{_LOOP}")


def _has_events(content: str) -> bool:
    """Whether an instance of an activity may wait for events of its own."""
    return content.startswith(_SCOPES) or (content.startswith("<receiveTask") and "messageRef" in content)
