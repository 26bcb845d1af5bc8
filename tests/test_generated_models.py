"""What is made from the documents is what they make: the bundle of a folder, and the dialects' models."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from bundle_documents import DOCUMENTS, BundleError, bundle
from generate_models import VENDORS, generated, target
from taskbridge.app import document_of
from taskbridge.dialects.camunda.models import IdentityLink
from tests.figures import figure


def test_the_committed_bundles_are_what_their_folders_make() -> None:
    folders = [path for path in DOCUMENTS.iterdir() if path.is_dir()]
    assert [path.name for path in folders] == ["camunda"]
    stale = [path.name for path in folders if path.with_suffix(".yaml").read_text() != bundle(path)]
    assert stale == [], "`make generate` makes them anew"


def test_a_folder_that_makes_no_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "root.yaml").write_text("openapi: 3.0.3\ntags:\n  - name: Some Tag\n")
    (tmp_path / "shared.yaml").write_text("components:\n")
    with pytest.raises(BundleError, match="files and tags differ: some-tag"):
        bundle(tmp_path)
    operation = "  /x:\n    get:\n      parameters:\n        - $group: Missing\n"
    (tmp_path / "some-tag.yaml").write_text(f"paths:\n{operation}")
    with pytest.raises(BundleError, match="no group Missing"):
        bundle(tmp_path)


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
