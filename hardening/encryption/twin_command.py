"""What seal_column and unseal_column share: the options, the run, the summary."""

import json as json_format
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from hardening.encryption.twin_batches import Tally, Work
from hardening.encryption.twin_columns import TwinColumns
from hardening.encryption.twin_runs import Pace, fill, find_twins, verify

OLD_VERSIONS = (
    "The clear values are not gone before the clear column is. Even then old row versions (until VACUUM FULL), the "
    "write-ahead log, backups and replicas hold them."
)


class TwinCommand(BaseCommand):
    """Fill the column that follows, then compare every row."""

    seals: ClassVar[bool]
    other: ClassVar[str]
    """The command for the other way."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the column and the pace."""
        parser.add_argument("column", help="app.Model.field, one of the two that the model's Twins name.")
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--dry-run", action="store_true", help="Count what would be written, and write nothing.")
        chosen.add_argument("--verify", action="store_true", help="Compare every row, and write nothing.")
        chosen.add_argument("--mend", action="store_true", help="Also write rows that disagree, from what leads.")
        parser.add_argument("--batch-size", type=int, default=1_000, help="Rows per transaction.")
        parser.add_argument("--workers", type=int, default=1, help="Processes that seal.")
        parser.add_argument("--rate", type=int, default=0, help="Rows a second at most; 0 for no limit.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *, column: str, **options: Any) -> None:  # noqa: ANN401 - Django's own options
        """Run, print, and fail unless every row agrees.

        Raise CommandError for a column without Twins, for one that leads the other way, and for what is left to mend.
        """
        columns = self._columns(column, is_only_read=options["verify"])
        if options["batch_size"] < 1 or options["workers"] < 1 or options["rate"] < 0:
            raise CommandError("--batch-size and --workers are at least 1, --rate at least 0.")
        pace = Pace(options["batch_size"], options["workers"], options["rate"])
        report: dict[str, Any] = {"column": str(columns)}
        if not options["verify"]:
            work = Work.TRY if options["dry_run"] else Work.MEND if options["mend"] else Work.WRITE
            is_waiting = work is not Work.MEND
            with self._progress(
                "sealing" if self.seals else "unsealing", columns, is_waiting=is_waiting, options=options
            ) as advance:
                filled = fill(column, pace=pace, work=work, report=advance)
            report["dry_run" if options["dry_run"] else "backfill"] = filled.as_json()
            self._say(options, f"{columns}: {self._filled(filled, is_dry=options['dry_run'])}")
        compared = Tally()
        if not options["dry_run"]:
            with self._progress("verifying", columns, is_waiting=False, options=options) as advance:
                compared = verify(column, pace=pace, report=advance)
            report |= {"verify": compared.as_json(), "agrees": not compared.disagreeing()}
            self._say(options, self._compared(compared))
        if options["json"]:
            self.stdout.write(json_format.dumps(report, indent=2))
        if compared.overtaken:
            raise CommandError(f"{columns}: {compared.overtaken} batches could not be read; run it again.")
        if compared.disagreeing():
            raise CommandError(f"{columns}: {compared.disagreeing()} rows do not agree; nothing may be switched yet.")
        self._say(options, OLD_VERSIONS)

    def _columns(self, label: str, *, is_only_read: bool) -> TwinColumns:
        try:
            twins, columns = find_twins(label)
        except LookupError as error:
            raise CommandError(str(error)) from None
        if columns.seals is not self.seals and not is_only_read:
            raise CommandError(f"{label}: {twins.leader} leads. Use {self.other}, or change leading= in the model.")
        return columns

    def _say(self, options: dict[str, Any], line: str) -> None:
        if not options["json"]:
            self.stdout.write(line)

    @staticmethod
    def _filled(tally: Tally, *, is_dry: bool) -> str:
        left = f", {tally.overtaken} held by others" if tally.overtaken else ""
        refused = f", {tally.refused} refused by the database" if tally.refused else ""
        return f"{tally.written} rows {'would be ' if is_dry else ''}written{left}{refused}{_listed(tally)}"

    @staticmethod
    def _compared(tally: Tally) -> str:
        found = ", ".join(f"{count} {verdict}" for verdict, count in sorted(tally.verdicts.items()))
        counts = f"{tally.clear_values} clear values, {tally.sealed_values} sealed values"
        return f"{tally.rows} rows compared: {found or 'none'}; {counts}{_listed(tally)}"

    @contextmanager
    def _progress(
        self, what: str, columns: TwinColumns, *, is_waiting: bool, options: dict[str, Any]
    ) -> Iterator[Callable[[int], None]]:
        """Give a function that takes finished rows; it draws a bar on a terminal where rich is installed."""
        if options["json"] or not self.stderr.isatty():
            yield lambda _: None
            return
        try:
            from rich.console import Console  # noqa: PLC0415 - optional
            from rich.progress import Progress  # noqa: PLC0415 - likewise
        except ImportError:
            yield lambda _: None
            return
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task(what, total=columns.count(is_waiting=is_waiting))
            yield lambda done: bar.advance(task, done)


def _listed(tally: Tally) -> str:
    """Return the primary keys of what is to be mended, a line for each kind."""
    return "".join(f"\n  {kind}: {', '.join(keys)}" for kind, keys in sorted(tally.keys.items()))
