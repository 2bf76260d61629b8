"""Rows of the lockout domain: buckets and their releases on ``hardening``, known browsers on ``default``."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hardening import clock


class StoredBucket(models.Model):
    """One bucket. The row is rewritten in place and never grows beyond its rule's memory (R9).

    Written by the slot stores only, in one statement each; ``key`` is a keyed digest, so that the table tells
    no name to whoever steals it.
    """

    key = models.UUIDField(primary_key=True, editable=False)
    kind = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=64, blank=True, db_index=True)
    network = models.CharField(max_length=43, blank=True)
    failures = models.JSONField(default=list)
    refused = models.PositiveIntegerField(default=0)
    second_step_failures = models.PositiveIntegerField(default=0)
    last_failed_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "hardening_lockout_bucket"
        indexes: ClassVar[list[models.Index]] = [
            # For the review: few rows get this far, and it need not read the others.
            models.Index(
                fields=["second_step_failures"],
                condition=models.Q(second_step_failures__gte=10),
                name="hardening_lockout_patience",
            )
        ]
        verbose_name = _("lockout bucket")
        verbose_name_plural = _("lockout buckets")

    def __str__(self) -> str:
        return f"bucket {self.key.hex[:8]}"


class Release(models.Model):
    """A lockout that an administrator ended, with the evidence as it stood: appended, never changed."""

    released_at = models.DateTimeField(db_index=True)
    released_by = models.CharField(max_length=64)
    reason = models.CharField(max_length=400)
    key = models.UUIDField()
    kind = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=64, blank=True, db_index=True)
    failures = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    networks = models.PositiveIntegerField()
    failed_at = models.JSONField()
    """Moments and steps of the failures: enough for a timeline, without any address."""

    class Meta:
        db_table = "hardening_lockout_release"
        verbose_name = _("lockout release")
        verbose_name_plural = _("lockout releases")

    def __str__(self) -> str:
        return f"release of {self.key.hex[:8]} at {self.released_at:%Y-%m-%d %H:%M}"


class KnownBrowser(models.Model):
    """A browser that an account has logged in from and kept: it chooses the lockout bucket, and is no proof (D37).

    On ``default``, beside the account: it must go in the transaction that changes a password (I4, P23). Series and
    token are 128 random bits each, stored as SHA-256: a stolen table opens nothing.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_browsers")
    series = models.CharField(max_length=64, unique=True, editable=False)
    token = models.CharField(max_length=64, editable=False)
    previous_token = models.CharField(max_length=64, blank=True, editable=False)
    rotated_at = models.DateTimeField(editable=False)
    browser = models.CharField(_("browser"), max_length=40, blank=True)
    remembered_at = models.DateTimeField(_("known since"), default=clock.now, editable=False)
    last_used_at = models.DateTimeField(_("last used"), db_index=True)
    proven_from = models.DateTimeField(default=clock.now, editable=False)
    """When it is believed from: at once, or once an old channel has had time to object (D28)."""

    class Meta:
        db_table = "hardening_lockout_known_browser"
        verbose_name = _("known browser")
        verbose_name_plural = _("known browsers")
        ordering: ClassVar[list[str]] = ["-last_used_at"]

    def __str__(self) -> str:
        return self.browser or str(_("unknown browser"))
