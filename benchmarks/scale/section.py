"""The rows of the section ``scale``: loading, indexing, looking up and reading a large sealed table and its twin."""

import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

import django
from rich.console import Console

from benchmarks.encryption.contestants import IN_TRANSIT, PLAIN, SEALED
from benchmarks.encryption.section import BYTES_GOAL, LOOK_UP_GOAL, SCAN_GOAL, beside, ratios
from benchmarks.percentiles import percentile
from benchmarks.report import conditions
from benchmarks.rows import Row
from benchmarks.scale import server
from benchmarks.scale.estimate import estimate, require_room
from hardening import clock
from tests.running.databases import databases
from tests.servers import run

TWINS = (PLAIN, SEALED)
NO_ROTATION = "key rotation is left out: this package has no command that adds a key, or none that rotates to it"
BACKFILL_GOAL = 60_000
"""Likewise."""
ABOUT = Path("build/bench-scale.about.txt")
"""When and on what the rows beside it were measured."""

say = Console(stderr=True, highlight=False).print


def scale_rows(*, rows: int) -> Generator[Row, None, None]:
    """Say what the run needs, measure it, and yield each row when it is known.

    Raise DiskTooSmallError before anything is written.
    """
    needed = estimate(rows)
    say(f"{rows:,} rows: {needed}")
    server.prepare()
    if os.environ.get("DATABASE_URL"):
        say("DATABASE_URL names the server: how much disk it has does not show from here")
    else:
        require_room(needed, free_bytes=shutil.disk_usage(run.current().folder).free)
    with _portal():
        ABOUT.parent.mkdir(exist_ok=True)
        # Figures of an earlier run would stand beside what is told of this one.
        ABOUT.with_name("bench-scale.json").unlink(missing_ok=True)
        ABOUT.write_text(f"{clock.now():%-d %B %Y}: {conditions()} {server.told()}\n", encoding="utf-8")
        yield from _measured(rows)


@contextmanager
def _portal() -> Iterator[None]:
    """Set Django up in this process on a database that is dropped however the block ends."""
    with databases("bench_scale") as environment:
        settings = {
            "BENCH_CONTESTANT": ",".join((*TWINS, IN_TRANSIT)),
            "DJANGO_SETTINGS_MODULE": "benchmarks.encryption.settings",
        }
        os.environ.update(environment | settings)
        django.setup()
        from django.conf import settings as configured  # noqa: PLC0415 - after the set-up
        from django.db import connection  # noqa: PLC0415 - likewise

        try:
            yield
        finally:
            connection.close()
            Path(configured.HARDENING_KEYS["file"]).unlink(missing_ok=True)


def _measured(rows: int) -> Iterator[Row]:
    at = f"{rows:,} rows"
    started = perf_counter()
    for part in (_made, _looked_up, _scanned, _rotated, _sealed_in_place):
        since = perf_counter()
        yield from part(rows, at=at)
        now = perf_counter()
        say(f"{part.__name__.strip('_').replace('_', ' ')}: {now - since:.0f} s, {now - started:.0f} s since the start")
    yield Row(name=f"the whole run ({at})", value=round(perf_counter() - started), unit="s")


def _made(rows: int, *, at: str) -> Iterator[Row]:
    from benchmarks.scale import tables  # noqa: PLC0415 - models need the set-up

    made = {name: tables.make(name) for name in TWINS}
    dropped = {name: tables.drop_indexes(table) for name, table in made.items()}
    yield from _loaded(rows, at=at)
    built = {name: tables.build_indexes(made[name], dropped[name]) for name in TWINS}
    plain_like = sum(seconds for index, seconds in built[PLAIN].items() if index.endswith("_like"))
    lean = {name: sum(times.values()) for name, times in built.items()}
    lean[PLAIN] -= plain_like
    yield beside(f"index build, primary key and number ({at})", lean, unit="s", absent={})
    yield from _weighed({name: tables.weigh(table, rows=rows) for name, table in made.items()}, at=at)


def _loaded(rows: int, *, at: str) -> Iterator[Row]:
    from benchmarks.scale.loading import WORKERS, load  # noqa: PLC0415 - models need the set-up

    rates = {name: rows / load(name, rows=rows) for name in TWINS}
    name = f"load by COPY, {WORKERS} workers ({at})"
    yield Row(
        name=name,
        value=round(rates[SEALED]),
        unit="rows/s",
        better="higher",
        peers={"CharField": round(rates[PLAIN])},
    )


def _weighed(weights: dict[str, tuple[float, float]], *, at: str) -> Iterator[Row]:
    name = f"table and indexes, bytes a row after COPY ({at})"
    whole = {who: total for who, (total, _) in weights.items()}
    yield beside(name, whole, unit="bytes", absent={})
    lean = {who: total - like for who, (total, like) in weights.items()}
    yield beside(f"{name}, to plain without its LIKE index", ratios(lean), unit="×", absent={}, goal=BYTES_GOAL)
    yield beside(f"{name}, to plain as Django makes it", ratios(whole), unit="×", absent={})


def _looked_up(rows: int, *, at: str) -> Iterator[Row]:
    from benchmarks.scale.look_ups import WAYS, look_up  # noqa: PLC0415 - models need the set-up

    times = look_up(rows=rows)
    for way in WAYS:
        for percent in (50, 99):
            figures = {who: percentile(times[way, who], percent=percent) * 1e6 for who in TWINS}
            name, samples = f"exact look-up through {way} ({at}), p{percent}", len(times[way, SEALED])
            goal = LOOK_UP_GOAL if (way, percent) == ("the ORM", 50) else None
            yield beside(name, figures, unit="µs", absent={}, samples=samples)
            yield beside(f"{name}, to plain", ratios(figures), unit="×", absent={}, goal=goal, samples=samples)


def _scanned(rows: int, *, at: str) -> Iterator[Row]:
    from benchmarks.scale.scans import MOST_ROWS, scan  # noqa: PLC0415 - models need the set-up

    if rows > MOST_ROWS:
        rows, at = MOST_ROWS, f"{MOST_ROWS:,} of {at}"
    for words, opens, goal in (("to Sealed", False, SCAN_GOAL), ("to values", True, None)):
        passes = scan(rows=rows, opens=opens)
        figures = {who: median(seconds) / rows * 1e6 for who, seconds in passes.items()}
        name, samples = f"full scan {words} ({at}), CPU", len(passes[SEALED])
        yield beside(name, figures, unit="µs", absent={}, samples=samples)
        yield beside(f"{name}, to plain", ratios(figures), unit="×", absent={}, goal=goal, samples=samples)


def _rotated(rows: int, *, at: str) -> Iterator[Row]:
    from benchmarks.scale import rotation  # noqa: PLC0415 - models need the set-up

    if not rotation.is_offered():
        say(NO_ROTATION)
        return
    yield from rotation.measured(rows=rows, at=at)


def _sealed_in_place(rows: int, *, at: str) -> Iterator[Row]:
    from benchmarks.scale import backfill, tables  # noqa: PLC0415 - models need the set-up
    from benchmarks.scale.loading import WORKERS, load  # noqa: PLC0415 - likewise

    for name in TWINS:
        tables.drop(name)
    table = tables.make(IN_TRANSIT)
    indexes = tables.drop_indexes(table)
    load(IN_TRANSIT, rows=rows)
    tables.build_indexes(table, indexes)
    yield _rate(f"backfill of a clear column, {WORKERS} workers ({at})", rows / backfill.seal(rows=rows), BACKFILL_GOAL)
    yield _rate(f"comparing both columns after it, {WORKERS} workers ({at})", rows / backfill.compare(rows=rows), None)


def _rate(name: str, rate: float, goal: float | None) -> Row:
    return Row(name=name, value=round(rate), unit="rows/s", goal=goal, better="higher")
