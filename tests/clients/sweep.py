"""What sweeps share: a generated client calls every operation of its document, and loses nothing that it is sent."""

import base64
import json
import re
import typing
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from taskbridge.spec.document import Operation, operations
from taskbridge.spec.schemas import resolve
from tests.clients.generated import Caller

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Sweep:
    """Users of a generated client who call operations by their names; it remembers which."""

    def __init__(self, caller: Caller) -> None:
        self.model, self.file = caller.model, caller.file
        self.called: set[str] = set()
        self._caller = caller
        self._generated = caller.generated

    def __call__(
        self,
        name: str,
        /,
        *path: object,
        body: object = None,
        expected: int = 0,
        by: object = None,
        **more: object,
    ) -> Any:  # noqa: ANN401 - an answer
        """Call an operation, which succeeds in the one way that the document has for it, or answers as expected.

        ``body`` is a model, or JSON that becomes one; ``by`` is a client to call with instead of the user's own. The
        answer is the one that the client has parsed: all that was sent is in it.
        """
        operation = self._documented[f"{self._generated.document}_{name}"]
        called = self._modules[operation.operation_id].sync_detailed
        if body is not None:
            more["body"] = _modelled(typing.get_type_hints(called)["body"], body)
        answer = called(*path, client=by or self._caller.client, **more)
        assert answer.status_code == (expected or _success(operation)), (name, answer.status_code, answer.content)
        self._assert_kept(operation, answer)
        if answer.status_code < 400 or not _successes(operation):
            self.called.add(operation.operation_id)
        return answer.parsed

    def choice(self, name: str, value: str) -> Any:  # noqa: ANN401 - a generated class
        """A value of an enumeration of the client."""
        return getattr(self._generated.module("models"), name)(value)

    def client(self, token: str) -> Any:  # noqa: ANN401 - a generated class
        """A client that shows a token in place of a name and a password, to be closed by who uses it."""
        base = str(self._caller.client.get_httpx_client().base_url)
        shown = base64.b64encode(token.encode()).decode()
        return self._generated.package.AuthenticatedClient(base_url=base, token=shown, prefix="Basic")

    def missing(self) -> list[str]:
        """The operations of the document that have not been called with success."""
        return [name for name in self._documented if name not in self.called]

    @cached_property
    def _documented(self) -> Mapping[str, Operation]:
        return {operation.operation_id: operation for operation in operations(self._generated.raw)}

    @cached_property
    def _modules(self) -> Mapping[str, Any]:
        """The modules of the client's operations, by operationId."""
        (folder,) = self._generated.module("api").__path__
        files = [file for file in Path(folder).glob("*/*.py") if file.stem != "__init__"]
        return {file.stem: self._generated.module(f"api.{file.parent.name}.{file.stem}") for file in files}

    def _assert_kept(self, operation: Operation, answer: Any) -> None:  # noqa: ANN401 - a generated class
        name, parsed, content = operation.operation_id, answer.parsed, answer.content
        if hasattr(parsed, "payload"):
            assert parsed.payload.read() == content, name
            parsed.payload.seek(0)
        elif isinstance(parsed, str):
            assert content in (parsed.encode(), json.dumps(parsed).encode()), name
        elif parsed is None:
            assert content in (b"", b"null"), name
        else:
            assert _comparable(_plain(parsed)) == _comparable(json.loads(content)), name
            assert not isinstance(parsed, dict) or not self._has_properties(operation, answer.status_code), name

    def _has_properties(self, operation: Operation, status: int) -> bool:
        """Whether the document tells what an answer is made of."""
        response = resolve(self._generated.raw, operation.raw["responses"][str(int(status))])
        schemas = [resolve(self._generated.raw, media.get("schema", {})) for media in response["content"].values()]
        return any("properties" in schema for schema in schemas)


def _successes(operation: Operation) -> list[int]:
    return [int(status) for status in operation.raw["responses"] if "200" <= str(status) < "400"]


def _success(operation: Operation) -> int:
    """The one status of the document that is no error."""
    (status,) = _successes(operation)
    return status


def _modelled(annotation: Any, value: object) -> object:  # noqa: ANN401 - an annotation
    """A value as the client's models have it, by the annotation of a parameter."""
    if isinstance(value, list):
        return [_modelled(annotation, one) for one in value]
    return _model_in(annotation).from_dict(value) if isinstance(value, dict) else value


def _model_in(annotation: Any) -> Any:  # noqa: ANN401 - a class
    """The model in an annotation like `list[Model] | Unset`."""
    if hasattr(annotation, "from_dict"):
        return annotation
    return next((found for one in typing.get_args(annotation) if (found := _model_in(one))), None)


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """A model as the JSON that it was made from."""
    made: Callable[[], object] | None = getattr(value, "to_dict", None)
    if made:
        return made()
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _comparable(value: Any) -> Any:  # noqa: ANN401 - JSON
    """JSON whose dates are dates: a client reads them, and writes the same ones in another way."""
    if isinstance(value, dict):
        return {name: _comparable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_comparable(one) for one in value]
    return datetime.fromisoformat(value) if isinstance(value, str) and _DATE.fullmatch(value) else value
