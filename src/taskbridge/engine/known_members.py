"""What expressions may ask of a value: members that no value here has are found when a model is read, not when it runs.

Called by the reader of BPMN. What a variable holds is not known then, so that only such names are found as nothing has.
"""

from collections.abc import Iterator

from taskbridge.engine.execution_view import EXECUTION, PARTS
from taskbridge.engine.expressions import NAMES, Expression, Use
from taskbridge.engine.external_task_view import EXTERNAL_TASK
from taskbridge.engine.people_view import PEOPLE
from taskbridge.engine.task_view import TASK

_VIEWS = {"execution": EXECUTION, "externalTask": EXTERNAL_TASK, "task": TASK}
_CALLABLE = NAMES | {key for view in (*PARTS, *_VIEWS.values(), PEOPLE) for key in view.callables()}
# Of every object.
_COMMON = frozenset({("equals", 1), ("toString", 0)})


def unsupported(expression: Expression) -> Iterator[str]:
    """What is wrong with the members that an expression asks for, one line each."""
    for use in expression.uses:
        if use.member is None:
            yield "Unsupported call of a method whose name is computed"
        elif use.arity is None:
            yield from _property(use, use.member)
        else:
            yield from _method(use, use.member, use.arity)


def _property(use: Use, member: str) -> Iterator[str]:
    view = _VIEWS.get(use.base or "")
    if view is not None and view.property_named(member) is None:
        yield f"Unsupported property '{member}' of '{use.base}'"


def _method(use: Use, member: str, arity: int) -> Iterator[str]:
    key = (member, arity)
    wanted = f"Unsupported method '{member}' with {arity} parameter{'' if arity == 1 else 's'}"
    view = _VIEWS.get(use.base or "")
    if view is not None:
        if key not in _COMMON and view.method_named(*key) is None:
            yield f"{wanted} of '{use.base}'"
    elif key not in _CALLABLE:
        yield wanted
