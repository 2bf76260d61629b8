"""Use a secret up: of any number of simultaneous callers one is the first, in one statement (P4, I2)."""

from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, router, transaction

from hardening import clock
from hardening.authenticators.passkey_models import SpentSecret

GRACE = timedelta(hours=1)
"""How long a digest outlives its secret: more than the clocks of two of our servers ever differ."""


def spend(secret: bytes, *, lifetime: timedelta) -> bool:
    """Note that ``secret`` was used, and tell whether this caller was the first.

    ``secret`` holds at least 128 random bits and is refused by itself after ``lifetime``. Call it outside any
    transaction that a refusal rolls back: what is rolled back was never used.
    """
    digest = sha256(secret).hexdigest()
    try:
        with transaction.atomic(using=router.db_for_write(SpentSecret)):
            SpentSecret.objects.create(digest=digest, expires_at=clock.now() + lifetime)
    except IntegrityError:
        return False
    return True


def remove_spent(*, batch_size: int) -> int:
    """Delete a batch of what no longer needs to be remembered; return how many."""
    over = SpentSecret.objects.filter(expires_at__lt=clock.now() - GRACE).values_list("pk", flat=True)
    return SpentSecret.objects.filter(pk__in=list(over[:batch_size])).delete()[0]
