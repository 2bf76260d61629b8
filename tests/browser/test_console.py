"""The console in a real browser: what an administrator does at three in the morning, at both widths and by keyboard."""

import pytest
from playwright.sync_api import expect

from hardening.clients import Client
from hardening.lockout import attempts
from hardening.lockout.review import open_lockouts
from portal.accounts.models import Account
from tests.browser.visitor import Visitor

ATTACKER = Client(address="198.51.100.7", network="198.51.100.0/24", browser="Chrome, Android")


@pytest.fixture
def benali_is_locked_out(portal: dict[str, Account]) -> None:
    account = portal["benali"]
    for _ in range(5):
        attempts.reserve(submitted=account.username, step="password", client=ATTACKER).fail(account=str(account.pk))


@pytest.mark.usefixtures("benali_is_locked_out")
def test_a_lockout_from_the_first_page_to_its_release(visitor: Visitor) -> None:
    visitor.logs_in("sophie").opens("/console/").sees("5 échecs").shoots("console-waiting")
    visitor.presses("Tous les verrouillages").sees("198.51.100.0/24").shoots("console-lockouts")
    visitor.presses("Décider").sees("Avant de lever").shoots("console-release")
    visitor.types("Motif", "Clavier en majuscules ; cabinet rappelé.").presses("Lever")
    visitor.sees("Verrouillage levé").sees("cabinet rappelé").shoots("console-released")

    assert not open_lockouts()


@pytest.mark.usefixtures("benali_is_locked_out")
def test_a_lockout_is_released_without_a_mouse(visitor: Visitor) -> None:
    keyboard = visitor.logs_in("sophie").opens("/console/lockouts/").page.keyboard
    visitor.page.get_by_role("link", name="Décider").focus()
    keyboard.press("Enter")
    visitor.sees("Avant de lever")

    visitor.page.locator("#content").focus()
    keyboard.press("Tab")  # each failure
    keyboard.press("Tab")  # other limits
    keyboard.press("Tab")  # the reason
    keyboard.type("Cabinet rappelé.")
    keyboard.press("Tab")
    keyboard.press("Enter")

    visitor.sees("Verrouillage levé")


def test_a_letter_from_the_form_to_the_paper(visitor: Visitor) -> None:
    visitor.logs_in("sophie").opens("/console/letters/").shoots("console-letters")
    visitor.presses("Émettre une lettre").shoots("console-letter-new")
    visitor.types("Identifiant du professionnel", "benali").types("Motif", "Nouveau téléphone.")
    visitor.presses("Émettre la lettre")
    expect(visitor.page.locator("main svg.qr")).to_be_visible()
    visitor.shoots("console-letter")
    visitor.opens("/console/letters/").sees("Nouveau téléphone.").shoots("console-letters-issued")


def test_the_audit_searched(visitor: Visitor) -> None:
    visitor.logs_in("sophie").opens("/console/audit/").sees("Connexion").shoots("console-audit")
    visitor.types("Compte", "sophie").presses("Rechercher").sees("Journal consulté")
    visitor.page.locator("main details").first.click()
    visitor.sees("audit.entries.read").shoots("console-audit-entry")

    assert "sophie" not in visitor.page.url


def test_the_victims_of_one_network_are_released_at_once(visitor: Visitor, portal: dict[str, Account]) -> None:
    for account in (portal["benali"], portal["julie"]):
        for _ in range(5):
            attempts.reserve(submitted=account.username, step="password", client=ATTACKER).fail(account=str(account.pk))

    visitor.logs_in("sophie").opens("/console/lockouts/").presses("Décider ensemble")
    visitor.sees("198.51.100.0/24").shoots("console-release-together")
    visitor.types("Motif", "Un seul réseau, cabinets rappelés.").presses("Les libérer tous")
    visitor.sees("2 comptes libérés.")
