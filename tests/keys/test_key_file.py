import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hardening.errors import KeyUnavailableError
from hardening.keys.key_file import KEYSETS, dump_keys, load_keys
from hardening.keys.testing import fresh_keys

KEYS = fresh_keys()


def test_a_file_that_was_written_is_read_back_whole() -> None:
    assert load_keys(dump_keys(KEYS)) == KEYS
    assert [key.keyset for key in KEYS] == list(KEYSETS)


def test_c14_no_key_shows_in_a_repr() -> None:
    shown = repr(KEYS)

    assert not any(key.root.hex() in shown or repr(key.root) in shown for key in KEYS)


def changed(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda document: document["keys"][0].update(values)


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another format": (lambda document: document.update(format=2), "format 1"),
    "another provider": (lambda document: document.update(provider="vault"), "provider 'file'"),
    "no list of keys": (lambda document: document.update(keys={}), "no keys"),
    "an empty list": (lambda document: document.update(keys=[]), "no keys"),
    "a key that is a list": (lambda document: document["keys"].append([]), "exactly"),
    "a missing part": (lambda document: document["keys"][0].pop("check"), "exactly"),
    "an unknown part": (changed(note="x"), "exactly"),
    "an id that is a text": (changed(id="1"), "no id"),
    "an id that is a truth": (changed(id=True), "no id"),
    "an id of zero": (changed(id=0), "no id"),
    "an id beyond two bytes": (changed(id=32768), "no id"),
    "an unknown keyset": (changed(keyset="master"), "key 1: its keyset"),
    "a keyset that is a list": (changed(keyset=[]), "key 1: its keyset"),
    "an unknown state": (changed(state="lost"), "key 1: its state"),
    "a destroyed key": (changed(state="destroyed"), "key 1: its state"),
    "no moment": (changed(created_at="yesterday"), "key 1: its created_at"),
    "a number as moment": (changed(created_at=7), "key 1: its created_at"),
    "a moment without zone": (changed(created_at="2026-01-01T00:00:00"), "key 1: its created_at"),
    "a root that is a number": (changed(root=7), "key 1: its root is not base64"),
    "a root that is not base64": (changed(root="*" * 44), "key 1: its root is not base64"),
    "a short root": (changed(root="AAAA"), "key 1: its root has 3 bytes"),
    "a root of another key": (changed(root="A" * 43 + "="), "key 1: its root does not have its check value"),
    "a check value of another key": (changed(check="0" * 16), "key 1: its root does not have its check value"),
    "a key twice": (lambda document: document["keys"].append(document["keys"][0]), "twice"),
    "no primary": (changed(state="retired"), "'encryption' has 0 primary"),
    "a keyset without keys": (lambda document: document["keys"].pop(), "'digest' has 0 primary"),
}


@pytest.mark.parametrize(("breaks", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_naming_the_key_and_no_value(breaks: Any, message: str) -> None:
    document = json.loads(dump_keys(KEYS))
    breaks(document)

    with pytest.raises(KeyUnavailableError, match=message) as refusal:
        load_keys(json.dumps(document))

    text = str(refusal.value)
    assert not any(
        value in text for key in document["keys"] if isinstance(key, dict) for value in [str(key.get("root"))]
    )


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '"keys"', "\x00", "7"])
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(KeyUnavailableError):
        load_keys(text)


def test_two_keys_never_share_a_root() -> None:
    first, second, *others = KEYS

    with pytest.raises(KeyUnavailableError, match="share a root"):
        load_keys(dump_keys([first, replace(second, root=first.root), *others]))
