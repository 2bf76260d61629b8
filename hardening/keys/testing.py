"""Keys for test suites: a real key file, and rows that come back whenever Django empties the database."""

import contextlib
import os
from pathlib import Path
from typing import Any

from django.core.signals import setting_changed
from django.db.models.signals import post_migrate

from hardening import clock
from hardening.errors import KeyUnavailableError
from hardening.keys.conf import KeysSettings
from hardening.keys.creation import record_key
from hardening.keys.derivation import ROOT_BYTES
from hardening.keys.file_provider import read_key_file, write_key_file
from hardening.keys.key_file import KEYSETS, Key, KeyState, dump_keys, load_keys
from hardening.keys.models import KeyRecord
from hardening.keys.ring import KeyRing, adopt_key_ring


def fresh_keys() -> tuple[Key, ...]:
    """Return one new primary key for every keyset, with the ids that an empty database would allocate."""
    created_at = clock.now()
    return tuple(
        Key(id=number, keyset=keyset, state=KeyState.PRIMARY, created_at=created_at, root=os.urandom(ROOT_BYTES))
        for number, keyset in enumerate(KEYSETS, start=1)
    )


def prepare_keys(path: Path) -> KeyRing:
    """Give this test process the keys of ``path``, making the file if there is none, and return their ring.

    The ring is adopted without asking the database, so that tests without one compute with keys too. The rows are
    written after every migrate and flush: a TransactionTestCase empties all tables.
    """
    with contextlib.suppress(KeyUnavailableError):  # another worker of the same run was first
        if not path.exists():
            write_key_file(path, dump_keys(fresh_keys()))
    keys = load_keys(read_key_file(path))

    def record_again(*, using: str, **_: Any) -> None:  # noqa: ANN401 - what the signal passes
        if using == "default" and not KeyRecord.objects.using(using).exists():
            KeyRecord.objects.using(using).bulk_create([record_key(key) for key in keys])

    ring = KeyRing(keys)

    def adopt_again(*, setting: str, enter: bool, **_: Any) -> None:  # noqa: ANN401 - likewise
        # A test that named other keys is over; the ring's own receiver, connected before, has dropped those.
        if setting == KeysSettings.setting_name() and not enter:
            adopt_key_ring(ring)

    post_migrate.connect(record_again, weak=False, dispatch_uid="hardening.keys.testing")
    setting_changed.connect(adopt_again, weak=False, dispatch_uid="hardening.keys.testing")
    adopt_key_ring(ring)
    return ring
