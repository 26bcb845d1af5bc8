"""From the call to the request object that an operation wants, and from its result to an answer.

An operation is a function of a unit of work and the members of its request; ``handlers`` makes of it what the spec
layer calls: one request, or an array of them, in one transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from taskbridge.dialects.digioffice.catalogue import request_type
from taskbridge.dialects.digioffice.errors import DigiOfficeError, argument, not_empty, translate
from taskbridge.dialects.digioffice.negotiation import without_suffix
from taskbridge.engine.errors import EngineError
from taskbridge.service.errors import ServiceError
from taskbridge.service.unit import Unit
from taskbridge.spec import Answer, Call, Handler
from taskbridge.spec.model import Model

Request: TypeAlias = Mapping[str, Any]
"""The members of a request that were given, by their declared names. Dates are epoch milliseconds."""

_INT32_DIGITS, _INT32_MOST = 10, 2**31 - 1
#: Tasks that one request may be about, and users, groups or roles that it may name.
_MOST = 1000


Wish = TypeVar("Wish", bound=Model)


@dataclass(frozen=True, slots=True)
class Use(Generic[Wish]):
    """What an operation does, the type of its request, which members it cannot do without, and if it only reads."""

    run: Callable[[Unit, Wish], object]
    type: type[Wish]
    required: tuple[str, ...] = ()
    reads: bool = False

    def __call__(self, unit: Unit, request: Request) -> object:
        """Do it. Refuses a request that lacks something, or that is about too many tasks."""
        missing = [name for name in self.required if not request.get(name)]
        if missing:
            raise not_empty(missing)
        numbers = request.get("TaskIDs") or ()
        few(numbers, "TaskIDs")
        unit.expect_commands(len(numbers))
        return self.run(unit, self.type.model_validate(request))


def few(numbers: Sequence[int] | None, name: str) -> None:
    """Refuse a list of more numbers than one request may have."""
    if len(numbers or ()) > _MOST:
        raise argument(f"More than {_MOST} numbers at once", name, "ArgumentOutOfRangeException")


def request_of(call: Call) -> dict[str, Any]:
    """The members of the path, of the body, and of the query string where the body left them at their default."""
    filled: dict[str, Any] = dict(call.query.get("request", {}))
    filled |= {name: value for name, value in (call.body or {}).items() if value or name not in filled}
    for name, text in call.path.items():
        if name not in ("format", "operation", "door"):
            filled[name] = _path_value(name, without_suffix(text), call)
    return filled


def _path_value(name: str, text: str, call: Call) -> object:
    if not name.endswith("ID"):
        return text
    if not (text.isascii() and text.isdecimal() and len(text) <= _INT32_DIGITS and int(text) <= _INT32_MOST):
        message = f"Unable to bind to request '{request_type(call.operation)}'"
        raise DigiOfficeError(400, "RequestBindingException", message, phrase=False)
    return int(text)


def handlers(use: Use[Any]) -> tuple[Handler, Handler]:
    """The handlers of an operation: for a request, and for an array of requests."""

    async def single(call: Call) -> Answer:
        request = request_of(call)
        perform = call.services.read if use.reads else call.services.run
        return answer(await perform(lambda unit: use(unit, request), call.user))

    async def batch(call: Call) -> Answer:
        def work(unit: Unit) -> list[object]:
            unit.expect_commands(len(call.body or ()))
            return [_counted(use, unit, request, index) for index, request in enumerate(call.body or [])]

        perform = call.services.read if use.reads else call.services.run
        return answer(await perform(work, call.user))

    return single, batch


def answer(value: object) -> Answer:
    """204 where there is nothing to say."""
    return Answer(204) if value is None else Answer(200, value)


def _counted(use: Use[Any], unit: Unit, request: Request, index: int) -> object:
    try:
        return use(unit, request)
    except (DigiOfficeError, ServiceError, EngineError) as error:
        told = translate(error)
        if told is None:
            raise
        told.meta = {"AutoBatchIndex": str(index)}
        raise told from error
