"""The breach of February 2024, replayed in small: how many people each attacker gets to see."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Barrier

import pytest

from portal.demo.browser import Browser
from portal.demo.cast import PASSWORD
from portal.demo.households import Person
from portal.demo.numbers import with_key
from tests.story.conftest import Tally
from tests.story.portals import BarePortal, HardenedPortal

pytestmark = pytest.mark.alone

OWNER, NOT_ENROLLED, INSIDER, RELAYED = "benali", "girard", "martin", "julie"
HAUL = 100
"""People whom the thief asks for. Without a limit he gets them all, as fast as pages load."""

GUESSES, GUESSES_PER_HIT = 330, 33
"""Who enumerates numbers and dates misses 97 % of the time."""


@dataclass
class Morning:
    """The owner's browser after the login of the day, and the code he typed, which somebody watched."""

    browser: Browser
    code: str


@pytest.fixture(scope="module")
def morning(hardened: HardenedPortal) -> Morning:
    code = hardened.code_of(OWNER)
    return Morning(at_work(hardened, OWNER, code=code), code)


def at_work(portal: HardenedPortal, username: str, *, code: str) -> Browser:
    """Return the browser of a practitioner who logged in as every morning."""
    browser = portal.own_browser(username)
    portal.code(portal.password(browser, username=username, password=PASSWORD), browser, code)
    return browser


def made_up(town: list[Person]) -> Iterator[Person]:
    """Yield guesses: mostly numbers that nobody has, each next to somebody's."""
    for person in town[: GUESSES // GUESSES_PER_HIT]:
        for off in range(GUESSES_PER_HIT - 1):
            order = (int(person.nir[10:13]) + 500 + off) % 999 + 1
            yield replace(person, nir=with_key(f"{person.nir[:10]}{order:03}"))
        yield person


@pytest.fixture(scope="module")
def haul(town: list[Person]) -> list[Person]:
    return [person for person in town if not person.carries_holder_number][:HAUL]


@pytest.fixture(scope="module")
def bare_haul(bare: BarePortal, haul: list[Person]) -> int:
    """What a password alone opens on the portal as it was."""
    browser = bare.browser()
    bare.password(browser, username=OWNER, password=PASSWORD)
    return len(bare.seen(browser, haul))


def test_a_phished_password_shows_nobody(
    hardened: HardenedPortal, haul: list[Person], bare_haul: int, tally: Tally
) -> None:
    """L0: he has the password, and asks for pages directly when the code stands in his way."""
    browser = hardened.browser()
    hardened.password(browser, username=OWNER, password=PASSWORD)

    seen = hardened.seen(browser, haul)

    tally.note("L0 phished password", bare=bare_haul, hardened=len(seen))
    assert (bare_haul, len(seen)) == (HAUL, 0)


def test_a_phished_password_of_somebody_without_authenticator_binds_none(
    hardened: HardenedPortal, haul: list[Person], bare_haul: int, tally: Tally
) -> None:
    """L0e: the first authenticator needs a grant, which the password does not give."""
    browser = hardened.browser()
    page = hardened.password(browser, username=NOT_ENROLLED, password=PASSWORD)
    browser.submit(page, letter="2345-6789-abcd-efgh-ijkm-npqr-stuv", name="thief")

    seen = hardened.seen(browser, haul)

    tally.note("L0e phished password, no authenticator", bare=bare_haul, hardened=len(seen))
    assert (bare_haul, len(seen)) == (HAUL, 0)


def test_a_code_relayed_live_shows_nobody(
    hardened: HardenedPortal, haul: list[Person], bare_haul: int, tally: Tally
) -> None:
    """L2: the owner types password and code into a cloned page, which passes both on at once: nobody used the code."""
    browser = hardened.browser()
    page = hardened.password(browser, username=RELAYED, password=PASSWORD)
    hardened.code(page, browser, hardened.code_of(RELAYED))

    seen = hardened.seen(browser, haul)

    tally.note("L2 password and code relayed live", bare=bare_haul, hardened=len(seen))
    assert (bare_haul, len(seen)) == (HAUL, 0)


def test_a_captured_code_replayed_64_times_at_once_shows_nobody(
    hardened: HardenedPortal, morning: Morning, haul: list[Person], bare_haul: int, tally: Tally
) -> None:
    """L1: the owner used the code a moment ago; 64 copies race with one another."""
    start = Barrier(64)

    def replay(_: int) -> int:
        browser = hardened.browser()
        page = hardened.password(browser, username=OWNER, password=PASSWORD)
        start.wait(timeout=120)
        with suppress(LookupError):  # most are locked out at the password already
            browser.submit(page, code=morning.code)
        return len(hardened.seen(browser, haul[:1]))

    with ThreadPoolExecutor(64) as pool:
        seen = sum(pool.map(replay, range(64)))

    tally.note("L1 replayed code, 64 at once", bare=bare_haul, hardened=seen)
    assert seen == 0


def test_a_stolen_cookie_shows_fewer_people_than_it_did_and_the_ledger_has_them_all(
    hardened: HardenedPortal, morning: Morning, haul: list[Person], bare_haul: int, tally: Tally
) -> None:
    """L3: the thief copies the cookies of a session at work and holds the exact list."""
    thief = Browser(hardened.origin, cookies=morning.browser.cookies)
    before = hardened.people_in_ledger()

    seen = hardened.seen(thief, haul)

    tally.note("L3 stolen cookie, exact list", bare=bare_haul, hardened=len(seen))
    assert 0 < len(seen) < bare_haul
    # What nobody could say in 2024: none missing, none too many.
    assert hardened.people_in_ledger() - before == len(seen)


def test_an_enumerating_insider_meets_the_price_of_misses(
    hardened: HardenedPortal, bare: BarePortal, town: list[Person], tally: Tally
) -> None:
    """L6, E1: a login of his own and numbers that he makes up: one guess in 33 names somebody."""
    guesses = list(made_up(town))
    unlimited, insider = bare.browser(), at_work(hardened, INSIDER, code=hardened.code_of(INSIDER))
    bare.password(unlimited, username=OWNER, password=PASSWORD)

    seen_bare, seen = bare.seen(unlimited, guesses), hardened.seen(insider, guesses)

    tally.note("L6 enumerating insider", bare=len(seen_bare), hardened=len(seen))
    assert len(seen) < len(seen_bare)
