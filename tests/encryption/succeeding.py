"""A key store for tests that rotate the index key, and a database without a trace of it afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hardening.encryption.index_fences import drop_refusal, lower_fence
from hardening.encryption.index_rotation import indexed_tables
from hardening.encryption.last_indexes import drop_last_indexes
from hardening.keys.ring import KeyRing
from tests.keys.stores import new_store


@contextmanager
def store_that_rotates(folder: Path, *, afterwards: KeyRing) -> Iterator[Path]:
    """Use a new ring; then lower fences and drop indexes, which no emptying of tables does."""
    with new_store(folder, afterwards=afterwards) as path:
        yield path
        for table in indexed_tables():
            drop_last_indexes(table)
            for field in table.fields:
                lower_fence(table, field)
            drop_refusal(table)
