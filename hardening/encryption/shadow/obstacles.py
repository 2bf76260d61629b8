"""What stands in the way of a copy that would take the table's place: told before anything is made."""

from collections.abc import Iterator

from django.db.models import Field

from hardening.encryption.sealed_table import SealedTable
from hardening.encryption.shadow.place import Original, Session
from hardening.encryption.shadow.rows import BINDINGS

_READ_COMMITTED = 2
"""As the driver numbers it."""
_KINDS = """
SELECT 'it is a partition, or no ordinary table: rotate it in batches' FROM pg_class
WHERE oid = %(oid)s AND (relkind <> 'r' OR relispartition OR reloftype <> 0 OR relpersistence = 't')
UNION ALL
SELECT 'it inherits from ' || inhparent::regclass FROM pg_inherits WHERE inhrelid = %(oid)s
UNION ALL
SELECT inhrelid::regclass || ' inherits from it' FROM pg_inherits WHERE inhparent = %(oid)s
UNION ALL
SELECT 'it belongs to ' || relowner::regrole || ': run the command as that role' FROM pg_class
WHERE oid = %(oid)s AND relowner::regrole::text <> quote_ident(current_user)
UNION ALL
SELECT 'the role ' || current_user || ' may not create a schema in this database: GRANT CREATE ON DATABASE'
WHERE NOT has_database_privilege(current_database(), 'CREATE')
UNION ALL
SELECT 'its rows are under row-level security' FROM pg_class
WHERE oid = %(oid)s AND (relrowsecurity OR relforcerowsecurity)
UNION ALL
SELECT 'the row-level policy ' || polname || ' is on it' FROM pg_policy WHERE polrelid = %(oid)s
UNION ALL
SELECT 'it is published by ' || pubname FROM pg_publication_tables
WHERE format('%%I.%%I', schemaname, tablename)::regclass = %(oid)s
UNION ALL
SELECT 'its column ' || attname || ' is of a type without a binary form' FROM pg_attribute
JOIN pg_type ON pg_type.oid = atttypid
WHERE attrelid = %(oid)s AND attnum > 0 AND NOT attisdropped AND (typsend = 0 OR typreceive = 0)
UNION ALL
SELECT 'the logical replication slot ' || slot_name || ' would hand its rows on again' FROM pg_replication_slots
WHERE slot_type = 'logical' AND database = current_database()
UNION ALL
SELECT 'there are extended statistics on it: ' || stxname FROM pg_statistic_ext WHERE stxrelid = %(oid)s
UNION ALL
SELECT 'the index ' || indexrelid::regclass || ' is not valid' FROM pg_index WHERE indrelid = %(oid)s AND NOT indisvalid
UNION ALL
SELECT 'it has the exclusion constraint ' || conname FROM pg_constraint WHERE conrelid = %(oid)s AND contype = 'x'
UNION ALL
SELECT 'the foreign key ' || conname || ' belongs to a partitioned table' FROM pg_constraint AS k
JOIN pg_class AS c ON c.oid = k.conrelid
WHERE %(oid)s IN (conrelid, confrelid) AND contype = 'f' AND (conparentid <> 0 OR c.relkind = 'p')
UNION ALL
SELECT 'the foreign key ' || conname || ' leads to or from ' || c.oid::regclass || ', which belongs to another role'
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid IN (k.conrelid, k.confrelid)
WHERE %(oid)s IN (conrelid, confrelid) AND contype = 'f' AND c.oid <> %(oid)s
    AND c.relowner::regrole::text <> quote_ident(current_user)
UNION ALL
SELECT 'there is a comment on the foreign key ' || conname FROM pg_constraint
WHERE %(oid)s IN (conrelid, confrelid) AND contype = 'f' AND obj_description(oid, 'pg_constraint') IS NOT NULL
UNION ALL
SELECT 'there is a comment on the trigger ' || tgname FROM pg_trigger
WHERE tgrelid = %(oid)s AND NOT tgisinternal AND obj_description(oid, 'pg_trigger') IS NOT NULL
UNION ALL
SELECT 'its trigger ' || tgname || ' is not in its ordinary state' FROM pg_trigger
WHERE tgrelid = %(oid)s AND NOT tgisinternal AND tgenabled <> 'O' AND NOT starts_with(tgname, 'hardening_shadow')
UNION ALL
SELECT 'the isolation level of this role is ' || setting || ': its transactions would find the copy empty'
FROM pg_settings WHERE name = 'default_transaction_isolation' AND setting <> 'read committed'
"""
_DEPENDENTS = """
SELECT DISTINCT pg_describe_object(classid, objid, objsubid) || ' depends on it'
FROM pg_depend AS d JOIN pg_class AS t ON t.oid = %(oid)s JOIN pg_type AS y ON y.oid = t.reltype
WHERE ((refclassid = 'pg_class'::regclass AND refobjid = t.oid)
       OR (refclassid = 'pg_type'::regclass AND refobjid IN (y.oid, y.typarray)))
    AND deptype <> 'i'
    AND NOT (classid = 'pg_class'::regclass AND deptype = 'a')
    AND NOT (classid = 'pg_class'::regclass AND objid = t.oid)
    AND NOT (classid = 'pg_class'::regclass
             AND EXISTS (SELECT FROM pg_index WHERE indexrelid = objid AND indrelid = t.oid))
    AND NOT (classid = 'pg_attrdef'::regclass
             AND EXISTS (SELECT FROM pg_attrdef WHERE oid = objid AND adrelid = t.oid))
    AND NOT (classid = 'pg_constraint'::regclass
             AND EXISTS (SELECT FROM pg_constraint WHERE oid = objid AND t.oid IN (conrelid, confrelid)))
    AND NOT (classid = 'pg_trigger'::regclass
             AND EXISTS (SELECT FROM pg_trigger WHERE oid = objid AND (tgisinternal OR tgrelid = t.oid)))
    AND classid NOT IN ('pg_policy'::regclass, 'pg_statistic_ext'::regclass, 'pg_publication_rel'::regclass)
"""


def obstacles(at: Session, table: SealedTable, original: Original) -> list[str]:
    """Return, as sentences, all that a copy could not take over exactly; none means that a rehearsal may follow."""
    found = [*_unreadable_bindings(at, table, original)]
    if table.connection.settings_dict["OPTIONS"].get("isolation_level") not in {None, _READ_COMMITTED}:
        found.append("the isolation level in OPTIONS is not READ COMMITTED: transactions would find the copy empty")
    for query in (_KINDS, _DEPENDENTS):
        found += [sentence for (sentence,) in at.run(query, {"oid": original.oid})]
    return [f"{table.model._meta.label}: {sentence}" for sentence in found]


def _unreadable_bindings(at: Session, table: SealedTable, original: Original) -> Iterator[str]:
    for field in table.fields:
        column = binding_field(table, field.binding_name)
        if column is None:
            yield f"{field.name} is bound to a column of another table"
            continue
        kind = at.run(
            "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s AND attname = %s",
            (original.oid, column.column),
        )[0][0]
        if kind not in BINDINGS or column.get_db_converters(table.connection):
            yield f"{field.name} is bound to {column.column}, whose type {kind} this copy does not read"


def binding_field(table: SealedTable, name: str) -> "Field[object, object] | None":
    """Return the column of this table that holds the binding ``name``, or None if it is another table's."""
    meta = table.model._meta
    field = meta.pk if name == "pk" else meta.get_field(name)
    if field in meta.local_concrete_fields:
        return field  # type: ignore[return-value]  # a concrete field
    # A child table repeats its parent's key, under the name of the link.
    link = meta.pk
    return link if link.remote_field is not None and link.target_field == field else None  # type: ignore[attr-defined]
