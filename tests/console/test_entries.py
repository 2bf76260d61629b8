from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hardening import request_ids
from hardening.audit.models import Entry
from hardening.events import AuditRead, LockoutReleased, PasswordChanged
from hardening.testing.statements import counted_statements
from portal.accounts.models import Account
from tests.audit.entries import a_day_of, write
from tests.console.people import NOON, amine, claire

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.console.addresses"), pytest.mark.usefixtures("noon")]

HOUR = timedelta(hours=1)


def search(browser: Client, **asked: str) -> str:
    return browser.post(reverse("hardening_console:entries"), asked, follow=True).content.decode()


def shown(page: str) -> int:
    return page.count('<tr>\n        <th scope="row">')


def changed(account: Account, *, before: timedelta = timedelta(0)) -> PasswordChanged:
    return PasswordChanged(at=NOON - HOUR - before, account=str(account.pk), by="owner")


def test_an_account_is_found_by_its_login(on_duty: Client) -> None:
    write(changed(amine()), changed(claire()))

    page = search(on_duty, account="Claire.Martin")

    assert "Claire Martin (claire.martin)" in page
    assert "Amine Benali" not in page


def test_an_account_that_is_gone_is_found_by_its_id(on_duty: Client) -> None:
    gone = claire()
    write(changed(gone))
    gone_id = str(gone.pk)
    gone.delete()

    assert "Mot de passe changé" in search(on_duty, account=gone_id)


def test_what_an_administrator_did_is_found_under_his_own_name(on_duty: Client, administrator: Account) -> None:
    write(LockoutReleased(
        at=NOON - HOUR, account=str(amine().pk), bucket="unknown_browsers", failures=5,
        released_by=str(administrator.pk), reason="called",
    ))  # fmt: skip

    page = search(on_duty, account="sophie", role="actor", event="lockout.bucket.released")

    assert "Amine Benali" in page
    assert "Sophie Bernard" in page


def test_a_person_who_reads_out_a_reference_is_found_by_it(on_duty: Client) -> None:
    with request_ids.assigned("k7m2pq9xw4ta"):
        write(changed(claire()))
    write(changed(amine()))

    page = search(on_duty, reference="k7m2pq9xw4ta")

    assert "Claire Martin" in page
    assert "Amine Benali" not in page


def test_a_day_is_searched_from_its_first_to_its_last_minute_as_the_clock_on_the_wall_has_it(on_duty: Client) -> None:
    account = claire()
    write(*(changed(account, before=timedelta(hours=hours)) for hours in (0, 12, 13, 36)))

    page = search(on_duty, since="2026-03-03", until="2026-03-03", event=PasswordChanged.name)

    assert shown(page) == 2


def test_what_is_typed_never_stands_in_an_address(on_duty: Client) -> None:
    """C14: an administrator who pastes a number into the wrong field leaves it in no log."""
    answer = on_duty.post(reverse("hardening_console:entries"), {"account": "269054958815780"})
    found = on_duty.post(reverse("hardening_console:entries"), {"account": amine().username})

    assert answer.status_code == 200
    assert "amine" not in found.headers["Location"]


def test_a_search_goes_on_from_the_login_that_was_found(on_duty: Client) -> None:
    claire()
    assert 'value="claire.martin"' in search(on_duty, account="Claire.Martin")


def test_reading_the_audit_is_an_entry_of_the_audit(on_duty: Client, administrator: Account) -> None:
    account = claire()
    search(on_duty, account="claire.martin")

    entry = Entry.objects.get(name=AuditRead.name)
    assert (entry.actor, entry.account, entry.details["asked"]) == (str(administrator.pk), str(account.pk), ["account"])


def test_older_pages_are_turned_without_counting(on_duty: Client) -> None:
    """A11."""
    write(*a_day_of(entries=120, accounts=3, at=NOON - 12 * HOUR))

    with counted_statements() as statements:
        first = on_duty.get(reverse("hardening_console:entries"), {"event": "login.password.accepted"})

    older = first.content.decode().split('href="?')[1].split('"')[0].replace("&amp;", "&")
    second = on_duty.get(f"{reverse('hardening_console:entries')}?{older}").content.decode()
    assert not any(
        "COUNT(" in sql.upper() or "LIKE" in sql.upper() for sql in statements.sql if "hardening_audit_entry" in sql
    )
    assert (shown(first.content.decode()), shown(second)) == (50, 50)
    assert len(statements) <= 8


@pytest.mark.parametrize(
    "asked", [{"since": "yesterday"}, {"event": "no.such.event"}, {"role": "boss"}, {"account": "nobody"}]
)
def test_a_search_that_means_nothing_says_so_and_shows_nothing(on_duty: Client, asked: dict[str, str]) -> None:
    write(changed(claire()))

    page = search(on_duty, **asked)

    assert 'class="error"' in page
    assert shown(page) == 0
    assert not Entry.objects.filter(name=AuditRead.name).exists()


def test_a_page_that_never_ended_there_is_the_first_one(on_duty: Client) -> None:
    write(changed(claire()))
    assert shown(on_duty.get(reverse("hardening_console:entries"), {"before": "nonsense"}).content.decode()) >= 1
