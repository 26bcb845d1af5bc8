"""Users, roles, workgroups, clients, locales and project types, as WorldServer shows them (contract 6)."""

from taskbridge.dialects.worldserver import reading
from taskbridge.dialects.worldserver.reading import Loaded
from taskbridge.dialects.worldserver.views.shapes import Member, Shape, fixed, only, plain
from taskbridge.dialects.worldserver.views.workflows import SHORT_WORKFLOW
from taskbridge.store.catalogue import WORKGROUP, LocaleRow
from taskbridge.store.identity import GroupRow, UserRow


def full_name(row: UserRow) -> str:
    """First and last name, or what the user signs in with."""
    return " ".join(name for name in (row.first_name, row.last_name) if name) or row.name


def iso_code(row: LocaleRow) -> str:
    """``de-DE``, or only ``de``."""
    return "-".join(code for code in (row.language_code, row.country_code) if code)


def _groups(row: UserRow, loaded: Loaded, *, workgroups: bool) -> list[GroupRow]:
    found = loaded.groups_of_user.get(row.name, [])
    return [group for group in found if (group.type == WORKGROUP) == workgroups]


CREATOR: Shape = {
    "id": plain("number"),
    "username": plain("name"),
    "firstName": plain("first_name"),
    "lastName": plain("last_name"),
    "displayName": Member(lambda row, loaded: full_name(row)),
    "disabled": Member(lambda row, loaded: row.locked_at is not None),
}
ROLE: Shape = {
    "id": plain("number"),
    "name": plain("name"),
    "displayName": Member(lambda row, loaded: row.label or row.name),
    "disabled": fixed(False),
    "description": Member(lambda row, loaded: row.label if row.label != row.name else None),
}
LANGUAGE: Shape = {
    "id": plain("language_id"),
    "languageCode": plain("language_code"),
    "countryCode": plain("country_code"),
    "isoCode": Member(lambda row, loaded: iso_code(row)),
    "locale": Member(lambda row, loaded: iso_code(row).replace("-", "_")),
}
LOCALE: Shape = {
    "id": plain("id"),
    "name": plain("name"),
    "displayName": plain("name"),
    "language": Member(lambda row, loaded: row, shape=LANGUAGE),
    "languageName": plain("language_name"),
    "encoding": plain("encoding"),
}
PROJECT_TYPE: Shape = {
    "id": plain("id"),
    "name": plain("name"),
    "description": plain("description"),
    "sourceLocale": Member(lambda row, loaded: loaded.locales.get(row.source_locale_id), (reading.locales,), LOCALE),
    "dueDateRequired": Member(lambda row, loaded: bool(row.due_date_required)),
    "attributeAvailability": fixed(True),
    "defaultWorkflow": Member(
        lambda row, loaded: loaded.workflow_of_key.get(row.process_key), (reading.default_workflows,), SHORT_WORKFLOW
    ),
}
SHORT_PROJECT_TYPE = only(PROJECT_TYPE, "id", "name", "description", "dueDateRequired", "attributeAvailability")
CLIENT: Shape = {
    "id": plain("id"),
    "name": plain("name"),
    "displayName": plain("name"),
    "description": plain("description"),
    "clientContacts": fixed([]),
    "projectTypes": Member(
        lambda row, loaded: loaded.types_of(row.id), (reading.types_of_clients,), SHORT_PROJECT_TYPE
    ),
}
SHORT_CLIENT = only(CLIENT, "id", "name", "displayName", "description")
USER_TYPE: Shape = {"id": plain("user_type_id"), "name": plain("name")}
USER: Shape = {
    **CREATOR,
    "email": plain("email"),
    "userType": Member(lambda row, loaded: loaded.profiles.get(row.name), (reading.user_types,), USER_TYPE),
    "groups": Member(lambda row, loaded: _groups(row, loaded, workgroups=False), (reading.user_groups,), ROLE),
    "workgroups": Member(lambda row, loaded: _groups(row, loaded, workgroups=True), (reading.user_groups,), ROLE),
    "wsLocales": Member(
        lambda row, loaded: [loaded.locales[number] for number in loaded.locales_of_user.get(row.name, [])],
        (reading.user_locales, reading.locales),
        LOCALE,
    ),
    "clients": Member(
        lambda row, loaded: [loaded.clients[number] for number in loaded.clients_of_user.get(row.name, [])],
        (reading.user_clients, reading.clients),
        SHORT_CLIENT,
    ),
    "workflowRoles": Member(lambda row, loaded: _groups(row, loaded, workgroups=False), (reading.user_groups,), ROLE),
}
