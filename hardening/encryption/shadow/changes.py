"""What is written to the table during the copy: noted by a trigger, brought over until little is left."""

from hardening.encryption.rotation import Tally
from hardening.encryption.shadow.copying import Resealing
from hardening.encryption.shadow.place import Room, Session, ShadowError

TRIGGERS = {
    "hardening_shadow": "INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW",
    "hardening_shadow_emptied": "TRUNCATE ON {table} FOR EACH STATEMENT",
}
_FUNCTION = """
CREATE FUNCTION {noting}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO {changes} VALUES (NULL);
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO {changes} VALUES (NEW.{key});
    ELSE
        INSERT INTO {changes} VALUES (OLD.{key});
        IF TG_OP = 'UPDATE' AND NEW.{key} IS DISTINCT FROM OLD.{key} THEN
            INSERT INTO {changes} VALUES (NEW.{key});
        END IF;
    END IF;
    RETURN NULL;
END $$
"""


def note_changes(at: Session, room: Room, *, key: str, key_type: str) -> None:
    """Let every write to the table leave its primary key in the room, from the end of the caller's block on.

    The lock waits for writers that have begun, so that no write is older than the trigger and newer than a snapshot
    taken after it. Sessions that run no ordinary triggers (a restore, replication) are noted too.
    """
    table = room.original.qualified
    at.run(f"CREATE TABLE {room.changes} (key {key_type})")
    at.run(_FUNCTION.format(noting=room.noting, changes=room.changes, key=key))
    for name, event in TRIGGERS.items():
        at.run(f"CREATE TRIGGER {name} AFTER {event.format(table=table)} EXECUTE FUNCTION {room.noting}()")
        at.run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def catch_up(source: Session, target: Session, resealing: Resealing, room: Room) -> Tally:
    """Bring over the rows noted until now, and return what was done; the caller has opened a block on ``source``.

    Both sessions see the same moment: afterwards the copy is the table as it was at that moment, and what is
    written later is still noted. Rows go before rows come, so that a value may move from one row to another.

    Raise ShadowError if the table was emptied meanwhile.
    """
    (snapshot,) = source.run("SELECT pg_export_snapshot()")[0]
    with target.block(isolation="REPEATABLE READ"):
        target.run(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        ((noted, emptied),) = target.run(f"SELECT count(*), count(*) - count(key) FROM {room.changes}")  # noqa: S608 - our own names
        if emptied:
            raise ShadowError(
                f"{room.original.qualified} was emptied (TRUNCATE) during the copy; run the command again"
            )
        if not noted:
            return Tally()
        which = f"WHERE {resealing.columns.key} IN (SELECT key FROM {room.changes})"  # noqa: S608 - likewise
        target.run(f"DELETE FROM {room.table} {which}")  # noqa: S608 - likewise
        done = resealing.carry(source, target, rows=f"FROM {room.original.qualified} {which}", into=room.table)
        target.run(f"DELETE FROM {room.changes}")  # noqa: S608 - likewise
    return Tally(lost=noted, unopened=done.unopened, listed=done.listed)
