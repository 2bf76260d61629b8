"""Passkeys at rest, what was answered, and the ways of logging in that an account has closed."""

from hashlib import sha256
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from hardening import clock
from hardening.authenticators.attestation import NONE
from hardening.authenticators.authenticator_policy import NOBODY
from hardening.authenticators.restriction_models import RELATED

HANDLE_BYTES = 32


def digest_of(credential_id: bytes) -> str:
    """Return the name under which a credential id is found: an index takes 64 characters, not 1,023 bytes."""
    return sha256(credential_id).hexdigest()


class PasskeyQuerySet(models.QuerySet["Passkey", "Passkey"]):
    """Passkeys."""

    def shown(self) -> "PasskeyQuerySet":
        """Load with each passkey its account, what that is under, and its owner's handle: a login's one statement."""
        handles = PasskeyOwner.objects.filter(account=OuterRef("account")).values("handle")
        return self.select_related(f"account__{RELATED}").annotate(handle=Subquery(handles))

    def use(self, sign_count: int, *, is_backed_up: bool) -> bool:
        """Note that the passkey was shown with this count; tell whether the count went forward.

        The comparison stands in the UPDATE itself, under the row's lock: of two answers with one count, one passes.
        Passkeys that are copied between devices do not count, and answer zero for ever.
        """
        forward = self.filter(sign_count__lt=sign_count) if sign_count else self.filter(sign_count=0)
        return forward.update(sign_count=sign_count, is_backed_up=is_backed_up, last_used_at=clock.now()) == 1


class Passkey(models.Model):
    """A key pair in somebody's device; here lies the public half, which logs nobody in."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    credential_id = models.BinaryField(editable=False)
    credential_id_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    public_key = models.BinaryField(editable=False)
    sign_count = models.BigIntegerField(editable=False)
    aaguid = models.UUIDField(default=NOBODY, editable=False)
    """The model of the device, where an attestation vouched for it; else nobody's (P17)."""
    attestation = models.CharField(max_length=32, default=NONE, editable=False)
    is_backup_eligible = models.BooleanField(editable=False)
    """Whether a cloud account can carry it to other devices; never changes."""
    is_backed_up = models.BooleanField(editable=False)
    transports = models.JSONField(default=list, editable=False)
    name = models.CharField(_("name"), max_length=64)
    bound_at = models.DateTimeField(_("added"), default=clock.now, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    objects: ClassVar[Any] = PasskeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")
        ordering = ("bound_at", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def is_attested(self) -> bool:
        """Tell whether the maker vouched for the device when it was bound."""
        return self.attestation != NONE


class PasskeyOwner(models.Model):
    """The number under which devices know an account: random, so that a stolen device tells no account's key."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    handle = models.BinaryField(max_length=HANDLE_BYTES, unique=True, editable=False)

    def __str__(self) -> str:
        return str(self.pk)


class SpentSecret(models.Model):
    """Something used once: its digest, until it would no longer be accepted anyway."""

    digest = models.CharField(primary_key=True, max_length=64, editable=False)
    expires_at = models.DateTimeField(db_index=True, editable=False)

    def __str__(self) -> str:
        return self.digest


class LoginPolicy(models.Model):
    """Which ways of logging in an account has closed (D26); an account without a row has closed none."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    resistant_only = models.BooleanField(default=True, editable=False)
    since = models.DateTimeField(default=clock.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    """The administrator who decided it; nobody where the first passkey did."""
    reason = models.CharField(_("reason"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("login policy")
        verbose_name_plural = _("login policies")
        constraints: ClassVar[list[Any]] = [
            # An administrator who opens his own codes again has undone what protects everybody else from him.
            models.CheckConstraint(condition=~Q(decided_by=F("account")), name="hardening_policy_not_ones_own"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class NationalIdentity(models.Model):
    """A person's name at a national identity service, by which a login there belongs to one account here."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(_("issuer"), max_length=255)
    subject = models.CharField(_("identifier"), max_length=255)
    linked_at = models.DateTimeField(_("linked"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("national identity")
        verbose_name_plural = _("national identities")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="hardening_identity_of_one_account"),
            models.UniqueConstraint(fields=["account", "issuer"], name="hardening_one_identity_per_issuer"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
