"""C8: what one process changes in the ring reaches the others while they run."""

import itertools
import logging
from pathlib import Path

import pytest

from hardening.encryption.operations import operations
from hardening.keys import lifecycle, ring
from hardening.keys.key_store import Identity, read_keys, store_identity
from hardening.keys.models import KeyRecord
from hardening.keys.ring import adopt_key_ring, forget_key_ring, key_ring

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]


@pytest.fixture(autouse=True)
def fast_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds pass between any two looks at the clock."""
    seconds = itertools.count(0, 2)
    monkeypatch.setattr(ring, "monotonic", lambda: float(next(seconds)))


@pytest.fixture
def running() -> ring.KeyRing:
    forget_key_ring()
    return key_ring()


def test_c8_a_promotion_reaches_a_running_process(running: ring.KeyRing) -> None:
    before = operations()
    second = lifecycle.add_key("encryption")
    lifecycle.promote_key(second)

    assert running.primary_id("encryption") != second
    assert key_ring().primary_id("encryption") == second
    assert operations() is not before


def test_an_unchanged_store_keeps_the_very_same_ring(running: ring.KeyRing, own_store: Path) -> None:
    own_store.touch()

    assert key_ring() is running
    assert key_ring() is running


def test_the_store_is_looked_at_once_a_second_at_most(
    running: ring.KeyRing, own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    def look() -> Identity | None:
        nonlocal looks
        looks += 1
        return store_identity()

    monkeypatch.setattr(ring, "store_identity", look)
    tenths = itertools.count()
    monkeypatch.setattr(ring, "monotonic", lambda: next(tenths) / 10 + 1000)

    for _ in range(100):
        assert key_ring() is running
    assert own_store.exists()
    assert 8 <= looks <= 11


def test_a_store_that_does_not_verify_is_logged_once_and_the_old_ring_goes_on(
    running: ring.KeyRing, own_store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = own_store.read_bytes()
    roots = [key.root for key in read_keys()]

    own_store.write_bytes(good.replace(b'"primary"', b'"active"', 1))
    with caplog.at_level(logging.ERROR, logger="hardening.keys"):
        assert key_ring() is running
        assert key_ring() is running
        own_store.unlink()
        assert key_ring() is running

    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "0 primary keys instead of one" in caplog.text
    assert "there is no key file" in caplog.text
    assert not any(root.hex() in caplog.text for root in roots)
    own_store.write_bytes(good)
    own_store.chmod(0o600)
    assert key_ring() is running


def test_a_process_that_saw_the_store_before_the_rows_looks_again(running: ring.KeyRing) -> None:
    second = lifecycle.add_key("encryption")
    assert key_ring() is not running
    lifecycle.promote_key(second)
    # As a transaction of SQLite sees it that began before the promotion.
    KeyRecord.objects.filter(keyset="encryption", state="primary").update(state="active")
    KeyRecord.objects.filter(pk=running.primary_id("encryption")).update(state="primary")
    assert key_ring().primary_id("encryption") == running.primary_id("encryption")

    KeyRecord.objects.filter(pk=running.primary_id("encryption")).update(state="active")
    KeyRecord.objects.filter(pk=second).update(state="primary")

    assert key_ring().primary_id("encryption") == second


def test_an_adopted_ring_is_left_alone(running: ring.KeyRing) -> None:
    adopted = ring.KeyRing(running.keys)
    adopt_key_ring(adopted)

    lifecycle.add_key("digest")

    assert key_ring() is adopted
