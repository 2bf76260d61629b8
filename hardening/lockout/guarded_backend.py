"""The one place where passwords are compared: a slot first, then the account, then one hash whatever comes."""

from typing import Any

from asgiref.sync import sync_to_async
from axes.backends import AxesStandaloneBackend
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from hardening.clients import client_of
from hardening.errors import LockedOut
from hardening.lockout import attempts, device_cookies, sprayed
from hardening.lockout.accounts import account_named
from hardening.lockout.attempts import UnguardedAttemptError
from hardening.lockout.names import normal_name


class GuardedBackend(AxesStandaloneBackend, ModelBackend):  # type: ignore[misc]  # axes is untyped
    """Django's ModelBackend behind a slot, for every caller of ``authenticate()`` and ``aauthenticate()``.

    A project that verifies passwords elsewhere (LDAP) overrides ``is_right``, never ``authenticate``: a check
    refuses that, because then guesses would not be counted.
    """

    @sensitive_variables("password", "credentials")
    def authenticate(  # type: ignore[override]  # the stubs name this project's model
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,  # noqa: ANN401 - Django's signature
    ) -> AbstractBaseUser | None:
        """Return the account whose password this is, or None; a locked name is refused before any hash.

        Raise PermissionDenied when locked, so that no later backend is asked (``attempts.refusal_of(request)``
        tells until when), and UnguardedAttemptError without a request.
        """
        name = username if username is not None else credentials.get(get_user_model().USERNAME_FIELD)
        if name is None or password is None:
            return None
        if request is None:
            raise UnguardedAttemptError("authenticate() needs the request: without it guesses cannot be counted")
        device = device_cookies.recognise(request, name=str(name))
        try:
            if device is None:
                sprayed.refuse(password)
            slot = attempts.reserve(submitted=str(name), step="password", client=client_of(request), device=device)
        except LockedOut as refusal:
            attempts.note_refusal(request, refusal=refusal)
            raise PermissionDenied("too many failed attempts") from refusal
        account = device.account if device else account_named(str(name))
        if self.is_right(account, password=password):
            slot.give_back()
            return account
        slot.fail(account=str(account.pk) if account else "")
        sprayed.record(password, name=normal_name(str(name)), client=slot.client)
        return None

    @sensitive_variables("password", "credentials")
    async def aauthenticate(  # type: ignore[override]  # likewise
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,  # noqa: ANN401 - Django's signature
    ) -> AbstractBaseUser | None:
        """Do the same for asynchronous callers: ModelBackend's own would pass by the counter (R2)."""
        return await sync_to_async(self.authenticate)(request, username=username, password=password, **credentials)

    @sensitive_variables("password")
    def is_right(self, account: AbstractBaseUser | None, *, password: str) -> bool:
        """Tell whether ``password`` opens ``account``: one hash for a wrong, unknown and inactive one alike (P28)."""
        if account is None:
            get_user_model()().set_password(password)
            return False
        is_right = account.check_password(password)
        return is_right and self.user_can_authenticate(account)  # type: ignore[arg-type]  # likewise
