"""Showing a passkey: what it proves, and the answers that prove nothing."""

from datetime import timedelta
from typing import Any

import pytest

from hardening import clock
from hardening.authenticators.answer import CeremonyRefused, Reason
from hardening.authenticators.challenge import Purpose
from hardening.authenticators.enrolment import NoSuchAuthenticator
from hardening.authenticators.models import Passkey
from hardening.authenticators.passkeys import Shown, assert_passkey, options_for_login, options_for_step_up
from hardening.events import ChallengeReplayed, Event, PasskeyCloned
from hardening.testing.passkeys import bind_soft_passkey, soft_passkey
from hardening.testing.statements import counted_statements

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

BROWSER = "the digest of a cookie"


def log_in(answer: str, *, binding: str = BROWSER) -> Shown:
    return assert_passkey(answer, purpose=Purpose.LOGIN, account=None, binding=binding)


def refused(answer: str, *, purpose: Purpose = Purpose.LOGIN, account: Any = None, binding: str = BROWSER) -> Reason:
    with pytest.raises(CeremonyRefused) as refusal:
        assert_passkey(answer, purpose=purpose, account=account, binding=binding)
    return refusal.value.reason


def test_a_passkey_says_who_comes_and_proves_two_factors(amine: Any) -> None:
    device = bind_soft_passkey(amine)

    shown = log_in(device.get(options_for_login(binding=BROWSER)))

    assert (shown.account, shown.methods) == (amine, ("hwk", "mfa"))
    assert Passkey.objects.get().last_used_at is not None


def test_a_synced_passkey_is_named_software(amine: Any) -> None:
    device = bind_soft_passkey(amine, device=soft_passkey(is_synced=True, counts=False))

    assert log_in(device.get(options_for_login(binding=BROWSER))).methods == ("swk", "mfa")
    assert log_in(device.get(options_for_login(binding=BROWSER))).methods == ("swk", "mfa")


def test_a_login_takes_three_statements_and_its_options_none(amine: Any) -> None:
    """D25: what is left of twelve belongs to the session, its audit and the page."""
    device = bind_soft_passkey(amine)

    with counted_statements() as asked:
        options = options_for_login(binding=BROWSER)
    with counted_statements() as answered:
        log_in(device.get(options))

    assert (len(asked), len(answered)) == (0, 3)


def test_an_answer_given_twice_is_refused_and_told(amine: Any, told: list[Event]) -> None:
    """P4, P31: nothing of a ceremony lies in a session that the browser could send a second time."""
    device = bind_soft_passkey(amine)
    answer = device.get(options_for_login(binding=BROWSER))
    log_in(answer)

    assert refused(answer) is Reason.REPLAYED
    assert [event for event in told if isinstance(event, ChallengeReplayed)] != []


def test_a_refused_answer_has_used_its_challenge_up(amine: Any) -> None:
    """P4: not one challenge for many attempts."""
    device = bind_soft_passkey(amine)
    options = options_for_login(binding=BROWSER)

    assert refused(device.get(options, is_user_verified=False)) is Reason.USER_NOT_VERIFIED
    assert refused(device.get(options)) is Reason.REPLAYED


def test_the_challenge_of_another_browser_purpose_or_account_is_refused(amine: Any, claire: Any) -> None:
    """P4: what a relay carries from one browser to another belongs to no challenge there."""
    device, key = bind_soft_passkey(amine), str(amine.pk)
    of_amine = options_for_step_up(account=key, binding="session")

    assert refused(device.get(options_for_login(binding="another browser"))) is Reason.CHALLENGE
    assert refused(device.get(of_amine), binding="session") is Reason.CHALLENGE
    step_up = Purpose.STEP_UP
    assert refused(device.get(of_amine), purpose=step_up, account=str(claire.pk), binding="session") is Reason.CHALLENGE
    assert assert_passkey(device.get(of_amine), purpose=step_up, account=key, binding="session").account == amine


@pytest.mark.parametrize("purpose", [Purpose.LOGIN, Purpose.STEP_UP])
def test_an_assertion_without_user_verification_is_refused(amine: Any, purpose: Purpose) -> None:
    """P16: a touch is one factor, at the login as at a step-up."""
    device = bind_soft_passkey(amine)
    account = str(amine.pk) if purpose is Purpose.STEP_UP else None
    options = options_for_step_up(account=account, binding=BROWSER) if account else options_for_login(binding=BROWSER)

    answer = device.get(options, is_user_verified=False)

    assert refused(answer, purpose=purpose, account=account) is Reason.USER_NOT_VERIFIED


@pytest.mark.parametrize("stated", [{"crossOrigin": True}, {"topOrigin": "https://piege.example"}, {"crossOrigin": 0}])
def test_a_ceremony_inside_a_frame_is_refused(amine: Any, stated: dict[str, object]) -> None:
    """P18."""
    device = bind_soft_passkey(amine)

    assert refused(device.get(options_for_login(binding=BROWSER), client_data=stated)) is Reason.FRAMED


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:8001",
        "http://localhost",
        "https://localhost:8000",
        "http://localhost:8000/",
        "http://a.localhost:8000",
        "null",
    ],
)
def test_an_origin_that_is_not_exactly_ours_is_refused(amine: Any, origin: str) -> None:
    """P19: from the settings alone; no request is asked, so that no Host header can say otherwise."""
    device = bind_soft_passkey(amine)

    assert refused(device.get(options_for_login(binding=BROWSER), origin=origin)) is Reason.ORIGIN


def test_a_counter_that_does_not_go_forward_is_refused_and_told(amine: Any, told: list[Event]) -> None:
    device = bind_soft_passkey(amine)
    log_in(device.get(options_for_login(binding=BROWSER)))

    assert refused(device.get(options_for_login(binding=BROWSER), sign_count=1)) is Reason.COUNTER
    assert refused(device.get(options_for_login(binding=BROWSER), sign_count=0)) is Reason.COUNTER
    assert [event.account for event in told if isinstance(event, PasskeyCloned)] == [str(amine.pk)] * 2


def test_a_passkey_answers_no_step_up_of_another_account(amine: Any, claire: Any) -> None:
    """P3."""
    device, hers = bind_soft_passkey(amine), str(claire.pk)
    options = options_for_step_up(account=hers, binding="session")

    with pytest.raises(NoSuchAuthenticator):
        assert_passkey(device.get(options), purpose=Purpose.STEP_UP, account=hers, binding="session")


def test_a_login_for_another_owner_or_for_none_is_refused(amine: Any, claire: Any) -> None:
    device, hers = bind_soft_passkey(amine), bind_soft_passkey(claire)

    lies = (hers.user_handle, None, b"")
    found = [refused(device.get(options_for_login(binding=BROWSER), user_handle=lie)) for lie in lies]

    assert found == [Reason.USER_HANDLE] * 3


def test_an_unknown_passkey_and_a_disabled_account_open_nothing(amine: Any) -> None:
    device, stranger = bind_soft_passkey(amine), soft_passkey()
    with pytest.raises(NoSuchAuthenticator):
        log_in(stranger.get(options_for_login(binding=BROWSER)))
    type(amine)._default_manager.filter(pk=amine.pk).update(is_active=False)

    assert refused(device.get(options_for_login(binding=BROWSER))) is Reason.DISABLED


def test_a_challenge_is_dead_after_five_minutes(amine: Any) -> None:
    """P4."""
    device = bind_soft_passkey(amine)
    begun = clock.now()
    with clock.frozen(begun):
        options = options_for_login(binding=BROWSER)

    with clock.frozen(begun + timedelta(minutes=5, seconds=1)):
        assert refused(device.get(options)) is Reason.CHALLENGE
    with clock.frozen(begun + timedelta(minutes=5)):
        assert log_in(device.get(options)).account == amine


def test_an_administrator_comes_in_by_a_device_bound_passkey_only(amine: Any) -> None:
    """D26: also when he became one after it was bound."""
    device = bind_soft_passkey(amine, device=soft_passkey(is_synced=True))
    type(amine)._default_manager.filter(pk=amine.pk).update(is_staff=True)

    assert refused(device.get(options_for_login(binding=BROWSER))) is Reason.SYNCED
