"""A real Chromium against a live server, in French, that notes every complaint of the browser."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from hardening.login import mailing
from portal.accounts.models import Account
from portal.demo.cast import hire
from portal.demo.enrolling import enrol
from portal.demo.filling import fill
from portal.lookups.forms import today
from tests.browser.chromium import chromium
from tests.browser.visitor import Visitor

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# A violation is an event of the page; the console is how it leaves the page.
TELL_OF_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`content policy: ${event.violatedDirective} refuses ${event.blockedURI} ${event.sample}`);
});
"""


@pytest.fixture(scope="session", autouse=True)
def synchronous_database() -> None:
    """Playwright keeps an event loop in this thread, which Django would take for async code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def origin(settings: Settings, live_server: LiveServer) -> str:
    """Have passkeys asked for, and mails written, by this server, under the name that browsers take a bare host by."""
    address = str(live_server.url.replace("127.0.0.1", "localhost"))
    settings.HARDENING_AUTHENTICATORS = {**settings.HARDENING_AUTHENTICATORS, "origins": (address,)}
    settings.HARDENING_LOGIN = {**settings.HARDENING_LOGIN, "portal_url": address}
    return address


@pytest.fixture
def letterbox(mailoutbox: list[Any]) -> Callable[[], list[Any]]:
    """What has been mailed, once everything on its way has arrived."""

    def emptied() -> list[Any]:
        mailing.flush()
        return mailoutbox

    return emptied


@pytest.fixture
def context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A browser profile of one person, on a wide screen."""
    context = browser.new_context(
        base_url=live_server.url.replace("127.0.0.1", "localhost"),
        locale="fr-FR",
        timezone_id="Europe/Paris",
        viewport={"width": 1280, "height": 900},
        reduced_motion="reduce",
    )
    context.add_init_script(TELL_OF_VIOLATIONS)
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def complaints(context: BrowserContext) -> Iterator[list[str]]:
    """What the browser complained of; a test fails on any that it did not expect and clear."""
    noted: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: noted.append(f"{page.url}: {error}"))
        # Refusals are answered with 4xx and 5xx, which the console repeats.
        page.on(
            "console",
            lambda message: (
                noted.append(f"{page.url}: {message.text}")
                if message.type in {"error", "warning"} and "Failed to load resource" not in message.text
                else None
            ),
        )

    context.on("page", listen)
    yield noted
    assert noted == []


@pytest.fixture
def portal(transactional_db: None) -> dict[str, Account]:  # noqa: ARG001 - asked for its effect
    """The cast and the samples; returns the accounts by username."""
    accounts = hire()
    enrol(accounts)
    fill(people=0, today=today(), advance=lambda _: None)
    return accounts


@pytest.fixture
def visitor(context: BrowserContext, complaints: list[str], portal: dict[str, Account]) -> Visitor:  # noqa: ARG001 - both are asked for
    """Somebody in front of the portal's first page."""
    return Visitor(context.new_page())
