"""An admin over people: their numbers are searched by a form, and shown as masks."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.test import Client
from django.urls import include, path

import hardening
from hardening.assurance.admin_site import HardenedAdminSite
from hardening.testing.logins import log_in
from portal.accounts.models import Account
from tests.disclosure.people.models import Insured

LIST = "/admin/people/insured/"
SEARCH = f"{LIST}sealed-search/"


class InsuredAdmin(hardening.SealedSearchMixin, ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    sealed_search_fields = ("nir",)
    sealed_search_purpose = "rights_check"
    list_display = ("pk", "nir", "has_rights")
    list_editable = ("has_rights",)
    sortable_by = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out another insurer's people."""
        return super().get_queryset(request).exclude(contract__insurer="mutuelle-z")

    def has_view_permission(self, request: HttpRequest, obj: Insured | None = None) -> bool:
        """Hold back whom this desk does not serve."""
        return super().has_view_permission(request, obj) and (obj is None or obj.birth_rank < 9)


site = HardenedAdminSite()
site.register(Insured, InsuredAdmin)

urlpatterns = [path("admin/", site.urls), path("", include("hardening.urls"))]


def at_work(name: str, *, may: tuple[str, ...] = ("view_insured", "change_insured"), **client: Any) -> Client:
    """Return the browser of a member of staff who has logged in."""
    staff = Account.objects.create_user(name, password="correct horse", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=may))
    browser = Client(**client)
    log_in(browser, staff)
    return browser


def search(browser: Client, nir: str, **headers: Any) -> Any:
    """Return the answer to a search for this number."""
    return browser.post(SEARCH, {"nir": nir}, **headers)
