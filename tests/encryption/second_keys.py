"""Rings in which a second encryption key has become the primary one, known to file and database alike."""

import os
from collections.abc import Iterable
from dataclasses import replace

from hardening import clock
from hardening.keys.creation import record_key
from hardening.keys.derivation import ROOT_BYTES
from hardening.keys.key_file import Key, KeyState
from hardening.keys.models import KeyRecord
from hardening.keys.ring import KeyRing


def with_second(keys: Iterable[Key], *, keyset: str = "encryption", number: int = 21) -> tuple[Key, ...]:
    """Return the keys with a new primary one in this keyset; the former one stays, to open what it sealed."""
    demoted = (
        replace(key, state=KeyState.ACTIVE) if (key.keyset, key.state) == (keyset, KeyState.PRIMARY) else key
        for key in keys
    )
    second = Key(id=number, keyset=keyset, state=KeyState.PRIMARY, created_at=clock.now(), root=os.urandom(ROOT_BYTES))
    return (*demoted, second)


def record(ring: KeyRing) -> None:
    """Let the database know exactly the keys of this ring."""
    KeyRecord.objects.all().delete()
    KeyRecord.objects.bulk_create([record_key(key) for key in ring.keys])
