import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hardening.integrations.pro_sante_connect.flow import LIFETIME, Flow, begin, read

NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)


def test_the_state_tells_nothing_of_the_nonce_and_the_verifier() -> None:
    flow = Flow(secret="a", began_at=NOON)
    other = Flow(secret="b", began_at=NOON)

    words = {flow.state, flow.nonce, flow.verifier, other.state, other.nonce, other.verifier}
    assert len(words) == 6
    assert {len(word) for word in words} == {43}
    assert flow.challenge == base64.urlsafe_b64encode(hashlib.sha256(flow.verifier.encode()).digest()).decode()[:-1]


def test_two_logins_share_no_secret_and_show_none() -> None:
    first, second = begin(at=NOON), begin(at=NOON)

    assert first.secret != second.secret
    assert len(first.secret) >= 43
    assert first.secret not in repr(first)


@pytest.mark.parametrize(
    ("after", "holds"),
    [
        (timedelta(seconds=-1), False),
        (timedelta(), True),
        (LIFETIME - timedelta(seconds=1), True),
        (LIFETIME, False),
    ],
)
def test_an_answer_is_ours_for_ten_minutes(after: timedelta, holds: bool) -> None:  # noqa: FBT001
    flow = begin(at=NOON)

    assert flow.answers(flow.state, at=NOON + after) is holds
    assert not flow.answers(begin(at=NOON).state, at=NOON)
    assert not flow.answers("état", at=NOON)


def test_a_login_comes_back_out_of_its_cookie() -> None:
    flow = begin(at=NOON, target="/counter/")

    assert read(flow.as_json()) == flow
    assert replace(flow, next="/") != flow


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "text",
        {},
        {"secret": "a", "began_at": "noon", "next": ""},
        {"secret": "a", "began_at": "2026-02-03T12:00:00", "next": ""},
        {"secret": 7, "began_at": "2026-02-03T12:00:00+00:00", "next": ""},
        {"secret": "a", "began_at": "2026-02-03T12:00:00+00:00", "next": None},
    ],
)
def test_any_other_cookie_is_none(kept: Any) -> None:
    assert read(kept) is None
