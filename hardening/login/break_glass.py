"""Let an administrator in from the server, when nobody else can: heard by everybody, and short."""

import logging
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser

from hardening import clock
from hardening.authenticators.grants import Letter, issue_grant
from hardening.errors import Outcome
from hardening.events import BreakGlassUsed
from hardening.intents import intent
from hardening.lockout.review import release_name
from hardening.login import mailing, notices

logger = logging.getLogger("hardening.login")

LIVES = timedelta(minutes=10)
"""Long enough to walk to a browser: a grant left on a terminal is nobody's spare key."""


class NoAdministrator(Outcome):
    """Emergency access is for administrators in service; everybody else has the console."""


def let_in(account: AbstractBaseUser, *, operator: str, reason: str) -> Letter:
    """Release the lockouts of an administrator and return a grant for one new authenticator, good for ten minutes.

    The password stays as it is, and no other step is left out. Written to the audit before anything changes, logged
    as critical, and mailed to every administrator, the beneficiary included. Emits BreakGlassUsed.

    Raise NoAdministrator for anybody else, and whatever the audit raises: unheard, it does not happen.
    """
    if not account.is_active or not getattr(account, "is_staff", False):
        raise NoAdministrator("emergency access is for administrators in service")
    key, at = str(account.pk), clock.now()
    with intent(BreakGlassUsed, account=key, actor=operator) as change:
        letter = issue_grant(account=account, issued_by=None, operator=operator, reason=reason, lifetime=LIVES)
        change.settle(BreakGlassUsed(at=at, account=key, operator=operator, reason=reason))
    logger.critical("break-glass: %s let account %s in from the server", operator, key)
    release_name(account.get_username(), released_by=operator, reason=reason)
    _tell_everybody(account, operator=operator, reason=reason)
    return letter


def _tell_everybody(account: AbstractBaseUser, *, operator: str, reason: str) -> None:
    administrators = get_user_model()._default_manager.filter(is_active=True, is_staff=True)
    context = {"at": clock.now(), "username": account.get_username(), "operator": operator, "reason": reason}
    for to in sorted({notices.address_of(administrator) for administrator in administrators} - {""}):
        mailing.post(notices.compose("break_glass", to=to, context=context))
    mailing.flush()
