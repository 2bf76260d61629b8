"""Passkeys in a real browser, with the device that Chromium simulates."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from hardening.assurance.record import read
from hardening.authenticators.grants import issue_grant
from hardening.authenticators.models import Passkey
from hardening.authenticators.permission import COMPLETION
from hardening.sessions.models import Session
from portal.accounts.models import Account
from portal.demo.cast import PASSWORD
from portal.demo.enrolling import next_code
from tests.browser.virtual_passkeys import VirtualDevice
from tests.browser.visitor import Visitor


@pytest.fixture
def device(visitor: Visitor) -> VirtualDevice:
    return VirtualDevice(visitor.page)


def adds_a_passkey(visitor: Visitor, name: str = "Ordinateur du comptoir") -> None:
    visitor.opens("/security/passkeys/add/").types("Nom de cette clé", name).presses("Ajouter la clé d’accès")
    visitor.page.wait_for_url("**/security/")
    visitor.sees(name)


def let_the_proofs_age() -> None:
    """Have everybody's proofs given ten minutes earlier: the clock of the server is another thread's."""
    for session in Session.objects.all():
        record = read(session.assurance)
        assert record
        aged = tuple(replace(proof, at=proof.at - COMPLETION) for proof in record.proofs)
        Session.objects.filter(pk=session.pk).update(assurance=replace(record, proofs=aged).as_json())


def confirms(visitor: Visitor, address: str) -> None:
    """Go where a fresh proof is needed, and give it."""
    visitor.opens(address).presses("Confirmer avec la clé")
    visitor.page.wait_for_url(f"**{address}")


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
    confirms(visitor, "/security/passkeys/add/")
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
    last = visitor.page.get_by_role("row", name="Clé du coffre")
    expect(last.get_by_role("link", name="Retirer")).to_have_count(0)
    address = str(last.get_by_role("link", name="Renommer").get_attribute("href"))
    visitor.opens(address.replace("/name/", "/remove/")).sees("votre seule clé").shoots("passkey-last")


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

    visitor.sees("Consultation des droits")
    assert len(device.passkeys) == 1


def test_a_form_that_meets_a_step_up_arrives_after_one_touch(visitor: Visitor, device: VirtualDevice) -> None:
    """D23: what was typed is not typed again."""
    visitor.logs_in("benali")
    adds_a_passkey(visitor)
    confirms(visitor, "/security/passkeys/add/")
    visitor.opens("/security/").page.get_by_role("row", name="Ordinateur").get_by_role("link", name="Renommer").click()
    visitor.types("Nom de cette clé", "Clé du coffre")
    let_the_proofs_age()
    visitor.presses("Enregistrer").sees("est gardé cinq minutes").shoots("step-up-with-form")
    visitor.presses("Confirmer avec la clé")
    visitor.page.wait_for_url("**/security/")
    visitor.sees("Clé du coffre")
    assert len(device.passkeys) == 1


def test_without_its_script_the_form_is_sent_on_by_a_button(visitor: Visitor) -> None:
    visitor.page.route("**/resend.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    visitor.logs_in("benali").opens("/security/")
    visitor.page.get_by_role("link", name="Renommer").first.click()
    visitor.types("Nom de ce téléphone", "Comptoir")
    let_the_proofs_age()
    visitor.presses("Enregistrer").has_the_focus_on("code")
    visitor.page.keyboard.type(next_code("benali")[0])
    visitor.sees("C’était bien vous").shoots("resend").presses("Envoyer")
    visitor.page.wait_for_url("**/security/")
    visitor.sees("Comptoir")


def test_the_offer_of_a_passkey_is_put_off(visitor: Visitor) -> None:
    visitor.logs_in("benali").opens("/look-up/")
    offer = visitor.page.get_by_role("region", name="Vous connecter sans code")
    expect(offer).to_be_visible()
    visitor.shoots("passkey-offer")
    offer.get_by_role("button", name="Plus tard").click()

    expect(visitor.page.get_by_role("heading", name="Vous connecter sans code")).to_have_count(0)
    visitor.opens("/look-up/")
    expect(offer).to_have_count(0)


def test_no_page_needs_a_script_to_log_in_by_code(browser: Browser, origin: str, portal: dict[str, Account]) -> None:
    plain = browser.new_context(base_url=origin, locale="fr-FR", java_script_enabled=False)
    visitor = Visitor(plain.new_page()).sits_at_the_computer_of("benali").opens("/login/")
    expect(visitor.page.get_by_role("button", name="Se connecter avec une clé")).to_have_count(0)
    visitor.types("Identifiant", portal["benali"].username).types("Mot de passe", PASSWORD).presses("Continuer")
    visitor.types("Code à 6 chiffres", next_code("benali")[0]).presses("Se connecter")

    visitor.opens("/security/").sees("Clés d’accès")
    plain.close()


@pytest.mark.usefixtures("device")
def test_a_login_page_whose_questions_are_refused_stays_where_it_is(visitor: Visitor) -> None:
    """A browser that keeps no cookies has no token either; its page must not be loaded for ever."""
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.route("**/login/passkey/options/", lambda route: route.fulfill(status=403, body="{}"))
    with visitor.page.expect_response("**/login/passkey/options/"):
        visitor.opens("/login/")
    visitor.types("Identifiant", "benali").page.wait_for_load_state("networkidle")

    assert len([address for address in asked if address.endswith("/login/")]) == 1


def test_a_passkey_that_was_removed_says_so_and_leaves_the_password(visitor: Visitor, device: VirtualDevice) -> None:
    visitor.logs_in("benali")
    adds_a_passkey(visitor)
    visitor.opens("/security/add/").presses("Confirmer avec la clé")
    visitor.page.wait_for_url("**/security/add/")
    visitor.sees("Votre compte s’ouvre avec une clé").shoots("authenticator-closed").logs_out()
    Passkey.objects.all().delete()
    device.waits_for_a_finger(is_there=False)
    visitor.opens("/login/").page.get_by_role("button", name="Se connecter avec une clé").click(no_wait_after=True)
    device.waits_for_a_finger(is_there=True)

    visitor.sees("n’a pas ouvert le portail").sees("Mot de passe")
    device.waits_for_a_finger(is_there=False)
    visitor.shoots("login-passkey-refused")


def test_a_form_that_waited_too_long_is_filled_in_again(visitor: Visitor) -> None:
    visitor.logs_in("benali").opens("/security/")
    visitor.page.get_by_role("link", name="Renommer").first.click()
    visitor.types("Nom de ce téléphone", "Comptoir")
    let_the_proofs_age()
    visitor.presses("Enregistrer").has_the_focus_on("code")
    visitor.page.locator("[name=held_form]").evaluate("field => { field.value = 'x' }")
    visitor.page.keyboard.type(next_code("benali")[0])

    visitor.sees("Remplissez de nouveau").shoots("form-not-kept").presses("Retour au formulaire")
    visitor.page.wait_for_url("**/name/")
