"""Setting up what projects are made of, from one document: locales, clients, project types, user types, people.

What is named is made or changed; what is not named stays as it is. So the same document can be applied again and again.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict

from taskbridge.service import identity, rights
from taskbridge.service.errors import NotFound
from taskbridge.service.finishing import ROLE
from taskbridge.service.unit import Unit
from taskbridge.store import catalogue
from taskbridge.store import identity as stored
from taskbridge.store.catalogue import (
    CLIENTS,
    LOCALES,
    PROJECT_TYPES,
    USER_TYPES,
    WORKGROUP,
    ClientRow,
    Criteria,
    LocaleRow,
    ProjectTypeRow,
    RightRow,
    Shelf,
    UserTypeRow,
)
from taskbridge.store.project_tables import UserClient, UserLocale


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LocaleSetup(_Part):
    """A locale: its language and country as ISO codes."""

    name: str
    language: str
    country: str | None = None
    language_name: str | None = None
    encoding: str = "UTF-8"


class ClientSetup(_Part):
    """A client."""

    name: str
    description: str | None = None


class ProjectTypeSetup(_Part):
    """A project type: its process by key; client, source locale and workgroup by name."""

    name: str
    process: str
    description: str | None = None
    client: str | None = None
    source_locale: str | None = None
    workgroup: str | None = None
    due_date_required: bool = False


def _known_rights(given: Mapping[str, list[str]]) -> Mapping[str, list[str]]:
    for resource_type, actions in given.items():
        if strange := set(actions) - rights.RIGHTS.get(resource_type, frozenset()):
            raise ValueError(f"no such rights for {resource_type}: {', '.join(sorted(strange))}")
    return given


class UserTypeSetup(_Part):
    """A user type with its rights: resource type to actions."""

    name: str
    rights: Annotated[Mapping[str, list[str]], AfterValidator(_known_rights)] = {}


class UserSetup(_Part):
    """An existing user: type, locales, clients, workgroups and roles by name; a list that is not given stays."""

    name: str
    type: str | None = None
    locales: list[str] | None = None
    clients: list[str] | None = None
    workgroups: list[str] = []
    roles: list[str] = []


class Setup(_Part):
    """The whole document."""

    locales: list[LocaleSetup] = []
    clients: list[ClientSetup] = []
    workgroups: list[str] = []
    roles: list[str] = []
    project_types: list[ProjectTypeSetup] = []
    user_types: list[UserTypeSetup] = []
    users: list[UserSetup] = []


def read(text: str | bytes) -> Setup:
    """A setup out of a YAML document; ValueError when it is none."""
    try:
        return Setup.model_validate(yaml.safe_load(text) or {})
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def apply(unit: Unit, setup: Setup) -> None:
    """Set up everything that the document names; raises NotFound for a name that nothing has."""
    for locale in setup.locales:
        _locale(unit, locale)
    for client in setup.clients:
        _put(unit, CLIENTS, ClientRow(unit.tx.new_id(), client.name, client.description))
    for name in setup.workgroups:
        identity.add_group(unit, name, type_=WORKGROUP)
    for name in setup.roles:
        identity.add_group(unit, name, type_=ROLE)
    for type_ in setup.project_types:
        _project_type(unit, type_)
    for user_type in setup.user_types:
        _put(unit, USER_TYPES, UserTypeRow(unit.tx.new_id(), user_type.name))
        chosen = {RightRow(kind, action) for kind, actions in user_type.rights.items() for action in actions}
        catalogue.set_rights(unit.tx, _ids(unit, USER_TYPES, "user type", [user_type.name])[0], chosen)
    for user in setup.users:
        _user(unit, user)


def _locale(unit: Unit, setup: LocaleSetup) -> None:
    alike = [row for row in LOCALES.find(unit.tx, Criteria()) if row.language_code == setup.language]
    same = next((row for row in alike if row.country_code == setup.country), None)
    row = LocaleRow(
        id=unit.tx.new_id(),
        name=setup.name,
        language_id=same.language_id if same else unit.tx.new_id(),
        language_code=setup.language,
        country_code=setup.country,
        language_name=setup.language_name or setup.name.partition(" (")[0],
        encoding=setup.encoding,
    )
    _put(unit, LOCALES, row)


def _project_type(unit: Unit, setup: ProjectTypeSetup) -> None:
    if setup.workgroup is not None:
        identity.add_group(unit, setup.workgroup, type_=WORKGROUP)
    row = ProjectTypeRow(
        id=unit.tx.new_id(),
        name=setup.name,
        description=setup.description,
        client_id=_id(unit, CLIENTS, "client", setup.client),
        process_key=setup.process,
        source_locale_id=_id(unit, LOCALES, "locale", setup.source_locale),
        workgroup=setup.workgroup,
        due_date_required=int(setup.due_date_required),
    )
    _put(unit, PROJECT_TYPES, row)


def _user(unit: Unit, setup: UserSetup) -> None:
    if stored.get_user(unit.tx, setup.name) is None:
        raise NotFound("user", setup.name)
    if setup.type is not None:
        catalogue.set_profile(unit.tx, setup.name, _id(unit, USER_TYPES, "user type", setup.type))
    if setup.locales is not None:
        found = _ids(unit, LOCALES, "locale", setup.locales)
        catalogue.link(unit.tx, UserLocale, setup.name, "locale_id", found)
    if setup.clients is not None:
        found = _ids(unit, CLIENTS, "client", setup.clients)
        catalogue.link(unit.tx, UserClient, setup.name, "client_id", found)
    present = set(stored.groups_of(unit.tx, setup.name))
    for name, type_ in [*((name, WORKGROUP) for name in setup.workgroups), *((name, ROLE) for name in setup.roles)]:
        identity.add_group(unit, name, type_=type_)
        if name not in present:
            stored.add_membership(unit.tx, setup.name, name)
            present.add(name)


_Named = LocaleRow | ClientRow | ProjectTypeRow | UserTypeRow


def _put(unit: Unit, shelf: Shelf[_Named], row: _Named) -> None:
    """Add it, or change what has its name."""
    found = shelf.find(unit.tx, Criteria(names=[row.name]))
    if found:
        shelf.change(unit.tx, row._replace(id=found[0].id))
    else:
        shelf.put(unit.tx, row)


def _id(unit: Unit, shelf: Shelf[_Named], kind: str, name: str | None) -> int | None:
    return None if name is None else _ids(unit, shelf, kind, [name])[0]


def _ids(unit: Unit, shelf: Shelf[_Named], kind: str, names: Sequence[str]) -> list[int]:
    found = {row.name: row.id for row in shelf.find(unit.tx, Criteria(names=list(names)))} if names else {}
    for name in names:
        if name not in found:
            raise NotFound(kind, name)
    return [found[name] for name in names]
