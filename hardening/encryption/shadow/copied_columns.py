"""The columns that are copied, in the order in which a row is easiest to reseal."""

from dataclasses import dataclass

from hardening.encryption.sealed_table import SealedTable
from hardening.encryption.shadow.obstacles import binding_field
from hardening.encryption.shadow.place import Original, Session
from hardening.encryption.shadow.rows import BINDINGS, RowLayout

_COLUMNS = """
SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""


@dataclass(frozen=True)
class CopiedColumns:
    """All columns that hold something of their own; what the database computes, it computes again."""

    names: str
    """As SQL: the primary key, the bindings, the sealed columns, the rest."""
    layout: RowLayout
    key: str
    """The primary key, as SQL."""
    key_type: str

    def shown(self, row: bytes) -> str:
        """Return the primary key of a row as text, for a summary."""
        octets = self.layout.first(row)
        read = BINDINGS.get(self.key_type)
        return octets.hex() if read is None else str(read(octets))


def copied_columns(at: Session, table: SealedTable, original: Original) -> CopiedColumns:
    """Return the columns of the table as it is now."""
    types = dict(at.run(_COLUMNS, (original.oid,)))
    key = str(table.primary_key.column)
    bound = [_column(table, field.binding_name) for field in table.fields]
    leading = list(dict.fromkeys([key, *bound]))
    sealed = [str(field.column) for field in table.fields]
    rest = [name for name in types if name not in {*leading, *sealed}]
    return CopiedColumns(
        names=", ".join(table.quoted(name) for name in (*leading, *sealed, *rest)),
        layout=RowLayout([types[name] for name in leading], bound_to=[leading.index(name) for name in bound]),
        key=table.quoted(key),
        key_type=types[key],
    )


def _column(table: SealedTable, name: str) -> str:
    field = binding_field(table, name)
    if field is None:
        raise LookupError(f"{table.model._meta.label} holds no {name}")
    return str(field.column)
