"""How parameters of a list become a filter."""

from typing import Any

import pytest

from taskbridge.dialects.camunda import ids
from taskbridge.dialects.camunda.filters import Field, Fields, ids_of, narrowed, off, on, one, only_id_of, some
from taskbridge.dialects.camunda.ids import Kind

TASK, EXECUTION = ids.encode(Kind.TASK, 1001), ids.encode(Kind.EXECUTION, 1002)

FIELDS: Fields = {
    "key": Field("keys", one),
    "keyIn": Field("keys", some),
    "id": Field("ids", only_id_of(Kind.TASK)),
    "idIn": Field("ids", ids_of(Kind.TASK, Kind.EXECUTION)),
    "name": Field("name"),
    "assigned": Field("assigned", on),
    "unassigned": Field("assigned", off),
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"other": 1, "sortBy": "name"}, {}),
        ({"name": None, "key": None}, {}),
        ({"name": ""}, {"name": ""}),
        ({"key": "a", "keyIn": ["b", "a"]}, {"keys": ["a"]}),
        ({"keyIn": ["b", "a"], "key": "c"}, {"keys": []}),
        ({"keyIn": []}, {}),
        ({"idIn": [TASK, EXECUTION, "nonsense"]}, {"ids": [1001, 1002, ids.UNKNOWN]}),
        ({"idIn": [TASK, EXECUTION], "id": TASK}, {"ids": [1001]}),
        ({"id": EXECUTION}, {"ids": [ids.UNKNOWN]}),
        ({"assigned": False, "unassigned": False}, {}),
        ({"assigned": True}, {"assigned": True}),
        ({"unassigned": True}, {"assigned": False}),
    ],
)
def test_parameters_narrow_the_fields_they_speak_of(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert narrowed(FIELDS, given) == expected
