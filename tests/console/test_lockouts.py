import pytest
from django.test import Client
from django.urls import reverse

from hardening import clock
from hardening.audit.models import Entry
from hardening.errors import LockedOut
from hardening.lockout.models import Release
from hardening.lockout.review import open_lockouts
from hardening.testing.logins import log_in
from portal.accounts.models import Account
from tests.console.people import MINUTE, NOON, amine, sophie
from tests.lockout.people import attempt

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.console.addresses"), pytest.mark.usefixtures("noon")]

REASON = "He had his keyboard in capitals; I called the practice back."


def lockouts(browser: Client) -> str:
    return browser.get(reverse("hardening_console:lockouts")).content.decode()


def release(browser: Client, *, key: str, reason: str = REASON) -> str:
    answer = browser.post(reverse("hardening_console:release", args=[key]), {"reason": reason}, follow=True)
    return answer.content.decode()


def fail(times: int, name: str = "amine.benali", *, account: str = "") -> None:
    for _ in range(times):
        attempt(name).fail(account=account)


def locked_out(account: Account) -> str:
    """Lock the account and return the key of the case."""
    fail(5, account.username, account=str(account.pk))
    return open_lockouts()[0].key


def test_a_lockout_says_who_why_since_when_and_from_where(on_duty: Client) -> None:
    locked_out(amine())

    page = lockouts(on_duty)

    assert "Amine Benali (amine.benali)" in page
    assert open_lockouts()[0].reason in page.replace("&#x27;", "'")
    assert "192.0.2.0/24" in page
    assert "Firefox, Windows" in page
    assert "<svg" in page


def test_no_lockout_is_said_so(on_duty: Client) -> None:
    assert "Aucun verrouillage en cours." in lockouts(on_duty)


def test_a_release_lets_the_owner_try_again_and_keeps_the_evidence(on_duty: Client, administrator: Account) -> None:
    key = locked_out(amine())
    with pytest.raises(LockedOut):
        attempt()

    page = release(on_duty, key=key)

    attempt().give_back()
    kept = Release.objects.get()
    assert (kept.released_by, kept.reason, kept.failures) == (str(administrator.pk), REASON, 5)
    assert REASON in page
    assert "Sophie Bernard" in page
    assert "5 échecs" in page
    assert page.count('<path d="M') == 5


def test_a_release_is_one_entry_of_the_audit(on_duty: Client, administrator: Account) -> None:
    account = amine()

    release(on_duty, key=locked_out(account))

    entry = Entry.objects.get(name="lockout.bucket.released")
    assert (entry.account, entry.actor, entry.details["reason"]) == (str(account.pk), str(administrator.pk), REASON)


def test_a_reason_with_a_number_in_it_stays_with_the_decision_and_reaches_the_audit_without(on_duty: Client) -> None:
    """A3, R11."""
    release(on_duty, key=locked_out(amine()), reason="for 2 69 05 49 588 157 80")

    assert Entry.objects.get(name="lockout.bucket.released").details["reason"] == "for […]"


def test_without_a_reason_nothing_is_released(on_duty: Client) -> None:
    release(on_duty, key=locked_out(amine()), reason="  ")

    assert not Release.objects.exists()
    assert open_lockouts()


def test_a_case_is_shown_whole_before_it_is_decided(on_duty: Client) -> None:
    key = locked_out(amine())

    page = on_duty.get(reverse("hardening_console:release", args=[key])).content.decode()

    assert "192.0.2.0/24" in page
    assert page.count("<li>3 mars 2026") == 5


@pytest.mark.parametrize("key", ["0" * 32, "nonsense"])
def test_a_case_that_is_over_is_said_so(on_duty: Client, key: str) -> None:
    assert "avait déjà pris fin" in release(on_duty, key=key)


def test_looking_at_a_case_by_get_releases_nothing(on_duty: Client) -> None:
    key = locked_out(amine())

    on_duty.get(reverse("hardening_console:release", args=[key]), {"reason": REASON})

    assert open_lockouts()


def test_whoever_may_only_look_gets_no_button_and_no_release(client: Client) -> None:
    log_in(client, sophie(may=["view_release"]))
    key = locked_out(amine())

    assert reverse("hardening_console:release", args=[key]) not in lockouts(client)
    assert client.post(reverse("hardening_console:release", args=[key]), {"reason": REASON}).status_code == 403
    assert open_lockouts()


def test_a_name_that_no_account_has_is_shown_as_that(on_duty: Client) -> None:
    fail(5, "nobody.at.all")

    page = lockouts(on_duty)

    assert "nobody" not in page
    assert "192.0.2.0/24" in page


def test_a_lockout_ends_by_itself_and_leaves_the_list(on_duty: Client) -> None:
    locked_out(amine())
    with clock.frozen(NOON + 2 * MINUTE):
        assert "Aucun verrouillage en cours." in lockouts(on_duty)


def test_the_victims_of_one_network_are_released_together(on_duty: Client) -> None:
    fail(5, "amine.benali")
    fail(5, "claire.martin")
    page = reverse("hardening_console:release_together")
    assert page in lockouts(on_duty)
    assert on_duty.get(page, {"network": "192.0.2.0/24"}).status_code == 200

    on_duty.post(page, {"network": "192.0.2.0/24", "reason": REASON})

    assert Release.objects.count() == 2
    assert page not in lockouts(on_duty)


def test_a_network_that_locked_nobody_releases_nobody(on_duty: Client) -> None:
    fail(5, "amine.benali")
    answer = on_duty.post(
        reverse("hardening_console:release_together"), {"network": "192.0.2.0/24", "reason": REASON}, follow=True
    )

    assert "avait déjà pris fin" in answer.content.decode()
    assert not Release.objects.exists()


def test_a_case_shows_what_other_limits_would_have_done(on_duty: Client) -> None:
    page = on_duty.get(reverse("hardening_console:release", args=[locked_out(amine())]))

    assert [(each.limit, each.found.refused) for each in page.context["others"]] == [(3, 2), (5, 0), (8, 0), (10, 0)]
