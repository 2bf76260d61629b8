"""Somebody in front of a screen: finds things by what is written on them."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, expect

from hardening.testing.browsers import known_browser_cookie
from portal.accounts.models import Account
from portal.demo.cast import PASSWORD
from portal.demo.enrolling import next_code
from portal.demo.households import Person
from tests.browser.accessibility import problems_of

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
WIDTHS = (1280, 360)
HEIGHT = 900


class Visitor:
    """One page of a browser, and what a person does with it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def opens(self, address: str) -> "Visitor":
        """Go to an address."""
        self.page.goto(address)
        return self

    def types(self, label: str, text: str) -> "Visitor":
        """Fill in the field with this label."""
        self.page.get_by_label(label, exact=False).first.fill(text)
        return self

    def presses(self, name: str) -> "Visitor":
        """Press the button, or follow the link, with this name."""
        main = self.page.locator("main")
        main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first.click()
        return self

    def sees(self, text: str) -> "Visitor":
        """Wait until the page says this."""
        expect(self.page.locator("main")).to_contain_text(text)
        return self

    def has_the_focus_on(self, name: str) -> "Visitor":
        """Wait until the field with this name has the focus, without a click."""
        expect(self.page.locator(":focus")).to_have_attribute("name", name)
        return self

    def gives_the_password(self, username: str) -> "Visitor":
        """Pass the first step of the login."""
        self.opens("/login/").types("Identifiant", username).types("Mot de passe", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/login/code/**")
        return self

    def sits_at_the_computer_of(self, username: str) -> "Visitor":
        """Have the cookie of a browser that the account uses every day."""
        name, value = known_browser_cookie(Account.objects.get_by_natural_key(username))
        self.page.context.add_cookies([{"name": name, "value": value, "url": "http://localhost"}])
        return self

    def logs_in(self, username: str) -> "Visitor":
        """Pass both steps at the owner's computer; the code is sent by its sixth digit."""
        self.sits_at_the_computer_of(username).gives_the_password(username)
        self.has_the_focus_on("code")
        code, _ = next_code(username)
        self.page.keyboard.type(code)
        self.page.wait_for_url(lambda url: "/login/" not in url)
        return self

    def logs_out(self) -> "Visitor":
        """End the session."""
        self.page.get_by_role("button", name="Déconnexion").click()
        self.page.wait_for_url("**/")
        return self

    def looks_up(self, person: Person, *, birth_rank: str = "") -> "Visitor":
        """Type number and birth date, and press Enter."""
        self.opens("/look-up/").types("Numéro de sécurité sociale", person.nir)
        self.types("Date de naissance", f"{person.birth_date:%d/%m/%Y}")
        if birth_rank:
            self.types("Rang de naissance", birth_rank)
        return self.enters()

    def enters(self) -> "Visitor":
        """Press Enter in a form and wait for the page that comes."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def shoots(self, name: str, *, ignored: Sequence[str] = ()) -> "Visitor":
        """Photograph the screen at both widths, and check each: accessible, and no sideways scroll."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
            overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{name} scrolls sideways by {overflow} px at {width} px"
            assert problems_of(self.page, ignored=ignored) == [], f"{name} at {width} px"
        self.page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        return self
