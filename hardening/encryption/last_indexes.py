"""Indexes over the last blind index of each value, for as long as a rotation makes that the one to compare.

While some values carry two indexes and some the newer one alone, no column holds what all have in common: uniqueness
and joins go by this expression.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from django.db.models import F, Index, UniqueConstraint
from django.db.models.expressions import BaseExpression

from hardening.encryption.companions import LastIndex
from hardening.encryption.constraints import SealedUniqueConstraint
from hardening.encryption.sealed_field import SealedField
from hardening.encryption.sealed_table import SealedTable
from hardening.errors import HardeningError


class CannotKeepUniqueError(HardeningError):
    """A constraint that no index over an expression can stand in for."""


def require_kept_unique(table: SealedTable) -> None:
    """Raise CannotKeepUniqueError for a constraint that would lapse while two indexes stand side by side."""
    companions = {field.companion_name for field in table.fields if field.indexed}
    meta = table.model._meta
    plain = [item for item in meta.constraints if isinstance(item, UniqueConstraint)]
    for names in [*meta.unique_together, *(item.fields for item in plain)]:
        if named := companions.intersection(names):
            raise CannotKeepUniqueError(
                f"{meta.label}: {', '.join(sorted(named))} is made unique as a column, and values would come twice "
                "meanwhile; use SealedUniqueConstraint on the sealed field"
            )
    for constraint in _unique_constraints(table):
        if constraint.deferrable is not None:
            raise CannotKeepUniqueError(
                f"{table.model._meta.label}: {constraint.name} is deferrable, as no index over an expression can "
                "be; make it immediate for as long as the index key is rotated"
            )


def build_last_indexes(table: SealedTable) -> Iterator[str]:
    """Build what is missing, and yield the name of each when it is there.

    On PostgreSQL without locking writers out (CONCURRENTLY), hence never inside a transaction. Raise IntegrityError
    if two rows are the same value.
    """
    for name, wanted in _wanted(table).items():
        found = _found(table, name)
        if found is None or not found.is_valid:
            with table.connection.schema_editor(atomic=False) as editor:
                if found:
                    editor.execute(_dropping(table, found))
                editor.execute(_concurrently(str(wanted.create_sql(table.model, editor)), table))
        yield name


def drop_last_indexes(table: SealedTable) -> None:
    """Drop them all."""
    for name in _wanted(table):
        if found := _found(table, name):
            with table.connection.cursor() as cursor:
                cursor.execute(_dropping(table, found))


class _Found(NamedTuple):
    quoted: str
    """With its schema, where that is not searched."""
    is_valid: bool
    """False for one that was being built when its builder died."""


def _wanted(table: SealedTable) -> dict[str, UniqueConstraint | Index]:
    wanted: dict[str, UniqueConstraint | Index] = {}
    for constraint in _unique_constraints(table):
        columns = [_last_or_itself(table, name) for name in constraint.fields]
        name = _name(table, str(constraint.name))
        wanted[name] = UniqueConstraint(
            *columns, name=name, condition=constraint.condition, nulls_distinct=constraint.nulls_distinct
        )
    for field in table.fields:
        for slot in range(len(field.place.index_domains)):
            name = _name(table, f"{field.column}.{slot}")
            wanted[name] = Index(LastIndex(F(field.name), slot=slot, flags=field.place.flags), name=name)
    return wanted


def _unique_constraints(table: SealedTable) -> list[SealedUniqueConstraint]:
    every = table.model._meta.constraints
    return [constraint for constraint in every if isinstance(constraint, SealedUniqueConstraint)]


def _last_or_itself(table: SealedTable, name: str) -> BaseExpression | F:
    field = table.model._meta.get_field(name)
    return LastIndex(F(name), flags=field.place.flags) if isinstance(field, SealedField) else F(name)


def _concurrently(sql: str, table: SealedTable) -> str:
    if table.connection.vendor != "postgresql":
        return sql
    return sql.replace(" INDEX ", " INDEX CONCURRENTLY ", 1)


def _dropping(table: SealedTable, found: _Found) -> str:
    # Without CONCURRENTLY it would wait for every reader, and everybody behind it.
    how = "CONCURRENTLY " if table.connection.vendor == "postgresql" else ""
    return f"DROP INDEX {how}IF EXISTS {found.quoted}"


def _found(table: SealedTable, name: str) -> _Found | None:
    """Return the index of this table: another schema may have a table, and an index, of the same name."""
    with table.connection.cursor() as cursor:
        if table.connection.vendor == "postgresql":
            cursor.execute(
                "SELECT indexrelid::regclass::text, indisvalid FROM pg_index JOIN pg_class c ON c.oid = indexrelid"
                " WHERE indrelid = to_regclass(%s) AND c.relname = %s",
                [table.quoted(table.model._meta.db_table), name],
            )
        else:
            cursor.execute("SELECT name, 1 FROM sqlite_master WHERE type = 'index' AND name = %s", [name])
        row = cursor.fetchone()
    return _Found(row[0], bool(row[1])) if row else None


def _name(table: SealedTable, what: str) -> str:
    digest = sha256(f"{table.model._meta.db_table}.{what}".encode()).hexdigest()[:12]
    return f"hardening_last_{digest}"
