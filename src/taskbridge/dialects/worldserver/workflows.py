"""Workflows and the roles in them (contract 5). Called by the spec layer."""

from taskbridge.dialects.worldserver.listing import one_of, page_of, path_id
from taskbridge.dialects.worldserver.sources import ONE_WORKFLOW, ROLE_SOURCE, WORKFLOW_SOURCE
from taskbridge.spec import Answer, Call
from taskbridge.store.catalogue import Criteria
from taskbridge.store.definitions import DefinitionFilter


async def worldserver_list_workflows(call: Call) -> Answer:
    """All versions of all workflows."""
    return await page_of(call, WORKFLOW_SOURCE, DefinitionFilter())


async def worldserver_get_workflow(call: Call) -> Answer:
    """One workflow with its steps."""
    number = path_id(call, "workflowId")
    return await one_of(call, ONE_WORKFLOW, DefinitionFilter(ids=[number]), "WORKFLOW", number)


async def worldserver_list_workflow_roles(call: Call) -> Answer:
    """The roles that steps can be assigned to."""
    return await page_of(call, ROLE_SOURCE, Criteria())


async def worldserver_get_workflow_role(call: Call) -> Answer:
    """One role."""
    number = path_id(call, "roleId")
    return await one_of(call, ROLE_SOURCE, Criteria(ids=[number]), "WORKFLOW_ROLE", number)
