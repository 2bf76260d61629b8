"""Logins, for administrators: who there is and whether he may still come in."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from hardening import forget_all_others
from portal.accounts.models import Account
from portal.masked_admin import MaskedModelAdmin


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


@admin.register(Account)
class AccountAdmin(MaskedModelAdmin):
    """No password stands here: the owner sets it by a link, and binds his telephone with a letter."""

    list_display = ("username", "full_name", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "full_name")
    sortable_by = ("username", "full_name")
    fields = ("username", "full_name", "email", "phone", "is_active", "is_staff", "groups", "date_joined")
    readonly_fields = ("date_joined",)
    filter_horizontal = ("groups",)

    def get_fields(self, request: HttpRequest, obj: Account | None = None) -> Any:  # noqa: ANN401 - Django's signature
        """Return the fields; the address is given once.

        It is where the owner is told of a letter or a new password: whoever could change it here and then issue a
        letter would need nobody else to become somebody (D34, D36).
        """
        names = super().get_fields(request, obj)
        return names if obj is None else [name for name in names if name != "email"]

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> Any:  # noqa: ANN401 - likewise
        """Return what is only shown; who administers is for a superuser to say."""
        shown = super().get_readonly_fields(request, obj)
        return shown if _is_superuser(request) else (*shown, "is_staff", "groups")

    def has_change_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        """Refuse one's own account, and a superuser's to who is none: nobody raises himself, alone or by another."""
        if obj is not None and (obj.pk == request.user.pk or (obj.is_superuser and not _is_superuser(request))):
            return False
        return super().has_change_permission(request, obj)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Refuse to filter by the password: a hash can be read one character at a time by asking how it begins."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]  # the stubs want a request

    def save_model(self, request: HttpRequest, obj: Account, form: ModelForm, change: bool) -> None:  # type: ignore[type-arg]  # noqa: FBT001 - Django's signature
        """Give a new account no usable password."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            # Or a thief's session would live again with the account, and his login under way go on.
            forget_all_others(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Refuse: ledger and audit name accounts; one that is no longer used is made inactive."""
        return False
