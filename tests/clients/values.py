"""A value of each type that workers may send, and how the server shows it once stored (contract 2.4 to 2.6).

Clients that take typed values are given these; what a client makes of untyped values stands in its own tests.
"""

from base64 import b64encode

from tests.clients.engine import Engine, Json

FILE_CONTENT = "Stück für Stück\n".encode()

#: Types that every client can send and read.
PRIMITIVE: dict[str, Json] = {
    "fragile": {"type": "Boolean", "value": True, "valueInfo": {}},
    "shelf": {"type": "Short", "value": 7, "valueInfo": {}},
    "pieces": {"type": "Integer", "value": 42, "valueInfo": {}},
    "barcode": {"type": "Long", "value": 4_012_345_678_901, "valueInfo": {}},
    "weight": {"type": "Double", "value": 1.25, "valueInfo": {}},
    "packed": {"type": "Date", "value": "2024-02-29T12:30:00.125+0000", "valueInfo": {}},
    "label": {"type": "String", "value": "Grüße – 荷物", "valueInfo": {}},
    "remark": {"type": "Null", "value": None, "valueInfo": {}},
    "seal": {"type": "Bytes", "value": b64encode(b"\x00\xff seal").decode(), "valueInfo": {}},
    "contents": {"type": "Json", "value": '{"books": [1, 2], "gift": null}', "valueInfo": {}},
    "address": {
        "type": "Object",
        "value": '["Main Street 1", "Springfield"]',
        "valueInfo": {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"},
    },
}

#: All of them.
TYPED: dict[str, Json] = PRIMITIVE | {
    "customs": {"type": "Xml", "value": "<form><duty>0</duty></form>", "valueInfo": {}},
    "note": {
        "type": "File",
        "value": b64encode(FILE_CONTENT).decode(),
        "valueInfo": {"filename": "note.txt", "mimeType": "text/plain", "encoding": "UTF-8"},
    },
}


def shown(sent: Json) -> Json:
    """How a sent value reads back: the same, but a file's content is not shown."""
    return sent | {"value": None} if sent["type"] == "File" else sent


def assert_stored(engine: Engine, instance: str, sent: dict[str, Json]) -> None:
    """The instance has these variables, and the file among them has its content."""
    stored = engine.variables(instance)
    assert {name: stored.get(name) for name in sent} == {name: shown(value) for name, value in sent.items()}
    if "note" in sent:
        answer = engine.content(instance, "note")
        assert answer.content == FILE_CONTENT
        assert answer.headers["content-type"] == "text/plain; charset=UTF-8"
        assert 'filename="note.txt"' in answer.headers["content-disposition"]
