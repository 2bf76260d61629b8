from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connections

from hardening.audit.models import Entry
from hardening.events import PasswordChanged
from hardening.testing.append_only import empty_audit
from tests.audit.entries import write
from tests.audit.test_months import LAST_SECOND

commits = pytest.mark.django_db(transaction=True)


@pytest.fixture
def migrate() -> Iterator[None]:
    """Leave the table behind as it was found, whatever a test did to it."""
    yield
    call_command("migrate", database="hardening", verbosity=0)


def tables() -> set[str]:
    return {name for name in connections["hardening"].introspection.table_names() if name.startswith("hardening_audit")}


@commits
@pytest.mark.usefixtures("migrate")
def test_the_first_migration_can_be_taken_back_and_made_again() -> None:
    write(PasswordChanged(at=LAST_SECOND, account="claire", by="owner"))
    empty_audit()

    call_command("migrate", "hardening_audit", "zero", database="hardening", verbosity=0)
    assert tables() == set()

    call_command("migrate", "hardening_audit", database="hardening", verbosity=0)
    write(PasswordChanged(at=LAST_SECOND, account="claire", by="owner"))
    assert Entry.objects.count() == 1


@commits
@pytest.mark.usefixtures("migrate")
def test_another_app_may_migrate_first() -> None:
    call_command("migrate", "hardening_audit", "zero", database="hardening", verbosity=0)

    call_command("migrate", "hardening_lockout", database="hardening", verbosity=0)

    assert tables() == set()


@pytest.mark.django_db
@pytest.mark.postgresql
def test_the_table_has_the_columns_that_the_model_says() -> None:
    """On PostgreSQL the migration makes it in SQL of our own; on SQLite from the model."""
    connection = connections["hardening"]
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "hardening_audit_entry")

    assert {
        (column.name, connection.introspection.get_field_type(column.type_code, column), bool(column.null_ok))
        for column in columns
    } == {(field.column, field.get_internal_type(), field.null) for field in Entry._meta.local_fields}
