"""C8: a process of another host, whose copy of the key file is older than the database."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from hardening import clock
from hardening.encryption.operations import operations
from hardening.errors import KeyUnavailableError
from hardening.keys import lifecycle, ring
from hardening.keys.conf import ENVIRONMENT_NAME
from hardening.keys.lifecycle import PAUSE
from hardening.keys.ring import ASK_SECONDS, KeyRing, forget_key_ring, key_ring
from tests.encryption.broker.places import NIR, PLAIN, ROW, sealed
from tests.keys.retiring import retire_long_ago

pytestmark = pytest.mark.django_db


class Host:
    """This process, on a copy of the administrator's file; its clock moves when it is told to."""

    def __init__(self, own_store: Path, copy: Path, patch: pytest.MonkeyPatch) -> None:
        self._original, self._copy, self._patch = own_store, copy, patch
        self._now = 0.0
        patch.setattr(ring, "monotonic", lambda: self._now)
        self.copy_file()
        patch.setenv(ENVIRONMENT_NAME, str(copy))

    def copy_file(self) -> None:
        self._copy.write_bytes(self._original.read_bytes())
        self._copy.chmod(0o600)

    def elsewhere(self, change: Callable[..., Any], *given: object) -> Any:
        """Change the ring on the administrator's host."""
        self._patch.setenv(ENVIRONMENT_NAME, str(self._original))
        changed = change(*given)
        self._patch.setenv(ENVIRONMENT_NAME, str(self._copy))
        return changed

    def later(self, seconds: float = ASK_SECONDS) -> KeyRing:
        self._now += seconds
        return key_ring()


@pytest.fixture
def host(own_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    with override_settings(HARDENING_KEYS={}):
        made = Host(own_store, tmp_path / "copied.json", monkeypatch)
        forget_key_ring()
        key_ring()
        yield made
        forget_key_ring()


def primary(of: KeyRing) -> int:
    return of.primary_id("encryption")


def test_a_promotion_reaches_a_host_that_has_the_key_within_ten_seconds(host: Host) -> None:
    second = host.elsewhere(lifecycle.add_key, "encryption")
    host.copy_file()
    first = primary(host.later())
    host.elsewhere(lifecycle.promote_key, second)

    assert (primary(host.later(ASK_SECONDS / 2)), primary(host.later(ASK_SECONDS / 2))) == (first, second)


def test_a_host_that_lacks_the_key_says_so_once_and_goes_on(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    first = primary(key_ring())
    second = host.elsewhere(lifecycle.add_key, "encryption")

    with caplog.at_level(logging.ERROR, logger="hardening.keys"):
        assert [primary(host.later()) for _ in range(4)] == [first] * 4

    assert [record.getMessage() for record in caplog.records] == [
        f"the new key ring is not used, the old one goes on: key {second} is missing from the key file"
    ]


def test_once_its_key_is_retired_such_a_host_opens_and_seals_nothing_more(host: Host) -> None:
    first, blob = primary(key_ring()), sealed(operations())
    second = host.elsewhere(lifecycle.add_key, "encryption")
    host.elsewhere(lifecycle.promote_key, second)
    assert primary(host.later()) == first
    host.elsewhere(lifecycle.retire_key, first)
    host.later()

    with pytest.raises(KeyUnavailableError):
        sealed(operations())
    assert operations().open(blob, place=NIR, binding=ROW) == PLAIN
    assert host.later().mac("digest", b"message")


def test_the_copied_file_makes_it_seal_again(host: Host) -> None:
    first = primary(key_ring())
    second = host.elsewhere(lifecycle.add_key, "encryption")
    host.elsewhere(lifecycle.promote_key, second)
    host.elsewhere(lifecycle.retire_key, first)
    host.later()

    host.copy_file()

    assert primary(host.later(1)) == second


def test_destroyed_under_it_a_key_is_as_retired(host: Host) -> None:
    first = primary(key_ring())
    second = host.elsewhere(lifecycle.add_key, "encryption")
    host.elsewhere(lifecycle.promote_key, second)
    host.elsewhere(retire_long_ago, first)
    host.elsewhere(lifecycle.destroy_key, first)

    with pytest.raises(KeyUnavailableError):
        primary(host.later())


def test_the_database_is_asked_every_ten_seconds_and_no_more(host: Host) -> None:
    running = key_ring()

    with CaptureQueriesContext(connection) as queries:
        assert all(host.later(0.5) is running for _ in range(80))

    assert len(queries) == 4


def test_a_transaction_that_failed_or_an_event_loop_asks_nothing_and_seals_on(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    first = primary(key_ring())

    async def in_a_loop() -> int:
        return primary(host.later())

    with transaction.atomic():
        transaction.set_rollback(True)
        assert primary(host.later()) == first
    assert asyncio.run(in_a_loop()) == first
    assert not [record for record in caplog.records if record.name == "hardening.keys"]


def test_c22_an_event_loop_takes_no_turn_from_a_thread_that_can_ask(host: Host) -> None:
    """Async views build queries all the time; the process would stay behind for good, and find nobody."""
    first = primary(key_ring())
    second = host.elsewhere(lifecycle.add_key, "encryption")
    host.copy_file()
    host.elsewhere(lifecycle.promote_key, second)

    async def in_a_loop() -> int:
        return primary(host.later(ASK_SECONDS + 1))

    assert asyncio.run(in_a_loop()) == first
    assert primary(key_ring()) == second


def test_a_key_is_not_destroyed_before_every_host_knows_that_it_is_retired(host: Host) -> None:
    first = primary(key_ring())
    host.elsewhere(lifecycle.promote_key, host.elsewhere(lifecycle.add_key, "encryption"))
    host.elsewhere(lifecycle.retire_key, first)

    with pytest.raises(
        KeyUnavailableError, match=r"cannot destroy: another host may still seal.* again in \d+ seconds"
    ):
        host.elsewhere(lifecycle.destroy_key, first)
    with clock.shifted(PAUSE):
        host.elsewhere(lifecycle.destroy_key, first)


def test_retiring_says_how_long_to_wait(host: Host) -> None:
    first = primary(key_ring())
    host.elsewhere(lifecycle.promote_key, host.elsewhere(lifecycle.add_key, "encryption"))
    said = StringIO()

    host.elsewhere(lambda: call_command("keys", "retire", str(first), stdout=said))

    assert "every host learns of it within 10 seconds, and it may be destroyed after 30." in said.getvalue()
