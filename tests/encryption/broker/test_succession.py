"""The broker while one index key takes over from another: the web process knows no key, and gives right answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hardening.encryption.broker.account import Account
from hardening.encryption.broker.answering import Answering
from hardening.encryption.broker.budgets import Caps
from hardening.encryption.operations import LocalOperations
from hardening.keys.broker.frames import FIRST, LAST, Op, Request, Status
from hardening.keys.key_file import KeyState
from hardening.keys.ring import KeyRing
from tests.encryption.broker.places import NIR, NORMAL, sealed
from tests.encryption.second_keys import with_second

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PLACE = (NIR.field_id.encode(), b"145", b"1", NIR.index_domains[0].encode())
ONE = Caps(per_actor=1, in_all=9, window=timedelta(days=1))


@pytest.fixture
def during(key_ring: KeyRing) -> KeyRing:
    """The second index key is primary, the first one its predecessor."""
    keys = with_second(key_ring.keys, keyset="index")
    return KeyRing(
        replace(key, state=KeyState.PREDECESSOR) if (key.keyset, key.state) == ("index", KeyState.ACTIVE) else key
        for key in keys
    )


@pytest.fixture
def answering(during: KeyRing, tmp_path: Path) -> Iterator[Answering]:
    account = Account(tmp_path / "account.sqlite3", caps=ONE)
    yield Answering(lambda: during, account=account, calls_per_minute=100, indexed_per_minute=100)
    account.close()


def test_a_question_gets_the_indexes_of_both_keys_and_counts_once(answering: Answering, during: KeyRing) -> None:
    asked = Request(Op.INDEX, "web", (*PLACE, NORMAL, b"\x00"))

    answers = [answering.answer(asked, at=NOON) for _ in range(2)]

    assert {answer.status for answer in answers} == {Status.DONE}
    assert answers[0].part == b"".join(LocalOperations(during).indexes(NORMAL, place=NIR))
    assert len(answers[0].part) == 32


def test_it_says_by_which_index_columns_are_compared(answering: Answering, key_ring: KeyRing, tmp_path: Path) -> None:
    account = Account(tmp_path / "other.sqlite3", caps=ONE)
    settled = Answering(lambda: key_ring, account=account, calls_per_minute=9, indexed_per_minute=9)
    asked = Request(Op.COMPARED, "web", ())

    assert (answering.answer(asked, at=NOON).part, settled.answer(asked, at=NOON).part) == (LAST, FIRST)
    account.close()


def test_whoever_opened_a_person_has_the_answer_under_either_key(answering: Answering, key_ring: KeyRing) -> None:
    """Else a rotation would charge everybody twice for one person."""
    before = sealed(LocalOperations(key_ring))
    opened = answering.answer(Request(Op.OPEN, "web", (*PLACE, b"row", before)), at=NOON)

    asked = answering.answer(Request(Op.INDEX, "web", (*PLACE, NORMAL, b"\x00")), at=NOON)

    assert (opened.status, asked.status) == (Status.DONE, Status.DONE)


def test_an_index_that_the_place_does_not_have_is_malformed(answering: Answering) -> None:
    for slot in (b"", b"\x01", b"\x00\x00"):
        assert answering.answer(Request(Op.INDEX, "web", (*PLACE, NORMAL, slot)), at=NOON).status is Status.MALFORMED
