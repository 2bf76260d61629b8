"""C17, C8: rotate_keys in real processes, killed at random moments beside a writer; nothing is lost or doubled."""

import json
import os
import random  # noqa: TID251 - seeded: the same moments each time, as far as a machine allows
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from hardening.encryption.census import values_by_key
from hardening.keys.ring import KeyRing, adopt_key_ring
from tests.encryption.cast import AMINE_NIR, CLAIRE_NIR
from tests.encryption.records.models import Patient
from tests.encryption.rotating import Rotating
from tests.encryption.second_keys import record, with_second
from tests.encryption.shadowing import rooms

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, databases=["default", "hardening"]),
]

STRATEGIES = os.environ.get("ROTATION_STRATEGY", "batch,shadow").split(",")
KILLS = int(os.environ.get("ROTATION_KILLS", "4"))
ROWS = int(os.environ.get("ROTATION_ROWS", "2000"))
SEED = random.Random(8)  # noqa: S311 - no secret
LONGEST_START = 60.0


@pytest.fixture
def newer(key_ring: KeyRing) -> KeyRing:
    """The ring that the commands read; this process goes on with the earlier one, as servers do until a restart."""
    return KeyRing(with_second(key_ring.keys))


@pytest.fixture
def rotating(newer: KeyRing, key_ring: KeyRing, tmp_path: Path) -> Iterator[Rotating]:
    record(newer)
    yield Rotating(newer, folder=tmp_path)
    adopt_key_ring(key_ring)
    record(key_ring)


class Writer(threading.Thread):
    """Changes one row after the other, under the earlier key, and knows what it wrote."""

    def __init__(self, rows: list[UUID]) -> None:
        super().__init__()
        self.written = dict.fromkeys(rows, CLAIRE_NIR)
        self.stopping = threading.Event()

    def run(self) -> None:
        chosen = random.Random(9)  # noqa: S311 - no secret
        rows = list(self.written)
        while not self.stopping.is_set():
            key, number = chosen.choice(rows), chosen.choice([AMINE_NIR, CLAIRE_NIR])
            assert Patient.objects.filter(pk=key).update(nir=number) == 1
            self.written[key] = number
            time.sleep(0.001)  # the commands need a processor too
        connection.close()


@contextmanager
def writing(rows: list[UUID]) -> Iterator[Writer]:
    writer = Writer(rows)
    writer.start()
    try:
        yield writer
    finally:
        writer.stopping.set()
        writer.join()


def kill_at_work(process: "subprocess.Popen[str]", *, is_at_work: Callable[[], bool], within: float = 0.4) -> bool:
    """Kill the command some time after its first rows; return whether that ended it."""
    limit = time.monotonic() + LONGEST_START
    while process.poll() is None and not is_at_work() and time.monotonic() < limit:
        time.sleep(0.02)
    time.sleep(SEED.uniform(0, within))
    process.kill()
    process.communicate()
    return process.returncode == -9


def kill_batches(rotating: Rotating, options: list[str], _: int) -> bool:
    rotated = values_by_key()[21]
    process = rotating.start("rotate_keys", *options, "--batch-size", "20", "--rate", "800")
    return kill_at_work(process, is_at_work=lambda: values_by_key()[21] > rotated)


def kill_a_copy(rotating: Rotating, options: list[str], turn: int) -> bool:
    """Every other run is fast, and killed while it builds, catches up or takes the table's place."""
    before = set(rooms())
    rate, within = ("2000", 1.5) if turn % 2 else ("0", max(0.15, ROWS / 30_000))
    process = rotating.start("rotate_keys", *options, "--rate", rate)
    return kill_at_work(process, is_at_work=lambda: bool(set(rooms()) - before), within=within)


KILLING = {"batch": kill_batches, "shadow": kill_a_copy}


def finish(process: "subprocess.Popen[str]") -> dict[str, object]:
    out, errors = process.communicate()
    assert process.returncode == 0, errors
    told: dict[str, object] = json.loads(out)
    return told


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_c17_c8_killed_at_random_moments_and_resumed_nothing_is_lost_or_doubled(
    rotating: Rotating, newer: KeyRing, strategy: str
) -> None:
    rows = [row.pk for row in Patient.objects.bulk_create(Patient(nir=CLAIRE_NIR, note="seen") for _ in range(ROWS))]
    killed = 0

    with writing(rows) as writer:
        for turn in range(KILLS):
            options = ["--strategy", strategy, "--workers", "2" if turn % 4 == 1 else "1"]
            killed += KILLING[strategy](rotating, options, turn)
    told = finish(rotating.start("rotate_keys", "--strategy", strategy))
    seen = finish(rotating.start("verify_sealed", "--workers", "2"))

    adopt_key_ring(newer)
    assert killed >= KILLS // 2
    assert told["values_after"] == {"21": 2 * ROWS}
    assert (seen["values"], seen["found"]) == (2 * ROWS, 0)
    assert {row.pk: row.nir.open_ungated() for row in Patient.objects.all()} == writer.written
    assert rooms() == []


def test_two_workers_share_the_ranges_and_nothing_is_rotated_twice(rotating: Rotating) -> None:
    Patient.objects.bulk_create(Patient(nir=CLAIRE_NIR) for _ in range(500))

    told = finish(rotating.start("rotate_keys", "--workers", "2", "--batch-size", "100"))

    assert told["rows_rotated"] == 500
    assert told["rows_lost_to_writers_and_read_again"] == 0
