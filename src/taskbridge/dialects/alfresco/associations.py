"""Associations: variables that stand for people and groups (contract 8.2).

Inside they hold names: groups without the mark that the vendor's authorities begin with. To the vendor they are nodes,
whose ids are those of users and groups as UUIDs. Called within a unit of work.
"""

from collections.abc import Sequence

from taskbridge.dialects.alfresco.errors import invalid
from taskbridge.dialects.alfresco.model import Property
from taskbridge.dialects.alfresco.values import java_text
from taskbridge.engine.variables import Variable, from_python
from taskbridge.service import access, uuids
from taskbridge.service.unit import Unit
from taskbridge.service.uuids import Kind
from taskbridge.store import identity

PERSON, AUTHORITY = "cm:person", "cm:authorityContainer"
GROUP_MARK = "GROUP_"


def associated(unit: Unit, modelled: Property, value: object) -> Variable:
    """The variable for the people or groups that a request names. Raises AlfrescoError when there is no such one.

    People of another network than the caller's are not there. Groups are shared by all networks.
    """
    if value is None:
        return from_python(None)
    if modelled.many:
        if not isinstance(value, list):
            raise invalid(f"{modelled.variable} should have an array value")
        return from_python([_checked(unit, modelled, one) for one in value])
    return from_python(_checked(unit, modelled, value))


def _checked(unit: Unit, modelled: Property, value: object) -> str:
    name = value if isinstance(value, str) else ""
    if modelled.data_type == PERSON:
        if access.user(unit, access.acting(unit), name) is None:
            raise invalid(f"{java_text(value)} is not a valid person user id")
        return name
    if modelled.data_type != AUTHORITY:
        return java_text(value)
    group = group_name(name)
    if identity.get_group(unit.tx, group) is None:
        raise invalid(f"{java_text(value)} is not a valid authority id")
    return group


def group_name(authority: str) -> str:
    """The name of the group that an authority means."""
    return authority.removeprefix(GROUP_MARK)


def authority(group: str) -> str:
    """A group as the vendor's authority."""
    return GROUP_MARK + group


def node_ids(unit: Unit, modelled: Property, variable: Variable) -> str | list[str] | None:
    """The ids of the nodes that a variable stands for; in a list where it stands for many."""
    held = variable.plain()
    names = [str(name) for name in held] if isinstance(held, list) else [] if held is None else [str(held)]
    if modelled.data_type == PERSON:
        ids = people_ids(unit, names)
    else:
        groups = [row for name in names if (row := identity.get_group(unit.tx, name)) is not None]
        ids = {row.name: uuids.encode(Kind.GROUP, row.number) for row in groups}
    found = [ids[name] for name in names if name in ids]
    return found if modelled.many else found[0] if found else None


def people_ids(unit: Unit, names: Sequence[str]) -> dict[str, str]:
    """The node ids of people, by name, in one statement."""
    return {row.name: uuids.encode(Kind.USER, row.number) for row in identity.users(unit.tx, sorted(set(names)))}
