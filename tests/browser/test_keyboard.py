"""The whole way from the first page to an answer, with the keyboard alone, and again without any script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from portal.demo.cast import PASSWORD
from portal.demo.enrolling import next_code
from portal.demo.samples import JOSETTE
from tests.browser.visitor import Visitor

FOCUSED = "document.activeElement.outerHTML"


def tab_to(visitor: Visitor, text: str, *, at_most: int = 15) -> None:
    """Press Tab until what has the focus says ``text``; each stop on the way must be visible."""
    for _ in range(at_most):
        visitor.page.keyboard.press("Tab")
        focused = visitor.page.locator(":focus")
        outline = focused.evaluate("element => getComputedStyle(element).outlineStyle")
        assert outline != "none", f"no visible focus on {visitor.page.evaluate(FOCUSED)}"
        if text in (focused.inner_text() or focused.get_attribute("name") or ""):
            return
    pytest.fail(f"Tab does not reach {text}")


def test_a_practitioner_needs_no_mouse(visitor: Visitor) -> None:
    keyboard = visitor.sits_at_the_computer_of("benali").opens("/").page.keyboard

    tab_to(visitor, "Se connecter")
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/login/**")
    visitor.has_the_focus_on("username")
    keyboard.type("benali")
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/login/code/**")
    visitor.has_the_focus_on("code")
    keyboard.type(next_code("benali")[0])  # sent by its sixth digit
    visitor.page.wait_for_url("**/look-up/")
    visitor.has_the_focus_on("nir")
    keyboard.type(JOSETTE.nir)
    keyboard.press("Tab")
    keyboard.type("03/02/1954")
    keyboard.press("Enter")

    visitor.sees("Droits ouverts")


def test_the_first_stop_of_tab_skips_to_the_content(visitor: Visitor) -> None:
    visitor.opens("/help/").page.keyboard.press("Tab")
    expect(visitor.page.locator(":focus")).to_have_text("Aller au contenu")

    visitor.page.keyboard.press("Enter")

    expect(visitor.page.locator("main")).to_be_focused()


def test_a_pasted_code_with_a_space_is_sent_by_itself(visitor: Visitor) -> None:
    visitor.sits_at_the_computer_of("benali").gives_the_password("benali")
    code, _ = next_code("benali")

    visitor.page.get_by_label("Code à 6 chiffres").fill(f"{code[:3]} {code[3:]}")

    visitor.page.wait_for_url("**/look-up/")


@pytest.fixture
def scriptless(browser: Browser, live_server: LiveServer, portal: object) -> Iterator[BrowserContext]:  # noqa: ARG001 - asked for its effect
    """A browser that runs no script."""
    address = live_server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=address, locale="fr-FR", java_script_enabled=False)
    yield context
    context.close()


def test_it_all_works_without_a_script(scriptless: BrowserContext) -> None:
    visitor = Visitor(scriptless.new_page()).sits_at_the_computer_of("benali").gives_the_password("benali")
    visitor.has_the_focus_on("code").page.keyboard.type(next_code("benali")[0])
    visitor.presses("Se connecter").page.wait_for_url("**/look-up/")

    visitor.looks_up(JOSETTE).sees("Droits ouverts")
