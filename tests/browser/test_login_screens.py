"""A letter that is scanned, a telephone that is bound, a sheet that is printed, a password that is forgotten."""

import re
from base64 import b32decode
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from hardening import clock
from hardening.authenticators import one_time_code
from hardening.authenticators.grants import issue_grant
from hardening.authenticators.permission import Permission
from hardening.authenticators.recovery import confirm_recovery_codes, issue_recovery_codes
from hardening.clients import Client
from hardening.lockout import attempts
from hardening.lockout.models import StoredBucket
from hardening.login.letter import letter_address
from hardening.sessions.models import Session
from portal.accounts.models import Account
from portal.demo.cast import PASSWORD
from portal.demo.enrolling import next_code
from tests.browser.visitor import Visitor

GLASSES = "trois lunettes bleues"
LEAKED = "Lunettes2024"
GUESSER = Client(address="198.51.100.7", network="198.51.100.0/24", browser="Chrome, Android")


@pytest.fixture
def requested(visitor: Visitor) -> list[str]:
    """Every address that the browser asked for, with what it said it came from."""
    addresses: list[str] = []
    visitor.page.on("request", lambda request: addresses.append(f"{request.url} {request.headers.get('referer', '')}"))
    return addresses


def first_code_on(visitor: Visitor) -> str:
    """Type the key of the page into a telephone, and read what it shows."""
    visitor.page.locator("summary").click()
    spelt = visitor.page.locator("details code").inner_text().replace(" ", "").upper()
    seed = b32decode(spelt + "=" * (-len(spelt) % 8))
    return one_time_code.code_at(seed, counter=one_time_code.step_at(clock.now()))


def test_a_letter_is_scanned_and_its_telephone_bound(
    visitor: Visitor, portal: dict[str, Account], requested: list[str]
) -> None:
    """D35, I7: the code of the letter reaches the server in a post, and no address, referrer or history."""
    letter = issue_grant(account=portal["girard"], issued_by=portal["sophie"])
    visitor.opens(letter_address(letter)).sees("Votre lettre a été lue").shoots("login-letter")
    assert "#" not in visitor.page.url

    visitor.types("Identifiant", "girard").types("Mot de passe", PASSWORD).presses("Continuer")
    visitor.sees("Associer votre téléphone").shoots("enrol").presses("Continuer")
    visitor.sees("Scannez").shoots("enrol-seed")
    visitor.page.get_by_label("Code à 6 chiffres").press_sequentially(first_code_on(visitor))

    visitor.sees("Consultation des droits")
    assert not [address for address in requested if letter.code in address]


def test_a_letter_is_typed_where_nothing_scans(visitor: Visitor, portal: dict[str, Account]) -> None:
    letter = issue_grant(account=portal["girard"], issued_by=portal["sophie"])
    visitor.opens("/login/").types("Identifiant", "girard").types("Mot de passe", PASSWORD).enters()
    visitor.types("Code de votre lettre", "2345-6789").presses("Continuer")
    visitor.sees("Ce code n’ouvre rien").shoots("enrol-refused")

    visitor.types("Code de votre lettre", letter.code.upper()).presses("Continuer")
    visitor.sees("Scannez")


def test_the_security_page_and_a_printed_sheet(visitor: Visitor) -> None:
    visitor.logs_in("benali").opens("/security/").sees("Navigateurs connus").shoots("security")
    visitor.presses("Imprimer de nouveaux codes").shoots("recovery-codes").presses("Afficher dix nouveaux codes")
    visitor.sees("Ressaisissez").shoots("recovery-sheet")
    codes = visitor.page.locator("ol.codes code").all_inner_texts()

    visitor.types("Code de secours", codes[7]).presses("La feuille est imprimée")
    visitor.sees("Il reste 10 codes")
    assert len(set(codes)) == 10


def test_a_second_telephone_a_name_and_its_removal(visitor: Visitor) -> None:
    visitor.logs_in("benali").opens("/security/add/").shoots("authenticator-add").presses("Afficher le code QR")
    visitor.page.get_by_label("Code à 6 chiffres").press_sequentially(first_code_on(visitor))
    visitor.sees("Mon téléphone").presses("Renommer")
    visitor.shoots("authenticator-rename").types("Nom de ce téléphone", "Comptoir").presses("Enregistrer")
    visitor.sees("Comptoir").presses("Retirer").shoots("authenticator-remove").presses("Retirer")

    visitor.sees("Sécurité de mon compte")
    assert visitor.page.locator("section", has_text="Téléphones").first.locator("tbody tr").count() == 1


def test_a_held_login_is_confirmed_by_the_link_of_its_mail(
    visitor: Visitor, letterbox: Callable[[], list[Any]], requested: list[str]
) -> None:
    """D28, D33, I7: the mailed code reaches the server in a post only; what follows is a probation."""
    visitor.gives_the_password("benali").has_the_focus_on("code")
    visitor.page.keyboard.type(next_code("benali")[0])
    visitor.sees("Ce navigateur est nouveau pour votre compte").shoots("login-held")
    link = re.search(r"http://\S+/login/held/#(\S+)", letterbox()[-1].body)
    assert link
    visitor.opens(link[0]).presses("Confirmer que c’est moi").sees("Consultation des droits")

    visitor.opens("/password/change/").sees("Pas encore dans ce navigateur").shoots("probation")
    assert not [address for address in requested if link[1] in address]


def test_a_login_is_disowned_by_the_link_of_a_mail(
    visitor: Visitor, portal: dict[str, Account], letterbox: Callable[[], list[Any]]
) -> None:
    """D33."""
    visitor.gives_the_password("benali").has_the_focus_on("code")
    visitor.page.keyboard.type(next_code("benali")[0])
    visitor.sees("nouveau pour votre compte")
    link = re.search(r"http://\S+/login/not-me/#\S+", letterbox()[-1].body)
    assert link
    visitor.opens(link[0]).types("NON", "non").shoots("not-me").presses("Mettre fin")

    visitor.sees("Ces connexions sont interrompues").shoots("not-me-done")
    assert not Session.objects.filter(account=str(portal["benali"].pk)).exists()


def test_the_owner_sees_a_waiting_login_where_he_is_known(
    visitor: Visitor, browser: Browser, live_server: LiveServer
) -> None:
    visitor.logs_in("benali")
    elsewhere = browser.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"), locale="fr-FR")
    other = Visitor(elsewhere.new_page()).gives_the_password("benali")
    code, wait = next_code("benali")
    with clock.shifted(wait):
        other.page.keyboard.type(code)
        other.sees("nouveau pour votre compte")
        visitor.opens("/security/").sees("Des connexions vous attendent").shoots("security-held")
        visitor.page.get_by_role("button", name="Accepter").click()
        other.presses("Je l’ai acceptée")
        other.sees("Consultation des droits")
    elsewhere.close()


def test_a_forgotten_password(visitor: Visitor, letterbox: Callable[[], list[Any]], requested: list[str]) -> None:
    """D33, D34, I7: the secret of the link reaches the server in a post only, and nobody is logged in by it."""
    visitor.opens("/password/reset/").types("Identifiant", "benali").enters().shoots("password-reset-sent")
    link = re.search(r"http://\S+#(\S+)", letterbox()[-1].body)
    assert link
    visitor.opens(link[0]).shoots("password-reset-confirm")
    assert "#" not in visitor.page.url

    visitor.types("Nouveau mot de passe", "azertyuiop").enters().sees("de ceux que les attaquants essaient")
    visitor.types("Nouveau mot de passe", GLASSES).enters().sees("Le nouveau mot de passe est en place")
    visitor.shoots("password-reset-done").opens("/security/")
    assert "/login/" in visitor.page.url
    assert not [address for address in requested if link[1] in address]


def test_a_changed_password(visitor: Visitor) -> None:
    visitor.logs_in("benali").opens("/password/change/").shoots("password-change")
    visitor.types("Mot de passe actuel", PASSWORD).types("Nouveau mot de passe", GLASSES).presses("Changer")

    visitor.sees("Sécurité de mon compte")


def test_no_telephone_at_hand(visitor: Visitor, portal: dict[str, Account]) -> None:
    permission = Permission(account=str(portal["benali"].pk))
    codes = issue_recovery_codes(permission).codes
    confirm_recovery_codes(codes[0], permission=permission)
    visitor.gives_the_password("benali").presses("Pas de téléphone").shoots("recovery")

    visitor.types("Code de secours", codes[1]).presses("Ouvrir une demande")
    visitor.sees("est enregistrée").shoots("recovery-requested")


def test_too_many_attempts(visitor: Visitor) -> None:
    for _ in range(6):
        visitor.opens("/login/").types("Identifiant", "personne").types("Mot de passe", "pas le bon").enters()

    visitor.sees("Trop de tentatives").shoots("locked")


def test_a_leaked_password_is_changed_on_the_way_in(visitor: Visitor, portal: dict[str, Account]) -> None:
    account = portal["benali"]
    account.set_password(LEAKED)
    account.save()

    visitor.sits_at_the_computer_of("benali").opens("/login/")
    visitor.types("Identifiant", "benali").types("Mot de passe", LEAKED).enters()
    visitor.page.keyboard.type(next_code("benali")[0])
    visitor.sees("figure dans une fuite").shoots("password-leaked")
    visitor.types("Nouveau mot de passe", GLASSES).presses("Enregistrer le mot de passe et continuer")

    visitor.page.wait_for_url(lambda url: "/login/" not in url)


def test_the_owner_allows_codes_again_after_a_hundred_guesses(visitor: Visitor) -> None:
    visitor.logs_in("benali")
    attempts.reserve(submitted="benali", step="code", client=GUESSER).fail()
    StoredBucket.objects.filter(key=attempts.own_key("benali")).update(second_step_failures=100, failures=[])

    visitor.opens("/security/code/enable/").sees("Cent codes erronés").shoots("code-disabled")
    visitor.presses("Autoriser de nouveau les codes")

    visitor.opens("/security/code/enable/").sees("il n’y a rien à faire").shoots("code-enabled")
