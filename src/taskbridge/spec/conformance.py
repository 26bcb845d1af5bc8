"""Whether answers keep to the document: status, headers, content type and body of every response, checked from outside.

For tests and for clients of tests; the server itself never pays for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from taskbridge.spec.binding import STRICT_TEXT, CoercionError
from taskbridge.spec.calls import JSON
from taskbridge.spec.document import Document, Operation, operations
from taskbridge.spec.routing import Router
from taskbridge.spec.schemas import Direction, Schema, Validator, compile_schema, resolve

_BODILESS = (204, 304)


class ResponseChecker:
    """Checks responses against one document that is served under `base_paths`."""

    def __init__(self, document: Document, base_paths: Sequence[str] = ("",)) -> None:
        self._document = document
        self._router: Router[Operation, str] = Router()
        self._validators: dict[int, Validator | None] = {}
        common = document.get("x-taskbridge", {})
        self._every_answer: Mapping[str, Any] = common.get("everyAnswer", {})
        self._every_operation: Mapping[str, Any] = common.get("everyOperation", {})
        known = list(operations(document))
        own = [path for operation in known for path in operation.base_paths or ()]
        for base_path in dict.fromkeys([*base_paths, *own]):
            self._router.add_mount(base_path, "", trailing_slash=True)
        for operation in known:
            for base_path in base_paths if operation.base_paths is None else operation.base_paths:
                for path, _ in operation.paths:
                    self._router.add(base_path, path, operation.method, operation)

    def check(self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> list[str]:
        """What is wrong with a response; empty when nothing is. `path` is as sent: percent-encoded, without query.

        `headers` are those of the response, names in lower case. Where the document knows no such operation, only 404,
        405, 401, what every operation may answer, and the answer to OPTIONS are right.
        """
        operation = self.operation(method, path)
        common = list(self._headers(self._every_answer, headers))
        if operation is None:
            return common + self._undocumented(method, path, status)
        responses = [_declared(operation, status), self._every_operation.get(str(status))]
        declared = [resolve(self._document, response) for response in responses if response is not None]
        if not declared:
            return [*common, f"{operation.operation_id}: status {status} is not documented"]
        # An answer of the operation, or one that every operation may give: what is wrong with the first is told.
        found = [self._response(one, method, status, headers, body) for one in declared]
        problems = common + ([] if [] in found else found[0])
        return [f"{operation.operation_id} {status}: {problem}" for problem in problems]

    def _response(
        self, declared: Mapping[str, Any], method: str, status: int, headers: Mapping[str, str], body: bytes
    ) -> list[str]:
        return [*self._headers(declared, headers), *self._body(declared, method, status, headers, body)]

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation that a method and a path name; HEAD is answered by that of GET."""
        found = self._router.find(path)
        entries = found.entries if found else {}
        return entries.get(method) or (entries.get("GET") if method == "HEAD" else None)

    def knows(self, path: str) -> bool:
        """Whether some operation has this path."""
        return self._router.find(path) is not None

    def _undocumented(self, method: str, path: str, status: int) -> list[str]:
        known = self.knows(path)
        expected = (200, 204, 401, 405) if known and method == "OPTIONS" else (405, 401) if known else (404, 401)
        if status in expected or str(status) in self._every_operation:
            return []
        return [f"{method} {path} is not documented and was answered with {status}"]

    def _headers(self, declared: Mapping[str, Any], headers: Mapping[str, str]) -> Iterator[str]:
        for name, reference in declared.get("headers", {}).items():
            header = resolve(self._document, reference)
            value = headers.get(name.lower())
            if value is not None:
                yield from (
                    f"header {name}: {reason}" for reason in self._text_problems(header.get("schema", {}), value)
                )
            elif header.get("required"):
                yield f"header {name} is missing"

    def _text_problems(self, schema: Schema, text: str) -> list[str]:
        resolved = resolve(self._document, schema)
        coerce = STRICT_TEXT.get((resolved.get("type", ""), None))
        try:
            value = coerce(text) if coerce else text
        except CoercionError as error:
            return [error.reason]
        return self._problems(schema, value)

    def _body(
        self, declared: Mapping[str, Any], method: str, status: int, headers: Mapping[str, str], body: bytes
    ) -> list[str]:
        content = declared.get("content", {})
        if not body and declared.get("x-taskbridge", {}).get("bodyOptional"):
            return []
        if method == "HEAD" or status in _BODILESS or not content:
            return ["there is a body and none is documented"] if body else []
        given = headers.get("content-type", "")
        media_type = given.partition(";")[0].strip().lower()
        ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
        media = next((content[accepted] for accepted in ranges if accepted in content), None)
        if media is None:
            return [f"content type {given or 'none'} is not among {', '.join(content)}"]
        return self._json_problems(media.get("schema", {}), body) if media_type == JSON else []

    def _json_problems(self, schema: Schema, body: bytes) -> list[str]:
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            return [f"the body is not JSON: {error}"]
        return self._problems(schema, value)

    def _problems(self, schema: Schema, value: object) -> list[str]:
        if id(schema) not in self._validators:
            self._validators[id(schema)] = compile_schema(self._document, schema, Direction.RESPONSE)
        validator = self._validators[id(schema)]
        return (
            [f"{problem.pointer or 'body'}: {problem.reason}" for problem in validator.all(value)] if validator else []
        )


def _declared(operation: Operation, status: int) -> Mapping[str, Any] | None:
    responses: Mapping[str, Mapping[str, Any]] = operation.raw.get("responses", {})
    return responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")
