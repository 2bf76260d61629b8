"""Triggers by which the database itself refuses indexes of another form than a rotation has come to (C22).

A program that missed a step, such as one on a host with an old key file, would else write values that are unique for
it alone. It gets an IntegrityError instead. What is not written anew stays, whatever its form.
"""

from collections.abc import Collection, Iterator
from hashlib import sha256

from django.db import transaction

from hardening.encryption.sealed_field import SealedField
from hardening.encryption.sealed_table import SealedTable

_FUNCTION = "hardening_refuse_index_form"
_REFUSAL = "this process has not taken up the rotation of the index key: copy the key file to its host, or restart it"
_EVENTS = ("INSERT", "UPDATE")
_PATIENCE = "SET LOCAL lock_timeout = '5s'"
"""Whoever waits for a table makes everybody behind wait too."""


def raise_fence(table: SealedTable, field: SealedField, *, forms: Collection[int]) -> None:
    """Let the column take only values whose flags are among ``forms``.

    Return once every transaction has ended that wrote before. Raise OperationalError if one takes more than five
    seconds: nothing has changed then.
    """
    with transaction.atomic(using=table.connection.alias), table.connection.cursor() as cursor:
        if table.connection.vendor == "postgresql":
            cursor.execute(_PATIENCE)
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$BEGIN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{_REFUSAL}'; END$$"
            )
        for event in _EVENTS:
            for statement in _statements(table, field, event, forms):
                cursor.execute(statement)


def lower_fence(table: SealedTable, field: SealedField) -> None:
    """Let the column take values of every form again; nothing happens where there is no fence.

    Raise OperationalError if a transaction, even one that only reads, takes more than five seconds.
    """
    on_table = f" ON {table.quoted(table.model._meta.db_table)}" if table.connection.vendor == "postgresql" else ""
    with transaction.atomic(using=table.connection.alias), table.connection.cursor() as cursor:
        if table.connection.vendor == "postgresql":
            cursor.execute(_PATIENCE)
        for event in _EVENTS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table.quoted(_name(table, field, event))}{on_table}")


def is_fenced(table: SealedTable, field: SealedField) -> bool:
    """Tell whether there is a fence, or what a killed rotation has left of one."""
    names = [_name(table, field, event) for event in _EVENTS]
    with table.connection.cursor() as cursor:
        if table.connection.vendor == "postgresql":
            on_table = table.quoted(table.model._meta.db_table)
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgname = ANY(%s)",
                [on_table, names],
            )
        else:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s)", names)
        return bool(cursor.fetchone()[0])


def drop_refusal(table: SealedTable) -> None:
    """Drop the function that the triggers of this table's database call, unless one of them is left."""
    if table.connection.vendor != "postgresql":
        return
    with table.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgfoid = to_regproc(%s)", [_FUNCTION])
        if not cursor.fetchone()[0]:
            cursor.execute(f"DROP FUNCTION IF EXISTS {_FUNCTION}()")


def _statements(table: SealedTable, field: SealedField, event: str, forms: Collection[int]) -> Iterator[str]:
    name, on_table = table.quoted(_name(table, field, event)), table.quoted(table.model._meta.db_table)
    column = table.quoted(str(field.column))
    of_column = f"{event} OF {column}" if event == "UPDATE" else event
    if table.connection.vendor == "postgresql":
        allowed = ", ".join(rf"'\x{flags:02x}'::bytea" for flags in forms)
        changed = f"NEW.{column} IS DISTINCT FROM OLD.{column} AND " if event == "UPDATE" else ""
        yield (
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {of_column} ON {on_table} FOR EACH ROW"
            f" WHEN ({changed}substring(NEW.{column} from 2 for 1) NOT IN ({allowed})) EXECUTE FUNCTION {_FUNCTION}()"
        )
        return
    allowed = ", ".join(f"x'{flags:02x}'" for flags in forms)
    changed = f"NEW.{column} IS NOT OLD.{column} AND " if event == "UPDATE" else ""
    yield f"DROP TRIGGER IF EXISTS {name}"
    yield (
        f"CREATE TRIGGER {name} BEFORE {of_column} ON {on_table} FOR EACH ROW"
        f" WHEN {changed}substr(NEW.{column}, 2, 1) NOT IN ({allowed})"
        f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )


def _name(table: SealedTable, field: SealedField, event: str) -> str:
    # Triggers share one name space on SQLite, and names are short on PostgreSQL.
    digest = sha256(f"{table.model._meta.db_table}.{field.column}".encode()).hexdigest()[:12]
    return f"hardening_fence_{digest}_{event.lower()}"
