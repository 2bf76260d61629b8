"""Passkeys under simultaneous requests: once is once (I2)."""

from typing import Any

import pytest

from hardening.authenticators.challenge import Purpose
from hardening.authenticators.enrolment import remove_authenticator
from hardening.authenticators.grants import issue_grant, permission_from
from hardening.authenticators.models import LoginPolicy, OneTimeCode, Passkey, SpentSecret
from hardening.authenticators.passkey_binding import bind_passkey, options_for_binding, remove_passkey
from hardening.authenticators.passkeys import assert_passkey, options_for_login
from hardening.authenticators.permission import Permission
from hardening.testing.passkeys import bind_soft_passkey, soft_passkey
from hardening.testing.phones import bind_phone
from tests.authenticators.test_races import THREADS, at_once

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"], transaction=True),
    pytest.mark.postgresql,
]


def log_in(answer: str) -> object:
    return assert_passkey(answer, purpose=Purpose.LOGIN, account=None, binding="browser")


def test_a_challenge_opens_one_login_of_64_sent_at_once(amine: Any) -> None:
    """P4, P5, I2."""
    answer = bind_soft_passkey(amine).get(options_for_login(binding="browser"))

    opened = at_once(lambda: log_in(answer))

    assert len(opened) == 1
    assert SpentSecret.objects.count() == 2, "one for the binding, one for the login"


def test_64_challenges_answered_with_one_count_open_one_login(amine: Any) -> None:
    """Two devices with one key stand at the same count: of all that come at once, one is believed."""
    device = bind_soft_passkey(amine)
    answers = iter([device.get(options_for_login(binding="browser"), sign_count=7) for _ in range(THREADS)])

    assert len(at_once(lambda: log_in(next(answers)))) == 1


def test_one_letter_binds_one_passkey_of_64_answers_sent_at_once(amine: Any) -> None:
    """P5, I2: also when each answers a challenge of its own."""
    key = str(amine.pk)
    permission = permission_from(issue_grant(account=amine, issued_by=None).code, account=key)

    def bind() -> Passkey:
        options = options_for_binding(permission, binding="session", username="amine", display_name="Amine")
        return bind_passkey(permission, soft_passkey().create(options), name="Clé", binding="session")

    assert len(at_once(bind, threads=16)) == 1
    assert (Passkey.objects.count(), LoginPolicy.objects.count()) == (1, 1)


def test_passkeys_bound_at_once_stay_within_their_number(amine: Any) -> None:
    permission = Permission(account=str(amine.pk))

    def bind() -> Passkey:
        options = options_for_binding(permission, binding="session", username="amine", display_name="Amine")
        return bind_passkey(permission, soft_passkey().create(options), name="Clé", binding="session")

    assert len(at_once(bind, threads=16)) == 10


def test_two_removals_at_once_leave_one_passkey(amine: Any) -> None:
    permission = Permission(account=str(amine.pk))
    for _ in range(2):
        bind_soft_passkey(amine)
    passkeys = iter(list(Passkey.objects.values_list("pk", flat=True)))

    at_once(lambda: remove_passkey(permission, passkey=next(passkeys)), threads=2)

    assert Passkey.objects.count() == 1


def test_a_code_and_a_passkey_removed_at_once_leave_one_of_them(amine: Any) -> None:
    """The last of both kinds together, where an administrator has opened codes again."""
    phone, permission = bind_phone(amine), Permission(account=str(amine.pk))
    bind_soft_passkey(amine)
    LoginPolicy.objects.update(resistant_only=False)
    passkey, code = Passkey.objects.get().pk, int(phone.authenticator)
    kinds = iter(["passkey", "code"])

    def remove() -> None:
        if next(kinds) == "passkey":
            remove_passkey(permission, passkey=passkey)
        else:
            remove_authenticator(permission, authenticator=code)

    at_once(remove, threads=2)

    assert Passkey.objects.count() + OneTimeCode.objects.count() == 1
