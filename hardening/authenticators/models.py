"""Authenticators at rest: nothing in these tables logs anybody in once they are stolen."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, DeviceManager

from hardening import clock
from hardening.authenticators import one_time_code
from hardening.authenticators.passkey_models import LoginPolicy as LoginPolicy
from hardening.authenticators.passkey_models import NationalIdentity as NationalIdentity
from hardening.authenticators.passkey_models import Passkey as Passkey
from hardening.authenticators.passkey_models import PasskeyOwner as PasskeyOwner
from hardening.authenticators.passkey_models import SpentSecret as SpentSecret
from hardening.authenticators.restriction_models import RELATED
from hardening.authenticators.restriction_models import Restriction as Restriction
from hardening.encryption.fields import EncryptedTextField, SealIdField
from hardening.encryption.querysets import SealedQuerySet
from hardening.events import CodeReplayed, WeakerWayRefused, emit


def _closing_policy() -> Exists:
    """Return whether the account of an authenticator logs in by passkeys alone."""
    return Exists(LoginPolicy.objects.filter(account=OuterRef("user"), resistant_only=True))


class OneTimeCodeQuerySet(SealedQuerySet["OneTimeCode"]):
    """One-time-code authenticators."""

    def spend(self, counter: int) -> bool:
        """Use up the step ``counter`` and every earlier one; tell whether this caller was the one who did.

        The condition stands in the UPDATE itself: of any number of simultaneous callers one changes the row. The row
        lock of ``django_otp.verify_token`` would do on PostgreSQL, and does nothing on SQLite.

        An account that has closed its codes uses none up: the condition stands here too (D26).
        """
        usable = self.filter(~_closing_policy(), last_counter__lt=counter)
        return usable.update(last_counter=counter, last_used_at=clock.now()) == 1

    def select_for_update(self, **options: Any) -> "OneTimeCodeQuerySet":  # type: ignore[override]  # noqa: ANN401 - the options pass through
        """Lock the authenticators, not their accounts: a login must not wait for a change of the account's name."""
        return super().select_for_update(**{"of": ("self",), **options})


class OneTimeCodeManager(DeviceManager.from_queryset(OneTimeCodeQuerySet)):  # type: ignore[misc]  # untyped package
    """Loads with the authenticator its account, and whether its codes are closed: a login needs all at once."""

    def get_queryset(self) -> OneTimeCodeQuerySet:
        """Return all authenticators with their accounts and what these are under; ``is_closed`` opens nothing (D26)."""
        queryset: OneTimeCodeQuerySet = super().get_queryset()
        loaded: OneTimeCodeQuerySet = queryset.select_related(f"user__{RELATED}").annotate(is_closed=_closing_policy())
        return loaded


class OneTimeCode(Device):  # type: ignore[misc]  # untyped package
    """An application on a phone that shows six digits.

    No ThrottlingMixin: it would count failures a second time, and a stranger's failures would lock the owner out for
    hours. No drift: a clock learnt from a thief's codes would widen the window for him.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seal_id = SealIdField()
    seed = EncryptedTextField(field_class="seed", editable=False)
    last_counter = models.BigIntegerField(default=one_time_code.NEVER, editable=False)
    bound_at = models.DateTimeField(default=clock.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    is_closed: bool = True
    """Whether the account logs in by passkeys alone; closed until the database has said otherwise."""

    objects: ClassVar[Any] = OneTimeCodeManager()

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        base_manager_name = "objects"
        ordering = ("bound_at",)

    def __str__(self) -> str:
        return str(self.name)

    def verify_token(self, token: str) -> bool:
        """Tell whether ``token`` is a code of this authenticator that nobody has used; use it up.

        Called by ``django_otp.verify_token`` on a locked row; never call it on an unlocked one. It is here that a
        passkey closes codes, so that no view, verb or HTTP method can be the one that forgot (D26).
        """
        if self.is_closed:
            emit(WeakerWayRefused(at=clock.now(), account=str(self.user_id), step="code"))
            return False
        code = one_time_code.read_code(token)
        if code is None or not self.confirmed:
            return False
        found = one_time_code.match(bytes.fromhex(self.seed), code, at=clock.now(), last_counter=self.last_counter)
        if found is None:
            return False
        if not found.is_replay and type(self).objects.filter(pk=self.pk).spend(found.counter):
            return True
        if found.counter == self.last_counter or not found.is_replay:
            emit(CodeReplayed(at=clock.now(), account=str(self.user_id)))
        return False


class PendingEnrolment(models.Model):
    """A one-time code being bound: its seed has been shown once and waits for its first code.

    It is no authenticator: nothing that lists or verifies authenticators can meet a half-made one.
    """

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seal_id = SealIdField()
    seed = EncryptedTextField(field_class="seed", editable=False)
    name = models.CharField(max_length=64)
    grant = models.ForeignKey("EnrolmentGrant", null=True, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    objects: ClassVar[Any] = SealedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.name


class EnrolmentGrant(models.Model):
    """A letter that lets one account bind one authenticator, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("issued by")
    )
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    issued_at = models.DateTimeField(_("issued"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    spent_at = models.DateTimeField(null=True, editable=False)
    """When it was redeemed, or replaced by a later one."""

    class Meta:
        verbose_name = _("enrolment grant")
        verbose_name_plural = _("enrolment grants")
        constraints: ClassVar[list[Any]] = [
            # An administrator who may grant himself an authenticator needs only his own phished password.
            models.CheckConstraint(condition=~Q(issued_by=F("account")), name="hardening_grant_not_to_oneself"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RecoveryCode(models.Model):
    """One line of the sheet in the owner's drawer."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sheet = models.UUIDField(editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    key_id = models.PositiveIntegerField(editable=False)
    issued_at = models.DateTimeField(default=clock.now, editable=False)
    is_confirmed = models.BooleanField(default=False, editable=False)
    """Whether one code of the sheet has been typed back: before that nobody knows that it was printed."""
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "is_confirmed"], name="hardening_recovery_account"),
        ]

    def __str__(self) -> str:
        return str(self.sheet)


class RecoveryRequest(models.Model):
    """The owner has lost every authenticator and used a recovery code: a request, never a session (D27)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    requested_at = models.DateTimeField(_("requested"), default=clock.now, editable=False)
    opens_at = models.DateTimeField(_("waits until"))
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)

    class Meta:
        verbose_name = _("recovery request")
        verbose_name_plural = _("recovery requests")
        ordering = ("requested_at",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(answered_at=None), name="hardening_one_open_recovery_request"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
