"""How PostgreSQL keeps long sealed values: outside the row, and never compressed first."""

from typing import Any

from django.apps import AppConfig
from django.db import connections

from hardening.encryption.sealed_field import SealedField

_STORAGE = """
SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attname = ANY(%s) AND attstorage <> 'e'
"""


def keep_uncompressed(sender: AppConfig, *, using: str, **_: Any) -> None:  # noqa: ANN401 - what post_migrate passes
    """Set the storage of this app's sealed columns to EXTERNAL after a migration.

    Ciphertext does not shrink: with the default each long row would be compressed in vain at every write.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    for model in sender.get_models():
        columns = [field.column for field in model._meta.local_fields if isinstance(field, SealedField)]
        if not columns:
            continue
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(_STORAGE, [table, columns])
            for (column,) in cursor.fetchall():
                name = connection.ops.quote_name(column)
                cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {name} SET STORAGE EXTERNAL")
