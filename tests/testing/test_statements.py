import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction

from hardening.testing.statements import counted_statements

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])


def test_statements_of_every_alias_are_counted() -> None:
    with counted_statements() as statements:
        ContentType.objects.exists()
        with connections["hardening"].cursor() as cursor:
            cursor.execute("SELECT 1")

    assert len(statements) == 2
    assert statements.sql[1] == "SELECT 1"


def test_transaction_control_is_counted_apart() -> None:
    with counted_statements() as statements, transaction.atomic():
        ContentType.objects.exists()

    assert len(statements) == 1
    assert len(statements.control) == 2


def test_what_is_sent_outside_the_block_is_not_counted() -> None:
    with counted_statements() as statements:
        pass
    ContentType.objects.exists()

    assert len(statements) == 0
