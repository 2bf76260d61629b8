from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hardening.authenticators.models import RecoveryRequest
from hardening.events import ChangeIntended, CodeReplayed, PasswordChanged
from hardening.testing.logins import log_in
from hardening.testing.statements import counted_statements
from tests.audit.entries import write
from tests.console.people import MINUTE, NOON, amine, claire, sophie
from tests.lockout.people import fail

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.console.addresses"), pytest.mark.usefixtures("noon")]


def index(browser: Client) -> str:
    return browser.get(reverse("hardening_console:index")).content.decode()


def everything_at_once() -> None:
    account = amine()
    fail(5)
    RecoveryRequest.objects.create(account=claire(), requested_at=NOON, opens_at=NOON)
    write(
        CodeReplayed(at=NOON - MINUTE, account=str(account.pk)),
        ChangeIntended(
            at=NOON - 10 * MINUTE,
            account=str(account.pk),
            change=PasswordChanged.name,
            intent="11111111-aaaa-4bbb-8ccc-dddddddddddd",
        ),
    )


def test_a_quiet_night_says_that_nothing_waits(on_duty: Client) -> None:
    assert "Rien ne vous attend." in index(on_duty)


def test_everything_that_waits_is_on_one_page(on_duty: Client) -> None:
    everything_at_once()

    page = index(on_duty)

    for heading in ("replays", "lockouts", "requests", "unsettled"):
        assert f'id="{heading}"' in page
    assert "Rien ne vous attend." not in page
    assert "Mot de passe changé" in page


def test_each_person_sees_what_he_may_decide_on_and_no_more(client: Client) -> None:
    everything_at_once()
    log_in(client, sophie(may=["view_enrolmentgrant"]))

    page = index(client)

    assert 'id="requests"' in page
    assert 'id="lockouts"' not in page
    assert 'id="replays"' not in page
    assert reverse("hardening_console:entries") not in page


def test_an_alarm_of_yesterday_is_no_alarm_of_tonight(on_duty: Client) -> None:
    write(CodeReplayed(at=NOON - timedelta(hours=25), account=str(amine().pk)))
    assert "Rien ne vous attend." in index(on_duty)


def test_the_page_costs_the_same_however_much_waits(on_duty: Client) -> None:
    everything_at_once()

    with counted_statements() as statements:
        index(on_duty)

    assert len(statements) <= 14
