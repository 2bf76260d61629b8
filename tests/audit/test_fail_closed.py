"""A2, on real connections that really break: what cannot be audited does not happen."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connections, transaction

from hardening.audit.models import Entry
from hardening.errors import StoreUnavailableError
from hardening.events import ChangeIntended, PasswordChanged, emit
from hardening.intents import intent
from tests.breakages import Breakage, disk_full, store_gone, table_held

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "hardening"])

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@contextmanager
def held() -> Iterator[None]:
    if connections["hardening"].vendor == "postgresql":
        with connections["hardening"].cursor() as cursor:
            cursor.execute("SET lock_timeout = '250ms'")  # five seconds otherwise: too long for a test
    with table_held("hardening_audit_entry"):
        yield
    connections["hardening"].close()


broken = pytest.mark.parametrize("breakage", [store_gone, disk_full, held], ids=lambda breakage: breakage.__name__)


def change_claires_password() -> None:
    with intent(PasswordChanged, account="claire") as change:
        get_user_model().objects.create(username="changed")
        change.settle(PasswordChanged(at=NOON, account="claire", by="owner"))


@broken
def test_an_account_does_not_change_unseen(breakage: Breakage) -> None:
    """A2."""
    with breakage(), pytest.raises(StoreUnavailableError):
        change_claires_password()

    assert not get_user_model().objects.filter(username="changed").exists()
    assert not Entry.objects.filter(account="claire").exists()


@transaction.atomic(using="hardening")
def count_and_tell(*, breakage: Breakage) -> None:
    emit(PasswordChanged(at=NOON, account="claire", by="first"))
    with breakage():
        emit(PasswordChanged(at=NOON, account="claire", by="second"))


def test_what_stands_in_the_same_transaction_goes_with_the_entry() -> None:
    """A2."""
    with pytest.raises(StoreUnavailableError):
        count_and_tell(breakage=store_gone)

    assert not Entry.objects.exists()


@broken
def test_once_the_audit_is_back_the_change_goes_through(breakage: Breakage) -> None:
    with breakage(), pytest.raises(StoreUnavailableError):
        change_claires_password()

    change_claires_password()

    names = Entry.objects.filter(account="claire").order_by("id").values_list("name", flat=True)
    assert list(names) == [ChangeIntended.name, PasswordChanged.name]
