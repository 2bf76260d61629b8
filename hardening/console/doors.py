"""Who may enter a page of the console: staff with the named permission, two steps proven, and lately for decisions."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from hardening.requirements import AAL2, requires

REVIEW_LOCKOUTS = "hardening_lockout.view_release"
RELEASE_LOCKOUTS = "hardening_lockout.add_release"
VIEW_GRANTS = "hardening_authenticators.view_enrolmentgrant"
ISSUE_GRANTS = "hardening_authenticators.add_enrolmentgrant"
READ_AUDIT = "hardening_audit.view_entry"

FRESH = timedelta(minutes=15)
"""Age of the proof behind a decision: long enough to read a case and telephone, short enough that a screen
left open decides nothing."""

User = AbstractBaseUser | AnonymousUser
View = Callable[..., HttpResponseBase]


def has_any(user: User, *permissions: str) -> bool:
    """Tell whether this is a member of staff who holds one of the permissions."""
    return bool(getattr(user, "is_staff", False)) and any(map(getattr(user, "has_perm", _never), permissions))


def on_duty(*permissions: str, is_decision: bool = False) -> Callable[[View], View]:
    """Return a decorator that opens a view to staff who hold one of ``permissions``.

    The middleware enforces the assurance; this adds who the person is. A decision needs a proof at most
    FRESH old, for the page as for the post, so that the step-up comes before the reason is typed.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - the view's own
            if not has_any(request.user, *permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return requires(AAL2, max_age=FRESH if is_decision else None)(guarded)

    return guard


def _never(_permission: str) -> bool:
    return False  # a user model without permissions gives none
