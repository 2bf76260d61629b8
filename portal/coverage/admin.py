"""Insurers and cover, for administrators. People are not among it: nobody browses them here."""

from django.contrib import admin

from portal.coverage.models import Contract, Guarantee, Insurer


@admin.register(Insurer)
class InsurerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Complementary insurers."""

    list_display = ("name", "amc_number", "telephone")
    search_fields = ("name", "amc_number")


class GuaranteeInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """What a contract pays."""

    model = Guarantee
    extra = 0


@admin.register(Contract)
class ContractAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Contracts, by their opaque id: numbers and people belong to the beneficiaries, which are not registered."""

    list_display = ("id", "insurer", "product", "valid_until")
    list_filter = ("insurer", "product")
    list_select_related = ("insurer",)
    inlines = (GuaranteeInline,)
