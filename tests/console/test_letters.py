import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from hardening import clock
from hardening.audit.models import Entry
from hardening.authenticators.grants import permission_from
from hardening.authenticators.models import EnrolmentGrant, RecoveryRequest
from hardening.login import mailing
from portal.accounts.models import Account
from tests.console.people import MINUTE, NOON, amine, claire

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.console.addresses"), pytest.mark.usefixtures("noon")]

REASON = "New telephone; I called the practice back."
CODE = re.compile(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}", re.IGNORECASE)


def issue(browser: Client, *, account: str = "amine.benali", reason: str = REASON) -> str:
    answer = browser.post(reverse("hardening_console:new_letter"), {"account": account, "reason": reason})
    return answer.content.decode()


def printed_code(page: str) -> str:
    found = CODE.search(page)
    assert found, page
    return found[0]


def test_the_answer_is_a_letter_that_works_with_its_code_and_a_picture_of_it(on_duty: Client) -> None:
    account = amine()

    page = issue(on_duty)

    assert permission_from(printed_code(page), account=str(account.pk)).account == str(account.pk)
    assert "<svg" in page
    assert "Amine Benali" in page


def test_the_letter_says_why_and_who_issued_it_in_the_history_and_in_the_audit(
    on_duty: Client, administrator: Account, django_capture_on_commit_callbacks: type
) -> None:
    account = amine()
    with django_capture_on_commit_callbacks(execute=True):
        issue(on_duty)

    history = on_duty.get(reverse("hardening_console:letters")).content.decode()
    entry = Entry.objects.get(name="authenticators.grant.issued")

    assert REASON in history
    assert "Sophie Bernard" in history
    assert (entry.account, entry.actor, entry.details["reason"]) == (str(account.pk), str(administrator.pk), REASON)


def test_the_code_is_shown_once_and_is_in_no_entry(on_duty: Client) -> None:
    amine()
    code = printed_code(issue(on_duty))

    history = on_duty.get(reverse("hardening_console:letters")).content.decode()

    assert code not in history
    assert not any(code in entry.payload for entry in Entry.objects.all())


def test_nobody_issues_a_letter_for_himself(on_duty: Client) -> None:
    page = issue(on_duty, account="sophie")

    assert not CODE.search(page)
    assert not EnrolmentGrant.objects.exists()


@pytest.mark.parametrize(("account", "reason"), [("amine.benali", " "), ("nobody", REASON), ("", REASON)])
def test_without_a_reason_or_an_account_there_is_no_letter(on_duty: Client, account: str, reason: str) -> None:
    amine()

    page = issue(on_duty, account=account, reason=reason)

    assert not CODE.search(page)
    assert not EnrolmentGrant.objects.exists()


def test_a_disabled_account_gets_no_letter(on_duty: Client) -> None:
    account = amine()
    account.is_active = False
    account.save()

    assert not CODE.search(issue(on_duty))


def test_whoever_lost_everything_is_listed_until_a_letter_answers(on_duty: Client) -> None:
    account = claire()
    RecoveryRequest.objects.create(account=account, requested_at=NOON, opens_at=NOON + 60 * MINUTE)

    waiting = on_duty.get(reverse("hardening_console:letters")).content.decode()
    issue(on_duty, account="claire.martin")
    answered = on_duty.get(reverse("hardening_console:letters")).content.decode()

    assert f"?for={account.pk}" in waiting
    assert f"?for={account.pk}" not in answered


def test_a_request_says_whether_the_owner_may_still_object(on_duty: Client) -> None:
    RecoveryRequest.objects.create(account=claire(), requested_at=NOON, opens_at=NOON + MINUTE)

    before = on_duty.get(reverse("hardening_console:letters")).content.decode()
    with clock.frozen(NOON + MINUTE):
        after = on_duty.get(reverse("hardening_console:letters")).content.decode()

    assert "peut s’opposer jusqu’au 03/03/2026 13" in before
    assert "Personne ne s’est opposé" in after


def test_the_form_is_filled_in_from_a_request_and_from_nothing_else(on_duty: Client) -> None:
    form = reverse("hardening_console:new_letter")

    assert 'value="claire.martin"' in on_duty.get(form, {"for": str(claire().pk)}).content.decode()
    assert "&lt;b&gt;" not in on_duty.get(form, {"for": "<b>"}).content.decode()


def test_the_owner_is_told_by_mail(on_duty: Client) -> None:
    account = amine()
    account.email = "amine@example.org"
    account.save()

    issue(on_duty)
    mailing.flush()

    assert [message.to for message in mail.outbox] == [["amine@example.org"]]
