"""The moment at which the copy becomes the table: one transaction, under a lock, that compares before it commits."""

from dataclasses import dataclass, replace

from hardening.encryption.rotation import Tally
from hardening.encryption.shadow.building import copy_oid, identities, run_all
from hardening.encryption.shadow.changes import catch_up
from hardening.encryption.shadow.copying import Resealing
from hardening.encryption.shadow.foreign_keys import ForeignKey, foreign_keys, partners
from hardening.encryption.shadow.patience import Patience
from hardening.encryption.shadow.place import Room, Session, ShadowError
from hardening.encryption.shadow.portrait import Extent, difference, portrait

_SHORTER_THAN_A_DEADLOCK = 0.2
_TRIGGERS = """
SELECT pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgrelid = %s AND NOT tgisinternal AND NOT starts_with(tgname, 'hardening_shadow') ORDER BY tgname
"""
_SERIALS = """
SELECT format('%%I.%%I', nspname, relname), quote_ident(attname)
FROM pg_depend JOIN pg_class AS sequence ON sequence.oid = objid AND relkind = 'S'
JOIN pg_namespace AS n ON n.oid = relnamespace JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = %s AND deptype = 'a'
"""


@dataclass(frozen=True)
class Exchange:
    """What the last step works with."""

    at: Session
    target: Session
    room: Room
    resealing: Resealing
    before: list[str]
    """The portrait of the table when the run began."""

    def attempt(self, patience: Patience) -> Tally:
        """Put the copy in the table's place, and return what the last writers changed.

        Either all of it has happened afterwards or nothing. Names, rights, keys and triggers are compared before
        the commit. DROP TABLE stands without CASCADE: what depends on the table in a way that nobody foresaw
        stops the exchange, and is not dropped with it.

        Raise LockNotObtainedError while others hold the table, ShadowError if it would not be the same afterwards.
        """
        done = self._catch_up()
        with self.at.block():
            self._lock(patience)
            done.add(catch_up(self.at, self.target, self.resealing, self.room))
            self._require(portrait(self.at, self.room.original.oid, extent=Extent.WHOLE), when="meanwhile")
            self._swap()
            fresh = copy_oid(self.at, Room(self.room.original.schema, self.room.original))
            self._require(portrait(self.at, fresh, extent=Extent.WHOLE), when="by the copy")
        return done

    def _catch_up(self) -> Tally:
        with self.at.block(isolation="REPEATABLE READ"):
            return catch_up(self.at, self.target, self.resealing, self.room)

    def _lock(self, patience: Patience) -> None:
        patience.bound(self.at)
        self.at.run(f"LOCK TABLE {self.room.original.qualified} IN ACCESS EXCLUSIVE MODE")
        # Who holds one of these and waits for the first is no deadlock's victim: it is looked for after a second.
        replace(patience, seconds=min(patience.seconds, _SHORTER_THAN_A_DEADLOCK)).bound(self.at)
        others = partners(self._keys(), self.room.original)
        run_all(self.at, (f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE" for table in others))

    def _keys(self) -> list[ForeignKey]:
        return foreign_keys(self.at, self.room.original)

    def _require(self, now: list[str], *, when: str) -> None:
        if changed := difference(self.before, now):
            raise ShadowError(f"{self.room.original.qualified} was altered {when}, and is left as it is: {changed}")

    def _swap(self) -> None:
        original, room, run = self.room.original, self.room, self.at.run
        keys, triggers = self._keys(), run(_TRIGGERS, (original.oid,))
        serials = run(_SERIALS, (original.oid,))
        self._set_identities()
        run_all(self.at, (f"ALTER SEQUENCE {sequence} OWNED BY NONE" for sequence, _ in serials))
        run_all(self.at, (key.drop for key in keys if not key.is_own))
        run(f"DROP TABLE {original.qualified}")
        run(f"DROP FUNCTION {room.noting}()")
        run(f"DROP TABLE {room.changes}")
        run(f"ALTER TABLE {room.table} SET SCHEMA {original.schema}")
        run(f"DROP SCHEMA {room.name}")
        owners = (f"ALTER SEQUENCE {sequence} OWNED BY {original.qualified}.{column}" for sequence, column in serials)
        run_all(self.at, owners)
        run_all(self.at, (key.add for key in keys))
        run_all(self.at, (definition for (definition,) in triggers))

    def _set_identities(self) -> None:
        for (_, _, _, kept), (_, _, _, made) in identities(self.at, self.room):
            # An ALTER keeps nextval() of others out until the commit: no number is given twice.
            ((cache,),) = self.at.run("SELECT seqcache FROM pg_sequence WHERE seqrelid = %s::regclass", (kept,))
            self.at.run(f"ALTER SEQUENCE {kept} CACHE {cache}")
            self.at.run(f"SELECT setval(%s::regclass, last_value, is_called) FROM {kept}", (made,))  # noqa: S608 - the catalog's own names
