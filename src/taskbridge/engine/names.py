"""Names that expressions may use: variables, and a few views of what is running.

Called wherever the engine evaluates an expression. Views come before variables of the same name, as in the vendor's
engine; but ``people``, which models of Alfresco alone may ask, comes after them.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from taskbridge.engine import scopes
from taskbridge.engine.execution_view import At, execution_view
from taskbridge.engine.expressions import JodaMoment, Resolver
from taskbridge.engine.graph import Node, Process
from taskbridge.engine.people_view import NAME as PEOPLE
from taskbridge.engine.people_view import people_view
from taskbridge.engine.scripts.script import SCRIPTS, VISIBLE
from taskbridge.engine.state import Activity, Environment, Instance

_NONE: Mapping[str, object] = {}


def resolver(
    process: Process,
    instance: Instance,
    place: Activity | None,
    environment: Environment,
    node: Node | None,
    more: Mapping[str, object] = _NONE,
    *,
    at: At = At.NODE,
) -> Resolver:
    """What a name means to an expression of ``node``: ``more`` first, then views, then variables of ``place``."""
    view: object = None

    def resolve(name: str) -> object:
        nonlocal view
        if name in more:
            return more[name]
        if name == "execution":
            view = view or execution_view(process, instance, place, environment, node, at)
            return view
        if name == VISIBLE:
            return {**dict.fromkeys((*more, "execution")), **scopes.visible_variables(instance, place, environment)}
        if name in _VALUES:
            return _VALUES[name](environment)
        holder = scopes.holding(instance, place, environment, name)
        if holder is None:
            people = people_view(process, environment) if name == PEOPLE else None
            if people is None:
                raise KeyError(name)
            return people
        return holder.seen(name)

    return resolve


def _now(environment: Environment) -> datetime:
    return datetime.fromtimestamp(environment.now / 1000, UTC)


def _joda_now(environment: Environment) -> datetime:
    return JodaMoment.fromtimestamp(environment.now / 1000, UTC)


def _user(environment: Environment) -> object:
    return environment.user


def _groups(environment: Environment) -> object:
    # The groups of a user are not known here; without a user there are none.
    if environment.user is not None:
        raise KeyError("currentUserGroups()")
    return None


def _scripts(environment: Environment) -> object:
    return environment.scripts


_VALUES: Mapping[str, Callable[[Environment], object]] = {
    "authenticatedUserId": _user,
    "currentUser()": _user,
    "currentUserGroups()": _groups,
    "now()": _now,
    "dateTime()": _joda_now,
    SCRIPTS: _scripts,
}


def unknown(name: str) -> object:
    """A resolver where there is no instance yet: no name means anything. Raises KeyError."""
    raise KeyError(name)
