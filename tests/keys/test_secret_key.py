"""C9: no secret of the keys is Django's SECRET_KEY, which every process knows."""

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from hardening.keys.checks import W006, check_secret_key
from hardening.keys.conf import ENVIRONMENT_NAME
from hardening.keys.file_provider import write_key_file
from hardening.keys.key_file import dump_keys
from hardening.keys.secret_key import is_made_of
from hardening.keys.testing import fresh_keys

SECRET = "a secret of Django that is long enough, for tests: é"
RAW = SECRET.encode()
BYTES = bytes(range(7, 39))
HEXADECIMAL, BASE64 = BYTES.hex(), base64.b64encode(BYTES).decode()
MADE = {
    "itself": (RAW, SECRET),
    "its bytes": (RAW, RAW),
    "base64 of it": (base64.b64encode(RAW), SECRET),
    "url-safe base64 of it": (base64.urlsafe_b64encode(b"\xfb\xff" * 16), b"\xfb\xff" * 16),
    "base64 without padding": (base64.b64encode(RAW).rstrip(b"="), SECRET),
    "hexadecimal of it": (RAW.hex().encode(), SECRET),
    "its beginning": (RAW[:32], SECRET),
    "its end": (RAW[-32:], SECRET),
    "filled up": (b"sixteen bytes...".ljust(32, b"\0"), "sixteen bytes..."),
    "its hash": (hashlib.sha256(RAW).digest(), SECRET),
    "half of a longer hash": (hashlib.sha512(RAW).digest()[:32], SECRET),
    "its hash in hexadecimal, cut": (hashlib.sha256(RAW).hexdigest()[:32].encode(), SECRET),
    "its hash in base64": (base64.b64encode(hashlib.sha256(RAW).digest()), SECRET),
    "what it is the hexadecimal of": (BYTES, HEXADECIMAL),
    "what it is the base64 of": (BYTES, BASE64),
    "the hash of that": (hashlib.sha256(BYTES).digest(), HEXADECIMAL),
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_what_is_made_of_it_is_recognised(made: tuple[bytes, str | bytes]) -> None:
    secret, secret_key = made

    assert is_made_of(secret, secret_keys=["another one, not this", secret_key])


@pytest.mark.parametrize("secret", [b"", b"271828", RAW[:15], RAW[:15].ljust(32, b"\0"), b"\0" * 32, bytes(range(32))])
def test_what_merely_looks_alike_is_not(secret: bytes) -> None:
    assert not is_made_of(secret, secret_keys=[SECRET, "", b""])


def test_an_equal_secret_is_recognised_however_short() -> None:
    assert is_made_of(b"271828", secret_keys=["271828"])


@given(st.binary(min_size=32, max_size=32), st.text(min_size=1))
def test_random_roots_are_made_of_no_secret_key(root: bytes, secret_key: str) -> None:
    assert not is_made_of(hashlib.blake2b(root).digest()[:32], secret_keys=[secret_key])


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Path:
    path = tmp_path / "keys.json"
    monkeypatch.setenv(ENVIRONMENT_NAME, str(path))
    settings.HARDENING_KEYS = {}
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = SECRET, ["an old one that is still accepted"]
    return path


def warned() -> list[str]:
    found = check_secret_key()
    assert {message.id for message in found} <= {W006}
    assert not any(SECRET in str(message) or RAW[:32].hex() in str(message) for message in found)
    return [message.msg for message in found]


def test_a_root_that_is_made_of_the_secret_key_or_an_old_one_is_warned_of(key_file: Path) -> None:
    first, second, *others = fresh_keys()
    of_old = hashlib.sha256(b"an old one that is still accepted").digest()
    write_key_file(key_file, dump_keys([replace(first, root=RAW[:32]), replace(second, root=of_old), *others]))

    assert warned() == [f"The root of key {key.id} ({key.keyset}) is made of SECRET_KEY." for key in (first, second)]


def test_keys_that_were_drawn_are_not(key_file: Path) -> None:
    write_key_file(key_file, dump_keys(fresh_keys()))

    assert warned() == []


@pytest.mark.usefixtures("key_file")
def test_a_wrapping_key_that_is_made_of_it_is_warned_of_also_before_there_are_keys(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HARDENING_KEYS = {"provider": "environment"}
    monkeypatch.setenv("HARDENING_WRAPPING_KEY", base64.b64encode(hashlib.sha256(RAW).digest()).decode())

    assert warned() == ["The secret of HARDENING_WRAPPING_KEY is made of SECRET_KEY."]


@pytest.mark.usefixtures("key_file")
def test_without_keys_or_in_a_process_with_a_broker_there_is_nothing_to_compare(settings: LazySettings) -> None:
    assert warned() == []

    settings.HARDENING_KEYS = {"broker_socket": "/nowhere/broker.sock", "provider": "environment"}
    assert warned() == []
