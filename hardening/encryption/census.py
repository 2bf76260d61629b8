"""How many sealed values stand under each key."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext

from django.apps import apps
from django.db import connections, router, transaction

from hardening.encryption.envelope import HEADER_BYTES, Flag, index_count
from hardening.encryption.sealed_field import SealedField
from hardening.keys.models import KeyRecord
from hardening.keys.succession import in_force

_HEADER = {
    "postgresql": f"encode(substring({{column}} from 1 for {HEADER_BYTES}), 'hex')",
    "sqlite": f"hex(substr({{column}}, 1, {HEADER_BYTES}))",
}
"""The first bytes of a blob, as hex digits."""

Headers = Counter[bytes]


def sealed_fields() -> Iterator[SealedField]:
    """Return every sealed column of the project."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SealedField):
                yield field


def headers(field: SealedField, *, lock: bool = False) -> Headers:
    """Return the number of values of a column with each header, counted now by one scan.

    The database that takes the writes is asked: a replica lags. With ``lock`` it waits for everybody who is writing
    and keeps writers out until the caller's transaction on that database ends; then nothing uncommitted is left out.

    Raise OperationalError if with ``lock`` a writer takes longer than five seconds.
    """
    connection = connections[router.db_for_write(field.model) or "default"]
    column = connection.ops.quote_name(str(field.column))
    table = connection.ops.quote_name(field.model._meta.db_table)
    header = _HEADER[connection.vendor].format(column=column)
    with transaction.atomic(using=connection.alias) if lock else nullcontext(), connection.cursor() as cursor:
        if lock and connection.vendor == "postgresql":  # an IMMEDIATE transaction of SQLite locks the whole file
            # Whoever waits for a table makes everybody behind wait too.
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        cursor.execute(f"SELECT {header}, count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY 1")  # noqa: S608 - names of our own columns
        return Counter({bytes.fromhex(digits): values for digits, values in cursor.fetchall()})


def values_by_key(fields: Iterable[SealedField] | None = None, *, lock: bool = False) -> Counter[int]:
    """Return the number of sealed values under each encryption key; ``fields`` narrows the count to these columns.

    Raise OperationalError as ``headers`` does.
    """
    found: Counter[int] = Counter()
    for field in sealed_fields() if fields is None else fields:
        found += by_key(headers(field, lock=lock))
    return found


def by_key(counted: Headers) -> Counter[int]:
    """Return the number of values under each encryption key."""
    found: Counter[int] = Counter()
    for header, values in counted.items():
        found[int.from_bytes(header[2:], "big")] += values
    return found


def indexes_by_key(*, lock: bool) -> Mapping[int, int] | None:
    """Return the number of values with an index of each index key in force.

    None if a value bears the sign of a key that is not: nobody can tell which it was.

    Raise OperationalError as ``headers`` does.
    """
    found: Counter[int] = Counter()
    of_parity = {key_id & 1: key_id for key_id in in_force(KeyRecord._base_manager.using("default").all())}
    for field in sealed_fields():
        if not index_count(field.place.flags):
            continue
        for header, values in headers(field, lock=lock).items():
            if len(header) < HEADER_BYTES:
                return None  # SQLite keeps a clear text that raw SQL put there
            parity = int(header[1] & Flag.ODD_INDEX_KEY > 0)
            for key_parity in {parity, parity ^ 1} if header[1] & Flag.SECOND_INDEX else {parity}:
                if key_parity not in of_parity:
                    return None
                found[of_parity[key_parity]] += values
    return found


def record_census() -> Counter[int]:
    """Count, write the numbers beside the keys that a check warns about, and return them."""
    found = values_by_key()
    for record in KeyRecord.objects.filter(keyset="encryption"):
        record.rows_sealed = found[record.pk]
        record.save(update_fields=["rows_sealed"])
    return found
