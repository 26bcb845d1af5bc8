"""A document made ready to be served by a dialect: every operation with its handler and its compiled binders.

Called at start-up; whatever document and dialect disagree about is found here, before the first request.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from taskbridge.spec.binding import Binding
from taskbridge.spec.bodies import BodyBinder, RawBody
from taskbridge.spec.calls import Handler, Services
from taskbridge.spec.dialect import Dialect
from taskbridge.spec.document import Document, Operation, SpecError, identity_problems, operations
from taskbridge.spec.parameters import QueryBinder


@dataclass(frozen=True, slots=True)
class Mount:
    """A document, who speaks it, and under which base paths ("" for the root; `{parameter}` segments allowed)."""

    document: Document
    base_paths: tuple[str, ...]
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation ready to run. `body` is None where a body is neither read nor looked at."""

    operation: Operation
    handler: Handler
    query: QueryBinder
    body: BodyBinder | RawBody | None


@dataclass(frozen=True, slots=True)
class Served:
    """A dialect at work: its operations by id, and the object its handlers are given."""

    dialect: Dialect
    services: Services
    operations: Mapping[str, Prepared]


def serve(mount: Mount, services: Services, max_body: int) -> Served:
    """Compiles a mount. SpecError lists wrong and foreign operationIds, handlers missing and handlers to spare."""
    dialect = mount.dialect
    if problems := identity_problems(mount.document) or _pairing_problems(mount):
        raise SpecError([f"{dialect.name}: {problem}" for problem in problems])
    prepared = {
        operation.operation_id: Prepared(
            operation,
            dialect.handlers[operation.operation_id],
            QueryBinder(mount.document, operation, dialect.binding),
            _body_binder(mount.document, operation, dialect.binding, max_body),
        )
        for operation in operations(mount.document)
    }
    return Served(dialect, services, prepared)


def _pairing_problems(mount: Mount) -> list[str]:
    documented = {operation.operation_id for operation in operations(mount.document)}
    handled = set(mount.dialect.handlers)
    prefix = f"{mount.dialect.name}_"
    return [
        *(
            f"operationId {name} does not begin with {prefix}"
            for name in sorted(documented)
            if not name.startswith(prefix)
        ),
        *(f"operation {name} has no handler" for name in sorted(documented - handled)),
        *(f"handler {name} has no operation" for name in sorted(handled - documented)),
    ]


def _body_binder(
    document: Document, operation: Operation, binding: Binding, max_body: int
) -> BodyBinder | RawBody | None:
    if operation.body is None or operation.extensions.get("body") == "ignore":
        return None
    if operation.extensions.get("body") == "raw":
        return RawBody(max_body)
    return BodyBinder(document, operation, binding, max_body)
