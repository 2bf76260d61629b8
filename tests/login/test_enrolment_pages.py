"""The pages that bind a telephone."""

import base64
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from hardening import clock
from hardening.authenticators import one_time_code
from hardening.authenticators.grants import issue_grant
from hardening.authenticators.models import EnrolmentGrant, OneTimeCode
from hardening.authenticators.permission import FRESH
from hardening.sessions.models import Session
from hardening.testing.phones import Phone, bind_phone
from tests.login.conftest import Create
from tests.login.test_entrance import everything_stored
from tests.login.visitors import COUNTER, TEETH, Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]


def letter_of(account: Any) -> str:
    return issue_grant(account=account, issued_by=None).code


def seed_on(page: Any) -> bytes:
    """Read the seed as a person does who cannot scan."""
    spelt = re.search(r'<code class="mono">([a-z2-7 ]+)</code>', page.content.decode())
    assert spelt, page.content.decode()
    text = spelt[1].replace(" ", "").upper()
    return base64.b32decode(text + "=" * (-len(text) % 8))


def code_of(seed: bytes, *, steps: int = 0) -> str:
    return one_time_code.code_at(seed, counter=one_time_code.step_at(clock.now()) + steps)


def test_with_password_and_letter_a_telephone_is_bound_and_the_session_opens(visitor: Visitor, amine: Any) -> None:
    visitor.give_password()
    seed = seed_on(visitor.post("enrol", letter=letter_of(amine), name="Mon téléphone"))

    answer = visitor.post("enrol_confirm", code=code_of(seed))

    assert answer.headers["Location"] == COUNTER
    assert visitor.is_inside()
    assert OneTimeCode.objects.get().name == "Mon téléphone"


def test_an_account_disabled_meanwhile_binds_nothing_and_opens_nothing(visitor: Visitor, amine: Any) -> None:
    """Whoever has just been thrown out must not leave an authenticator behind for the day he is let in again."""
    visitor.give_password()
    seed = seed_on(visitor.post("enrol", letter=letter_of(amine), name="Mon téléphone"))
    type(amine).objects.update(is_active=False)

    visitor.post("enrol_confirm", code=code_of(seed))

    assert not OneTimeCode.objects.exists()
    assert not Session.objects.opened().exists()


def test_the_code_that_confirmed_does_not_log_in(visitor: Visitor, amine: Any) -> None:
    """P6."""
    visitor.give_password()
    seed = seed_on(visitor.post("enrol", letter=letter_of(amine), name="Mon téléphone"))
    visitor.post("enrol_confirm", code=code_of(seed))
    other = Visitor()
    other.give_password()

    assert other.give_code(Phone(seed, str(OneTimeCode.objects.get().pk))).status_code == 200
    assert not other.is_inside()


@pytest.mark.parametrize("typed", ["", "x", "2222-2222-2222-2222-2222-2222-2222", "\x00", "' OR 1=1 --"])
def test_without_the_letter_a_stolen_password_binds_nothing(visitor: Visitor, amine: Any, typed: str) -> None:
    """L0e: the hole that decides."""
    letter_of(amine)
    visitor.give_password()

    assert visitor.post("enrol", letter=typed, name="Voleur").status_code == 200
    assert visitor.post("enrol_confirm", code="123456").status_code == 200
    assert not OneTimeCode.objects.exists()
    assert not visitor.is_inside()


def test_anothers_letter_binds_nothing(visitor: Visitor, amine: Any, claire: Any) -> None:
    letter_of(amine)
    visitor.give_password()

    assert "qr" not in visitor.post("enrol", letter=letter_of(claire), name="Voleur").context
    assert not OneTimeCode.objects.exists()


def test_wrong_letters_count_like_wrong_passwords(visitor: Visitor, amine: Any) -> None:
    """P11: and the sixth attempt is refused, the right letter included."""
    letter = letter_of(amine)
    visitor.give_password()
    for _ in range(5):
        visitor.post("enrol", letter="2222-2222-2222-2222-2222-2222-2222", name="Voleur")

    assert visitor.post("enrol", letter=letter, name="Voleur").status_code == 429


def test_a_stranger_cannot_ask_for_a_seed(visitor: Visitor, amine: Any) -> None:
    assert visitor.post("enrol", letter=letter_of(amine), name="Voleur").status_code == 403
    assert visitor.get("enrol").headers["Location"].startswith("/login/")


def test_the_seed_is_shown_once(visitor: Visitor, amine: Any) -> None:
    """P24: by the answer to the post, and by no address."""
    visitor.give_password()
    seed = seed_on(visitor.post("enrol", letter=letter_of(amine), name="Mon téléphone"))
    spelt = one_time_code.spell_seed(seed)

    assert spelt not in visitor.get("enrol").content.decode()
    assert visitor.get("enrol_confirm").status_code == 405
    assert spelt not in visitor.post("enrol_confirm", code="000000").content.decode()


def test_the_seed_is_in_no_session_and_no_table(visitor: Visitor, amine: Any, caplog: pytest.LogCaptureFixture) -> None:
    """P24, P1: sealed on the server, and in no log."""
    letter = letter_of(amine)
    visitor.give_password(letter=letter)
    seed = seed_on(visitor.post("enrol", name="Mon téléphone"))
    stored = everything_stored() + caplog.text

    spellings = (seed.hex(), one_time_code.spell_seed(seed), one_time_code.spell_seed(seed).replace(" ", ""))
    assert not [secret for secret in (*spellings, letter, letter.replace("-", "")) if secret in stored]


def test_a_letter_scanned_before_the_password_need_not_be_typed(visitor: Visitor, amine: Any) -> None:
    """The QR code leads to the login page, which posts the letter with the password; the session keeps its id only."""
    visitor.give_password(letter=letter_of(amine))
    page = visitor.get("enrol")

    assert "letter" not in page.context["form"].fields
    assert visitor.browser.session["hardening_login_grant"] == str(EnrolmentGrant.objects.get().pk)
    assert seed_on(visitor.post("enrol", name="Mon téléphone"))


def test_a_scanned_letter_is_anothers_after_another_password(visitor: Visitor, amine: Any, claire: Any) -> None:
    """P15."""
    visitor.give_password(letter=letter_of(amine))
    visitor.give_password("claire.martin", TEETH, letter=letter_of(amine))

    assert "letter" in visitor.get("enrol").context["form"].fields
    assert claire.pk


def test_a_lost_telephone_is_replaced_with_a_letter(visitor: Visitor, amine: Any) -> None:
    bind_phone(amine, name="Perdu")
    visitor.give_password()
    seed = seed_on(visitor.post("enrol", letter=letter_of(amine), name="Nouveau"))
    visitor.post("enrol_confirm", code=code_of(seed))

    assert {one.name for one in OneTimeCode.objects.all()} == {"Perdu", "Nouveau"}


def test_under_a_fresh_proof_one_more_telephone_is_bound(visitor: Visitor, phone: Phone) -> None:
    seed = seed_on(visitor.enter(phone).post("authenticator_add", name="Deuxième"))

    assert visitor.post("authenticator_confirm", code=code_of(seed)).headers["Location"] == "/security/"
    assert OneTimeCode.objects.count() == 2
    assert visitor.is_inside()


def test_a_seed_shown_at_the_end_of_a_fresh_proof_can_still_be_confirmed(
    visitor: Visitor, phone: Phone, at_noon: datetime
) -> None:
    visitor.enter(phone)
    with clock.frozen(at_noon + FRESH):
        seed = seed_on(visitor.post("authenticator_add", name="Deuxième"))
    with clock.frozen(at_noon + FRESH + timedelta(minutes=9)):
        visitor.post("authenticator_confirm", code=code_of(seed))

    assert OneTimeCode.objects.count() == 2


def test_binding_ends_every_other_session_and_known_browser(visitor: Visitor, amine: Any, phone: Phone) -> None:
    """P21, P23, I4."""
    thief = Visitor(address="203.0.113.9").enter(phone)
    with clock.shifted(timedelta(seconds=30)):
        visitor.enter(phone)
        seed = seed_on(visitor.post("authenticator_add", name="Deuxième"))
        visitor.post("authenticator_confirm", code=code_of(seed))

        assert not thief.is_inside()
        assert visitor.is_inside()
        assert amine.known_browsers.count() == 1
    assert Session.objects.count() == 1


def test_a_complete_login_is_not_offered_the_letter(visitor: Visitor, phone: Phone) -> None:
    assert visitor.enter(phone).get("enrol").headers["Location"] == reverse("hardening:authenticator_add")


@pytest.mark.usefixtures("phone")
def test_the_pages_set_no_style_and_run_no_script_of_their_own(visitor: Visitor, account: Create) -> None:
    """They stand under a strict content security policy, the inline QR code included."""
    other = account("gare.pharmacie")
    visitor.give_password("gare.pharmacie")
    page = visitor.post("enrol", letter=letter_of(other), name="Comptoir").content.decode()

    assert "<svg" in page
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)
