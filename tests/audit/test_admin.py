from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from hardening.audit.models import Entry
from hardening.events import AuditRead, PasswordChanged
from hardening.testing.logins import log_in
from hardening.testing.statements import Statements, counted_statements
from tests.audit.entries import a_day_of, write

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.audit.addresses")]

NOON = datetime(2027, 3, 3, 12, tzinfo=UTC)
LIST = "/administration/hardening_audit/entry/"


@pytest.fixture
def superuser(client: Client) -> Client:
    """The browser of somebody who may do everything that anybody may."""
    log_in(client, get_user_model().objects.create_superuser("sophie", full_name="Sophie Bernard"))
    return client


def test_not_even_a_superuser_has_a_verb_but_reading(superuser: Client) -> None:
    """A4."""
    (entry,) = write(PasswordChanged(at=NOON, account="claire", by="owner"))
    page = f"{LIST}{entry.reference}/change/"

    assert superuser.get(page).status_code == 200
    assert superuser.post(page, {"account": "nobody"}).status_code == 403
    assert superuser.get(f"{LIST}add/").status_code == 403
    assert superuser.post(f"{LIST}{entry.reference}/delete/", {"post": "yes"}).status_code == 403
    superuser.post(LIST, {"action": "delete_selected", "_selected_action": str(entry.pk)})
    assert Entry.objects.filter(account="claire").exists()


def test_an_entry_is_read_under_its_reference(superuser: Client) -> None:
    (entry,) = write(PasswordChanged(at=NOON, account="claire", by="owner"))

    listed = superuser.get(LIST).content.decode()

    assert f"{LIST}{entry.reference}/change/" in listed
    assert "login.password.changed" in superuser.get(f"{LIST}{entry.reference}/change/").content.decode()


def test_whoever_reads_here_is_read_about_in_turn(superuser: Client) -> None:
    """As in the console: Django's admin is no way to read about colleagues unseen."""
    (entry,) = write(PasswordChanged(at=NOON, account="claire", by="owner"))
    superuser.get(LIST)
    superuser.get(f"{LIST}{entry.reference}/change/")

    read = Entry.objects.filter(name=AuditRead.name, actor=str(get_user_model().objects.get().pk))
    assert sorted(read.values_list("account", flat=True)) == ["", "claire"]


def test_a_reference_of_nothing_is_no_error(superuser: Client) -> None:
    assert superuser.get(f"{LIST}nonsense/change/").status_code == 302


def of_entries(statements: Statements) -> list[str]:
    return [sql for sql in statements.sql if "hardening_audit_entry" in sql]


def test_the_list_turns_its_pages_and_counts_nothing(superuser: Client) -> None:
    """A11."""
    write(*a_day_of(entries=120, accounts=3, at=NOON))

    with counted_statements() as statements:
        first = superuser.get(LIST).content.decode()
    older = first.split('<a href="?before=')[1].split('"')[0]
    second = superuser.get(f"{LIST}?before={older}").content.decode()

    assert not any("COUNT(" in sql.upper() for sql in of_entries(statements))
    assert len(statements) <= 6
    assert (first.count("/change/"), second.count("/change/")) == (50, 50)


@pytest.mark.parametrize("query", ["?q=claire", "?account__contains=c", "?before=nonsense", "?o=2.1", "?p=7", "?all="])
def test_no_address_makes_the_list_search_or_sort(superuser: Client, query: str) -> None:
    """A11."""
    write(*a_day_of(entries=3, accounts=3, at=NOON + timedelta(days=1)))

    with counted_statements() as statements:
        answer = superuser.get(f"{LIST}{query}")

    assert answer.status_code == 200
    assert not any("LIKE" in sql.upper() for sql in statements.sql)
    assert not any("COUNT(" in sql.upper() for sql in of_entries(statements))


def test_whoever_has_not_the_permission_sees_no_list(client: Client) -> None:
    log_in(client, get_user_model().objects.create_user("claire.martin", is_staff=True))
    assert client.get(LIST).status_code == 403
