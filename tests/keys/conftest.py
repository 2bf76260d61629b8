"""A ring of its own for tests that change it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from hardening.keys.creation import create_keys
from hardening.keys.models import KeyRecord
from hardening.keys.ring import KeyRing, adopt_key_ring


@pytest.fixture
def own_store(tmp_path: Path, key_ring: KeyRing) -> Iterator[Path]:
    """The path of a new ring of five primary keys, and the run's ring again afterwards."""
    KeyRecord.objects.all().delete()
    path = tmp_path / "keys.json"
    with override_settings(HARDENING_KEYS={"file": path}):
        create_keys()
        yield path
    adopt_key_ring(key_ring)
