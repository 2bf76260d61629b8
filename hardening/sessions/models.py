"""One row per session; its primary key is a digest of the cookie, so that a dump opens no session (L4)."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from hardening import clock
from hardening.requirements import Standing
from hardening.sessions.limits import Lifetime

NEVER = datetime(1, 1, 2, tzinfo=UTC)
"""Before every login: what has not been opened was opened before all others."""


@dataclass(frozen=True)
class Alive:
    """Which sessions are still in use, by the limits in force."""

    opened_after: datetime
    seen_after: datetime


class SessionQuerySet(models.QuerySet["Session"]):
    """Ways to find sessions."""

    def of_key(self, key: str, *, alive: "Alive") -> "Session | None":
        """Return the session with this digest, and with it how many of its account's were opened after it (``later``).

        For a half login that is all there are. Counted in the same statement: of logins at the very same moment, of
        which none could see the others, only the newest are read. Ended, idle and held ones do not count (``crowd``).
        """
        later = (
            Session.objects.of_account(OuterRef("account"))  # type: ignore[arg-type]  # an expression is taken as well
            .filter(opened_at__gt=Coalesce(OuterRef("opened_at"), Value(NEVER)))
            .filter(opened_at__gt=alive.opened_after, last_seen_at__gt=alive.seen_after)
            .exclude(assurance__standing=Standing.HELD.value)
        )
        counted = later.order_by().values("account").annotate(number=Count("pk")).values("number")
        try:
            return self.annotate(later=Coalesce(Subquery(counted), Value(0))).get(pk=key)
        except Session.DoesNotExist:
            return None

    def of_account(self, account: str) -> "SessionQuerySet":
        """Return every session of the account, half logins included."""
        return self.filter(account=account)

    def opened(self) -> "SessionQuerySet":
        """Return the sessions whose login is complete."""
        return self.filter(opened_at__isnull=False)

    def unseen_since(self, moment: datetime) -> "SessionQuerySet":
        """Return what has not been seen after ``moment``."""
        return self.filter(last_seen_at__lte=moment)


class Session(models.Model):
    """What the server keeps of a session. The cookie itself is nowhere."""

    key = models.CharField(primary_key=True, max_length=64)
    """SHA-256 of the cookie, in hex. The cookie has 165 random bits: no salt or slowness is needed."""
    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    """The name in ledgers, logs and lists. It says nothing about the cookie and outlives a change of key."""
    account = models.CharField(max_length=64, blank=True)
    """Opaque id of the login, set from the half login on: ending an account's sessions must end those too."""
    assurance = models.JSONField(default=dict)
    """The record of ``hardening.assurance``: what was proven, and when. It changes only together with the key."""
    created_at = models.DateTimeField(_("since"), default=clock.now, editable=False)
    opened_at = models.DateTimeField(_("logged in"), null=True, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("ends at the latest"), editable=False)
    network = models.CharField(_("network"), max_length=64, blank=True)
    browser = models.CharField(_("browser"), max_length=64, blank=True)
    data = models.TextField(default="{}")

    objects: ClassVar[SessionQuerySet] = SessionQuerySet.as_manager()  # type: ignore[assignment]  # a manager with its methods

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account"], name="hardening_sessions_account"),
            models.Index(fields=["last_seen_at"], name="hardening_sessions_last_seen"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def began_at(self) -> datetime:
        """Return when the absolute limit started: at the login, or where there is none with the row."""
        return self.opened_at or self.created_at

    @property
    def lifetime(self) -> Lifetime:
        """Return the moments that the limits look at."""
        return Lifetime(began_at=self.began_at, last_seen_at=self.last_seen_at, expires_at=self.expires_at)
