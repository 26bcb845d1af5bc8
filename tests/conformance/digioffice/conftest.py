"""The same office as in the tests of the dialect."""

from tests.dialects.digioffice.conftest import office

__all__ = ["office"]
