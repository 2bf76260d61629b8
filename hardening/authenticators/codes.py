"""Verify a one-time code: the only door to django-otp."""

import re
from dataclasses import dataclass

import django_otp
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser

from hardening.authenticators.models import OneTimeCode

METHOD = "otp"
"""RFC 8176 name of this proof."""

_REFERENCE = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class Verified:
    """A code was right: the account it belongs to, loaded, and the authenticator that showed it."""

    account: AbstractBaseUser
    authenticator: OneTimeCode


def enrolled(*, account: str) -> list[OneTimeCode]:
    """Return the account's one-time-code authenticators, the most recently used first."""
    found = OneTimeCode.objects.filter(user_id=account, confirmed=True)
    return sorted(found, key=lambda one: one.last_used_at or one.bound_at, reverse=True)


def verify(code: str, *, account: str, authenticator: str) -> Verified | None:
    """Return what a code proves, once; None for a wrong, late or repeated one, and for no such authenticator.

    ``authenticator`` is what a form posted. It names one of this account's, or nothing: a code is tried against one
    authenticator, never against all, so that a guess has one chance (P10).
    """
    if not _REFERENCE.fullmatch(authenticator):
        return None
    user_model = get_user_model()
    # django-otp compares keys only; the account itself comes with the authenticator, in the same statement.
    holder = user_model(pk=user_model._meta.pk.to_python(account))
    verified = django_otp.verify_token(holder, f"{OneTimeCode.model_label()}/{authenticator}", code)
    return Verified(account=verified.user, authenticator=verified) if verified else None
