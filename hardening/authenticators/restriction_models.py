"""What an account's new authenticators are under until an old channel has had time to object (D27, D33, D35)."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hardening.authenticators.standing import Restricted

RELATED = "hardening_restriction"


class Restriction(models.Model):
    """The one restriction of an account; the next one joins it. A row whose times are over restricts nothing."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name=RELATED
    )
    why = models.CharField(max_length=16, editable=False)
    since = models.DateTimeField(editable=False)
    nobody_until = models.DateTimeField(null=True, editable=False)
    probation_until = models.DateTimeField(null=True, editable=False)
    takes_codes = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("restriction of an account")
        verbose_name_plural = _("restrictions of accounts")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(nobody_until=None) | Q(nobody_until__gte=F("since")), name="hardening_restriction_order"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def read(self) -> Restricted:
        """Return what the row says, for the kernel."""
        return Restricted(
            since=self.since,
            nobody_until=self.nobody_until,
            probation_until=self.probation_until,
            takes_codes=self.takes_codes,
        )


def restricted(account: Any) -> Restricted | None:  # noqa: ANN401 - AUTH_USER_MODEL, whichever it is
    """Return what the loaded account is under: without a statement where it was loaded with it."""
    row: Restriction | None = getattr(account, RELATED, None)
    return row.read() if row is not None else None


def latest(*moments: datetime | None) -> datetime | None:
    """Return the last of these moments, None for none."""
    return max((moment for moment in moments if moment is not None), default=None)
