"""The options that commands over all sealed columns share."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.core.management.base import CommandError
from django.db import DatabaseError

from hardening.encryption.progress import work_through_tables
from hardening.encryption.ranged_work import RangeTask
from hardening.encryption.sealed_table import SealedTable, sealed_tables

Result = TypeVar("Result")


def add_scan_options(parser: ArgumentParser, *, one_model: bool = True) -> None:
    """Declare what is scanned, how fast and by how many; ``one_model`` lets a single one be chosen."""
    if one_model:
        parser.add_argument("--model", default="", help="Only the sealed columns of this model (app.Model).")
    parser.add_argument("--workers", type=int, default=1, help="Processes; on SQLite always 1 (default %(default)s).")
    parser.add_argument("--batch-size", type=int, default=1000, help="Rows a statement (default %(default)s).")
    parser.add_argument("--rate", type=float, default=0, help="At most this many rows a second; 0 is no limit.")
    parser.add_argument("--json", action="store_true", help="Print one JSON document.")


def chosen_tables(model: str) -> list[SealedTable]:
    """Return the tables that the options name.

    Raise CommandError for a model that there is not, or that seals nothing.
    """
    try:
        return sealed_tables(model)
    except (LookupError, ValueError) as error:
        raise CommandError(f"--model: {error}") from None


def scan(tables: list[SealedTable], work: Callable[[RangeTask], Result], options: dict[str, Any]) -> Iterator[Result]:
    """Yield what ``work`` made of each range.

    Raise CommandError for numbers that make no sense, and for what the database refuses on the way.
    """
    if options["workers"] < 1 or options["batch_size"] < 1 or options["rate"] < 0:
        raise CommandError("--workers and --batch-size are at least 1, --rate at least 0")
    # SQLite has one writer at a time: a second process would only wait.
    alone = any(table.connection.vendor != "postgresql" for table in tables)
    return _telling_refusals(
        work_through_tables(
            tables,
            work,
            workers=1 if alone else options["workers"],
            batch_rows=options["batch_size"],
            rows_per_second=options["rate"],
        )
    )


def _telling_refusals(results: Iterator[Result]) -> Iterator[Result]:
    try:
        yield from results
    except DatabaseError as error:
        # Its first line alone: the next ones quote the statement, and may quote the row.
        reason = f"{error}".partition("\n")[0]
        raise CommandError(f"the database refused: {reason}; once that is mended, run it again: it goes on") from None
