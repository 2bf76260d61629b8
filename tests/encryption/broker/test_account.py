import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hardening.encryption.broker.account import Account
from hardening.encryption.broker.answering import Answering
from hardening.encryption.broker.budgets import Caps, Due, Spent
from hardening.encryption.operations import LocalOperations, Place
from hardening.errors import KeyUnavailableError
from hardening.keys.broker.frames import Op, Request, Status
from hardening.keys.ring import KeyRing
from tests.encryption.broker.places import NIR, NORMAL, PLAIN, ROW, sealed
from tests.encryption.second_keys import with_second

NOON = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
DAY = timedelta(days=1)
TWO = Caps(per_actor=2, in_all=3, window=DAY)
PLACE = (NIR.field_id.encode(), b"145", b"1", NIR.index_domains[0].encode())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "account.sqlite3"


@pytest.fixture
def account(path: Path) -> Iterator[Account]:
    made = Account(path, caps=TWO)
    yield made
    made.close()


def charge(account: Account, person: bytes, *, at: datetime = NOON) -> None:
    account.charge(Due(actor="benali", is_named=True, entry=person, price=1), at=at)


def test_what_was_charged_is_known_after_a_restart_to_the_microsecond(account: Account, path: Path) -> None:
    charge(account, b"a")
    charge(account, b"b", at=NOON + DAY / 2)
    account.close()

    again = Account(path, caps=TWO)
    with pytest.raises(Spent) as refusal:
        charge(again, b"c", at=NOON + DAY - timedelta(microseconds=1))
    charge(again, b"c", at=NOON + DAY)
    again.close()

    assert refusal.value.resets_at == NOON + DAY


def test_lines_that_no_longer_count_leave_the_file(account: Account, path: Path) -> None:
    charge(account, b"gone-by-tomorrow")
    charge(account, b"b", at=NOON + DAY)
    account.close()

    assert b"gone-by-tomorrow" not in path.read_bytes()


def test_two_brokers_never_share_an_account(account: Account, path: Path) -> None:
    charge(account, b"a")

    with pytest.raises(KeyUnavailableError, match="locked"):
        Account(path, caps=TWO)


def test_an_account_that_others_can_write_is_refused(path: Path) -> None:
    path.touch(mode=0o666)
    path.chmod(0o666)

    with pytest.raises(KeyUnavailableError, match="alone"):
        Account(path, caps=TWO)


def test_an_account_that_others_can_remove_and_so_begin_anew_is_refused(account: Account, path: Path) -> None:
    charge(account, b"a")
    account.close()
    path.parent.chmod(0o777)

    with pytest.raises(KeyUnavailableError, match="others can write"):
        Account(path, caps=TWO)


def test_a_damaged_account_is_refused_and_not_begun_anew(path: Path) -> None:
    path.touch(mode=0o600)
    path.write_bytes(b"no database at all" * 100)

    with pytest.raises(KeyUnavailableError, match="cannot be used"):
        Account(path, caps=TWO)


@pytest.fixture
def answering(account: Account, key_ring: KeyRing) -> Answering:
    return Answering(lambda: key_ring, account=account, calls_per_minute=100, indexed_per_minute=100)


def test_c3_what_cannot_be_written_down_is_not_opened(
    account: Account, answering: Answering, key_ring: KeyRing
) -> None:
    blob = sealed(LocalOperations(key_ring))
    account.close()

    answer = answering.answer(Request(Op.OPEN, "benali", (*PLACE, ROW, blob)), at=NOON)

    assert (answer.status, answer.part) == (Status.BROKEN, b"")


def test_what_does_not_open_costs_nothing(answering: Answering, key_ring: KeyRing) -> None:
    blob = sealed(LocalOperations(key_ring))
    for number in range(5):
        wrong = Request(Op.OPEN, "benali", (*PLACE, f"{number}".encode(), blob))
        assert answering.answer(wrong, at=NOON).status is Status.DOES_NOT_OPEN

    assert answering.answer(Request(Op.OPEN, "benali", (*PLACE, ROW, blob)), at=NOON).part == PLAIN


def test_guessing_numbers_by_digests_of_people_is_as_slow_as_by_indexes(account: Account, key_ring: KeyRing) -> None:
    """The subject stands beside each record in a dump: its digest tells who is insured as well as an index does."""
    answering = Answering(lambda: key_ring, account=account, calls_per_minute=100, indexed_per_minute=2)

    statuses = [
        answering.answer(Request(Op.MAC, "benali", (keyset, b"", b"%d" % guess)), at=NOON).status
        for keyset in (b"subject", b"digest")
        for guess in range(3)
    ]

    assert statuses == [Status.DONE, Status.DONE, Status.SPENT, Status.DONE, Status.DONE, Status.DONE]


def test_a_promoted_key_seals_at_the_next_request(account: Account, key_ring: KeyRing) -> None:
    """C8: what a broker sealed under the key of before would be lost when that key is destroyed."""
    rings = [key_ring]
    answering = Answering(lambda: rings[-1], account=account, calls_per_minute=100, indexed_per_minute=100)
    rings.append(KeyRing(with_second(key_ring.keys)))

    answer = answering.answer(Request(Op.PRIMARY, "web", (b"encryption",)), at=NOON)

    assert int.from_bytes(answer.part, "big") == 21


def test_a_peer_that_invents_fields_shuts_out_none(answering: Answering, key_ring: KeyRing) -> None:
    blob = sealed(LocalOperations(key_ring))
    invented = [
        answering.answer(
            Request(Op.INDEX, "web", (f"a.b.{number}".encode(), *PLACE[1:], NORMAL, bytes(1))), at=NOON
        ).status
        for number in range(1100)
    ]

    assert invented == [Status.DONE] * 1100
    assert answering.answer(Request(Op.OPEN, "benali", (*PLACE, ROW, blob)), at=NOON).part == PLAIN


def kept_of(kind: type) -> int:
    """How many objects of a class are alive."""
    gc.collect()
    return sum(isinstance(alive, kind) for alive in gc.get_objects())


@pytest.mark.parametrize("kind", [Place, LocalOperations], ids=["places", "ciphers"])
def test_no_more_is_kept_than_a_portal_has_fields(kind: type, account: Account, key_ring: KeyRing) -> None:
    answering = Answering(lambda: key_ring, account=account, calls_per_minute=10_000, indexed_per_minute=10_000)
    before = kept_of(kind)

    for number in range(1500):
        invented = (f"a.b.{number}".encode(), *PLACE[1:], ROW, PLAIN, NORMAL)
        assert answering.answer(Request(Op.SEAL, "web", invented), at=NOON).status is Status.DONE

    assert kept_of(kind) - before <= 1024


def test_a_name_that_no_field_has_is_malformed(answering: Answering) -> None:
    named = [(b"a" * 501, *PLACE[1:]), (*PLACE[:3], b"a" * 501)]

    statuses = [
        answering.answer(Request(Op.INDEX, "web", (*place, NORMAL, bytes(1))), at=NOON).status for place in named
    ]

    assert statuses == [Status.MALFORMED] * 2


def test_a_clock_that_is_set_back_stops_no_digest(answering: Answering) -> None:
    ask = Request(Op.MAC, "web", (b"digest", b"", b"message"))

    assert [answering.answer(ask, at=at).status for at in (NOON, NOON - DAY)] == [Status.DONE] * 2


def test_parallel_peers_that_use_and_invent_fields_get_right_answers(account: Account, key_ring: KeyRing) -> None:
    blob = sealed(LocalOperations(key_ring))
    answering = Answering(lambda: key_ring, account=account, calls_per_minute=100_000, indexed_per_minute=100)

    def work(worker: int) -> set[bytes]:
        for number in range(400):
            invented = (f"{worker}.b.{number}".encode(), *PLACE[1:], ROW, PLAIN)
            answering.answer(Request(Op.SEAL, "web", invented), at=NOON)
        return {answering.answer(Request(Op.OPEN, "benali", (*PLACE, ROW, blob)), at=NOON).part for _ in range(50)}

    with ThreadPoolExecutor(8) as pool:
        assert set().union(*pool.map(work, range(8))) == {PLAIN}
