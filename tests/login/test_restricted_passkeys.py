"""D27, D28, D33, D35: a passkey proves who holds it, and not how he came by it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from hardening import clock
from hardening.assurance.record import read
from hardening.authenticators import restrictions
from hardening.authenticators.models import Restriction
from hardening.login import break_glass
from hardening.requirements import Standing
from hardening.testing.passkeys import bind_soft_passkey, soft_passkey
from hardening.testing.phones import Phone
from tests.login.test_held import code_in
from tests.login.test_not_me import Letterbox, link_in
from tests.login.test_passkey_enrolment import binds, with_a_letter
from tests.login.visitors import Visitor

pytestmark = [pytest.mark.django_db(databases=["default", "hardening"]), pytest.mark.usefixtures("at_noon")]


def standing_of(visitor: Visitor) -> Standing | None:
    session: Any = visitor.browser.session
    record = read(session.assurance)
    return record.standing if record else None


def test_a_passkey_opens_at_once_in_a_browser_that_nobody_knows(visitor: Visitor, amine: Any) -> None:
    visitor.show_passkey(bind_soft_passkey(amine))

    assert visitor.is_inside()
    assert standing_of(visitor) is Standing.FULL


def test_what_a_letter_bound_is_on_probation_for_a_day(visitor: Visitor, amine: Any, at_noon: datetime) -> None:
    binds(with_a_letter(visitor, amine))
    assert standing_of(visitor) is Standing.PROBATION
    assert visitor.get("passkey_add").status_code == 403

    with clock.frozen(at_noon + timedelta(hours=24)):
        device = bind_soft_passkey(amine, name="Deuxième")
        visitor.show_passkey(device)
        assert standing_of(visitor) is Standing.FULL


def test_emergency_access_is_believed_at_once(visitor: Visitor, sophie: Any) -> None:
    """Whoever is let in at night by an operator at the server is needed now, and everybody was told."""
    letter = break_glass.let_in(sophie, operator="paul", reason="nobody else can")
    visitor.give_password("sophie")
    visitor.post("enrol", letter=letter.code, way="passkey")
    binds(visitor)

    assert standing_of(visitor) is Standing.FULL


def test_a_passkey_frees_codes_and_nothing_that_was_bound_since(amine: Any, at_noon: datetime) -> None:
    """D27: a recovery that is under way goes on waiting."""
    restrictions.restrict(str(amine.pk), why="recovery", nobody_until=at_noon + timedelta(hours=72))
    restrictions.restrict(str(amine.pk), why="disowned", nobody_until=at_noon + timedelta(days=7), takes_codes=True)

    restrictions.free_codes(str(amine.pk))

    own = Restriction.objects.get().read()
    assert not own.covers(bound_at=at_noon - timedelta(days=1), is_resistant=False)
    assert own.covers(bound_at=at_noon, is_resistant=True)


def test_a_passkey_of_a_doubtful_way_waits_and_the_older_one_does_not(
    visitor: Visitor, amine: Any, at_noon: datetime
) -> None:
    """D27: the owner's passkey opens while the new one discloses nobody."""
    own = bind_soft_passkey(amine)
    with clock.frozen(at_noon + timedelta(minutes=1)):
        restrictions.restrict(str(amine.pk), why="recovery", nobody_until=at_noon + timedelta(hours=72))
        thief, device = Visitor(), bind_soft_passkey(amine, name="Deuxième")
        thief.show_passkey(device)
        visitor.show_passkey(own)

        assert thief.browser.get("/counter/").headers["Location"].startswith(reverse("hardening:held"))
        assert "n’ouvrent aucun dossier" in thief.get("held").content.decode()
        assert not [name for name in thief.browser.cookies if "browser-" in name]
        assert visitor.is_inside()


def test_an_older_passkey_ends_what_a_disowned_login_began(
    visitor: Visitor, amine: Any, phone: Any, letterbox: Letterbox, at_noon: datetime
) -> None:
    thief = Visitor()
    thief.give_password()
    thief.give_code(phone)
    thief.post("held", code=code_in(letterbox()[-1]))
    with clock.frozen(at_noon - timedelta(days=2)):
        own = bind_soft_passkey(amine)
    with clock.frozen(at_noon + timedelta(minutes=1)):
        Visitor().post("not_me", code=link_in(letterbox()[-1]), word="no")
        assert Restriction.objects.filter(takes_codes=True).exists()
        visitor.show_passkey(own)

        assert standing_of(visitor) is Standing.FULL
        assert not Restriction.objects.filter(takes_codes=True).exists()
        assert not thief.is_inside()


def test_an_objection_to_a_new_passkey_takes_that_passkey_too(
    phone: Phone, letterbox: Letterbox, at_noon: datetime
) -> None:
    """D33: added by a thief at the owner's open session; the owner answers the very mail that tells of it."""
    thief, device = Visitor().enter(phone), soft_passkey()
    thief.post("passkey_add", answer=device.create(thief.asked_for_a_passkey("passkey_options")), name="Ordinateur")
    assert "Une clé d’accès a été ajoutée" in letterbox()[-1].subject

    with clock.frozen(at_noon + timedelta(minutes=2)):
        Visitor().post("not_me", code=link_in(letterbox()[-1]), word="non")
        again = Visitor(address="203.0.113.9")
        again.show_passkey(device)

        assert not thief.is_inside()
        assert not again.is_inside()


def test_a_step_up_by_a_doubtful_passkey_lowers_the_session_it_is_shown_in(
    visitor: Visitor, amine: Any, at_noon: datetime
) -> None:
    """Whoever has stolen a cookie and had a letter of his own must not join the two."""
    visitor.show_passkey(bind_soft_passkey(amine))
    with clock.frozen(at_noon + timedelta(minutes=1)):
        restrictions.restrict(str(amine.pk), why="letter", probation_until=at_noon + timedelta(hours=24))
        doubtful = bind_soft_passkey(amine, name="Voleur")
        visitor.post("step_up", answer=doubtful.get(visitor.asked_for_a_passkey("step_up_options")))

        assert standing_of(visitor) is Standing.PROBATION
        assert visitor.get("passkey_add").status_code == 403
