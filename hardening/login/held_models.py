"""What a held login and a mailed link leave in the database: digests, never what opens something."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hardening import clock


class PendingLogin(models.Model):
    """A login by code in a browser that its account does not know, until its owner has answered (D28)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session = models.UUIDField(unique=True, editable=False)
    """The opaque name of the held session: the answer counts in the browser that holds its cookie, and nowhere else."""
    fingerprint = models.CharField(max_length=64, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    browser = models.CharField(_("browser"), max_length=40, blank=True)
    network = models.CharField(_("network"), max_length=64, blank=True)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(db_index=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("held login")
        verbose_name_plural = _("held logins")
        indexes: ClassVar[list[Any]] = [models.Index(fields=["account", "asked_at"], name="hardening_held_account")]

    def __str__(self) -> str:
        return str(self.id)


class ActionLink(models.Model):
    """The secret of a mailed link, hashed; it raises nothing, and acts on a POST alone (D33)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=16, editable=False)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    session = models.CharField(max_length=36, blank=True, editable=False)
    """The opaque name of the session that the mail tells of, or nothing."""
    made_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(db_index=True, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("mailed link")
        verbose_name_plural = _("mailed links")

    def __str__(self) -> str:
        return str(self.id)
