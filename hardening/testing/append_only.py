"""Empty the append-only tables between tests, as their owner may; production has no such door."""

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from hardening.routing import ALIAS


def empty_audit() -> None:
    """Remove every audit entry: a test case that commits leaves them behind, for Django's flush spares them."""
    if apps.is_installed("hardening.audit"):
        with transaction.atomic(using=ALIAS):
            _EMPTY[connections[ALIAS].vendor](connections[ALIAS], table="hardening_audit_entry")


def empty_ledger() -> None:
    """Remove every ledger row and every used number, likewise."""
    if apps.is_installed("hardening.disclosure"):
        with transaction.atomic(using=ALIAS):
            connection = connections[ALIAS]
            _EMPTY[connection.vendor](connection, table="hardening_disclosure_ledger")
            if connection.vendor == "postgresql":
                _EMPTY[connection.vendor](connection, table="hardening_disclosure_number")


def _empty_postgresql(connection: BaseDatabaseWrapper, *, table: str) -> None:
    door = "_".join(table.split("_")[:2]) + ".removing"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [door])
        # DELETE, not TRUNCATE: a dozen empty partitions cost a dozen new files each time.
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own table
        # A test's own transaction goes on around this one, and must not keep the door open.
        cursor.execute("SELECT set_config(%s, 'off', true)", [door])


def _empty_sqlite(connection: BaseDatabaseWrapper, *, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own table
        for _, sql in triggers:
            cursor.execute(sql)


_EMPTY = {"postgresql": _empty_postgresql, "sqlite": _empty_sqlite}
