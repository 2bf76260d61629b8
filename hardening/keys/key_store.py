"""The one door to where the ring's secrets are kept: the file that ``KeysSettings`` names, wrapped by its provider."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from hardening.errors import KeyUnavailableError
from hardening.keys.conf import KeysSettings
from hardening.keys.file_provider import file_identity, read_key_file, remove_drafts, replace_key_file, write_key_file
from hardening.keys.key_file import Key, KeyState, dump_keys, load_keys
from hardening.keys.providers.configured import configured_provider, provider_named

Identity = tuple[int, ...]


def read_keys() -> tuple[Key, ...]:
    """Return every key of the store, roots included.

    Raise KeyUnavailableError if there is no store, or if it is open to others, damaged or inconsistent.
    """
    return load_keys(read_key_file(KeysSettings.load().path()), provider=configured_provider())


def store_identity() -> Identity | None:
    """Return what changes whenever the store is written, at the price of one stat; None while there is none."""
    return file_identity(KeysSettings.load().path())


def create_keys_store(keys: Iterable[Key]) -> None:
    """Put the first keys where there are none.

    Raise KeyUnavailableError if there is a store already, or if it cannot be written.
    """
    write_key_file(KeysSettings.load().path(), dump_keys(keys, provider=configured_provider()))


def replace_keys(keys: Iterable[Key]) -> None:
    """Put ``keys`` in place of those of the store: a reader finds all the old ones or all the new ones.

    The rows of the keys are locked meanwhile: of two administrators the second starts from what the first wrote.

    Raise KeyUnavailableError, and leave the store as it was, if a key would be lost that the database does not
    record as destroyed, if a key would get another root, or if the store cannot be written.
    """
    wanted = {key.id: key for key in keys}
    with transaction.atomic(using="default"):
        states = _locked_states()  # before the reading: what is read is then nobody else's to change
        _require_nothing_lost(wanted, read_keys(), states=states)
        replace_key_file(KeysSettings.load().path(), dump_keys(wanted.values(), provider=configured_provider()))


def rewrap_keys(*, wrapped_by: str) -> tuple[Key, ...]:
    """Write the store anew under the configured provider and return its keys; they stay the keys they are.

    ``wrapped_by`` is the provider that the store names now; the same one again moves the roots to the newest
    version of its key.

    Raise KeyUnavailableError, and leave the store as it was, unless every root opens by the old provider, is known
    to the database, and opens again by the new one.
    """
    from hardening.keys.verification import known_records, require_known_keys  # noqa: PLC0415 - needs the app registry

    path, provider = KeysSettings.load().path(), configured_provider()
    with transaction.atomic(using="default"):
        _locked_states()
        keys = load_keys(read_key_file(path), provider=provider_named(wrapped_by))
        require_known_keys(keys, known_records())
        text = dump_keys(keys, provider=provider)
        # Before the old file is gone: a service that wraps and does not unwrap would take every root with it.
        if load_keys(text, provider=provider) != keys:
            raise KeyUnavailableError(f"provider {provider.name!r} does not give back the roots that it wrapped")
        replace_key_file(path, text)
    return keys


def clear_store() -> None:
    """Remove what killed writers left beside the store; the caller holds the rows of the keys locked."""
    remove_drafts(KeysSettings.load().path())


def _locked_states() -> dict[int, str]:
    from hardening.keys.models import KeyRecord  # noqa: PLC0415 - needs the app registry

    records = KeyRecord._base_manager.using("default").select_for_update().order_by("pk")
    return {record.pk: record.state for record in records}


def _require_nothing_lost(wanted: Mapping[int, Key], held: Iterable[Key], *, states: Mapping[int, str]) -> None:
    for key in held:
        kept = wanted.get(key.id)
        if kept is None and states.get(key.id) != KeyState.DESTROYED:
            raise KeyUnavailableError(f"key {key.id} would be lost, and the database does not record it as destroyed")
        if kept is not None and (kept.keyset, kept.root) != (key.keyset, key.root):
            raise KeyUnavailableError(f"key {key.id} would become another key; what it sealed would open for nobody")
