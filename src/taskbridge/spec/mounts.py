"""A document made ready to be served by a dialect: every operation with its handler and its compiled binders.

Called at start-up; whatever document and dialect disagree about is found here, before the first request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from taskbridge.spec.bodies import BodyBinder, RawBody
from taskbridge.spec.calls import Call, Handler, Services
from taskbridge.spec.dialect import Dialect
from taskbridge.spec.document import Document, Operation, SpecError, identity_problems, operations
from taskbridge.spec.limits import BodyLimits
from taskbridge.spec.parameters import QueryBinder


@dataclass(frozen=True, slots=True)
class Mount:
    """A document, who speaks it, under which base paths ("" for the root; `{parameter}` segments allowed), and limits.

    An operation that names servers of its own is served under their paths only; unknown paths below one that is not
    among `base_paths` are not this document's affair.
    """

    document: Document
    base_paths: tuple[str, ...]
    dialect: Dialect
    limits: BodyLimits = field(default_factory=BodyLimits)

    @property
    def all_base_paths(self) -> list[str]:
        """The base paths, and those that only single operations are served under."""
        own = (path for operation in operations(self.document) for path in operation.base_paths or ())
        return list(dict.fromkeys([*(path.rstrip("/") for path in self.base_paths), *own]))


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation ready to run.

    `body` is None where a body is neither read nor looked at; `guarded_late` tells that credentials are asked for once
    everything is bound.
    """

    operation: Operation
    handler: Handler
    query: QueryBinder
    body: BodyBinder | RawBody | None
    guarded_late: bool


@dataclass(frozen=True, slots=True)
class Served:
    """A dialect at work: its operations by id, and the object its handlers are given.

    `rereads` tells that it may read paths in another way than they are written.
    """

    dialect: Dialect
    services: Services
    operations: Mapping[str, Prepared]
    base_paths: frozenset[str]
    rereads: bool


def serve(mount: Mount, services: Services) -> Served:
    """Compiles a mount. SpecError lists wrong and foreign operationIds, handlers missing and handlers to spare."""
    dialect = mount.dialect
    if problems := identity_problems(mount.document) or _pairing_problems(mount):
        raise SpecError([f"{dialect.name}: {problem}" for problem in problems])
    prepared = {
        operation.operation_id: Prepared(
            operation,
            _stand_in if operation.stands_in else dialect.handlers[operation.operation_id],
            QueryBinder(mount.document, operation, dialect.binding),
            _body_binder(mount, operation),
            operation.secured and dialect.binds_first,
        )
        for operation in operations(mount.document)
    }
    base_paths = frozenset(path.rstrip("/") for path in mount.base_paths)
    rereads = type(dialect).other_path is not Dialect.other_path
    return Served(dialect, services, prepared, base_paths, rereads)


def _pairing_problems(mount: Mount) -> list[str]:
    documented = {operation.operation_id for operation in operations(mount.document)}
    stand_ins = {operation.operation_id for operation in operations(mount.document) if operation.stands_in}
    handled = set(mount.dialect.handlers)
    prefix = f"{mount.dialect.name}_"
    return [
        *(
            f"operationId {name} does not begin with {prefix}"
            for name in sorted(documented)
            if not name.startswith(prefix)
        ),
        *(f"operation {name} has no handler" for name in sorted(documented - stand_ins - handled)),
        *(f"handler {name} has no operation" for name in sorted(handled - documented | handled & stand_ins)),
    ]


async def _stand_in(call: Call) -> NoReturn:
    raise LookupError(f"{call.operation.operation_id} only stands in for others")


def _body_binder(mount: Mount, operation: Operation) -> BodyBinder | RawBody | None:
    if operation.stands_in or operation.body is None or operation.extensions.get("body") == "ignore":
        return None
    if operation.extensions.get("body") == "raw":
        return RawBody(operation, mount.limits)
    return BodyBinder(mount.document, operation, mount.dialect.binding, mount.limits)
