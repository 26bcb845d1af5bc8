"""Makes a random process: blocks with one way in and one way out, so that every token comes to an end.

A block is a task, an event, a gateway with branches that meet again, a loop that counts, or a subprocess. What
interrupts leads back to where its host would have gone on; what does not interrupt has an end of its own. So at a join
one token arrives by each flow, and no inclusive join waits for a token that has gone elsewhere: at those two the
engines are known to differ (docs/fidelity.md). Two inclusive joins in a loop may still wait for each other at the
vendor's (``traces.hangs``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bpmn_writing import (
    TERMINATE,
    WORKER,
    boundary,
    catch,
    element,
    end,
    error,
    escalation,
    event_subprocess,
    external,
    flow,
    gateway,
    link,
    message,
    path,
    receive,
    start,
    subprocess,
    throw,
    user,
)
from random_processes.chance import Chance
from random_processes.events import CODE, ESCALATION, WAITING, Events

CONDITIONS = ("${approved}", "${!approved}", "${input == 1}", "${amount == 1}")
#: How often each block is chosen while there is room.
_LARGE = {"exclusive": 2, "parallel": 6, "inclusive": 2, "loop": 2, "scope": 9, "either": 4}
_SMALL = {"user": 9, "external": 5, "receive": 3, "catch": 5, "throw": 3, "pass": 1, "link": 1, "sender": 1}
GUARDS = {"message": 3, "signal": 3, "timer": 3, "conditional": 3, "error": 3, "escalation": 3}
#: How deep blocks stand in one another, and how many a process has until only small ones are added.
DEPTH = 4
_SIZE = 12


@dataclass(frozen=True, slots=True)
class Block:
    """Elements with their flows; ``first`` and ``last`` are the ids where the way goes in and out."""

    parts: tuple[str, ...]
    first: str
    last: str

    def then(self, after: "Block") -> "Block":
        """Both blocks, one after the other."""
        return Block((*self.parts, *after.parts, path(self.last, after.first)), self.first, after.last)


@dataclass(slots=True)
class Writer:
    """Makes the blocks of one process."""

    chance: Chance
    events: Events
    room: int = _SIZE
    _counts: dict[str, int] = field(default_factory=dict)

    def scope(self, depth: int) -> tuple[str, ...]:
        """What stands in a process or a subprocess: from a start event to an end event, and event subprocesses."""
        inside = self.sequence(depth) if depth else self.block(0, large=True).then(self.sequence(depth))
        begin, last = self.new("start"), self.new("end")
        parts = (
            start(begin),
            *inside.parts,
            end(last, self.ending()),
            path(begin, inside.first),
            path(inside.last, last),
        )
        kinds = self.chance.some(list(GUARDS), self.chance.weighted({0: 5, 1: 4, 2: 1}))
        return (*parts, *[self.event_scope(kind, depth + 1) for kind in kinds])

    def event_scope(self, kind: str, depth: int) -> str:
        """An event subprocess."""
        beside = {"isInterrupting": "false"} if kind != "error" and self.chance.under(0.5) else {}
        handler = self.handler(depth)
        begin, last = self.new("begin"), self.new("end")
        parts = [start(begin, self.events.caught(kind), **beside), *handler.parts, end(last, self.ending())]
        flows = path(begin, handler.first) + path(handler.last, last)
        return event_subprocess(self.new("handling"), *parts, flows)

    def sequence(self, depth: int) -> Block:
        """One to three blocks one after another."""
        made = self.block(depth)
        for _ in range(self.chance.weighted({0: 4, 1: 4, 2: 2})):
            made = made.then(self.block(depth))
        return made

    def handler(self, depth: int) -> Block:
        """What follows an event: mostly one small block, sometimes large ones."""
        return self.sequence(depth + 1) if self.chance.under(0.15) else self.block(DEPTH + 1)

    def block(self, depth: int, *, large: bool = False) -> Block:
        """Any block; a large one where there is room for it, or where one has to be."""
        self.room -= 1
        large = large or (depth < DEPTH and self.room > 0 and self.chance.under(0.55))
        name = self.chance.weighted(self.kinds(large=large))
        make: Callable[[int], Block] = getattr(self, f"_{name}")
        return make(depth)

    def kinds(self, *, large: bool) -> Mapping[str, int]:
        """The blocks that there are, with their weights."""
        return _LARGE if large else _SMALL

    def repeated(self, content: str) -> str:
        """An activity, which others may have carried out several times."""
        return content

    def awaited(self, _content: str, kind: str) -> str:
        """What a boundary event of an activity waits for, or catches."""
        return self.events.caught(kind)

    def new(self, kind: str) -> str:
        """An id."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}{self._counts[kind]}"

    def ending(self) -> str:
        """The definition of an end event."""
        made = {
            "none": "",
            "terminate": TERMINATE,
            "error": error(CODE),
            "escalation": escalation(ESCALATION),
            "message": message("sent", **WORKER),
            "signal": self.events.thrown_signal(),
        }
        return made[
            self.chance.weighted({"none": 10, "terminate": 1, "error": 2, "escalation": 2, "message": 1, "signal": 1})
        ]

    def waits(self) -> dict[str, str]:
        """The attributes of an element that may be continued by a job."""
        names = [name for name in ("camunda_asyncBefore", "camunda_asyncAfter") if self.chance.under(0.04)]
        return dict.fromkeys(names, "true")

    def guarded(self, identifier: str, content: str, kinds: tuple[str, ...], depth: int) -> Block:
        """An activity, perhaps with boundary events."""
        content = self.repeated(content)
        count = self.chance.weighted({0: 5, 1: 4, 2: 2} if depth <= DEPTH and self.room > -_SIZE else {0: 1})
        chosen = self.chance.some(kinds, count)
        if not chosen:
            return Block((content,), identifier, identifier)
        parts, merge = [content], self.new("merge")
        for kind in chosen:
            beside = kind != "error" and self.chance.under(0.5)
            event = self.new("event")
            handler = self.handler(depth)
            parts += [boundary(event, identifier, self.awaited(content, kind), beside=beside), *handler.parts]
            parts.append(path(event, handler.first))
            if beside:
                ends = self.new("end")
                parts += [end(ends), path(handler.last, ends)]
            else:
                parts.append(path(handler.last, merge))
        return Block((*parts, gateway("exclusive", merge), path(identifier, merge)), identifier, merge)

    def _user(self, depth: int) -> Block:
        identifier = self.new("user")
        return self.guarded(identifier, user(identifier, **self.waits()), tuple(GUARDS), depth)

    def _external(self, depth: int) -> Block:
        identifier = self.new("worker")
        return self.guarded(identifier, external(identifier, **self.waits()), (*WAITING, "error"), depth)

    def _sender(self, depth: int) -> Block:
        identifier = self.new("sender")
        return self.guarded(identifier, external(identifier, "sendTask"), (*WAITING, "error"), depth)

    def _receive(self, depth: int) -> Block:
        identifier = self.new("receive")
        name = f"{self.events.prefix}{identifier}" if self.chance.under(0.8) else ""
        return self.guarded(identifier, receive(identifier, name, **self.waits()), WAITING, depth)

    def _catch(self, _depth: int) -> Block:
        identifier = self.new("catch")
        content = catch(identifier, self.events.caught(self.chance.one_of(WAITING)), **self.waits())
        return Block((content,), identifier, identifier)

    def _throw(self, _depth: int) -> Block:
        identifier = self.new("throw")
        thrown = {
            "none": "",
            "escalation": escalation(ESCALATION),
            "signal": self.events.thrown_signal(),
            "message": message("sent", **WORKER),
        }
        definition = thrown[self.chance.weighted({"none": 1, "escalation": 4, "signal": 4, "message": 3})]
        return Block((throw(identifier, definition, **self.waits()),), identifier, identifier)

    def _pass(self, _depth: int) -> Block:
        identifier = self.new("pass")
        return Block((self.repeated(element("task", identifier, **self.waits())),), identifier, identifier)

    def _link(self, _depth: int) -> Block:
        source, target = self.new("source"), self.new("target")
        return Block((throw(source, link(source)), catch(target, link(source))), source, target)

    def _exclusive(self, depth: int) -> Block:
        split, join = self.new("choose"), self.new("merge")
        branches = [self.sequence(depth + 1) for _ in range(self.chance.number(2, 3))]
        parts = [gateway("exclusive", split, default=f"{split}-{branches[-1].first}"), gateway("exclusive", join)]
        for branch in branches[:-1]:
            parts.append(flow(split, branch.first, self.chance.one_of(CONDITIONS)))
        parts.append(flow(split, branches[-1].first))
        return self._joined(parts, branches, split, join)

    def _parallel(self, depth: int) -> Block:
        split, join = self.new("fork"), self.new("join")
        branches = [self.sequence(depth + 1) for _ in range(self.chance.number(2, 3))]
        parts = [gateway("parallel", split, **self.waits()), gateway("parallel", join, **self.waits())]
        parts += [flow(split, branch.first) for branch in branches]
        return self._joined(parts, branches, split, join)

    def _inclusive(self, _depth: int) -> Block:
        """Branches of one task each: what could go elsewhere would leave the vendor's join waiting."""
        split, join = self.new("fork"), self.new("join")
        names = [self.new("user") for _ in range(3)]
        branches = [Block((user(name),), name, name) for name in names]
        parts = [gateway("inclusive", split, default=f"{split}-{names[-1]}"), gateway("inclusive", join)]
        parts += [flow(split, name, self.chance.one_of(CONDITIONS)) for name in names[:-1]]
        parts.append(flow(split, names[-1]))
        return self._joined(parts, branches, split, join)

    @staticmethod
    def _joined(parts: list[str], branches: list[Block], split: str, join: str) -> Block:
        for branch in branches:
            parts += [*branch.parts, path(branch.last, join)]
        return Block(tuple(parts), split, join)

    def _loop(self, depth: int) -> Block:
        """A block that is passed two or three times: a variable counts."""
        before, merge, count, decide = (self.new(kind) for kind in ("set", "again", "count", "decide"))
        inside = self.sequence(depth + 1)
        name, after = f"n{before}", self.new("pass")
        parts = [_setting(before, name, "${0}"), gateway("exclusive", merge), *inside.parts]
        parts += [_setting(count, name, f"${{{name} + 1}}"), element("task", after)]
        parts += [gateway("exclusive", decide, default=f"{decide}-{after}"), path(before, merge, inside.first)]
        parts += [path(inside.last, count, decide, after)]
        parts.append(flow(decide, merge, f"${{{name} &lt; {self.chance.number(2, 3)}}}"))
        return Block(tuple(parts), before, after)

    def _scope(self, depth: int) -> Block:
        identifier = self.new("scope")
        content = subprocess(identifier, *self.scope(depth + 1), **self.waits())
        return self.guarded(identifier, content, tuple(GUARDS), depth)

    def _either(self, depth: int) -> Block:
        """An event-based gateway."""
        split, join = self.new("either"), self.new("merge")
        branches, parts = [], [gateway("eventBased", split), gateway("exclusive", join)]
        for kind in self.chance.some(WAITING, self.chance.number(2, 3)):
            event = self.new("catch")
            first = Block((catch(event, self.events.caught(kind)),), event, event)
            branches.append(first.then(self.sequence(depth + 1)))
            parts.append(path(split, event))
        return self._joined(parts, branches, split, join)


def _setting(identifier: str, name: str, value: str) -> str:
    """A task that sets a variable and goes on."""
    inner = f'<camunda:outputParameter name="{name}">{value}</camunda:outputParameter>'
    mapped = f"<extensionElements><camunda:inputOutput>{inner}</camunda:inputOutput></extensionElements>"
    return element("task", identifier, mapped)
