"""A ring of its own for tests that change it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hardening.keys.ring import KeyRing
from tests.keys.stores import new_store


@pytest.fixture
def own_store(tmp_path: Path, key_ring: KeyRing) -> Iterator[Path]:
    """The path of a new ring of five primary keys, and the run's ring again afterwards."""
    with new_store(tmp_path, afterwards=key_ring) as path:
        yield path
