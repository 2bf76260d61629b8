"""P25: no address of the admin opens on a password, with our middleware or without it."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, include, path

from hardening import public
from hardening.assurance.addresses import served_addresses
from hardening.assurance.admin_site import HardenedAdminSite
from hardening.headers import ADMIN_CONTENT_POLICY
from hardening.testing.logins import half_log_in, log_in
from portal.accounts.models import Account
from tests.assurance.pages import doors

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.urls("tests.assurance.test_admin_site"),
]


class AccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """An admin whose author forgot to wrap an address, and marked another one public."""

    def get_urls(self) -> list[URLPattern]:
        return [path("unwrapped/", self.unwrapped), path("opened/", public(self.opened_wide)), *super().get_urls()]

    def unwrapped(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse("opened")

    @staticmethod
    def opened_wide(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("opened")


site = HardenedAdminSite()
site.register(Account, AccountAdmin)

urlpatterns = [path("admin/", site.urls), path("", include(doors))]

ALLOWED_TO_STRANGERS = {"/admin/login/"}
WITHOUT_OURS = [entry for entry in settings.MIDDLEWARE if "hardening" not in entry]


def admin_paths() -> Iterator[str]:
    """Yield an example of each address, the arguments filled in."""
    for address in served_addresses("tests.assurance.test_admin_site"):
        if "admin" in address.namespaces:
            route = re.sub(r"\(\?P<\w+>\^?([\w|]*)[^)]*\)", lambda found: found[1].split("|")[0] or "x", address.route)
            yield "/" + re.sub(r"<[^>]+>", "1", route).replace("^", "").replace("$", "")


def test_the_crawl_finds_every_kind_of_address() -> None:
    found = set(admin_paths())

    assert {"/admin/", "/admin/accounts/account/", "/admin/accounts/account/1/change/", "/admin/accounts/"} < found
    assert {"/admin/accounts/account/unwrapped/", "/admin/accounts/account/opened/", "/admin/x"} < found
    assert len(found) >= 15


def log_in_with_password_only(client: Client, staff: Account) -> None:
    client.force_login(staff)


def stay_a_stranger(client: Client, _staff: Account) -> None:
    client.logout()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("middleware", [settings.MIDDLEWARE, WITHOUT_OURS])
@pytest.mark.parametrize("arrive", [stay_a_stranger, log_in_with_password_only, half_log_in])
def test_p25_a_password_opens_no_address_of_the_admin(
    client: Client, sophie: Account, arrive: Callable[[Client, Account], object], middleware: list[str], method: str
) -> None:
    arrive(client, sophie)

    with override_settings(MIDDLEWARE=middleware):
        for address in sorted(set(admin_paths()) - ALLOWED_TO_STRANGERS):
            response = getattr(client, method)(address)
            assert response.status_code in {302, 403}, address
            if response.status_code == 302:
                target = urlsplit(response["Location"]).path
                assert target in {"/login/", "/code/", "/admin/login/"}, address


def test_p25_the_login_of_the_admin_is_ours(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/accounts/")

    assert response["Location"] == "/login/?next=%2Fadmin%2Faccounts%2F"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_login_of_the_admin_leads_nowhere_else(client: Client, wanted: str) -> None:
    assert client.get("/admin/login/", {"next": wanted})["Location"] == "/login/?next=%2Fadmin%2F"


def test_p25_a_posted_password_logs_nobody_in(client: Client, sophie: Account) -> None:
    client.post("/admin/login/", {"username": sophie.username, "password": "quiet harbour"})

    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_a_member_of_staff_with_two_steps_is_let_in(client: Client, sophie: Account) -> None:
    log_in(client, sophie)

    for address in ("/admin/", "/admin/accounts/account/", f"/admin/accounts/account/{sophie.pk}/change/"):
        response = client.get(address)
        assert response.status_code == 200, address
        assert response["Content-Security-Policy"] == ADMIN_CONTENT_POLICY


@pytest.mark.parametrize("middleware", [settings.MIDDLEWARE, WITHOUT_OURS])
def test_two_steps_alone_make_no_member_of_staff(client: Client, benali: Account, middleware: list[str]) -> None:
    log_in(client, benali)

    with override_settings(MIDDLEWARE=middleware):
        for address in sorted(set(admin_paths()) - ALLOWED_TO_STRANGERS):
            assert client.get(address).status_code == 403, address


def test_a_password_is_changed_on_our_page_only(client: Client, sophie: Account) -> None:
    log_in(client, sophie)

    response = client.post("/admin/password_change/", {"old_password": "quiet harbour"})

    assert response["Location"] == "/password/"
    assert client.get("/admin/password_change/done/")["Location"] == "/admin/"


def test_the_admin_logs_out_as_everywhere_else(client: Client, sophie: Account) -> None:
    log_in(client, sophie)

    assert client.post("/admin/logout/").content == b"door /admin/logout/"


def test_admin_site_of_an_installed_admin_is_ours() -> None:
    assert isinstance(admin.site, HardenedAdminSite)
