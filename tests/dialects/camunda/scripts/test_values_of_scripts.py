"""What scripts see and yield, as the real server has it with the interpreter that its distributions bring."""

from typing import Any

import pytest
from tests.client import CamundaClient
from tests.dialects.camunda.scripts.scripted import around, error_of, ran, result_of, script, started

pytestmark = pytest.mark.anyio

#: What a script yields, and the variable that it becomes.
RESULTS: dict[str, tuple[str, Any] | None] = {
    "1": ("Integer", 1),
    "1.5": ("Double", 1.5),
    "1 + 1": ("Integer", 2),
    "6 / 2": ("Integer", 3),
    "2147483647": ("Integer", 2147483647),
    "2147483648": ("Double", 2147483648.0),
    "0.1 + 0.2": ("Double", 0.30000000000000004),
    "NaN": ("Double", "NaN"),
    "1 / 0": ("Double", "Infinity"),
    "true": ("Boolean", True),
    "'text'": ("String", "text"),
    "null": None,
    "undefined": None,
    "": None,
    "var x = 1": None,
    "var x = 1; x": ("Integer", 1),
    "x = 3": ("Integer", 3),
    "if (true) { 7 }": ("Integer", 7),
    "function f() {}": None,
    "JSON.stringify({ a: [1] })": ("String", '{"a":[1]}'),
    "new Boolean(true)": ("Boolean", True),
    "'use strict'; typeof undefined": ("String", "undefined"),
}
#: What a script does with variables, given as below.
SEEN: dict[str, tuple[str, Any] | None] = {
    "i + 1": ("Integer", 6),
    "l": ("Long", 5000000000),
    "l + 1": ("Double", 5000000001.0),
    "d * 3": ("Double", 4.5),
    "s.toUpperCase()": ("String", "TEXT"),
    "s + i": ("String", "text5"),
    "s === 'text' && b": ("Boolean", True),
    "typeof nothing": ("String", "undefined"),
    "n === null": ("Boolean", True),
    "t": ("Date", "2020-01-02T03:04:05.000+0000"),
    "t.getTime()": ("Long", 1577934245000),
    "new Date(t.getTime()).toISOString()": ("String", "2020-01-02T03:04:05.000Z"),
    "String(t)": ("String", "1577934245000"),
    "list.length + list[0] + list.get(1) + list.size()": ("String", "2ab2"),
    "JSON.stringify(list)": ("String", '["a","b"]'),
    "var all = ''; for (var one of list) { all += one }; all": ("String", "ab"),
    "String(list) + String(map)": ("String", "[a, b]{k=v}"),
    "map.k + map['k'] + map.get('k')": ("String", "vvv"),
    "S('{\"a\":1}').prop('a').numberValue()": ("Integer", 1),
    "json.prop('a').elements().size()": ("Integer", 2),
    "json.prop('n').stringValue()": ("String", "x"),
    "json.prop('z', 3)": ("Json", '{"a":[1,2],"n":"x","z":3}'),
    "xml.attr('a').value()": ("String", "1"),
    "execution.getVariable('i')": ("Integer", 5),
    "execution.getVariable('nothing')": None,
    "execution.hasVariable('i')": ("Boolean", True),
    "execution.getCurrentActivityId()": ("String", "it"),
    "execution.getProcessInstanceId() === execution.getId()": ("Boolean", True),
    "typeof execution": ("String", "object"),
    "i = 7; execution.getVariable('i') + i": ("Integer", 12),
    "execution.setVariable('i', 11); i": ("Integer", 5),
    "this.i === globalThis.i": ("Boolean", True),
    "let i = 3; i": ("Integer", 3),
    "delete globalThis.i; typeof i": ("String", "undefined"),
    "eval('i + 1')": ("Integer", 6),
    "print": ("String", "a variable"),
}
GIVEN: dict[str, dict[str, Any]] = {
    "i": {"value": 5, "type": "Integer"},
    "l": {"value": 5000000000, "type": "Long"},
    "d": {"value": 1.5, "type": "Double"},
    "s": {"value": "text", "type": "String"},
    "b": {"value": True, "type": "Boolean"},
    "n": {"value": None, "type": "Null"},
    "t": {"value": "2020-01-02T03:04:05.000+0000", "type": "Date"},
    "json": {"value": '{"a":[1,2],"n":"x"}', "type": "Json"},
    "xml": {"value": '<r a="1"><c/></r>', "type": "Xml"},
    "list": {
        "value": '["a","b"]',
        "type": "Object",
        "valueInfo": {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"},
    },
    "map": {
        "value": '{"k":"v"}',
        "type": "Object",
        "valueInfo": {"objectTypeName": "java.util.LinkedHashMap", "serializationDataFormat": "application/json"},
    },
    "print": {"value": "a variable", "type": "String"},
}


async def test_what_scripts_yield_becomes_a_variable_as_the_real_server_has_it(camunda: CamundaClient) -> None:
    assert {text: await result_of(camunda, text) for text in RESULTS} == RESULTS


async def test_scripts_see_variables_as_the_real_server_shows_them(camunda: CamundaClient) -> None:
    assert {text: await result_of(camunda, text, **GIVEN) for text in SEEN} == SEEN


async def test_lists_maps_and_dates_become_variables_that_can_be_read(camunda: CamundaClient) -> None:
    """The real server keeps none of them but objects without lists in them: it writes `{}`."""
    assert await result_of(camunda, "[1, 'a', { b: null }]") == ("Object", '[1,"a",{"b":null}]')
    assert await result_of(camunda, "({ a: { b: [1] } })") == ("Object", '{"a":{"b":[1]}}')
    assert await result_of(camunda, "new Date(1000)") == ("Date", "1970-01-01T00:00:01.000+0000")


async def test_variables_are_set_with_the_types_of_javascript(camunda: CamundaClient) -> None:
    text = "execution.setVariable('a', 1); execution.setVariable('b', 'x' + 1); execution.setVariable('c', null);"
    text += (
        "execution.setVariables({ d: 1.5 }); execution.setVariableLocal('e', true); execution.removeVariable('gone')"
    )
    found = await ran(camunda, around(script(text, result=None)), gone={"value": 1})
    kinds = {name: (one["type"], one["value"]) for name, one in found.items()}
    assert kinds == {
        "a": ("Integer", 1),
        "b": ("String", "x1"),
        "c": ("Null", None),
        "d": ("Double", 1.5),
        "e": ("Boolean", True),
    }


async def test_what_the_process_has_can_be_asked_as_properties_too(camunda: CamundaClient) -> None:
    both = "execution.processInstanceId === execution.getProcessInstanceId() && execution.id === execution.getId()"
    assert await result_of(camunda, both) == ("Boolean", True)
    assert await result_of(camunda, "XML('<a b=\"1\"/>').attr('b').value()") == ("String", "1")
    assert await result_of(camunda, "JSON('{\"a\":2}').prop('a').value()") == ("Integer", 2)


async def test_what_a_variable_holds_cannot_be_changed_in_place(camunda: CamundaClient) -> None:
    for text in ("list[0] = 'z'", "map.k = 'w'", "delete map.k", "list.length = 0"):
        caught = f"try {{ 'use strict'; {text}; 'changed' }} catch (e) {{ e.message }}"
        found = await result_of(camunda, caught, **GIVEN)
        assert found == ("String", "what the process holds cannot be changed in place: set a variable")


async def test_a_long_text_and_a_file_reach_the_script(camunda: CamundaClient) -> None:
    given = {"long": {"value": "x" * 3_000, "type": "String"}, "bytes": {"value": "aGk=", "type": "Bytes"}}
    assert await result_of(camunda, "long.length", **given) == ("Integer", 3_000)
    assert (await ran(camunda, around(script("bytes")), **given))["result"]["type"] == "Bytes"


async def test_whole_numbers_are_integers_however_they_were_computed(camunda: CamundaClient) -> None:
    for text in ("1.5 * 2", "new Date(0).getFullYear() - 1967", "parseFloat('3.0')"):
        assert await result_of(camunda, text) == ("Integer", 3)


async def test_what_waits_for_a_promise_is_not_run(camunda: CamundaClient) -> None:
    text = "Promise.resolve(1).then((x) => execution.setVariable('v', x)); (async () => { await 1; print('x') })(); 1"
    assert {name: one["value"] for name, one in (await ran(camunda, around(script(text)))).items()} == {"result": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"'a\u0000'", "NUL"),
        (r"execution.setVariable('v\u0000', 1)", "NUL"),
        (r"execution.setVariable('v', { 'a\u0000': 1 })", "NUL"),
        (r"'\ud800'", "half of a character"),
        (r"execution.setVariable('v\ud800', 1)", "half of a character"),
        (r"execution.setProcessBusinessKey('\udc00')", "half of a character"),
    ],
)
async def test_a_text_that_no_database_holds_is_an_error_of_the_script(
    camunda: CamundaClient, text: str, said: str
) -> None:
    status, kind, message = await error_of(camunda, text)
    assert (status, kind) == (500, "RestException")
    assert message.endswith(f"TypeError: a text of the script has {'the character ' if said == 'NUL' else ''}{said}")
    assert await result_of(camunda, f"try {{ {text}; 1 }} catch (e) {{ 2 }}") is not None


async def test_a_text_that_no_database_holds_may_stand_in_an_error(camunda: CamundaClient) -> None:
    model = around(
        script(r"throw new Error('\ud800 \u0000')").replace("<scriptTask", '<scriptTask camunda:asyncBefore="true"')
    )
    answer = await started(camunda, model)
    (job,) = (await camunda.get(f"/job?processInstanceId={answer.json()['id']}")).json()
    await camunda.post(f"/job/{job['id']}/execute", {})
    (job,) = (await camunda.get("/job")).json()
    assert job["exceptionMessage"].endswith("PolyglotException: Error: ? ?")


@pytest.mark.parametrize("text", ["new Date(NaN)", "new Date(8.64e15)"])
async def test_a_date_that_is_none_is_said_to_be_so(camunda: CamundaClient, text: str) -> None:
    _, _, message = await error_of(camunda, text)
    assert message.endswith(("TypeError: the script hands over what is no value", "beyond the years 1 to 9999"))
