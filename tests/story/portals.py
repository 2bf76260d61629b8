"""The two portals as an attacker sees them: where the login is, and where people are shown."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from html import unescape

import psycopg

from portal.demo.browser import Browser, Page
from portal.demo.households import Person
from tests.running.databases import VARIABLES
from tests.running.server import manage

LEDGER = VARIABLES[1]
OK = 200


class Portal(ABC):
    """A portal at ``origin``."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    @abstractmethod
    def ask(self, browser: Browser, person: Person) -> Page:
        """Ask for one person; return the page shown."""

    def browser(self) -> Browser:
        """Return a browser that has never been here."""
        return Browser(self.origin)

    def password(self, browser: Browser, *, username: str, password: str) -> Page:
        """Send username and password; return the page they lead to."""
        return browser.submit(browser.get("/login/"), username=username, password=password)

    def seen(self, browser: Browser, people: list[Person]) -> set[Person]:
        """Return whose name came before the attacker's eyes: the ground truth, read off the pages."""
        return {person for person in people if _names(self.ask(browser, person), person)}


class BarePortal(Portal):
    """Django's login and a look-up, nothing more."""

    def ask(self, browser: Browser, person: Person) -> Page:
        """Ask by number, date and rank."""
        return browser.submit(
            browser.get("/look-up/"),
            nir=person.nir,
            birth_date=person.birth_date.isoformat(),
            birth_rank=str(person.birth_rank),
        )


class HardenedPortal(Portal):
    """The portal as shipped, with what its owner can see of it."""

    SETTINGS = "tests.running.settings"

    def __init__(self, origin: str, *, environment: Mapping[str, str]) -> None:
        super().__init__(origin)
        self._environment = environment

    def code_of(self, username: str) -> str:
        """Return what the owner's phone shows."""
        return manage("demo_code", username, settings=self.SETTINGS, environment=self._environment).strip()

    def own_browser(self, username: str) -> Browser:
        """Return the browser that this owner uses every day."""
        browser = self.browser()
        said = manage("demo_browser", username, settings=self.SETTINGS, environment=self._environment)
        name, value = said.split()
        browser.keep(name, value)
        return browser

    def people_in_ledger(self) -> int:
        """Return how many people the ledger says were shown so far, to anybody."""
        with psycopg.connect(self._environment[LEDGER]) as connection:
            row = connection.execute("SELECT count(DISTINCT subject) FROM hardening_disclosure_ledger").fetchone()
        return int(row[0]) if row else 0

    def code(self, page: Page, browser: Browser, code: str) -> Page:
        """Send the second step on the page that the password led to."""
        return browser.submit(page, code=code)

    def ask(self, browser: Browser, person: Person) -> Page:
        """Ask as the form does; without a form, because the portal sent elsewhere, that is the answer."""
        form = browser.get("/look-up/")
        if not form.address.endswith("/look-up/"):
            return form
        return browser.submit(
            form, nir=person.nir, birth_date=f"{person.birth_date:%d/%m/%Y}", birth_rank=str(person.birth_rank)
        )


def _names(page: Page, person: Person) -> bool:
    """Tell whether the page names this person: in full, or by first name and initial as a counter needs it."""
    text = unescape(page.html)
    spellings = (f"{person.last_name} {person.first_names}", f"{person.first_names} {person.last_name[0]}.")
    return page.status == OK and any(spelling in text for spelling in spellings)
