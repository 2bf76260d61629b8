from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.http import HttpResponse
from django.test import override_settings

from hardening import clock
from hardening.errors import LockedOut
from hardening.events import BrowserCookieReplayed, BrowserForgotten, BrowserRemembered
from hardening.lockout import attempts, device_cookies
from hardening.lockout.cleaning import remove_stale_browsers
from hardening.lockout.models import KnownBrowser
from hardening.testing.statements import counted_statements
from portal.accounts.models import Account
from tests.lockout.people import (
    HOUR,
    LYON,
    MINUTE,
    NOON,
    PASSWORD,
    SECOND,
    amine,
    at_once,
    attempt,
    claire,
    fail,
    request_from,
    told_events,
)

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

DAY = timedelta(days=1)


class BrowserOfTheShop:
    """A browser: it keeps the cookies it is given, and sends them all."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def log_in(self, account: Account) -> HttpResponse:
        response = HttpResponse()
        device_cookies.remember(request_from(cookies=self.cookies), response, account=account)
        self.keep(response.cookies)
        return response

    def keep(self, cookies: "SimpleCookie") -> None:
        self.cookies.update({name: morsel.value for name, morsel in cookies.items()})

    def known_to(self, account: Account) -> KnownBrowser | None:
        return device_cookies.recognise(request_from(cookies=self.cookies), name=account.username)


def test_a_browser_is_known_after_a_login_and_not_before() -> None:
    benali, shop = amine(), BrowserOfTheShop()

    assert shop.known_to(benali) is None
    with told_events() as told:
        shop.log_in(benali)
    assert shop.known_to(benali) == KnownBrowser.objects.get()
    assert [type(event) for event in told] == [BrowserRemembered]


def test_colleagues_at_one_computer_are_each_known_there() -> None:
    benali, martin, counter = amine(), claire(), BrowserOfTheShop()

    counter.log_in(benali)
    counter.log_in(martin)

    assert counter.known_to(benali) != counter.known_to(martin)
    assert None not in {counter.known_to(benali), counter.known_to(martin)}


def test_one_accounts_cookie_is_worth_nothing_for_another() -> None:
    benali, martin, shop = amine(), claire(), BrowserOfTheShop()
    shop.log_in(benali)
    (value,) = shop.cookies.values()
    shop.cookies = {device_cookies.cookie_name("claire.martin"): value}

    assert shop.known_to(martin) is None
    assert KnownBrowser.objects.filter(account=benali).exists()


def test_the_token_changes_at_each_use_and_the_series_stays() -> None:
    """D37."""
    benali, shop = amine(), BrowserOfTheShop()
    shop.log_in(benali)
    (first,) = shop.cookies.values()
    shop.log_in(benali)
    (second,) = shop.cookies.values()

    assert first.split(".")[0] == second.split(".")[0]
    assert first.split(".")[1] != second.split(".")[1]
    assert KnownBrowser.objects.count() == 1


def test_a_copied_cookie_drops_the_browser_and_raises_an_alarm() -> None:
    """D37: one of the two holders is a thief, and nobody knows which."""
    benali, shop, thief = amine(), BrowserOfTheShop(), BrowserOfTheShop()
    with clock.frozen(NOON):
        shop.log_in(benali)
        thief.cookies = dict(shop.cookies)
        shop.log_in(benali)
    with clock.frozen(NOON + HOUR), told_events() as told:
        assert thief.known_to(benali) is None
        assert shop.known_to(benali) is None

    assert [type(event) for event in told] == [BrowserCookieReplayed]


def test_the_owner_finds_out_when_the_thief_was_first() -> None:
    benali, shop, thief = amine(), BrowserOfTheShop(), BrowserOfTheShop()
    with clock.frozen(NOON):
        shop.log_in(benali)
        thief.cookies = dict(shop.cookies)
        thief.log_in(benali)
    with clock.frozen(NOON + HOUR), told_events() as told:
        assert shop.known_to(benali) is None
        assert thief.known_to(benali) is None

    assert [type(event) for event in told] == [BrowserCookieReplayed]


def test_a_double_click_drops_nothing() -> None:
    """The second request carries the token that the first has just rotated away."""
    benali, shop = amine(), BrowserOfTheShop()
    with clock.frozen(NOON):
        shop.log_in(benali)
    with clock.frozen(NOON + DAY), told_events() as told:
        second = BrowserOfTheShop()
        second.cookies = dict(shop.cookies)
        shop.log_in(benali)
        response = second.log_in(benali)

    assert told == []
    assert response.cookies == {}
    with clock.frozen(NOON + 2 * DAY):
        assert shop.known_to(benali) is not None


@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_of_many_requests_at_once_one_rotates_the_token() -> None:
    benali, shop = amine(), BrowserOfTheShop()
    shop.log_in(benali)
    cookies = dict(shop.cookies)

    def log_in() -> HttpResponse:
        browser = BrowserOfTheShop()
        browser.cookies = dict(cookies)
        return browser.log_in(benali)

    (changed,) = [response for response in at_once(4, log_in) if response.cookies]
    shop.keep(changed.cookies)
    assert shop.known_to(benali) is not None


def test_the_grace_of_a_rotated_token_is_one_minute() -> None:
    benali, shop, late = amine(), BrowserOfTheShop(), BrowserOfTheShop()
    with clock.frozen(NOON):
        shop.log_in(benali)
        late.cookies = dict(shop.cookies)
        shop.log_in(benali)
    with clock.frozen(NOON + MINUTE - SECOND):
        assert late.known_to(benali) is not None
    with clock.frozen(NOON + MINUTE):
        assert late.known_to(benali) is None


def test_a_known_browser_gets_in_while_strangers_keep_the_name_locked() -> None:
    """P9, R7, I5."""
    benali, shop = amine(), BrowserOfTheShop()
    with clock.frozen(NOON):
        shop.log_in(benali)
        fail(5)
        request = request_from(cookies=shop.cookies)

        assert authenticate(request, username="amine.benali", password=PASSWORD) == benali
        with pytest.raises(LockedOut):
            attempt()


def test_a_locked_address_does_not_stop_a_known_browser_in_it() -> None:
    benali, shop = amine(), BrowserOfTheShop()
    with clock.frozen(NOON):
        shop.log_in(benali)
        for number in range(20):
            fail(name=f"name {number}")
        request = request_from(cookies=shop.cookies)

        assert authenticate(request, username="amine.benali", password=PASSWORD) == benali


def test_a_known_browser_has_a_limit_of_its_own() -> None:
    benali, shop = amine(), BrowserOfTheShop()
    with clock.frozen(NOON):
        shop.log_in(benali)
        device = shop.known_to(benali)
        for _ in range(5):
            attempts.reserve(submitted="amine.benali", step="password", client=LYON, device=device)

        with pytest.raises(LockedOut):
            attempts.reserve(submitted="amine.benali", step="password", client=LYON, device=device)
        attempt()


def test_a_failed_login_from_a_known_browser_is_three_statements() -> None:
    benali, shop = amine(), BrowserOfTheShop()
    shop.log_in(benali)
    request = request_from(cookies=shop.cookies)

    with counted_statements() as statements:
        authenticate(request, username="amine.benali", password="wrong")

    assert len(statements) == 3  # the browser with its account, the slot, the entry


def test_recognising_twice_in_a_request_asks_the_database_once() -> None:
    benali, shop = amine(), BrowserOfTheShop()
    shop.log_in(benali)
    request = request_from(cookies=shop.cookies)
    device_cookies.recognise(request, name="amine.benali")

    with counted_statements() as statements:
        assert device_cookies.recognise(request, name="Amine.Benali") is not None

    assert len(statements) == 0


@pytest.mark.parametrize("value", ["", ".", "a.b", "x" * 10_000, "ä" * 22 + "." + "b" * 22, "a" * 22 + "." + "b" * 23])
def test_a_malformed_cookie_is_no_cookie_and_costs_no_statement(value: str) -> None:
    request = request_from(cookies={device_cookies.cookie_name("amine.benali"): value})

    with counted_statements() as statements:
        assert device_cookies.recognise(request, name="amine.benali") is None

    assert len(statements) == 0


def test_a_forged_cookie_of_the_right_shape_is_unknown() -> None:
    amine()
    forged = "a" * 22 + "." + "b" * 22

    assert (
        device_cookies.recognise(
            request_from(cookies={device_cookies.cookie_name("amine.benali"): forged}), name="amine.benali"
        )
        is None
    )


def test_a_browser_unused_for_ninety_days_is_unknown_again() -> None:
    benali, shop = amine(), BrowserOfTheShop()
    with clock.frozen(NOON):
        shop.log_in(benali)
    with clock.frozen(NOON + 90 * DAY - SECOND):
        assert shop.known_to(benali) is not None
    with clock.frozen(NOON + 90 * DAY):
        assert shop.known_to(benali) is None


def test_a_password_change_forgets_every_browser_of_the_account_and_of_nobody_else() -> None:
    """P23, I4."""
    benali, martin, shop, home = amine(), claire(), BrowserOfTheShop(), BrowserOfTheShop()
    for browser in (shop, home):
        browser.log_in(benali)
        browser.log_in(martin)

    with told_events() as told:
        assert device_cookies.forget_all(benali) == 2

    assert shop.known_to(benali) is home.known_to(benali) is None
    assert shop.known_to(martin) is not None
    assert [(event.reason, event.count) for event in told if isinstance(event, BrowserForgotten)] == [("changed", 2)]


def test_a_browser_is_revoked_singly_and_only_by_its_owner() -> None:
    """P3, P23."""
    benali, martin, shop, home = amine(), claire(), BrowserOfTheShop(), BrowserOfTheShop()
    shop.log_in(benali)
    home.log_in(benali)
    lost = shop.known_to(benali)
    assert lost is not None

    assert device_cookies.forget(martin, browser=lost.pk) is False
    assert device_cookies.forget(benali, browser=lost.pk) is True
    assert list(device_cookies.known_browsers_of(benali)) == [home.known_to(benali)]


def test_no_secret_of_the_cookie_stands_in_the_table() -> None:
    """L4: a dump holds nothing a browser could send."""
    benali, shop = amine(), BrowserOfTheShop()
    shop.log_in(benali)
    shop.log_in(benali)
    (value,) = shop.cookies.values()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hardening_lockout_known_browser")
        row = repr(cursor.fetchall())

    assert not any(secret in row for secret in value.split("."))


def test_the_cookie_is_out_of_reach_of_scripts_and_names_nobody() -> None:
    morsel = next(iter(BrowserOfTheShop().log_in(amine()).cookies.values()))

    assert morsel["httponly"] is True
    assert morsel["samesite"] == "Lax"
    assert "benali" not in morsel.key


@override_settings(SESSION_COOKIE_SECURE=True)
def test_over_tls_the_cookie_is_bound_to_the_host() -> None:
    morsel = next(iter(BrowserOfTheShop().log_in(amine()).cookies.values()))

    assert morsel.key.startswith("__Host-browser-")
    assert (morsel["secure"], morsel["path"], morsel["domain"]) == (True, "/", "")


def test_the_twenty_latest_browsers_are_kept() -> None:
    benali = amine()
    for number in range(22):
        with clock.frozen(NOON + number * DAY):
            BrowserOfTheShop().log_in(benali)
    with clock.frozen(NOON + 22 * DAY):
        removed = remove_stale_browsers()

    assert (removed, KnownBrowser.objects.count()) == (2, 20)
    assert KnownBrowser.objects.earliest("remembered_at").remembered_at == NOON + 2 * DAY
