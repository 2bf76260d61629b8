"""All that the catalogs say of a table, as lines that can be compared: what a copy has to be, to be the same."""

from enum import IntEnum

from hardening.encryption.shadow.place import Room, Session

_OF_THE_COPY = """
SELECT concat_ws(' | ', 'table', relkind, relpersistence, relreplident, relrowsecurity, relforcerowsecurity,
    relispartition, reloptions, reltablespace, relam, relowner::regrole, obj_description(oid, 'pg_class'),
    (SELECT toast.reloptions FROM pg_class AS toast WHERE toast.oid = pg_class.reltoastrelid),
    (SELECT count(*) FROM pg_seclabel WHERE objoid = pg_class.oid),
    (SELECT string_agg(g::text, ' ' ORDER BY g::text)
     FROM aclexplode(coalesce(relacl, acldefault('r', relowner))) AS g))
FROM pg_class WHERE oid = %(oid)s
UNION ALL
SELECT concat_ws(' | ', 'column', attname, row_number() OVER (ORDER BY attnum), format_type(atttypid, atttypmod),
    attnotnull, attidentity, attgenerated, attcollation, attstorage, attcompression, attstattarget, attoptions,
    pg_get_expr(adbin, adrelid), col_description(attrelid, attnum), (SELECT string_agg(g::text, ' ' ORDER BY g::text)
     FROM aclexplode(attacl) AS g))
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = %(oid)s AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT concat_ws(' | ', 'index', pg_get_indexdef(indexrelid), indisprimary, indisvalid, indisclustered, indisreplident,
    reltablespace, obj_description(indexrelid, 'pg_class'),
    (SELECT string_agg(attnum || '=' || attstattarget, ' ') FROM pg_attribute
     WHERE attrelid = indexrelid AND attstattarget >= 0))
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = %(oid)s
UNION ALL
SELECT concat_ws(' | ', 'constraint', conname, pg_get_constraintdef(oid), convalidated, conislocal, connoinherit,
    obj_description(oid, 'pg_constraint'))
FROM pg_constraint WHERE conrelid = %(oid)s AND contype NOT IN ('f', 't')
UNION ALL
SELECT concat_ws(' | ', 'sequence', sequence.relname, attname, deptype, seqtypid, seqstart, seqincrement, seqmax,
    seqmin, seqcache, seqcycle, sequence.relowner::regrole,
    sequence.relpersistence, obj_description(sequence.oid, 'pg_class'),
    (SELECT string_agg(g::text, ' ' ORDER BY g::text)
     FROM aclexplode(coalesce(sequence.relacl, acldefault('s', sequence.relowner))) AS g))
FROM pg_depend JOIN pg_sequence ON seqrelid = objid JOIN pg_class AS sequence ON sequence.oid = objid
JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = %(oid)s
    AND deptype = ANY(%(owned)s)
"""
_OF_ITS_PLACE = """
UNION ALL
SELECT concat_ws(' | ', 'foreign key', conrelid::regclass, conname,
    replace(pg_get_constraintdef(oid), ' NOT VALID', ''), obj_description(oid, 'pg_constraint'))
FROM pg_constraint WHERE contype = 'f' AND %(oid)s IN (conrelid, confrelid)
UNION ALL
SELECT concat_ws(' | ', 'trigger', pg_get_triggerdef(oid), tgenabled, obj_description(oid, 'pg_trigger'))
FROM pg_trigger WHERE tgrelid = %(oid)s AND NOT tgisinternal AND NOT starts_with(tgname, 'hardening_shadow')
"""


class Extent(IntEnum):
    """How much of a table is compared."""

    COPY = 1
    """What the copy has before it takes the table's place."""
    WHOLE = 2
    """With foreign keys, triggers and the sequences that columns own, which come over at that moment."""


def portrait(at: Session, oid: int, *, extent: Extent, room: Room | None = None) -> list[str]:
    """Return the lines, sorted; names in ``room`` are told as those of the table whose place it takes."""
    owned = ["i"] if extent is Extent.COPY else ["i", "a"]
    sql = _OF_THE_COPY + (_OF_ITS_PLACE if extent is Extent.WHOLE else "")
    lines = [str(line) for (line,) in at.run(sql, {"oid": oid, "owned": owned})]
    if room is not None:
        lines = [line.replace(f"{room.name}.", f"{room.original.schema}.") for line in lines]
    return sorted(lines)


def difference(before: list[str], after: list[str]) -> str:
    """Return the first line that only one of two portraits has, or "" where they are the same."""
    only = sorted(set(before) ^ set(after))
    return only[0] if only else ""
