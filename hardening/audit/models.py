"""The audit's one table: what happened, entry by entry, never changed and never deleted."""

import json
from typing import Any, ClassVar, Never

from django.db import models
from django.utils.translation import gettext_lazy as _

from hardening.audit import canonical

APPEND_ONLY = "audit entries are append-only"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads and inserts; the database refuses the rest too, this only says so earlier."""

    def update(self, **_: Any) -> Never:  # noqa: ANN401 - Django's signature
        """Raise TypeError."""
        raise TypeError(APPEND_ONLY)

    def delete(self) -> Never:
        """Raise TypeError."""
        raise TypeError(APPEND_ONLY)


class Entry(models.Model):
    """One event, as it was told inside the transaction of the change it tells of.

    On PostgreSQL the table is partitioned by month from its first migration, which is why that migration, not
    Django, makes it: the key in the database is (at, id). Triggers refuse UPDATE, DELETE and TRUNCATE.

    ``rows_salt`` and ``subject`` may one day be erased (GDPR art. 17); ``rows_digest`` stays, and is what the
    seal covers. ``mac`` is that seal: empty until sealing is installed.
    """

    at = models.DateTimeField(_("when"))
    id = models.BigAutoField(primary_key=True)
    writer = models.UUIDField(_("writer"))
    wseq = models.BigIntegerField(_("number"))
    form = models.SmallIntegerField(_("form"), default=canonical.VERSION)
    name = models.CharField(_("event"), max_length=64)
    account = models.CharField(_("account"), max_length=64, blank=True)
    actor = models.CharField(_("actor"), max_length=64, blank=True)
    subject = models.UUIDField(_("person"), null=True, blank=True)
    rows_salt = models.BinaryField(max_length=16, null=True)
    rows_digest = models.BinaryField(max_length=32, null=True)
    session = models.CharField(_("session"), max_length=64, blank=True)
    network = models.CharField(_("network"), max_length=43, blank=True)
    address_digest = models.CharField(_("address, as a digest"), max_length=32, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    intent = models.UUIDField(_("intent"), null=True, blank=True)
    payload = models.TextField(_("details"))
    mac = models.BinaryField(max_length=32, null=True)

    objects: ClassVar[models.Manager["Entry"]] = EntryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "hardening_audit_entry"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        default_permissions = ("view",)
        ordering = ("-at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("writer", "wseq", name="hardening_audit_writer_wseq")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index("at", "id", name="hardening_audit_at"),
            models.Index("name", "at", "id", name="hardening_audit_name"),
            models.Index("account", "at", "id", name="hardening_audit_account", condition=~models.Q(account="")),
            models.Index("actor", "at", "id", name="hardening_audit_actor", condition=~models.Q(actor="")),
            models.Index("request_id", name="hardening_audit_request", condition=~models.Q(request_id="")),
            models.Index("intent", name="hardening_audit_intent", condition=models.Q(intent__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def reference(self) -> str:
        """Return the entry's own name: who wrote it, and as which."""
        return f"{self.writer.hex}-{self.wseq}"

    @property
    def details(self) -> dict[str, Any]:
        """Return what the event said beyond the columns."""
        said: dict[str, Any] = json.loads(self.payload)
        return said
