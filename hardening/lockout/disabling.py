"""Codes that unknown browsers take no more, after a hundred failures in a row; and who opens them again (D32, R25).

Only by an act: were a login from the owner's own browser enough, a patient guesser would get a hundred more each
morning.
"""

from django.db import transaction
from django.db.models import QuerySet

from hardening import clock
from hardening.clients import Client
from hardening.events import AuthenticatorEnabled, emit
from hardening.lockout.attempts import own_key
from hardening.lockout.buckets import Kind
from hardening.lockout.conf import LockoutSettings
from hardening.lockout.models import StoredBucket
from hardening.lockout.stores import alias_of_buckets, failing_closed

KIND = "one_time_code"


def exhausted() -> QuerySet[StoredBucket]:
    """Return the buckets in which no code is taken any more."""
    patience = LockoutSettings.load().second_step_failures
    return StoredBucket.objects.filter(kind=Kind.UNKNOWN_BROWSERS, second_step_failures__gte=patience)


def is_disabled(name: str) -> bool:
    """Tell whether unknown browsers take no code of the account of this name. One statement.

    Raise StoreUnavailableError when that cannot be read.
    """
    with failing_closed():
        return exhausted().filter(key=own_key(name)).exists()


def enable(name: str, *, account: str, by: str, actor: str = "", client: Client | None = None) -> bool:
    """Let unknown browsers give codes of this account again; False where they could.

    ``by`` is passkey, known_browser or administrator (then ``actor``). The cool-off stays as it is.
    Emits AuthenticatorEnabled, once however many ask. Raise StoreUnavailableError when it cannot be written.
    """
    with failing_closed(), transaction.atomic(using=alias_of_buckets()):
        if not exhausted().filter(key=own_key(name)).update(second_step_failures=0):
            return False
        emit(AuthenticatorEnabled(at=clock.now(), account=account, client=client, kind=KIND, by=by, actor=actor))
    return True
