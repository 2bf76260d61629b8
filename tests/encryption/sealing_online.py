"""Sealing that is killed again and again while somebody writes: ``python -m tests.encryption.sealing_online``.

It makes a database of its own on the suite's PostgreSQL, loads clear numbers, starts the real command, kills it with
SIGKILL at random moments, and afterwards compares every row with what the writers were told to be done.
"""

import argparse
import os
import random  # noqa: TID251 - seeded: the same moments and rows each time
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Self

import django

COLUMN = "columns_in_transit.Insured.nir"
_ORDERS = 999
_KEY_BASE = 97


def nir(number: int) -> str:
    """Return a number of nobody: commune 99999 was never attributed."""
    rest, order = divmod(number, _ORDERS)
    month, year = divmod(rest, 100)
    body = f"2{year:02d}{month % 12 + 1:02d}99999{order + 1:03d}"
    return f"{body}{_KEY_BASE - int(body) % _KEY_BASE:02d}"


def load(rows: int) -> None:
    """Fill the table as it stood before there was a sealed column, by COPY."""
    from django.db import connection  # noqa: PLC0415 - after django.setup()

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE columns_in_transit_insured RESTART IDENTITY")
        statement = "COPY columns_in_transit_insured (seal_id, number, nir, birth_date, remark, email) FROM STDIN"
        with cursor.copy(statement) as copy:
            for number in range(rows):
                seal_id = f"00000000-0000-4000-8000-{number:012d}"
                copy.write_row((seal_id, f"f{number}", nir(number), "1984-05-17", "", ""))
        cursor.execute("ANALYZE columns_in_transit_insured")


@dataclass
class Traffic:
    """A writer that remembers what was done, and a reader that looks up what was written."""

    rows: int
    seed: int = 1
    numbers: dict[int, str] = field(default_factory=dict)
    """File number to the number it was last given."""
    touched: set[int] = field(default_factory=set)
    """Files that the writer has begun to write: the reader may see either number of these."""
    failures: list[str] = field(default_factory=list)
    writes: int = 0
    reads: int = 0
    is_over: bool = False

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._run, args=(step,)) for step in (self._write, self._read)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over = True
        for thread in self._threads:
            thread.join()

    def _run(self, step: Any) -> None:
        from django.db import connections  # noqa: PLC0415

        chosen = random.Random(self.seed)  # noqa: S311 - seeded: the same rows each time
        try:
            while not self.is_over:
                step(chosen)
                time.sleep(0.001)
        except Exception as error:  # noqa: BLE001 - any error of a writer or reader is the finding
            self.failures.append(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

    def _write(self, chosen: random.Random) -> None:
        from tests.encryption.columns_in_transit.models import Insured  # noqa: PLC0415

        at = chosen.randrange(self.rows)
        value = chosen.choice(["", nir(self.rows + self.writes % 50_000)])
        self.touched.add(at)
        rows = Insured.objects.filter(number=f"f{at}")
        match self.writes % 4:
            case 0:
                rows.update(nir=value)
            case 1:
                row = rows.get()
                row.nir = value
                row.save(update_fields=["nir"])
            case 2:
                row = rows.get()
                row.nir = value
                Insured.objects.bulk_update([row], ["nir"])
            case _:
                row = rows.get()
                row.nir, row.remark = value, "moved"
                row.save()
        self.numbers[at] = value
        self.writes += 1

    def _read(self, chosen: random.Random) -> None:
        from tests.encryption.columns_in_transit.models import Insured  # noqa: PLC0415

        at = chosen.randrange(self.rows)
        row = Insured.objects.get(number=f"f{at}")
        found = {"clear": Insured.objects.filter(nir=row.nir), "sealed": Insured.objects.filter(nir_sealed=row.nir)}
        expected = {"clear": bool(row.nir), "sealed": bool(row.nir_sealed)}
        lost = [name for name in found if expected[name] and not found[name].exists()]
        if lost and at not in self.touched:
            self.failures.append(f"f{at} is not found by its number: {lost}")
        if row.nir_sealed and row.nir_sealed.open_ungated() != row.nir:
            self.failures.append(f"f{at} opens to another number")
        self.reads += 1


def wrong_rows(traffic: Traffic) -> list[str]:
    """Return the rows that do not hold, clear and sealed, what they were given last."""
    from tests.encryption.columns_in_transit.models import Insured  # noqa: PLC0415

    wrong = []
    for row in Insured.objects.iterator(chunk_size=5_000):
        at = int(row.number[1:])
        expected = traffic.numbers.get(at, nir(at))
        opened = row.nir_sealed.open_ungated() if row.nir_sealed else ""
        if (row.nir, opened) != (expected, expected):
            wrong.append(row.number)
    return wrong


def start(*arguments: str) -> subprocess.Popen[str]:
    """Start the real command in a process of its own, on this process's database."""
    from django.db import connection  # noqa: PLC0415

    program = [sys.executable, "-m", "tests.encryption.sealing_online", "--as-command", *arguments]
    environment = os.environ | {"SEALING_DATABASE": str(connection.settings_dict["NAME"])}
    return subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def kill_at_random(kills: int, *, seed: int, between: tuple[float, float]) -> int:
    """Kill as many runs, each so many seconds after its first statement, and return how many died at work."""
    moments = random.Random(seed)  # noqa: S311 - seeded
    died = 0
    for _ in range(kills):
        run = start(COLUMN, "--batch-size", "50", "--rate", "5000")
        said = run.stdout.readline() if run.stdout else ""
        if said.strip() != "ready":
            raise RuntimeError(f"the command did not start: {said}{run.communicate()[0]}")
        time.sleep(moments.uniform(*between))
        run.kill()
        run.communicate()
        died += run.returncode == -signal.SIGKILL
    return died


def _as_command(arguments: list[str]) -> None:
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from hardening.keys.conf import KeysSettings  # noqa: PLC0415
    from hardening.keys.testing import prepare_keys  # noqa: PLC0415

    connection.settings_dict["NAME"] = os.environ["SEALING_DATABASE"]
    prepare_keys(KeysSettings.load().path())
    print("ready", flush=True)  # noqa: T201 - the parent waits for it
    call_command("seal_column", *arguments)


def _prove(kills: int, rows: int) -> int:
    from django.db import connection  # noqa: PLC0415
    from django.test.runner import DiscoverRunner  # noqa: PLC0415

    from hardening.keys.conf import KeysSettings  # noqa: PLC0415
    from hardening.keys.testing import prepare_keys  # noqa: PLC0415

    prepare_keys(KeysSettings.load().path())
    runner = DiscoverRunner(verbosity=0, interactive=False)
    made = runner.setup_databases()
    try:
        load(rows)
        with Traffic(rows) as traffic:
            died = kill_at_random(kills, seed=7, between=(0.0, 0.4))
        last = start(COLUMN)
        said, _ = last.communicate()
        wrong = wrong_rows(traffic)
        figures = f"{died} of {kills} killed at work, {traffic.writes} writes, {traffic.reads} reads, {rows} rows"
        print(f"{figures}; wrong rows: {len(wrong)}; failures: {traffic.failures}\n{said}")  # noqa: T201 - a program
        return int(bool(wrong or traffic.failures or last.returncode))
    finally:
        connection.close()
        runner.teardown_databases(made)


def main() -> int:
    """Run as a program."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    django.setup()
    if sys.argv[1:2] == ["--as-command"]:
        _as_command(sys.argv[2:])
        return 0
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rows", type=int, default=300_000)
    told = parser.parse_args()
    return _prove(told.kills, told.rows)


if __name__ == "__main__":
    sys.exit(main())
