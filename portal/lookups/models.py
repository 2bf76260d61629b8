"""Each account's own history of look-ups: opaque, so that it is worth nothing to whoever reads it."""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hardening import clock
from portal.coverage.models import Beneficiary
from portal.directory.models import Establishment, Practitioner


class LookUp(models.Model):
    """One look-up, hit or miss. The ledger of the gate is the evidence; this is the user's own list.

    It says when and by whom, and points at the record; the names open through the gate only, like any other time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="look_ups"
    )
    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("practitioner"), on_delete=models.CASCADE, related_name="look_ups"
    )
    establishment = models.ForeignKey(
        Establishment, verbose_name=_("establishment"), on_delete=models.CASCADE, related_name="+"
    )
    beneficiary = models.ForeignKey(
        Beneficiary, verbose_name=_("beneficiary"), on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    has_open_rights = models.BooleanField(_("rights open"))
    at = models.DateTimeField(_("at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")
        ordering = ("-at",)
        indexes: ClassVar = [models.Index(fields=["account", "-at"], name="lookups_own_history")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Return what a person can read out on the telephone; it names nobody."""
        return self.id.hex[:8].upper()

    @property
    def found_nobody(self) -> bool:
        """Tell whether it was a miss."""
        return self.beneficiary_id is None

    @property
    def day(self) -> date:
        """Return the day on the counter's wall."""
        return timezone.localdate(self.at)
