"""The first ring: rows in the database and the file that holds the secrets, both or neither."""

import os

from django.db import transaction

from hardening import clock
from hardening.errors import KeyUnavailableError
from hardening.events import KeyChanged, emit
from hardening.keys.derivation import ROOT_BYTES, seal_canary
from hardening.keys.key_file import KEYSETS, Key, KeyState
from hardening.keys.key_store import create_keys_store
from hardening.keys.models import KeyRecord
from hardening.keys.ring import forget_key_ring


def create_keys() -> tuple[Key, ...]:
    """Make one primary key for every keyset, record them, create their store and return the keys.

    The store is written last, inside the transaction: if it cannot be written the rows are rolled back.

    Raise KeyUnavailableError if the database knows a key or there is a store: a second ring beside the first
    would make every row sealed so far unreadable.
    """
    with transaction.atomic(using="default"):
        if KeyRecord.objects.using("default").exists():
            raise KeyUnavailableError("the database knows keys already; restore their key file from its backup")
        keys = tuple(_create_key(keyset) for keyset in KEYSETS)
        create_keys_store(keys)
    forget_key_ring()
    return keys


def record_key(key: Key) -> KeyRecord:
    """Return the unsaved row that stands for ``key``."""
    return KeyRecord(
        pk=key.id,
        keyset=key.keyset,
        state=key.state,
        check_value=key.check,
        canary=seal_canary(key.root, key_id=key.id, keyset=key.keyset),
        created_at=key.created_at,
    )


def _create_key(keyset: str) -> Key:
    created_at = clock.now()
    # The row comes first, without its check value: the database alone allocates ids.
    allocated = KeyRecord.objects.using("default").create(keyset=keyset, state=KeyState.PRIMARY, created_at=created_at)
    key = Key(
        id=allocated.pk, keyset=keyset, state=KeyState.PRIMARY, created_at=created_at, root=os.urandom(ROOT_BYTES)
    )
    record_key(key).save(using="default", force_update=True)
    emit(KeyChanged(at=created_at, key_id=key.id, keyset=keyset, state=key.state))
    return key
