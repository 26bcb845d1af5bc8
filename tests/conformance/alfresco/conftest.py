"""What the contract's cases of this dialect may ask for beside the application on each database."""

from tests.dialects.alfresco.conftest import bundled, document, person

__all__ = ["bundled", "document", "person"]
