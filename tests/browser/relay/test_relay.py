"""L2, P19: an adversary in the middle, with a real browser on his page and the owner's own device in it."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from hardening.disclosure.models import LedgerRow
from hardening.sessions.models import Session
from portal.demo.cast import PASSWORD
from portal.demo.enrolling import next_code
from portal.demo.samples import JOSETTE
from tests.browser.relay.proxy import Relay, Rewriting, as_it_is, relaying
from tests.browser.test_passkeys import adds_a_passkey
from tests.browser.virtual_passkeys import VirtualDevice
from tests.browser.visitor import Visitor

LOGIN_OPTIONS, LOGIN_ANSWER = "/login/passkey/options/", "/login/passkey/"


@pytest.fixture
def victim(browser: Browser) -> Iterator[Page]:
    """The owner's page, in a browser that may complain of what the relay breaks."""
    context: BrowserContext = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def naming(rp_id: str) -> Rewriting:
    """Have the browser asked for the relay's own domain: it would refuse the portal's."""

    def rewritten(path: str, body: bytes) -> bytes:
        if path != LOGIN_OPTIONS:
            return body
        return json.dumps(json.loads(body) | {"rpId": rp_id}).encode()

    return rewritten


def restating(origin: str) -> Rewriting:
    """Write the portal's origin into what the browser signed."""

    def rewritten(path: str, body: bytes) -> bytes:
        fields = parse_qs(body.decode()) if path == LOGIN_ANSWER else {}
        if "answer" not in fields:
            return body
        answer = json.loads(fields["answer"][0])
        said = answer["response"]["clientDataJSON"]
        stated = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))) | {"origin": origin}
        answer["response"]["clientDataJSON"] = (
            base64.urlsafe_b64encode(json.dumps(stated).encode()).rstrip(b"=").decode()
        )
        return urlencode({key: value[0] for key, value in fields.items()} | {"answer": json.dumps(answer)}).encode()

    return rewritten


VARIANTS = {
    "the address of another host": ("127.0.0.1", None, False),
    "another port of the same host": ("localhost", None, False),
    "a sub-domain": ("portail.localhost", None, False),
    "a name that looks alike": ("localhost.portail-sante.localhost", None, False),
    "its own domain in the question": ("portail.localhost", "portail.localhost", False),
    "its own domain, and the portal's origin in the answer": ("portail.localhost", "portail.localhost", True),
}
ANSWERED = {variant for variant, (host, rp_id, _) in VARIANTS.items() if host == "localhost" or rp_id}
"""To the others the browser itself refuses to answer: their page may not name the portal's domain."""


@pytest.fixture
def passkey(visitor: Visitor) -> dict[str, Any]:
    """What Dr Benali's device holds for the portal; all his sessions are over."""
    own = VirtualDevice(visitor.page)
    visitor.logs_in("benali")
    adds_a_passkey(visitor)
    Session.objects.all().delete()
    (held,) = own.passkeys
    return held


def test_a_passkey_opens_nothing_through_a_relay(browser: Browser, passkey: dict[str, Any], origin: str) -> None:
    """P18, P19: whatever the relay writes, the device answers for the page it stands on."""
    answered = {}
    for variant, (host, rp_id, restates) in VARIANTS.items():
        asking, answering = restating(origin) if restates else as_it_is, naming(rp_id) if rp_id else as_it_is
        with relaying(origin, host=host, asking=asking, answering=answering) as relay:
            with closing(browser.new_context(locale="fr-FR")) as context:
                page = context.new_page()
                device = VirtualDevice(page)
                rewritten = {"rpId": rp_id} if rp_id else {}
                device.protocol.send(
                    "WebAuthn.addCredential", {"authenticatorId": device.id, "credential": passkey | rewritten}
                )
                page.goto(f"{relay.origin}/login/")
                wait_for_an_answer(page, relay, is_due=variant in ANSWERED)
                answered[variant] = LOGIN_ANSWER in relay.posted
            # By the thief's own cookies, as he would come.
            with urlopen(f"http://127.0.0.1:{relay.server.server_port}/look-up/", timeout=20) as seen:
                assert b'name="nir"' not in seen.read(), variant
        assert not Session.objects.opened().exists(), variant
    # Where the browser itself does not refuse the question, the portal has refused the answer.
    assert {variant for variant, is_answered in answered.items() if is_answered} == ANSWERED


def wait_for_an_answer(page: Page, relay: Relay, *, is_due: bool) -> None:
    """The device answers by itself, if the browser lets it: as soon as it can, or not within a second and a half."""
    for _ in range(50 if is_due else 8):
        page.wait_for_timeout(200)
        if LOGIN_ANSWER in relay.posted:
            return


@pytest.mark.usefixtures("passkey")
def test_the_owner_of_a_passkey_is_not_phished_through_the_code_form(victim: Page, origin: str) -> None:
    """L2d, D26: the relay shows no passkey and asks for the weaker way; a right code opens nothing."""
    with relaying(origin, host="127.0.0.1") as relay:
        gives_the_password(victim, relay.origin)

        assert "clé d’accès" in victim.locator("main").inner_text()
        assert victim.locator("input[name=code]").count() == 0
        victim.goto(f"{relay.origin}/look-up/")
        assert victim.locator("input[name=nir]").count() == 0
    assert not Session.objects.opened().exists()


def gives_the_password(page: Page, origin: str) -> None:
    page.goto(f"{origin}/login/")
    page.get_by_label("Identifiant").fill("benali")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/code/**")


def is_held(page: Page, origin: str) -> None:
    gives_the_password(page, origin)
    page.get_by_label("Code à 6 chiffres").press_sequentially(next_code("benali")[0])
    page.wait_for_url("**/login/held/**")


def looks_josette_up(page: Page, origin: str) -> None:
    page.goto(f"{origin}/look-up/")
    page.get_by_label("Numéro de sécurité sociale").fill(JOSETTE.nir)
    page.get_by_label("Date de naissance").fill(f"{JOSETTE.birth_date:%d/%m/%Y}")
    page.keyboard.press("Enter")


@pytest.mark.usefixtures("portal")
def test_a_relayed_code_is_held_and_shows_nobody(victim: Page, origin: str) -> None:
    """D28: password and code are right, unused and live."""
    with relaying(origin, host="127.0.0.1") as relay:
        is_held(victim, relay.origin)
        victim.goto(f"{relay.origin}/look-up/")

        assert "/login/held/" in victim.url
        assert victim.locator("input[name=nir]").count() == 0
    assert not LedgerRow.objects.exists()


@pytest.mark.usefixtures("portal")
def test_a_deceived_owner_confirms_a_probation_and_ends_it_by_one_link(
    victim: Page, origin: str, browser: Browser, letterbox: Callable[[], list[Any]]
) -> None:
    """D28, D33: on probation the thief is shown people and changes nothing; the link ends him within one request."""
    with relaying(origin, host="127.0.0.1") as relay:
        is_held(victim, relay.origin)
        code = re.search(r"^[a-z2-9]{4}-[a-z2-9]{4}$", letterbox()[-1].body, re.MULTILINE)
        assert code
        victim.get_by_label("Code du message").fill(code[0])
        victim.keyboard.press("Enter")
        victim.wait_for_url("**/look-up/**")
        looks_josette_up(victim, relay.origin)
        victim.get_by_text("Droits ouverts").first.wait_for()
        victim.goto(f"{relay.origin}/password/change/")
        assert "Pas encore dans ce navigateur" in victim.locator("main").inner_text()

        link = re.search(r"http://\S+/login/not-me/#\S+", letterbox()[-1].body)
        assert link
        with closing(browser.new_context(locale="fr-FR")) as elsewhere:
            owner = Visitor(elsewhere.new_page()).opens(link[0]).types("NON", "non").presses("Mettre fin")
            owner.sees("Ces connexions sont interrompues")
        victim.goto(f"{relay.origin}/look-up/")

        assert "/login/" in victim.url
    assert LedgerRow.objects.of_people().count() == 1
