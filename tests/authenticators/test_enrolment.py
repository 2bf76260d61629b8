"""Binding and removing telephones."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from hardening import clock
from hardening.authenticators import one_time_code, proofs
from hardening.authenticators.enrolment import (
    LastAuthenticator,
    NoSuchAuthenticator,
    NoSuchEnrolment,
    Seed,
    WrongCode,
    begin_enrolment,
    confirm_enrolment,
    remove_authenticator,
    rename_authenticator,
)
from hardening.authenticators.grants import issue_grant, permission_from
from hardening.authenticators.models import EnrolmentGrant, OneTimeCode, PendingEnrolment
from hardening.authenticators.permission import (
    COMPLETION,
    FRESH,
    NoSuchGrant,
    Permission,
)
from hardening.errors import StepUpRequired
from hardening.events import AuthenticatorBound, AuthenticatorRemoved, Event, GrantRedeemed, occurred
from hardening.requirements import Assurance, Level
from hardening.testing.phones import bind_phone

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]

COMMITTED = pytest.mark.django_db(databases=["default", "hardening"], transaction=True)
"""Outcomes are told at the commit, which other tests never reach."""

HERE, ELSEWHERE = "session-of-the-owner", "session-of-somebody-else"


def granted(account: Any) -> Permission:
    return permission_from(issue_grant(account=account, issued_by=None).code, account=str(account.pk))


def proven(account: Any, *, ago: timedelta = timedelta()) -> Assurance:
    return Assurance(level=Level.AAL2, account=str(account.pk), session=HERE, proven_at=clock.now() - ago)


def first_code(seed: Seed) -> str:
    return one_time_code.code_at(seed.value, counter=one_time_code.step_at(clock.now()))


def wrong_code(seed: Seed) -> str:
    return f"{(int(first_code(seed)) + 1) % 10**6:06d}"


@COMMITTED
def test_a_letter_binds_one_telephone(amine: Any, told: list[Event]) -> None:
    permission = granted(amine)
    told.clear()
    seed = begin_enrolment(permission, name="Téléphone", session=HERE)

    bound = confirm_enrolment(first_code(seed), account=str(amine.pk), session=HERE)

    assert (bound.user_id, bound.name) == (amine.pk, "Téléphone")
    assert {GrantRedeemed, AuthenticatorBound} <= {type(event) for event in told}
    assert not PendingEnrolment.objects.exists()


def test_the_letter_is_used_up_by_the_binding_and_not_by_looking(amine: Any) -> None:
    """A telephone that fails has not cost the letter; one that is bound has."""
    permission = granted(amine)
    begin_enrolment(permission, name="En panne", session=HERE)
    seed = begin_enrolment(permission, name="Téléphone", session=HERE)
    confirm_enrolment(first_code(seed), account=str(amine.pk), session=HERE)

    again = begin_enrolment(permission, name="Voleur", session=ELSEWHERE)
    with pytest.raises(NoSuchGrant):
        confirm_enrolment(first_code(again), account=str(amine.pk), session=ELSEWHERE)
    assert OneTimeCode.objects.count() == 1


def test_only_the_session_that_was_shown_the_seed_can_confirm_it(amine: Any) -> None:
    seed = begin_enrolment(granted(amine), name="Téléphone", session=HERE)

    for session in (ELSEWHERE, ""):
        with pytest.raises(NoSuchEnrolment):
            confirm_enrolment(first_code(seed), account=str(amine.pk), session=session)


def test_a_seed_waits_ten_minutes(amine: Any, at_noon: datetime) -> None:
    """P24: at ten minutes it is over."""
    seed = begin_enrolment(granted(amine), name="Téléphone", session=HERE)

    with clock.frozen(at_noon + timedelta(minutes=10)), pytest.raises(NoSuchEnrolment):
        confirm_enrolment(first_code(seed), account=str(amine.pk), session=HERE)


def test_a_wrong_code_binds_nothing_and_leaves_the_seed_waiting(amine: Any) -> None:
    seed = begin_enrolment(granted(amine), name="Téléphone", session=HERE)

    for code in (wrong_code(seed), "", "abc"):
        with pytest.raises(WrongCode):
            confirm_enrolment(code, account=str(amine.pk), session=HERE)
    assert confirm_enrolment(first_code(seed), account=str(amine.pk), session=HERE)


def test_beginning_again_forgets_the_earlier_seed(amine: Any) -> None:
    permission = granted(amine)
    earlier = begin_enrolment(permission, name="Téléphone", session=HERE)
    begin_enrolment(permission, name="Téléphone", session=HERE)

    with pytest.raises(WrongCode):
        confirm_enrolment(first_code(earlier), account=str(amine.pk), session=HERE)


def test_a_seed_shows_in_no_repr() -> None:
    assert "secret" not in repr(Seed(value=b"secret" * 3, name="Téléphone"))


def test_a_proof_is_fresh_for_five_minutes_exactly(amine: Any) -> None:
    assert proofs.fresh(proven(amine, ago=FRESH)) == Permission(account=str(amine.pk))
    with pytest.raises(StepUpRequired):
        proofs.fresh(proven(amine, ago=FRESH + timedelta(seconds=1)))


def test_what_a_fresh_proof_began_may_be_completed_ten_minutes_longer(amine: Any) -> None:
    assert proofs.completing(proven(amine, ago=COMPLETION)).account == str(amine.pk)
    with pytest.raises(StepUpRequired):
        proofs.completing(proven(amine, ago=COMPLETION + timedelta(seconds=1)))


@pytest.mark.parametrize("level", [level for level in Level if level < Level.AAL2])
def test_less_than_a_complete_login_permits_nothing(amine: Any, level: Level) -> None:
    """P2: a password alone changes no authenticator, however fresh."""
    weak = Assurance(level=level, account=str(amine.pk), session=HERE, proven_at=clock.now())

    with pytest.raises(StepUpRequired):
        proofs.fresh(weak)


def test_a_login_on_probation_changes_nothing(amine: Any) -> None:
    """D28: the relay of a deceived owner binds no authenticator of its own."""
    probation = replace(proven(amine), is_on_probation=True)

    for permit in (proofs.fresh, proofs.completing):
        with pytest.raises(StepUpRequired):
            permit(probation)


def test_a_letter_binds_and_does_nothing_else(amine: Any) -> None:
    phone = bind_phone(amine)
    bind_phone(amine, name="Deuxième")
    permission = granted(amine)

    with pytest.raises(StepUpRequired):
        remove_authenticator(permission, authenticator=int(phone.authenticator))
    with pytest.raises(StepUpRequired):
        rename_authenticator(permission, authenticator=int(phone.authenticator), name="Mien")
    assert OneTimeCode.objects.count() == 2


@COMMITTED
def test_a_removed_telephone_opens_nothing(amine: Any, told: list[Event]) -> None:
    phone, kept = bind_phone(amine), bind_phone(amine, name="Deuxième")

    remove_authenticator(proofs.fresh(proven(amine)), authenticator=int(phone.authenticator))

    assert [str(one.pk) for one in OneTimeCode.objects.all()] == [kept.authenticator]
    assert isinstance(told[-1], AuthenticatorRemoved)


def test_nobody_removes_or_renames_anothers_telephone(amine: Any, claire: Any) -> None:
    """P3: another's id is no such authenticator, and the row is intact."""
    phone = bind_phone(claire)
    bind_phone(claire, name="Deuxième")
    permission = proofs.fresh(proven(amine))

    with pytest.raises(NoSuchAuthenticator):
        remove_authenticator(permission, authenticator=int(phone.authenticator))
    with pytest.raises(NoSuchAuthenticator):
        rename_authenticator(permission, authenticator=int(phone.authenticator), name="Mien")
    assert OneTimeCode.objects.get(pk=phone.authenticator).name == "Téléphone"


def test_the_last_telephone_stays(amine: Any) -> None:
    phone = bind_phone(amine)

    with pytest.raises(LastAuthenticator):
        remove_authenticator(proofs.fresh(proven(amine)), authenticator=int(phone.authenticator))
    assert OneTimeCode.objects.count() == 1


def test_if_the_audit_cannot_be_written_nothing_is_bound(amine: Any) -> None:
    """D1: the intent comes first. A2: nobody breaks the audit to change an account unseen."""
    seed = begin_enrolment(granted(amine), name="Téléphone", session=HERE)

    def full_disk(**_: object) -> None:
        raise OSError(28, "No space left on device")

    occurred.connect(full_disk)
    try:
        with pytest.raises(OSError, match="space"):
            confirm_enrolment(first_code(seed), account=str(amine.pk), session=HERE)
    finally:
        occurred.disconnect(full_disk)
    assert not OneTimeCode.objects.exists()
    assert EnrolmentGrant.objects.get().spent_at is None
