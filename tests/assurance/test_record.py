from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardening.assurance.record import METHODS, ProofMissingError, Record, read
from hardening.requirements import ANONYMOUS, Level, Standing

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOBODY_YET = Record(account="benali")
PASSWORD_GIVEN = NOBODY_YET.proving({"pwd"}, at=NOON)
PASSWORD_AND_CODE = PASSWORD_GIVEN.proving({"otp"}, at=NOON + MINUTE)


def test_a_password_is_half_a_login() -> None:
    assert PASSWORD_GIVEN.level == Level.HALF
    assert PASSWORD_GIVEN.assurance(session="s", at=NOON).level == Level.HALF


def test_a_password_and_a_code_are_aal2_and_not_phishing_resistant() -> None:
    found = PASSWORD_AND_CODE.assurance(session="s", at=NOON + MINUTE)

    assert (found.level, found.is_phishing_resistant, found.methods) == (Level.AAL2, False, ("otp", "pwd"))
    assert (found.account, found.session, found.proven_at) == ("benali", "s", NOON + MINUTE)


@pytest.mark.parametrize("key", ["hwk", "swk", "sc"])
def test_a_key_that_verified_its_user_is_aal2_and_phishing_resistant(key: str) -> None:
    record = NOBODY_YET.proving({key, "mfa"}, at=NOON)

    assert record.level == Level.AAL2
    assert record.is_phishing_resistant


@pytest.mark.parametrize("methods", [{"otp"}, {"hwk"}, {"mfa"}, {"hwk", "otp"}, set()])
def test_half_a_proof_is_nothing(methods: set[str]) -> None:
    record = NOBODY_YET.proving(methods, at=NOON)

    assert record.level == Level.ANONYMOUS
    assert record.assurance(session="s", at=NOON) == ANONYMOUS


def test_a_half_login_lasts_five_minutes() -> None:
    assert PASSWORD_GIVEN.is_half_login(at=NOON + 5 * MINUTE)
    assert not PASSWORD_GIVEN.is_half_login(at=NOON + 5 * MINUTE + timedelta(microseconds=1))
    assert PASSWORD_GIVEN.assurance(session="s", at=NOON + 6 * MINUTE) == ANONYMOUS


def test_a_half_login_from_the_future_is_none() -> None:
    assert not PASSWORD_GIVEN.is_half_login(at=NOON - MINUTE)


def test_a_complete_login_is_no_half_login() -> None:
    assert not PASSWORD_AND_CODE.is_half_login(at=NOON + MINUTE)


def test_a_fresh_password_does_not_freshen_an_old_code() -> None:
    later = PASSWORD_AND_CODE.proving({"pwd"}, at=NOON + 60 * MINUTE)

    assert later.proven_at == NOON + MINUTE


def test_a_fresh_code_does_not_freshen_an_old_passkey() -> None:
    passkey = NOBODY_YET.proving({"swk", "mfa"}, at=NOON)

    assert passkey.proving({"otp"}, at=NOON + MINUTE).proven_at == NOON
    assert passkey.proving({"swk", "mfa"}, at=NOON + MINUTE).proven_at == NOON + MINUTE


@pytest.mark.parametrize("methods", [{"pwd", "otp"}, {"swk", "mfa"}])
def test_a_held_login_is_below_aal2_whatever_it_has_proven(methods: set[str]) -> None:
    """D28, D35: a key that a thief bound with somebody's letter proves as well as the owner's."""
    held = replace(NOBODY_YET, standing=Standing.HELD).proving(methods, at=NOON)
    found = held.assurance(session="s", at=NOON + 60 * MINUTE)

    assert (found.level, found.account, found.proven_at) == (Level.HELD, "benali", NOON)


def test_probation_is_aal2_and_says_so() -> None:
    found = replace(PASSWORD_AND_CODE, standing=Standing.PROBATION).assurance(session="s", at=NOON)

    assert (found.level, found.is_on_probation) == (Level.AAL2, True)


@pytest.mark.parametrize("standing", Standing)
def test_a_half_login_is_half_in_every_standing(standing: Standing) -> None:
    assert replace(PASSWORD_GIVEN, standing=standing).level == Level.HALF


@given(st.sampled_from(Standing), st.sets(st.sampled_from(sorted(METHODS))))
def test_no_proof_betters_a_standing(standing: Standing, methods: set[str]) -> None:
    assert replace(PASSWORD_AND_CODE, standing=standing).proving(methods, at=NOON).standing is standing


@pytest.mark.parametrize(
    ("first", "then", "proof"),
    [
        ({"pwd", "otp"}, {"otp"}, "second"),
        ({"pwd", "otp"}, {"pwd"}, "first"),
        ({"pwd", "otp"}, {"swk", "mfa"}, "second"),
        ({"swk", "mfa"}, {"swk", "mfa"}, "second"),
        ({"swk", "mfa"}, {"otp"}, "first"),
    ],
)
def test_the_proof_has_a_new_name_when_its_strongest_kind_is_given_anew(
    first: set[str], then: set[str], proof: str
) -> None:
    """D29: nothing weaker begins a new allowance."""
    record = NOBODY_YET.proving(first, at=NOON, proof="first").proving(then, at=NOON, proof="second")

    assert record.assurance(session="s", at=NOON).proof == proof


def test_a_method_without_a_name_here_is_refused() -> None:
    with pytest.raises(ProofMissingError, match="unknown methods: sms"):
        NOBODY_YET.proving({"sms"}, at=NOON)


records = st.builds(
    lambda account, methods, known, standing: Record(
        account=account, is_known_browser=known, auth_hash="h", standing=standing
    ).proving(methods, at=NOON, proof="p"),
    account=st.text(min_size=1),
    methods=st.sets(st.sampled_from(sorted(METHODS))),
    known=st.booleans(),
    standing=st.sampled_from(Standing),
)


@given(records)
def test_a_record_is_read_as_it_was_stored(record: Record) -> None:
    assert read(record.as_json()) == record


@given(st.sets(st.sampled_from(sorted(METHODS))), st.sets(st.sampled_from(sorted(METHODS))))
def test_a_level_never_falls_by_proving_more(first: set[str], more: set[str]) -> None:
    record = NOBODY_YET.proving(first, at=NOON)

    assert record.proving(more, at=NOON).level >= record.level


@pytest.mark.parametrize(
    "change",
    [
        {"format": 1},
        {"format": 3},
        {"standing": "trusted"},
        {"standing": None},
        {"format": None},
        {"account": ""},
        {"proofs": None},
        {"proofs": [["pwd"]]},
        {"proofs": [["pwd", "yesterday"]]},
        {"proofs": [["pwd", "2026-03-02T12:00:00"]]},
        {"proofs": [["pwd", 5]]},
    ],
)
def test_what_cannot_be_read_proves_nothing(change: dict[str, object]) -> None:
    assert read(PASSWORD_AND_CODE.as_json() | change) is None


@pytest.mark.parametrize(
    "missing", ["format", "account", "proofs", "is_known_browser", "auth_hash", "standing", "proof"]
)
def test_a_record_with_a_part_missing_proves_nothing(missing: str) -> None:
    stored = PASSWORD_AND_CODE.as_json()
    del stored[missing]

    assert read(stored) is None
