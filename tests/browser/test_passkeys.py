"""Passkeys in a real browser, with the device that Chromium simulates."""

import pytest

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
