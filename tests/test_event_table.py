"""The page about events is the one that its script makes of the models and the recordings."""

from event_table import PAGE, written


def test_the_table_of_events_is_true() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "`python scripts/event_table.py` writes it anew"
