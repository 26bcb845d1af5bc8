"""What a task is created with: the settings of its node, evaluated at the moment it is reached.

Called by the interpreter after the input mappings ran, so expressions see them (contract 3.1).
"""

import logging

from taskbridge.engine.dates import moment
from taskbridge.engine.errors import InvalidDate, NotANumber
from taskbridge.engine.expressions import Expression, ExpressionError, Resolver, to_string
from taskbridge.engine.graph import ExternalTaskSettings, Node, UserTaskSettings
from taskbridge.engine.state import ExternalTask, UserTask
from taskbridge.engine.value_texts import names, text, whole

log = logging.getLogger("taskbridge.engine")
_USER_PRIORITY = 50


def external_task(node: Node, settings: ExternalTaskSettings, resolve: Resolver) -> ExternalTask:
    """The topic and priority of an external task. Raises NotANumber, ExpressionError."""
    topic = text(settings.topic, resolve) or ""
    if settings.priority is None:
        return ExternalTask(topic)
    return ExternalTask(topic, _priority(node, settings.priority, resolve))


def user_task(node: Node, settings: UserTaskSettings, resolve: Resolver, now: int) -> UserTask:
    """Everything about a user task that its node says. Raises NotANumber, InvalidDate, ExpressionError."""
    return UserTask(
        name=text(node.label, resolve),
        description=text(settings.description, resolve),
        assignee=text(settings.assignee, resolve),
        priority=_user_priority(node, settings.priority, resolve),
        due_at=_date(node, settings.due_date, resolve, now),
        follow_up_at=_date(node, settings.follow_up_date, resolve, now),
        form_key=text(settings.form_key, resolve),
        candidate_users=names(settings.candidate_users, resolve),
        candidate_groups=names(settings.candidate_groups, resolve),
    )


def _priority(node: Node, expression: Expression, resolve: Resolver) -> int:
    try:
        value = expression.evaluate(resolve)
    except ExpressionError as error:
        log.warning("the priority of external task %r is taken for 0: %s", node.id, error)
        return 0
    # Only a constant may be written as text; an expression must yield a whole number.
    found = whole(value) if expression.literal or isinstance(value, int) else None
    if found is None:
        raise NotANumber(node.id)
    return found


def _user_priority(node: Node, expression: Expression | None, resolve: Resolver) -> int:
    value = None if expression is None else expression.evaluate(resolve)
    if value is None:
        return _USER_PRIORITY
    found = whole(value)
    if found is None:
        raise NotANumber(node.id)
    return found


def _date(node: Node, expression: Expression | None, resolve: Resolver, now: int) -> int | None:
    if expression is None:
        return None
    value = expression.evaluate(resolve)
    if value is None:
        return None
    found = moment(value, now)
    if found is None:
        raise InvalidDate(node.id, to_string(value))
    return found
