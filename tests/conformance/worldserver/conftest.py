"""What the contract's cases of this dialect may ask for: the translation office, on each database."""

from tests.dialects.worldserver.conftest import mona, office, rita, tina

__all__ = ["mona", "office", "rita", "tina"]
