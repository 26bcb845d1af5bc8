"""What a script may ask of the process, answered: names, members of objects, Spin's functions, lines for the log.

The members are those that expressions have: there is one implementation of each. A request is what ``prelude.js``
sends; whatever it holds is taken for what a stranger wrote.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from taskbridge.engine.errors import EngineError
from taskbridge.engine.expressions import READERS, Fault, Resolver, call_member, has_method, read_member
from taskbridge.engine.scripts.errors import BpmnErrorThrown
from taskbridge.engine.scripts.script import VISIBLE
from taskbridge.engine.scripts.values import Objects, readable
from taskbridge.engine.variables import Variable

log = logging.getLogger("taskbridge.scripts")
#: Characters of a line that a script writes into the log.
_LONGEST_LINE = 1_000

#: Types of variables that a script is given at once; of others it gets the value when it asks for it.
_PLAIN = frozenset({"Boolean", "Short", "Integer", "Long", "Double", "String", "Null"})
_LONGEST_PLAIN = 1_000
#: What the vendor calls an error of JavaScript.
POLYGLOT = "org.graalvm.polyglot.PolyglotException"
_ENGINE = "org.camunda.bpm.engine.ProcessEngineException"


Request = Mapping[str, Any]
Answer = Mapping[str, object]


class Failed(Exception):
    """The script ended with an error; the text begins with the class that it has at the vendor's."""


class Bridge:
    """One evaluation, seen from the process. ``wanted`` tells whether its result is used."""

    def __init__(self, source: str, resolve: Resolver, *, wanted: bool) -> None:
        self._source = source
        self._resolve = resolve
        self._wanted = wanted
        self._objects = Objects()
        self._found: Mapping[str, Variable | None] = {}
        self._outcome: Callable[[], object] | None = None

    def answer(self, line: bytes) -> bytes:
        """The answer to one request. Raises what the database raises."""
        try:
            answer = self._answered(line)
        except EngineError as error:
            answer = {"thrown": str(error), "name": _ENGINE}
        except (Fault, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError) as error:
            # All but the first are for requests of a form that the prelude does not send, and for arguments of a kind
            # that a method does not expect.
            answer = {"thrown": str(error) or type(error).__name__, "name": "TypeError"}
        return json.dumps(answer).encode()

    @property
    def ended(self) -> bool:
        """Whether the script has come to its end."""
        return self._outcome is not None

    def outcome(self) -> object:
        """What the script yielded. Raises Failed, BpmnErrorThrown; LookupError where it has not come to its end."""
        if self._outcome is None:
            raise LookupError("the script has not come to its end")
        return self._outcome()

    def _answered(self, line: bytes) -> Answer:
        request = json.loads(line)
        return _ANSWERS[request["ask"]](self, request)

    def source(self, _request: Request) -> Answer:
        """The script itself, and the variables that it finds."""
        try:
            self._found = _visible(self._resolve(VISIBLE))
        except KeyError:
            self._found = {}
        found = [(name, self._first_seen(variable)) for name, variable in self._found.items()]
        return {"source": self._source, "wanted": self._wanted, "found": found}

    def _first_seen(self, variable: Variable | None) -> object:
        plain = variable is not None and variable.type in _PLAIN
        if variable is None or not plain or len(str(variable.value)) > _LONGEST_PLAIN:
            return {"later": True}
        return self._objects.sent(variable.python())

    def name(self, request: Request) -> Answer:
        """The value of a variable that was not given at once; raises KeyError for one that there is not."""
        name = str(request["name"])
        variable = self._found[name]
        plain = variable is not None and variable.type in _PLAIN
        return {"value": self._objects.sent(variable.python() if variable and plain else self._resolve(name))}

    def member(self, request: Request) -> Answer:
        """A property of an object, or that it has a method of that name."""
        base, name = self._objects[request["object"]], str(request["member"])
        if has_method(base, name):
            return {"method": True}
        try:
            return self._item(base, name)
        except Fault:
            return {"missing": True}

    def _item(self, base: object, name: str) -> Answer:
        if isinstance(base, list):
            if name == "length":
                return {"value": len(base)}
            return {"value": self._objects.sent(base[int(name)])} if _is_index(base, name) else {"missing": True}
        if isinstance(base, Mapping) and name not in base:
            return {"missing": True}
        return {"value": self._objects.sent(read_member(base, name))}

    def call(self, request: Request) -> Answer:
        """What a method of an object gives."""
        given = [self._objects.received(one) for one in request["given"]]
        return {"value": self._objects.sent(call_member(self._objects[request["object"]], request["member"], given))}

    def keys(self, request: Request) -> Answer:
        """The keys of a map, or the indexes of a list."""
        base = self._objects[request["object"]]
        return {"keys": [str(key) for key in (range(len(base)) if isinstance(base, list) else _mapping(base))]}

    def plain(self, request: Request) -> Answer:
        """A list or map as JSON."""
        return {"text": json.dumps(self._objects[request["object"]], default=str)}

    def spin(self, request: Request) -> Answer:
        """What one of Spin's functions makes of a value."""
        read = READERS[request["reader"]]
        return {"value": self._objects.sent(read(self._objects.received(request["given"])))}

    def log(self, request: Request) -> Answer:
        """A line that the script writes."""
        log.debug("a script says: %s", readable(request["text"])[:_LONGEST_LINE])
        return {}

    def done(self, request: Request) -> Answer:
        """The script has come to its end with a value."""
        value = self._objects.received(request["value"])
        self._outcome = lambda: value
        return {}

    def failed(self, request: Request) -> Answer:
        """The script has come to its end with an error."""
        text = readable(request["text"])
        if request["of_process"] is not True:
            text = f"{POLYGLOT}: {text}"

        def outcome() -> object:
            raise Failed(text)

        self._outcome = outcome
        return {}

    def error(self, request: Request) -> Answer:
        """The script throws a BPMN error."""
        code, message = readable(request["code"]), readable(request.get("message") or "") or None

        def outcome() -> object:
            raise BpmnErrorThrown(code, message)

        self._outcome = outcome
        return {}


_ANSWERS: Mapping[str, Callable[[Bridge, Request], Answer]] = {
    one.__name__: one
    for one in (
        *(Bridge.source, Bridge.name, Bridge.member, Bridge.call, Bridge.keys, Bridge.plain, Bridge.spin, Bridge.log),
        *(Bridge.done, Bridge.failed, Bridge.error),
    )
}


def _is_index(base: Sequence[object], name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 10 and int(name) < len(base)


def _visible(found: object) -> Mapping[str, Variable | None]:
    return found if isinstance(found, Mapping) else {}


def _mapping(base: object) -> Mapping[object, object]:
    if isinstance(base, Mapping):
        return base
    raise Fault("it has no keys")
