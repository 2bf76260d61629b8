"""The life of a key: added, promoted, retired, destroyed; and the repair of a change that was interrupted.

The database decides which state a key is in, in one transaction; the store is written after it. Whatever is killed
in between leaves a store that lags one change behind, which no process stops for and every further change mends.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from math import ceil

from django.db import transaction

from hardening import clock
from hardening.errors import KeyUnavailableError
from hardening.events import KeyChanged, emit
from hardening.keys import uses
from hardening.keys.creation import announce, confirm, give_up
from hardening.keys.key_file import KEYSETS, KeyState
from hardening.keys.key_store import clear_store, read_keys, replace_keys
from hardening.keys.models import KeyRecord
from hardening.keys.succession import BETWEEN, is_told_apart
from hardening.keys.transitions import is_counted, is_done, obstacle
from hardening.keys.verification import known_records, require_known_keys, unfinished, with_known_states

PAUSE = timedelta(seconds=30)
"""Between retirement and destruction: ten seconds until every process has asked for the states of keys (``ring``), and
the rest for what it had sealed by then to be stored."""


def add_key(keyset: str) -> int:
    """Return the id of a new active key of the keyset: it opens, and seals once it is promoted.

    Raise KeyUnavailableError for an unknown keyset, or if the ring as it stands must not be used.
    """
    if keyset not in KEYSETS:
        raise KeyUnavailableError(f"there is no keyset {keyset!r}; there are {', '.join(KEYSETS)}")
    settle_store()
    (key,) = announce([keyset], state=KeyState.ACTIVE)
    with transaction.atomic(using="default", durable=True):
        lock_records()
        confirm([key])  # refuses, before anything is stored, what a repair has given up
        replace_keys([*read_keys(), key])
    return key.id


def promote_key(key_id: int) -> None:
    """Make a key the one that new values are made with; the primary key of before becomes active.

    Of indexes, and of subjects, that is only possible while nothing stands under the former key, or once a
    rotation has brought every value an index of the new one; the former key then goes on being looked up (C8).

    Raise KeyUnavailableError for a key that is not active, or not prepared.
    """

    def promote(record: KeyRecord) -> None:
        former = _primary_of(record)
        is_rotated = record.state == KeyState.COVERING
        _change(former, KeyState.PREDECESSOR if is_rotated else KeyState.ACTIVE)  # first: never two primary keys
        _change(record, KeyState.PRIMARY)

    _take("promote", key_id, promote)


def begin_succession(key_id: int) -> None:
    """Let every new value carry an index of this active index key beside that of the primary key.

    Raise KeyUnavailableError if another rotation goes on, or if a blob could not tell the two keys apart.
    """

    def begin(record: KeyRecord) -> None:
        others = KeyRecord._base_manager.using("default").filter(keyset="index", state__in=BETWEEN)
        if busy := others.first():
            raise KeyUnavailableError(f"key {busy.pk} is {busy.state}: one rotation of indexes at a time")
        if not is_told_apart(record.pk, _primary_of(record).pk):
            raise KeyUnavailableError(
                f"values could not tell key {record.pk} from the primary one, since both ids are "
                f"{'odd' if record.pk & 1 else 'even'}: add another key"
            )
        _change(record, KeyState.SUCCESSOR)

    _take("begin", key_id, begin)


def record_covering(key_id: int) -> None:
    """Record that every stored value carries an index of this succeeding key: columns are compared by it from now on.

    The caller has counted. Raise KeyUnavailableError for a key that does not succeed.
    """
    _take("cover", key_id, lambda record: _change(record, KeyState.COVERING))


def withdraw_successor(key_id: int) -> None:
    """Let new values carry no index of this key any more, which has not become primary.

    Raise KeyUnavailableError for a key that is not about to.
    """
    _take("withdraw", key_id, lambda record: _change(record, KeyState.ACTIVE))


def retire_key(key_id: int) -> None:
    """Let an active key open and never seal again.

    Raise KeyUnavailableError while it is primary, and for a key of sealed values or indexes while one stands
    under it, or while nobody can tell.
    """

    def retire(record: KeyRecord) -> None:
        record.retired_at = clock.now()
        _change(record, KeyState.RETIRED)

    _take("retire", key_id, retire)


def destroy_key(key_id: int) -> None:
    """Erase the root of a retired key for good. Its row stays, so that the id is never used again.

    Raise KeyUnavailableError unless it was retired ``PAUSE`` ago and nothing stands under it, counted now while nobody
    writes.
    """
    _take("destroy", key_id, lambda record: _change(record, KeyState.DESTROYED))


def repair() -> list[str]:
    """Finish what an interrupted change has left, and return what that was, a sentence each.

    An announced key that never reached the store is given up; an ``add`` that is running this moment then fails.

    Raise KeyUnavailableError for contradictions: only a backup mends those.
    """
    left = unfinished(read_keys(), known_records())
    with transaction.atomic(using="default", durable=True):
        records = lock_records()
        held = {key.id: key for key in read_keys()}
        pending = [record for record in records if record.state == KeyState.PENDING]
        confirm(held[record.pk] for record in pending if record.pk in held)
        give_up(record for record in pending if record.pk not in held)
    settle_store()
    return left


def obstacle_to(step: str, record: KeyRecord, *, lock: bool = False) -> str:
    """Return why this key may not take the step as things stand, or nothing if it may."""
    if step == "destroy" and (found := pause_of(record)):
        return found
    values: int | None = 0
    # Counting is a scan of every sealed column, and pointless for a key that is in the wrong state anyway.
    is_possible = not obstacle(step, keyset=record.keyset, state=record.state, values=0)
    if is_possible and is_counted(step, keyset=record.keyset):
        counted = uses.values_by_key(record.keyset, lock=lock)
        values = standing_under(_primary_of(record) if step == "promote" else record, counted)
    return obstacle(step, keyset=record.keyset, state=record.state, values=values)


def pause_of(record: KeyRecord) -> str:
    """Return why a key that was retired just now is not destroyed yet, or nothing once ``PAUSE`` is over."""
    if record.state != KeyState.RETIRED or record.retired_at is None:
        return ""
    seconds = ceil((record.retired_at + PAUSE - clock.now()).total_seconds())
    return f"another host may still seal under it; try again in {seconds} seconds" if seconds > 0 else ""


def standing_under(record: KeyRecord, counted: Mapping[int, int] | None) -> int | None:
    """Return how many of the counted values stand under the key; None if nobody can tell."""
    return None if counted is None else counted.get(record.pk, 0)


def settle_store() -> None:
    """Write the states that the database knows to the store, and drop from it what is recorded as destroyed.

    Raise KeyUnavailableError if store and database contradict each other.
    """
    with transaction.atomic(using="default", durable=True):
        records, held = lock_records(), read_keys()
        require_known_keys(held, records)
        clear_store()
        wanted = with_known_states(held, records)
        if wanted != held:
            replace_keys(wanted)


def lock_records() -> list[KeyRecord]:
    """Return the rows of all keys, locked until the transaction ends: one administrator at a time."""
    list(KeyRecord._base_manager.using("default").select_for_update().order_by("pk"))
    return known_records()  # a second statement also sees what was added while the first one waited


def _take(step: str, key_id: int, change: Callable[[KeyRecord], None]) -> None:
    settle_store()
    with transaction.atomic(using="default", durable=True):
        records = lock_records()
        record = next((record for record in records if record.pk == key_id), None)
        if record is None:
            raise KeyUnavailableError(f"there is no key {key_id}")
        if not is_done(step, record.state):
            found = obstacle_to(step, record, lock=step == "destroy")
            if found:
                raise KeyUnavailableError(f"key {key_id} cannot {step}: {found}")
            change(record)
    settle_store()


def _primary_of(record: KeyRecord) -> KeyRecord:
    return KeyRecord._base_manager.using("default").get(keyset=record.keyset, state=KeyState.PRIMARY)


def _change(record: KeyRecord, state: KeyState) -> None:
    record.state = state
    record.save(using="default", update_fields=["state", "retired_at"])
    emit(KeyChanged(at=clock.now(), key_id=record.pk, keyset=record.keyset, state=state))
