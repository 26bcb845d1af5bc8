"""What modifications and restarts of several process instances have in common: which ones, and their errors."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.errors import SITUATIONS, CamundaError, invalid_request, translate
from taskbridge.dialects.camunda.ids import Kind
from taskbridge.dialects.camunda.selections import each_id_in
from taskbridge.dialects.camunda.views.process_definitions import definition_id
from taskbridge.service.errors import Suspended
from taskbridge.service.unit import Unit
from taskbridge.store import definitions, instance_lists
from taskbridge.store.definitions import DefinitionRow
from taskbridge.store.errors import TRY_AGAIN
from taskbridge.store.instance_lists import InstanceFilter

_WITH_NULL = "Process instance ids cannot be null: Process instance ids contains null value"


def definition_of(unit: Unit, text: str) -> DefinitionRow:
    """The process definition that a bulk operation names. Raises CamundaError."""
    row = definitions.get(unit.tx, ids.decode_definition(text))
    if row is None or definition_id(row) != text:
        raise invalid_request(f"no deployed process definition found with id '{text}': processDefinition is null")
    return row


def chosen_instances(
    unit: Unit, body: Mapping[str, Any], selections: Sequence[InstanceFilter], nothing: str
) -> dict[str, int]:
    """The instances that are named or found, each once, by the ids that clients know of them.

    ``nothing`` is the text of the error where there are none. Raises CamundaError, QueryTooLarge.
    """
    named = dict.fromkeys(body.get("processInstanceIds") or ())
    found = dict(zip(named, each_id_in(body, "processInstanceIds", Kind.PROCESS_INSTANCE), strict=True))
    for selection in selections:
        numbers = instance_lists.ids(unit.tx, selection)
        found |= {ids.encode(Kind.PROCESS_INSTANCE, number): number for number in numbers}
    if not found:
        raise invalid_request(nothing)
    if None in found:
        raise invalid_request(_WITH_NULL)
    return found


@contextmanager
def as_bulk(definition: DefinitionRow) -> Iterator[None]:
    """Put what goes wrong inside into the words of a bulk operation: what is refused is InvalidRequestException.

    ``definition`` is that of all the instances.
    """
    try:
        yield
    except TRY_AGAIN:
        raise
    except SITUATIONS as error:
        raise _in_bulk(translate(error, _shown(error, definition))) from error


def _in_bulk(error: CamundaError) -> CamundaError:
    return invalid_request(error.message or "") if error.status == 400 else error


def _shown(error: Exception, definition: DefinitionRow) -> dict[str, str]:
    """The id that the text of a situation names."""
    match error:
        case Suspended(kind="process definition"):
            return {"id": definition_id(definition)}
        case Suspended(kind="process instance", identifier=number):
            return {"id": ids.encode(Kind.PROCESS_INSTANCE, number)}
        case _:
            return {}
