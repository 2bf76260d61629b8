"""Whether the key store and the database speak of the same keys, and what a ring is made of where they do.

Secrets come from the store, states from the database. The store repeats the states as of its last writing, and
may lag one change behind; it is never ahead, and what it lags behind never stops a process.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from hardening.errors import KeyUnavailableError
from hardening.keys.derivation import opens_canary
from hardening.keys.key_file import KEYSETS, Key, KeyState
from hardening.keys.models import KeyRecord


def contradictions(keys: Iterable[Key], records: Collection[KeyRecord]) -> list[str]:
    """Return what no interrupted change explains, a sentence each; nothing if the ring may be used."""
    held = {key.id: key for key in keys}
    known = {record.pk: record for record in records}
    if is_interrupted_init(known.values()):
        return ["`keys init` was interrupted; run it again"]
    found = [f"key {key_id} is unknown to the database" for key_id in held if key_id not in known]
    for key_id, record in known.items():
        found += _contradiction(held.get(key_id), record)
    for keyset in KEYSETS if known else ():
        # A pending key does not count: it must not seal before the database is sure to know it.
        if not any(record.keyset == keyset and record.state == KeyState.PRIMARY for record in known.values()):
            found.append(f"keyset {keyset!r} has no primary key in the database")
    return found


def is_interrupted_init(records: Collection[KeyRecord]) -> bool:
    """Tell whether keys were announced and none was ever in use: nothing has been sealed, nothing can be lost."""
    states = {record.state for record in records}
    return KeyState.PENDING in states and states <= {KeyState.PENDING, KeyState.DESTROYED}


def unfinished(keys: Iterable[Key], records: Collection[KeyRecord]) -> list[str]:
    """Return what an interrupted change has left to do, a sentence each; ``keys repair`` does it."""
    held = {key.id: key for key in keys}
    found: list[str] = []
    if is_interrupted_init(records):
        return found
    for record in records:
        key = held.get(record.pk)
        if record.state == KeyState.PENDING:
            found.append(f"key {record.pk} was {'stored' if key else 'announced'}, and its row is still pending")
        elif key is not None and record.state == KeyState.DESTROYED:
            found.append(f"key {record.pk} is destroyed in the database, and its root is still stored")
        elif key is not None and key.state != record.state:
            found.append(f"key {record.pk} is stored as {key.state}, and is {record.state} in the database")
    return found


def with_known_states(keys: Iterable[Key], records: Iterable[KeyRecord]) -> tuple[Key, ...]:
    """Return the keys in the states that the database knows, those left out that it knows as destroyed."""
    states: Mapping[int, str] = {record.pk: record.state for record in records}
    return tuple(
        key if states[key.id] == KeyState.PENDING else replace(key, state=KeyState(states[key.id]))
        for key in keys
        if states[key.id] != KeyState.DESTROYED
    )


def require_known_keys(keys: Iterable[Key], records: Collection[KeyRecord]) -> None:
    """Let the keys be used only if every one is the one that the database knows.

    Raise KeyUnavailableError naming each key that is not: rows sealed under a wrong key would open for nobody.
    """
    found = contradictions(keys, records)
    if found:
        raise KeyUnavailableError("; ".join(found))


def known_records() -> list[KeyRecord]:
    """Return the row of every key there is or was, in the order of their ids."""
    # Without the column of a later migration: `migrate` itself runs checks, and may seal, before it is there.
    return list(KeyRecord._base_manager.using("default").order_by("pk").defer("retired_at"))


def _contradiction(key: Key | None, record: KeyRecord) -> list[str]:
    name = f"key {record.pk}"
    if key is None:
        is_needed = record.state not in {KeyState.PENDING, KeyState.DESTROYED}
        return [f"{name} is missing from the key file"] if is_needed else []
    if record.state == KeyState.DESTROYED:
        # A retired key is what `keys destroy` leaves if it is killed; any other came out of an old backup.
        return [] if key.state is KeyState.RETIRED else [f"{name} was destroyed, yet the key file holds it"]
    if (key.keyset, key.check) != (record.keyset, record.check_value):
        return [f"{name} of the key file is another key than the database knows under this id"]
    if not opens_canary(bytes(record.canary), key.root, key_id=key.id, keyset=key.keyset):
        return [f"{name} does not open its canary"]
    if key.state is KeyState.RETIRED and record.state != KeyState.RETIRED:
        # Retirement is written to the database first. A row that says otherwise is older, or was forged so that
        # values would be sealed again under a key that somebody may have copied.
        return [f"{name} is {key.state} in the key file and {record.state} in the database"]
    return []
