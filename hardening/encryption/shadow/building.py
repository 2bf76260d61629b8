"""The copy itself: an empty table like the original, and what makes it the same."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from hardening.encryption.sealed_table import SealedTable
from hardening.encryption.shadow.place import Original, Room, Session, session

_OPTIONS = """
SELECT coalesce((SELECT ' WITH (' || string_agg(format('%%I=%%L', option_name, option_value), ', ') || ')'
                 FROM pg_options_to_table(reloptions)), '')
    || coalesce((SELECT ' TABLESPACE ' || quote_ident(spcname) FROM pg_tablespace WHERE oid = reltablespace), ''),
    CASE relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE '' END,
    quote_literal(obj_description(oid, 'pg_class'))
FROM pg_class WHERE oid = %s
"""
_GRANTS = """
WITH acls AS (
    SELECT '' AS columns, relacl AS acl FROM pg_class WHERE oid = %(oid)s
    UNION ALL
    SELECT format(' (%%I)', attname), attacl FROM pg_attribute
    WHERE attrelid = %(oid)s AND attnum > 0 AND NOT attisdropped
)
SELECT privilege_type || columns, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
    CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
FROM acls, aclexplode(acl) WHERE grantee <> (SELECT relowner FROM pg_class WHERE oid = %(oid)s)
"""
_IDENTITIES = """
SELECT quote_ident(attname), sequence.oid, quote_ident(sequence.relname), format('%%I.%%I', nspname, sequence.relname)
FROM pg_depend JOIN pg_class AS sequence ON sequence.oid = objid AND relkind = 'S'
JOIN pg_namespace AS n ON n.oid = relnamespace
JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = %s AND deptype = 'i'
"""
_INDEXES = """
SELECT pg_get_indexdef(indexrelid),
    format('CREATE %%sINDEX %%I ON ', CASE WHEN indisunique THEN 'UNIQUE ' ELSE '' END, relname)
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = %s
ORDER BY pg_relation_size(indexrelid) DESC
"""
_CONSTRAINTS = """
SELECT format('ADD CONSTRAINT %%I %%s USING INDEX %%I%%s', conname,
    CASE contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, conname,
    CASE WHEN condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN condeferrable THEN ' DEFERRABLE' ELSE '' END)
FROM pg_constraint WHERE conrelid = %s AND contype IN ('p', 'u')
"""


def make_table(at: Session, room: Room) -> None:
    """Make the room and the empty copy in it, with the rights of the original but without its indexes."""
    original = room.original
    options, persistence, comment = at.run(_OPTIONS, (original.oid,))[0]
    at.run(f"CREATE SCHEMA {room.name}")
    like = f"LIKE {original.qualified} INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS"
    at.run(f"CREATE {persistence} TABLE {room.table} ({like}){options}")
    if comment is not None:
        at.run(f"COMMENT ON TABLE {room.table} IS {comment}")
    copy = copy_oid(at, room)
    _grant(at, original.oid, copy, kind="TABLE", name=room.table)
    for (_, oid, name, _), (_, copied, given, made) in identities(at, room):
        if given != name:  # its table had another name once
            at.run(f"ALTER SEQUENCE {made} RENAME TO {name}")
        _grant(at, oid, copied, kind="SEQUENCE", name=f"{room.name}.{name}")


def copy_oid(at: Session, room: Room) -> int:
    """Return the object id of the copy."""
    ((oid,),) = at.run("SELECT %s::regclass::oid", (room.table,))
    return int(oid)


def identities(at: Session, room: Room) -> list[tuple[tuple[str, int, str, str], tuple[str, int, str, str]]]:
    """Return the sequences of the identity columns, each beside the copy's: column, id, name, name with schema."""
    both = [sorted(at.run(_IDENTITIES, (oid,))) for oid in (room.original.oid, copy_oid(at, room))]
    return list(zip(*both, strict=True))


def index_statements(at: Session, room: Room) -> list[str]:
    """Return the statements that build the original's indexes on the copy, under the same names; the largest first."""
    statements = []
    for definition, head in at.run(_INDEXES, (room.original.oid,)):
        on = f"{head}{room.original.qualified} "
        if not definition.startswith(on):
            raise LookupError(f"an index is defined in a way that is not known: {definition}")
        statements.append(f"{head}{room.table} {definition.removeprefix(on)}")
    return statements


def build_indexes(at: Session, table: SealedTable, room: Room, *, workers: int) -> None:
    """Build them side by side, and make constraints of those that are some."""
    statements = index_statements(at, room)
    if workers == 1:
        run_all(at, statements)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda statement: _run_beside(table, statement), statements))
    add_constraints(at, room)


def add_constraints(at: Session, room: Room) -> None:
    """Make primary key and unique constraints of the indexes that have their names."""
    run_all(at, (f"ALTER TABLE {room.table} {added}" for (added,) in at.run(_CONSTRAINTS, (room.original.oid,))))


def run_all(at: Session, statements: Iterable[str]) -> None:
    """Execute one statement after the other."""
    for statement in statements:
        at.run(statement)


def bytes_needed(at: Session, original: Original) -> int:
    """Return the bytes that table, TOAST and indexes take now; the copy will take as many beside them, or fewer."""
    ((size,),) = at.run("SELECT pg_total_relation_size(%s::oid)", (original.oid,))
    return int(size)


def _run_beside(table: SealedTable, statement: str) -> None:
    with session(table) as beside:
        beside.run(statement)


def _grant(at: Session, oid: int, copy: int, *, kind: str, name: str) -> None:
    # Default privileges may have given the new object to somebody who has no right to the original.
    for privilege, role, _ in _grants(at, copy):
        at.run(f"REVOKE {privilege} ON {kind} {name} FROM {role}")
    for privilege, role, option in _grants(at, oid):
        at.run(f"GRANT {privilege} ON {kind} {name} TO {role}{option}")


def _grants(at: Session, oid: int) -> list[tuple[str, str, str]]:
    return [(privilege, role, option) for privilege, role, option in at.run(_GRANTS, {"oid": oid})]
