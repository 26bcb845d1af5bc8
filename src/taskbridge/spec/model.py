"""What the models that are generated from the documents have in common; `scripts/generate_models.py` makes them."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """An object of a document. What the document does not name is ignored; it is built when it is first used."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True, defer_build=True, protected_namespaces=())
