"""The disclosure tables, all on the ``hardening`` database: counts, exact sets, account states and the ledger."""

import uuid
from typing import Any, ClassVar, Never

from django.db import models
from django.utils.translation import gettext_lazy as _

from hardening import clock
from hardening.disclosure.counts import CountsField

KEY_LENGTH = 64


class StoreEpoch(models.Model):
    """One row: which life of the store this is. Numbers of charges are unique within one epoch (D18)."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    value = models.CharField(max_length=64)

    class Meta:
        db_table = "hardening_disclosure_epoch"
        default_permissions = ()

    def __str__(self) -> str:
        return self.value


class Tally(models.Model):
    """The counts of one scope. Scope and key are two columns: joined, two different scopes could meet (R14)."""

    pk = models.CompositePrimaryKey("scope", "key")
    scope = models.CharField(max_length=13)
    key = models.CharField(max_length=KEY_LENGTH)
    latest = models.BigIntegerField(default=0)
    burst = models.BigIntegerField(default=0)
    hour = CountsField()
    day = CountsField()
    misses = CountsField()
    denials = models.BigIntegerField(default=0)
    numbered = models.BigIntegerField(default=0)

    class Meta:
        db_table = "hardening_disclosure_tally"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class HeldCharge(models.Model):
    """A reservation not yet given back: open for the moment, or left by a worker that died or came late."""

    pk = models.CompositePrimaryKey("practitioner", "epoch", "number")
    practitioner = models.CharField(max_length=KEY_LENGTH)
    epoch = models.CharField(max_length=64)
    number = models.BigIntegerField()
    price = models.BigIntegerField()
    practitioner_at = models.BigIntegerField()
    establishment_at = models.BigIntegerField()
    portal_at = models.BigIntegerField()
    is_settled = models.BooleanField(default=False)

    class Meta:
        db_table = "hardening_disclosure_hold"
        default_permissions = ()
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["practitioner", "practitioner_at"], name="hardening_disclosure_hold_at")
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} {self.number}"


class ShownPerson(models.Model):
    """When a person was last shown to a practitioner, and since when as a newcomer to his establishment."""

    pk = models.CompositePrimaryKey("practitioner", "subject")
    practitioner = models.CharField(max_length=KEY_LENGTH)
    subject = models.UUIDField()
    at = models.BigIntegerField()
    newcomer_at = models.BigIntegerField(null=True)

    class Meta:
        db_table = "hardening_disclosure_shown"
        default_permissions = ()
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["practitioner", "at"], name="hardening_disclosure_shown_at")
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} {self.subject}"


class KnownPerson(models.Model):
    """When an establishment last showed a person: for 13 months nobody there meets a newcomer in them."""

    pk = models.CompositePrimaryKey("establishment", "subject")
    establishment = models.CharField(max_length=KEY_LENGTH)
    subject = models.UUIDField()
    at = models.BigIntegerField()

    class Meta:
        db_table = "hardening_disclosure_known"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.establishment} {self.subject}"


class AllowedPerson(models.Model):
    """Whom an allowance of a session, or of an account on probation, was spent on, and when last (D28, D29)."""

    pk = models.CompositePrimaryKey("scope", "subject")
    scope = models.CharField(max_length=80)
    subject = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "hardening_disclosure_allowance"
        default_permissions = ()
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="hardening_disclosure_allow_at")]

    def __str__(self) -> str:
        return f"{self.scope} {self.subject}"


class AccountState(models.Model):
    """An account as the gate knows it: whose budget it spends, since when, and whether it is frozen.

    A disclosure takes this row FOR SHARE in the transaction of its ledger row, ``freeze`` FOR UPDATE: after the
    freeze has committed no ledger row does (D17, A13).
    """

    account = models.CharField(max_length=KEY_LENGTH, primary_key=True)
    practitioner = models.CharField(max_length=KEY_LENGTH, blank=True)
    establishment = models.CharField(max_length=KEY_LENGTH, blank=True, db_index=True)
    people = models.IntegerField(default=0)
    seen_since = models.DateTimeField(default=clock.now)
    last_seen = models.DateField()
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "hardening_disclosure_account"
        verbose_name = _("account state")
        verbose_name_plural = _("account states")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.account


APPEND_ONLY = "the ledger is append-only"


class LedgerQuerySet(models.QuerySet["LedgerRow"]):
    """Reads only: rows are written by the gate, and the database refuses any change of them."""

    def of_people(self) -> "LedgerQuerySet":
        """Leave out the misses: rows of somebody who was shown."""
        return self.filter(subject__isnull=False)

    def update(self, **_: Any) -> Never:  # noqa: ANN401 - Django's signature
        """Raise TypeError."""
        raise TypeError(APPEND_ONLY)

    def delete(self) -> Never:
        """Raise TypeError."""
        raise TypeError(APPEND_ONLY)


class LedgerRow(models.Model):
    """A person released to a response, or a miss (no ``subject``); committed before anything of it leaves.

    One row per person *released* (D16): none is ever missing, also after kill -9. A response that died on its
    way leaves a row whose person was possibly shown; the later ``sent`` entry that tells the two apart is not
    written yet, so every row counts as shown.

    ``number`` counts the charges of a practitioner within an ``epoch`` of the budget store, misses included. A
    store that was rolled back gives a used number again, and the second row with it is refused (D18).

    On PostgreSQL the table is partitioned by month and made by the first migration, not by Django: its key in
    the database is (at, id).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    at = models.DateTimeField(_("when"))
    epoch = models.CharField(max_length=64)
    number = models.BigIntegerField(_("number"))
    account = models.CharField(_("account"), max_length=KEY_LENGTH)
    practitioner = models.CharField(_("practitioner"), max_length=KEY_LENGTH)
    establishment = models.CharField(_("establishment"), max_length=KEY_LENGTH, blank=True)
    subject = models.UUIDField(_("person"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=64)
    field_classes = models.CharField(_("kinds of data"), max_length=255, blank=True)
    controller = models.CharField(_("controller"), max_length=KEY_LENGTH, blank=True)
    session = models.CharField(_("session"), max_length=64, blank=True)
    methods = models.CharField(_("proofs of the session"), max_length=64, blank=True)
    network = models.CharField(_("network"), max_length=43, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "hardening_disclosure_ledger"
        verbose_name = _("ledger row")
        verbose_name_plural = _("ledger rows")
        default_permissions = ("view",)
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.practitioner} {self.epoch}/{self.number}"


class FoundRecords(models.Model):
    """What a search of an admin found, until it is fetched: once, by its own session, within minutes.

    Primary keys only, under the digest of an id that stands in one address. A table, not the session's data:
    taking a result is one DELETE, so that of two requests at once a single one gets it, and no slower request
    brings it back by saving its session late.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    session = models.CharField(max_length=64)
    account = models.CharField(max_length=KEY_LENGTH)
    model = models.CharField(max_length=200)
    keys = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "hardening_disclosure_found"
        default_permissions = ()

    def __str__(self) -> str:
        return self.model
