"""Deployments: form uploads in, lists and files out (contract 4.2)."""

from collections.abc import Mapping
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from anyio import to_thread

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import invalid_request
from taskbridge.dialects.camunda.filters import Field, Fields, id_of, narrowed, on, some, without_empty_lists
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.queries import count_answer, page, sorting_from_query
from taskbridge.dialects.camunda.values import parse_date
from taskbridge.dialects.camunda.variables import attachment
from taskbridge.dialects.camunda.views.deployments import deployment, new_deployment, resource
from taskbridge.service import deployments
from taskbridge.spec import Answer, Call, Multipart
from taskbridge.store import definitions as store
from taskbridge.store.definitions import DeploymentFilter

_ORDERS = {"id": "id", "name": "name", "deploymentTime": "created_at", "tenantId": "tenant"}
_FIELDS: Fields = {
    "id": Field("id", id_of(Kind.DEPLOYMENT)),
    "name": Field("name"),
    "nameLike": Field("name_like"),
    "source": Field("source"),
    "withoutSource": Field("without_source", on),
    "before": Field("before"),
    "after": Field("after"),
    "tenantIdIn": Field("tenants", some),
    "withoutTenantId": Field("without_tenant", on),
    "includeDeploymentsWithoutTenantId": Field("or_without_tenant", on),
}

#: Parts of the form that say how to deploy; every other part is a file.
_SETTINGS = (
    "deployment-name",
    "deployment-source",
    "enable-duplicate-filtering",
    "deploy-changed-only",
    "tenant-id",
    "deployment-activation-time",
)
_CONTENT_TYPES = {
    **dict.fromkeys((".bpmn", ".cmmn", ".dmn", ".xml"), "application/xml"),
    **dict.fromkeys((".txt", ".js", ".groovy", ".py", ".rb"), "text/plain"),
    **dict.fromkeys((".jpg", ".jpeg"), "image/jpeg"),
    **dict.fromkeys((".tif", ".tiff"), "image/tiff"),
    **dict.fromkeys((".html", ".htm"), "text/html"),
    ".json": "application/json",
    ".gif": "image/gif",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


async def camunda_create_deployment(call: Call) -> Answer:
    """Take in files; processes among them get a new version."""
    settings, files = _form(call.body)
    active_from = _moment(settings.get("deployment-activation-time"))
    javascript = call.services.scripts.switched_on
    sources = await to_thread.run_sync(partial(deployments.read, files, javascript=javascript))
    deployed = await call.services.run(
        lambda unit: deployments.deploy(
            unit,
            sources,
            name=settings.get("deployment-name"),
            source=settings.get("deployment-source"),
            tenant=settings.get("tenant-id") or None,
            filter_duplicates=_is_true(settings.get("enable-duplicate-filtering")),
            changed_only=_is_true(settings.get("deploy-changed-only")),
            active_from=active_from,
        ),
        call.user,
    )
    return Answer(200, new_deployment(deployed.row, deployed.definitions, call.base_url))


def _form(form: Multipart) -> tuple[dict[str, str], list[tuple[str, bytes]]]:
    settings: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for part in form:
        if part.name in _SETTINGS:
            settings[part.name] = _text(part.content)
        elif part.filename:
            files[_text(part.filename.encode())] = part.content
        else:
            raise invalid_request("No file name found in the deployment resource described by form parameter 'null'.")
    if not files:
        raise invalid_request("No deployment resources contained in the form upload.")
    return settings, list(files.items())


def _text(content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise invalid_request("") from error
    if "\0" in text:
        raise invalid_request("")
    return text


def _is_true(text: str | None) -> bool:
    return text is not None and text.lower() == "true"


def _moment(text: str | None) -> int | None:
    try:
        return parse_date(text) if text else None
    except ValueError as error:
        raise invalid_request(f"Cannot convert value '{text}' of deployment-activation-time to a date") from error


async def camunda_list_deployments(call: Call) -> Answer:
    """The deployments that the query parameters describe."""
    criteria, sorting, part = _filter(call.query), sorting_from_query(call, _ORDERS), page(call)
    shown = await call.services.read(
        lambda unit: [deployment(row) for row in store.find_deployments(unit.tx, criteria, sorting, part)], call.user
    )
    return Answer(200, shown)


async def camunda_count_deployments(call: Call) -> Answer:
    """How many deployments the query parameters describe."""
    sorting_from_query(call, _ORDERS)
    criteria = _filter(call.query)
    return count_answer(
        await call.services.read(lambda unit: store.number_of_deployments(unit.tx, criteria), call.user)
    )


async def camunda_list_registered_deployments(call: Call) -> Answer:
    """The deployments whose jobs are carried out here: all of them."""
    rows = await call.services.read(lambda unit: store.find_deployments(unit.tx, DeploymentFilter()), call.user)
    return Answer(200, [ids.encode(Kind.DEPLOYMENT, row.id) for row in rows])


def _filter(given: Mapping[str, Any]) -> DeploymentFilter:
    given = without_empty_lists(given, "tenantIdIn")
    if given.get("withoutSource") and "source" in given:
        raise invalid_request('The query parameters "withoutSource" and "source" cannot be used in combination.')
    return DeploymentFilter(**narrowed(_FIELDS, given))


async def camunda_get_deployment(call: Call) -> Answer:
    """One deployment."""
    deployment_id = _deployment_id(call)
    row = await call.services.run(lambda unit: deployments.get(unit, deployment_id), call.user)
    return Answer(200, deployment(row))


async def camunda_delete_deployment(call: Call) -> Answer:
    """Remove a deployment with its definitions; with ``cascade`` their instances go too."""
    deployment_id, cascade = _deployment_id(call), call.query.get("cascade", False)
    await call.services.run(lambda unit: deployments.delete(unit, deployment_id, cascade=cascade), call.user)
    return Answer(204)


async def camunda_list_deployment_resources(call: Call) -> Answer:
    """The files of a deployment, without their contents."""
    deployment_id = _deployment_id(call)
    rows = await call.services.read(lambda unit: deployments.resources(unit, deployment_id), call.user)
    return Answer(200, [resource(row) for row in rows])


async def camunda_get_deployment_resource(call: Call) -> Answer:
    """One file of a deployment, without its content."""
    deployment_id, resource_id = _deployment_id(call), _resource_id(call)
    row = await call.services.run(lambda unit: deployments.resource(unit, deployment_id, resource_id), call.user)
    return Answer(200, resource(row))


async def camunda_get_deployment_resource_data(call: Call) -> Answer:
    """The content of one file of a deployment."""
    deployment_id, resource_id = _deployment_id(call), _resource_id(call)
    row, content = await call.services.read(
        lambda unit: (
            deployments.resource(unit, deployment_id, resource_id),
            deployments.content(unit, resource_id),
        ),
        call.user,
    )
    content_type = _CONTENT_TYPES.get(PurePosixPath(row.name).suffix.lower(), "application/octet-stream")
    return Answer(200, content, content_type, {"Content-Disposition": attachment(row.name)})


def _deployment_id(call: Call) -> int:
    return ids.decode(call.path["id"], Kind.DEPLOYMENT)


def _resource_id(call: Call) -> int:
    return ids.decode(call.path["resourceId"], Kind.RESOURCE)
