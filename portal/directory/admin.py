"""The directory, for administrators. Bank details and telephones are shown as masks, and replaced blindly."""

from django.contrib import admin

from portal.directory.models import Delegate, Establishment, Practice, Practitioner
from portal.masked_admin import MaskedModelAdmin


@admin.register(Establishment)
class EstablishmentAdmin(MaskedModelAdmin):
    """Places of practice."""

    list_display = ("name", "town", "finess")
    search_fields = ("name", "town", "finess")


class PracticeInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """Where a practitioner works."""

    model = Practice
    extra = 0
    autocomplete_fields = ("establishment",)


@admin.register(Practitioner)
class PractitionerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Health professionals and where they work; without a place they look nobody up."""

    list_display = ("rpps", "account", "profession")
    list_filter = ("profession",)
    list_select_related = ("account",)
    search_fields = ("rpps", "account__username", "account__full_name")
    autocomplete_fields = ("account",)
    inlines = (PracticeInline,)


@admin.register(Delegate)
class DelegateAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Who acts for whom."""

    list_display = ("account", "practitioner", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("account", "practitioner__account")
    autocomplete_fields = ("account", "practitioner")
