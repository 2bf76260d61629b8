"""Requests that an insurer pay the professional directly: quote, request, answer, cancellation."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hardening import clock
from portal.coverage.domains import Domain
from portal.coverage.models import Insurer
from portal.directory.models import Practitioner
from portal.lookups.models import LookUp


class State(models.TextChoices):
    """Where a request stands."""

    QUOTED = "quoted", _("quote")
    REQUESTED = "requested", _("awaiting the insurer")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")


class CareAgreement(models.Model):
    """A request for one person in one domain. It points at the look-up, and holds no name and no number itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    look_up = models.ForeignKey(
        LookUp, verbose_name=_("look-up"), on_delete=models.PROTECT, related_name="care_agreements"
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+"
    )
    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("practitioner"), on_delete=models.PROTECT, related_name="care_agreements"
    )
    insurer = models.ForeignKey(Insurer, verbose_name=_("insurer"), on_delete=models.PROTECT, related_name="+")
    domain = models.CharField(_("domain"), max_length=4, choices=Domain)
    # Twelve characters: the practice's own file number fits, a social security number does not.
    file_reference = models.CharField(
        _("your file reference"),
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"\A[A-Za-z0-9/_-]*\Z", _("Letters, digits and - / _ only: no name."))],
    )
    amount = models.DecimalField(
        _("amount of the quote (€)"), max_digits=8, decimal_places=2, validators=[MinValueValidator(1)]
    )
    covered = models.DecimalField(_("paid by the insurer (€)"), max_digits=8, decimal_places=2)
    needs_prior_agreement = models.BooleanField(_("needs prior agreement"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.QUOTED)
    quoted_at = models.DateTimeField(_("quoted at"), default=clock.now, editable=False)
    requested_at = models.DateTimeField(_("requested at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("care agreement")
        verbose_name_plural = _("care agreements")
        ordering = ("-quoted_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=State.CANCELLED, cancelled_at__isnull=False)
                | (~Q(state=State.CANCELLED) & Q(cancelled_at__isnull=True)),
                name="care_agreements_cancelled_has_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Return what both sides quote; it names nobody."""
        return f"PEC-{self.id.hex[:8].upper()}"

    @property
    def out_of_pocket(self) -> Decimal:
        """Return what the person pays."""
        return self.amount - self.covered

    @property
    def may_be_cancelled(self) -> bool:
        """Tell whether it is still open: an answer of the insurer can be given back until the care is billed."""
        return self.state in {State.QUOTED, State.REQUESTED, State.ACCEPTED}
