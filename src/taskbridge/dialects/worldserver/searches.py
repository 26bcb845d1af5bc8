"""The filters of a search: a body's fields, operators and values as conditions of the store (contract 4.4, 6)."""

from collections.abc import Callable, Mapping
from typing import Any

from taskbridge.dialects.worldserver.errors import WorldServerError, invalid_filter
from taskbridge.dialects.worldserver.values import as_id, parse_date
from taskbridge.store.field_conditions import OPERATORS, FieldCondition, Search

#: How a condition on a field of the vendor becomes one of the store.
Reader = Callable[[str, object], FieldCondition]
Fields = Mapping[str, Reader]


def number(field: str) -> Reader:
    """A field that holds numbers; they may be written as texts."""

    def read(operator: str, value: object) -> FieldCondition:
        found = as_id(value)
        if found is None or operator == "like":
            raise invalid_filter()
        return FieldCondition(field, operator, found)

    return read


def text(field: str) -> Reader:
    """A field that holds a text."""

    def read(operator: str, value: object) -> FieldCondition:
        if isinstance(value, bool | None | list | dict) or "\0" in str(value):
            raise invalid_filter()
        return FieldCondition(field, operator, str(value))

    return read


def file_name(field: str) -> Reader:
    """A field that shows paths and holds the last part of them."""
    plain = text(field)

    def read(operator: str, value: object) -> FieldCondition:
        condition = plain(operator, value)
        return condition._replace(value=str(condition.value).rpartition("/")[2] or condition.value)

    return read


def date(field: str) -> Reader:
    """A field that holds a moment."""

    def read(operator: str, value: object) -> FieldCondition:
        if not isinstance(value, str) or operator == "like":
            raise invalid_filter()
        try:
            return FieldCondition(field, operator, parse_date(value))
        except ValueError as error:
            raise invalid_filter() from error

    return read


_STATES = {"ACTIVE": ("lt", 2), "COMPLETED": ("eq", 2), "CANCELED": ("gt", 2)}
_CONTRARY = {"lt": "ge", "eq": "ne", "gt": "le"}


def status(field: str) -> Reader:
    """The status of a task, by its word."""

    def read(operator: str, value: object) -> FieldCondition:
        if value not in _STATES or operator not in ("eq", "ne"):
            raise invalid_filter()
        compare, state = _STATES[str(value)]
        return FieldCondition(field, compare if operator == "eq" else _CONTRARY[compare], state)

    return read


TASK_FIELDS: Fields = {
    "id": number("id"),
    "name": text("name"),
    "assets": file_name("name"),
    "status": status("state"),
    "status.status": status("state"),
    "priority": number("priority"),
    "creationDate": date("started_at"),
    "dueDate": date("due_at"),
    "creator.username": text("started_by"),
    "workflow.id": number("definition_id"),
    "project.id": number("project_id"),
    "project.name": text("project_name"),
    "project.projectGroupId": number("project_group_id"),
    "targetLocale.id": number("target_locale_id"),
    "project.targetLocale.id": number("target_locale_id"),
    "client.id": number("client_id"),
    "currentTaskStep.name": text("step_name"),
}
PROJECT_FIELDS: Fields = {
    "id": number("id"),
    "name": text("name"),
    "description": text("description"),
    "projectGroupId": number("group_id"),
    "targetLocale.id": number("target_locale_id"),
    "creationDate": date("created_at"),
    "dueDate": date("due_at"),
    "creator.username": text("created_by"),
    "client.id": number("client_id"),
    "projectType.id": number("project_type_id"),
}
GROUP_FIELDS: Fields = {
    "id": number("id"),
    "name": text("name"),
    "description": text("description"),
    "creationDate": date("created_at"),
    "creator.username": text("created_by"),
    "client.id": number("client_id"),
    "projectType.id": number("project_type_id"),
    "projects.id": number("project_id"),
    "projects.name": text("project_name"),
    "projects.targetLocale.id": number("target_locale_id"),
}


def read_search(body: Any, fields: Fields) -> Search:  # noqa: ANN401 - a body of any form
    """The search that a body asks for, in its form or the older one. WorldServerError (400)."""
    if isinstance(body, list):
        return Search(tuple(_older(entry, fields) for entry in _bounded(body)))
    if not isinstance(body, dict) or body.get("operator", "and") not in ("and", "or"):
        raise invalid_filter()
    conditions = tuple(_condition(entry, fields) for entry in _bounded(body.get("filters") or []))
    return Search(conditions, any_is_enough=body.get("operator") == "or")


def _bounded(entries: object) -> list[Mapping[str, Any]]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise invalid_filter()
    return entries


def _condition(entry: Mapping[str, Any], fields: Fields) -> FieldCondition:
    operator = entry.get("operator", "eq")
    if operator not in OPERATORS:
        raise invalid_filter()
    return _reader(entry, fields)(operator, entry.get("value"))


def _older(entry: Mapping[str, Any], fields: Fields) -> FieldCondition:
    """``{"field", "type", "criterion": {"value"}}``: texts are looked for anywhere, numbers as they are."""
    criterion = entry.get("criterion")
    value = criterion.get("value") if isinstance(criterion, dict) else None
    operator = "like" if entry.get("type") == "TEXT" else "eq"
    try:
        return _reader(entry, fields)(operator, value)
    except WorldServerError:
        return _reader(entry, fields)("eq", value)


def _reader(entry: Mapping[str, Any], fields: Fields) -> Reader:
    """``projects(name)`` says the same as ``projects.name``."""
    written = entry.get("field")
    if not isinstance(written, str):
        raise invalid_filter()
    reader = fields.get(written.replace("(", ".").replace(")", ""))
    if reader is None:
        raise invalid_filter()
    return reader
