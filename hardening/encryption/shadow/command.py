"""What ``rotate_keys`` asks of the strategy ``shadow``, and what the strategy tells before it begins."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.management.base import CommandError

from hardening.encryption.rotation import Tally
from hardening.encryption.sealed_table import SealedTable
from hardening.encryption.shadow.building import bytes_needed
from hardening.encryption.shadow.foreign_keys import foreign_keys, partners
from hardening.encryption.shadow.leftovers import left_over
from hardening.encryption.shadow.patience import Patience
from hardening.encryption.shadow.place import ShadowError, find_original, session
from hardening.encryption.shadow.rehearsal import in_the_way
from hardening.encryption.shadow.run import Effort, abandon, rotate_by_shadow


def add_shadow_options(parser: ArgumentParser) -> None:
    """Declare the choice between the strategies, and how long the second waits for its locks."""
    parser.add_argument(
        "--strategy",
        choices=["batch", "shadow"],
        default="batch",
        help="batch: in place, row by row. shadow: by a copy that takes the table's place; PostgreSQL only.",
    )
    parser.add_argument(
        "--lock-timeout",
        type=float,
        default=Patience.seconds,
        help="shadow: seconds that a lock is waited for at a time (default %(default)s).",
    )
    parser.add_argument(
        "--lock-tries",
        type=int,
        default=Patience.tries,
        help="shadow: how often it is asked for (default %(default)s).",
    )
    parser.add_argument(
        "--abandon", action="store_true", help="shadow: remove what a killed run has left, rotate nothing."
    )


@dataclass(frozen=True)
class ShadowStrategy:
    """The strategy with the numbers of one command."""

    effort: Effort

    def rotated(self, tables: list[SealedTable], *, tell: Callable[[str], None]) -> Iterator[Tally]:
        """Rotate one table after the other, and yield what was done to each.

        Raise CommandError for the first that cannot be; those before it are rotated.
        """
        for table in tables:
            try:
                yield rotate_by_shadow(table, self.effort, tell=tell)
            except ShadowError as error:
                raise CommandError(f"{error} (--strategy batch needs neither copy nor lock)") from None

    def abandoned(self, tables: list[SealedTable]) -> int:
        """Remove the leftovers of killed runs and return how many copies those were.

        Raise CommandError where that is not possible now.
        """
        try:
            return sum(abandon(table, patience=self.effort.patience) for table in tables)
        except ShadowError as error:
            raise CommandError(f"{error}") from None

    def foreseen(self, tables: list[SealedTable]) -> list[dict[str, Any]]:
        """Return for each table the disk and the locks that a run needs, what is in its way and what was left."""
        return [self._foreseen(table) for table in tables]

    def _foreseen(self, table: SealedTable) -> dict[str, Any]:
        with session(table) as at:
            original = find_original(at, table)
            keys = foreign_keys(at, original)
            return {
                "model": table.model._meta.label,
                "bytes_of_disk": bytes_needed(at, original),
                "locked_for_a_moment": [original.qualified, *partners(keys, original)],
                "in_the_way": in_the_way(at, table, original, patience=self.effort.patience),
                "left_over": left_over(at, original),
            }


def shadow_options(options: dict[str, Any], tables: list[SealedTable]) -> ShadowStrategy | None:
    """Return the strategy that the options ask for, or None for batches.

    Raise CommandError for options that do not fit together, or a database that this is not made for.
    """
    if options["strategy"] != "shadow":
        if options["abandon"]:
            raise CommandError("--abandon belongs to --strategy shadow")
        return None
    if options["workers"] < 1 or options["rate"] < 0 or options["lock_timeout"] <= 0 or options["lock_tries"] < 1:
        raise CommandError("--workers and --lock-tries are at least 1, --rate at least 0, --lock-timeout above 0")
    for table in tables:
        if table.connection.vendor != "postgresql":
            raise CommandError("--strategy shadow works on PostgreSQL alone: use --strategy batch")
        if table.connection.in_atomic_block:
            raise CommandError(
                "--strategy shadow commits by itself, and cannot run inside a transaction: use --strategy batch"
            )
    patience = Patience(seconds=options["lock_timeout"], tries=options["lock_tries"])
    return ShadowStrategy(Effort(workers=options["workers"], rows_per_second=options["rate"], patience=patience))


def foreseen_as_text(foreseen: list[dict[str, Any]]) -> list[str]:
    """Return the lines that tell the same to a person."""
    lines = []
    for table in foreseen:
        lines += [
            f"A copy of {table['model']} needs {table['bytes_of_disk']:,} bytes of disk",
            f"  and locks for a moment: {', '.join(table['locked_for_a_moment'])}",
        ]
        lines += [f"  In the way: {sentence}" for sentence in table["in_the_way"]]
        lines += [f"  Left over: {sentence}" for sentence in table["left_over"]]
    return lines
