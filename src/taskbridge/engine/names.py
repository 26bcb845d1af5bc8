"""Names that expressions may use: variables, and a few views of what is running.

Called wherever the engine evaluates an expression. Views come before variables of the same name, as in the vendor's
engine.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from taskbridge.engine import scopes
from taskbridge.engine.execution_view import At, execution_view
from taskbridge.engine.expressions import JodaMoment, Resolver
from taskbridge.engine.graph import Node, Process
from taskbridge.engine.state import Activity, Environment, Instance
from taskbridge.engine.variables import Variable

_NONE: Mapping[str, object] = {}
_DOCUMENTS = frozenset({"Json", "Xml", "Object"})


def resolver(
    process: Process,
    instance: Instance,
    place: Activity | None,
    environment: Environment,
    node: Node,
    more: Mapping[str, object] = _NONE,
    *,
    at: At = At.NODE,
) -> Resolver:
    """What a name means to an expression of ``node``: ``more`` first, then views, then variables of ``place``."""
    read: dict[str, tuple[Variable, object]] | None = None  # documents: two readings of one are the same object
    view: object = None

    def resolve(name: str) -> object:
        nonlocal read, view
        if name in more:
            return more[name]
        if name == "execution":
            view = view or execution_view(process, instance, place, environment, node, at)
            return view
        if name in _VALUES:
            return _VALUES[name](environment)
        variable = scopes.get_variable(instance, place, environment, name)
        if variable is None:
            raise KeyError(name)
        if variable.type not in _DOCUMENTS:
            return variable.python()
        read = {} if read is None else read
        if name not in read or read[name][0] != variable:
            read[name] = variable, variable.python()
        return read[name][1]

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


_VALUES: Mapping[str, Callable[[Environment], object]] = {
    "authenticatedUserId": _user,
    "currentUser()": _user,
    "currentUserGroups()": _groups,
    "now()": _now,
    "dateTime()": _joda_now,
}


def of_variables(variables: Mapping[str, Variable]) -> Resolver:
    """A resolver where there is no instance yet: names mean these variables and nothing else. It raises KeyError."""
    return lambda name: variables[name].python()


def unknown(name: str) -> object:
    """A resolver where there is no instance yet: no name means anything. Raises KeyError."""
    raise KeyError(name)
