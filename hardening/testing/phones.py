"""A telephone for tests and demonstrations, bound the way every telephone is: with a grant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser

from hardening import clock
from hardening.authenticators import one_time_code
from hardening.authenticators.enrolment import begin_enrolment, confirm_enrolment
from hardening.authenticators.grants import issue_grant, permission_from

_SESSION = "hardening.testing"


@dataclass(frozen=True)
class Phone:
    """What the person holds: the seed, and the authenticator's id as forms post it."""

    seed: bytes
    authenticator: str

    def code(self, *, at: datetime | None = None, steps: int = 0) -> str:
        """Return the code shown ``steps`` of 30 seconds from ``at`` (the present moment)."""
        step = one_time_code.step_at(at or clock.now()) + steps
        return one_time_code.code_at(self.seed, counter=step)


def bind_phone(account: AbstractBaseUser, *, name: str = "Téléphone") -> Phone:
    """Bind a telephone to ``account`` and return it; its present code is still unused.

    Through the verbs that a letter goes through, so that a demonstration or a test holds nothing that a person
    could not have.
    """
    key = str(account.pk)
    letter = issue_grant(account=account, issued_by=None, operator=_SESSION)
    seed = begin_enrolment(permission_from(letter.code, account=key), name=name, session=_SESSION)
    # Confirmed with the code of half a minute ago: a code confirms or logs in, never both (P6).
    earlier = clock.now() - timedelta(seconds=30)
    code = one_time_code.code_at(seed.value, counter=one_time_code.step_at(earlier))
    bound = confirm_enrolment(code, account=key, session=_SESSION)
    return Phone(seed=seed.value, authenticator=str(bound.pk))
