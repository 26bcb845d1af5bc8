"""How far the ids of all rows have been counted, without using one up."""

from sqlalchemy import text

from taskbridge.store.database import Transaction

_COUNTERS = {
    "sqlite": text("SELECT next_id FROM id_block WHERE name = 'id'"),
    "postgresql": text("SELECT last_value FROM taskbridge_id"),
}


def counted_ids(tx: Transaction) -> int:
    """The id up to which blocks have been given out: a block of ``ids.BLOCK`` more or less than what rows have."""
    return int(tx.select(_COUNTERS[tx.dialect])[0][0])
