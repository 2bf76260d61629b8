"""Refuse a password that fails on many names, as far as this process remembers."""

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from hardening import clock
from hardening.clients import Client
from hardening.errors import LockedOut
from hardening.events import LockoutStarted, emit
from hardening.lockout.conf import LockoutSettings
from hardening.lockout.spraying import SprayCounter
from hardening.lockout.stores import alias_of_buckets, failing_closed

_counter = SprayCounter()


@sensitive_variables("password")
def refuse(password: str) -> None:
    """Raise LockedOut where ``password`` has lately failed on too many names: it is being sprayed (D32).

    For unknown browsers only: a stranger who sprays the owner's password must not keep the owner out.
    """
    until = _counter.rests_until(password, rule=LockoutSettings.load().spraying, at=clock.now())
    if until is not None:
        raise LockedOut(until=until)


@sensitive_variables("password")
def record(password: str, *, name: str, client: Client) -> None:
    """Note that ``password`` failed on ``name``, and tell when it starts to rest."""
    rule, now = LockoutSettings.load().spraying, clock.now()
    names = _counter.record(password, name=name, rule=rule, at=now)
    until = _counter.rests_until(password, rule=rule, at=now)
    if names == rule.limit and until is not None:
        with failing_closed(), transaction.atomic(using=alias_of_buckets()):
            emit(LockoutStarted(at=now, client=client, bucket="password", failures=names, until=until))


def forget() -> None:
    """Forget everything: what a restart does, and what each test starts with."""
    _counter.forget()
