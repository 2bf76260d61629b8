"""What the owner is told, and how often."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from hardening import clock
from hardening.clients import Client
from hardening.login import mailing, notices
from hardening.testing.phones import Phone
from portal.settings.mailers import mail_settings
from tests.login.visitors import Visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]

Letterbox = Callable[[], list[Any]]
STRANGE = Client(address="203.0.113.9", network="203.0.113.0/24", browser="Firefox, Windows")


def test_a_failed_second_step_in_an_unknown_browser_is_told(
    visitor: Visitor, phone: Phone, letterbox: Letterbox
) -> None:
    visitor.give_password()
    visitor.give_code(phone, "000000")

    mail = letterbox()[-1]
    assert mail.to == ["amine.benali@example.org"]
    assert "mot de passe" in mail.subject
    assert "203.0.113" not in mail.body
    assert "198.51.100.0/24" in mail.body
    assert "https://portail.example/password/reset/" in mail.body


def test_ones_own_typing_errors_are_no_news(visitor: Visitor, phone: Phone, letterbox: Letterbox) -> None:
    """D32: in a browser that the account knows."""
    visitor.enter(phone).post("logout")
    visitor.give_password()
    visitor.give_code(phone, "000000")

    assert letterbox() == []


def test_what_happens_within_an_hour_is_told_by_the_next_mail(
    amine: Any, letterbox: Letterbox, at_noon: datetime
) -> None:
    """D32: a stranger who keeps trying does not fill the mailbox, and nothing is left untold."""
    for minutes in range(0, 60, 10):
        with clock.frozen(at_noon + timedelta(minutes=minutes)):
            notices.second_step_failed(account=str(amine.pk), client=STRANGE)
    assert len(letterbox()) == 1

    with clock.frozen(at_noon + timedelta(minutes=60)):
        notices.second_step_failed(account=str(amine.pk), client=STRANGE)
    assert len(letterbox()) == 2
    assert "6 fois" in letterbox()[-1].body


def test_nobody_without_an_address_is_written_to(amine: Any, letterbox: Letterbox) -> None:
    amine.email = ""
    amine.save()
    notices.second_step_failed(account=str(amine.pk), client=STRANGE)

    assert letterbox() == []


@pytest.mark.parametrize("what", notices.CHANGES)
def test_every_change_has_its_sentence_in_text_and_html(
    amine: Any, letterbox: Letterbox, what: str, at_noon: datetime
) -> None:
    notices.changed(amine, what=what, at=at_noon, client=STRANGE)
    mail = letterbox()[-1]

    assert mail.subject in mail.body
    assert "2026 à 13" in mail.body
    assert mail.alternatives[0][1] == "text/html"


def test_a_browser_name_with_a_line_break_writes_no_header(amine: Any, letterbox: Letterbox, at_noon: datetime) -> None:
    """D43: nor does it close the HTML."""
    nasty = Client(address="", network="\r\nBcc: all@example.org", browser="<script>alert(1)</script>\r\nBcc: x@y")
    notices.changed(amine, what="bound", at=at_noon, client=nasty)
    mail = letterbox()[-1]

    assert mail.message()["Bcc"] is None
    assert "<script>" not in mail.alternatives[0][0]


def test_a_mail_server_that_is_down_stops_nobody_and_names_nobody(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in mail_settings("smtp", host="127.0.0.1", port=9).items():
        setattr(settings, name, value)

    mailing.post(EmailMessage("subject", "body", to=["amine.benali@example.org"]))
    mailing.flush()

    assert "could not be sent" in caplog.text
    assert "amine" not in caplog.text
