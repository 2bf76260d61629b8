"""What the login flows remember: reset links, hashed, and when an owner was last written to."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hardening import clock
from hardening.login.held_models import ActionLink as ActionLink
from hardening.login.held_models import PendingLogin as PendingLogin


class ResetLink(models.Model):
    """A mailed permission to set a new password, once.

    A request for an unknown name makes a row without an account, so that both answers take the same statements.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    network = models.CharField(max_length=43, blank=True, editable=False)
    requested_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("password reset link")
        verbose_name_plural = _("password reset links")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["account", "requested_at"], name="hardening_reset_account"),
            models.Index(fields=["network", "requested_at"], name="hardening_reset_network"),
            models.Index(fields=["expires_at"], name="hardening_reset_expiry"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class FailureNotice(models.Model):
    """Failed second steps of one account since its owner was last told of them (D32)."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    untold_failures = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.account_id)
