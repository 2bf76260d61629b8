"""C17: rotation and sealing of long tables in processes whose memory the system caps, killed and resumed."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from hardening.encryption.binding import encode_binding
from hardening.encryption.census import values_by_key
from hardening.encryption.sealed_table import RANGE_ROWS
from hardening.keys.ring import KeyRing, adopt_key_ring
from tests.encryption import sealing_online
from tests.encryption.cast import CLAIRE_NIR
from tests.encryption.records.models import Patient
from tests.encryption.rotating import Rotating
from tests.encryption.second_keys import record, with_second

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, databases=["default", "hardening"]),
]

ROWS = int(os.environ.get("LITTLE_MEMORY_ROWS", "25000"))
BATCH = 1000
CAP_MIB = 16
"""Many batches of a thousand rows, and less than the rows of one range."""
LONGEST_START = 60.0


@pytest.fixture
def rotating(key_ring: KeyRing, tmp_path: Path) -> Iterator[Rotating]:
    newer = KeyRing(with_second(key_ring.keys))
    record(newer)
    yield Rotating(newer, folder=tmp_path)
    adopt_key_ring(key_ring)
    record(key_ring)


def load(rows: int) -> None:
    field = Patient._meta.get_field("nir")
    columns = "id, ward, family_name, marital_status, nir"
    with connection.cursor() as cursor, cursor.copy(f"COPY records_patient ({columns}) FROM STDIN") as copy:
        for number in range(rows):
            key = UUID(int=number)
            copy.write_row((key, "", None, None, field.seal(CLAIRE_NIR, binding=encode_binding(key))))


def finish(process: "subprocess.Popen[str]") -> dict[str, Any]:
    out, errors = process.communicate()
    assert process.returncode == 0, errors[-2000:]
    told: dict[str, Any] = json.loads(out)
    return told


def kill_at_work(process: "subprocess.Popen[str]") -> int:
    """Kill the command after its first rows; return how many it had rotated."""
    limit = time.monotonic() + LONGEST_START
    while process.poll() is None and not values_by_key()[21] and time.monotonic() < limit:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    assert process.returncode == -9
    while sessions_at_work():  # the server ends the statement that it was sent
        time.sleep(0.02)
    return values_by_key()[21]


def sessions_at_work() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        return int(cursor.fetchone()[0])


def test_c17_a_long_table_is_rotated_in_little_memory_two_statements_a_batch_and_no_long_transaction(
    rotating: Rotating,
) -> None:
    load(ROWS)
    options = ["rotate_keys", "--model", "records.Patient", "--batch-size", str(BATCH)]

    done = kill_at_work(rotating.start_within(CAP_MIB, *options))
    resumed = finish(rotating.start_within(CAP_MIB, *options))

    assert 0 < done < ROWS
    assert done % BATCH == 0
    assert resumed["told"]["rows_rotated"] == ROWS - done
    assert resumed["told"]["values_after"] == {"21": ROWS}
    # Each range ends with a read that finds nothing.
    batches, ranges = (ROWS - done) // BATCH, ROWS // RANGE_ROWS + 1
    assert resumed["statements"]["UPDATE"] == batches
    assert resumed["statements"]["LIMIT"] == batches + ranges
    assert resumed["statements"]["UPDATE in a transaction"] == 0


def test_c17_a_rotation_that_holds_a_range_at_once_does_not_fit_under_the_same_cap(rotating: Rotating) -> None:
    load(RANGE_ROWS)

    process = rotating.start_within(CAP_MIB, "rotate_keys", "--batch-size", str(RANGE_ROWS))
    _, errors = process.communicate()

    assert process.returncode != 0
    assert "MemoryError" in errors or "out of memory" in errors
    assert values_by_key()[21] == 0


def test_c17_a_long_column_is_sealed_in_little_memory_one_update_a_batch(rotating: Rotating) -> None:
    sealing_online.load(ROWS)

    sealed = finish(rotating.start_within(CAP_MIB, "seal_column", sealing_online.COLUMN, "--batch-size", str(BATCH)))

    assert sealed["told"]["backfill"]["written"] == ROWS
    assert sealed["told"]["agrees"]
    assert sealed["statements"]["UPDATE"] == ROWS // BATCH


def test_c17_a_sealing_that_holds_the_table_at_once_does_not_fit_under_the_same_cap(rotating: Rotating) -> None:
    sealing_online.load(RANGE_ROWS)

    process = rotating.start_within(CAP_MIB, "seal_column", sealing_online.COLUMN, "--batch-size", str(RANGE_ROWS))
    _, errors = process.communicate()

    assert process.returncode != 0
    assert "MemoryError" in errors or "out of memory" in errors
