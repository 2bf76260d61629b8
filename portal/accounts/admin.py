"""Logins, for administrators: who there is and whether he may still come in."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from portal.accounts.models import Account
from portal.masked_admin import MaskedModelAdmin


@admin.register(Account)
class AccountAdmin(MaskedModelAdmin):
    """No password stands here: the owner sets it by a link, and binds his telephone with a letter."""

    list_display = ("username", "full_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "full_name")
    sortable_by = ("username", "full_name", "last_login")
    fields = ("username", "full_name", "email", "phone", "is_active", "is_staff", "groups", "last_login", "date_joined")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("groups",)

    def save_model(self, request: HttpRequest, obj: Account, form: ModelForm, change: bool) -> None:  # type: ignore[type-arg]  # noqa: FBT001 - Django's signature
        """Give a new account no usable password."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Refuse: ledger and audit name accounts; one that is no longer used is made inactive."""
        return False
