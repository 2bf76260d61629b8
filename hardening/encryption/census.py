"""How many sealed values stand under each key."""

from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext

from django.apps import apps
from django.db import connections, router, transaction

from hardening.encryption.sealed_field import SealedField
from hardening.keys.models import KeyRecord

_KEY_ID = {"postgresql": "encode(substring({column} from 3 for 2), 'hex')", "sqlite": "hex(substr({column}, 3, 2))"}
"""Bytes 2 and 3 of a blob, as hex digits."""


def sealed_fields() -> Iterator[SealedField]:
    """Return every sealed column of the project."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SealedField):
                yield field


def values_by_key(*, lock: bool = False) -> Counter[int]:
    """Return the number of sealed values under each key id, counted now; one scan per column.

    With ``lock`` it waits for everybody who is writing and keeps writers out until the caller's transaction on
    that database ends; then nothing uncommitted is left out.

    Raise OperationalError if with ``lock`` a writer takes longer than five seconds.
    """
    found: Counter[int] = Counter()
    for field in sealed_fields():
        connection = connections[router.db_for_read(field.model) or "default"]
        column = connection.ops.quote_name(str(field.column))
        table = connection.ops.quote_name(field.model._meta.db_table)
        key_id = _KEY_ID[connection.vendor].format(column=column)
        with transaction.atomic(using=connection.alias) if lock else nullcontext(), connection.cursor() as cursor:
            if lock and connection.vendor == "postgresql":  # an IMMEDIATE transaction of SQLite locks the whole file
                # Whoever waits for a table makes everybody behind wait too.
                cursor.execute("SET LOCAL lock_timeout = '5s'")
                cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
            cursor.execute(f"SELECT {key_id}, count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY 1")  # noqa: S608 - names of our own columns
            found.update({int(digits, 16): values for digits, values in cursor.fetchall()})
    return found


def record_census() -> Counter[int]:
    """Count, write the numbers beside the keys that a check warns about, and return them."""
    found = values_by_key()
    for record in KeyRecord.objects.filter(keyset="encryption"):
        record.rows_sealed = found[record.pk]
        record.save(update_fields=["rows_sealed"])
    return found
