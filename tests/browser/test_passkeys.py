"""Passkeys in a real browser, with the device that Chromium simulates."""

import pytest
from playwright.sync_api import expect

from hardening.authenticators.grants import issue_grant
from portal.accounts.models import Account
from portal.demo.cast import PASSWORD
from tests.browser.virtual_passkeys import VirtualDevice
from tests.browser.visitor import Visitor


@pytest.fixture
def device(visitor: Visitor) -> VirtualDevice:
    return VirtualDevice(visitor.page)


def adds_a_passkey(visitor: Visitor, name: str = "Ordinateur du comptoir") -> None:
    visitor.opens("/security/passkeys/add/").types("Nom de cette clé", name).presses("Ajouter la clé d’accès")
    visitor.page.wait_for_url("**/security/")
    visitor.sees(name)


def test_a_passkey_is_added_and_logs_in_without_a_key_pressed(visitor: Visitor, device: VirtualDevice) -> None:
    """Conditional mediation: the passkey stands under the field of the username, and choosing it is the login."""
    visitor.logs_in("benali").opens("/security/").sees("Aucune pour l’instant").shoots("security-no-passkey")
    visitor.presses("Ajouter une clé").sees("n’ouvrira plus").shoots("passkey-add")
    adds_a_passkey(visitor)
    visitor.sees("une deuxième").shoots("security-passkeys")
    assert len(device.passkeys) == 1
    visitor.logs_out()

    visitor.opens("/login/")
    visitor.page.wait_for_url(lambda url: "/login/" not in url)
    visitor.opens("/security/").sees("Ordinateur du comptoir")


def test_the_button_of_the_login_page(visitor: Visitor, device: VirtualDevice) -> None:
    visitor.logs_in("benali")
    adds_a_passkey(visitor)
    visitor.logs_out()
    device.waits_for_a_finger(is_there=False)
    visitor.opens("/login/").sees("Avec votre clé d’accès").shoots("login-passkey")
    device.waits_for_a_finger(is_there=True)

    visitor.presses("Se connecter avec une clé d’accès")
    visitor.page.wait_for_url(lambda url: "/login/" not in url)
    visitor.opens("/security/").sees("Ordinateur du comptoir")


def test_a_second_passkey_a_name_and_its_removal(visitor: Visitor, device: VirtualDevice) -> None:
    visitor.logs_in("benali")
    adds_a_passkey(visitor)
    visitor.opens("/security/passkeys/add/").sees("preuve récente").shoots("step-up-passkey")
    visitor.presses("Confirmer avec la clé")
    visitor.page.wait_for_url("**/security/passkeys/add/")
    visitor.types("Nom de cette clé", "Encore").presses("Ajouter la clé d’accès")
    expect(visitor.page.get_by_text("contient déjà une clé d’accès")).to_be_visible()
    visitor.shoots("passkey-add-twice")
    device.pull_out()
    VirtualDevice(visitor.page, transport="usb")
    adds_a_passkey(visitor, "Clé du tiroir")
    visitor.page.get_by_role("row", name="Clé du tiroir").get_by_role("link", name="Renommer").click()
    visitor.shoots("passkey-rename").types("Nom de cette clé", "Clé du coffre").presses("Enregistrer")
    visitor.sees("Clé du coffre")

    visitor.page.get_by_role("row", name="Ordinateur").get_by_role("link", name="Retirer").click()
    visitor.sees("Retirer « Ordinateur").shoots("passkey-remove").presses("Retirer")
    visitor.sees("Clé du coffre")
    visitor.page.get_by_role("row", name="Clé du coffre").get_by_role("link", name="Retirer").click()
    visitor.sees("votre seule clé").shoots("passkey-last")


def test_the_right_code_of_an_account_with_a_passkey(visitor: Visitor, device: VirtualDevice) -> None:
    """D26: the page after the password says why no code is asked for, and has the button."""
    visitor.logs_in("benali")
    adds_a_passkey(visitor)
    visitor.logs_out()
    device.waits_for_a_finger(is_there=False)
    visitor.opens("/login/").types("Identifiant", "benali").types("Mot de passe", PASSWORD)
    visitor.page.keyboard.press("Enter")
    visitor.sees("Utilisez votre clé d’accès").shoots("passkey-instead")
    device.waits_for_a_finger(is_there=True)
    visitor.presses("Se connecter avec une clé")

    visitor.page.wait_for_url(lambda url: "/login/" not in url)


def test_a_letter_binds_a_passkey(visitor: Visitor, device: VirtualDevice, portal: dict[str, Account]) -> None:
    letter = issue_grant(account=portal["girard"], issued_by=portal["sophie"])
    visitor.opens("/login/").types("Identifiant", "girard").types("Mot de passe", PASSWORD).enters()
    visitor.types("Code de votre lettre", letter.code).shoots("enrol-either").presses("Plutôt une clé")
    visitor.sees("Votre appareil demandera").shoots("enrol-passkey")
    visitor.types("Nom de cette clé", "Comptoir").presses("Ajouter la clé d’accès")

    visitor.sees("Vous n’avez pas de code de secours")
    assert len(device.passkeys) == 1
