from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.core.checks import CheckMessage
from django.test import override_settings
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver
from django.views import View

from hardening import PUBLIC, public, requires
from hardening.assurance import checks
from hardening.assurance.admin_site import HardenedAdminSite
from tests.assurance.pages import door, doors, unstated


class Addresses:
    """A URLconf made for one test."""

    def __init__(self, *patterns: URLPattern | URLResolver) -> None:
        self.urlpatterns = list(patterns)


DOORS = path("", include(doors))
SHOP = path("shop/", include(([path("basket/", unstated, name="basket")], "shop")))


def found(*patterns: URLPattern | URLResolver, **settings: object) -> Sequence[CheckMessage]:
    with override_settings(ROOT_URLCONF=Addresses(*patterns), **{"HARDENING_ASSURANCE": {}} | settings):
        return checks.check_addresses()


def ids(*patterns: URLPattern | URLResolver, **settings: object) -> list[str | None]:
    return [message.id for message in found(*patterns, **settings)]


def test_a_portal_with_our_login_and_our_admin_is_silent() -> None:
    assert ids(DOORS, SHOP, path("admin/", HardenedAdminSite().urls)) == []


def test_p25_a_stock_admin_is_refused_once_however_many_addresses_it_has() -> None:
    stock = admin.AdminSite(name="old")

    (message,) = found(DOORS, path("deep/", include([path("admin/", stock.urls)])))

    assert message.id == checks.STOCK_ADMIN
    assert "'old'" in message.msg


def test_a_login_page_that_needs_a_login_is_refused() -> None:
    closed = ([path("login/", unstated, name="login"), path("code/", door, name="code"), *doors[0][2:]], "hardening")

    assert ids(path("", include(closed))) == [checks.LOGIN_BEHIND_ITSELF]


def test_a_step_up_that_asks_for_what_it_gives_is_refused() -> None:
    fresh = requires(max_age=timedelta(minutes=5))(View.as_view())
    closed = ([*doors[0][:2], path("step-up/", fresh, name="step_up")], "hardening")

    assert ids(path("", include(closed))) == [checks.LOGIN_BEHIND_ITSELF]


def test_a_second_unguarded_login_is_refused() -> None:
    open_login = public(LoginView.as_view())

    assert ids(DOORS, path("old-login/", open_login)) == [checks.STOCK_LOGIN_OPEN]
    assert ids(
        DOORS,
        path("old-login/", LoginView.as_view(), name="old"),
        HARDENING_ASSURANCE={"routes": {"old": PUBLIC}},
    ) == [checks.STOCK_LOGIN_OPEN]


def test_a_stock_login_that_strangers_cannot_reach_is_let_be() -> None:
    assert ids(DOORS, path("old-login/", LoginView.as_view())) == []


def test_a_missing_login_is_warned_of() -> None:
    assert ids(SHOP) == [checks.LOGIN_PAGE_MISSING] * 3


@pytest.mark.parametrize(("wrong", "meant"), [("shop:baskte", "shop:basket"), ("shopp", "shop")])
def test_a_route_that_names_nothing_is_warned_of(wrong: str, meant: str) -> None:
    (message,) = found(DOORS, SHOP, HARDENING_ASSURANCE={"routes": {wrong: PUBLIC}})

    assert message.id == checks.ROUTE_NAMES_NOTHING
    assert f"did you mean {meant!r}?" in message.msg


def test_a_route_with_something_else_than_a_requirement_is_left_to_the_settings_check() -> None:
    assert ids(DOORS, HARDENING_ASSURANCE={"routes": {"shop": "public"}}) == []
