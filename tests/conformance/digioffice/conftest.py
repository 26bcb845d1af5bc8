"""The same office as in the tests of the dialect."""

from tests.dialects.digioffice.conftest import camunda_checker, digioffice_checker, office

__all__ = ["camunda_checker", "digioffice_checker", "office"]
