"""The account: a login, and nothing about the profession or the practice of its holder."""

import unicodedata
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from hardening import EncryptedEmailField, EncryptedTextField, SealedQuerySet, clock


class AccountManager(BaseUserManager["Account"].from_queryset(SealedQuerySet)):  # type: ignore[misc]  # built at run time
    """Creates accounts and finds them by the one normal form of their username."""

    def create_user(self, username: str, *, password: str | None = None, **fields: Any) -> "Account":  # noqa: ANN401 - as wide as the model
        """Create an account; without a password it cannot sign in until one is set."""
        account: Account = self.model(username=Account.normalize_username(username), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, username: str, *, password: str | None = None, **fields: Any) -> "Account":  # noqa: ANN401 - as wide as the model
        """Create an administrator."""
        return self.create_user(username, password=password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account that this name, as typed, belongs to."""
        account: Account = self.get(username=Account.normalize_username(username or ""))
        return account


class Account(AbstractBaseUser, PermissionsMixin):
    """A login of the portal.

    The identifier is never an e-mail address: those stand in every leak, so that a phished password list would
    name its accounts by itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("username"), max_length=64, unique=True)
    full_name = models.CharField(_("name"), max_length=120)
    email = EncryptedEmailField(_("e-mail address"), field_class="contact", blank=True)
    phone = EncryptedTextField(_("telephone"), field_class="contact", max_length=32, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("administrator"), default=False)
    date_joined = models.DateTimeField(_("created"), default=clock.now, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ("username",)
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Return the one form under which a username is stored, found and counted.

        NFKC and casefold, as the lockout buckets are keyed: had ``Benali`` and ``benali`` different accounts or
        different counters, an attacker would choose the one with attempts left.
        """
        return unicodedata.normalize("NFKC", username).strip().casefold()

    def clean(self) -> None:
        """Store the normal form, whichever way the name came in."""
        super().clean()
        self.username = self.normalize_username(self.username)

    def get_full_name(self) -> str:
        """Return the name shown to colleagues and administrators."""
        return self.full_name or self.username

    def get_short_name(self) -> str:
        """Return the same: titles and surnames do not split well."""
        return self.get_full_name()
