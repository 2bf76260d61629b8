"""Whether the key file and the database speak of the same keys."""

from collections.abc import Iterable

from hardening.errors import KeyUnavailableError
from hardening.keys.derivation import opens_canary
from hardening.keys.key_file import Key, KeyState
from hardening.keys.models import KeyRecord


def contradictions(keys: Iterable[Key], records: Iterable[KeyRecord]) -> list[str]:
    """Return what differs between the key file and the database, a sentence each; nothing if they agree."""
    held = {key.id: key for key in keys}
    known = {record.pk: record for record in records}
    found = [f"key {key_id} is unknown to the database" for key_id in held if key_id not in known]
    for key_id, record in known.items():
        key = held.get(key_id)
        if record.state == KeyState.DESTROYED:
            if key is not None:
                found.append(f"key {key_id} was destroyed, yet the key file holds it")
        elif key is None:
            found.append(f"key {key_id} is missing from the key file")
        elif (key.keyset, key.check) != (record.keyset, record.check_value):
            found.append(f"key {key_id} of the key file is another key than the database knows under this id")
        elif not opens_canary(bytes(record.canary), key.root, key_id=key_id, keyset=key.keyset):
            found.append(f"key {key_id} does not open its canary")
        elif key.state != record.state:
            found.append(f"key {key_id} is {key.state} in the key file and {record.state} in the database")
    return found


def require_known_keys(keys: Iterable[Key]) -> None:
    """Let the ring be used only if every key is the one that the database knows.

    Raise KeyUnavailableError naming each key that is not: rows sealed under a wrong key would open for nobody.
    """
    found = contradictions(keys, KeyRecord._base_manager.using("default").all())
    if found:
        raise KeyUnavailableError("; ".join(found))
