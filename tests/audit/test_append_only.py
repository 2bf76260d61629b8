from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connections, transaction

from hardening.audit.models import Entry
from hardening.events import PasswordChanged, emit
from hardening.testing.append_only import empty_audit

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

CHANGED = PasswordChanged(at=datetime(2026, 3, 3, 12, tzinfo=UTC), account="claire", by="owner")


def execute(sql: str) -> None:
    with transaction.atomic(using="hardening"), connections["hardening"].cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE hardening_audit_entry SET account = 'somebody else'",
        "UPDATE hardening_audit_entry SET at = '2020-01-01'",
        "DELETE FROM hardening_audit_entry",
        "DELETE FROM hardening_audit_entry WHERE account = 'claire'",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(sql: str) -> None:
    """A4."""
    emit(CHANGED)

    with pytest.raises(IntegrityError, match="append-only"):
        execute(sql)

    assert Entry.objects.get().account == "claire"


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "table", ["hardening_audit_entry", "hardening_audit_entry_2026_03", "hardening_audit_entry_other"]
)
@pytest.mark.parametrize("verb", ["TRUNCATE {}", "DELETE FROM {}", "UPDATE {} SET account = 'x'"])
def test_no_partition_is_a_way_around(table: str, verb: str) -> None:
    """A4."""
    execute("SELECT hardening_audit_make_month('2026-03-01')")
    emit(CHANGED)
    emit(replace(CHANGED, at=datetime(1999, 1, 1, tzinfo=UTC)))

    with pytest.raises(IntegrityError, match="append-only"):
        execute(verb.format(table))

    assert Entry.objects.count() == 2


@pytest.mark.postgresql
def test_a_session_that_skips_ordinary_triggers_does_not_skip_these() -> None:
    """A4."""
    emit(CHANGED)

    with pytest.raises(IntegrityError, match="append-only"):
        execute("SET LOCAL session_replication_role = replica; DELETE FROM hardening_audit_entry")


@pytest.mark.postgresql
def test_the_word_that_opens_removal_opens_nothing_for_a_role_that_is_not_the_owner() -> None:
    """A4."""
    emit(CHANGED)
    execute("CREATE ROLE portal_of_the_station; GRANT ALL ON ALL TABLES IN SCHEMA public TO portal_of_the_station")

    with pytest.raises(IntegrityError, match="append-only"):
        execute(
            "SET LOCAL ROLE portal_of_the_station;"
            "SELECT set_config('hardening_audit.removing', 'on', true); DELETE FROM hardening_audit_entry"
        )


def test_the_code_has_no_verb_for_it_either() -> None:
    """A4."""
    with pytest.raises(TypeError, match="append-only"):
        Entry.objects.update(account="somebody else")
    with pytest.raises(TypeError, match="append-only"):
        Entry.objects.all().delete()


def test_saving_an_entry_again_is_refused() -> None:
    """A4."""
    emit(CHANGED)
    entry = Entry.objects.get()
    entry.account = "somebody else"

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(using="hardening"):
        entry.save()


def test_nobody_can_be_given_a_permission_to_change_entries() -> None:
    """A4."""
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="hardening_audit")
    assert {permission.codename for permission in permissions} == {"view_entry"}


def test_two_entries_of_a_writer_never_share_a_number() -> None:
    emit(CHANGED)
    entry = Entry.objects.get()
    entry.pk = None

    with pytest.raises(IntegrityError), transaction.atomic(using="hardening"):
        entry.save(force_insert=True)


def test_the_owner_empties_the_table_between_tests_and_the_lock_is_on_again() -> None:
    emit(CHANGED)
    empty_audit()
    assert not Entry.objects.exists()

    emit(CHANGED)
    with pytest.raises(IntegrityError, match="append-only"):
        execute("DELETE FROM hardening_audit_entry")
