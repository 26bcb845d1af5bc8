"""The models of the dialects are those that the generator makes from the documents, and no others."""

import importlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import BaseModel, ValidationError

from generate_models import VENDORS, generated, target
from taskbridge.app import document_of
from taskbridge.dialects.camunda.models import IdentityLink
from tests.figures import figure


def test_the_committed_models_are_a_fresh_generation() -> None:
    with ThreadPoolExecutor(2) as pool:
        fresh = dict(zip(VENDORS, pool.map(generated, VENDORS), strict=True))
    stale = [vendor for vendor in VENDORS if target(vendor).read_text() != fresh[vendor]]
    assert stale == [], "`make generate` makes them anew"


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_object_of_a_document_is_a_model_that_can_be_used(vendor: str) -> None:
    module = importlib.import_module(f"taskbridge.dialects.{vendor}.models")
    models = {name: one for name, one in vars(module).items() if isinstance(one, type) and issubclass(one, BaseModel)}
    schemas = document_of(vendor)["components"]["schemas"]
    objects = {name for name, schema in schemas.items() if schema.get("type") == "object" and "properties" in schema}
    assert objects - models.keys() == set()
    for model in models.values():
        model.model_json_schema()
    figure(f"generated models, {vendor}", f"{len(objects)} objects of the document, each a pydantic model")


def test_what_a_document_demands_or_allows_to_be_null_is_so_in_its_model() -> None:
    assert IdentityLink(userId="alice", groupId=None, type="candidate").groupId is None
    with pytest.raises(ValidationError, match="groupId"):
        IdentityLink.model_validate({"userId": "alice", "type": "candidate"})
