"""A right password that is known from a leak: the second step still comes first, and then only a new password opens.

Until the new one is set there is no session at all, only the half login: nothing has to be closed, and no page can be
forgotten.
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from hardening import clock
from hardening.clients import client_of
from hardening.events import PasswordBreached, emit
from hardening.login.breached import is_breached
from hardening.requirements import Standing

_FOUND = "hardening_login_breached"
_PROVEN = "hardening_login_second_step"


@sensitive_variables("password")
def note(request: HttpRequest, *, password: str) -> None:
    """Note in the half login whether the password that began it is breached; nobody is told before the second step."""
    request.session[_FOUND] = is_breached(password)


def is_due(request: HttpRequest) -> bool:
    """Tell whether this half login began with a breached password."""
    return bool(request.session.get(_FOUND, False))


def hold(request: HttpRequest, *, account: AbstractBaseUser, methods: Iterable[str], standing: Standing) -> None:
    """Note that the second step was right, by ``methods``, instead of opening the session. Emits PasswordBreached."""
    request.session[_PROVEN] = [str(account.pk), list(methods), clock.now().isoformat(), standing.value]
    emit(PasswordBreached(at=clock.now(), account=str(account.pk), client=client_of(request)))


def proven(request: HttpRequest, *, account: str) -> tuple[tuple[str, ...], Standing] | None:
    """Return by which methods this half login of ``account`` proved its second step, and the standing it opens in.

    None where it has not.
    """
    held = request.session.get(_PROVEN)
    if not held or held[0] != account or datetime.fromisoformat(held[2]) > clock.now():
        return None
    return tuple(held[1]), Standing(held[3])


def forget(request: HttpRequest) -> None:
    """Forget both: the new password is set."""
    request.session.pop(_FOUND, None)
    request.session.pop(_PROVEN, None)
