"""New keys: the row in the database allocates the id, then the store gets the secret, then the row says so.

In this order, because only the middle step cannot be taken back. Killed between any two, the row is still pending:
nothing was sealed under the key, and ``init``, ``add`` or ``repair`` carry on from there.
"""

import os
from collections.abc import Iterable

from django.db import transaction

from hardening import clock
from hardening.errors import KeyUnavailableError
from hardening.events import KeyChanged, emit
from hardening.keys.derivation import ROOT_BYTES, seal_canary
from hardening.keys.key_file import KEYSETS, Key, KeyState
from hardening.keys.key_store import clear_store, create_keys_store, read_keys, store_identity
from hardening.keys.models import KeyRecord
from hardening.keys.ring import forget_key_ring


def create_keys() -> tuple[Key, ...]:
    """Make one primary key for every keyset, put them in a new store and return them.

    A run that was interrupted is carried on: what it stored is taken over, what it only announced is given up.

    Raise KeyUnavailableError if the database knows a key or there is a store of others: a second ring beside the
    first would make every row sealed so far unreadable.
    """
    pending = _pending_of_init()
    if store_identity() is None:
        with transaction.atomic(using="default", durable=True):
            give_up(pending)
        keys = announce(KEYSETS, state=KeyState.PRIMARY)
        create_keys_store(keys)
    else:
        keys = _stored_by_init(pending)
    with transaction.atomic(using="default", durable=True):
        confirm(keys)
        clear_store()
    forget_key_ring()
    return keys


def announce(keysets: Iterable[str], *, state: KeyState) -> tuple[Key, ...]:
    """Return new keys that the store is to hold in ``state``; their rows are committed, and pending."""
    with transaction.atomic(using="default", durable=True):
        return tuple(_announce(keyset, state) for keyset in keysets)


def confirm(keys: Iterable[Key]) -> None:
    """Record that the store holds these pending keys; inside the caller's transaction.

    Raise KeyUnavailableError if one is pending no more: a repair that ran meanwhile has given it up.
    """
    for key in keys:
        waiting = KeyRecord.objects.using("default").filter(pk=key.id, state=KeyState.PENDING)
        if not waiting.update(state=key.state):
            raise KeyUnavailableError(f"key {key.id} is pending no more; somebody else has changed it")
        emit(KeyChanged(at=clock.now(), key_id=key.id, keyset=key.keyset, state=key.state))


def give_up(records: Iterable[KeyRecord]) -> None:
    """Record pending keys that were never stored as destroyed: they sealed nothing, and their ids are spent."""
    for record in records:
        KeyRecord.objects.using("default").filter(pk=record.pk, state=KeyState.PENDING).update(state=KeyState.DESTROYED)
        emit(KeyChanged(at=clock.now(), key_id=record.pk, keyset=record.keyset, state=KeyState.DESTROYED))


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


def _pending_of_init() -> list[KeyRecord]:
    records = KeyRecord.objects.using("default").exclude(state=KeyState.DESTROYED)
    if any(record.state != KeyState.PENDING for record in records):
        raise KeyUnavailableError("the database knows keys already; restore their key file from its backup")
    return list(records)


def _stored_by_init(pending: Iterable[KeyRecord]) -> tuple[Key, ...]:
    announced = {(record.pk, record.keyset, record.check_value) for record in pending}
    keys = read_keys()
    # The ids alone prove nothing: every installation counts from 1.
    if announced != {(key.id, key.keyset, key.check) for key in keys}:
        raise KeyUnavailableError("the key store exists already; keys are never overwritten")
    return keys


def _announce(keyset: str, state: KeyState) -> Key:
    created_at = clock.now()
    # The row comes first, without its check value: the database alone allocates ids.
    allocated = KeyRecord.objects.using("default").create(keyset=keyset, state=KeyState.PENDING, created_at=created_at)
    key = Key(id=allocated.pk, keyset=keyset, state=state, created_at=created_at, root=os.urandom(ROOT_BYTES))
    record = record_key(key)
    record.state = KeyState.PENDING
    record.save(using="default", force_update=True)
    return key
