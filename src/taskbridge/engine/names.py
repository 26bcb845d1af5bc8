"""Names that expressions may use: variables, and a few read-only views of what is running.

Called wherever the engine evaluates an expression. Views come before variables of the same name, as in the vendor's
engine.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from taskbridge.engine import scopes
from taskbridge.engine.expressions import Resolver, View
from taskbridge.engine.graph import Node, Process
from taskbridge.engine.state import Activity, Environment, Instance

_NONE: Mapping[str, object] = {}


def resolver(
    process: Process,
    instance: Instance,
    place: Activity | None,
    environment: Environment,
    node: Node,
    more: Mapping[str, object] = _NONE,
) -> Resolver:
    """What a name means to an expression of ``node``: ``more`` first, then views, then variables of ``place``."""

    def resolve(name: str) -> object:
        if name in more:
            return more[name]
        if name in _VIEWS:
            return _VIEWS[name](process, instance, place, environment, node)
        variable = scopes.get_variable(instance, place, environment, name)
        if variable is None:
            raise KeyError(name)
        return variable.python()

    return resolve


def facts_view(facts: Mapping[str, object]) -> View:
    """A view of plain facts: ``view.name`` and ``view.getName()``."""
    return View({name: _constant(value) for name, value in facts.items()}, {})


def _constant(value: object) -> Callable[[], object]:
    return lambda: value


def _execution(
    process: Process, instance: Instance, place: Activity | None, environment: Environment, node: Node
) -> View:
    def variable(name: str) -> object:
        found = scopes.get_variable(instance, place, environment, name)
        return None if found is None else found.python()

    def known(name: str) -> bool:
        return scopes.get_variable(instance, place, environment, name) is not None

    facts: Mapping[str, object] = {
        "id": str(instance.id if place is None else place.id),
        "processInstanceId": str(instance.id),
        "processBusinessKey": instance.business_key,
        "businessKey": instance.business_key,
        "processDefinitionKey": process.key,
        "currentActivityId": node.id,
        "currentActivityName": node.name,
    }
    properties = {name: _constant(value) for name, value in facts.items()}
    return View(properties, {"getVariable": variable, "hasVariable": known})


def _user(
    _process: Process, _instance: Instance, _place: Activity | None, environment: Environment, _node: Node
) -> str | None:
    return environment.user


def _now(
    _process: Process, _instance: Instance, _place: Activity | None, environment: Environment, _node: Node
) -> datetime:
    return datetime.fromtimestamp(environment.now / 1000, UTC)


_VIEWS: Mapping[str, Callable[[Process, Instance, Activity | None, Environment, Node], object]] = {
    "execution": _execution,
    "authenticatedUserId": _user,
    "now()": _now,
    "dateTime()": _now,
}
