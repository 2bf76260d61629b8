"""One index key takes over from another, beside everybody who reads and writes (C22).

Where a rotation has come to is told by the states of the keys and the headers of the values alone: one that was
killed is taken up by the next, on any host that holds the keys.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import sleep

from hardening.encryption.census import Headers, headers
from hardening.encryption.envelope import Flag
from hardening.encryption.index_fences import drop_refusal, is_fenced, lower_fence, raise_fence
from hardening.encryption.index_standing import Standing, alone_on_it, standing, still
from hardening.encryption.last_indexes import build_last_indexes, drop_last_indexes, require_kept_unique
from hardening.encryption.operations import LocalOperations
from hardening.encryption.rotation import Tally
from hardening.encryption.sealed_field import SealedField
from hardening.encryption.sealed_table import SealedTable, sealed_tables
from hardening.errors import HardeningError, KeyUnavailableError
from hardening.keys import lifecycle
from hardening.keys.key_file import KeyState
from hardening.keys.models import KeyRecord
from hardening.keys.ring import forget_key_ring, key_ring
from hardening.keys.succession import is_told_apart

Sweep = Callable[[list[SealedTable]], Tally]
"""What gives every value of these tables the form of today."""

_MOST_SWEEPS = 20


class IndexesLeftError(HardeningError):
    """Values that do not take the form of today: the rotation stops before they would be lost to look-ups."""


def indexed_tables() -> list[SealedTable]:
    """Return the tables with an indexed column."""
    return [table for table in sealed_tables() if any(_indexed(table))]


@dataclass(frozen=True)
class IndexRotation:
    """What a rotation needs: how to go through the rows, and how long programs take to follow a step.

    ``settle_seconds`` covers the second in which a process finds the new ring, and the longest that one holds
    sealed values before it writes them. ``tell`` is told each step in a sentence.
    """

    sweep: Sweep
    settle_seconds: float
    tell: Callable[[str], None]

    def run(self, *, successor: int | None = None) -> None:
        """Rotate to ``successor``, or to a key that fits, or go on with the rotation that is on its way.

        Raise KeyUnavailableError for a key that cannot take over, IndexesLeftError for values that stay behind,
        CannotKeepUniqueError, IntegrityError or OperationalError where the database cannot do its part.
        """
        with alone_on_it():
            self._run(indexed_tables(), successor)

    def withdraw(self) -> None:
        """Give a rotation up before its key is compared by: every value goes back to the primary key's indexes alone.

        Interrupted, it is taken up by itself, and a rotation that is run instead goes on or begins anew.

        Raise KeyUnavailableError where no key succeeds, or where one has come too far: then the way out is the end,
        and another rotation.
        """
        with alone_on_it():
            at, tables = standing(), indexed_tables()
            if at.state != KeyState.SUCCESSOR:
                raise KeyUnavailableError(f"{_come_to(at)}: there is nothing to withdraw")
            # First: they would refuse what everybody writes after the withdrawal.
            self._take_down(tables, at)
            lifecycle.withdraw_successor(_other(at))
            self.tell(
                f"key {at.other} is withdrawn: values written from now on carry indexes of key {at.primary} alone"
            )
            self._settle()
            self._sweep_all(tables)

    def _run(self, tables: list[SealedTable], successor: int | None) -> None:
        at = standing()
        if at.state is None and _is_fenced(tables):
            # Killed after its last step: its fences would refuse the form that another rotation begins with.
            self._take_down(tables, at)
            self.tell("what an earlier rotation had left is taken down")
            if successor in {None, at.primary}:
                return
        if at.state is None:
            self._begin(tables, successor)
        elif successor not in {None, at.other, at.primary}:
            raise KeyUnavailableError(f"key {at.other} is {at.state}: end that rotation first")
        for state, step in (
            (KeyState.SUCCESSOR, self._cover),
            (KeyState.COVERING, self._switch),
            (KeyState.PREDECESSOR, self._end),
        ):
            at = standing()
            if at.state == state:
                step(tables, at)

    def _begin(self, tables: list[SealedTable], successor: int | None) -> None:
        for table in tables:
            require_kept_unique(table)
        # A value left over from another key would be taken for one of the successor's.
        self._sweep_all(tables)
        primary = standing().primary
        key_id = successor or _fitting_key(primary)
        lifecycle.begin_succession(key_id)
        self.tell(f"key {key_id} succeeds key {primary}: every value written from now on carries indexes of both")

    def _cover(self, tables: list[SealedTable], at: Standing) -> None:
        self._settle()
        _fence(tables, at, forms=[_both(at.primary)])
        self._sweep_all(tables)
        for table in tables:
            for name in build_last_indexes(table):
                self.tell(f"index {name} of {table.model._meta.label} is built")
        lifecycle.record_covering(_other(at))
        self.tell(f"every value carries indexes of key {at.other}: columns are compared by them")

    def _switch(self, tables: list[SealedTable], at: Standing) -> None:
        self._settle()
        _fence(tables, at, forms=[_both(at.primary), _alone(_other(at))])
        for table in tables:
            # Those of a program that was put into service since the step before, or that somebody dropped.
            list(build_last_indexes(table))
        lifecycle.promote_key(_other(at))
        self.tell(f"key {at.other} is primary: values written from now on carry its indexes alone")

    def _end(self, tables: list[SealedTable], at: Standing) -> None:
        self._settle()
        _fence(tables, at, forms=[_alone(at.primary)])
        self._sweep_all(tables)
        lifecycle.retire_key(_other(at))
        self.tell(f"no value carries an index of key {at.other}, which is retired")
        self._take_down(tables, standing())

    def _take_down(self, tables: list[SealedTable], at: Standing) -> None:
        self._settle()
        for table in tables:
            drop_last_indexes(table)
            for field in _indexed(table):
                with still(at):
                    lower_fence(table, field)
        for table in tables:
            drop_refusal(table)

    def _sweep_all(self, tables: list[SealedTable]) -> None:
        for _ in range(_MOST_SWEEPS):
            forget_key_ring()  # a key of values may be promoted meanwhile
            local = LocalOperations(key_ring())
            behind = [table for table in tables if _left(table, local)]
            if not behind:
                return
            tally = self.sweep(behind)
            self.tell(f"{tally.rotated} rows were given the indexes of today")
            if tally.unopened:
                named = ", ".join(" ".join(place) for place in tally.listed[:5])
                raise IndexesLeftError(f"{tally.unopened} values do not open, and have no true index: {named}")
        raise IndexesLeftError("writers change values faster than they are rotated, or under another ring: see the log")

    def _settle(self) -> None:
        sleep(self.settle_seconds)


def values_indexed() -> int:
    """Return how many values have an index, counted now."""
    return sum(headers(field).total() for table in indexed_tables() for field in _indexed(table))


def values_left() -> int:
    """Return how many indexed values have another header than a value sealed now."""
    local = LocalOperations(key_ring())
    return sum(_left(table, local) for table in indexed_tables())


def _left(table: SealedTable, local: LocalOperations) -> int:
    return sum(_others(headers(field), head=local.head(field.place)) for field in _indexed(table))


def _others(counted: Headers, *, head: bytes) -> int:
    return sum(values for header, values in counted.items() if header != head)


def _indexed(table: SealedTable) -> Iterator[SealedField]:
    return (field for field in table.fields if field.place.index_domains)


def _fitting_key(primary: int) -> int:
    active = KeyRecord.objects.using("default").filter(keyset="index", state=KeyState.ACTIVE).order_by("pk")
    for record in active:
        if is_told_apart(record.pk, primary):
            return record.pk
    while not is_told_apart(key_id := lifecycle.add_key("index"), primary):
        continue
    return key_id


def _fence(tables: list[SealedTable], at: Standing, *, forms: list[Flag]) -> None:
    for table in tables:
        for field in _indexed(table):
            with still(at):
                raise_fence(table, field, forms=[int(field.place.flags | form) for form in forms])


def _is_fenced(tables: list[SealedTable]) -> bool:
    return any(is_fenced(table, field) for table in tables for field in _indexed(table))


def _alone(key_id: int) -> Flag:
    return Flag.ODD_INDEX_KEY if key_id & 1 else Flag(0)


def _both(first: int) -> Flag:
    return Flag.SECOND_INDEX | _alone(first)


def _come_to(at: Standing) -> str:
    return f"key {at.other} is {at.state}" if at.state else "no rotation goes on"


def _other(at: Standing) -> int:
    if at.other is None:
        raise KeyUnavailableError("no index key succeeds another")
    return at.other
