"""The key file as text: which keys there are, and every way in which such a file can be wrong."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hardening.errors import KeyUnavailableError
from hardening.keys.derivation import ROOT_BYTES, check_value
from hardening.keys.providers.clear import ClearProvider
from hardening.keys.providers.protocol import WrappingContext, WrappingProvider

FORMAT = 1
KEYSETS = ("encryption", "index", "subject", "pepper", "digest")
"""Sealed values, blind indexes, pseudonyms of persons, the pepper of passwords, keyed digests: one secret each,
since a leaked index key is a leaked column and must not open anything else."""

_CLEAR = ClearProvider()
_MOST_KEYS = 0x7FFF
_FIELDS = frozenset({"id", "keyset", "state", "created_at", "check", "root"})


class KeyState(StrEnum):
    """Where a key is in its life. The database decides; the key file repeats it as of its last writing."""

    PENDING = "pending"
    """Its row is written, its root perhaps not yet stored. It has never sealed anything. No key file says so."""
    PRIMARY = "primary"
    ACTIVE = "active"
    SUCCESSOR = "successor"
    """Of index keys, as the next two: see ``succession``."""
    COVERING = "covering"
    PREDECESSOR = "predecessor"
    RETIRED = "retired"
    DESTROYED = "destroyed"


_ANY = (KeyState.PRIMARY, KeyState.ACTIVE, KeyState.RETIRED)
_OF_INDEX = (KeyState.SUCCESSOR, KeyState.COVERING, KeyState.PREDECESSOR)
_STORED = {False: _ANY, True: _ANY + _OF_INDEX}


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key of the ring. The root never shows in a repr."""

    id: int
    keyset: str
    state: KeyState
    created_at: datetime
    root: bytes = field(repr=False)

    @property
    def check(self) -> str:
        """Return the value that names the key in the database."""
        return check_value(self.root, key_id=self.id, keyset=self.keyset)


def dump_keys(keys: Iterable[Key], *, provider: WrappingProvider = _CLEAR) -> str:
    """Return the text of a key file, each root wrapped for its own key.

    Raise KeyUnavailableError if the provider does not wrap one: there is no half of a file.
    """
    listed = [
        {
            "id": key.id,
            "keyset": key.keyset,
            "state": key.state.value,
            "created_at": key.created_at.isoformat(),
            "check": key.check,
            "root": base64.b64encode(_wrapped(key, provider)).decode("ascii"),
        }
        for key in keys
    ]
    return json.dumps({"format": FORMAT, "provider": provider.name, "keys": listed}, indent=2) + "\n"


def load_keys(text: str, *, provider: WrappingProvider = _CLEAR) -> tuple[Key, ...]:
    """Return the keys of a key file, in its order, each root opened by ``provider``.

    Raise KeyUnavailableError for anything but a whole and consistent file: half a ring would seal rows that
    nobody opens again. The message names the key's id, never a value, not even a malformed one.
    """
    try:
        document = json.loads(text)
    except ValueError:
        # The parser's own message quotes the text around the mistake.
        raise KeyUnavailableError("the key file is not JSON") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise KeyUnavailableError(f"the key file is not of format {FORMAT}")
    if document.get("provider") != provider.name:
        raise KeyUnavailableError(
            f"the key file is not of provider {provider.name!r}, which HARDENING_KEYS names; "
            "name the one that the file names, or restore the right file"
        )
    entries = document.get("keys")
    if not isinstance(entries, list) or not entries:
        raise KeyUnavailableError("the key file lists no keys")
    keys = tuple(_load_key(entry, provider) for entry in entries)
    _require_consistent(keys)
    return keys


def _load_key(entry: Any, provider: WrappingProvider) -> Key:  # noqa: ANN401 - whatever stands in the file
    if not isinstance(entry, dict) or set(entry) != _FIELDS:
        raise KeyUnavailableError(f"a key of the key file does not have exactly {', '.join(sorted(_FIELDS))}")
    key_id = entry["id"]
    if type(key_id) is not int or not 0 < key_id <= _MOST_KEYS:
        raise KeyUnavailableError("a key of the key file has no id from 1 to 32767")
    keyset = _one_of(entry, "keyset", KEYSETS)
    key = Key(
        id=key_id,
        keyset=keyset,
        state=KeyState(_one_of(entry, "state", _STORED[keyset == "index"])),
        created_at=_moment(entry),
        root=_root(entry, WrappingContext(keyset=keyset, key_id=key_id), provider),
    )
    if key.check != entry["check"]:
        raise KeyUnavailableError(f"key {key_id}: its root does not have its check value; the key file was altered")
    return key


def _one_of(entry: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    if entry[name] not in allowed:
        raise KeyUnavailableError(f"key {entry['id']}: its {name} is none of {', '.join(allowed)}")
    return str(entry[name])


def _moment(entry: Mapping[str, Any]) -> datetime:
    try:
        created_at = datetime.fromisoformat(entry["created_at"])
    except (TypeError, ValueError):
        raise KeyUnavailableError(f"key {entry['id']}: its created_at is no ISO 8601 moment") from None
    if created_at.tzinfo is None:
        raise KeyUnavailableError(f"key {entry['id']}: its created_at has no time zone")
    return created_at


def _wrapped(key: Key, provider: WrappingProvider) -> bytes:
    return provider.wrap(key.root, context=WrappingContext(keyset=key.keyset, key_id=key.id))


def _root(entry: Mapping[str, Any], context: WrappingContext, provider: WrappingProvider) -> bytes:
    try:
        wrapped = base64.b64decode(entry["root"], validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise KeyUnavailableError(f"key {context.key_id}: its root is not base64") from None
    root = provider.unwrap(wrapped, context=context)
    if len(root) != ROOT_BYTES:
        raise KeyUnavailableError(f"key {context.key_id}: its root has {len(root)} bytes instead of {ROOT_BYTES}")
    return root


def _require_consistent(keys: tuple[Key, ...]) -> None:
    ids = [key.id for key in keys]
    if len(set(ids)) != len(ids):
        raise KeyUnavailableError("the key file lists a key id twice")
    if len({key.root for key in keys}) != len(keys):
        raise KeyUnavailableError("two keys of the key file share a root; a leak of one would be a leak of both")
    for keyset in KEYSETS:
        primaries = [key.id for key in keys if key.keyset == keyset and key.state is KeyState.PRIMARY]
        if len(primaries) != 1:
            raise KeyUnavailableError(f"keyset {keyset!r} has {len(primaries)} primary keys instead of one")
    between = [key.id for key in keys if key.state in _OF_INDEX]
    if len(between) > 1:
        raise KeyUnavailableError(f"keys {between} are all between two index keys; one rotation goes on at a time")
