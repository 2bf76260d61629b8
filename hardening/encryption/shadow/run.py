"""A rotation by shadow copy from the first look to the exchange; whatever stops it, the table is whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hardening.encryption.operations import LocalOperations
from hardening.encryption.progress import bar
from hardening.encryption.ranged_work import work_through
from hardening.encryption.rotation import Tally, heads_of_today
from hardening.encryption.sealed_table import KeyRange, SealedTable
from hardening.encryption.shadow.building import build_indexes, bytes_needed, make_table
from hardening.encryption.shadow.changes import catch_up, note_changes
from hardening.encryption.shadow.copied_columns import copied_columns
from hardening.encryption.shadow.copying import CopyTask, Resealing, copy_range
from hardening.encryption.shadow.exchange import Exchange
from hardening.encryption.shadow.foreign_keys import validate
from hardening.encryption.shadow.leftovers import alone, clear_up, clear_up_anew
from hardening.encryption.shadow.patience import Patience
from hardening.encryption.shadow.place import Original, Room, Session, ShadowError, find_original, new_room, session
from hardening.encryption.shadow.portrait import Extent, portrait
from hardening.encryption.shadow.rehearsal import require_exact
from hardening.keys.ring import key_ring

_RANGE_BLOCKS = (64, 2048)
"""From half a megabyte, so that a small table is shared out too, to sixteen: a range costs two connections."""
_RANGES_PER_WORKER = 8
_LITTLE = 1_000
"""Changes that are brought over under the lock in some milliseconds."""
_MOST_ROUNDS = 100


@dataclass(frozen=True)
class Effort:
    """How fast a run may go, and how long it waits for locks."""

    workers: int = 1
    rows_per_second: float = 0
    patience: Patience = field(default_factory=Patience)


def rotate_by_shadow(table: SealedTable, effort: Effort, *, tell: Callable[[str], None]) -> Tally:
    """Put every value of the table under the primary key by way of a copy that takes its place.

    A killed run is cleared up and begun anew. ``tell`` is given sentences about disk and progress.

    Raise ShadowError, the table being what it was: where the copy could not be exact, where others hold the table
    for too long, or where another run is at work.
    """
    with session(table) as at:
        original = find_original(at, table)
        with alone(at, original):
            clear_up(at, original, patience=effort.patience)
            validate(at, original)
            if not table.rows(KeyRange(), limit=1, other_than=heads_of_today(table, LocalOperations(key_ring()))):
                return Tally()
            require_exact(at, table, original, patience=effort.patience)
            tell(f"{original.qualified}: the copy needs {bytes_needed(at, original):,} bytes of disk, until it is done")
            tally = _rotate(at, table, original, effort)
            validate(at, find_original(at, table))
            return tally


def abandon(table: SealedTable, *, patience: Patience) -> int:
    """Remove what killed runs have left, rotate nothing, and return how many copies those were.

    Raise ShadowError if a run is at work, or if others hold the table for too long.
    """
    with session(table) as at:
        original = find_original(at, table)
        with alone(at, original):
            cleared = clear_up(at, original, patience=patience)
            validate(at, original)
            return cleared


def _rotate(at: Session, table: SealedTable, original: Original, effort: Effort) -> Tally:
    room, patience = new_room(original), effort.patience
    before = portrait(at, original.oid, extent=Extent.WHOLE)
    resealing = Resealing(table, copied_columns(at, table, original))
    patience.exercised(lambda: _begin(at, room, resealing, patience), table=original.qualified)
    try:
        with session(table) as target:
            tally = _copy(table, room, effort)
            build_indexes(at, table, room, workers=effort.workers)
            at.run(f"ANALYZE {room.table}")
            _until_little_is_left(at, target, resealing, room, tally)
            exchange = Exchange(at, target, room, resealing, before)
            return _with(tally, patience.exercised(lambda: exchange.attempt(patience), table=original.qualified))
    except BaseException:
        _clear_up_after(table, original, patience)
        raise


def _clear_up_after(table: SealedTable, original: Original, patience: Patience) -> None:
    try:
        clear_up_anew(table, original, patience=patience)
    except ShadowError as error:
        raise ShadowError(f"{error}; --strategy shadow --abandon, or the next run, removes what is left") from error


def _with(tally: Tally, later: Tally) -> Tally:
    """Return the tally with what was copied again; a value that does not open twice is one."""
    again = set(tally.listed).intersection(later.listed)
    later.listed = [found for found in later.listed if found not in again]
    later.unopened -= len(again)
    tally.add(later)
    return tally


def _begin(at: Session, room: Room, resealing: Resealing, patience: Patience) -> None:
    with at.block():
        patience.bound(at)
        make_table(at, room)
        note_changes(at, room, key=resealing.columns.key, key_type=resealing.columns.key_type)


def _copy(table: SealedTable, room: Room, effort: Effort) -> Tally:
    """Copy what one snapshot shows; all workers see the same, as those of a parallel pg_dump do."""
    tally = Tally()
    with session(table) as holder, holder.block(isolation="REPEATABLE READ, READ ONLY"):
        ((snapshot,),) = holder.run("SELECT pg_export_snapshot()")
        tasks = list(_tasks(holder, table, room, snapshot=snapshot, effort=effort))
        with bar(table.model._meta.label, total=len(tasks)) as advance:
            for _, done in work_through(tasks, _copy_range, workers=effort.workers):
                advance()
                tally.add(done)
    return tally


def _copy_range(task: object) -> Tally:
    if not isinstance(task, CopyTask):
        raise TypeError("a range of blocks is asked for")
    return copy_range(task)


def _tasks(holder: Session, table: SealedTable, room: Room, *, snapshot: str, effort: Effort) -> Iterator[CopyTask]:
    size = "SELECT pg_relation_size(%s::oid) / current_setting('block_size')::bigint"
    ((blocks,),) = holder.run(size, (room.original.oid,))
    least, most = _RANGE_BLOCKS
    step = min(most, max(least, blocks // (_RANGES_PER_WORKER * effort.workers)))
    starts = list(range(0, max(1, blocks), step))
    for start, until in zip(starts, [*starts[1:], None], strict=True):
        yield CopyTask(
            model=table.model._meta.label,
            after=start,
            until=until,
            batch_rows=0,
            rows_per_second=effort.rows_per_second / effort.workers,
            room=room.name,
            snapshot=snapshot,
        )


def _until_little_is_left(at: Session, target: Session, resealing: Resealing, room: Room, tally: Tally) -> None:
    for _ in range(_MOST_ROUNDS):
        with at.block(isolation="REPEATABLE READ"):
            done = catch_up(at, target, resealing, room)
        _with(tally, done)
        if done.lost <= _LITTLE:
            return
    raise ShadowError(f"{room.original.qualified} is written faster than it is copied: give the run more workers")
