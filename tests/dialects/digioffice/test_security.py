"""Every operation that needs credentials refuses who has none, by every route."""

import pytest

from taskbridge.app import document_of
from taskbridge.spec import operations
from tests.digioffice import Office

pytestmark = pytest.mark.anyio

SECURED = [
    operation for operation in operations(document_of("digioffice")) if operation.secured and not operation.stands_in
]


async def test_a_stranger_is_refused_by_every_secured_operation(office: Office) -> None:
    stranger = office.client.by({})
    assert len(SECURED) > 15
    for operation in SECURED:
        path = "/api" + operation.path.replace("{TaskID}", "1")
        body: object = [] if path.endswith("[]") else {}
        response = await (stranger.get(path) if operation.method == "GET" else stranger.post(path, body))
        assert (response.status_code, response.content) == (401, b""), operation.operation_id
        assert response.headers["www-authenticate"] == 'credentials realm="/auth/credentials"'
