"""A key store of its own, with the rows that go with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.test import override_settings

from hardening.keys.creation import create_keys
from hardening.keys.models import KeyRecord
from hardening.keys.ring import KeyRing, adopt_key_ring


@contextmanager
def new_store(folder: Path, *, afterwards: KeyRing) -> Iterator[Path]:
    """Use a new ring of five primary keys, and then the run's ring again."""
    KeyRecord.objects.all().delete()
    path = folder / "keys.json"
    with override_settings(HARDENING_KEYS={"file": path}):
        create_keys()
        yield path
    adopt_key_ring(afterwards)
