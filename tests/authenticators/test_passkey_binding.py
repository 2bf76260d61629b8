"""Binding passkeys: under a permission, once, and what the first one closes (D26)."""

from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import override_settings

from hardening import clock
from hardening.authenticators import codes, enrolment, one_time_code, policies, proofs
from hardening.authenticators.answer import CeremonyRefused, Reason
from hardening.authenticators.enrolment import LastAuthenticator, NoSuchAuthenticator
from hardening.authenticators.grants import issue_grant, permission_from
from hardening.authenticators.models import EnrolmentGrant, LoginPolicy, OneTimeCode, Passkey
from hardening.authenticators.passkey_binding import bind_passkey, options_for_binding, remove_passkey, rename_passkey
from hardening.authenticators.permission import NoSuchGrant, Permission
from hardening.authenticators.policies import PolicyRefused, WeakerWayClosed
from hardening.errors import StepUpRequired
from hardening.events import AuthenticatorBound, Event, PolicyChanged, WeakerWayRefused
from hardening.requirements import Assurance, Level
from hardening.testing.passkeys import SoftPasskey, bind_soft_passkey, soft_passkey
from hardening.testing.phones import Phone, bind_phone

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])


def bind(account: Any, device: SoftPasskey, *, permission: Permission | None = None, **lies: Any) -> Passkey:
    permission = permission or Permission(account=str(account.pk))
    options = options_for_binding(permission, binding="session", username="amine", display_name="Dr Amine Benali")
    return bind_passkey(permission, device.create(options, **lies), name="Clé", binding="session")


def refused(account: Any, device: SoftPasskey, **lies: Any) -> Reason:
    with pytest.raises(CeremonyRefused) as refusal:
        bind(account, device, **lies)
    assert not Passkey.objects.filter(name="Clé").exists()
    return refusal.value.reason


def by_letter(account: Any) -> Permission:
    return permission_from(issue_grant(account=account, issued_by=None).code, account=str(account.pk))


def type_code(account: Any, phone: Phone) -> object:
    return codes.verify(phone.code(), account=str(account.pk), authenticator=phone.authenticator)


def test_a_letter_binds_the_first_passkey_once_and_the_log_tells_all(
    amine: Any, told: list[Event], django_capture_on_commit_callbacks: Any
) -> None:
    permission = by_letter(amine)

    with django_capture_on_commit_callbacks(execute=True):
        bound = bind(amine, soft_passkey(), permission=permission)

    assert EnrolmentGrant.objects.get().spent_at is not None
    assert [event.authenticator for event in told if isinstance(event, AuthenticatorBound)] == [str(bound.pk)]
    assert [event.resistant_only for event in told if isinstance(event, PolicyChanged)] == [True]


def test_a_letter_used_up_meanwhile_binds_nothing(amine: Any) -> None:
    permission = by_letter(amine)
    issue_grant(account=amine, issued_by=None)

    with pytest.raises(NoSuchGrant):
        bind(amine, soft_passkey(), permission=permission)

    assert not Passkey.objects.exists()
    assert not policies.is_resistant_only(str(amine.pk))


def test_a_passkey_is_not_bound_without_user_verification_in_a_frame_or_from_elsewhere(amine: Any) -> None:
    """P16, P18, P19."""
    assert refused(amine, soft_passkey(), is_user_verified=False) is Reason.USER_NOT_VERIFIED
    assert refused(amine, soft_passkey(), client_data={"crossOrigin": True}) is Reason.FRAMED
    assert refused(amine, soft_passkey(), origin="http://localhost:9000") is Reason.ORIGIN
    assert refused(amine, soft_passkey(), rp_id="piege.example") is Reason.RELYING_PARTY
    assert refused(amine, soft_passkey(), kind="webauthn.get") is Reason.KIND


def test_the_model_of_an_authenticator_that_nobody_vouches_for_is_not_kept(amine: Any) -> None:
    """P17: whoever posts the answer chose the number."""
    bound = bind(amine, soft_passkey(aaguid=UUID("ee882879-721c-4913-9775-3dfcce97072a")))

    assert (bound.aaguid, bound.attestation) == (UUID(int=0), "none")


def test_the_first_passkey_closes_codes_in_every_verb(amine: Any, told: list[Event]) -> None:
    """D26: the right code, used for the first time, opens nothing, and is not used up."""
    phone, key = bind_phone(amine), str(amine.pk)
    bind(amine, soft_passkey())

    assert type_code(amine, phone) is None
    assert [event.step for event in told if isinstance(event, WeakerWayRefused)] == ["code"]
    assert not OneTimeCode.objects.filter(user=amine).spend(10**9)
    with pytest.raises(WeakerWayClosed):
        enrolment.begin_enrolment(Permission(account=key), name="Téléphone", session="session")


def test_a_seed_shown_before_the_first_passkey_is_not_bound_after_it(amine: Any) -> None:
    key = str(amine.pk)
    seed = enrolment.begin_enrolment(Permission(account=key), name="Téléphone", session="session")
    bind(amine, soft_passkey())

    with pytest.raises(WeakerWayClosed):
        enrolment.confirm_enrolment(
            one_time_code.code_at(seed.value, counter=one_time_code.step_at(clock.now())),
            account=key,
            session="session",
        )


def test_a_code_is_closed_until_the_database_says_otherwise(amine: Any) -> None:
    """An authenticator that did not come through the manager verifies nothing."""
    assert OneTimeCode(user=amine).is_closed is True


def test_codes_of_others_stay_open(amine: Any, claire: Any) -> None:
    phone = bind_phone(claire)
    bind(amine, soft_passkey())

    assert type_code(claire, phone) is not None


def test_a_letter_binds_nothing_beside_a_passkey(amine: Any, told: list[Event]) -> None:
    """D26: a letter read in a mailbox does not stand beside the key that it cannot replace."""
    bind_soft_passkey(amine)

    with pytest.raises(WeakerWayClosed):
        bind(amine, soft_passkey(), permission=by_letter(amine))

    assert Passkey.objects.count() == 1
    assert EnrolmentGrant.objects.filter(spent_at=None).count() == 1
    assert [event.step for event in told if isinstance(event, WeakerWayRefused)] == ["grant"]


@pytest.mark.parametrize("method", [("pwd", "otp"), ("mfa", "swk")])
def test_a_proof_by_code_changes_nothing_where_a_passkey_is_bound(amine: Any, method: tuple[str, ...]) -> None:
    """I3: the strongest enrolled, at every door that gives a permission."""
    is_passkey = "mfa" in method
    assurance = Assurance(
        level=Level.AAL2,
        account=str(amine.pk),
        methods=method,
        is_phishing_resistant=is_passkey,
        proven_at=clock.now(),
    )
    assert proofs.fresh(assurance) == proofs.completing(assurance) == Permission(account=str(amine.pk))
    bind_soft_passkey(amine)

    for door in (proofs.fresh, proofs.completing):
        if is_passkey:
            assert door(assurance) == Permission(account=str(amine.pk))
        else:
            with pytest.raises(StepUpRequired):
                door(assurance)


def test_an_administrator_opens_codes_for_somebody_else_with_a_reason(amine: Any, sophie: Any) -> None:
    phone = bind_phone(amine)
    bind_soft_passkey(amine)
    type(sophie)._default_manager.filter(pk=sophie.pk).update(is_superuser=True)
    sophie.refresh_from_db()

    policies.open_weaker_ways(account=amine, by=sophie, reason="No passkey works at this counter")

    assert type_code(amine, phone) is not None
    bind(amine, soft_passkey())
    assert LoginPolicy.objects.get().resistant_only is False, "an administrator's decision outlives the next passkey"
    policies.require_passkey(account=amine, by=sophie, reason="A new computer")
    assert policies.is_resistant_only(str(amine.pk))


def test_nobody_else_opens_them(amine: Any, sophie: Any, claire: Any) -> None:
    """D26: not the owner, not a member of staff, nor anybody without a reason."""
    bind_soft_passkey(amine)
    sophie.is_superuser = True
    amine.is_superuser = True

    for by, reason in ((amine, "mine"), (claire, "please"), (sophie, " ")):
        with pytest.raises(PolicyRefused):
            policies.open_weaker_ways(account=amine, by=by, reason=reason)

    assert policies.is_resistant_only(str(amine.pk))


def test_a_synced_passkey_is_refused_to_an_administrator_and_welcome_to_others(amine: Any, sophie: Any) -> None:
    """D26."""
    assert refused(sophie, soft_passkey(is_synced=True)) is Reason.SYNCED
    assert bind(sophie, soft_passkey()).is_backup_eligible is False
    assert bind(amine, soft_passkey(is_synced=True)).is_backup_eligible is True


def test_the_last_that_opens_anything_stays(amine: Any) -> None:
    """A closed code is none: the only passkey stays beside it, and the code may go."""
    phone, key = bind_phone(amine), Permission(account=str(amine.pk))
    passkey = bind(amine, soft_passkey())

    with pytest.raises(LastAuthenticator):
        remove_passkey(key, passkey=passkey.pk)
    enrolment.remove_authenticator(key, authenticator=int(phone.authenticator))
    second = bind(amine, soft_passkey())
    remove_passkey(key, passkey=passkey.pk)

    assert list(Passkey.objects.all()) == [second]


def test_another_accounts_passkey_is_neither_renamed_nor_removed(amine: Any, claire: Any) -> None:
    """P3: nor with a letter, which binds and does nothing else."""
    bind_soft_passkey(amine)
    hers, passkey = Permission(account=str(claire.pk)), Passkey.objects.get()

    for attempt in (remove_passkey, lambda one, *, passkey: rename_passkey(one, passkey=passkey, name="À moi")):
        with pytest.raises(NoSuchAuthenticator):
            attempt(hers, passkey=passkey.pk)
    with pytest.raises(StepUpRequired):
        rename_passkey(by_letter(amine), passkey=passkey.pk, name="À moi")
    rename_passkey(Permission(account=str(amine.pk)), passkey=passkey.pk, name="Comptoir")

    assert Passkey.objects.get().name == "Comptoir"


def test_one_device_is_bound_to_one_account(amine: Any, claire: Any) -> None:
    device = bind_soft_passkey(amine)

    assert refused(claire, device) is Reason.BOUND_ALREADY


@override_settings(HARDENING_AUTHENTICATORS={**settings.HARDENING_AUTHENTICATORS, "passkeys_at_most": 1})
def test_no_more_passkeys_than_the_settings_say(amine: Any) -> None:
    bind_soft_passkey(amine)

    assert refused(amine, soft_passkey()) is Reason.TOO_MANY


def test_the_question_names_what_is_bound_and_asks_for_the_user(amine: Any) -> None:
    bind_soft_passkey(amine)

    options: Any = options_for_binding(
        Permission(account=str(amine.pk)), binding="session", username="amine", display_name="Dr Amine Benali"
    )

    assert len(options["excludeCredentials"]) == 1
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["rp"]["id"] == "localhost"
    assert str(amine.pk) != options["user"]["id"]


def test_what_ends_with_the_binding_ends_with_it_or_nothing_is_bound(amine: Any) -> None:
    """I4: no passkey stands while the sessions that it should have ended live on."""

    def fails() -> None:
        raise RuntimeError("the sessions could not be ended")

    permission = Permission(account=str(amine.pk))
    options = options_for_binding(permission, binding="session", username="amine", display_name="Amine")
    with pytest.raises(RuntimeError):
        bind_passkey(permission, soft_passkey().create(options), name="Clé", binding="session", alongside=fails)

    assert not Passkey.objects.exists()
    assert not policies.is_resistant_only(str(amine.pk))
