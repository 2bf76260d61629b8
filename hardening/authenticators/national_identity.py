"""National identities at rest: whose they are, and which answers of an issuer have been taken."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hardening import clock


class NationalIdentity(models.Model):
    """That an account belongs to a person whom a national issuer knows under a number.

    Found by issuer and number alone: an address or a name is written by whoever registers there. No page of the
    account writes here, or a thief at an open session would let himself in by his own card for ever (D30).
    """

    issuer = models.CharField(_("issuer"), max_length=200)
    subject = models.CharField(_("national id"), max_length=64)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="+"
    )
    linked_at = models.DateTimeField(_("linked"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("national identity")
        verbose_name_plural = _("national identities")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="hardening_one_account_per_identity"),
            models.UniqueConstraint(fields=["account", "issuer"], name="hardening_one_identity_per_issuer"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class TakenAnswer(models.Model):
    """An answer of an issuer that was taken: the same one opens nothing a second time."""

    fingerprint = models.CharField(max_length=64, primary_key=True, editable=False)
    expires_at = models.DateTimeField(db_index=True, editable=False)
    """From here on the answer is too old anyway, and the row may go."""

    def __str__(self) -> str:
        return self.fingerprint[:8]
