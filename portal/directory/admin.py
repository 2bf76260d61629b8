"""The directory, for administrators. Bank details and telephones are shown as masks, and replaced blindly."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest

from portal.accounts.models import Account
from portal.directory.models import Delegate, Establishment, Practice, Practitioner
from portal.masked_admin import MaskedModelAdmin


class OthersOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Nobody gives himself a desk: who administers the directory would look people up in it."""

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:  # noqa: ANN401 - Django's signature
        """Return the field; the reader's own account is no choice."""
        if db_field.name == "account":
            kwargs["queryset"] = Account.objects.exclude(pk=request.user.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class KeptAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Ledger, audit and budgets name these by id: made anew, a practitioner would have a day's people over again."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401, ARG002 - Django's signature
        """Refuse: who has left loses his place of practice."""
        return False


@admin.register(Establishment)
class EstablishmentAdmin(KeptAdmin, MaskedModelAdmin):
    """Places of practice."""

    list_display = ("name", "town", "finess")
    search_fields = ("name", "town", "finess")


class PracticeInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """Where a practitioner works."""

    model = Practice
    extra = 0
    autocomplete_fields = ("establishment",)


@admin.register(Practitioner)
class PractitionerAdmin(KeptAdmin, OthersOnlyAdmin):
    """Health professionals and where they work; without a place they look nobody up."""

    list_display = ("rpps", "account", "profession")
    list_filter = ("profession",)
    list_select_related = ("account",)
    search_fields = ("rpps", "account__username", "account__full_name")
    autocomplete_fields = ("account",)
    inlines = (PracticeInline,)


@admin.register(Delegate)
class DelegateAdmin(OthersOnlyAdmin):
    """Who acts for whom."""

    list_display = ("account", "practitioner", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("account", "practitioner__account")
    autocomplete_fields = ("account", "practitioner")
