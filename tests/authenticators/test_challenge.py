"""A challenge is known again by its own bytes, for one purpose, account, browser and five minutes (P4)."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.authenticators.challenge import CHALLENGE_BYTES, LIFETIME, SKEW, Purpose, is_ours, new_challenge

NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NONCE = bytes(range(16))


@dataclass(frozen=True)
class Question:
    purpose: Purpose = Purpose.STEP_UP
    account: str = "amine"
    binding: str = "session"
    key: bytes = b"ours"

    def mac(self, message: bytes) -> bytes:
        return hmac.new(self.key, message, hashlib.sha256).digest()

    def ask(self, nonce: bytes = NONCE) -> bytes:
        return new_challenge(
            purpose=self.purpose, account=self.account, binding=self.binding, at=NOON, nonce=nonce, mac=self.mac
        )

    def knows(self, challenge: bytes, *, at: datetime = NOON) -> bool:
        return is_ours(challenge, purpose=self.purpose, account=self.account, binding=self.binding, at=at, mac=self.mac)


HIS = Question()


@pytest.mark.parametrize(
    "another",
    [
        replace(HIS, purpose=Purpose.LOGIN),
        replace(HIS, purpose=Purpose.BINDING),
        replace(HIS, account="claire"),
        replace(HIS, account=""),
        replace(HIS, binding="another session"),
        replace(HIS, account="aminese", binding="ssion"),
        replace(HIS, key=b"another portal's"),
    ],
)
def test_the_challenge_of_another_purpose_account_session_or_key_is_refused(another: Question) -> None:
    challenge = HIS.ask()

    assert HIS.knows(challenge)
    assert not another.knows(challenge)


def test_a_challenge_lives_for_five_minutes_and_not_a_second_more() -> None:
    challenge = HIS.ask()

    assert HIS.knows(challenge, at=NOON + LIFETIME)
    assert not HIS.knows(challenge, at=NOON + LIFETIME + SECOND)
    assert timedelta(minutes=5) == LIFETIME


def test_a_challenge_from_a_server_whose_clock_is_ahead_is_ours_up_to_half_a_minute() -> None:
    challenge = HIS.ask()

    assert HIS.knows(challenge, at=NOON - SKEW)
    assert not HIS.knows(challenge, at=NOON - SKEW - SECOND)


def test_a_challenge_bound_to_no_browser_is_nobodys() -> None:
    nobodys = replace(HIS, binding="")

    assert not nobodys.knows(nobodys.ask())


@given(st.integers(0, CHALLENGE_BYTES - 1), st.integers(1, 255))
def test_a_challenge_with_any_byte_altered_is_refused(place: int, change: int) -> None:
    altered = bytearray(HIS.ask())
    altered[place] ^= change

    assert not HIS.knows(bytes(altered))


@given(st.binary(max_size=64))
def test_made_up_bytes_are_no_challenge(made_up: bytes) -> None:
    assert not HIS.knows(made_up)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_two_nonces_make_two_challenges(one: bytes, other: bytes) -> None:
    assert (HIS.ask(one) == HIS.ask(other)) is (one == other)
