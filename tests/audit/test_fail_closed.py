"""A2, on real connections that really break: what cannot be audited does not happen."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import connections, transaction

from hardening.audit.models import Entry
from hardening.errors import StoreUnavailableError
from hardening.events import ChangeIntended, PasswordChanged, emit
from hardening.intents import intent

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "hardening"])

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@contextmanager
def sink_down() -> Iterator[None]:
    """The server ends the connection (PostgreSQL), the file's folder is gone (SQLite)."""
    connection = connections["hardening"]
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [connection.settings_dict["NAME"]],
            )
        yield
    else:
        name = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = f"{name}.gone/away"
        try:
            yield
        finally:
            connection.settings_dict["NAME"] = name
    connection.close()


@contextmanager
def disk_full() -> Iterator[None]:
    """SQLite may take no further page; PostgreSQL has turned read-only, as an operator does with a full disk."""
    with connections["hardening"].cursor() as cursor:
        if connections["hardening"].vendor == "postgresql":
            cursor.execute("SET default_transaction_read_only = on")
        else:
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
            while fill_the_last_page():
                pass
        yield
    connections["hardening"].close()


def fill_the_last_page() -> bool:
    try:
        emit(PasswordChanged(at=NOON, account="filler", by="owner"))
    except StoreUnavailableError:
        return False
    return True


@contextmanager
def locked() -> Iterator[None]:
    """Somebody else holds the table and does not let go."""
    settings = connections["hardening"].settings_dict
    if connections["hardening"].vendor == "postgresql":
        with connections["hardening"].cursor() as cursor:
            cursor.execute("SET lock_timeout = '250ms'")  # five seconds otherwise: too long for a test
        parameters = connections["hardening"].get_connection_params()
        address = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if key in parameters}
        with psycopg.connect(**address) as other:
            other.execute("LOCK TABLE hardening_audit_entry IN ACCESS EXCLUSIVE MODE")
            yield
            other.rollback()
    else:
        other_file = sqlite3.connect(settings["NAME"], isolation_level=None)
        other_file.execute("BEGIN IMMEDIATE")
        yield
        other_file.rollback()
        other_file.close()
    connections["hardening"].close()


Breakage = Callable[[], AbstractContextManager[None]]
broken = pytest.mark.parametrize("breakage", [sink_down, disk_full, locked], ids=lambda breakage: breakage.__name__)


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
        count_and_tell(breakage=sink_down)

    assert not Entry.objects.exists()


@broken
def test_once_the_audit_is_back_the_change_goes_through(breakage: Breakage) -> None:
    with breakage(), pytest.raises(StoreUnavailableError):
        change_claires_password()

    change_claires_password()

    names = Entry.objects.filter(account="claire").order_by("id").values_list("name", flat=True)
    assert list(names) == [ChangeIntended.name, PasswordChanged.name]
