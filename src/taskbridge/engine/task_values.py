"""What a task is created with: the settings of its node, evaluated at the moment it is reached.

Called by the interpreter after the input mappings ran, so expressions see them (contract 3.1).
"""

import re

from taskbridge.engine.dates import moment
from taskbridge.engine.errors import InvalidDate, NotANumber
from taskbridge.engine.expressions import Expression, Resolver
from taskbridge.engine.graph import ExternalTaskSettings, Node, UserTaskSettings
from taskbridge.engine.state import ExternalTask, UserTask

_USER_PRIORITY = 50
_BITS = 63
_WHOLE = re.compile(r"[+-]?\d{1,10}")


def external_task(node: Node, settings: ExternalTaskSettings, resolve: Resolver) -> ExternalTask:
    """The topic and priority of an external task. Raises NotANumber, ExpressionError."""
    topic = _text(settings.topic, resolve) or ""
    if settings.priority is None:
        return ExternalTask(topic)
    value = settings.priority.evaluate(resolve)
    # Only a constant may be written as text; an expression must yield a number.
    return ExternalTask(topic, _whole(node, value, texts=settings.priority.literal))


def user_task(node: Node, settings: UserTaskSettings, resolve: Resolver, now: int) -> UserTask:
    """Everything about a user task that its node says. Raises NotANumber, InvalidDate, ExpressionError."""
    return UserTask(
        name=_text(node.label, resolve),
        description=_text(settings.description, resolve),
        assignee=_text(settings.assignee, resolve),
        priority=_user_priority(node, settings.priority, resolve),
        due_at=_date(node, settings.due_date, resolve, now),
        follow_up_at=_date(node, settings.follow_up_date, resolve, now),
        form_key=_text(settings.form_key, resolve),
        candidate_users=_names(settings.candidate_users, resolve),
        candidate_groups=_names(settings.candidate_groups, resolve),
    )


def _text(expression: Expression | None, resolve: Resolver) -> str | None:
    if expression is None:
        return None
    value = expression.evaluate(resolve)
    return None if value is None else _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _names(expressions: tuple[Expression, ...], resolve: Resolver) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for expression in expressions:
        value = expression.evaluate(resolve)
        parts = value if isinstance(value, list) else ([] if value is None else _shown(value).split(","))
        found |= dict.fromkeys(name for part in parts if (name := _shown(part).strip()))
    return tuple(found)


def _user_priority(node: Node, expression: Expression | None, resolve: Resolver) -> int:
    value = None if expression is None else expression.evaluate(resolve)
    return _USER_PRIORITY if value is None else _whole(node, value, texts=True)


def _whole(node: Node, value: object, *, texts: bool) -> int:
    if texts and isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value.bit_length() > _BITS:
        raise NotANumber(node.id)
    return value


def _date(node: Node, expression: Expression | None, resolve: Resolver, now: int) -> int | None:
    if expression is None:
        return None
    value = expression.evaluate(resolve)
    if value is None:
        return None
    found = moment(value, now)
    if found is None:
        raise InvalidDate(node.id, _shown(value))
    return found
