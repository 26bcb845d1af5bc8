"""Random processes with compensation and transactions: those of ``writing``, and what can be undone in them.

Left out is what the real engine is known to do otherwise (docs/fidelity.md): timers at subprocesses, which it arms
again, and errors thrown in handlers, for which handlers are no work of workers.
"""

from dataclasses import dataclass

from bpmn_writing import (
    CANCEL,
    COMPENSATE,
    boundary,
    compensated,
    element,
    end,
    event_subprocess,
    flow,
    gateway,
    handler,
    path,
    start,
    subprocess,
    throw,
    transaction,
)
from random_processes.writing import CONDITIONS, GUARDS, Block, Writer

_AT_SCOPES = tuple(kind for kind in GUARDS if kind != "timer")


@dataclass(slots=True)
class CompensatingWriter(Writer):
    """Makes blocks as its base does; more of them, by the same source of chance. Without ``compensates`` the same."""

    compensates: bool = True

    def ending(self) -> str:
        """The definition of an end event."""
        return COMPENSATE if self.compensates and self.chance.under(0.15) else Writer.ending(self)

    def event_scope(self, kind: str, depth: int) -> str:
        """An event subprocess; one in a subprocess waits for no time."""
        avoided = self.compensates and kind == "timer" and depth > 1
        return Writer.event_scope(self, "message" if avoided else kind, depth)

    def guarded(self, identifier: str, content: str, kinds: tuple[str, ...], depth: int) -> Block:
        """An activity, perhaps with boundary events, and with one that compensates it."""
        block = Writer.guarded(self, identifier, content, kinds, depth)
        return self._undoable(block, identifier) if self.compensates and self.chance.under(0.45) else block

    def undoing(self, identifier: str) -> str:
        """What compensates an activity."""
        return handler(identifier) if self.chance.under(0.8) else element("task", identifier, isForCompensation="true")

    def _undoable(self, block: Block, identifier: str) -> Block:
        by = self.undoing(f"undo-{identifier}")
        return Block((*block.parts, compensated(identifier) + by), block.first, block.last)

    def _throw(self, depth: int) -> Block:
        if not self.compensates or not self.chance.under(0.5):
            return Writer._throw(self, depth)
        identifier = self.new("compensate")
        return Block((throw(identifier, COMPENSATE, **self.waits()),), identifier, identifier)

    def _pass(self, depth: int) -> Block:
        block = Writer._pass(self, depth)
        return self._undoable(block, block.first) if self.compensates and self.chance.under(0.3) else block

    def _scope(self, depth: int) -> Block:
        if not self.compensates:
            return Writer._scope(self, depth)
        if self.chance.under(0.3):
            return self._transaction(depth)
        identifier = self.new("scope")
        inside = [*self.scope(depth + 1)]
        if not self.chance.under(0.2):
            return self.guarded(identifier, subprocess(identifier, *inside, **self.waits()), _AT_SCOPES, depth)
        begin, last, undo = self.new("begin"), self.new("end"), self.handler(depth)
        flows = path(begin, undo.first) + path(undo.last, last)
        inside.append(event_subprocess(self.new("undoing"), start(begin, COMPENSATE), *undo.parts, end(last), flows))
        return Writer.guarded(self, identifier, subprocess(identifier, *inside, **self.waits()), _AT_SCOPES, depth)

    def _transaction(self, depth: int) -> Block:
        identifier, begin, decide = (self.new(kind) for kind in ("transaction", "start", "decide"))
        done, cancel, event, merge = (self.new(kind) for kind in ("end", "cancel", "cancelled", "merge"))
        inside = self.sequence(depth + 1)
        parts = [start(begin), *inside.parts, gateway("exclusive", decide, default=f"{decide}-{done}")]
        parts += [end(done, self.ending()), end(cancel, CANCEL), path(begin, inside.first)]
        parts += [path(inside.last, decide, done), flow(decide, cancel, self.chance.one_of(CONDITIONS))]
        host = self.guarded(identifier, transaction(identifier, *parts, **self.waits()), _AT_SCOPES, depth)
        then = self.handler(depth)
        more = [boundary(event, identifier, CANCEL), *then.parts, path(event, then.first), gateway("exclusive", merge)]
        return Block((*host.parts, *more, path(host.last, merge), path(then.last, merge)), host.first, merge)
